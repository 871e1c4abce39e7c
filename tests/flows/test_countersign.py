"""Countersigning: all, any, n of m; across departments; one signature each; the last one that is needed ends the step."""

from collections.abc import Iterator
from typing import Any

import pytest

import flows.chains
from accounts.actor import Actor
from accounts.models import Role
from casework.models import Action, Case, CaseScope, Message, Signature
from casework.sight import visible_to
from casework.waiting import tasks_waiting_for
from flows.actions.countersign import countersign
from flows.chains import CIVIL_AFFAIRS, FEDERATION, HRSS
from flows.engine import REGISTRY, CaseFlow
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.steps import Approval, Intake, Review, all_of, any_of, n_of
from tests.factories import officer
from tests.flows.anywhere import Walk, sent

pytestmark = pytest.mark.django_db
CODE = "post_application"
PARTIES = (FEDERATION, HRSS, CIVIL_AFFAIRS)
_RULES = {"all": all_of("round", *PARTIES), "any": any_of("round", *PARTIES), "two": n_of("round", 2, *PARTIES)}
_made: dict[str, type[CaseFlow]] = {}


def _chain(name: str) -> type[CaseFlow]:
    if name not in _made:
        steps = (
            Intake("federation_intake", by=FEDERATION), _RULES[name], Review("federation_review", by=FEDERATION),
            Approval("federation_approval", by=FEDERATION, decides=True),
        )  # fmt: skip
        made: type[CaseFlow] = type(
            f"TestRound{name.title()}Flow", (CaseFlow,),
            {"__module__": "flows.chains", "measure": CODE, "purpose": f"test_{name}", "steps": steps},
        )  # fmt: skip
        setattr(flows.chains, made.__name__, made)
        _made[name] = made
    return _made[name]


@pytest.fixture
def rounds() -> Iterator[Any]:
    """A case at a round of this rule, and an approver of each party."""
    opened = []

    def at(name: str) -> tuple[Walk, dict[str, Actor]]:
        key = (CODE, f"test_{name}", 1)
        REGISTRY[key] = _chain(name)
        opened.append(key)
        walk = sent(CODE, f"test_{name}").to("round")
        return walk, {party.code: officer(party.code, Role.APPROVER) for party in PARTIES}

    yield at
    for key in opened:
        REGISTRY.pop(key, None)


def sign(walk: Walk, by: Actor, agrees: bool = True, opinion: str = "看过") -> None:
    countersign(case_id=walk.case.pk, task_id=walk.task().pk, by=by, now=walk.now, agrees=agrees, opinion=opinion)


def test_all_must_agree_and_each_department_sees_the_case_and_has_it_in_its_list(rounds: Any):
    walk, who = rounds("all")
    for by in who.values():
        assert visible_to(by).filter(pk=walk.case.pk).exists()
        assert tasks_waiting_for(by, "asked").count() == 1
    sign(walk, who["hrss"])
    assert tasks_waiting_for(who["hrss"], "asked").count() == 0
    sign(walk, who["federation"])
    assert walk.task().step_name == "round"
    sign(walk, who["civil_affairs"])
    assert walk.task().step_name == "federation_review"
    record = list(Action.objects.filter(subject_id=walk.case.pk).order_by("number").values_list("event", flat=True))
    assert record[-3:] == ["countersigned", "countersigned", "agreed"]


def test_one_refusal_ends_a_round_of_all_and_the_case_goes_on_with_the_negative_opinion(rounds: Any):
    walk, who = rounds("all")
    sign(walk, who["hrss"], agrees=False, opinion="不符合")
    assert walk.task().step_name == "federation_review"
    assert walk.case.last_event == "advised_against"
    assert list(Signature.objects.values_list("outcome", flat=True).order_by("outcome")) == ["refused", "void", "void"]


def test_any_one_is_enough_and_refusals_are_only_counted(rounds: Any):
    walk, who = rounds("any")
    sign(walk, who["hrss"], agrees=False, opinion="不符合")
    assert walk.task().step_name == "round"
    sign(walk, who["federation"])
    assert (walk.task().step_name, walk.case.last_event) == ("federation_review", "agreed")


@pytest.mark.parametrize(
    ("answers", "event"), [((True, False, True), "agreed"), ((False, True, False), "advised_against")]
)
def test_two_of_three(rounds: Any, answers: tuple[bool, ...], event: str):
    walk, who = rounds("two")
    for by, agrees in zip(who.values(), answers, strict=True):
        sign(walk, by, agrees)
    assert (walk.task().step_name, walk.case.last_event) == ("federation_review", event)


def test_a_department_signs_once_and_others_not_at_all(rounds: Any):
    walk, who = rounds("all")
    sign(walk, who["hrss"])
    with pytest.raises(NotAllowed, match="signed_by_colleague"):
        sign(walk, officer("hrss", Role.APPROVER))
    with pytest.raises(NotAllowed, match="other_department"):
        sign(walk, officer("finance", Role.APPROVER))
    with pytest.raises(NotAllowed, match="other_role"):
        sign(walk, officer("federation", Role.REVIEWER))


def test_nobody_signs_for_two_departments_nor_after_another_step(rounds: Any):
    walk, who = rounds("all")
    intake = next(by for name, by in walk.cast.people.items() if name.startswith("federation_intake"))
    from datetime import date

    from flows.actions.appoint import appoint
    from tests.factories import NOW, _administrator, department

    post = appoint(
        user=intake.user, department=department("hrss"), role=Role.APPROVER, since=date(2024, 3, 1), by=_administrator(), now=NOW,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="signed_already"):
        sign(walk, Actor("officer", user=intake.user, post=post, proved_at=intake.proved_at))


def test_a_refusal_needs_its_reason(rounds: Any):
    walk, who = rounds("all")
    with pytest.raises(Invalid) as error:
        sign(walk, who["hrss"], agrees=False, opinion="  ")
    assert "opinion" in error.value.errors


def test_a_signature_after_the_round_is_over_changes_nothing(rounds: Any):
    walk, who = rounds("any")
    task = walk.task()
    sign(walk, who["federation"])
    with pytest.raises(AlreadyDone):
        countersign(case_id=walk.case.pk, task_id=task.pk, by=who["hrss"], now=walk.now, agrees=True)


def test_a_return_into_the_round_opens_it_anew(rounds: Any):
    from flows.actions.return_to import return_to

    walk, who = rounds("all")
    for by in who.values():
        sign(walk, by)
    return_to(**walk.given(), to="round", reason="请再签")
    fresh = Signature.objects.filter(task=walk.task())
    assert fresh.count() == 3
    assert all(one.is_open for one in fresh)


def test_a_deciding_round_grants_with_a_letter_and_tells_the_departments():
    walk = sent("interpretation_note")
    departments = {one.department_id for one in Signature.objects.filter(task=walk.task())}
    assert set(CaseScope.objects.filter(case=walk.case).values_list("department_id", flat=True)) >= departments
    assert Message.objects.filter(case=walk.case, event="task_opened").count() >= 1
    case = walk.through()
    assert (case.outcome, case.letters.decisions().get().kind) == ("recorded", "granted")


def test_a_refused_deciding_round_closes_the_case_with_the_reason():
    walk = sent("interpretation_note")
    sign(walk, officer("hrss", Role.APPROVER), agrees=False, opinion="理解不一致")
    case = Case.objects.get(pk=walk.case.pk)
    assert (case.state, case.outcome, case.letters.decisions().get().kind) == ("closed", "refused", "refused")
