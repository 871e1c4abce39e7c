"""The timelines of the rules (时间线): which figure is in force from when to when, where there is none, what a new one changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from casework.models.policy import Parameter, PolicyVersion, with_last
from policy.parameters import POLICY, Period

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One published row with the days on which it is in force, ends taken in."""

    row: Parameter | PolicyVersion
    period: Period


@dataclass(frozen=True)
class Change:
    """What a new entry does to a timeline: the lines it ends and their last days, the gaps it fills, the days that would
    have no figure any more, and the lines that it can't be published beside."""

    period: Period
    ends: tuple[tuple[Line, date], ...] = ()
    fills: tuple[Period, ...] = ()
    leaves: tuple[Period, ...] = ()
    clashes: tuple[Line, ...] = ()

    def replaced_before(self, today: date) -> Period | None:
        """The days gone by whose figure it changes."""
        past = Period(date.min, today - _DAY)
        replaced = [overlap(self.period, line.period) for line, _ in self.ends]  # one at most, as lines never overlap
        return next((overlap(both, past) for both in replaced if both), None)

    def filled_before(self, today: date) -> list[Period]:
        """The days gone by that were undetermined for want of it."""
        past = Period(date.min, today - _DAY)
        return [both for gap in self.fills if (both := overlap(gap, past))]


def lock(district_id: int, name: str) -> None:
    """One writer at a time for a name, until the transaction ends; the triggers take the same lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('rule'), hashtext(%s))", [f"{district_id} {name}"])


def timelines(district_id: int) -> dict[str, list[Line]]:
    """Every name's lines in order; the policy's versions under `policy`. Two statements."""
    found: dict[str, list[Line]] = {POLICY: _lines(PolicyVersion.objects.filter(district_id=district_id))}
    for line in _lines(Parameter.objects.filter(district_id=district_id).order_by("name", "since")):
        found.setdefault(str(line.row.name), []).append(line)  # type: ignore[union-attr]
    return found


def timeline(district_id: int, name: str) -> list[Line]:
    """The lines of one name."""
    if name == POLICY:
        return _lines(PolicyVersion.objects.filter(district_id=district_id))
    return _lines(Parameter.objects.filter(district_id=district_id, name=name))


def _lines(rows: Any) -> list[Line]:
    return [Line(row, Period(row.since, row.last)) for row in with_last(rows.order_by("since"))]


def whole(versions: Iterable[Line]) -> Period:
    """From the first day of any version of the policy to the last of any."""
    periods = [line.period for line in versions]
    lasts = [period.last for period in periods if period.last]
    return Period(min(p.first for p in periods), max(lasts) if len(lasts) == len(periods) else None)


def gaps(lines: Iterable[Period], within: Period) -> list[Period]:
    """The days of `within` that no period covers."""
    found, first = [], within.first
    for period in sorted(lines, key=lambda one: one.first):
        if within.last and period.first > within.last:
            break
        if period.first > first:
            found.append(Period(first, period.first - _DAY))
        if period.last is None:
            return found
        first = max(first, period.last + _DAY)
    if within.last is None or first <= within.last:
        found.append(Period(first, within.last))
    return found


def change(lines: list[Line], new: Period, within: Period) -> Change:
    """What an entry for `new` does. It ends a line that began before it; one that begins on its first day or later and
    meets it clashes, as a published figure is never replaced from its beginning."""
    met = [line for line in lines if overlap(line.period, new)]
    ends = tuple((line, new.first - _DAY) for line in met if line.period.first < new.first)
    clashes = tuple(line for line in met if line.period.first >= new.first)
    ended = {line.row.pk: last for line, last in ends}
    after = [new] + [Period(line.period.first, ended.get(line.row.pk, line.period.last)) for line in lines]
    before_gaps = gaps([line.period for line in lines], within)
    fills = tuple(both for gap in before_gaps if (both := overlap(gap, new)))
    leaves = tuple(
        both for gap in gaps(after, within) for line in lines if (both := overlap(gap, line.period))
    )  # fmt: skip
    return Change(new, ends, fills, leaves, clashes)


def overlap(one: Period, other: Period) -> Period | None:
    """The days that two periods have in common."""
    first = max(one.first, other.first)
    lasts = [last for last in (one.last, other.last) if last]
    last = min(lasts) if lasts else None
    return None if last and last < first else Period(first, last)
