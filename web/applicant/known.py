"""What registers and records know already (已查到的): shown for confirmation, and not asked again; or asked for anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.filing import KNOWN
from casework.known import sources_of
from casework.models import Person
from casework.registers import about_a_person
from casework.wording import source_words
from flows.actions.draft import take_known
from flows.actions.look_up import look_up
from flows.errors import Stale
from policy import T
from policy.measure import Measure
from web.applicant.filling import Filled, opened, who_of
from web.forms import CHANGED_ELSEWHERE, Problem
from web.guard import for_anyone_signed_in
from web.reading import read_key
from web.templatetags.look import say


@dataclass(frozen=True)
class Shown:
    """One fact as it was found: the question, the answer in words, where from and since when."""

    name: str
    question: T
    value: Any
    source: T
    on: date
    wrong: bool


def ask_registers(
    request: HttpRequest, who: Any, rules: Measure, *, again: Iterable[str] | None = None
) -> dict[str, str]:
    """Look up what the measure's questions could be answered with; nothing for a unit. It stops nobody."""
    if not isinstance(who, Person):
        return {}
    wanted = about_a_person(sources_of(rules) if again is None else set(again))
    return look_up(person=who, registers=wanted, by=request.actor, now=now(), again=again is not None)


@for_anyone_signed_in
@require_http_methods(["GET", "POST"])
def known(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Every fact that was found, to confirm or to mark as wrong; a button asks the registers that did not answer again."""
    filled = opened(request, draft_id)
    if "again" in request.POST:
        ask_registers(request, filled.draft.person, filled.rules, again=[one.code for one in filled.waiting])
        messages.success(request, _found(opened(request, draft_id)))
        return redirect("draft_known", draft_id)
    if not filled.offer and not filled.waiting:
        return redirect("draft", draft_id)
    errors: list[Problem] = []
    if request.method == "POST":
        revision = read_key(request.POST.get("revision", "")) if request.POST.get("revision") else None
        try:
            take_known(
                draft_id=draft_id, by=request.actor, now=now(), wrong=frozenset(request.POST.getlist("wrong")), revision=revision
            )  # fmt: skip
            return redirect("draft", draft_id)
        except Stale:
            errors = [CHANGED_ELSEWHERE]
    context = {
        "draft": filled.draft, "rules": filled.rules, "found": shown(filled), "waiting": filled.waiting, "here": "my",
        "who": who_of(filled.draft), "errors": errors,
    }  # fmt: skip
    return render(request, "applicant/known.html", context, status=409 if errors else 200)


def shown(filled: Filled) -> list[Shown]:
    """What was found, in the order of the questions."""
    gone_through = KNOWN in filled.answers
    return [
        Shown(
            fact.name, fact.question, fact.say(filled.offer[fact.name]), source_words(filled.known[fact.name].source),
            filled.known[fact.name].on, gone_through and fact.name not in filled.confirmed,
        )
        for fact in filled.rules.facts if fact.name in filled.offer
    ]  # fmt: skip


def _found(filled: Filled) -> Any:
    if filled.waiting:
        return say(
            T(
                "还是没有回答。照您知道的填就行，不耽误申请。",
                "Still no answer. Just fill in what you know; it delays nothing.",
            )
        )
    return say(T("查到了，请看一下。", "Found. Please look it over."))
