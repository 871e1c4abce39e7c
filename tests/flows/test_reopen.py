"""An administrator reopens a closed case after a won appeal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework.evidence import BadFile
from casework.models import Case, Deadline, ExclusionKey, Letter, Task
from casework.record import chain_is_whole, keys_of, said
from flows.actions.claim import claim
from flows.actions.decline import decline
from flows.actions.lapse import lapse
from flows.actions.refuse import refuse
from flows.actions.reopen import APPEALABLE, reopen
from flows.actions.reopen import steps_to as steps_again
from flows.actions.request_correction import Asked, request_correction
from flows.actions.serve import serve
from flows.actions.withdraw import withdraw
from flows.engine import chain_of
from flows.errors import Invalid, NotAllowed, Stale
from flows.sweep import sweep
from oversight.records import of_case
from tests.factories import NOW, events, officer, picture, story
from tests.flows import anywhere
from tests.flows.test_statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Actor:
    return officer("federation", Role.ADMINISTRATOR)


def _refused() -> Case:
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="示例")
    return told.case


def _not_accepted() -> Case:
    told = story()
    decline(**told.claimed(), reason="示例", responsible="示例单位")
    return told.case


def _lapsed() -> Case:
    told = story().to("federation_review")
    request_correction(**told.claimed(), items=[Asked("fact", "place", "请再看")])
    for days in (15, 28, 31):
        sweep(NOW + timedelta(days=days))
    told.now = NOW + timedelta(days=32)
    lapse(**told.claimed(), reason="没有补来")
    return told.case


def _unfounded() -> Case:
    walk = anywhere.sent("employment_fraud_report").to("finding")
    refuse(**walk.given(), reason="示例")
    return walk.case


ENDED: dict[str, Callable[[], Case]] = {
    "granted": lambda: story().through(),
    "refused": _refused,
    "not_accepted": _not_accepted,
    "lapsed": _lapsed,
    "recorded": lambda: anywhere.sent("interpretation_note").through(),
    "completed": lambda: anywhere.sent("rectification").through(),
    "founded": lambda: anywhere.sent("employment_fraud_report").through(),
    "unfounded": _unfounded,
}


def ended(outcome: str) -> Case:
    case = Case.objects.get(pk=ENDED[outcome]().pk)
    assert (case.state, case.outcome) == ("closed", outcome)
    return case


def reopened(case: Case, admin: Actor, to: str = "", **more: Any) -> Case:
    given = {"reason": "复议决定（示例）", "name": "复议决定.jpg", "content": picture()} | more
    to = to or steps_again(chain_of(case))[0].name
    reopen(case_id=case.pk, by=admin, now=case.closed_at + timedelta(days=40), to=to, **given)
    return Case.objects.get(pk=case.pk)


def test_every_outcome_that_can_be_appealed_is_tried():
    assert set(ENDED) == set(APPEALABLE)


@pytest.mark.parametrize("outcome", list(ENDED))
def test_a_new_round_begins_at_the_step_and_goes_to_its_end(admin: Actor, outcome: str):
    before = ended(outcome)
    case = reopened(before, admin)
    task = Task.objects.get(process=case, finished=None)
    assert (case.state, case.outcome, case.round) == ("in_review", "", before.round + 1)
    assert (case.closed_at, case.decided_at, case.finished) == (None, None, None)
    assert task.step_name == case.step == steps_again(chain_of(case))[0].name
    running = {clock.kind for clock in Deadline.objects.filter(case=case, ended_at=None)}
    term = {"decision"} if chain_of(case).decision_clock else set()
    assert running == {*term, task.kind}
    walk = anywhere.Walk(case, owner_of(case), case_now(case))
    assert walk.through().outcome == {"refused": "granted", "not_accepted": "granted", "lapsed": "granted", "unfounded": "founded"}.get(outcome, outcome)  # fmt: skip
    assert chain_is_whole(of_case(walk.case))


def owner_of(case: Case) -> Actor:
    """Whoever applied, as a step held by the applicant needs them."""
    if case.organisation is not None:
        return anywhere.staff(case.organisation)
    return Actor("anonymous")


def case_now(case: Case) -> Any:
    return Task.objects.filter(process=case).latest("pk").created + timedelta(hours=1)


@pytest.mark.parametrize("step", ["federation_intake", "public_notice", "assignment", "correction", "end", ""])
def test_it_begins_at_no_step_before_acceptance_or_after_the_decision(admin: Actor, step: str):
    case = ended("refused")
    with pytest.raises(Invalid) as wrong:
        reopen(case_id=case.pk, by=admin, now=NOW, to=step, reason="示例", name="a.jpg", content=picture())
    assert list(wrong.value.errors) == ["to"]
    case.refresh_from_db()
    assert case.state == "closed"


def test_the_document_and_the_reason_are_kept_with_the_case(admin: Actor):
    case = reopened(ended("refused"), admin, "hrss_review")
    last = of_case(case)[-1]
    paper = case.evidence.get(code="appeal_decision")
    assert (last.event, last.user_id) == ("reopened", admin.user_id)
    assert last.details == {"to": "hrss_review", "evidence": paper.pk}
    assert said(last, keys_of([last]).get(last.key_id)) == {"reason": "复议决定（示例）"}
    assert (paper.media_type, paper.uploaded_by_id) == ("image/jpeg", admin.user_id)


def test_a_document_that_cannot_be_read_reopens_nothing(admin: Actor):
    case = ended("refused")
    for content in (b"", b"no picture at all"):
        with pytest.raises(BadFile):
            reopened(case, admin, content=content)
    with pytest.raises(Invalid) as wrong:
        reopened(case, admin, reason=" ")
    assert list(wrong.value.errors) == ["reason"]
    case.refresh_from_db()
    assert (case.state, case.evidence.filter(code="appeal_decision").count()) == ("closed", 0)


def test_who_signed_before_signs_nothing_of_the_new_round(admin: Actor):
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="示例")
    told.case.refresh_from_db()
    reopened(told.case, admin, "hrss_review")
    task = told.task()
    with pytest.raises(NotAllowed, match="earlier_round"):
        claim(case_id=told.case.pk, task_id=task.pk, by=told.cast["hrss"], now=task.created)
    claim(case_id=told.case.pk, task_id=task.pk, by=told.cast["hrss2"], now=task.created)


def test_a_position_and_a_benefit_that_were_taken_are_free_again(admin: Actor):
    told = story()
    case = told.through()
    assert case.position is not None
    reopened(case, admin)
    case = Case.objects.get(pk=case.pk)
    assert not hasattr(case, "position")
    paid = anywhere.sent("flexible_employment_subsidy").through()
    taken = ExclusionKey.objects.filter(case=paid)
    standing = taken.filter(released_at=None).count()
    reopened(paid, admin)
    assert standing > 0
    assert not taken.filter(released_at=None).exists()


def test_a_letter_that_was_not_served_never_is_and_one_that_was_stays(admin: Actor):
    unserved, served = ended("refused"), ended("refused")
    letter, by = Letter.objects.decisions().get(case=served), officer("federation", Role.HEAD)
    serve(letter_id=letter.pk, by=by, now=NOW + timedelta(days=1), how="in_person", proof="当面签收（示例）")
    for case in (unserved, served):
        reopened(case, admin)
    assert Letter.objects.decisions().get(case=unserved).void_at is not None
    assert Letter.objects.decisions().get(case=served).void_at is None


def test_an_open_and_a_withdrawn_case_are_refused(admin: Actor):
    running, gone = story(), story()
    withdraw(case_id=gone.case.pk, by=gone.by, now=gone.now)
    given = {
        "by": admin,
        "now": NOW,
        "to": "federation_review",
        "reason": "示例",
        "name": "a.jpg",
        "content": picture(),
    }
    with pytest.raises(NotAllowed, match="case_open"):
        reopen(case_id=running.case.pk, **given)
    with pytest.raises(NotAllowed, match="not_appealable"):
        reopen(case_id=gone.case.pk, **given)


@pytest.mark.parametrize("role", ["head", "supervisor", "government"])
def test_nobody_but_an_administrator_reopens(role: str):
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="示例")
    told.case.refresh_from_db()
    with pytest.raises(NotAllowed, match="other_role"):
        reopened(told.case, told.cast[role])


def test_a_case_is_not_reopened_twice(admin: Actor):
    case = ended("refused")
    reopened(case, admin)
    with pytest.raises(NotAllowed, match="case_open"):
        reopened(case, admin)
    assert events(case).count("reopened") == 1


def test_a_page_from_before_another_round_reopens_nothing(admin: Actor):
    case = ended("refused")
    with pytest.raises(Stale):
        reopened(case, admin, seen=case.version - 1)


def test_reopening_takes_22_statements(admin: Actor):
    case = ended("refused")
    assert statements(lambda: reopened(case, admin, "federation_review")) <= 22 + 1  # the test reads it again
