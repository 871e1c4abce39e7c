"""Clocks of a case (期限): started, paused, resumed, ended, and told day by day.

A clock's date is always worked out from what stands in the database: the day it began, its frozen length and unit, and
its pauses. `Task.due` is its copy, written here and nowhere else.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from casework.calendar import Calendar, calendar_of
from casework.models import Case, Deadline, DeadlineChange, DeadlinePause, Task
from casework.statements import Asked, given
from policy.parameters import Parameters

_DAY = timedelta(days=1)
CORRECTION, NOTICE, DECISION, OBJECTION = "correction", "notice", "decision", "objection"
EXAMINATION = "examination"  # why clocks stand still until the results of a recruitment round are out
KEEPS_RUNNING = (CORRECTION, OBJECTION)


class NoClock(LookupError):
    """No parameter says how long this clock runs on that day."""


@dataclass(frozen=True)
class Length:
    """How long a clock runs: a number of working days, calendar days or calendar months."""

    number: int
    unit: str


def length_of(parameters: Parameters, name: str, on: date) -> Length:
    """The length that the parameter `clock.<name>` has on the day; raises NoClock."""
    entry = parameters.entry(f"clock.{name}", on)
    if entry is None or entry.value is None:
        raise NoClock(name)
    return Length(int(entry.value), entry.unit)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later, the month's last day if shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_after(began: date, length: Length, calendar: Calendar, pauses: Iterable[tuple[date, date]] = ()) -> date:
    """The last day of a clock that began on `began` (day 1 is the day after), days inside pauses left out."""
    stopped = list(pauses)
    if length.unit == "months":
        due = add_months(began, length.number)
        return due + sum(((until - since).days + 1 for since, until in stopped), 0) * _DAY
    day, left = began, length.number
    while left > 0:
        day += _DAY
        if any(since <= day <= until for since, until in stopped):
            continue
        if length.unit == "calendar" or calendar.works(day):
            left -= 1
    return day


def start(case: Case, kind: str, length: Length, on: date, calendar: Calendar, task: Task | None = None) -> Deadline:
    """A new clock; its first day is the day after `on`."""
    due = due_after(on, length, calendar)
    return Deadline.objects.create(
        district_id=case.district_id, case=case, task=task, kind=kind, unit=length.unit, length=length.number,
        began_on=on, due=due, provisional=calendar.is_provisional(on, due),
    )  # fmt: skip


def end(deadlines: Iterable[Deadline], now: datetime) -> None:
    """Stop the clocks for good; whether each was kept is written with it."""
    for deadline in deadlines:
        deadline.ended_at, deadline.kept = now, localdate(now) <= deadline.due
        deadline.save(update_fields=["ended_at", "kept"])
        DeadlinePause.objects.filter(deadline=deadline, until=None).update(until=localdate(now))


def standing_still(task: str = "pk") -> Exists:
    """For a query of tasks: whether the step's clock stands still for an examination, so that its day means nothing yet.
    `task` is the column with the task's key."""
    return Exists(DeadlinePause.objects.filter(deadline__task=OuterRef(task), until=None, reason=EXAMINATION))


RUNNING: Final = Asked(lambda: Deadline.objects.filter(case=given("case"), ended_at=None).order_by("pk"))
PAUSES: Final = Asked(lambda: DeadlinePause.objects.filter(deadline__case=given("case")))
CHANGES: Final = Asked(lambda: DeadlineChange.objects.filter(deadline__case=given("case")))
SHOWN: Final = (RUNNING, PAUSES, CHANGES)  # what `shown` asks by the case's key, for a page to ask ahead


def shown(case: Case) -> list[Deadline]:
    """The clocks that run, with everything that a page says of them: their pauses, and where and why their dates moved."""
    clocks = RUNNING.all(case=case.pk)
    beside: dict[str, list[Any]] = {"pauses": PAUSES.all(case=case.pk), "changes": CHANGES.all(case=case.pk)}
    for name, rows in beside.items():
        for clock in clocks:  # as `prefetch_related` leaves them
            own = clock.__dict__.setdefault("_prefetched_objects_cache", {})
            own[name] = [row for row in rows if row.deadline_id == clock.pk]
    return clocks


def running(case: Case) -> list[Deadline]:
    return RUNNING.all(case=case.pk)


def pause(case: Case, reason: str, now: datetime, *, every: bool = False) -> None:
    """The clocks of the case stand still from tomorrow on, but those that run for the applicant or an objector.

    `every`: those too. A clock that stands still already goes on doing so.
    """
    since = localdate(now) + _DAY
    standing = set(DeadlinePause.objects.filter(deadline__case=case, until=None).values_list("deadline_id", flat=True))
    DeadlinePause.objects.bulk_create(
        [
            DeadlinePause(district_id=case.district_id, deadline=deadline, since=since, reason=reason)
            for deadline in running(case)
            if (every or deadline.kind not in KEEPS_RUNNING) and deadline.pk not in standing
        ]
    )


def resume(case: Case, reason: str, now: datetime, calendar: Calendar) -> list[Deadline]:
    """The clocks that stood still for this reason go on tomorrow with what was left; their dates move and say why."""
    today = localdate(now)
    standing = DeadlinePause.objects.filter(until=None, reason=reason, deadline__case=case, deadline__ended_at=None)
    moved = list(Deadline.objects.filter(pk__in=standing.values("deadline")).order_by("id"))
    open_pauses = DeadlinePause.objects.filter(deadline__in=moved, until=None, reason=reason)
    open_pauses.filter(since__gt=today).delete()
    open_pauses.update(until=today)
    for deadline in moved:
        recompute(deadline, reason, now, calendar)
    return moved


def recompute(deadline: Deadline, reason: str, now: datetime, calendar: Calendar) -> None:
    """The date again from what is stored; where it moved, the change and its cause are kept."""
    due = counted(deadline, calendar)
    provisional = calendar.is_provisional(deadline.began_on, due)
    if due != deadline.due:
        DeadlineChange.objects.create(
            district_id=deadline.district_id,
            deadline=deadline,
            old_due=deadline.due,
            new_due=due,
            reason=reason,
            at=now,
        )
    if due != deadline.due or provisional != deadline.provisional:
        deadline.due, deadline.provisional = due, provisional
        deadline.save(update_fields=["due", "provisional"])
        if deadline.task_id and deadline.kind != OBJECTION:
            Task.objects.filter(pk=deadline.task_id).update(due=due)


def counted(deadline: Deadline, calendar: Calendar) -> date:
    """The date by what is stored: its beginning, its frozen length, and its pauses that have ended."""
    pauses = [(pause.since, pause.until) for pause in deadline.pauses.all() if pause.until]
    return due_after(deadline.began_on, Length(deadline.length, deadline.unit), calendar, pauses)


@dataclass(frozen=True)
class Day:
    """One day of a clock as pages show it: counted (with its number), off (a weekend or holiday), or held."""

    date: date
    number: int | None
    state: str
    is_today: bool
    is_due: bool
    name: str = ""


def told_clocks(case: Case) -> list[tuple[Deadline, list[Day]]]:
    """Every clock of the case with its days, the newest first."""
    calendar = calendar_of(case.district_id)
    every = case.deadlines.select_related("task").prefetch_related("pauses", "changes").order_by("-pk")
    return [(one, days(one, calendar, localdate())) for one in every]


def days(deadline: Deadline, calendar: Calendar, today: date) -> list[Day]:
    """Each day from the beginning to the due date or today, whichever is later (90 at most): how it was counted."""
    pauses = [(pause.since, pause.until or max(today, deadline.due)) for pause in deadline.pauses.all()]
    last = max(deadline.due, today) if deadline.ended_at is None else max(deadline.due, localdate(deadline.ended_at))
    told, number = [Day(deadline.began_on, None, "start", deadline.began_on == today, False)], 0
    for offset in range(1, min((last - deadline.began_on).days, 90) + 1):
        day = deadline.began_on + offset * _DAY
        counted = None
        if any(since <= day <= until for since, until in pauses):
            state = "hold"
        elif deadline.unit == "calendar" or deadline.unit == "months" or calendar.works(day):
            number += 1
            state, counted = "counted", number
        else:
            state = "off"
        told.append(Day(day, counted, state, day == today, day == deadline.due, calendar.names.get(day, "")))
    return told
