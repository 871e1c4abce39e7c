"""The demonstration district: everybody and every story, for one day."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils.timezone import localdate, make_aware, now

from accounts.models import Department, District
from casework.calendar import Calendar, calendar_of
from casework.models import Case, Position
from demo import (
    around,
    employers,
    funds,
    interfaces,
    interpretations,
    known,
    mandates,
    privacy,
    ratings,
    rounds,
    rules,
    services,
    supervision,
)
from demo.people import POSITIONS, Cast, everybody
from demo.stories import MORE, STORIES, Teller

SINCE = date(2024, 3, 1)


def is_there(district: District) -> bool:
    return Case.objects.filter(district=district).exists()


def build(on: date, say: Callable[[str], None]) -> Cast:
    """Everything, as it would stand on the day. Stories begin earlier; nothing happens after the day."""
    district = District.objects.get(code="minhang")
    calendar = calendar_of(district.pk)
    founded = make_aware(datetime.combine(_before(calendar, on, 60), time(9)))
    cast = everybody(district, SINCE, founded)
    _positions(district)
    funds.open_years(cast, founded, on)
    proposed = _before(calendar, on, 3)

    def at(hour: int, minute: int) -> datetime:
        return make_aware(datetime.combine(proposed, time(hour, minute)))

    rules.propose(cast, at)
    interpretations.interpret(cast, at)
    for place, (story, days) in enumerate(STORIES):
        story(_teller(cast, place, calendar, on, days))
        say(f"{story.__name__.replace('_', ' ')}")
    for story, days, place in MORE:
        story(_teller(cast, place, calendar, on, days))
        say(f"{story.__name__.replace('_', ' ')}")
    say("around a step, and other measures")
    around.happen(cast, at, _latest(on))
    mandates.happen(cast, at)
    interfaces.happen(cast, at)
    funds.ask_for_more(cast, at)
    services.happen(cast, at, _latest(on))
    employers.happen(cast, at, _latest(on))
    say("work and services")
    say("recruitment rounds")
    rounds.happen(cast, lambda days: _before(calendar, on, days), _latest(on))
    say("what other offices know, and claims prepared from it")
    known.happen(cast, at, _latest(on))
    say("how applicants found it")
    ratings.happen(cast, _latest(on))
    privacy.happen(cast, at(13, 30), _latest(on))
    rules.back_test(cast, at(10, 30))
    say("what supervision finds")
    supervision.happen(cast, lambda days: _before(calendar, on, days), _latest(on))
    return cast


def _teller(cast: Cast, place: int, calendar: Calendar, on: date, days: int) -> Teller:
    return Teller(cast, place, calendar, on, _latest(on), _before(calendar, on, days), minute=place * 11)


def _latest(on: date) -> datetime:
    """Nothing happens after this moment."""
    end = make_aware(datetime.combine(on, time(23, 59)))
    return min(now(), end) if on == localdate() else end


def _before(calendar: Calendar, on: date, days: int) -> date:
    """The working day that lies so many working days before."""
    day = on
    while days > 0 or not calendar.works(day):
        day -= timedelta(days=1)
        days -= 1 if calendar.works(day) else 0
    return day


def _positions(district: District) -> None:
    towns = Department.objects.filter(district=district, kind=Department.TOWN).order_by("pk")
    for number, town in enumerate(towns, 1):
        for kind, (title, title_en, accommodations) in enumerate(POSITIONS, 1):
            Position.objects.get_or_create(
                district=district, code=f"SG{number:02d}{kind}",
                defaults={"title": title, "title_en": title_en, "department": town, "accommodations": accommodations},
            )  # fmt: skip
