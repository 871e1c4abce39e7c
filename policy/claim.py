"""One claim as the rules see it: its day, its facts, earlier claims, and the parameters that it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from policy import facts as kinds
from policy.errors import FormError
from policy.exclusions import BY_KIND, KEYS, OUTSIDE, Exclusion, row_of, values_of
from policy.facts import Fact, Row, Value
from policy.parameters import Parameters
from policy.text import T

FEN = Decimal("0.01")
NOTHING = Decimal("0.00")
#: wide enough for whatever can be written down, so that sums are exact and rounding never fails
WIDE = Context(prec=4096)
_DAY, _MONEY = kinds.Date(), kinds.Money()


def half_up(yuan: Decimal) -> Decimal:
    """Rounded to the fen, half up, never below 0."""
    return NOTHING if yuan <= 0 else yuan.quantize(FEN, ROUND_HALF_UP, WIDE)


@dataclass(frozen=True)
class Earlier:
    """An earlier approved claim of the same person or unit, or a benefit from outside this system.

    ``keys`` holds what it is for, by the name of the key (``month``, ``year``, ``invoice`` …); ``name`` the person
    that it concerns where it says one, ``own`` that it concerns the applicant alone; ``reference`` the case where known.
    """

    type: str
    row: Exclusion | None
    amount: Decimal | None
    keys: Mapping[str, frozenset[object]]
    name: str | None = None
    reference: str | None = None
    own: bool = False
    number: int = 0

    @property
    def is_paid(self) -> bool:
        """Whether money was or may have been granted: an amount that is not told counts as granted."""
        return self.amount is None or self.amount > 0


class Words(Mapping[str, object]):
    """The facts of a claim in words, for ``T.filled_from``; each is put into words when it is read."""

    __slots__ = ("_claim", "_declared")

    def __init__(self, claim: Claim, declared: Mapping[str, Fact]) -> None:
        self._claim, self._declared = claim, declared

    def __getitem__(self, name: str) -> object:
        if name == "as_of":
            return self._claim.as_of
        return self._declared[name].say_typed(self._claim.facts[name])

    def __iter__(self) -> Iterator[str]:
        return iter(("as_of", *self._claim.facts))

    def __len__(self) -> int:
        return len(self._claim.facts) + 1


@dataclass(slots=True)
class Claim:
    """What a rule may look at. ``day`` is the fact date (五2), None while it is unknown. ``used`` fills as rules look."""

    as_of: date
    facts: Mapping[str, Value | None]
    history: tuple[Earlier, ...]
    parameters: Parameters
    words: Mapping[str, object] = field(default_factory=dict)
    day: date | None = None
    used: dict[str, str] = field(default_factory=dict)

    def parameter(self, name: str, on: date) -> Decimal | None:
        """The figure in force on a day, noted as used; None where there is none."""
        value = self.parameters.value(name, on)
        if value is not None:
            self.use(name, str(value))
        return value

    def figure(self, name: str, missing: list[str]) -> Decimal | None:
        """The figure in force on the fact date. Where there is none, its name joins ``missing``.

        While the fact date itself is unknown nothing joins: the fact is missing, not the figure.
        """
        if self.day is None:
            return None
        value = self.parameter(name, self.day)
        if value is None:
            missing.append(name)
        return value

    def use(self, name: str, value: str) -> None:
        before = self.used.get(name)
        if before is None:
            self.used[name] = value
        elif value not in before.split(", "):
            self.used[name] = f"{before}, {value}"

    def earlier(self, row: Exclusion) -> tuple[Earlier, ...]:
        """The earlier benefits that take part in a row of the exclusions and count there."""
        if not self.history:
            return ()
        return tuple(one for one in self.history if one.row is row and (one.is_paid or not row.if_paid))

    def truth(self, name: str) -> bool | None:
        value = self.facts[name]
        return value if isinstance(value, bool) else None

    def number(self, name: str) -> int | None:
        value = self.facts[name]
        return value if isinstance(value, int) else None

    def money(self, name: str) -> Decimal | None:
        value = self.facts[name]
        return value if isinstance(value, Decimal) else None

    def rows(self, name: str) -> Iterator[tuple[str, Row]]:
        """The rows of a table, each with its path; none while it is unknown."""
        value = self.facts[name]
        for number, row in enumerate(value if isinstance(value, tuple) else ()):
            assert isinstance(row, Mapping)
            yield f"{name}[{number}]", row


def read_claim(
    as_of: object, facts: object, history: object, parameters: Parameters, declared: Mapping[str, Fact]
) -> Claim:
    """Checks the form of everything first. Raises FormError for the first wrong value."""
    if as_of is None:
        raise FormError(
            "as_of", T("请填申请的日期，比如“2025-09-18”。", "Please give the day of application: 2025-09-18.")
        )
    day = as_of if type(as_of) is date else _DAY.read(as_of, "as_of")
    if not isinstance(facts, Mapping):
        raise FormError("facts", T("“facts”里要放各项事实。", "“facts” must be an object that holds the facts."))
    claim = Claim(
        as_of=day,
        facts=read_facts(facts, declared),
        history=_read_history(history),
        parameters=parameters,
    )
    claim.words = Words(claim, declared)
    return claim


def read_facts(given: Mapping[str, Any], declared: Mapping[str, Fact]) -> dict[str, Value | None]:
    """The typed values; null and absent are None. Raises FormError for the first wrong one."""
    found: dict[str, Value | None] = {}
    for name, fact in declared.items():
        value = given.get(name)
        found[name] = None if value is None else fact.kind.read(value, name)
    return found


def _read_history(history: object) -> tuple[Earlier, ...]:
    if not history and (history is None or isinstance(history, list | tuple)):
        return ()
    if not isinstance(history, list | tuple):
        raise FormError("history", T("“history”要是一张清单。", "“history” must be a list."))
    return tuple(_read_earlier(entry, f"history[{number}]", number) for number, entry in enumerate(history))


def _read_earlier(entry: object, path: str, number: int) -> Earlier:
    if not isinstance(entry, Mapping):
        raise FormError(path, T("以前的每一笔都要写成一组数据。", "Each earlier claim must be an object."))
    code, kind, amount = entry.get("type"), entry.get("kind"), entry.get("amount")
    if not isinstance(code, str):
        raise FormError(f"{path}.type", T("请写明以前申请的是哪一项。", "Please name the type of the earlier claim."))
    if code == OUTSIDE and row_of(code, kind) is None:
        message = T("请从这几种里写一种：{kinds}。", "Please name one of these kinds: {kinds}.")
        raise FormError(f"{path}.kind", message.fill(kinds=tuple(BY_KIND)))
    if not isinstance(entry.get("facts") or {}, Mapping):
        raise FormError(
            f"{path}.facts", T("“facts”里要放各项事实。", "“facts” must be an object that holds the facts.")
        )
    row = row_of(code, kind)
    keys = {}
    for key in {"invoice", row.key if row is not None and row.key else "invoice"}:
        found = frozenset(KEYS[key].read(value, where) for value, where in values_of(key, entry, path))
        if found:
            keys[key] = frozenset(row.same(one) for one in found) if row is not None else found
    return Earlier(
        type=code,
        row=row,
        amount=None if amount is None else _MONEY.read(amount, f"{path}.amount"),
        keys=keys,
        name=_text(entry, "name", path),
        reference=_text(entry, "reference", path),
        own=entry.get("own") is True,
        number=number,
    )


def _text(entry: Mapping[str, object], name: str, path: str) -> str | None:
    value = entry.get(name)
    return None if value is None else str(KEYS[name].read(value, f"{path}.{name}"))
