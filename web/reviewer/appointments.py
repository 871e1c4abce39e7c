"""Appointments of a round (录用): post by post whose turn it is, with what is next for exactly that person."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import access, states
from casework.wording import REASONS
from flows.errors import AlreadyDone, NotAllowed
from policy import T
from recruitment.actions.end_round import end_round
from recruitment.actions.publish_proposed import proposed_tasks, publish_proposed
from recruitment.models import Round
from recruitment.queries import Candidate
from recruitment.turns import Standing, standings_of
from web.forms import Problem
from web.guard import for_round_leaders
from web.proof import proved, unproved
from web.reviewer.rounds import round_of
from web.round_words import TURNS
from web.templatetags.look import say

VERBS = {"publish": "publish_proposed", "end": "end_round"}
# What leads to the physical check, and what waits for others; everything else that is open leads to the person's case.
TO_THE_CHECK, WAITS = "check_due", "next"


@dataclass(frozen=True)
class Line:
    """One candidate of a post with what is next; `link`: check, case, or none where the reader can do nothing."""

    candidate: Candidate
    turn: str
    link: str = ""

    @property
    def words(self) -> T:
        return TURNS[self.turn][1]

    @property
    def tag(self) -> str:
        return TURNS[self.turn][0]


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_appointments(request: HttpRequest, round_id: int) -> HttpResponse:
    """Each post with its places and whose turn it is; posted, those decided are put on notice, or the round is ended."""
    one = round_of(request, round_id)
    errors: list[Problem] = []
    do = request.POST.get("do", "") if request.method == "POST" and "restore" not in request.POST else ""
    if do in VERBS:
        errors = unproved(request, VERBS[do]) or (_published if do == "publish" else _ended)(request, one)
        if not errors:
            return redirect("round_appointments", one.pk)
    today, standings = localdate(), standings_of(one, request.actor) if one.results_at is not None else []
    is_open = one.applications.exclude(case__state=states.CLOSED).exists()
    context = {
        "here": "rounds", "one": one, "errors": errors,
        "posts": [(standing, [_line(standing, each, today) for each in standing.candidates]) for standing in standings],
        "to_publish": len(proposed_tasks(one.pk)), "may_end": bool(standings) and one.ended_at is None and not is_open,
        "proof_due": one.ended_at is None and access.proof_is_due(request.actor, "publish_proposed"),
    }  # fmt: skip
    return render(request, "reviewer/round_appointments.html", context, status=400 if errors else 200)


def _line(standing: Standing, each: Candidate, today: date) -> Line:
    turn = standing.turn(each, today)
    if each.hidden:
        return Line(each, turn)
    if turn == TO_THE_CHECK:
        return Line(each, turn, "check")
    return Line(each, turn, "case" if each.case.is_open and turn != WAITS else "")


def _published(request: HttpRequest, one: Round) -> list[Problem]:
    try:
        done = publish_proposed(round_id=one.pk, by=proved(request), now=now())
    except NotAllowed as refusal:
        return [Problem(REASONS[refusal.reason])]
    if done.count:
        messages.success(request, say(T("公示了 {n} 个人。", "{n} people are on notice.").fill(n=done.count)))
    reasons = dict.fromkeys(done.left.values())
    left = T("{n} 个人没有公示：{why}", "{n} not put on notice: {why}")
    return [
        Problem(left.fill(n=sum(one == reason for one in done.left.values()), why=REASONS[reason]))
        for reason in reasons
    ]


def _ended(request: HttpRequest, one: Round) -> list[Problem]:
    try:
        left = end_round(round_id=one.pk, by=proved(request), now=now())
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    words = T(
        "这一批结束了。没有招满的岗位有 {n} 个，可以安排给别人。",
        "The round has ended. {n} positions are left and on offer for others.",
    )
    messages.success(request, say(words.fill(n=left)))
    return []
