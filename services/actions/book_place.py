"""Maker spaces (创业空间) and their places: noted by an officer, booked for a day by a person, given back."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.access import ActionSpec
from casework.models import Person
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services.access import allowed
from services.models import MakerSpace, PlaceBooking

NOTE = access.register_action(ActionSpec("note_space", needs="any_case", holder="service_officers"))
BOOK = access.register_action(ActionSpec("book_place", needs="any_case", holder="units_or_services"))
AHEAD, MOST_PLACES = 60, 200  # days; places of a space


def note_space(
    *, title: str, town: int, place: str, access_words: str, places: int, by: Actor, now: datetime
) -> MakerSpace:  # fmt: skip
    """The space, public at once. Raises Invalid, NotAllowed, AlreadyDone where there is one of that name."""
    by = allowed(by, "note_space", now)
    assert by.post is not None
    district_id, wrong = by.post.district_id, dict[str, T]()
    if not title.strip():
        wrong["title"] = T("请写名称。", "Please give a name.")
    if not place.strip():
        wrong["place"] = T("请写在哪里。", "Please say where.")
    if not access_words.strip():
        wrong["access"] = T("请写怎么进、有什么便利。", "Please say how people get in and what helps there.")
    if not 1 <= places <= MOST_PLACES:
        wrong["places"] = T("请写有几个位子，1 到 200。", "Please give the number of places, 1 to 200.")
    if not Department.objects.filter(pk=town, district_id=district_id, kind=Department.TOWN).exists():
        wrong["town"] = T("请选在哪个镇或街道。", "Please choose the town.")
    if wrong:
        raise Invalid(**wrong)
    try:
        with transaction.atomic():
            made = MakerSpace.objects.create(
                district_id=district_id, title=title.strip(), town_id=town, place=place.strip(), access=access_words.strip(),
                places=places, made_by_id=by.user_id, made_at=now,
            )  # fmt: skip
            write_on(made, "space_noted", by, now, details={"title": made.title, "places": places})
            return made
    except IntegrityError:
        raise AlreadyDone("space_noted_already") from None


def book_place(*, space_id: int, person_id: int, day: date, by: Actor, now: datetime) -> PlaceBooking:
    """The lowest free place of that day; the same person again has the same. Who asks for the last place second is told.

    Raises Invalid, NotAllowed, NotThere, AlreadyDone("no_place_left").
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotThere
    by = allowed(by, "book_place", now, person)
    today = localdate(now)
    if not today <= day <= today + timedelta(days=AHEAD):
        raise Invalid(
            day=T("请选今天起 {n} 天以内的一天。", "Please choose a day within {n} days from today.").fill(n=AHEAD)
        )
    try:
        with transaction.atomic():
            here = MakerSpace.objects.filter(pk=space_id, district_id=person.district_id, is_open=True)
            space = here.select_for_update(of=("self",)).first()
            if space is None:
                raise NotThere
            standing = PlaceBooking.objects.filter(space=space, day=day, cancelled_at=None)
            if (same := standing.filter(person=person).first()) is not None:
                return same
            taken = set(standing.values_list("place", flat=True))
            free = next((number for number in range(1, space.places + 1) if number not in taken), None)
            if free is None:
                raise AlreadyDone("no_place_left")
            made = PlaceBooking.objects.create(
                district_id=space.district_id, space=space, place=free, day=day, person=person, booked_by_id=by.user_id,
                booked_at=now,
            )  # fmt: skip
            write_on(made, "place_booked", by, now, details={"space": space.pk, "place": free, "day": day.isoformat()})
            return made
    except IntegrityError:
        raise AlreadyDone("no_place_left") from None


def give_back(*, booking_id: int, by: Actor, now: datetime) -> None:
    """The place is free again; the same again is no error. Raises NotThere, NotAllowed, AlreadyDone once the day is over."""
    with transaction.atomic():
        rows = PlaceBooking.objects.select_for_update(of=("self",)).select_related("person").filter(pk=booking_id)
        found = rows.first()
        if found is None:
            raise NotThere
        by = allowed(by, "book_place", now, found.person)
        if found.cancelled_at is not None:
            return
        if found.day < localdate(now):
            raise AlreadyDone("day_is_over")
        found.cancelled_at = now
        found.save(update_fields=["cancelled_at"])
        write_on(found, "place_given_back", by, now, details={"space": found.space_id, "place": found.place})
