"""Looking a person up: what is kept, when nobody is asked, and what an outage comes to."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.actor import CLOCK
from casework.models import Action, Person, RegisterAnswer, RegisterState
from casework.registers import CERTIFICATE, IDENTITY, INSURANCE, REGISTERS
from casework.sealing import unseal
from flows.actions import look_up as looking
from flows.actions.look_up import look_up, probe
from tests.factories import NOW, district, person
from tests.registers.served import invented, registers

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


def state_of(code: str) -> RegisterState:
    return RegisterState.objects.get(register=code)


def test_what_a_register_says_is_kept_sealed_with_its_day(settings: Any):
    by = invented(3)
    with registers(settings):
        assert look_up(person=by.on_behalf_of, registers=[INSURANCE], by=by, now=NOW) == {"social_insurance": "found"}
    kept = RegisterAnswer.objects.get()
    assert b"months" not in bytes(kept.answer)
    assert len(unseal(by.on_behalf_of.key, kept.answer)["months"]) == 6
    assert (kept.asked_by, kept.valid_until) == (by.user, date(2027, 1, 31))
    told = Action.objects.get(event="register_asked")
    assert told.details == {"register": "social_insurance", "outcome": "found"}


def test_a_person_whom_it_does_not_know_is_an_answer_too(settings: Any):
    who = person()
    with registers(settings):
        assert look_up(person=who, registers=[INSURANCE], by=CLOCK, now=NOW) == {"social_insurance": "none"}
    assert RegisterAnswer.objects.get().answer is None
    assert state_of("social_insurance").failing_since is None


def test_nobody_is_asked_again_while_an_answer_is_good_unless_somebody_wants_it(settings: Any):
    by = invented(3)
    who = by.on_behalf_of
    with registers(settings) as server:
        look_up(person=who, registers=[IDENTITY], by=by, now=NOW)
        assert look_up(person=who, registers=[IDENTITY], by=by, now=NOW + 90 * timedelta(days=1)) == {
            "identity": "kept"
        }
        assert server.asked == ["identity"]
        look_up(person=who, registers=[IDENTITY], by=by, now=NOW + 91 * timedelta(days=1))
        look_up(person=who, registers=[IDENTITY], by=by, now=NOW + 91 * timedelta(days=1), again=True)
        assert server.asked == ["identity"] * 3


def test_the_certificate_on_file_becomes_the_one_that_its_register_knows(settings: Any):
    by = invented(4)
    assert by.on_behalf_of.certificate_in_force(date(2026, 11, 2)) is None
    with registers(settings):
        look_up(person=by.on_behalf_of, registers=[CERTIFICATE], by=by, now=NOW)
        look_up(person=by.on_behalf_of, registers=[CERTIFICATE], by=by, now=NOW, again=True)
    kept = Person.objects.get(pk=by.on_behalf_of.pk)
    assert (kept.certificate_kind, kept.certificate_level, kept.certificate_until) == ("1", "2", date(2031, 12, 31))
    assert kept.history.filter(history_change_reason="register_asked").count() == 1


def test_after_three_failures_it_is_left_alone_for_a_minute(settings: Any):
    who = person()
    with registers(settings, identity="down") as server:
        for number in range(3):
            assert look_up(person=who, registers=[IDENTITY], by=CLOCK, now=NOW + number * MINUTE / 10) == {
                "identity": "busy"
            }
        assert look_up(person=who, registers=[IDENTITY], by=CLOCK, now=NOW + MINUTE) == {"identity": "circuit_open"}
        assert len(server.asked) == 3
        state = state_of("identity")
        assert (state.failures, state.reason, state.failing_since) == (3, "busy", NOW)
        server.modes = {}
        later = NOW + 2 * MINUTE
        assert look_up(person=who, registers=[IDENTITY], by=CLOCK, now=later) == {"identity": "none"}
    state = state_of("identity")
    assert (state.failures, state.reason, state.open_until, state.last_answer_at) == (0, "", None, later)


def test_a_good_answer_between_failures_begins_the_count_anew(settings: Any):
    who = person()
    with registers(settings) as server:
        for mode in ("down", "down", "", "down", "down"):
            server.modes = {"identity": mode}
            look_up(person=who, registers=[IDENTITY], by=CLOCK, now=NOW, again=True)
    assert (state_of("identity").failures, state_of("identity").open_until) == (2, None)


def test_one_register_that_fails_keeps_the_others_from_nothing(settings: Any):
    by = invented(3)
    with registers(settings, social_insurance="garbage"):
        found = look_up(person=by.on_behalf_of, registers=REGISTERS.values(), by=by, now=NOW)
    assert found["social_insurance"] == "garbage"
    assert found["identity"] == found["disability_certificate"] == "found"


def test_without_registers_nothing_is_asked_or_kept():
    assert look_up(person=person(), registers=REGISTERS.values(), by=CLOCK, now=NOW) == {}
    assert not RegisterState.objects.exists()


def test_no_register_is_asked_inside_a_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        look_up(person=Person(), registers=[], by=CLOCK, now=NOW)
    with pytest.raises(RuntimeError), transaction.atomic():
        probe(register=IDENTITY, district_id=1, by=CLOCK, now=NOW)


def test_a_probe_asks_about_nobody(settings: Any):
    with registers(settings, identity="garbage"):
        assert probe(register=CERTIFICATE, district_id=district().pk, by=CLOCK, now=NOW) == "answered"
        assert probe(register=IDENTITY, district_id=district().pk, by=CLOCK, now=NOW) == "garbage"
    assert not RegisterAnswer.objects.exists()
    assert looking.NOBODY.startswith("999999")
