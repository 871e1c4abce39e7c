"""Vacancies: who notes them, bad input, once only, closed with a reason; plans of enterprises; keyset list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import Role
from casework.models import Action, Mandate
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from services.actions.note_vacancy import change_vacancy, close_vacancy, note_vacancy, publish_plan
from services.jobs import filtered, open_vacancies, page_of, planned_posts
from services.models import Vacancy
from tests.factories import NOW, applicant, department, officer
from tests.services.serving import federation, of_unit, plan_case, unit, vacancy, wish
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_a_handler_of_the_unit_notes_a_vacancy_and_it_is_public_and_recorded():
    who = unit()
    made = note_vacancy(organisation_id=who.pk, wish=wish(), by=of_unit(who, Mandate.APPLICANT), now=NOW)
    assert open_vacancies(who.district_id, TODAY).get() == made
    record = Action.objects.get(subject_kind="vacancy", subject_id=made.pk)
    assert (record.event, record.acts_for_kind, record.acts_for_id) == ("vacancy_noted", "organisation", who.pk)


@pytest.mark.parametrize("role", [Role.INTAKE, Role.REVIEWER, Role.HEAD])
def test_an_officer_of_the_federation_notes_one_for_any_unit(role: str):
    assert note_vacancy(organisation_id=unit().pk, wish=wish(), by=federation(role), now=NOW).pk


def test_nobody_else_does():
    who = unit()
    others = [
        (of_unit(who, Mandate.READER), "reads_only"), (of_unit(unit()), "not_the_applicant"), (applicant(), "not_the_applicant"),
        (officer("hrss", Role.REVIEWER), "only_service_officers"), (officer("federation", Role.INSPECTOR), "only_service_officers"),
    ]  # fmt: skip
    for by, reason in others:
        with pytest.raises(NotAllowed, match=reason):
            note_vacancy(organisation_id=who.pk, wish=wish(), by=by, now=NOW)
    assert not Vacancy.objects.exists()


def test_the_same_press_twice_is_one_vacancy():
    who = unit()
    by = of_unit(who)
    one, two = (note_vacancy(organisation_id=who.pk, wish=wish(), by=by, now=NOW) for _ in range(2))
    assert one == two
    assert Vacancy.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "), ("field", "anything"), ("number", 0), ("number", 1000), ("town", 0), ("education", "doctor"),
        ("hours", ("never",)), ("must", ("flying",)), ("useful", ("flying",)), ("accommodations", ("gold",)),
        ("pay_from", 0), ("open_until", TODAY - timedelta(days=1)), ("open_until", TODAY + timedelta(days=400)),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field(field: str, value: object):
    with pytest.raises(Invalid) as wrong:
        vacancy(**{field: value})
    assert set(wrong.value.errors) == {field}


def test_pay_to_is_not_below_pay_from():
    with pytest.raises(Invalid) as wrong:
        vacancy(pay_from=5000, pay_to=4000)
    assert set(wrong.value.errors) == {"pay_to"}


def test_a_change_names_what_changed_and_a_closed_one_stays():
    made = vacancy()
    by = of_unit(made.organisation)
    change_vacancy(vacancy_id=made.pk, wish=wish(number=5), by=by, now=NOW)
    assert Action.objects.get(event="vacancy_changed").details["changed"] == ["number"]
    change_vacancy(vacancy_id=made.pk, wish=wish(number=5), by=by, now=NOW)
    assert Action.objects.filter(event="vacancy_changed").count() == 1
    close_vacancy(vacancy_id=made.pk, why="filled", by=by, now=NOW)
    assert not open_vacancies(made.district_id, TODAY).exists()
    for again in (lambda: close_vacancy(vacancy_id=made.pk, why="filled", by=by, now=NOW), lambda: change_vacancy(vacancy_id=made.pk, wish=wish(), by=by, now=NOW)):  # fmt: skip
        with pytest.raises(AlreadyDone, match="vacancy_closed"):
            again()


def test_closing_asks_for_a_reason_of_the_list():
    made = vacancy()
    with pytest.raises(Invalid):
        close_vacancy(vacancy_id=made.pk, why="", by=of_unit(made.organisation), now=NOW)
    with pytest.raises(NotThere):
        close_vacancy(vacancy_id=made.pk + 1, why="filled", by=of_unit(made.organisation), now=NOW)


def test_the_list_is_filtered_and_paged_without_gap_or_repeat():
    who = unit()
    made = [
        vacancy(who, title=f"示例{n}", open_until=TODAY + timedelta(days=n % 3 + 1), accommodations=("quiet",) if n % 2 else ())
        for n in range(7)
    ]  # fmt: skip
    vacancy(who, town=department("town_qibao").pk, title="七宝示例")
    found = filtered(open_vacancies(who.district_id, TODAY), town=department("town_meilong").pk)
    seen, after = [], None
    while part := page_of(found, after, 2):
        seen += part[:2]
        after = (part[:2][-1].open_until, part[:2][-1].pk)
    assert sorted(one.pk for one in seen) == sorted(one.pk for one in made)
    assert [one.open_until for one in seen] == sorted(one.open_until for one in seen)
    quiet = filtered(open_vacancies(who.district_id, TODAY), accommodation="quiet")
    assert {one.pk for one in quiet} == {one.pk for n, one in enumerate(made) if n % 2}


class TestPlans:
    def test_the_posts_of_a_recorded_plan_are_published_with_one_press_and_once(self):
        who = unit()
        by = of_unit(who)
        case = plan_case(who, by)
        made = publish_plan(case_id=case.pk, by=by, now=NOW)
        assert (made.organisation, made.number, made.case) == (who, 3, case)
        assert open_vacancies(who.district_id, TODAY).get() == made
        with pytest.raises(NotThere):
            publish_plan(case_id=case.pk, by=by, now=NOW)
        change_vacancy(vacancy_id=made.pk, wish=wish(number=3), by=by, now=NOW)
        assert Vacancy.objects.get().title == wish().title

    def test_nobody_publishes_anothers_plan_nor_one_without_posts(self):
        who = unit()
        by = of_unit(who)
        case = plan_case(who, by)
        for other in (of_unit(unit()), applicant()):
            with pytest.raises(NotThere):
                publish_plan(case_id=case.pk, by=other, now=NOW)
        with pytest.raises(NotAllowed, match="reads_only"):
            publish_plan(case_id=case.pk, by=of_unit(who, Mandate.READER), now=NOW)
        assert planned_posts(case) == 3
        assert publish_plan(case_id=case.pk, by=federation(Role.HEAD), now=NOW).number == 3

    def test_the_units_page_has_the_button(self):
        who = unit()
        by = of_unit(who)
        case = plan_case(who, by)
        client = signed_in(by)
        assert case.shown_reference in client.get("/vacancies/").content.decode()
        answered = client.post("/vacancies/", {"case": str(case.pk)})
        assert answered["Location"] == f"/vacancies/{Vacancy.objects.get().pk}/change/"


def test_a_vacancy_past_its_last_day_is_public_no_more():
    made = vacancy(open_until=TODAY)
    assert open_vacancies(made.district_id, TODAY).exists()
    assert not open_vacancies(made.district_id, TODAY + timedelta(days=1)).exists()
    assert replace(wish(), number=3) != wish()
