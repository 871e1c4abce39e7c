"""Retention: by kind what is due, done by actions; nothing open is ever touched."""

import io
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.actor import CLOCK
from casework.models import ContactChannel, Draft, Message, Person
from casework.sealing import new_key, seal
from flows.actions.forget import forget_messages
from flows.actions.withdraw import withdraw
from flows.errors import NotAllowed
from flows.sweep import IMPORT_WAITS_DAYS
from oversight.retention import due
from policy.parameters import load
from policy.retention import periods
from tests.factories import NOW, Story, applicant, draft, person, story

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=NOW.year + 11)


def counts(at: datetime) -> dict[str, int]:
    return {one.period.kind: one.count for one in due(at)}


def ran(*options: str) -> str:
    out = io.StringIO()
    call_command("retention", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def open_case() -> Story:
    return story(who=person("示例丙"))


@pytest.fixture
def closed_case() -> Story:
    told = story(who=person("示例丁"))
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    return told


def test_the_periods_say_what_the_clock_does():
    kept = periods()
    on = NOW.date()
    assert kept["draft"].number == int(load().value("clock.draft", on))  # type: ignore[call-overload]
    assert kept["import"].number == IMPORT_WAITS_DAYS
    assert timedelta(hours=kept["session"].number).total_seconds() == settings.SESSION_COOKIE_AGE


def test_nothing_is_due_at_first_and_after_ten_years_the_closed_alone(open_case: Story, closed_case: Story):
    assert not any(number for kind, number in counts(NOW).items() if kind != "session")
    found = counts(LATER)
    assert found["person"] == 1
    assert found["message"] == Message.objects.filter(case=closed_case.case).count() > 0
    assert found["draft"] == 0
    assert counts(NOW.replace(year=NOW.year + 9))["person"] == 0


def test_shown_it_changes_nothing_and_done_it_is_gone(open_case: Story, closed_case: Story):
    key = new_key("person", open_case.case.district_id)
    ContactChannel.objects.create(
        district=open_case.case.district, user=open_case.by.user, kind="email", key=key,
        address=seal(key, "a@example.invalid"), added_at=NOW,
    )  # fmt: skip
    at = LATER.isoformat()
    text = ran("--at", at)
    assert "到期 1：删除个人信息" in text
    assert Person.objects.filter(key=None).count() == 0
    ran("--at", at, "--do", "--lang", "en")
    erased = Person.objects.get(key=None)
    assert erased.pk == closed_case.case.person_id
    assert open_case.case.person is not None
    assert Person.objects.get(pk=open_case.case.person_id).name == "示例丙"
    assert Message.objects.filter(case=open_case.case).exists()
    assert not Message.objects.filter(case=closed_case.case).exists()
    assert ContactChannel.objects.get(user=open_case.by.user).address is None
    assert counts(LATER)["person"] == counts(LATER)["channel"] == counts(LATER)["message"] == 0


def test_a_draft_goes_with_its_day_and_whoever_came_lately_stays(closed_case: Story):
    made = draft(closed_case.by, now=LATER - timedelta(days=1))
    assert counts(LATER)["person"] == 0
    assert counts(LATER)["draft"] == 0
    assert counts(LATER + timedelta(days=100))["draft"] == 1
    ran("--do", "--at", (LATER + timedelta(days=100)).isoformat())
    assert not Draft.objects.filter(pk=made.pk).exists()


def test_only_the_clock_forgets():
    with pytest.raises(NotAllowed, match="only_the_clock"):
        forget_messages(before=NOW, by=applicant(), now=NOW)
    assert forget_messages(before=NOW.replace(year=2000), by=CLOCK, now=NOW) == 0
