"""Maker spaces: places are given lowest first, none twice a day, the last one to one of two who press at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from services.actions.book_place import book_place, give_back, note_space
from services.models import MakerSpace, PlaceBooking
from tests.factories import NOW, applicant, department, district, officer
from tests.flows.test_races import meet, won
from tests.services.serving import federation

TODAY = NOW.date()
ROUNDS = 10


def space(places: int = 2, title: str = "示例空间") -> MakerSpace:
    return note_space(
        title=title, town=department("town_qibao").pk, place="示例路 3 号", access_words="坡道", places=places, by=federation(),
        now=NOW,
    )  # fmt: skip


@pytest.mark.django_db
class TestBooking:
    def test_the_lowest_free_place_and_the_same_person_has_one_a_day(self):
        one, first, second = space(), applicant(), applicant()

        def book(by, day=TODAY):
            return book_place(space_id=one.pk, person_id=by.on_behalf_of.pk, day=day, by=by, now=NOW)

        made = book(first)
        assert book(first) == made
        assert (made.place, book(second).place, book(first, TODAY + timedelta(days=1)).place) == (1, 2, 1)
        with pytest.raises(AlreadyDone, match="no_place_left"):
            book(applicant())
        give_back(booking_id=made.pk, by=first, now=NOW)
        give_back(booking_id=made.pk, by=first, now=NOW)
        assert book(applicant()).place == 1

    def test_the_database_refuses_a_place_twice(self):
        one, by, other = space(), applicant(), applicant()
        made = book_place(space_id=one.pk, person_id=by.on_behalf_of.pk, day=TODAY, by=by, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            PlaceBooking.objects.create(
                district=district(), space=one, place=made.place, day=TODAY, person=other.on_behalf_of, booked_by=other.user,
                booked_at=NOW,
            )  # fmt: skip

    def test_days_rights_and_what_is_not_there(self):
        one, by = space(), applicant()
        given = {"space_id": one.pk, "person_id": by.on_behalf_of.pk, "now": NOW}
        for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=61)):
            with pytest.raises(Invalid):
                book_place(day=day, by=by, **given)
        for other in (applicant(), officer("hrss", Role.REVIEWER)):
            with pytest.raises(NotAllowed):
                book_place(day=TODAY, by=other, **given)
        with pytest.raises(NotThere):
            book_place(day=TODAY, by=by, **{**given, "space_id": one.pk + 9})
        made = book_place(day=TODAY, by=by, **given)
        with pytest.raises(NotAllowed):
            give_back(booking_id=made.pk, by=applicant(), now=NOW)
        with pytest.raises(AlreadyDone, match="day_is_over"):
            give_back(booking_id=made.pk, by=by, now=NOW + timedelta(days=1))

    def test_a_space_is_noted_once_with_all_it_needs_by_the_federation(self):
        space()
        with pytest.raises(AlreadyDone, match="space_noted_already"):
            space()
        with pytest.raises(Invalid) as wrong:
            note_space(title="", town=0, place="", access_words="", places=0, by=federation(), now=NOW)
        assert set(wrong.value.errors) == {"title", "town", "place", "access", "places"}
        with pytest.raises(NotAllowed):
            note_space(title="x", town=0, place="x", access_words="x", places=1, by=applicant(), now=NOW)


@pytest.mark.usefixtures("committed")
def test_of_two_who_want_the_last_place_one_has_it():
    one = space(places=1)
    for n in range(ROUNDS):
        pair = [applicant(), applicant()]
        results = meet(*(
            lambda by=by, day=TODAY + timedelta(days=n): book_place(
                space_id=one.pk, person_id=by.on_behalf_of.pk, day=day, by=by, now=NOW
            )
            for by in pair
        ))  # fmt: skip
        assert won(results) == 1, results
    assert PlaceBooking.objects.count() == ROUNDS
