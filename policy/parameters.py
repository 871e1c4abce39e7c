"""The policy's figures, by the period in which each is in force."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path

from policy.errors import ParameterError

POLICY = "policy"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KNOWN = {"from", "to", "value", "unit", "source"}


@dataclass(frozen=True)
class Period:
    """Days from ``first`` to ``last``, both included; no ``last`` means open."""

    first: date
    last: date | None

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Entry:
    """One figure in one period. Rates and yuan as Decimal; ``extra`` holds what else the file says, dates as text.

    An entry named "policy" is no figure but a version of the policy, with ``version`` as its name.
    """

    name: str
    period: Period
    value: Decimal | None
    version: str = ""
    unit: str = ""
    source: str = ""
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Parameters:
    """All figures. Made by ``from_toml`` or ``from_rows``; both raise ParameterError."""

    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        _refuse_overlaps(self.entries)
        if not any(entry.name == POLICY for entry in self.entries):
            raise ParameterError("[policy] with the policy's own period is missing")

    @classmethod
    def from_toml(cls, text: str) -> Parameters:
        try:
            tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ParameterError(f"not TOML: {error}") from error
        return cls.from_rows(_rows(tree))

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, object]]) -> Parameters:
        """From dicts with ``name, from, to, value, unit, source, extra``; days as date or text, values as text.

        The value of a row named "policy" is the version's name; without one it is the month of its first day.
        """
        return cls(tuple(_entry(row) for row in rows))

    def entry(self, name: str, on: date) -> Entry | None:
        """The entry in force on a day, None where there is none."""
        for entry in self._by_name.get(name, ()):
            if on in entry.period:
                return entry
        return None

    def value(self, name: str, on: date) -> Decimal | None:
        """The figure in force on a day; None where there is none: never a guess, never zero."""
        entry = self.entry(name, on)
        return None if entry is None else entry.value

    def named(self, name: str) -> tuple[Entry, ...]:
        """All entries of a name, in the order of time."""
        return self._by_name.get(name, ())

    @cached_property
    def _by_name(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda entry: entry.period.first):
            found.setdefault(entry.name, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    def period(self) -> Period:
        """The policy's own period, over all its versions (五2)."""
        return self._period

    @cached_property
    def _period(self) -> Period:
        periods = [entry.period for entry in self.entries if entry.name == POLICY]
        lasts = [period.last for period in periods if period.last is not None]
        return Period(min(period.first for period in periods), max(lasts) if len(lasts) == len(periods) else None)

    @cached_property
    def period_in_words(self) -> str:
        """The policy's own period as ISO days: ``2024-03-01/2029-02-28``."""
        return f"{self._period.first}/{self._period.last or ''}"

    def version(self, on: date) -> str:
        """The version of the policy in force on a day, else the latest begun, else the first: ``2024-03``."""
        versions = self._by_name[POLICY]
        begun = [entry.version for entry in versions if entry.period.first <= on]
        return begun[-1] if begun else versions[0].version

    def rows(self) -> list[dict[str, object]]:
        """The entries as dicts that ``from_rows`` reads; days as date, values as text, ``extra`` fit for JSON."""
        return [
            {
                "name": entry.name,
                "from": entry.period.first,
                "to": entry.period.last,
                "value": entry.version if entry.value is None else str(entry.value),
                "unit": entry.unit,
                "source": entry.source,
                "extra": dict(entry.extra),
            }
            for entry in self.entries
        ]


@cache
def load() -> Parameters:
    """The parameters that come with the policy (``policy/parameters.toml``)."""
    return Parameters.from_toml(Path(__file__).with_name("parameters.toml").read_text(encoding="utf-8"))


def _rows(tree: Mapping[str, object], prefix: str = "") -> Iterator[dict[str, object]]:
    for key, branch in tree.items():
        name = prefix + key
        if isinstance(branch, dict) and isinstance(branch.get("from", []), list):  # a parameter may be called "from"
            yield from _rows(branch, f"{name}.")
            continue
        for table in branch if isinstance(branch, list) else [branch]:
            if not isinstance(table, dict):
                raise ParameterError(f"{name}: a table with `from` is needed")
            extra = {other: value for other, value in table.items() if other not in _KNOWN}
            yield {"name": name, "extra": extra} | {known: table.get(known) for known in _KNOWN}


def _entry(row: Mapping[str, object]) -> Entry:
    name = row.get("name")
    if not isinstance(name, str) or not name:
        raise ParameterError(f"a parameter needs a name: {row!r}")
    first, last = _day(name, row.get("from")), _day(name, row.get("to"))
    if first is None or (last is not None and last < first):
        raise ParameterError(f"{name}: from {first} to {last} is no period")
    extra = row.get("extra") or {}
    if not isinstance(extra, Mapping):
        raise ParameterError(f"{name}: extra must be a table")
    return Entry(
        name=name,
        period=Period(first, last),
        value=None if name == POLICY else _value(name, row.get("value")),
        version=str(row.get("value") or first.isoformat()[:7]) if name == POLICY else "",
        unit=str(row.get("unit") or ""),
        source=str(row.get("source") or ""),
        extra={key: _plain(value) for key, value in extra.items()},
    )


def _day(name: str, value: object) -> date | None:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ParameterError(f"{name}: there is no day {value}") from None
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise ParameterError(f"{name}: not a day: {value!r}")


def _value(name: str, value: object) -> Decimal | None:
    if isinstance(value, Decimal) and value.is_finite() and value >= 0:
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    raise ParameterError(f"{name}: the value must be a number in quotes, not {value!r}")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _refuse_overlaps(entries: tuple[Entry, ...]) -> None:
    ordered = sorted(entries, key=lambda entry: (entry.name, entry.period.first))
    for before, after in pairwise(ordered):
        if before.name == after.name and after.period.first in before.period:
            raise ParameterError(f"{after.name}: two periods overlap on {after.period.first}")
