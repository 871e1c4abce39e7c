"""Another sum than the rules': a reason, a second person, and it shows in the letter and the record."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework import access, departures
from casework.assessment import find
from casework.models import Action, CapUse, Letter, SumDeparture
from casework.sealing import unseal
from flows.actions.approve import approve
from flows.actions.depart import depart
from flows.actions.establish import establish
from flows.actions.give_opinion import give_opinion
from flows.actions.return_to import return_to
from flows.errors import AlreadyDone, FlowError, Invalid, NotAllowed
from tests.factories import officer
from tests.flows.anywhere import Walk, sent

pytestmark = pytest.mark.django_db
REASON = "有一个月只缴了一半（示例）"


def reviewed(code: str = "flexible_employment_subsidy") -> Walk:
    return sent(code).to("federation_review")


def proposed(walk: Walk, to: Actor, **more: Any) -> SumDeparture:
    found = find(walk.task().process)
    given = {"amount": found.amount - Decimal("10.00"), "reason": REASON, "lines": [found.items[0].key], **more}
    return depart(**walk.given(), to=to.user_id, **given)


def agree(walk: Walk, by: Actor, outcome: str = "agreed") -> None:
    task = walk.task()
    give_opinion(
        case_id=walk.case.pk,
        task_id=task.pk,
        by=by,
        now=walk.now,
        outcome=outcome,
        opinion="看过" if outcome != "agreed" else "",
    )


def test_the_decision_grants_the_sum_that_two_signed_and_the_letter_says_from_what_and_why():
    walk, second = reviewed(), officer("federation", Role.HEAD)
    departure = proposed(walk, second)
    agree(walk, second)
    walk.to("payment")
    case = walk.case
    assert case.amount == departure.new_amount == departure.old_amount - 10
    facts = unseal(case.key, Letter.objects.decisions().get(case=case).facts)
    assert facts["amount"] == f"{departure.new_amount:.2f}"
    assert facts["departure"] == {
        "from": f"{departure.old_amount:.2f}", "to": f"{departure.new_amount:.2f}", "reason": REASON,
    }  # fmt: skip
    action = Action.objects.get(subject_kind="case", subject_id=case.pk, event="sum_departed")
    assert (action.details["old"], action.details["new"]) == (facts["departure"]["from"], facts["departure"]["to"])
    assert REASON not in str(action.details)


def test_of_a_yearly_cap_the_departed_sum_is_taken_and_not_the_rules():
    walk, second = reviewed("tuition_subsidy"), officer("federation", Role.HEAD)
    departure = proposed(walk, second)
    agree(walk, second)
    walk.to("payment")
    assert CapUse.objects.get(case=walk.case).amount == departure.new_amount == walk.case.amount
    assert CapUse.objects.get(case=walk.case).account.used == departure.new_amount


def test_the_handler_waits_for_the_second_person():
    walk, second = reviewed(), officer("federation", Role.APPROVER)
    proposed(walk, second)
    with pytest.raises(NotAllowed, match="opinion_open"):
        approve(**walk.given(), judgements=walk.judgements(), opinion="同意")
    with pytest.raises(AlreadyDone, match="departure_waits"):
        proposed(walk, officer("federation", Role.HEAD))


def test_what_the_second_person_refuses_changes_nothing():
    walk, second = reviewed(), officer("federation", Role.HEAD)
    departure = proposed(walk, second)
    agree(walk, second, "refused")
    walk.to("payment")
    assert walk.case.amount == departure.old_amount


def test_whoever_signed_the_departure_does_not_decide():
    walk, second = reviewed(), officer("federation", Role.APPROVER)
    proposed(walk, second)
    agree(walk, second)
    walk.to("federation_approval")
    verdict = access.may(second, "claim", task=walk.task())
    assert not verdict
    assert verdict.reason == "departure"


def test_a_departure_falls_with_the_sum_that_it_departs_from():
    walk, second = reviewed(), officer("federation", Role.HEAD)
    proposed(walk, second)
    agree(walk, second)
    assert departures.standing(walk.case)
    rows = unseal(walk.case.key, walk.case.answer_sets.get().answers)["facts"]["months"]
    establish(**walk.given(), fact="months", value=rows[:-1] or rows, reason="少一个月")
    assert departures.standing(walk.case) is None


def test_a_departure_proposed_before_a_return_stands_as_long_as_the_sum_does():
    walk, second = reviewed(), officer("federation", Role.HEAD)
    departure = proposed(walk, second)
    agree(walk, second)
    walk.to("federation_approval")
    return_to(**walk.given(), to="federation_review", reason="请再看")
    assert departures.standing(walk.case) == departure


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": None}, "amount"), ({"amount": Decimal("-1")}, "amount"), ({"reason": "  "}, "reason"),
        ({"lines": []}, "lines"), ({"lines": ["nothing"]}, "lines"),
    ],
)  # fmt: skip
def test_a_departure_names_its_sum_its_lines_and_its_reason(wrong: dict[str, Any], field: str):
    walk = reviewed()
    with pytest.raises(Invalid) as refused:
        proposed(walk, officer("federation", Role.HEAD), **wrong)
    assert set(refused.value.errors) == {field}
    assert not SumDeparture.objects.exists()


def test_the_sum_by_the_rules_is_no_departure():
    walk = reviewed()
    with pytest.raises(Invalid, match="amount"):
        proposed(walk, officer("federation", Role.HEAD), amount=find(walk.task().process).amount)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PAYER, Role.ADMINISTRATOR])
def test_only_an_approver_or_a_head_signs_it(role: str):
    walk = reviewed()
    with pytest.raises(FlowError):
        proposed(walk, officer("federation" if role != Role.PAYER else "finance", role))


def test_nobody_signs_their_own_departure():
    walk = reviewed()
    walk.given()
    with pytest.raises(FlowError):
        proposed(walk, walk.who())


def test_where_the_rules_give_no_sum_there_is_nothing_to_depart_from():
    walk = sent("direct_admission").to("federation_review")
    with pytest.raises(NotAllowed, match="no_sum"):
        depart(
            **walk.given(), amount=Decimal("1.00"), reason=REASON, to=officer("federation", Role.HEAD).user_id, lines=[]
        )


def test_a_departure_beyond_the_yearly_cap_is_refused_at_the_decision_and_nothing_changes():
    walk, second = reviewed("tuition_subsidy"), officer("federation", Role.HEAD)
    proposed(walk, second, amount=Decimal("9999999.00"))
    agree(walk, second)
    walk.to("federation_approval")
    given = walk.given()
    with pytest.raises(Invalid, match="outcome"):
        approve(**given, opinion="同意")
    assert not CapUse.objects.filter(case=walk.case).exists()
