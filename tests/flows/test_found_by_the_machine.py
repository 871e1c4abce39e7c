"""What the state machine, the races and the rights table found, each as a small story that fails without its remedy."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.actor import ANONYMOUS
from accounts.models import Role
from casework.models import Case, Deadline, DecisionChange, Position, Recusal, Signature, Suspension
from flows.actions.add_signer import add_signer
from flows.actions.answer_objection import uphold
from flows.actions.correct_decision import approve_change, propose_change
from flows.actions.give_opinion import give_opinion
from flows.actions.move_chain import move_chain
from flows.actions.object_to import object_to
from flows.actions.publish import publish
from flows.actions.recuse import challenge, decide_challenge
from flows.actions.request_correction import Asked, request_correction
from flows.actions.suspend import suspend
from flows.actions.withdraw import withdraw
from flows.drills.invariants import broken
from flows.engine import REGISTRY
from flows.errors import AlreadyDone, NotAllowed
from flows.sweep import sweep
from tests.factories import NOW, Story, _administrator, department, officer, story
from tests.flows.anywhere import sent
from tests.flows.machine import invented_chains

pytestmark = pytest.mark.django_db


@pytest.fixture
def second_versions() -> Iterator[None]:
    keys = invented_chains()
    yield
    for key in keys:
        REGISTRY.pop(key, None)


def noticed() -> tuple[Story, int]:
    """A case on public notice with one objection open; its key."""
    told = story().to("public_notice")
    notice = publish(**told.claimed(), surname="示", ground="national_competition", award="示例")
    told.now += timedelta(days=1)
    return told, object_to(notice_id=notice.pk, by=ANONYMOUS, now=told.now, text="不实").pk


def test_a_case_that_is_accepted_on_arrival_says_whose_turn_it_is():
    walk = sent("rectification")
    assert (walk.task().step_name, walk.case.step) == ("organisation_return", "organisation_return")
    walk = sent("public_sector_quota")
    assert walk.case.department_id == walk.task().department_id


@pytest.mark.usefixtures("second_versions")
def test_a_case_moved_to_another_version_leaves_no_clock_running_behind():
    told = Story(story().case, officer("federation", Role.REVIEWER))
    told.to("civil_affairs_review")
    version = 3 - told.case.flow_class.version
    move_chain(
        case_id=told.case.pk, by=_administrator(), now=told.now, version=version, to="hrss_review", reason="换版本"
    )
    task = told.task()
    running = Deadline.objects.filter(case=told.case, ended_at=None).exclude(kind="decision")
    assert [clock.task_id for clock in running] == [task.pk]
    assert broken(told.case.pk) == []


@pytest.mark.usefixtures("second_versions")
def test_a_case_moved_back_to_the_assignment_gives_its_position_back():
    told = story().to("town_confirmation")
    taken = Position.objects.get(case=told.case)
    version = 3 - told.task().process.flow_class.version
    move_chain(
        case_id=told.case.pk,
        by=replace(_administrator(), proved_at=told.now),
        now=told.now,
        version=version,
        to="assignment",
        reason="换版本",
    )
    taken.refresh_from_db()
    assert taken.case_id is None
    told.sign()
    assert told.task().step_name == "town_confirmation"


@pytest.mark.parametrize("verb", ["release", "suspend", "return_to", "transfer", "delegate", "recuse", "copy_to"])
def test_who_confirms_from_outside_does_nothing_but_that(verb: str):
    from casework import access

    walk = sent("sheltered_employment_project", "allocation").to("base_confirmation")
    task = walk.task()
    assert access.may(walk.by, "confirm", task=task, on=walk.now.date())
    assert access.may(walk.by, verb, task=task, on=walk.now.date()).reason in ("not_at_this_step", "held_outside")


def test_the_clock_accepts_and_takes_back_what_was_asked():
    told = story()
    given = told.claimed()
    asked = add_signer(**given, to=officer("hrss", Role.REVIEWER).user_id, kind="before", question="看看")
    sweep(told.now + timedelta(days=20))
    asked.refresh_from_db()
    assert told.task().step_name == "federation_review"
    assert (asked.outcome, asked.is_open) == ("void", False)


def test_the_clock_ends_a_notice_and_takes_back_what_was_asked():
    told = story().to("public_notice")
    given = told.claimed()
    notice = publish(**given, surname="示", ground="national_competition", award="示例")
    asked = add_signer(**given, to=officer("hrss", Role.REVIEWER).user_id, kind="before", question="看看")
    sweep(NOW.replace(year=2026, month=12, day=30))
    notice.refresh_from_db()
    assert notice.outcome == "stands"
    assert not Signature.objects.get(pk=asked.pk).is_open


def test_a_correction_of_a_decision_falls_with_the_decision():
    told, objection = noticed()
    by = officer("district_government", Role.APPROVER)
    change = propose_change(
        case_id=told.case.pk, by=by, now=told.now, text="更正", reason="写错了", seconder_id=department("finance").pk
    )
    uphold(objection_id=objection, by=officer("district_government", Role.APPROVER), now=told.now, answer="属实")
    change.refresh_from_db()
    assert change.outcome == "withdrawn"
    with pytest.raises(AlreadyDone, match="change_decided"):
        approve_change(change_id=change.pk, by=officer("finance", Role.APPROVER), now=told.now)
    assert DecisionChange.objects.filter(case=told.case, outcome="").count() == 0


def test_a_case_whose_decision_falls_has_no_sum_any_more():
    from flows.actions.reopen import reopen
    from tests.factories import picture

    walk = sent("flexible_employment_subsidy")
    assert walk.through().amount
    reopen(
        case_id=walk.case.pk, by=_administrator(), now=walk.now, to="federation_review", reason="复议撤销", name="复议.jpg",
        content=picture(),
    )  # fmt: skip
    assert Case.objects.get(pk=walk.case.pk).amount is None


def test_a_case_reopened_though_it_was_never_accepted_counts_as_accepted():
    from flows.actions.decline import decline
    from flows.actions.reopen import reopen
    from tests.factories import picture

    walk = sent("flexible_employment_subsidy")
    decline(**walk.given(), reason="不归我们", responsible="示例局")
    reopen(
        case_id=walk.case.pk, by=_administrator(), now=walk.now, to="federation_review", reason="复议撤销", name="复议.jpg",
        content=picture(),
    )  # fmt: skip
    assert Case.objects.get(pk=walk.case.pk).accepted_at == walk.now
    assert broken(walk.case.pk) == []


def test_a_challenge_is_decided_by_the_challenged_department_though_the_case_went_on():
    told = story().to("federation_review")
    told.claimed()
    asked = challenge(case_id=told.case.pk, by=told.by, now=told.now, ground="conflict", text="以前吵过架")
    told.to("hrss_review")
    decide_challenge(
        recusal_id=asked.pk, by=officer("federation", Role.HEAD), now=told.now, upheld=False, answer="没有这回事"
    )
    assert Recusal.objects.get(pk=asked.pk).outcome == "dismissed"


def test_who_stepped_aside_gives_no_opinion_any_more():
    told = story().to("federation_review")
    given, asked = told.claimed(), officer("federation", Role.REVIEWER)
    add_signer(**given, to=asked.user_id, kind="before", question="看看")
    Recusal.objects.create(
        district=told.case.district, case=told.case, step="federation_review", department=department("federation"),
        user=asked.user, ground="interest", text=b"", asked_at=told.now, outcome="upheld",
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="recused"):
        give_opinion(**{**given, "by": asked}, outcome="agreed", opinion="")


def test_a_case_withdrawn_while_it_is_paused_is_paused_no_more():
    told = story().to("federation_review")
    suspend(**told.claimed(), ground="applicants_wish", waits_for="来电")
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    assert Suspension.objects.get(case=told.case).ended_at == told.now


def test_who_signed_a_step_is_no_second_approver_of_its_correction():
    walk = sent("interpretation_note")
    signers = {}
    for code in ("federation", "hrss", "civil_affairs"):
        from flows.actions.countersign import countersign

        signers[code] = officer(code, Role.APPROVER)
        countersign(case_id=walk.case.pk, task_id=_round(walk.case), by=signers[code], now=walk.now, agrees=True)
    change = propose_change(
        case_id=walk.case.pk, by=officer("federation", Role.APPROVER), now=walk.now, text="更正", reason="写错了",
        seconder_id=department("hrss").pk,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="signed_already"):
        approve_change(change_id=change.pk, by=signers["hrss"], now=walk.now)
    approve_change(change_id=change.pk, by=officer("hrss", Role.APPROVER), now=walk.now)


def _round(case: Case) -> int:
    from casework.models import Task

    return Task.objects.get(process=case, kind="countersign").pk


@pytest.mark.parametrize(("code", "step"), [("audit_review", "supervision_review"), ("soe_recruitment_plan", "")])
def test_nobody_is_asked_for_a_correction_who_could_not_hand_it_in(code: str, step: str):
    walk = sent(code)
    given = walk.given()
    if walk.case.applicant_department_id is None:
        request_correction(**given, items=[_asked(walk.case)])
        return
    with pytest.raises(NotAllowed, match="not_at_this_step"):
        request_correction(**given, items=[_asked(walk.case)])


def _asked(case: Case) -> Asked:
    from policy import measure

    rules = measure(case.measure, case.purpose)
    return Asked("fact", next(fact.name for fact in rules.facts if fact.asked_of == "applicant"), "请补")


def test_the_term_of_a_decision_follows_the_version_of_the_chain():
    """A rectification of the version with a term, moved to the one without and back."""
    walk = sent("rectification")
    by = replace(officer("federation", Role.ADMINISTRATOR), proved_at=walk.now)
    given = {"case_id": walk.case.pk, "by": by, "now": walk.now, "reason": "示例理由"}
    running = Deadline.objects.filter(case=walk.case, kind="decision", ended_at=None)
    assert running.count() == 0
    for version, terms in ((1, 1), (2, 0), (1, 1)):
        move_chain(**given, version=version, to="organization_approval")
        assert (running.count(), broken(walk.case.pk)) == (terms, [])
