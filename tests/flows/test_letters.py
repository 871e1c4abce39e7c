"""What a letter is written from: the reviewers' findings, served when it may be."""

from typing import Any

import pytest

from casework.models import Case, Letter
from casework.sealing import unseal
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked, request_correction
from flows.sweep import sweep
from tests.factories import NATIONAL, events, story
from tests.flows.anywhere import sent

pytestmark = pytest.mark.django_db


def grounds(case: Case) -> dict[str, tuple[str, str]]:
    case = Case.objects.select_related("person__key").get(pk=case.pk)
    facts = unseal(case.person.key, Letter.objects.decisions().get(case=case).facts)
    return {row["title"][0]: (row["outcome"], row["because"][0]) for row in facts["grounds"]}


def test_what_the_reviewers_established_stands_in_the_letter_not_that_the_rules_were_unsure():
    told = story({**NATIONAL, "organiser_is_government": None}).to("government_approval")
    from flows.actions.approve import approve

    approve(**told.claimed(), opinion="同意")
    outcome, because = grounds(told.case)["由政府部门举办"]
    assert outcome == "met"
    assert "看过材料" in because


def test_where_reviewers_and_rules_agree_the_rules_reason_stands():
    told = story().to("public_notice")
    assert grounds(told.case)["名次够"][0] == "met"
    assert "第 1 名" in grounds(told.case)["名次够"][1]


def kinds(case: Case) -> list[str]:
    return list(Letter.objects.filter(case=case).values_list("kind", flat=True))


def told_in(case: Case, kind: str) -> dict[str, Any]:
    case = Case.objects.select_related("person__key").get(pk=case.pk)
    return unseal(case.key, Letter.objects.get(case=case, kind=kind).facts)


def test_acceptance_is_told_by_a_letter_with_the_papers_and_the_day_of_the_decision():
    told = story().to("federation_review")
    assert kinds(told.case) == ["accepted"]
    facts = told_in(told.case, "accepted")
    assert facts["due"] == told.case.deadlines.get(kind="decision", ended_at=None).due.isoformat()
    assert facts["papers"]
    assert facts["deemed"] is False


def test_what_to_correct_is_told_once_by_a_letter_with_every_item_and_the_last_day():
    told = story()
    asked = [Asked("fact", "place", "请照奖状写名次"), Asked("evidence", "organiser_document", "请补有印章的一页")]
    request_correction(**told.claimed(), items=asked)
    facts = told_in(told.case, "correction")
    assert [item["note"] for item in facts["items"]] == [one.note for one in asked]
    assert facts["due"] == told.task().due.isoformat()


def test_a_payment_is_told_by_a_letter_with_its_sum():
    case = sent("flexible_employment_subsidy").through()
    facts = told_in(case, "paid")
    assert facts["amount"] == f"{case.amount:.2f}"


def test_an_acceptance_by_the_clock_says_so():
    told = story()
    sweep(told.now.replace(month=12), told.case.pk)
    assert unseal(told.case.key, Letter.objects.get(case=told.case).facts)["deemed"] is True


def test_a_notice_does_not_start_the_periods_of_appeal():
    told = story().to("federation_review")
    letter = Letter.objects.get(case=told.case)
    sweep(told.now.replace(month=12), told.case.pk)
    assert not hasattr(Letter.objects.get(pk=letter.pk), "service")


def test_the_clock_of_one_case_moves_no_other():
    told, other = story(), story()
    sweep(told.now.replace(month=12), told.case.pk)
    assert "accepted" in events(told.case)
    assert events(other.case) == ["submitted"]


@pytest.mark.parametrize(("aid", "told"), [("3300", False), ("9800", True)])
def test_a_refusal_tells_how_nothing_came_out_and_no_sum_that_an_officer_refuses(aid: str, told: bool):
    walk = sent("tuition_subsidy", tuition_paid="9800", city_aid=aid).to("federation_approval")
    refuse(**walk.given(), reason="不符合（示例）")
    letter = Letter.objects.decisions().get(case=walk.case)
    assert bool(unseal(letter.case.key, letter.facts)["sums"]) is told
