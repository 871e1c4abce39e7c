"""The worked example of every guide comes from the rules."""

from datetime import date

import pytest

from policy import measures
from policy.samples import SAMPLES, sample
from tests.policy.claims import PUBLISHED

TODAY = date(2026, 11, 25)


def test_every_measure_with_a_known_sum_has_an_example() -> None:
    assert set(SAMPLES) == {one.code for one in measures() if one.pays} - {"over_quota_reward"}


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        ("flexible_employment_subsidy", "1,131.90"), ("self_employment_subsidy", "2,500.00"),
        ("concentrated_employer_subsidy", "10,000.00"), ("concentrated_employer_startup_grant", "30,000.00"),
        ("tuition_subsidy", "6,500.00"), ("admission_award", "8,000.00"), ("skills_training_match", "750.00"),
        ("competition_award", "750.00"),
    ],
)  # fmt: skip
def test_the_example_says_the_sum(code: str, amount: str) -> None:
    told = sample(code, TODAY, PUBLISHED)
    assert told is not None
    assert f"一共 {amount} 元" in told[1].headline.zh


def test_where_a_figure_is_not_known_there_is_no_example() -> None:
    assert sample("flexible_employment_subsidy", date(2028, 1, 1), PUBLISHED) is None
    assert sample("direct_admission", TODAY, PUBLISHED) is None
