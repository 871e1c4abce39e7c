"""One post a person and round, in its days, named by its number; the database holds it too."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from casework.models import Action, Case
from casework.sealing import unseal
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.actions.withdraw import withdraw
from flows.errors import Invalid, NotAllowed, NotThere
from recruitment.actions.join_round import begin_application
from recruitment.models import RoundApplication
from tests.factories import NOW, applicant, person
from tests.flows.anywhere import organisation, staff
from tests.recruitment.rounds import published, row_of

pytestmark = pytest.mark.django_db


def test_an_application_is_joined_to_its_round_and_post_and_the_record_says_so():
    told = published()
    walk = told.applies()
    row = row_of(walk)
    assert (row.round, row.post, row.person) == (told.one, told.posts()[0], walk.by.on_behalf_of)
    record = Action.objects.get(subject_kind="case", subject_id=walk.case.pk, event="submitted")
    assert (record.details["round"], record.details["post"]) == (told.one.pk, "GY26-1-01")


def test_a_second_one_of_the_same_person_says_so_and_leaves_no_case():
    told, who = published(), person()
    told.applies(told.posts()[0], who)
    before = Case.objects.count()
    with pytest.raises(Invalid) as wrong:
        told.applies(told.posts()[1], who)
    assert "一批只能报一个" in wrong.value.errors["post_code"].zh
    assert Case.objects.count() == before
    with pytest.raises(Invalid):
        begin_application(post_id=told.posts()[1].pk, by=applicant(who), now=NOW)


def test_the_database_refuses_a_second_one_too():
    told = published()
    row, other = row_of(told.applies()), told.applies().case
    RoundApplication.objects.filter(case=other).delete()
    with pytest.raises(IntegrityError, match="one_post_per_person_and_round"), transaction.atomic():
        RoundApplication.objects.create(
            district_id=row.district_id, round=row.round, post=told.posts()[1], person=row.person, case=other, applied_at=NOW,
        )  # fmt: skip


def test_who_withdraws_applies_to_another_post_of_the_same_round():
    told, who = published(), person()
    first = told.applies(told.posts()[0], who)
    withdraw(case_id=first.case.pk, by=first.by, now=told.now)
    second = told.applies(told.posts()[1], who)
    row = RoundApplication.objects.get(round=told.one)
    assert (row.case, row.post) == (second.case, told.posts()[1])


def test_another_round_is_another_matter():
    first, second, who = published(), published(), person()
    first.applies(who=who)
    second.applies(who=who)
    assert RoundApplication.objects.filter(person=who).count() == 2


@pytest.mark.parametrize("code", ["", "GY26-9-99", "没有"])
def test_a_number_that_is_no_post_is_an_error_at_its_field(code: str):
    told = published()
    with pytest.raises(Invalid) as wrong:
        told.applies(post_code=code)
    assert "post_code" in wrong.value.errors


def test_the_number_is_read_as_people_type_it_and_a_post_of_the_other_kind_is_none():
    told, other = published(), published("community_worker")
    told.applies(post_code=" gy26-1-01 ")
    with pytest.raises(Invalid):
        told.applies(post_code=other.posts()[0].code)


def test_before_and_after_its_days_a_post_takes_no_applications():
    told = published()
    post = told.posts()[0]
    by = applicant()
    for now in (NOW - timedelta(days=1), NOW + timedelta(days=8)):
        with pytest.raises(NotThere):
            begin_application(post_id=post.pk, by=by, now=now)
        told.now = now
        with pytest.raises(Invalid):
            told.applies()
    draft = begin_application(post_id=post.pk, by=by, now=NOW + timedelta(days=7))
    assert unseal(draft.key, draft.answers)["facts"]["post_code"] == post.code


def test_a_draft_goes_on_with_the_post_chosen_last():
    told, by = published(), applicant()
    first, second = (begin_application(post_id=post.pk, by=by, now=NOW) for post in told.posts())
    assert first.pk == second.pk
    assert unseal(second.key, second.answers)["facts"]["post_code"] == told.posts()[1].code


def test_persons_apply_and_nobody_else():
    told = published()
    for by in (staff(organisation()), told.leader):
        with pytest.raises(NotAllowed):
            begin_application(post_id=told.posts()[0].pk, by=by, now=NOW)


def test_a_correction_does_not_change_the_post():
    told = published()
    walk = told.applies()
    request_correction(**walk.given(), items=[Asked("fact", "post_code", "请核对编号。")])
    request = walk.case.correction_requests.get()
    for code, stays in ((told.posts()[1].code, False), (told.posts()[0].code.lower(), True)):
        save_correction(request_id=request.pk, by=walk.by, now=told.now, facts={"post_code": code})
        given = {"case_id": walk.case.pk, "task_id": walk.task().pk, "by": walk.by, "now": told.now}
        if stays:
            resubmit(**given)
        else:
            with pytest.raises(Invalid, match="post_code"):
                resubmit(**given)
    assert row_of(walk).post == told.posts()[0]
