"""A decision put right by two approvers of two departments; a case reopened after a won appeal."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework.models import CapUse, DecisionChange, ExclusionKey, Letter
from casework.sealing import unseal
from flows.actions.correct_decision import approve_change, propose_change, reject_change, withdraw_change
from flows.actions.refuse import refuse
from flows.actions.reopen import reopen
from flows.errors import AlreadyDone, Invalid, NotAllowed
from tests.factories import _administrator, department, events, officer, picture
from tests.flows.anywhere import Walk, sent

pytestmark = pytest.mark.django_db
WORDS = {"text": "金额更正", "reason": "少算了一个月"}


def decided() -> tuple[Walk, Actor]:
    """A flexible employment subsidy, granted and waiting for payment, and an approver of the department that decided."""
    walk = sent("flexible_employment_subsidy").to("payment")
    return walk, officer("federation", Role.APPROVER)


def proposed(walk: Walk, by: Actor, **more: Any) -> DecisionChange:
    given = {**WORDS, "seconder_id": department("finance").pk, "amount": Decimal("100.00"), **more}
    return propose_change(case_id=walk.case.pk, by=by, now=walk.now, **given)


def test_two_approvers_of_two_departments_change_the_sum_and_the_letter_names_the_old_one():
    walk, by = decided()
    walk.task()
    old, change = walk.case.amount, proposed(walk, by)
    assert walk.case.amount == old
    approve_change(change_id=change.pk, by=officer("finance", Role.APPROVER), now=walk.now)
    walk.task()
    change.refresh_from_db()
    assert (walk.case.amount, change.outcome) == (Decimal("100.00"), "approved")
    facts = unseal(walk.case.key, change.new_letter.facts)
    assert facts["corrects"] == change.old_letter.number
    assert Letter.objects.filter(case=walk.case, kind="corrected").count() == 1
    from casework.letters import render

    assert render(facts, "zh-hans").startswith(b"%PDF")


def test_nobody_signs_their_own_proposal_nor_a_colleague_of_the_deciding_department():
    walk, by = decided()
    change = proposed(walk, by)
    for other in (by, officer("federation", Role.APPROVER)):
        with pytest.raises(NotAllowed):
            approve_change(change_id=change.pk, by=other, now=walk.now)
    with pytest.raises(NotAllowed, match="other_department"):
        approve_change(change_id=change.pk, by=officer("hrss", Role.APPROVER), now=walk.now)


def test_a_second_proposal_waits_for_the_first_which_its_proposer_may_withdraw():
    walk, by = decided()
    change = proposed(walk, by)
    with pytest.raises(AlreadyDone, match="change_waits"):
        proposed(walk, by)
    with pytest.raises(NotAllowed, match="only_the_proposer"):
        withdraw_change(change_id=change.pk, by=officer("federation", Role.APPROVER), now=walk.now)
    withdraw_change(change_id=change.pk, by=by, now=walk.now)
    with pytest.raises(AlreadyDone, match="change_decided"):
        approve_change(change_id=change.pk, by=officer("finance", Role.APPROVER), now=walk.now)
    second = proposed(walk, by)
    with pytest.raises(Invalid):
        reject_change(change_id=second.pk, by=officer("finance", Role.APPROVER), now=walk.now, reason=" ")
    reject_change(change_id=second.pk, by=officer("finance", Role.APPROVER), now=walk.now, reason="算得对")
    assert events(walk.case)[-1] == "change_rejected"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"text": " "}, "text"),
        ({"reason": ""}, "reason"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"seconder_id": 0}, "seconder"),
    ],
)
def test_what_a_proposal_lacks_is_said(given: dict[str, Any], wrong: str):
    walk, by = decided()
    with pytest.raises(Invalid) as error:
        proposed(walk, by, **given)
    assert wrong in error.value.errors


def test_before_the_decision_there_is_nothing_to_correct():
    walk = sent("flexible_employment_subsidy").to("federation_review")
    with pytest.raises(NotAllowed):
        proposed(walk, officer("federation", Role.APPROVER))


def test_a_changed_sum_counts_in_the_yearly_cap():
    walk = sent("tuition_subsidy").to("payment")
    use = CapUse.objects.get(case=walk.case)
    by = officer("federation", Role.APPROVER)
    change = proposed(walk, by, amount=use.amount - 1000)
    approve_change(change_id=change.pk, by=officer("finance", Role.APPROVER), now=walk.now)
    account = use.account
    account.refresh_from_db()
    assert account.used == use.amount - 1000
    beyond = proposed(walk, by, amount=account.cap + 1)
    with pytest.raises(Invalid):
        approve_change(change_id=beyond.pk, by=officer("finance", Role.APPROVER), now=walk.now)


# --- reopening


def refused() -> Walk:
    walk = sent("flexible_employment_subsidy").to("federation_approval")
    refuse(**walk.given(), reason="材料不符")
    return walk


def again(walk: Walk, to: str = "federation_review", **more: Any) -> None:
    given = {"reason": "复议决定撤销", "name": "复议.jpg", "content": picture(), **more}
    reopen(case_id=walk.case.pk, by=_administrator(), now=walk.now, to=to, **given)


def test_a_reopened_case_begins_a_new_round_with_new_people():
    walk = refused()
    signer = next(by for name, by in walk.cast.people.items() if name.startswith("federation_review"))
    again(walk)
    task = walk.task()
    assert (walk.case.state, walk.case.outcome, walk.case.round) == ("in_review", "", 2)
    assert (task.step_name, task.owner, walk.case.closed_at) == ("federation_review", None, None)
    with pytest.raises(NotAllowed, match="earlier_round"):
        walk.given(signer)
    walk.cast.people.clear()
    assert walk.through().outcome == "granted"


def test_a_reopened_grant_gives_back_what_it_had_taken():
    walk = sent("flexible_employment_subsidy")
    walk.through()
    assert ExclusionKey.objects.filter(case=walk.case, released_at=None).exists()
    again(walk)
    assert not ExclusionKey.objects.filter(case=walk.case, released_at=None).exists()


@pytest.mark.parametrize("to", ["town_intake", "payment", "nowhere"])
def test_a_new_round_begins_at_a_step_up_to_the_decision(to: str):
    walk = refused()
    with pytest.raises(Invalid) as error:
        again(walk, to=to)
    assert "to" in error.value.errors


def test_only_an_administrator_reopens_and_never_twice_nor_what_was_withdrawn():
    from flows.actions.withdraw import withdraw

    walk = refused()
    with pytest.raises(NotAllowed, match="other_role"):
        reopen(
            case_id=walk.case.pk, by=officer("federation", Role.APPROVER), now=walk.now, to="federation_review", reason="x",
            name="x.jpg", content=picture(),
        )  # fmt: skip
    again(walk)
    with pytest.raises((AlreadyDone, NotAllowed)):
        again(walk)
    taken_back = sent("flexible_employment_subsidy")
    withdraw(case_id=taken_back.case.pk, by=taken_back.by, now=taken_back.now)
    with pytest.raises(NotAllowed, match="not_appealable"):
        again(taken_back)
