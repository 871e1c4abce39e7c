"""One claim as the rules see it: its day, its facts, earlier claims, and the parameters that it uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from policy.errors import FormError
from policy.facts import Date, Fact, Money, Value
from policy.parameters import Parameters
from policy.text import T

FEN = Decimal("0.01")


def half_up(yuan: Decimal) -> Decimal:
    """Rounded to the fen, half up, never below 0."""
    return max(yuan, Decimal(0)).quantize(FEN, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Earlier:
    """An earlier approved claim of the same person or unit, or a benefit from outside this system."""

    type: str
    fields: Mapping[str, object]
    amount: Decimal | None

    def key(self, name: str) -> object:
        """The key of its period (``month``, ``year`` …), at the top or among the earlier claim's facts."""
        facts = self.fields.get("facts")
        own = self.fields.get(name)
        return facts.get(name) if own is None and isinstance(facts, Mapping) else own


@dataclass
class Claim:
    """What a rule may look at. ``value`` and ``parameter`` remember what was used and what was missing."""

    as_of: date
    given: Mapping[str, object]
    facts: Mapping[str, Value | None]
    history: tuple[Earlier, ...]
    parameters: Parameters
    used: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str, on: date) -> Decimal | None:
        """The figure in force on a day, noted as used; None where there is none."""
        value = self.parameters.value(name, on)
        if value is not None:
            self.use(name, str(value))
        return value

    def use(self, name: str, value: str) -> None:
        before = self.used.get(name, value)
        self.used[name] = before if value in before.split(", ") else f"{before}, {value}"


def read_claim(
    as_of: object, facts: object, history: object, parameters: Parameters, declared: tuple[Fact, ...]
) -> Claim:
    """Checks the form of everything first. Raises FormError for the first wrong value."""
    if as_of is None:
        raise FormError(
            "as_of", T("请填申请的日期，比如“2025-09-18”。", "Please give the day of application: 2025-09-18.")
        )
    day = as_of if type(as_of) is date else Date().read(as_of, "as_of")
    assert isinstance(day, date)
    if not isinstance(facts, Mapping):
        raise FormError("facts", T("“facts”里要放各项事实。", "“facts” must be an object that holds the facts."))
    return Claim(
        as_of=day,
        given=facts,
        facts={fact.name: fact.read(facts.get(fact.name)) for fact in declared if fact.rule},
        history=_read_history(history),
        parameters=parameters,
    )


def _read_history(history: object) -> tuple[Earlier, ...]:
    if history is None:
        return ()
    if not isinstance(history, list | tuple):
        raise FormError("history", T("“history”要是一张清单。", "“history” must be a list."))
    return tuple(_read_earlier(entry, f"history[{number}]") for number, entry in enumerate(history))


def _read_earlier(entry: object, path: str) -> Earlier:
    if not isinstance(entry, Mapping):
        raise FormError(path, T("以前的每一笔都要写成一组数据。", "Each earlier claim must be an object."))
    code = entry.get("type")
    if not isinstance(code, str):
        raise FormError(f"{path}.type", T("请写明以前申请的是哪一项。", "Please name the type of the earlier claim."))
    amount = entry.get("amount")
    return Earlier(code, entry, None if amount is None else Money().read(amount, f"{path}.amount"))
