"""Profiles and introductions: sealed where personal, matched with few statements, nothing shown before consent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import Action, Message
from casework.sealing import unseal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from services.actions.introduce import answer, ask_for, consent, offer_vacancy, take_back
from services.actions.keep_profile import ProfileWish, keep_profile, switch_profile
from services.actions.note_vacancy import close_vacancy
from services.jobs import candidates, matches_of, profile_of
from services.models import Introduction, JobSeeker, Vacancy
from tests.factories import NOW, applicant
from tests.services.serving import federation, of_unit, seeker, unit, vacancy

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


class TestProfile:
    def test_what_tells_of_a_disability_is_sealed_under_the_persons_key(self):
        by, made = seeker(needs=("sign_language",), words="示例：想做安静的活", pay=3000)
        person = by.on_behalf_of
        private = unseal(person.key, made.private)
        assert private == {
            "needs": ["sign_language"],
            "pay": 3000,
            "words": "示例：想做安静的活",
            "kind": person.certificate_kind,
        }
        clear = JobSeeker.objects.values().get()
        assert "sign_language" not in str({name: value for name, value in clear.items() if name != "private"})

    def test_once_a_person_and_changed_afterwards(self):
        by, made = seeker()
        _, again = seeker(by, skills=("sewing",))
        assert (again.pk, again.skills) == (made.pk, ["sewing"])
        assert list(Action.objects.filter(subject_kind="jobseeker").values_list("event", flat=True)) == ["profile_made", "profile_changed"]  # fmt: skip

    def test_nobody_else_keeps_it(self):
        by, made = seeker()
        for other in (applicant(), of_unit(unit())):
            with pytest.raises(NotAllowed, match="not_the_applicant"):
                keep_profile(person_id=by.on_behalf_of.pk, wish=ProfileWish(skills=("typing",)), by=other, now=NOW)
        with pytest.raises(NotThere):
            switch_profile(person_id=applicant().on_behalf_of.pk, on=True, by=federation(), now=NOW)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("skills", ("flying",)), ("fields", ("x",)), ("hours", ("x",)), ("needs", ("x",)), ("education", "x"), ("pay", 0), ("town", 1), ("words", "长" * 1001)],
    )  # fmt: skip
    def test_bad_input_is_told_at_its_field(self, field: str, value: object):
        said = {"fields": ("office",), field: value} if field != "fields" else {"skills": ("typing",), field: value}
        with pytest.raises(Invalid) as wrong:
            keep_profile(person_id=(by := applicant()).on_behalf_of.pk, wish=ProfileWish(**said), by=by, now=NOW)
        assert set(wrong.value.errors) == {field}

    def test_an_empty_one_is_none(self):
        by = applicant()
        with pytest.raises(Invalid):
            keep_profile(person_id=by.on_behalf_of.pk, wish=ProfileWish(), by=by, now=NOW)

    def test_off_means_that_nothing_is_suggested(self):
        by, made = seeker()
        one = vacancy()
        switch_profile(person_id=by.on_behalf_of.pk, on=False, by=by, now=NOW)
        switch_profile(person_id=by.on_behalf_of.pk, on=False, by=by, now=NOW)
        assert Action.objects.filter(event="profile_off").count() == 1
        with pytest.raises(AlreadyDone, match="profile_is_off"):
            offer_vacancy(seeker_id=made.pk, vacancy_id=one.pk, by=federation(), now=NOW)


class TestMatches:
    def test_the_matches_of_one_person_cost_few_statements_however_many_vacancies(self):
        by, _ = seeker()
        who = unit()
        first = vacancy(who)
        rows = list(Vacancy.objects.filter(pk=first.pk).values())[0]
        rows.pop("id")
        Vacancy.objects.bulk_create(Vacancy(**{**rows, "title": f"示例{n}"}) for n in range(300))
        profile = profile_of(by.on_behalf_of)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = matches_of(profile, TODAY, 20)
        assert len(found) == 20
        assert len(asked) == 2

    def test_what_somebody_was_introduced_to_is_not_suggested_again(self):
        by, made = seeker()
        one, two = vacancy(), vacancy()
        ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        assert [each.pk for each, _ in matches_of(profile_of(by.on_behalf_of), TODAY, 9)] == [two.pk]


class TestConsent:
    def test_offered_consented_answered_employed_each_recorded_and_told(self):
        by, made = seeker()
        one = vacancy()
        employer, fed = of_unit(one.organisation), federation()
        first = offer_vacancy(seeker_id=made.pk, vacancy_id=one.pk, by=fed, now=NOW)
        assert (first.shown, first.shows_the_person) == ("A1", False)
        assert Message.objects.get(event="job_offered").user == by.user
        with pytest.raises(NotAllowed, match="no_consent_yet"):
            answer(introduction_id=first.pk, state="invited", by=employer, now=NOW)
        consent(introduction_id=first.pk, by=by, now=NOW)
        assert Message.objects.filter(event="candidate_consented", user=employer.user).exists()
        assert candidates(one).get().shows_the_person
        answer(introduction_id=first.pk, state="invited", by=employer, now=NOW, note="示例：周三来")
        done = answer(introduction_id=first.pk, state="employed", by=employer, now=NOW, employed_on=TODAY)
        assert (done.state, done.employed_on) == ("employed", TODAY)
        events = Action.objects.filter(subject_kind="introduction", subject_id=first.pk).order_by("number")
        assert [each.event for each in events] == ["introduction_offered", "introduction_consented", "introduction_answered", "introduction_answered"]  # fmt: skip
        assert "示例：周三来" not in str(list(events.values("details")))
        with pytest.raises(AlreadyDone, match="introduction_answered"):
            answer(introduction_id=first.pk, state="invited", by=employer, now=NOW)

    def test_asking_by_oneself_is_consent_and_twice_is_once(self):
        by, _ = seeker()
        one = vacancy()
        first, again = (ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW) for _ in range(2))
        assert (first, first.state) == (again, "consented")
        assert Introduction.objects.count() == 1

    def test_who_took_the_consent_back_may_give_it_again_while_the_vacancy_is_open(self):
        by, _ = seeker()
        one = vacancy()
        given = {"person_id": by.on_behalf_of.pk, "vacancy_id": one.pk, "by": by, "now": NOW}
        made = ask_for(**given)
        take_back(introduction_id=made.pk, by=by, now=NOW)
        assert ask_for(**given).state == "consented"
        take_back(introduction_id=made.pk, by=by, now=NOW)
        close_vacancy(vacancy_id=one.pk, why="filled", by=of_unit(one.organisation), now=NOW)
        with pytest.raises(AlreadyDone, match="vacancy_closed"):
            ask_for(**given)

    def test_the_numbers_of_a_vacancy_go_up_one_by_one(self):
        one = vacancy()
        made = [
            ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW) for by, _ in (seeker(), seeker())
        ]
        assert [each.shown for each in made] == ["A1", "A2"]

    def test_consent_taken_back_shows_the_employer_nothing(self):
        by, _ = seeker()
        one = vacancy()
        made = ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        take_back(introduction_id=made.pk, by=by, now=NOW)
        take_back(introduction_id=made.pk, by=by, now=NOW)
        assert not candidates(one).exists()
        with pytest.raises(AlreadyDone):
            answer(introduction_id=made.pk, state="invited", by=of_unit(one.organisation), now=NOW)

    def test_only_the_person_consents_and_only_the_employer_answers(self):
        by, made = seeker()
        one = vacancy()
        offered = offer_vacancy(seeker_id=made.pk, vacancy_id=one.pk, by=federation(), now=NOW)
        for other in (applicant(), of_unit(one.organisation), federation()):
            with pytest.raises(NotAllowed):
                consent(introduction_id=offered.pk, by=other, now=NOW)
        consent(introduction_id=offered.pk, by=by, now=NOW)
        for other in (by, of_unit(unit())):
            with pytest.raises(NotAllowed):
                answer(introduction_id=offered.pk, state="invited", by=other, now=NOW)
        with pytest.raises(NotAllowed, match="only_service_officers|other_role|no_post|not"):
            offer_vacancy(seeker_id=made.pk, vacancy_id=vacancy().pk, by=of_unit(one.organisation), now=NOW)

    def test_a_hard_condition_that_fails_and_a_closed_vacancy_are_refused(self):
        by, made = seeker()
        with pytest.raises(Invalid):
            offer_vacancy(seeker_id=made.pk, vacancy_id=vacancy(must=("sewing",)).pk, by=federation(), now=NOW)
        one = vacancy()
        close_vacancy(vacancy_id=one.pk, why="filled", by=of_unit(one.organisation), now=NOW)
        with pytest.raises(AlreadyDone, match="vacancy_closed"):
            ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        late = vacancy(open_until=TODAY)
        with pytest.raises(AlreadyDone, match="vacancy_closed"):
            ask_for(person_id=by.on_behalf_of.pk, vacancy_id=late.pk, by=by, now=NOW + timedelta(days=1))

    @pytest.mark.parametrize(
        ("said", "field"),
        [({"state": "x"}, "state"), ({"state": "employed"}, "employed_on"), ({"state": "not_taken"}, "note")],
    )
    def test_an_answer_says_what_it_must(self, said: dict[str, str], field: str):
        by, _ = seeker()
        one = vacancy()
        made = ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        with pytest.raises(Invalid) as wrong:
            answer(introduction_id=made.pk, by=of_unit(one.organisation), now=NOW, **said)
        assert set(wrong.value.errors) == {field}
