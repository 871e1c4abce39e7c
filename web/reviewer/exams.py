"""The examination of a round: rooms and seats, scores entered by two people, the ranking, checks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, make_aware, now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.sealing import unseal
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from recruitment.actions.enter_scores import LONGEST as LONGEST_WHY
from recruitment.actions.enter_scores import WRONG_SCORE, enter_scores
from recruitment.actions.note_check import LONGEST, note_check
from recruitment.actions.release_results import release_results
from recruitment.actions.set_exam import add_room, set_exam, share_seats
from recruitment.models import Round
from recruitment.queries import Candidate, candidates_of, entries_of, needs_of, waiting_for_seats
from recruitment.rules import PARTS as EXAM_PARTS
from recruitment.rules import why_not_enter
from web.forms import PlainForm, Problem, Radios, Understood, add_errors, problems
from web.guard import for_round_leaders
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import NotUnderstood, read_date, read_integer, read_mark, read_score, read_time
from web.reviewer.rounds import round_of
from web.round_words import NEEDS, PARTS
from web.templatetags.look import plain_day, say


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_exam(request: HttpRequest, round_id: int) -> HttpResponse:
    """Time and pass mark, the rooms, and the seats with their tickets; each part of the page is a form of its own."""
    one = round_of(request, round_id)
    do = request.POST.get("do", "") if request.method == "POST" and "restore" not in request.POST else ""
    exam, room = (
        _exam_form(one, request.POST if do == "exam" else None),
        _room_form(request.POST if do == "room" else None),
    )
    errors: list[Problem] = []
    if do == "exam" and exam.is_valid() and _exam_set(request, one, exam):
        return redirect("round_exam", one.pk)
    if do == "room" and room.is_valid() and _room_added(request, one, room):
        return redirect("round_exam", one.pk)
    if do == "seats":
        errors = _seats_shared(request, one)
        if not errors:
            return redirect("round_exam", one.pk)
    errors += problems(exam) + problems(room)
    seated = [one_ for one_ in candidates_of(one, request.actor) if one_.is_admitted]
    seated.sort(key=lambda each: each.application.seat.ticket)
    needs = needs_of([each.application for each in seated])
    context = {
        "here": "rounds", "one": one, "exam": exam, "room": room, "errors": errors, "rooms": one.rooms.all(),
        "rows": [(each, _in_words(needs[each.application.pk])) for each in seated],
        "waiting": len(waiting_for_seats(one)), "fixed": any(each.application.scores.all() for each in seated),
        "may_seat": one.exam_at is not None and one.rooms.exists(),
    }  # fmt: skip
    return render(request, "reviewer/round_exam.html", context, status=400 if errors else 200)


def _in_words(needs: dict[str, Any]) -> list[Any]:
    found: list[Any] = [words for name, words in NEEDS.items() if needs.get(name)]
    return [*found, needs["other"]] if needs.get("other") else found


def _exam_form(one: Round, data: Any) -> PlainForm:
    at = localtime(one.exam_at) if one.exam_at else None
    mark = f"{one.pass_mark:.2f}" if one.pass_mark is not None else ""
    initial = {
        "exam_on": plain_day(at.date()) if at else "",
        "exam_time": f"{at:%H:%M}" if at else "",
        "pass_mark": mark,
    }
    form = PlainForm(data, initial=initial)
    form.fields["exam_on"] = Understood(
        read=read_date, write=plain_day, label=say(T("哪天考试", "Day of the examination")),
        error=T("请写考试的日期。", "Please give the day."), widget=_short(),
    )  # fmt: skip
    form.fields["exam_time"] = Understood(
        read=read_time, write=str, label=say(T("几点开始", "Begins at")), error=T("请写几点，比如 9:00。", "Please give the time, such as 9:00."),
        widget=_short(),
    )  # fmt: skip
    form.fields["pass_mark"] = Understood(
        read=read_mark, write=str, required=False, label=say(T("合格线", "Pass mark")),
        help_text=say(T("笔试和面试加起来，满分 200。不设就空着。", "Of both parts together, 200 at most. Leave it empty for none.")),
        widget=_short(inputmode="decimal"),
    )  # fmt: skip
    return form


def _room_form(data: Any) -> PlainForm:
    form = PlainForm(data)
    form.fields["name"] = text(
        T("考场名称", "Room"), None, T("请写考场名称。", "Please give the room's name."), max_length=60
    )
    form.fields["place"] = text(
        T("在哪里", "Where it is"), None, T("请写在哪里。", "Please say where it is."), size="long", max_length=120
    )
    form.fields["seats"] = Understood(
        read=read_integer, write=str, label=say(T("几个座位", "Seats")), error=T("请写座位数。", "Please give the number of seats."),
        widget=_short(inputmode="numeric"),
    )  # fmt: skip
    form.fields["ground_floor"] = forms.ChoiceField(
        label=say(T("在一楼，轮椅能进吗？", "On the ground floor, open to wheelchairs?")), widget=Radios(),
        choices=[("yes", say(T("是", "Yes"))), ("no", say(T("不是", "No")))],
        error_messages={"required": say(T("请选一项。", "Please choose."))},
    )  # fmt: skip
    return form


def _short(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", **attrs})


def _exam_set(request: HttpRequest, one: Round, form: PlainForm) -> bool:
    given = form.cleaned_data
    at = make_aware(datetime.combine(given["exam_on"], given["exam_time"]))
    try:
        set_exam(round_id=one.pk, exam_at=at, pass_mark=given["pass_mark"], by=request.actor, now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    messages.success(request, say(T("考试时间存好了。", "The examination is set.")))
    return True


def _room_added(request: HttpRequest, one: Round, form: PlainForm) -> bool:
    given = form.cleaned_data
    try:
        add_room(
            round_id=one.pk, name=given["name"], place=given["place"], seats=given["seats"],
            ground_floor=given["ground_floor"] == "yes", by=request.actor, now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    messages.success(request, say(T("考场加好了。", "The room is added.")))
    return True


def _seats_shared(request: HttpRequest, one: Round) -> list[Problem]:
    try:
        count = share_seats(round_id=one.pk, by=request.actor, now=now())
    except Invalid as invalid:
        return [Problem(words) for words in invalid.errors.values()]
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    messages.success(request, say(T("排好了 {n} 个人的座位。", "{n} people have their seats.").fill(n=count)))
    return []


# --- scores


@dataclass(frozen=True)
class Line:
    """One candidate in one part: what was entered as far as the reader may know, and whether they enter it now."""

    candidate: Candidate
    state: str
    values: list[Decimal | None]
    enters: bool
    typed: str = ""
    wrong: T | None = None
    typed_why: str = ""
    wrong_why: T | None = None

    @property
    def field(self) -> str:
        return f"a{self.candidate.application.pk}"

    @property
    def why(self) -> str:
        """The field of the reason, where a difference is settled."""
        return f"r{self.candidate.application.pk}"


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_scores(request: HttpRequest, round_id: int, part: str) -> HttpResponse:
    """Scores of one part, entered by one person and again by another, who does not see the first; then compared."""
    one = round_of(request, round_id)
    if part not in EXAM_PARTS:
        raise NotThere
    wrong: dict[str, T] = {}
    beside: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        values, wrong = _typed_scores(request)
        if not wrong:
            wrong, beside = _entered(request, one, part, values)
        if not wrong and not beside:
            return redirect("round_scores", one.pk, part)
    lines = list(_score_lines(request, one, part, wrong))
    context = {
        "here": "rounds", "one": one, "part": part, "title": PARTS[part], "lines": lines,
        "errors": [*(Problem(words, f"f-{name}") for name, words in wrong.items()), *beside],
        "may_enter": any(line.enters for line in lines), "examined": one.is_examined(now()), "longest": LONGEST_WHY,
    }  # fmt: skip
    return render(request, "reviewer/round_scores.html", context, status=400 if wrong or beside else 200)


def _typed_scores(request: HttpRequest) -> tuple[dict[int, Decimal | None], dict[str, T]]:
    """What was typed, by application: a score, or None for who did not come; what was left empty is passed over."""
    values: dict[int, Decimal | None] = {}
    wrong: dict[str, T] = {}
    for name, typed in request.POST.items():
        if not re.fullmatch(r"a\d{1,18}", name) or not typed.strip():
            continue
        try:
            values[int(name[1:])] = read_score(typed)
        except NotUnderstood:
            wrong[name] = WRONG_SCORE
    return values, wrong


def _entered(
    request: HttpRequest, one: Round, part: str, values: dict[int, Decimal | None]
) -> tuple[dict[str, T], list[Problem]]:
    why = {key: request.POST.get(f"r{key}", "") for key in values}
    try:
        count = enter_scores(round_id=one.pk, part=part, values=values, by=request.actor, now=now(), reasons=why)
    except Invalid as invalid:
        known = {f"{kind}{key}" for kind in "ar" for key in values}
        wrong = {name: words for name, words in invalid.errors.items() if name in known}
        return wrong, [Problem(words) for name, words in invalid.errors.items() if name not in known]
    except (NotAllowed, AlreadyDone) as refusal:
        return {}, [Problem(REASONS[refusal.reason])]
    messages.success(request, say(T("存好了 {n} 个分数。", "{n} scores are saved.").fill(n=count)))
    return {}, []


def _score_lines(request: HttpRequest, one: Round, part: str, wrong: dict[str, T]) -> Iterator[Line]:
    seated = [each for each in candidates_of(one, request.actor) if each.is_admitted]
    for each in sorted(seated, key=lambda each: each.application.seat.ticket):
        entries = entries_of(each.application, part)
        found, why_not = each.compared[part], why_not_enter(entries, request.actor.hands)
        enters = (
            not why_not and not each.hidden and not each.is_gone and one.results_at is None and one.is_examined(now())
        )
        seen = (
            [found.value] if found.is_sure else [entry.value for entry in sorted(entries, key=lambda entry: entry.turn)]
        )
        field, why = f"a{each.application.pk}", f"r{each.application.pk}"
        yield Line(
            each, why_not if found.state == "once" and why_not else found.state,
            seen if found.state not in ("none", "once") else [], enters, request.POST.get(field, ""), wrong.get(field),
            request.POST.get(why, ""), wrong.get(why),
        )  # fmt: skip


# --- ranking and checks


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_ranking(request: HttpRequest, round_id: int) -> HttpResponse:
    """The candidates of every post by rank, with how their case stands; posted, the results are released."""
    one = round_of(request, round_id)
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        errors = unproved(request, "release_results") or _released(request, one)
        if not errors:
            return redirect("round_ranking", one.pk)
    candidates = candidates_of(one, request.actor)
    posts = one.posts.select_related("unit").order_by("unit_id", "pk")
    context = {
        "here": "rounds", "one": one, "errors": errors,
        "posts": [(post, [each for each in candidates if each.application.post_id == post.pk]) for post in posts],
        "proof_due": one.results_at is None and access.proof_is_due(request.actor, "release_results"),
        "admitted": any(each.is_admitted for each in candidates), "examined": one.is_examined(now()),
    }  # fmt: skip
    return render(request, "reviewer/round_ranking.html", context, status=400 if errors else 200)


def _released(request: HttpRequest, one: Round) -> list[Problem]:
    try:
        release_results(round_id=one.pk, by=proved(request), now=now())
    except Invalid as invalid:
        return [Problem(words) for words in invalid.errors.values()]
    except (NotAllowed, AlreadyDone) as refusal:
        return [Problem(REASONS[refusal.reason])]
    messages.success(request, say(T("公布了，每个人看得到自己的。", "Released; everybody can read their own.")))
    return []


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_check(request: HttpRequest, round_id: int, application_id: int) -> HttpResponse:
    """The physical check of one candidate: passed, or failed with the reason; noted once."""
    one = round_of(request, round_id)
    application = one.applications.filter(pk=application_id).select_related(
        "case__person__key", "post__unit", "round", "seat", "physical_check"
    ).first()  # fmt: skip
    if application is None or not hasattr(application, "seat"):
        raise NotThere
    found = next(
        each for each in candidates_of(one, request.actor, application.post) if each.application.pk == application.pk
    )
    if found.hidden:
        raise NotThere
    form = _check_form(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and "restore" not in request.POST
        and form.is_valid()
        and _noted(request, one, found, form)
    ):
        return redirect("round_ranking", one.pk)
    check = getattr(application, "physical_check", None)
    errors = problems(form) if "restore" not in request.POST else []
    context = {
        "here": "rounds", "one": one, "candidate": found, "form": form, "errors": errors, "check": check,
        "reason": unseal(application.case.key, check.reason) if check is not None and check.reason else "",
        "due": check is None and one.results_at is not None and found.ranked is not None and found.ranked.state == "place",
    }  # fmt: skip
    return render(request, "reviewer/round_check.html", context, status=400 if errors else 200)


def _check_form(data: Any) -> PlainForm:
    form = PlainForm(data)
    form.fields["passed"] = forms.ChoiceField(
        label=say(T("体检结果", "The physical check")), widget=Radios(),
        choices=[("yes", say(T("合格", "Passed"))), ("no", say(T("不合格", "Failed")))],
        error_messages={"required": say(T("请选结果。", "Please choose."))},
    )  # fmt: skip
    form.fields["reason"] = text(
        T("原因", "Reason"), T("不合格的一定要写；本人看得到。", "Needed where it was failed; the person reads it."), None,
        lines=3, required=False, max_length=LONGEST,
    )  # fmt: skip
    return form


def _noted(request: HttpRequest, one: Round, found: Candidate, form: PlainForm) -> bool:
    given = form.cleaned_data
    try:
        note_check(
            round_id=one.pk, application_id=found.application.pk, passed=given["passed"] == "yes",
            reason=given["reason"], by=request.actor, now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    except (NotAllowed, AlreadyDone) as refusal:
        form.add_error(None, str(say(REASONS[refusal.reason])))
        return False
    messages.success(
        request,
        say(T("记下了。不合格的，下一名已经递补。", "Noted. Where it was failed, the next in rank has moved up.")),
    )
    return True
