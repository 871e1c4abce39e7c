"""An administrator moves one open case to another version of its chain."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Action, Deadline, Message, RefusedAttempt, Task
from casework.record import chain_is_whole, keys_of, said
from flows.actions.move_chain import move_chain, steps_to
from flows.actions.request_correction import Asked, request_correction
from flows.actions.suspend import resume, suspend
from flows.actions.withdraw import withdraw
from flows.engine import CaseFlow, chain_of
from flows.errors import AlreadyDone, Invalid, NotAllowed, Stale
from flows.steps import Approval, Intake, Payment
from flows.sweep import sweep
from oversight.records import of_case
from tests.factories import Story, events, officer, story
from tests.flows import anywhere, invented
from tests.flows.test_statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def second() -> Iterator[type[CaseFlow]]:
    with invented.second_version() as made:
        yield made


@pytest.fixture
def admin() -> Actor:
    return officer("federation", Role.ADMINISTRATOR)


def of_first() -> Story:
    """A case sent while there was no second version yet."""
    with invented.hidden("direct_admission", "", 2):
        return story()


def moved(told: Story, admin: Actor, to: str, version: int = 2, **more: Any) -> None:
    given = {"case_id": told.case.pk, "by": admin, "now": told.now, "reason": "新的版本已经生效（示例）"}
    move_chain(**given, version=version, to=to, **more)


@pytest.mark.parametrize(
    ("at", "to"),
    [
        ("federation_intake", "federation_intake"), ("civil_affairs_review", "hrss_review"),
        ("government_approval", "hrss_confirmation"), ("assignment", "assignment"), ("town_confirmation", "assignment"),
    ],
)  # fmt: skip
def test_a_case_goes_on_to_its_end_on_the_new_version(second: type[CaseFlow], admin: Actor, at: str, to: str):
    told = of_first().to(at)
    version = told.case.version
    moved(told, admin, to)
    task = told.task()
    assert (chain_of(told.case), task.step_name, told.case.step) == (second, to, to)
    assert told.case.version == version + 1
    case = anywhere.Walk(told.case, told.by, told.now).through()
    assert (case.state, case.outcome) == ("closed", "granted")
    assert chain_is_whole(of_case(case))
    assert not Task.objects.filter(process=case, finished=None).exists()
    assert not Deadline.objects.filter(case=case, ended_at=None).exists()


def test_the_open_task_and_its_clock_end_and_the_new_step_has_its_own(second: type[CaseFlow], admin: Actor):
    told = of_first().to("civil_affairs_review")
    before = told.task()
    told.claimed()
    moved(told, admin, "hrss_confirmation")
    before.refresh_from_db()
    assert (before.outcome, before.finished) == ("cancelled", told.now)
    running = Deadline.objects.filter(case=told.case, ended_at=None)
    assert {(clock.kind, clock.task_id) for clock in running} == {("decision", None), ("confirm", told.task().pk)}
    sweep(told.now + timedelta(days=30))
    late = Action.objects.filter(
        subject_kind="case", subject_id=told.case.pk, event__in=("warned", "yellow_card", "red_card")
    )
    assert {row.step for row in late} <= {"hrss_confirmation", ""}


def test_the_record_says_who_from_which_version_to_which_step_and_why(second: type[CaseFlow], admin: Actor):
    told = of_first().to("hrss_review")
    moved(told, admin, "federation_review")
    last = of_case(told.case)[-1]
    assert (last.event, last.user_id) == ("chain_changed", admin.user_id)
    assert last.details == {"from": 1, "version": 2, "to": "federation_review"}
    assert said(last, keys_of([last]).get(last.key_id)) == {"reason": "新的版本已经生效（示例）"}
    assert chain_is_whole(of_case(told.case))


def test_the_applicant_and_the_holder_of_the_new_step_are_told(second: type[CaseFlow], admin: Actor):
    told = of_first().to("hrss_review")
    moved(told, admin, "federation_review")
    told_now = list(Message.objects.filter(case=told.case).order_by("-pk")[:2])
    assert {(one.audience, one.event) for one in told_now} == {
        ("applicant", "chain_changed"),
        ("department", "task_opened"),
    }


def test_other_open_cases_stay_on_their_version(second: type[CaseFlow], admin: Actor):
    told, other = of_first().to("hrss_review"), of_first().to("hrss_review")
    moved(told, admin, "hrss_review")
    first = chain_of(other.case)
    assert first.version == 1
    other.to("town_confirmation")
    assert other.case.flow_class is first
    assert story().case.flow_class is second  # a new case goes on the newest


@pytest.mark.parametrize(
    ("at", "to"),
    [
        ("federation_intake", "federation_review"), ("hrss_review", "federation_intake"), ("hrss_review", "assignment"),
        ("assignment", "government_approval"), ("hrss_review", "civil_affairs_review"), ("hrss_review", "correction"),
        ("hrss_review", "end"), ("hrss_review", ""),
    ],
)  # fmt: skip
def test_a_step_on_the_other_side_of_the_decision_or_of_no_chain_is_refused(
    second: type[CaseFlow], admin: Actor, at: str, to: str
):
    told = of_first().to(at)
    before = events(told.case)
    with pytest.raises(Invalid) as wrong:
        moved(told, admin, to)
    assert list(wrong.value.errors) == ["to"]
    assert (events(told.case), told.task().step_name) == (before, at)


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_is_not_there_or_is_its_own_is_refused(second: type[CaseFlow], admin: Actor, version: int):
    told = of_first().to("hrss_review")
    with pytest.raises(Invalid) as wrong:
        moved(told, admin, "hrss_review", version)
    assert list(wrong.value.errors) == ["version"]


def test_a_step_that_nobody_would_hold_is_refused(second: type[CaseFlow], admin: Actor):
    told = of_first().to("assignment")
    with pytest.raises(Invalid) as wrong:
        moved(told, admin, "town_confirmation")  # no position says yet which town
    assert list(wrong.value.errors) == ["party"]
    assert told.task().process.flow_class.version == 1


def test_without_a_reason_nothing_moves(second: type[CaseFlow], admin: Actor):
    told = of_first().to("hrss_review")
    with pytest.raises(Invalid) as wrong:
        move_chain(case_id=told.case.pk, by=admin, now=told.now, version=2, to="hrss_review", reason=" ")
    assert list(wrong.value.errors) == ["reason"]
    assert told.task().process.flow_class.version == 1


def test_a_second_time_is_refused(second: type[CaseFlow], admin: Actor):
    told = of_first().to("hrss_review")
    moved(told, admin, "hrss_review")
    with pytest.raises(Invalid):
        moved(told, admin, "hrss_review")
    assert events(told.case).count("chain_changed") == 1


def test_a_page_from_before_somebody_signed_moves_nothing(second: type[CaseFlow], admin: Actor):
    told = of_first().to("federation_review")
    seen = told.case.version
    told.sign()
    with pytest.raises(Stale):
        moved(told, admin, "federation_review", seen=seen)
    assert told.task().step_name == "civil_affairs_review"


def test_a_closed_case_is_refused(second: type[CaseFlow], admin: Actor):
    told = of_first()
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    with pytest.raises(AlreadyDone, match="case_closed"):
        moved(told, admin, "federation_intake")


def test_a_case_that_stands_still_or_is_on_notice_is_moved_only_afterwards(second: type[CaseFlow], admin: Actor):
    asked, stopped, noticed = (
        of_first().to("federation_review"),
        of_first().to("hrss_review"),
        of_first().to("public_notice"),
    )
    request_correction(**asked.claimed(), items=[Asked("fact", "place", "请再看")])
    suspend(**stopped.claimed(), ground="other_decision", waits_for="示例", until=None)
    for told in (asked, stopped, noticed):
        with pytest.raises(AlreadyDone, match="not_in_this_state"):
            moved(told, admin, "federation_review")
    resume(case_id=stopped.case.pk, task_id=stopped.task().pk, by=stopped.who(), now=stopped.now, reason="好了")
    moved(stopped, admin, "federation_review")
    assert stopped.task().step_name == "federation_review"


@pytest.mark.parametrize("role", ["head", "supervisor", "hrss"])
def test_nobody_but_an_administrator_moves_a_case(second: type[CaseFlow], role: str):
    told = of_first().to("hrss_review")
    with pytest.raises(NotAllowed, match="other_role"):
        moved(told, told.cast[role], "hrss_review")
    assert RefusedAttempt.objects.get(case_id=told.case.pk).verb == "move_chain"
    assert told.task().process.flow_class.version == 1


def test_a_case_that_is_being_paid_goes_to_the_payment_of_the_new_version(admin: Actor):
    steps = (
        Intake("town_intake", by=invented.TOWN), Approval("federation_approval", by=invented.FEDERATION, decides=True),
        Payment("other_payment", by=invented.FINANCE),
    )  # fmt: skip
    with invented.chain("tuition_subsidy", "", 2, steps) as new:
        assert [step.name for step in steps_to("paying", new)] == ["other_payment"]
        with invented.hidden("tuition_subsidy", "", 2):
            walk = anywhere.sent("tuition_subsidy").to("payment")
        move_chain(case_id=walk.case.pk, by=admin, now=walk.now, version=2, to="other_payment", reason="示例")
        assert walk.through().outcome == "granted"


def test_a_move_takes_22_statements(second: type[CaseFlow], admin: Actor):
    told = of_first().to("hrss_review")
    assert statements(lambda: moved(told, admin, "federation_review")) <= 22
