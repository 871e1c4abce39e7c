"""Correction: asked for, saved, handed in, expired, lapsed; the clocks stand still meanwhile."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from casework.corrections import differences, standing_evidence
from casework.models import CorrectionRequest, Deadline, Letter, Message, Task
from casework.sealing import unseal
from flows.actions.attach import attach
from flows.actions.lapse import lapse
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, Stale
from flows.sweep import sweep
from tests.factories import Story, applicant, events, picture, story

pytestmark = pytest.mark.django_db

ASKED = [Asked("fact", "awarded_on", "请再看日期"), Asked("evidence", "organiser_document", "请重拍")]


def asked_for(step: str = "federation_review") -> tuple[Story, CorrectionRequest]:
    told = story().to(step)
    return told, request_correction(**told.claimed(), items=ASKED)


def handed_in(told: Story, request: CorrectionRequest) -> None:
    told.now += timedelta(minutes=5)
    save_correction(request_id=request.pk, by=told.by, now=told.now, facts={"awarded_on": "2025-09-19"})
    attach(by=told.by, now=told.now, code="organiser_document", name="n.jpg", content=picture(90), correction=request)
    resubmit(case_id=told.case.pk, task_id=told.task().pk, by=told.by, now=told.now)


def test_the_applicant_gets_the_case_and_everything_that_was_asked():
    told, request = asked_for()
    task = told.task()
    assert (told.case.state, told.case.state_before, task.held_by_applicant) == ("correction", "in_review", True)
    assert [(item.kind, item.target) for item in request.items.all()] == [(one.kind, one.target) for one in ASKED]
    assert Deadline.objects.get(case=told.case, kind="correction").due == localdate(told.now) + timedelta(days=30)


def test_it_comes_back_to_the_step_and_the_handler_that_asked_with_old_and_new():
    told, request = asked_for()
    handler = told.cast["federation"].user_id
    told.now += timedelta(days=2)
    handed_in(told, request)
    task = told.task()
    assert (task.step_name, task.owner_id, told.case.state) == ("federation_review", handler, "in_review")
    request.refresh_from_db()
    key = told.case.applicant.key
    before, after = (unseal(key, one.answers) for one in (request.answers_before, request.answers_after))
    assert [(d.old, d.new) for d in differences(told.case, before, after)] != []
    newest = [one for one in standing_evidence(told.case) if one.code == "organiser_document"]
    assert len(newest) == 1
    assert newest[0].replaces is not None


def test_the_clocks_stand_still_and_go_on_with_what_was_left():
    told, request = asked_for()  # asked on Monday, 2 November
    clocks = {one.kind: one.due for one in Deadline.objects.filter(case=told.case).exclude(kind="correction")}
    told.now += timedelta(days=2)  # answered on Wednesday: Tuesday and Wednesday do not count
    handed_in(told, request)
    for clock in Deadline.objects.filter(case=told.case, ended_at=None):
        assert clock.due > clocks[clock.kind]
        change = clock.changes.get()
        assert (change.old_due, change.new_due, change.reason) == (clocks[clock.kind], clock.due, "correction")
    step = Deadline.objects.get(case=told.case, kind="review", ended_at=None)
    assert (told.task().due, step.task_id) == (step.due, told.task().pk)


def test_what_was_asked_and_not_answered_is_named():
    told, request = asked_for()
    with pytest.raises(Invalid) as refused:
        resubmit(case_id=told.case.pk, task_id=told.task().pk, by=told.by, now=told.now)
    assert set(refused.value.errors) == {"awarded_on", "organiser_document"}
    assert told.task().held_by_applicant


def test_a_stale_page_overwrites_nothing():
    told, request = asked_for()
    save_correction(request_id=request.pk, by=told.by, now=told.now, facts={"awarded_on": "2025-09-19"}, revision=0)
    with pytest.raises(Stale):
        save_correction(request_id=request.pk, by=told.by, now=told.now, facts={"awarded_on": "2020-01-01"}, revision=0)


def test_nobody_else_corrects_it():
    told, request = asked_for()
    stranger = applicant()
    with pytest.raises(NotThere):
        save_correction(request_id=request.pk, by=stranger, now=told.now, facts={"awarded_on": "2025-09-19"})
    with pytest.raises(NotAllowed):
        resubmit(case_id=told.case.pk, task_id=told.task().pk, by=stranger, now=told.now)


def test_a_correction_handed_in_twice_is_one():
    told, request = asked_for()
    task = told.task()
    handed_in(told, request)
    with pytest.raises(AlreadyDone):
        resubmit(case_id=told.case.pk, task_id=task.pk, by=told.by, now=told.now)
    assert events(told.case).count("resubmitted") == 1


def test_after_two_reminders_an_expired_correction_goes_back_and_may_be_closed():
    told, request = asked_for()
    for days in (15, 28, 31):
        told.now += timedelta(days=days - (told.now.date() - request.asked_at.date()).days)
        sweep(told.now)
    assert events(told.case)[-3:] == ["reminded", "reminded", "correction_expired"]
    assert Message.objects.filter(case=told.case, event="correction_reminder").count() == 2
    assert told.task().step_name == "federation_review"
    lapse(**told.claimed(), reason="没有补来")
    told.case.refresh_from_db()
    assert (told.case.state, told.case.outcome) == ("closed", "lapsed")
    assert Letter.objects.decisions().get(case=told.case).kind == "lapsed"


def test_a_case_lapses_only_after_its_correction_expired():
    told = story().to("federation_review")
    with pytest.raises(NotAllowed, match="no_expired_correction"):
        lapse(**told.claimed(), reason="没有补来")


def test_a_correction_that_nobody_was_reminded_of_does_not_expire():
    told, request = asked_for()
    told.now += timedelta(days=40)
    sweep(told.now)
    assert told.task().held_by_applicant
    assert not Task.objects.filter(process=told.case, finished=None, held_by_applicant=False).exists()


@pytest.mark.parametrize(
    "items",
    [[], [Asked("fact", "awarded_on", " ")], [Asked("fact", "nothing", "x")], [Asked("fact", "awarded_on", "x")] * 2],
)
def test_a_notice_without_a_clear_item_is_refused(items: list[Asked]):
    told = story().to("federation_review")
    given = told.claimed()
    with pytest.raises(Invalid):
        request_correction(**given, items=items)
    assert told.task().step_name == "federation_review"
