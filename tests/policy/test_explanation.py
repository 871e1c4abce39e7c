"""The worked explanation: the same words whoever reads them, and whole after being kept."""

from typing import Any

import pytest

from policy.explanation import Explanation, explain
from tests.policy.claims import BASE, MONTH, PERSON, judge


def lines(code: str, lang: str = "zh", **changes: Any) -> list[str]:
    return [line.in_(lang) for line in explain(judge(code, **changes)).sums]


def test_every_months_working_is_shown_with_its_figures() -> None:
    rows = [
        {"month": "2024-06", **MONTH},
        {"month": "2024-07", **MONTH},
        {"month": "2024-08", **MONTH, "paid_on_time": False},
    ]
    assert lines("flexible_employment_subsidy", as_of="2024-10-08", months=rows) == [
        "2024年6月：最低缴费基数 7,310 × 30% × 50% = 1,096.50 元。",
        "2024年7月：最低缴费基数 7,384 × 30% × 50% = 1,107.60 元。",
        "2024年8月：没有按时缴足，这个月没有补贴。",
        "合计 2,204.10 元。",
    ]
    assert lines("flexible_employment_subsidy", "en", as_of="2024-10-08", months=rows)[1:3] == [
        "July 2024: base floor 7,384 × 30% × 50% = 1,107.60 yuan.",
        "August 2024: not paid on time and in full, so nothing for this month.",
    ]


def test_every_persons_part_of_a_month_is_shown() -> None:
    people = [
        PERSON,
        {**PERSON, "name": "示例乙", "paid": "4000", "hrss_subsidy": "0"},
        {**PERSON, "name": "示例丙", "paid_in_full": False},
    ]
    (line,) = lines("self_employment_subsidy", months=[{"month": "2024-11", "people": people}])
    assert "示例甲：2,600.50 − 350.25 = 2,250.25，限额 2,670.05，补 2,250.25 元" in line
    assert "示例乙：4,000 − 0 = 4,000.00，限额 2,670.05，补 2,670.05 元" in line
    assert "示例丙：没有按时缴足" in line
    assert "7,384 × 36.16%" in line
    assert line.endswith("= 4,920.30 元。")


def test_a_cap_and_what_was_granted_before_are_shown() -> None:
    history = [{"type": "tuition_subsidy", "school_year": "2025-2026", "amount": "48600.00"}]
    assert lines("tuition_subsidy", history=history) == [
        "学费 9,800.00 − 市里补的 3,300.00 = 6,500.00 元。",
        "合计 6,500.00 元。最多 50,000 元，以前已经批了 48,600.00 元，还剩 1,400.00 元，所以是 1,400.00 元。",
    ]
    expenses = [
        {"kind": "premises", "amount": "11500", "invoice": "1"},
        {"kind": "training", "amount": "9", "invoice": "2"},
    ]
    assert lines("concentrated_employer_subsidy", expenses=expenses) == [
        "发票 1：场地维护 11,500 元。", "发票 2：“training”不在补贴范围，0 元。",
        "合计 11,500.00 元，最多 10,000 元，所以是 10,000.00 元。",
    ]  # fmt: skip
    assert lines("tuition_subsidy") == ["学费 9,800.00 − 市里补的 3,300.00 = 6,500.00 元。"]
    few = [
        {"kind": "premises", "amount": "1500", "invoice": "1"},
        {"kind": "accessibility", "amount": "9", "invoice": "2"},
    ]
    assert lines("concentrated_employer_subsidy", expenses=few)[-1] == "合计 1,509.00 元。"
    used = [{"type": "tuition_subsidy", "school_year": "2025-2026", "amount": "1.00"}]
    assert explain(judge("tuition_subsidy", history=used)).headline.zh == "按规则符合，一共 6,500.00 元。"


@pytest.mark.parametrize(
    ("code", "changes", "headline", "missing"),
    [
        ("tuition_subsidy", {}, "按规则符合，一共 6,500.00 元。", []),
        ("tuition_subsidy", {"city_aid": "9800"}, "按规则不符合，没有补贴。", []),
        ("direct_admission", {}, "按规则符合。", []),
        ("direct_admission", {"place": 2}, "按规则不符合。", []),
        ("tuition_subsidy", {"city_aid": None}, "现在还判断不了，缺下面这些。", ["市里补了多少？"]),
        (
            "self_employment_subsidy", {"months": [{"month": "2024-11", "people": [{**PERSON, "paid": None}]}]},
            "现在还判断不了，缺下面这些。", ["第 1 行的“缴了多少元”"],
        ),
        (
            "flexible_employment_subsidy", {"as_of": "2027-09-01", "months": [{"month": "2027-07", "paid_in_full": True}]},
            "现在还判断不了，缺下面这些。", ["第 1 行的“按时缴了吗”", "职工社保缴费基数下限"],
        ),
        ("tuition_subsidy", {"history": [{"type": "tuition_subsidy", "school_year": "2025-2026"}]}, "现在还判断不了，缺下面这些。", ["以前那一笔的金额"]),
    ],
)  # fmt: skip
def test_the_headline_and_what_is_missing_in_words(
    code: str, changes: dict[str, Any], headline: str, missing: list[str]
) -> None:
    told = explain(judge(code, **changes))
    assert told.headline.zh == headline
    assert [one.zh for one in told.missing] == missing


def test_what_only_a_person_decides_says_so() -> None:
    from policy import assess, parameters

    told = explain(assess("employment_service", "2025-01-01", {}, None, parameters.load()))
    assert [one.en for one in told.missing] == ["a person's decision"]


@pytest.mark.parametrize("code", list(BASE))
def test_an_explanation_is_the_same_after_being_kept(code: str) -> None:
    told = explain(judge(code))
    assert Explanation.from_json(told.as_json()) == told
    assert told.reasons
