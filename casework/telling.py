"""Messages and records in sentences, for pages and for the relay: keys and values become words here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import District
from casework import message_words as words
from casework.access import STEPS, StepRights
from casework.channels import Outgoing
from casework.models import Case, Message
from casework.references import shown
from casework.wording import EVENTS, FINDINGS, INQUIRIES, MESSAGES, SUSPENSIONS
from policy import T
from policy.text import month_in_words


def told_message(case: Case | None, message: Message) -> tuple[T, T]:
    """The title and the text of a message, filled with its values in words."""
    title, text = _words_of(message.audience, message.event)
    values = in_words(case, message.values)
    return title.fill(**values), text.fill(**values)


def short_message(case: Case | None, message: Message) -> T:
    """The message in one short line that names no department."""
    return _short_words(message.audience, message.event).fill(**in_words(case, message.values))


def placeholders(audience: str, event: str) -> frozenset[str]:
    """The values that the words of a message name. Raises KeyError where the event has no words."""
    title, text = _words_of(audience, event)
    return title.placeholders | text.placeholders | _short_words(audience, event).placeholders


def _words_of(audience: str, event: str) -> tuple[T, T]:
    return words.OTHERS.get((audience, event)) or MESSAGES[event]


def _short_words(audience: str, event: str) -> T:
    if (audience, event) in words.OTHERS:
        return words.OTHERS[audience, event][0]
    return words.SHORT.get(event) or MESSAGES[event][0]


def outgoing(message: Message, *, key: str, to: str, language: str) -> Outgoing:
    """The message as it leaves the house, in the reader's language."""
    case = message.case
    title, text = told_message(case, message)
    short = short_message(case, message)
    # A letter's first line is seen on a locked screen too: it names no step, as that names its department.
    first = short if "step" in _words_of(message.audience, message.event)[0].placeholders else title
    reference = shown(case.reference) if case else ""
    given = {"office": office(message.district), "words": short, "reference": reference}
    where = words.WHERE["applicant" if message.audience in ("applicant", "organisation") else "officer"]
    parts = [first, text, *([words.REFERENCE.fill(reference=reference)] if reference else []), where, words.ENDING]
    return Outgoing(
        key=key,
        to=to,
        language=language,
        subject=(words.SUBJECT if reference else words.SUBJECT_ALONE).fill(**given).in_(language),
        text="\n\n".join(part.in_(language) for part in parts) + "\n",
        line=(words.LINE if reference else words.LINE_ALONE).fill(**given).in_(language),
    )


def outgoing_code(district: District, code: str, *, key: str, to: str, language: str) -> Outgoing:
    """The one-time code that shows that an address is the reader's own."""
    given = {"office": office(district), "code": code}
    return Outgoing(
        key=key,
        to=to,
        language=language,
        subject=words.CODE_SUBJECT.fill(**given).in_(language),
        text=words.CODE_TEXT.fill(**given).in_(language) + "\n",
        line=words.CODE_LINE.fill(**given).in_(language),
    )


def act_words(case: Case | None, event: str) -> T:
    """What an act is called in the record of this case: an inquiry is not granted, it is found to be so."""
    if case is not None and case.measure in INQUIRIES and event in FINDINGS:
        return FINDINGS[event]
    return EVENTS[event]


def office(district: District) -> T:
    """Who writes, in words that say nothing of a disability."""
    return words.OFFICE.fill(district=T(district.name, district.name_en, filled=True))


def in_words(case: Case | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """A message's plain values as words: dates as dates, steps by who holds them and what is done there."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        if name == "due":
            told[name] = date.fromisoformat(value)
        elif name == "month":
            told[name] = month_in_words(date.fromisoformat(value))
        elif name == "ground":
            told[name] = SUSPENSIONS[value]
        elif name in ("step", "to") and case is not None:
            told[name] = step_words(case, value)
        else:
            told[name] = value
    return told


def step_words(case: Case, name: str) -> T:
    """A step as people call it, also one that only an earlier version of the chain had."""
    rights = _rights_at(case, name) or next((one for key, one in STEPS.items() if key.endswith(f".{name}")), None)
    return rights.words if rights and rights.words else T(name or "—", name or "—", filled=True)


def kind_of_step(case: Case) -> str:
    """The kind of the step at which the case stands, or the one role that has it alone; empty where it stands at none."""
    rights = _rights_at(case, case.step)
    return rights.role or rights.kind if rights else ""


def _rights_at(case: Case, name: str) -> StepRights | None:
    chain = case.flow_class
    return STEPS.get(f"{chain.instance.flow_label}.{name}") if chain else None
