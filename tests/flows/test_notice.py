"""Public notice: days, objections, their answer, the end; an upheld objection begins a new round."""

from datetime import datetime, time, timedelta

import pytest

from accounts.actor import ANONYMOUS, CLOCK
from casework.models import Letter, Notice, Objection
from casework.sealing import unseal
from flows.actions.answer_objection import dismiss, uphold
from flows.actions.claim import claim
from flows.actions.object_to import object_to
from flows.actions.publish import end_notice, publish
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.sweep import sweep
from tests.factories import SHANGHAI, Story, events, key, story

pytestmark = pytest.mark.django_db


def published() -> tuple[Story, Notice]:
    told = story().to("public_notice")
    notice = publish(**told.claimed(), surname="示", ground="national_competition", award="示例赛第一名")
    told.now = datetime.combine(notice.starts_on, time(10), SHANGHAI)
    return told, notice


def after(notice: Notice) -> datetime:
    return datetime.combine(notice.ends_on + timedelta(days=1), time(1), SHANGHAI)


def test_it_stands_for_five_working_days_from_tomorrow():
    told, notice = published()
    assert (notice.ends_on - notice.starts_on).days >= 4
    assert told.task().due == notice.ends_on


def test_the_clock_ends_it_when_its_days_are_over_and_the_letter_is_served():
    told, notice = published()
    assert sweep(datetime.combine(notice.ends_on, time(23), SHANGHAI))["notice_ended"] == 0
    sweep(after(notice))
    assert (told.task().step_name, told.case.state) == ("assignment", "approved")
    assert Letter.objects.decisions().get(case=told.case).waits_for_notice is False


def test_nobody_ends_it_early():
    told, notice = published()
    task = told.task()
    with pytest.raises(NotAllowed, match="notice_runs"):
        end_notice(case_id=told.case.pk, task_id=task.pk, by=told.cast["assigner"], now=told.now)


def test_it_is_published_once():
    told, notice = published()
    with pytest.raises(AlreadyDone, match="published"):
        publish(**told.claimed(), surname="示", ground="x", award="y")


def test_anyone_objects_without_a_name_and_it_cannot_end_before_the_answer():
    told, notice = published()
    objection = object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="请核实")
    assert not objection.named
    assert sweep(after(notice))["notice_ended"] == 0
    with pytest.raises(NotAllowed, match="objection_open"):
        end_notice(case_id=told.case.pk, task_id=told.task().pk, by=CLOCK, now=after(notice))
    dismiss(objection_id=objection.pk, by=told.cast["civil_affairs2"], now=told.now, answer="核实过，属实")
    assert sweep(after(notice))["notice_ended"] == 1


def test_the_same_objection_sent_twice_is_one():
    told, notice = published()
    sent = key()
    made = [
        object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="请核实", submission_key=sent) for _ in range(2)
    ]
    assert made[0].pk == made[1].pk
    assert Objection.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "长" * 2001])
def test_an_objection_needs_a_text_of_bearable_length(text: str):
    told, notice = published()
    with pytest.raises(Invalid):
        object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text=text)


def test_after_the_last_day_it_is_too_late():
    told, notice = published()
    with pytest.raises(AlreadyDone, match="notice_over"):
        object_to(notice_id=notice.pk, by=ANONYMOUS, now=after(notice), text="请核实")


def test_who_signed_the_case_does_not_examine_the_objection():
    told, notice = published()
    objection = object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="请核实")
    with pytest.raises(NotAllowed, match="signed_already"):
        dismiss(objection_id=objection.pk, by=told.cast["civil_affairs"], now=told.now, answer="属实")
    with pytest.raises(NotAllowed, match="signed_already"):
        uphold(objection_id=objection.pk, by=told.cast["government"], now=told.now, answer="属实")
    with pytest.raises(NotAllowed, match="other_department"):
        uphold(objection_id=objection.pk, by=told.cast["civil_affairs2"], now=told.now, answer="属实")


def test_an_upheld_objection_sets_the_decision_aside_and_new_people_begin_again():
    told, notice = published()
    objection = object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="不是政府举办")
    uphold(objection_id=objection.pk, by=told.cast["government2"], now=told.now, answer="重新核实")
    task = told.task()
    assert (told.case.state, told.case.outcome, told.case.decided_at, told.case.round) == ("in_review", "", None, 2)
    assert (task.step_name, task.owner) == ("federation_review", None)
    assert Letter.objects.decisions().get(case=told.case).void_at is not None
    with pytest.raises(NotAllowed, match="earlier_round"):
        claim(case_id=told.case.pk, task_id=task.pk, by=told.cast["federation"], now=told.now)
    for name in ("federation2", "civil_affairs3", "hrss2"):
        told.sign(told.cast[name])
    with pytest.raises(NotAllowed, match="earlier_round"):
        claim(case_id=told.case.pk, task_id=told.task().pk, by=told.cast["government2"], now=told.now)
    told.sign(told.cast["government3"])
    assert told.task().step_name == "public_notice"
    assert Notice.objects.filter(case=told.case).count() == 1


def test_the_answer_and_the_objection_are_sealed_under_the_objectors_key():
    told, notice = published()
    objection = object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="请核实", who="某人")
    dismiss(objection_id=objection.pk, by=told.cast["civil_affairs2"], now=told.now, answer="属实")
    objection.refresh_from_db()
    assert unseal(objection.key, objection.text) == "请核实"
    assert unseal(objection.key, objection.answer) == "属实"
    assert "请核实".encode() not in bytes(objection.text)
    assert events(told.case)[-2:] == ["objected", "objection_dismissed"]


def test_an_objection_is_answered_once():
    told, notice = published()
    objection = object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="请核实")
    dismiss(objection_id=objection.pk, by=told.cast["civil_affairs2"], now=told.now, answer="属实")
    with pytest.raises(AlreadyDone, match="objection_answered"):
        dismiss(objection_id=objection.pk, by=told.cast["civil_affairs3"], now=told.now, answer="属实")
