""" "May I apply?" One question a page; the answers stand in the address and are kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localdate

from casework.published import parameters
from flows.engine import chain_for, deciding_step
from policy import FormError, Parameters, T, Trace, assess
from policy.assessment import ELIGIBLE, NOT_ELIGIBLE, PERIOD, UNDETERMINED
from policy.checker import next_question
from policy.facts import Fact
from policy.measure import Measure
from policy.predicates import is_asked
from web.forms import FactForm, problems
from web.guard import public
from web.public.guides import measure_or_404
from web.templatetags.look import say

AGAIN = "again"  # names the question that is asked once more


@dataclass(frozen=True)
class Verdict:
    """What came out, in words, and the tone that it is said in."""

    title: T
    text: T
    tone: str
    icon: str


VERDICTS = {
    ELIGIBLE: Verdict(
        T("按您的回答，您可以申请", "By your answers you may apply"),
        T("材料还要由人来核对。申请不收钱，可以分几次填。",
          "People still check your papers. Applying is free, and you may fill it in over several days."),
        "done", "done",
    ),
    NOT_ELIGIBLE: Verdict(
        T("按您的回答，这一项不合适", "By your answers this one does not fit"),
        T("下面写着是哪一条不符合。看错了题，可以改；有别的奖项或荣誉，可以换一种情况再看。您还是可以申请，由人来决定。",
          "Below you see which rule is not met. You can change an answer, or try another ground. "
          "You may still apply; a person decides."),
        "ask", "no",
    ),
    UNDETERMINED: Verdict(
        T("这要由人来判断，您可以申请", "A person decides this; you may apply"),
        T("有一项您说不准，或者要区里来认定。交上来，由审核的人查清。",
          "Something is unclear or has to be found by the district. Apply, and a reviewer will look into it."),
        "ask", "unknown",
    ),
}  # fmt: skip


@dataclass
class Asked:
    """How far the answers in the address lead: what was understood, and the question that is open, if one is."""

    measure: Measure
    typed: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)
    form: FactForm | None = None

    @property
    def question(self) -> Fact | None:
        return next(iter(self.form.facts.values())) if self.form else None

    @property
    def number(self) -> int:
        return len(self.answers) + 1

    @property
    def kept(self) -> dict[str, str]:
        """The other answers, which travel with the form."""
        return {
            name: value for name, value in self.typed.items() if self.question is None or name != self.question.name
        }

    @property
    def back(self) -> str:
        """The address of the question before, every answer kept; empty at the first."""
        return self._asking(list(self.answers)[-1]) if self.answers else ""

    @property
    def said(self) -> list[tuple[Fact, Any, str]]:
        """Each question, its answer in words, and the address to change it."""
        facts = [self.measure.fact(name) for name in self.answers]
        return [(fact, fact.say(self.answers[fact.name]), self._asking(fact.name)) for fact in facts]

    def _asking(self, name: str) -> str:
        return "?" + urlencode({**self.typed, AGAIN: name})


@public
def checker(request: HttpRequest, code: str) -> HttpResponse:
    """The next question that can change the answer, or the answer with its reasons."""
    figures, today = parameters(), localdate()
    asked = read(measure_or_404(code), request.GET, today, figures)
    if asked.form is not None:
        return render(
            request, "public/checker.html", {"here": "guides", "asked": asked, "errors": problems(asked.form)}
        )
    found = assess(code, today, asked.answers, None, figures)
    checks = [check for check in asked.measure.checks if is_asked(check.applies, asked.answers)]
    return render(
        request, "public/checker_result.html",
        {
            "here": "guides", "asked": asked, "verdict": VERDICTS[found.outcome], "checks": checks,
            "decides": deciding_step(chain_for(code)).by.words, "may": found.outcome != NOT_ELIGIBLE, "trace": quoted(asked.measure, found.trace),
        },
    )  # fmt: skip


def read(measure: Measure, given: Mapping[str, str], today: date, figures: Parameters) -> Asked:
    """Takes the answers in the order of the questions, as far as each is understood."""
    asked = Asked(measure, {fact.name: given[fact.name] for fact in measure.facts if fact.name in given})
    while (fact := next_question(measure.code, asked.answers, today, figures)) is not None:
        form = FactForm((fact,), {}, given if fact.name in asked.typed else None)
        is_understood = _understood(form, fact)
        if not is_understood or given.get(AGAIN) == fact.name:
            asked.form = FactForm((fact,), form.answers()) if is_understood else form
            break
        asked.answers |= form.answers()
    return asked


def quoted(measure: Measure, trace: tuple[Trace, ...]) -> list[tuple[Trace, str]]:
    """Each finding with the policy's words that it rests on."""
    quotes = {rule.rule: rule.quote for rule in (PERIOD, *measure.conditions)}
    return [(one, quotes.get(one.rule, "")) for one in trace]


def _understood(form: FactForm, fact: Fact) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    try:
        fact.read(form.answers()[fact.name])
    except FormError as error:
        form.add_error(fact.name, str(say(error.message)))
        return False
    return True
