"""Days of the calendar as the rules count them; nothing here fails at the calendar's ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_between(first: date, last: date) -> int:
    """Whole calendar months from one month to another, whatever the day in them."""
    return (last.year - first.year) * 12 + last.month - first.month


def add_months(day: date, months: int) -> date:
    """The same day of the month that many months later; the month's last day if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day that many years later; born on 29 February, it is 28 February in a common year."""
    return add_months(day, 12 * years)


def day_of_year(year: int, month: int, day: int) -> date:
    """A day of any year; years that no calendar has give its first or its last day."""
    if year < date.min.year:
        return date.min
    return date.max if year > date.max.year else date(year, month, day)
