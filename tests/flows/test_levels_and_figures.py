"""A figure that nobody has published makes a case wait, never fail; above a sum a second approver signs first."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Role
from casework import published
from casework.models import Parameter
from flows.actions.add_signer import add_signer
from flows.actions.approve import approve
from flows.actions.give_opinion import give_opinion
from flows.actions.refuse import refuse
from flows.actions.suspend import resume, suspend
from flows.errors import Invalid
from tests.factories import NOW, district, officer
from tests.flows.anywhere import sent

pytestmark = pytest.mark.django_db


def publish(name: str, since: date, value: str) -> None:
    Parameter.objects.create(
        district=district(), name=name, since=since, value=value, unit="", source="示例", published_at=NOW
    )
    published.forget()


@pytest.mark.parametrize(
    ("code", "figure", "since"),
    [
        ("over_quota_reward", "over_quota.amount_per_person_year", date(2027, 1, 1)),
        ("base_support", "base_support.amount", date(2024, 3, 1)),
    ],
)  # fmt: skip
def test_a_missing_figure_suspends_a_case_and_its_publication_lets_it_be_granted(code: str, figure: str, since: date):
    walk = sent(code).to("federation_approval")
    given = walk.given()
    for act in (lambda: approve(**given, opinion="同意"), lambda: refuse(**given, reason="没有标准")):
        with pytest.raises(Invalid) as error:
            act()
        assert any("标准还没有公布" in text.zh for text in error.value.errors.values())
    suspend(**given, ground="parameter_missing", waits_for="市里的标准")
    publish(figure, since, "5000.00")
    resume(**given)
    approve(**given, opinion="同意")
    walk.task()
    assert walk.case.amount > 0
    assert walk.through().outcome == "granted"


def test_above_the_level_another_approver_signs_first():
    walk = sent("tuition_subsidy").to("federation_approval")
    given = walk.given()
    publish("approval.second_above.tuition_subsidy", date(2025, 1, 1), "1000.00")
    with pytest.raises(Invalid) as error:
        approve(**given, opinion="同意")
    assert "另一位审批人" in error.value.errors["outcome"].zh
    second = officer("federation", Role.APPROVER)
    add_signer(**given, to=second.user_id, kind="before", question="请一起看")
    give_opinion(**{**given, "by": second}, outcome="agreed", opinion="")
    approve(**given, opinion="同意")
    walk.task()
    assert walk.case.amount > Decimal(1000)


def test_without_a_level_one_approver_is_enough():
    walk = sent("tuition_subsidy").to("payment")
    assert walk.case.amount is not None or walk.task()
