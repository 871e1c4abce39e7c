"""Working days of the mainland (工作日): weekends with adjusted working days, holidays, and years without data.

The table `Holiday` is what counts: seeded from `chinesecalendar`, kept by the administrator. A year that the table
does not cover is counted Monday to Friday and the result is *provisional*.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from casework.models.clocks import Holiday
from casework.statements import Asked, given

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The days that differ from Monday-to-Friday, and the years for which they are known."""

    exceptions: dict[date, bool]
    names: dict[date, str]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Whether the day counts as a working day."""
        return self.exceptions.get(day, day.weekday() < 5)

    def add(self, start: date, days: int) -> date:
        """The last of `days` working days; day 1 is the first working day after `start`. With 0 days: `start`."""
        day = start
        while days > 0:
            day += _DAY
            if self.works(day):
                days -= 1
        return day

    def count(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and with `end`; 0 where `end` is not after it."""
        return sum(1 for offset in range(1, (end - start).days + 1) if self.works(start + offset * _DAY))

    def is_provisional(self, start: date, end: date) -> bool:
        """Whether the span reaches into a year that the table does not cover."""
        return any(year not in self.years for year in range(start.year, end.year + 1))


HOLIDAYS: Final = Asked(
    lambda: Holiday.objects.filter(district=given("district")).values_list("day", "works", "name"), apart=True
)


def calendar_of(district_id: int) -> Calendar:
    """The district's calendar; one query."""
    exceptions, names = {}, {}
    for day, works, name in HOLIDAYS.all(district=district_id):
        exceptions[day], names[day] = works, name
    return Calendar(exceptions, names, frozenset(day.year for day in exceptions))
