"""Working days: weekends, Spring Festival with its worked weekends, years without data, pauses, months."""

from datetime import date

import pytest

from casework.calendar import calendar_of
from casework.deadlines import Length, add_months, days, due_after
from casework.models import Deadline, DeadlinePause
from tests.factories import district, story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("began", "number", "due"),
    [
        (date(2026, 11, 2), 5, date(2026, 11, 9)),  # Monday: Tuesday is day 1
        (date(2026, 11, 6), 1, date(2026, 11, 9)),  # Friday: over the weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day week
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # Saturday before Spring Festival is worked
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # and then nothing until the 24th
        (date(2026, 10, 9), 1, date(2026, 10, 10)),  # a worked Saturday after it
    ],
)
def test_working_days_are_counted_with_the_mainland_calendar(began: date, number: int, due: date):
    assert due_after(began, Length(number, "working"), calendar_of(district().pk)) == due


def test_a_year_without_data_is_counted_monday_to_friday_and_provisional():
    calendar = calendar_of(district().pk)
    assert due_after(date(2027, 1, 1), Length(1, "working"), calendar) == date(2027, 1, 4)
    assert calendar.is_provisional(date(2026, 12, 20), date(2027, 1, 5))
    assert not calendar.is_provisional(date(2026, 1, 1), date(2026, 12, 31))


def test_days_of_a_pause_do_not_count():
    calendar = calendar_of(district().pk)
    pause = (date(2026, 11, 4), date(2026, 11, 5))
    assert due_after(date(2026, 11, 2), Length(5, "working"), calendar, [pause]) == date(2026, 11, 11)
    assert due_after(date(2026, 11, 2), Length(5, "calendar"), calendar, [pause]) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, due: date):
    assert add_months(day, months) == due


def test_every_day_is_told_as_it_was_counted():
    told = story()
    clock = Deadline.objects.get(case=told.case, kind="intake")
    DeadlinePause.objects.create(
        district=clock.district, deadline=clock, since=date(2026, 11, 4), until=date(2026, 11, 5), reason="correction"
    )
    row = [(one.date.day, one.state, one.number) for one in days(clock, calendar_of(district().pk), date(2026, 11, 3))]
    assert row[:6] == [
        (2, "start", None),
        (3, "counted", 1),
        (4, "hold", None),
        (5, "hold", None),
        (6, "counted", 2),
        (7, "off", None),
    ]


def test_the_decision_counts_from_acceptance():
    told = story().to("federation_review")
    clock = Deadline.objects.get(case=told.case, kind="decision")
    assert (clock.began_on, clock.length, clock.unit, clock.due) == (
        date(2026, 11, 2),
        20,
        "working",
        date(2026, 11, 30),
    )
