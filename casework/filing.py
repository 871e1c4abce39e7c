"""An application's answers: their shape, and what is still missing before it can be sent.

Answers are `{"facts": {name: JSON value or None}, "about": bool, "known": [name]}`. A fact that stands there with None was answered "I am
not sure" or left empty on purpose; one that does not stand there was not answered yet.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from casework.models import Evidence, Organisation, Person
from policy import FormError, T
from policy.facts import Fact, Table
from policy.measure import ANONYMOUS, Measure, Section
from policy.measure import Evidence as Wanted

ABOUT = "about"
CONTACT = "contact"  # how the applicant is reached, as given with this application (`Contact`)
KNOWN = "known"  # the facts that the applicant confirmed as they were found, once they have gone through them
SIGNED_PAPER = "signed_paper"  # what an applicant signed for whoever registers their application (代办)
EMPTY: dict[str, Any] = {"facts": {}, ABOUT: False}


@dataclass(frozen=True)
class Contact:
    """How an applicant is reached (联系方式); `town_id` is the town-level office where they live, None outside the district."""

    telephone: str
    address: str
    town_id: int | None


def contact_in(answers: Mapping[str, Any], who: Person | Organisation) -> Contact:
    """As it was given with these answers; else as it is known of the applicant."""
    return given_contact(answers) or Contact(who.telephone, who.address, who.town_id)


def given_contact(answers: Mapping[str, Any]) -> Contact | None:
    """As it was given with these answers; None in answers from before it was kept with them."""
    given = answers.get(CONTACT)
    return Contact(**given) if given else None


def applicants_facts(section: Section, facts: Mapping[str, Any]) -> list[Fact]:
    """The questions of a section that these answers open for the applicant."""
    return [fact for fact in section.facts if fact.asked_of == "applicant" and fact.is_asked(facts)]


def is_answered(fact: Fact, facts: Mapping[str, Any]) -> bool:
    """Whether the question has an answer that an application can be sent with."""
    if fact.name not in facts:
        return not fact.required
    value = facts[fact.name]
    if isinstance(fact.kind, Table) and value is not None:
        rows_are_full = all(is_answered(column, row) for row in value for column in fact.kind.columns)
        return rows_are_full and (bool(value) or not fact.required)
    return value is not None or fact.kind.may_be_unsure or not fact.required


def missing_from(
    measure: Measure, answers: Mapping[str, Any], evidence: Iterable[Evidence], *, on_behalf: bool = False,
    told: Collection[str] = (),
) -> dict[str, T]:  # fmt: skip
    """What must still be done, by field: a sentence that says what to do. `on_behalf`: an officer registers it (代办).

    `told` are the questions whose answers a register or a record has given too: what proves them is not asked for.
    """
    facts = answers["facts"]
    missing: dict[str, T] = {}
    if not answers.get(ABOUT):
        missing[ABOUT] = T("请核对您的联系方式。", "Please check how we can reach you.")
    for fact in measure.facts_asked(facts):
        if not is_answered(fact, facts):
            missing[fact.name] = fact.error
        elif wrong := _misread(fact, facts.get(fact.name)):
            missing[fact.name] = wrong
    handed_in = {one.code for one in evidence}
    if on_behalf and measure.applicant != ANONYMOUS and SIGNED_PAPER not in handed_in:
        missing[SIGNED_PAPER] = T("请上传申请人签字的委托书。", "Please upload the paper that the applicant signed.")
    for one in measure.evidence_asked(facts):
        if is_wanted(one, told) and one.required and one.code not in handed_in:
            missing[one.code] = T("请上传：{title}。", "Please upload: {title}.").fill(title=one.title)
    return missing


def is_wanted(evidence: Wanted, told: Collection[str] = ()) -> bool:
    """Whether the document is asked of the applicant: neither held by the office nor proved by a source."""
    return not evidence.held_by_office and evidence.told_by not in told


def _misread(fact: Fact, value: Any) -> T | None:
    """What is wrong with an answer as a whole: two rows of the same month, say."""
    try:
        fact.read(value)
    except FormError as error:
        return error.message
    return None


def section_is_done(
    section: Section, answers: Mapping[str, Any], evidence: Iterable[Evidence], told: Collection[str] = ()
) -> bool | None:
    """True: everything there. False: begun or needed. None: nothing of it answered yet."""
    facts = answers["facts"]
    asked = applicants_facts(section, facts)
    wanted = [one for one in section.evidence if one.is_asked(facts) and one.required and is_wanted(one, told)]
    handed_in = {one.code for one in evidence}
    if all(fact.name in facts and is_answered(fact, facts) for fact in asked) and all(
        one.code in handed_in for one in wanted
    ):
        return True
    begun = any(fact.name in facts for fact in asked) or any(one.code in handed_in for one in wanted)
    return False if begun else None


def merged(answers: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with these facts put in."""
    return {**answers, "facts": {**answers["facts"], **facts}}
