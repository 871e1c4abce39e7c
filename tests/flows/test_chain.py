"""Direct admission from the submitted application to the person taken in."""

import pytest

from casework.models import Action, Case, CaseScope, Deadline, Letter, Message, Task
from casework.record import chain_is_whole
from tests.factories import events, story

pytestmark = pytest.mark.django_db

WHOLE = [
    "submitted", "claimed", "accepted", "claimed", "agreed", "claimed", "agreed", "claimed", "agreed", "claimed",
    "granted", "claimed", "published", "notice_ended", "claimed", "assigned", "claimed", "confirmed",
]  # fmt: skip


def test_every_department_signs_in_turn_and_the_town_takes_the_person_in():
    told = story()
    case = told.through()
    assert (case.state, case.outcome, case.status) == ("closed", "granted", "DONE")
    assert events(case) == WHOLE
    assert not Task.objects.filter(process=case, finished=None).exists()
    assert case.position.department.code == "town_meilong"
    assert not Deadline.objects.filter(case=case, ended_at=None).exists()
    assert Letter.objects.decisions().get(case=case).served_from is not None
    assert Message.objects.filter(case=case, audience="applicant").count() >= 8


def test_the_record_of_a_case_is_one_unbroken_chain():
    case = story().through()
    actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
    assert chain_is_whole(actions)
    assert (case.record_number, case.record_hash) == (len(actions), actions[-1].hash)


def test_a_department_sees_a_case_from_its_first_task_on():
    told = story().to("civil_affairs_review")
    codes = CaseScope.objects.filter(case=told.case).values_list("department__code", flat=True)
    assert set(codes) == {"federation", "civil_affairs"}


def test_the_history_names_who_and_why():
    told = story().to("hrss_review")
    newest = Case.history.filter(id=told.case.pk).order_by("history_id").last()
    assert newest.history_change_reason == "agreed"
    assert newest.history_user_id == told.cast["civil_affairs"].user_id
