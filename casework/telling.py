"""Messages and records in sentences, for pages and for the relay: keys and values become words here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from casework.access import STEPS
from casework.models import Case, Message
from casework.wording import MESSAGES, SUSPENSIONS
from policy import T


def told_message(case: Case | None, message: Message) -> tuple[T, T]:
    """The title and the text of a message, filled with its values in words."""
    title, text = MESSAGES[message.event]
    values = in_words(case, message.values)
    return title.fill(**values), text.fill(**values)


def in_words(case: Case | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """A message's plain values as words: dates as dates, steps by who holds them and what is done there."""
    told: dict[str, Any] = {}
    for name, value in values.items():
        if name == "due":
            told[name] = date.fromisoformat(value)
        elif name == "ground":
            told[name] = SUSPENSIONS[value]
        elif name in ("step", "to") and case is not None:
            told[name] = step_words(case, value)
        else:
            told[name] = value
    return told


def step_words(case: Case, name: str) -> T:
    """A step as people call it; its bare name where its chain no longer has it."""
    chain = case.flow_class
    rights = STEPS.get(f"{chain.instance.flow_label}.{name}") if chain else None
    return rights.words if rights and rights.words else T(name or "—", name or "—", filled=True)
