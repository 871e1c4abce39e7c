"""Keep the calendar of working days (工作日历): a year's holidays and adjusted weekends; running dates are counted anew."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import District
from casework import access, deadlines
from casework.access import ActionSpec
from casework.calendar import Calendar
from casework.historic import keep
from casework.models import Deadline, Holiday, Notice
from casework.record import write_on
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from policy import T

ENTER = access.register_action(ActionSpec("enter_calendar", needs="any_case", holder="administrators", proof=True))
LONGEST_SOURCE = 80
RECOUNT = access.register_action(ActionSpec("recount", needs="open_case", holder="clock"))


def enter_year(
    *, year: int, days: Mapping[date, tuple[bool, str]], by: Actor, now: datetime, source: str = ""
) -> int:  # fmt: skip
    """The days of a year that differ from Monday to Friday: each works or not, with its name. How many changed.

    `days` is the whole year; a day that stood there and is not in it is taken away. `source` is the notice that says so; it
    stands in the record, with the days that changed. The running dates are recounted by the next sweep. Raises Invalid, NotAllowed, ProofNeeded.
    """
    verdict = access.may(by, "enter_calendar", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason or "no_post")
    if access.proof_is_due(by, "enter_calendar", now):
        raise ProofNeeded
    _check(year, days)
    with transaction.atomic():
        district = District.objects.select_for_update(no_key=True).get(pk=by.post.district_id)
        standing = {one.day: one for one in Holiday.objects.filter(district=district, day__year=year)}
        changed: list[date] = []
        for day, (works, name) in sorted(days.items()):
            row = standing.pop(day, None) or Holiday(district=district, day=day)
            if (row.pk, row.works, row.name) != (row.pk, works, name) or row.pk is None:
                row.works, row.name = works, name
                keep(row, by, "calendar", now)
                changed.append(day)
        for row in standing.values():
            row.delete()
            changed.append(row.day)
        if changed:
            write_on(
                district, "calendar_entered", by, now, district_id=district.pk,
                details={
                    "year": year, "days": len(days), "changed": len(changed), "source": source.strip()[:LONGEST_SOURCE],
                    "which": [day.isoformat() for day in sorted(changed)],
                },
            )  # fmt: skip
        return len(changed)


def recount(*, deadline_id: int, by: Actor, now: datetime) -> None:
    """A running date again by the calendar as it stands; where it moved, the change and its cause are kept."""
    found = Deadline.objects.get(pk=deadline_id)
    with engine.at_work(case_id=found.case_id, by=by, verb="recount", now=now) as work:
        found.refresh_from_db()
        if found.ended_at is not None:
            raise AlreadyDone
        before = found.due, found.provisional
        deadlines.recompute(found, "calendar", now, work.calendar)
        if (found.due, found.provisional) == before:
            raise AlreadyDone
        if found.kind == deadlines.NOTICE:
            Notice.objects.filter(task=found.task, ended_at=None).update(ends_on=found.due)
        note(
            work, "recounted", details={"clock": found.kind, "old": before[0].isoformat(), "due": found.due.isoformat()}
        )


def differs(found: Deadline, calendar: Calendar) -> bool:
    """Whether the calendar gives another date, or another certainty, than what stands there; open pauses aside."""
    if any(pause.until is None for pause in found.pauses.all()):
        return False
    due = deadlines.counted(found, calendar)
    return (due, calendar.is_provisional(found.began_on, due)) != (found.due, found.provisional)


def _check(year: int, days: Mapping[date, tuple[bool, str]]) -> None:
    if not days:
        raise Invalid(
            days=T("一年里总有节假日。请把这一年的都写上。", "A year has holidays. Please enter all of them.")
        )
    if any(day.year != year for day in days):
        raise Invalid(days=T("有的日子不在这一年。", "Some days are not of this year."))
    for day, (works, name) in days.items():
        if works == (day.weekday() < 5):
            raise Invalid(days=T("{day}本来就是这样，不用写。", "{day} is so anyway; leave it out.").fill(day=day))
        if not name.strip() or len(name) > 40:
            raise Invalid(
                days=T("{day}请写是什么节，最多 40 个字。", "Please name {day}, at most 40 characters.").fill(day=day)
            )
