"""The clock: it accepts, reminds, shows cards, serves; twice at once changes nothing."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from accounts.actor import CLOCK
from casework.models import Draft, Letter, Message, Service
from flows.actions.refuse import refuse
from flows.actions.render_letter import render_letter
from flows.actions.serve import serve
from flows.errors import Invalid, NotAllowed
from flows.sweep import sweep
from tests.factories import NOW, applicant, draft, events, story

pytestmark = pytest.mark.django_db


def test_without_a_word_in_five_working_days_it_is_accepted_and_recorded_as_such():
    told = story()  # Monday, 2 November: due on the 9th
    assert sweep(told.now + timedelta(days=7))["accepted"] == 0
    assert sweep(told.now + timedelta(days=8))["accepted"] == 1
    assert told.task().step_name == "federation_review"
    from casework.models import Action

    action = Action.objects.get(subject_id=told.case.pk, event="accepted")
    assert (action.actor_kind, action.outcome) == ("clock", "deemed")


def test_a_warning_a_yellow_and_a_red_card_come_once_each():
    told = story().to("hrss_review")  # due on the 9th
    for day in (4, 5, 5, 7, 7, 10, 10, 14):
        sweep(told.now + timedelta(days=day))
    assert [event for event in events(told.case) if event in ("warned", "yellow_card", "red_card")] == [
        "warned", "yellow_card", "red_card",
    ]  # fmt: skip


def test_a_clock_that_waits_for_nothing_hides_no_other(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("flows.sweep.BATCH", 1)
    first, second = story().to("hrss_review"), story().to("hrss_review")
    sweep(first.now + timedelta(days=4), first.case.pk)
    sweep(first.now + timedelta(days=4), second.case.pk)
    assert [events(told.case).count("warned") for told in (first, second)] == [1, 1]
    third = story().to("hrss_review")
    sweep(first.now + timedelta(days=4))
    assert events(third.case).count("warned") == 1


def refused():
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="不符合")
    letter = Letter.objects.decisions().get(case=told.case)
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    return told, letter


def test_a_letter_that_nobody_opened_counts_as_served_after_five_working_days():
    told, letter = refused()
    sweep(told.now + timedelta(days=6))
    assert not Service.objects.filter(letter=letter).exists()
    sweep(told.now + timedelta(days=7))
    assert Service.objects.get(letter=letter).how == "deemed"
    sweep(told.now + timedelta(days=9))
    assert events(told.case).count("served") == 1


def test_opening_it_in_the_account_serves_it_and_it_stays_served():
    told, letter = refused()
    first = serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    again = serve(letter_id=letter.pk, by=told.cast["hrss"], now=told.now, how="post", proof="123")
    assert (first.pk, first.how) == (again.pk, again.how)


def test_service_by_post_needs_its_proof():
    told, letter = refused()
    with pytest.raises(Invalid):
        serve(letter_id=letter.pk, by=told.cast["hrss"], now=told.now, how="post")
    with pytest.raises(NotAllowed):
        serve(letter_id=letter.pk, by=told.cast["finance"], now=told.now, how="post", proof="1")
    with pytest.raises(NotAllowed):
        serve(letter_id=letter.pk, by=told.cast["hrss"], now=told.now, how="deemed")
    assert serve(letter_id=letter.pk, by=told.cast["hrss"], now=told.now, how="post", proof="1").how == "post"


def test_a_letter_is_rendered_once_and_its_digest_is_on_record():
    told, letter = refused()
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    letter.refresh_from_db()
    assert len(letter.digest) == 64
    assert events(told.case).count("letter_rendered") == 1


def test_a_draft_is_deleted_after_ninety_days_with_a_weeks_notice():
    by = applicant()
    made = draft(by, complete=False)
    sweep(NOW + timedelta(days=82))
    assert not Message.objects.filter(event="draft_expires").exists()
    for _ in range(2):
        sweep(NOW + timedelta(days=84))
    assert Message.objects.filter(event="draft_expires", user=by.user).count() == 1
    sweep(NOW + timedelta(days=91))
    assert not Draft.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("asked", [{"case": "nonsense"}, {"case": "MH26-0000-0000-00"}, {"at": "tomorrow"}])
def test_what_the_command_cannot_read_is_told_in_a_sentence(asked: dict[str, str]):
    with pytest.raises(CommandError, match="there is no case|is no moment"):
        call_command("sweep", verbosity=0, **asked)
