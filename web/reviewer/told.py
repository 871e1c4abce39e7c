"""Where each fact of a case comes from, as its officers read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.known import sources_of
from casework.models import Case, FactOrigin
from casework.registers import REGISTERS
from casework.sealing import unseal
from casework.wording import ORIGINS, source_words
from policy import T
from policy.facts import Fact
from policy.measure import Measure


@dataclass(frozen=True)
class Origin:
    """The origin of one answer in words; `said` is what the source says where that differs."""

    fact: Fact
    state: str
    words: T
    answer: Any
    said: Any
    on: date | None
    confirmed_by: str
    confirmed_at: datetime | None
    register: str

    @property
    def is_open(self) -> bool:
        """Whether an officer should look at it: nobody has confirmed it, or the source says otherwise."""
        return self.state not in (FactOrigin.TOLD, FactOrigin.CONFIRMED)

    @property
    def differs(self) -> bool:
        return self.state == FactOrigin.DIFFERS


def origins_of(case: Case, rules: Measure, answers: Mapping[str, Any]) -> dict[str, Origin]:
    """By question, of those that a source could know."""
    found: dict[str, Origin] = {}
    if not sources_of(rules):
        return found
    for row in case.origins.select_related("confirmed_by"):
        fact, register = rules.fact(row.fact), REGISTERS.get(row.source)
        found[row.fact] = Origin(
            fact, row.state, ORIGINS[row.state].fill(source=source_words(row.source)), fact.say(answers.get(row.fact)),
            None if row.said is None else fact.say(unseal(case.key, row.said)), row.told_on,
            row.confirmed_by.display_name if row.confirmed_by else "", row.confirmed_at,
            row.source if register is not None and register.is_connected else "",
        )  # fmt: skip
    return found
