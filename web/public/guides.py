"""The guide of each measure (办事指南), from its declaration, its chain and its texts."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from markdown_it import MarkdownIt

from casework.interpretations import in_force
from casework.letters.leaflet import leaflet
from casework.published import parameters
from flows.engine import purposes_of
from flows.orders import chain_for
from flows.published_chains import holder, title
from policy import FormError, Parameters, T, measures
from policy import guides as texts
from policy import measure as measure_of
from policy.facts import Choice
from policy.labels import amount, label
from policy.measure import ORGANISATION, PERSON, Evidence, Measure
from policy.parameters import POLICY, Entry
from policy.readings import Reading, readings_for
from policy.samples import sample
from recruitment.queries import plans_taking_applications
from web import drawing
from web.downloads import attached
from web.guard import public
from web.public.benefits import way_of
from web.public.videos import film_of
from web.templatetags.look import english, say

PARTS = {
    "who": T("谁可以申请", "Who may apply"),
    "what": T("能得到什么", "What you get"),
    "bring": T("要准备什么", "What to bring"),
    "chain": T("谁来审核", "Who decides"),
    "long": T("要多久", "How long it takes"),
    "whom": T("找谁问", "Whom to ask"),
    "changes": T("有什么变化", "What changed"),
    "clause": T("政策原文", "The policy's words"),
    "notes": T("区里怎么理解文件", "How the district reads it"),
}


@dataclass(frozen=True)
class Paper:
    """A line of "what to bring": `only` names the grounds that need it, where not all do."""

    title: T
    hint: T
    only: tuple[T, ...] = ()


@dataclass(frozen=True)
class Told:
    """A reading of the district, with its figure where it is one."""

    reading: Reading
    figure: T | None


@public
def guides(request: HttpRequest) -> HttpResponse:
    """Every measure; which can be applied for here, and which have questions to check oneself by."""
    open_now = plans_taking_applications(request.district.pk, localdate())
    rows = [(one, way_of(one.code, open_now), is_for_people(one)) for one in measures()]
    others = [measure_of(code) for code in BESIDE]
    return render(request, "public/guides.html", {"here": "guides", "measures": rows, "others": others})


@public
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Who, what, what to bring, who decides, how long, whom to ask, the clause and how it is read."""
    measure, figures, today = measure_or_404(code), parameters(request.district.pk), localdate()
    district_id = request.district.pk
    sections = _sections(district_id, code, "en" if english() else "zh", figures, today)
    return render(
        request, "public/guide.html",
        {
            "here": "guides", "measure": measure, "parts": PARTS, "text": sections, "papers": papers(measure),
            "original": _sections(district_id, code, "zh", figures, today)["clause"] if english() else "",
            "chains": _chains(request.district.pk, code, figures, today),
            "sample": sample(code, today, figures), "changes": changes_of(code, figures), "versions": figures.named(POLICY),
            "notes": in_force(request.district.pk, code), **readings_by_kind(told(code, figures, today)),
            "way": way_of(code, plans_taking_applications(request.district.pk, today)), "checks": is_for_people(measure),
            "film": film_of(code, "en" if english() else "zh"),
        },
    )  # fmt: skip


def _chains(district_id: int, code: str, figures: Parameters, on: date) -> list[tuple[T | None, drawing.Drawing]]:
    """The newest chain of each purpose, with its heading where there are several."""
    purposes = purposes_of(code)
    newest = [chain_for(district_id, code, purpose) for purpose in purposes]
    return [(title(one) if len(purposes) > 1 else None, drawing.plan(one, figures, on)) for one in newest]


@public
def guide_easy(request: HttpRequest, code: str) -> HttpResponse:
    """The easy-read version (易读版)."""
    measure = measure_or_404(code)
    district_id = request.district.pk
    sections = _sections(district_id, code, "easy.en" if english() else "easy", parameters(district_id), localdate())
    return render(
        request,
        "public/guide_easy.html",
        {"here": "guides", "measure": measure, "parts": PARTS, "text": sections, "checks": is_for_people(measure)},
    )


@public
def guide_leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """The easy-read version as a leaflet to print and to give away."""
    measure, today, is_english = measure_or_404(code), localdate(), bool(english())
    district_id = request.district.pk
    words = _text(district_id, code, "easy.en" if is_english else "easy", parameters(district_id), today)
    parts = [("", words["lead"]), ("", words["three_sentences"])]
    parts += [(str(say(PARTS[key])), words[key]) for key in LEAFLET if words.get(key)]
    content = leaflet(
        str(say(measure.title)), parts, language="en" if is_english else "zh", on=today,
        url=request.build_absolute_uri(reverse("guide", args=[code])),
    )  # fmt: skip
    return attached(HttpResponse(content, content_type="application/pdf"), f"{code}.pdf")


BESIDE = ("base_support",)  # applied for like a measure, without a guide or rules of its own
LEAFLET = ("who", "what", "bring", "chain", "long", "whom")


def is_for_people(measure: Measure) -> bool:
    """Whether somebody can check for themselves: rules decide it, and a person or a unit applies."""
    return measure.applicant in (PERSON, ORGANISATION) and bool(measure.ruling)


def measure_or_404(code: str) -> Measure:
    try:
        return measure_of(code)
    except FormError:
        raise Http404 from None


def papers(measure: Measure) -> list[Paper]:
    """The documents, those first that nobody hands in; then what may be told freely."""
    asked = sorted(measure.evidence, key=lambda evidence: not evidence.held_by_office)
    free = [
        Paper(section.title, section.facts[0].hint or section.title)
        for section in measure.sections
        if section.facts and not any(fact.required for fact in section.facts)
    ]
    return [Paper(evidence.title, evidence.hint, _only_for(measure, evidence)) for evidence in asked] + free


def changes_of(code: str, figures: Parameters) -> list[tuple[str, list[Entry]]]:
    """What changed (有什么变化): every figure that the guide names and that has had more than one value, latest first."""
    every = [(name, figures.named(name)) for name in texts.figures_of(code)]
    return [(name, list(reversed(entries))) for name, entries in every if len(entries) > 1]


def readings_by_kind(readings: list[Told]) -> dict[str, list[Told]]:
    """The readings of this measure, and those that hold for all of them."""
    return {
        "readings": [one for one in readings if one.reading.of],
        "general": [one for one in readings if not one.reading.of],
    }


def told(code: str, figures: Parameters, on: date) -> list[Told]:
    return [Told(reading, _figure(reading, figures, on)) for reading in readings_for(code)]


def _figure(reading: Reading, figures: Parameters, on: date) -> T | None:
    entry = figures.entry(reading.parameter, on) if reading.parameter else None
    if entry is None or entry.value is None:
        return None
    return T("{what} {figure}", "{what}: {figure}").fill(
        what=label(entry.name), figure=amount(entry.name, entry.value, entry.unit)
    )


def _only_for(measure: Measure, evidence: Evidence) -> tuple[T, ...]:
    """The options of the first question that lead to this document; none where all do."""
    first = measure.facts[0]
    if not isinstance(first.kind, Choice):
        return ()
    asks = [one.label for one in first.kind.options if evidence in measure.evidence_asked({first.name: one.value})]
    return () if len(asks) == len(first.kind.options) else tuple(asks)


def _sections(district_id: int, code: str, lang: str, figures: Parameters, on: date) -> dict[str, SafeString]:
    return {key: _html(body) for key, body in _text(district_id, code, lang, figures, on).items()}


def _text(district_id: int, code: str, lang: str, figures: Parameters, on: date) -> dict[str, str]:
    """The guide's parts as Markdown. Where the district has an order of its own, the written one would be wrong: then
    who comes when is told from the chain."""
    words = texts.guide(code, lang, figures, on)
    own = [one for one in (chain_for(district_id, code, purpose) for purpose in purposes_of(code)) if one.published]
    if not own:
        return words
    colon, stop, language = (": ", ".", "en") if lang.endswith("en") else ("：", "。", "zh")
    lines = [
        f"{number}. **{holder(step).in_(language)}**{colon}{step.words.in_(language)}{stop}"
        for chain in own
        for number, step in enumerate(chain.steps, 1)
    ]
    return {**words, "chain": "\n".join([*lines, "", _OWN_ORDER.in_(language)])}


_OWN_ORDER = T(
    "这是本区的先后，跟政策原文里写的不一样。",
    "This is the order in this district; the policy’s own words name another.",
)


def _html(markdown: str) -> SafeString:
    return mark_safe(_markdown().render(markdown))  # noqa: S308  our own texts, rendered without HTML in them


@cache
def _markdown() -> Any:
    return MarkdownIt("commonmark", {"html": False})
