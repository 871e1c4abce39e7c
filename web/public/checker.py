""" "What can I get?" One question a page. The answers travel in the form, from page to page, and are kept nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt

from casework.published import parameters
from policy import FormError, Parameters, T
from policy import measure as measure_of
from policy.checker import Checked, Question, check, keys_of
from policy.events import LIFE_EVENTS, Event, event_of
from policy.facts import NOT_SURE, Bool, Choice, Fact, Money, Monthly, Option
from policy.measure import Measure
from web.forms import UNSURE, FactForm, monthly_words, problems
from web.guard import public
from web.public.display import keep
from web.public.guides import is_for_people, measure_or_404
from web.public.verdicts import grouped, summary
from web.templatetags.look import say

EVENT = Fact(
    "event",
    Choice(tuple(Option(event.key, event.title, event.hint) for event in LIFE_EVENTS)),
    T("您想看哪一种情况？", "What would you like to look at?"),
    error=T("请选一种情况。拿不准，就选“个人的都看一遍”。", "Please choose one. If in doubt, choose everything for a person."),
    hint=T("选最像的一种。看完可以再看别的。", "Choose what comes closest. You can look at another afterwards."),
)  # fmt: skip


@dataclass
class Asked:
    """How far the answers in the form lead: what was understood, and the question that is open, if one is."""

    codes: tuple[str, ...]
    event: Event | None
    typed: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)
    trail: list[Question] = field(default_factory=list)
    form: FactForm | None = None
    question: Question | None = None
    checked: Checked | None = None
    heard: str = ""  # what was understood of the answer typed last, where that is not what was typed

    @property
    def title(self) -> T:
        return measure_of(self.codes[0]).title if self.event is None else self.event.title

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything that was answered, for a form that has no field of its own."""
        event = [("event", self.event.key)] if self.event else []
        return [*event, *self.typed.items()]

    @property
    def others(self) -> list[tuple[str, str]]:
        """The same without the question that is open."""
        return [(name, value) for name, value in self.kept if self.question is None or name != self.question.key]

    @property
    def before(self) -> str:
        """The key of the question before; empty at the first."""
        return self.trail[-1].key if self.trail else ""

    @property
    def may_skip(self) -> bool:
        """Whether "I am not sure" needs a button of its own, as the field has no such choice."""
        return self.question is not None and not isinstance(self.question.fact.kind, Bool | Choice)

    @property
    def serves(self) -> list[Measure]:
        return [measure_of(code) for code in self.question.serves] if self.question else []

    @property
    def titles(self) -> list[T]:
        return [one.title for one in self.serves]

    @property
    def number(self) -> int:
        return len(self.trail) + 1

    @property
    def said(self) -> list[tuple[Question, Any]]:
        """Each question with its answer in words."""
        return [(one, _words(one, self.answers[one.key])) for one in self.trail]


@public
@csrf_exempt  # nothing is changed and nothing kept: without a token there is no cookie either
def what_can_i_get(request: HttpRequest) -> HttpResponse:
    """One set of answers for all the measures that a life event touches; first of all, which event."""
    event = event_of(request.POST.get("event", "").strip())
    if event is not None:
        return _in_its_language(request, event.codes, event)
    form = FactForm((EVENT,), {}, request.POST if request.method == "POST" else None)
    return render(
        request, "public/checker_events.html", {"here": "check", "form": form, "errors": problems(form)}
    )  # fmt: skip


@public
@csrf_exempt
def checker(request: HttpRequest, code: str) -> HttpResponse:
    """The same for one measure alone."""
    if not is_for_people(measure_or_404(code)):
        raise Http404
    return _in_its_language(request, (code,), None)


def _in_its_language(request: HttpRequest, codes: tuple[str, ...], event: Event | None) -> HttpResponse:
    """The other language is a button of this page's own, so that it loses no answer."""
    wanted = request.POST.get("language")
    if wanted not in dict(settings.LANGUAGES):
        return _page(request, codes, event)
    with translation.override(wanted):
        request.LANGUAGE_CODE = wanted
        answer = keep(_page(request, codes, event), settings.LANGUAGE_COOKIE_NAME, wanted)
        answer.headers["Content-Language"] = "zh-Hans" if wanted == "zh-hans" else "en"
        return answer


def _page(request: HttpRequest, codes: tuple[str, ...], event: Event | None) -> HttpResponse:
    """The next question that can change anything, or what came out."""
    figures, today = parameters(request.district.pk), localdate()
    asked = Asked(codes, event, _typed(request.POST, codes))
    follow(asked, request.POST, today, figures)
    context: dict[str, Any] = {"here": "check", "checking": asked}
    if asked.form is not None:
        return render(request, "public/checker.html", {**context, "errors": problems(asked.form)})
    assert asked.checked is not None
    groups = grouped(asked.checked, asked.answers, today, figures)
    context |= {"groups": groups, "told": [measure_of(code) for code in event.told] if event else []}
    context |= {"summary": summary(groups)} if event else {"headline": groups[0].headline}
    return render(request, "public/checker_result.html", context)


def follow(asked: Asked, given: Mapping[str, str], today: date, figures: Parameters) -> None:
    """Take the answers in the order of the questions, as far as each is understood.

    `asked` in the form names the question whose page was sent: an empty answer to it is an error. `again` names one to
    ask once more; `unsure` one that stays unknown.
    """
    sent, again = given.get("asked", ""), given.get("again", "")
    while True:
        asked.checked = check(asked.codes, asked.answers, today, figures)
        question = asked.checked.question
        if question is None:
            return
        key = question.key
        is_sent = key == sent and not again and "language" not in given
        is_given = is_sent or bool(asked.typed.get(key, "").strip())
        form, answer = _read(question, asked.typed if is_given else None)
        if answer is None or key == again:
            asked.question, asked.form = question, form if answer is None else FactForm((question.shown,), answer)
            return
        asked.answers |= answer
        asked.heard = form.heard(key) if form.is_bound else ""
        asked.trail.append(question)


def _typed(given: Mapping[str, str], codes: Sequence[str]) -> dict[str, str]:
    """What stands in the form for these measures, as it was typed."""
    keys = keys_of(codes)
    typed = {name: value for name, value in given.items() if name in keys}
    if (unsure := given.get("unsure", "")) in keys:
        typed[unsure] = UNSURE
    return typed


def _read(question: Question, typed: Mapping[str, str] | None) -> tuple[FactForm, dict[str, Any] | None]:
    """The form of a question, and its answer by its key; None where there is none, or none that is understood."""
    shown, key = question.shown, question.key
    if typed is None:
        return FactForm((shown,), {}), None
    if typed.get(key) == UNSURE and not isinstance(shown.kind, Bool | Choice):
        return FactForm((shown,), {key: None}), {key: None}
    form = FactForm((shown,), {}, typed)
    if not form.is_valid():
        return form, None
    try:
        shown.read(form.answers()[key])
    except FormError as error:
        form.add_error(key, str(say(error.message)))
        return form, None
    return form, form.answers()


def _words(question: Question, value: Any) -> Any:
    """An answer in words; an amount with its unit, and "not sure" where a typed answer was left open."""
    if value is None:
        return NOT_SURE
    if isinstance(question.fact.kind, Monthly):
        return monthly_words(value)
    words = question.shown.say(value)
    return T("{amount} 元", "{amount} yuan").fill(amount=words) if isinstance(question.fact.kind, Money) else words
