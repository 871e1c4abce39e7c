"""What a letter is written from: the reviewers' findings, served when it may be."""

import pytest

from casework.models import Case, Letter
from casework.sealing import unseal
from flows.sweep import sweep
from tests.factories import NATIONAL, events, story

pytestmark = pytest.mark.django_db


def grounds(case: Case) -> dict[str, tuple[str, str]]:
    case = Case.objects.select_related("person__key").get(pk=case.pk)
    facts = unseal(case.person.key, Letter.objects.get(case=case).facts)
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


def test_the_clock_of_one_case_moves_no_other():
    told, other = story(), story()
    sweep(told.now.replace(month=12), told.case.pk)
    assert "accepted" in events(told.case)
    assert events(other.case) == ["submitted"]
