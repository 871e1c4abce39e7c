"""An application as it is filled in: what is known already, what is still asked, which papers are wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import localdate

from accounts import districts
from casework.filing import ABOUT, KNOWN, Contact, applicants_facts, is_wanted, missing_from, section_is_done
from casework.known import Known, known_of, sources_of, told_facts, told_of
from casework.models import Draft, Evidence
from casework.offers import offered
from casework.queries import draft_for
from casework.registers import REGISTERS, Register
from casework.sealing import unseal
from policy import T, measure
from policy.facts import Fact
from policy.measure import ANONYMOUS, Measure, Section
from policy.measure import Evidence as Evidence_


@dataclass(frozen=True)
class Row:
    """One line of the task list."""

    title: Any
    url: str
    state: str
    hint: Any = None


@dataclass(frozen=True)
class Paper:
    """One paper that is asked for, with the files handed in."""

    evidence: Any
    files: list[Evidence]
    field: str


@dataclass(frozen=True)
class Part:
    """A section as it is read back: its answers in words and its papers."""

    section: Section
    lines: list[tuple[str, Any, Any]]
    papers: list[Paper]


_SIGNED = Section(
    "signed", T("申请人签字的委托书", "Paper signed by the applicant"), (),
    (Evidence_("signed_paper", T("委托书", "The signed paper"), T("申请人或者监护人签字，拍照上传。", "Signed by the applicant or guardian; a photo is fine.")),),
)  # fmt: skip


@dataclass
class Filled:
    """A draft with its rules and answers, and what registers and records know of its applicant."""

    draft: Draft
    rules: Measure
    answers: Any
    known: dict[str, Known]
    waiting: list[Register]

    @property
    def facts(self) -> Any:
        return self.answers["facts"]

    @cached_property
    def told(self) -> frozenset[str]:
        """The questions whose answer a source has given too."""
        return told_facts(self.rules, self.facts, self.known)

    @cached_property
    def offer(self) -> dict[str, Any]:
        """What is known, as it would be answered."""
        if self.draft.person is None or not self.known:
            return {}
        return offered(self.draft.person, self.rules, self.known, localdate())

    @property
    def confirmed(self) -> frozenset[str]:
        """What the applicant said is right as it was found: not asked again."""
        return self.told & frozenset(self.answers.get(KNOWN, ()))

    def asked(self, part: Section) -> list[Fact]:
        """The questions of a section that are still to be answered here."""
        return [fact for fact in applicants_facts(part, self.facts) if fact.name not in self.confirmed]

    def wanted(self, part: Section) -> list[Any]:
        """The papers of a section that the applicant is asked for."""
        return [one for one in part.evidence if one.is_asked(self.facts) and is_wanted(one, self.told)]

    @property
    def parts(self) -> list[Section]:
        """The sections that are filled in, and the signed paper where an officer registers it."""
        paper = [_SIGNED] if is_registered(self.draft) and self.rules.applicant != ANONYMOUS else []
        sections = self.rules.sections_asked(self.facts)
        return [*(part for part in sections if self.asked(part) or self.wanted(part)), *paper]

    def missing(self, handed_in: list[Evidence]) -> dict[str, T]:
        return missing_from(
            self.rules, self.answers, handed_in, on_behalf=is_registered(self.draft), told=self.told
        )  # fmt: skip


@dataclass(frozen=True)
class ContactWords:
    """How an applicant is reached, as pages say it; `town` is empty outside the district."""

    telephone: str
    address: str
    town: str


def contact_words(contact: Contact | None, district_id: int) -> ContactWords | None:
    """The contact in words; None where there is none."""
    if contact is None:
        return None
    town = districts.department(district_id, contact.town_id).title if contact.town_id else ""
    return ContactWords(contact.telephone, contact.address, town)


def opened(request: HttpRequest, draft_id: int) -> Filled:
    """The actor's own draft. Raises NotThere."""
    draft = draft_for(request.actor, draft_id)
    rules, answers = measure(draft.measure, draft.purpose), unseal(draft.key, draft.answers)
    who = draft.person or draft.organisation
    if who is None or not sources_of(rules):
        return Filled(draft, rules, answers, {}, [])
    told = told_of(who, localdate(), sources_of(rules))
    waiting = [REGISTERS[code] for code in sorted(sources_of(rules)) if told.waits(code)]
    known = known_of(who, rules, localdate(), told, facts=answers["facts"])
    return Filled(draft, rules, answers, known, waiting)


def rows_of(filled: Filled, handed_in: list[Evidence]) -> list[Row]:
    """The task list."""
    draft, answers = filled.draft, filled.answers
    rows = [
        Row(
            T("您的联系方式", "How we reach you"),
            f"/my/drafts/{draft.pk}/about/",
            "done" if answers.get(ABOUT) else "todo",
        )
    ]
    if filled.offer:
        rows.append(
            Row(
                T("我们已经查到的", "What we found already"),
                f"/my/drafts/{draft.pk}/known/",
                "done" if KNOWN in answers else "todo",
                T("看一眼，对的就不用再填。", "Look it over; what is right need not be filled in."),
            )  # fmt: skip
        )
    for part in filled.parts:
        done = section_is_done(part, answers, handed_in, filled.told)
        state = {True: "done", False: "begun", None: "todo"}[done]
        rows.append(Row(part.title, f"/my/drafts/{draft.pk}/{part.code}/", state, part.hint))
    return rows


def who_of(draft: Draft) -> Any:
    """For whom the draft is: a person, an organisation, a department, or None for nobody known."""
    return draft.person or draft.organisation or draft.applicant_department


def is_registered(draft: Draft) -> bool:
    """Whether an officer registers it for somebody else (代办), with a paper that they signed."""
    return draft.user.kind == draft.user.OFFICER and draft.applicant_department_id is None


def shown_answers(
    rules: Measure,
    answers: Any,
    evidence: list[Evidence],
    sections: list[Section] | None = None,
    told: Iterable[str] = (),
) -> list[Part]:
    """The answers in words, section by section: the measure's, or the `sections` given."""
    facts, known = answers["facts"], frozenset(told)
    parts = []
    for part in sections if sections is not None else rules.sections_asked(facts):
        lines = [
            (fact.name, fact.question, fact.say(facts.get(fact.name)) if fact.name in facts else None)
            for fact in applicants_facts(part, facts)
        ]
        parts.append(Part(part, lines, papers_of(part, facts, evidence, known)))
    return parts


def papers_of(part: Section, facts: Any, evidence: list[Evidence], told: frozenset[str] = frozenset()) -> list[Paper]:
    """The papers of a section, each with its files (their names read for display)."""
    asked = [one for one in part.evidence if one.is_asked(facts) and not one.held_by_office]
    found = [Paper(one, named(file for file in evidence if file.code == one.code), f"file-{one.code}") for one in asked]
    return [paper for paper in found if paper.files or is_wanted(paper.evidence, told)]


def named(files: Iterable[Evidence]) -> list[Evidence]:
    """The files with their names and descriptions unsealed, for display."""
    told = list(files)
    for file in told:
        file.shown_name = unseal(file.key, file.name)  # type: ignore[attr-defined]
        file.shown_description = unseal(file.key, file.description)  # type: ignore[attr-defined]
    return told
