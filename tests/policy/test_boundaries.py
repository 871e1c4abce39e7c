"""Every threshold of every measure from both sides, and what is needed while something is unknown."""

from datetime import date
from typing import Any

import pytest

from policy.claim import Claim, Words
from policy.errors import FormError
from policy.facts import Fact, Integer
from policy.parameters import Parameters
from policy.text import T
from tests.policy.claims import BASE, CITY, MONTH, PERSON, PUBLISHED, RESIDENT, judge, said, with_figures

ELIGIBLE, NOT, OPEN = "eligible", "not_eligible", "undetermined"
OTHER = {"type": "other_district_policy"}
EXPENSE = {"kind": "premises", "amount": "6400.00", "invoice": "31"}
PAYING = [code for code in BASE if judge(code).amount is not None]


def test_the_base_claims_are_as_they_say() -> None:
    found = {code: said(judge(code)) for code in BASE}
    assert {code for code, (outcome, _) in found.items() if outcome != ELIGIBLE} == {"over_quota_reward"}
    assert {code: amount for code, (_, amount) in found.items() if amount} == {
        "flexible_employment_subsidy": "1119.00", "self_employment_subsidy": "2250.25",
        "concentrated_employer_subsidy": "6400.00", "concentrated_employer_startup_grant": "30000.00",
        "tuition_subsidy": "6500.00", "admission_award": "8000.00", "skills_training_match": "388.89",
        "competition_award": "3000.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        (code, fact)
        for code, (_, facts) in BASE.items()
        for fact, value in facts.items()
        if isinstance(value, bool) and code not in ("soe_recruitment_plan", "direct_admission")
    ],
)
def test_a_no_refuses_and_an_unknown_leaves_open(code: str, fact: str) -> None:
    pays = code in PAYING
    assert said(judge(code, **{fact: False})) == (NOT, "0.00" if pays else None)
    unknown = judge(code, **{fact: None})
    assert (unknown.outcome, unknown.amount, unknown.missing) == (OPEN, None, (fact,))
    assert unknown.items == ()


# The effective period (五2), by each type's own fact date


@pytest.mark.parametrize(
    ("code", "fact", "day", "inside"),
    [
        ("admission_award", "admitted_on", "2024-02-29", False), ("admission_award", "admitted_on", "2024-03-01", True),
        ("admission_award", "admitted_on", "2029-02-28", True), ("admission_award", "admitted_on", "2029-03-01", False),
        ("competition_award", "awarded_on", "2024-02-29", False), ("competition_award", "awarded_on", "2024-03-01", True),
        ("skills_training_match", "certified_on", "2024-02-29", False),
        ("skills_training_match", "certified_on", "2024-03-01", True),
        ("skills_training_match", "certified_on", "2029-02-28", True),
        ("skills_training_match", "certified_on", "2029-03-01", False),
        ("tuition_subsidy", "school_year", "2023-2024", False), ("tuition_subsidy", "school_year", "2024-2025", True),
        ("tuition_subsidy", "school_year", "2028-2029", True), ("tuition_subsidy", "school_year", "2029-2030", False),
        ("tuition_subsidy", "school_year", "0000-0001", False), ("tuition_subsidy", "school_year", "9998-9999", False),
        ("concentrated_employer_subsidy", "year", 2023, False), ("concentrated_employer_subsidy", "year", 2024, True),
        ("concentrated_employer_subsidy", "year", 2028, True), ("concentrated_employer_subsidy", "year", 2029, False),
        ("concentrated_employer_subsidy", "year", 0, False), ("concentrated_employer_subsidy", "year", 10**6, False),
        ("concentrated_employer_startup_grant", "applied_on", "2029-02-28", True),
        ("concentrated_employer_startup_grant", "applied_on", "2029-03-01", False),
    ],
)  # fmt: skip
def test_the_period_is_judged_by_the_fact_date(code: str, fact: str, day: Any, inside: bool) -> None:
    assert (judge(code, **{fact: day}).outcome == ELIGIBLE) is inside


@pytest.mark.parametrize("code", [code for code in BASE if code not in PAYING and code != "over_quota_reward"])
@pytest.mark.parametrize(
    ("as_of", "inside"), [("2024-02-29", False), ("2024-03-01", True), ("2029-02-28", True), ("2029-03-01", False)]
)
def test_types_1_to_5_are_judged_by_the_day_of_application(code: str, as_of: str, inside: bool) -> None:
    assert (judge(code, as_of).outcome == ELIGIBLE) is inside


@pytest.mark.parametrize(("year", "outcome"), [(2023, NOT), (2024, OPEN), (2028, OPEN), (2029, NOT)])
def test_a_reward_is_judged_by_the_end_of_its_year(year: int, outcome: str) -> None:
    assert judge("over_quota_reward", year=year).outcome == outcome


# 1, 5, 16: required numbers


@pytest.mark.parametrize(
    ("facts", "outcome", "values", "missing"),
    [
        ({"establishment": 49, "disabled_employed": 0}, ELIGIBLE, {"required": 0, "shortfall": 0}, ()),
        ({"establishment": 50, "disabled_employed": 0}, NOT, {"required": 1, "shortfall": 1}, ()),
        ({"establishment": 49, "disabled_employed": None}, ELIGIBLE, {"required": 0, "shortfall": 0}, ()),
        ({"establishment": 50, "disabled_employed": None}, OPEN, {"required": 1}, ("disabled_employed",)),
        ({"establishment": None, "disabled_employed": 1}, ELIGIBLE, {"shortfall": 0}, ()),
        ({"establishment": None, "disabled_employed": 0}, OPEN, {}, ("establishment",)),
        ({"establishment": None, "disabled_employed": None}, OPEN, {}, ("establishment", "disabled_employed")),
        ({"unit_kind": "institution", "establishment": 66, "disabled_employed": 0}, ELIGIBLE, {"required": 0}, ()),
        ({"unit_kind": "institution", "establishment": 67, "disabled_employed": 0}, NOT, {"required": 1}, ()),
        ({"unit_kind": "school", "establishment": None, "disabled_employed": None}, ELIGIBLE, {"required": 0}, ()),
        ({"unit_kind": "kindergarten", "establishment": 500, "disabled_employed": 0}, ELIGIBLE, {"required": 0}, ()),
        ({"unit_kind": "federation", "cadres": 20, "disabled_employed": 3}, ELIGIBLE, {"required": 3}, ()),
        ({"unit_kind": "federation", "cadres": 21, "disabled_employed": 3}, NOT, {"required": 4, "shortfall": 1}, ()),
        ({"unit_kind": "federation", "cadres": 0, "disabled_employed": None}, ELIGIBLE, {"required": 0}, ()),
        ({"unit_kind": "federation", "disabled_employed": 9}, OPEN, {}, ("cadres",)),
        ({"unit_kind": None, "disabled_employed": None, "establishment": None}, OPEN, {}, ("unit_kind",)),
    ],
)
def test_what_organs_and_institutions_must_employ(
    facts: dict[str, Any], outcome: str, values: dict[str, int], missing: tuple[str, ...]
) -> None:
    found = judge("public_sector_quota", **facts)
    assert (found.outcome, set(found.missing), found.amount) == (outcome, set(missing), None)
    assert {name: found.values.get(name) for name in values} == values
    if not values:
        assert found.values == {}


def test_a_threshold_that_is_not_in_force_is_named() -> None:
    figures = with_figures(quota__organ_establishment=None)
    assert judge("public_sector_quota", figures=figures, disabled_employed=0).missing == ("quota.organ_establishment",)
    assert judge("public_sector_quota", figures=figures, disabled_employed=1).outcome == ELIGIBLE


@pytest.mark.parametrize(
    ("facts", "outcome", "values", "missing"),
    [
        ({"disabled_employed": 5}, NOT, {"required": 6, "shortfall": 1}, ()),
        ({"staff": 401}, NOT, {"required": 7, "shortfall": 1}, ()),
        ({"staff": 400}, ELIGIBLE, {"required": 6, "shortfall": 0}, ()),
        ({"disabled_employed": 0, "planned_posts": 1}, ELIGIBLE, {"shortfall": 6}, ()),
        ({"disabled_employed": 0, "suitable_posts_exist": False}, ELIGIBLE, {"shortfall": 6}, ()),
        ({"staff": 0, "disabled_employed": None, "planned_posts": None}, ELIGIBLE, {"required": 0, "shortfall": 0}, ()),
        ({"staff": None, "planned_posts": 1}, ELIGIBLE, {}, ()),
        ({"disabled_employed": 5, "planned_posts": None}, OPEN, {"shortfall": 1}, ("planned_posts",)),
        ({"disabled_employed": 5, "suitable_posts_exist": None}, OPEN, {}, ("suitable_posts_exist",)),
        (
            {"staff": None, "disabled_employed": None, "planned_posts": None, "suitable_posts_exist": None}, OPEN, {},
            ("staff", "disabled_employed", "planned_posts", "suitable_posts_exist"),
        ),
        ({"disabled_employed": None}, OPEN, {"required": 6}, ("disabled_employed",)),
    ],
)  # fmt: skip
def test_a_state_owned_enterprise_complies_by_any_one_of_three(
    facts: dict[str, Any], outcome: str, values: dict[str, int], missing: tuple[str, ...]
) -> None:
    found = judge("soe_recruitment_plan", **facts)
    assert (found.outcome, set(found.missing)) == (outcome, set(missing))
    assert {name: found.values.get(name) for name in values} == values


def test_the_least_number_of_posts_is_needed_only_where_it_decides() -> None:
    figures = with_figures(enterprise__planned_posts_minimum=None)
    found = judge("soe_recruitment_plan", figures=figures, disabled_employed=5)
    assert found.missing == ("enterprise.planned_posts_minimum",)
    assert judge("soe_recruitment_plan", figures=with_figures(enterprise__planned_posts_minimum="2"),
                 disabled_employed=0, planned_posts=1).outcome == NOT  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "outcome", "values", "missing"),
    [
        ({"disabled_employed": 5}, NOT, {"required": 5, "above_quota": 0}, ()),
        ({"disabled_employed": 6}, OPEN, {"required": 5, "above_quota": 1}, ("over_quota.amount_per_person_year",)),
        ({"disabled_employed": 0, "staff": None}, NOT, {"above_quota": 0}, ()),
        ({"staff": None}, OPEN, {}, ("staff", "over_quota.amount_per_person_year")),
        ({"year": None}, OPEN, {}, ("year",)),
    ],
)
def test_the_reward_is_for_those_above_the_ratio(
    facts: dict[str, Any], outcome: str, values: dict[str, int], missing: tuple[str, ...]
) -> None:
    found = judge("over_quota_reward", **facts)
    assert (found.outcome, set(found.missing)) == (outcome, set(missing))
    assert {name: found.values.get(name) for name in values} == values


def test_the_reward_is_so_much_for_each_once_its_amount_is_known() -> None:
    figures = with_figures(over_quota__amount_per_person_year="1234.56")
    assert said(judge("over_quota_reward", figures=figures)) == (ELIGIBLE, "3703.68")
    earlier = [{"type": "over_quota_reward", "year": 2027, "amount": "0.00"}]
    assert said(judge("over_quota_reward", history=earlier, figures=figures)) == (NOT, "0.00")
    assert said(judge("over_quota_reward", history=[{**earlier[0], "year": 2026}], figures=figures))[0] == ELIGIBLE


# 2, 3: recruitment


@pytest.mark.parametrize(
    ("posts", "reserved", "shares"),
    [
        ([1], 1, [1]), ([66], 1, [1]), ([67], 2, [2]), ([133], 2, [2]), ([134], 3, [3]),
        ([5, 5], 1, [1, 0]), ([0, 3], 1, [0, 1]), ([100, 100], 3, [2, 1]), ([34, 33, 33], 2, [1, 1, 0]),
        ([90, 90, 20], 3, [2, 1, 0]),
    ],
)  # fmt: skip
def test_posts_are_shared_out_by_largest_remainder(posts: list[int], reserved: int, shares: list[int]) -> None:
    plan = [{"unit": "abc"[place], "posts": count} for place, count in enumerate(posts)]
    for code in ("government_employee_recruitment", "community_worker_recruitment"):
        found = judge(code, plan=plan)
        allocation = {"abc"[place]: share for place, share in enumerate(shares)}
        assert (found.outcome, found.values) == (ELIGIBLE, {"reserved": reserved, "allocation": allocation})


def test_a_plan_that_is_not_whole_yet() -> None:
    code = "government_employee_recruitment"
    assert judge(code, plan=None).missing == ("plan",)
    found = judge(code, plan=[{"unit": None, "posts": 67}])
    assert (found.missing, found.values) == (("plan[0].unit",), {"reserved": 2})
    found = judge(code, plan=[{"unit": "a"}, {"posts": 3}])
    assert (found.missing, found.values) == (("plan[0].posts", "plan[1].unit"), {})
    assert judge(code, figures=with_figures(recruitment__reserved_share=None)).missing == (
        "recruitment.reserved_share",
    )


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ([], "plan"), ({}, "plan"), ("a", "plan"), ([{"unit": "a", "posts": 0}], "plan"), ([3], "plan[0]"),
        ([{"unit": "", "posts": 1}], "plan"), ([{"unit": 3, "posts": 1}], "plan[0].unit"),
        ([{"unit": "a", "posts": -1}], "plan[0].posts"), ([{"unit": "a", "posts": "1"}], "plan[0].posts"),
        ([{"unit": "a", "posts": None}, {"unit": "a", "posts": 1}], "plan"),
    ],
)  # fmt: skip
def test_a_plan_of_the_wrong_form(plan: Any, field: str) -> None:
    with pytest.raises(FormError) as caught:
        judge("community_worker_recruitment", plan=plan)
    assert caught.value.field == field


# 6: months of flexible employment


def months(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"months": [{**MONTH, **row} for row in rows]}


@pytest.mark.parametrize(
    ("row", "as_of", "amount"),
    [
        ({"month": "2024-02"}, "2024-06-01", "0.00"), ({"month": "2024-03"}, "2024-06-01", "1096.50"),
        ({"month": "2029-02"}, "2029-02-28", None), ({"month": "2029-03"}, "2029-03-01", "0.00"),
        ({"month": "2024-06"}, "2024-09-01", "1096.50"), ({"month": "2024-07"}, "2024-09-01", "1107.60"),
        ({"month": "2024-05"}, "2025-05-31", "1096.50"), ({"month": "2024-04"}, "2025-05-01", "0.00"),
        ({"month": "2025-05"}, "2025-05-01", "1107.60"), ({"month": "2025-06"}, "2025-05-31", "0.00"),
        ({"month": "2025-07", "paid_on_time": False}, "2025-09-04", "0.00"),
        ({"month": "2025-07", "paid_in_full": False}, "2025-09-04", "0.00"),
        ({"month": "2025-07", "paid_in_full": False, "paid_on_time": None}, "2025-09-04", "0.00"),
        ({"month": "2025-07", "paid_in_full": None}, "2025-09-04", None),
        ({"month": "2027-06"}, "2027-09-01", "1131.90"), ({"month": "2027-07"}, "2027-09-01", None),
        ({"month": "2027-07", "paid_on_time": False}, "2027-09-01", "0.00"),
    ],
)  # fmt: skip
def test_what_a_month_of_flexible_employment_comes_to(row: dict[str, Any], as_of: str, amount: str | None) -> None:
    found = judge("flexible_employment_subsidy", as_of, **months(row))
    assert [item.key for item in found.items] == [row["month"]]
    assert found.items[0].amount is None if amount is None else f"{found.items[0].amount:.2f}" == amount
    assert found.outcome == (OPEN if amount is None else NOT if amount == "0.00" else ELIGIBLE)


def test_all_that_a_month_lacks_is_named() -> None:
    found = judge("flexible_employment_subsidy", "2027-09-01", **months({"month": "2027-07", "paid_on_time": None}))
    assert set(found.missing) == {"months[0].paid_on_time", "contribution_base_floor"}
    figures = with_figures(flexible_employment__arrears_months=None)
    assert judge("flexible_employment_subsidy", figures=figures).missing == ("flexible_employment.arrears_months",)


def test_a_list_without_months_and_months_all_zero_refuse_whatever_else_is_unknown() -> None:
    for facts in ({"months": []}, months({"month": "2024-02"})):
        assert said(judge("flexible_employment_subsidy", district_resident=None, **facts)) == (NOT, "0.00")
    unknown = judge("flexible_employment_subsidy", months=None, district_resident=None)
    assert (unknown.outcome, set(unknown.missing)) == (OPEN, {"months", "district_resident"})


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        ({"type": "flexible_employment_subsidy", "month": "2025-07"}, True),
        ({"type": "flexible_employment_subsidy", "month": "2025-07", "amount": "0.01"}, True),
        ({"type": "flexible_employment_subsidy", "month": "2025-07", "amount": "0.00"}, False),
        ({"type": "flexible_employment_subsidy", "month": "2025-06"}, False),
        ({"type": "self_employment_subsidy", "month": "2025-07", "amount": "1"}, True),
        ({"type": "self_employment_subsidy", "facts": {"months": [{"month": "2025-07"}]}, "amount": "1"}, True),
        ({"type": "self_employment_subsidy", "facts": {"month": "2025-07"}}, True),
        ({"type": "flexible_employment_subsidy", "facts": {"months": [{"month": "2025-06"}, 3]}}, False),
        ({**OTHER, "kind": "social_insurance", "month": "2025-07"}, True),
        ({**OTHER, "kind": "education", "school_year": "2025-2026"}, False),
        ({"type": "tuition_subsidy", "month": "2025-07"}, False),
        ({"type": "nothing_known", "month": "x"}, False),
        ({"type": "flexible_employment_subsidy"}, False),
    ],
)
def test_an_earlier_month_of_the_same_kind_empties_the_month(entry: dict[str, Any], counts: bool) -> None:
    found = judge("flexible_employment_subsidy", history=[entry])
    assert said(found) == ((NOT, "0.00") if counts else (ELIGIBLE, "1119.00"))


# 8: months of a sole trader's people


def people(*rows: dict[str, Any], month: str = "2024-11") -> dict[str, Any]:
    return {"months": [{"month": month, "people": [{**PERSON, **row} for row in rows]}]}


@pytest.mark.parametrize(
    ("row", "amount"),
    [
        ({"paid": "2670.05", "hrss_subsidy": "0"}, "2670.05"), ({"paid": "2670.06", "hrss_subsidy": "0"}, "2670.05"),
        ({"paid": "100.00", "hrss_subsidy": "100.01"}, "0.00"), ({"paid": "100.01", "hrss_subsidy": "100"}, "0.01"),
        ({"disabled": False, "paid": None, "hrss_subsidy": None, "paid_on_time": None}, "0.00"),
        ({"paid_on_time": False, "paid": None}, "0.00"), ({"paid_in_full": False, "disabled": None}, "0.00"),
        ({"role": None}, "2250.25"), ({"name": None}, "2250.25"),
    ],
)  # fmt: skip
def test_what_a_person_of_a_sole_trader_comes_to(row: dict[str, Any], amount: str) -> None:
    found = judge("self_employment_subsidy", **people(row))
    assert said(found) == (ELIGIBLE if amount != "0.00" else NOT, amount)


@pytest.mark.parametrize("name", ["disabled", "paid_on_time", "paid_in_full", "paid", "hrss_subsidy"])
def test_what_is_unknown_of_a_person_leaves_the_month_open(name: str) -> None:
    found = judge("self_employment_subsidy", **people({}, {name: None}))
    assert (found.outcome, found.missing, found.items[0].amount) == (OPEN, (f"months[0].people[1].{name}",), None)


def test_people_are_capped_one_by_one_and_months_stand_alone() -> None:
    rich, poor = {"paid": "9000", "hrss_subsidy": "0"}, {"paid": "10", "hrss_subsidy": "0", "name": "示例乙"}
    assert said(judge("self_employment_subsidy", **people(rich, poor))) == (ELIGIBLE, "2680.05")
    assert judge("self_employment_subsidy", **people()).outcome == NOT
    unknown = judge("self_employment_subsidy", months=[{"month": "2024-11", "people": None}])
    assert unknown.missing == ("months[0].people",)
    later = judge("self_employment_subsidy", "2027-12-01", **people({}, month="2027-09"))
    assert set(later.missing) == {"contribution_base_floor", "employee_rate"}
    old = judge("self_employment_subsidy", "2028-12-01", **people({}, month="2024-03"))
    assert old.outcome == ELIGIBLE  # no limit on arrears
    assert judge("self_employment_subsidy", **people({}, month="2024-02")).items[0].amount == 0


@pytest.mark.parametrize(
    ("entry", "row", "outcome"),
    [
        ({"type": "flexible_employment_subsidy"}, {}, NOT),
        ({"type": "flexible_employment_subsidy"}, {"role": "employee"}, ELIGIBLE),
        ({"type": "flexible_employment_subsidy"}, {"role": None}, OPEN),
        ({"type": "flexible_employment_subsidy", "amount": "0"}, {}, ELIGIBLE),
        ({"type": "flexible_employment_subsidy", "name": "示例乙"}, {}, ELIGIBLE),
        ({"type": "flexible_employment_subsidy", "name": "示例乙"}, {"name": "示例乙", "role": "employee"}, NOT),
        ({"type": "self_employment_subsidy"}, {"role": "employee"}, NOT),
        ({"type": "self_employment_subsidy", "own": True}, {"role": "employee"}, ELIGIBLE),
        ({"type": "self_employment_subsidy", "own": True}, {}, NOT),
        ({"type": "self_employment_subsidy", "name": "示例乙"}, {}, ELIGIBLE),
        ({"type": "self_employment_subsidy", "name": "示例甲"}, {}, NOT),
        ({"type": "self_employment_subsidy", "name": "示例甲"}, {"name": None}, OPEN),
        ({**OTHER, "kind": "social_insurance"}, {"role": None}, NOT),
    ],
)
def test_whom_an_earlier_month_concerns(entry: dict[str, Any], row: dict[str, Any], outcome: str) -> None:
    found = judge("self_employment_subsidy", history=[{"month": "2024-11", **entry}], **people(row))
    assert found.outcome == outcome
    if outcome == OPEN:
        assert found.missing == (f"months[0].people[0].{'role' if 'role' in row else 'name'}",)
    other_month = judge("self_employment_subsidy", history=[{"month": "2024-10", **entry}], **people(row))
    assert other_month.outcome == ELIGIBLE


# 9, 10: concentrated employers


@pytest.mark.parametrize(
    ("district", "disabled", "outcome", "missing"),
    [
        ([5] * 12, [10] * 12, ELIGIBLE, ()), ([5] * 11 + [4], [10] * 12, NOT, ()), ([5] * 12, [10] * 11 + [11], NOT, ()),
        ([0] * 12, [0] * 12, NOT, ()), ([5] * 12, [0] * 12, NOT, ()), (None, [0] * 12, NOT, ()),
        ([0] * 12, None, NOT, ()), ([0] * 11 + [60], [10] * 12, ELIGIBLE, ()),
        (None, [10] * 12, OPEN, ("monthly_district_disabled",)), ([5] * 12, None, OPEN, ("monthly_disabled",)),
        (None, None, OPEN, ("monthly_district_disabled", "monthly_disabled")),
    ],
)  # fmt: skip
def test_half_of_the_disabled_staff_is_from_the_district(
    district: Any, disabled: Any, outcome: str, missing: tuple[str, ...]
) -> None:
    for code in ("concentrated_employer_subsidy", "concentrated_employer_startup_grant"):
        found = judge(code, monthly_district_disabled=district, monthly_disabled=disabled)
        assert (found.outcome, set(found.missing)) == (outcome, set(missing))


def test_a_share_that_is_not_in_force_is_named() -> None:
    found = judge("concentrated_employer_subsidy", figures=with_figures(concentrated_employer__district_share=None))
    assert found.missing == ("concentrated_employer.district_share",)
    free = with_figures(concentrated_employer__district_share="0")
    assert judge("concentrated_employer_subsidy", figures=free, monthly_district_disabled=[0] * 12).outcome == ELIGIBLE


@pytest.mark.parametrize(
    ("expenses", "outcome", "amount"),
    [
        ([{**EXPENSE, "amount": "10000.00"}], ELIGIBLE, "10000.00"),
        ([{**EXPENSE, "amount": "10000.01"}], ELIGIBLE, "10000.00"),
        ([EXPENSE, {**EXPENSE, "kind": "accessibility", "amount": "3599.99", "invoice": "32"}], ELIGIBLE, "9999.99"),
        ([{**EXPENSE, "kind": "equipment_running"}], ELIGIBLE, "6400.00"),
        ([{**EXPENSE, "kind": "equipment_replacement"}], ELIGIBLE, "6400.00"),
        ([{**EXPENSE, "kind": "training"}], NOT, "0.00"), ([{**EXPENSE, "kind": "training", "amount": None}], NOT, "0.00"),
        ([{**EXPENSE, "amount": "0"}], NOT, "0.00"), ([], NOT, "0.00"), ([EXPENSE, EXPENSE], NOT, "0.00"),
        ([{**EXPENSE, "invoice": None}], ELIGIBLE, "6400.00"),
    ],
)  # fmt: skip
def test_expenses_are_paid_as_spent_up_to_the_cap(expenses: Any, outcome: str, amount: str) -> None:
    assert said(judge("concentrated_employer_subsidy", expenses=expenses)) == (outcome, amount)


@pytest.mark.parametrize(
    ("expenses", "missing"),
    [
        (None, {"expenses"}), ([{**EXPENSE, "kind": None}], {"expenses[0].kind"}),
        ([EXPENSE, {**EXPENSE, "invoice": "32", "amount": None}], {"expenses[1].amount"}),
        ([EXPENSE, {**EXPENSE, "invoice": None}], {"expenses[1].invoice"}),
        ([{"invoice": "31"}], {"expenses[0].kind", "expenses[0].amount"}),
    ],
)  # fmt: skip
def test_what_is_unknown_of_an_expense(expenses: Any, missing: set[str]) -> None:
    found = judge("concentrated_employer_subsidy", expenses=expenses)
    assert (found.outcome, set(found.missing)) == (OPEN, missing)


def test_the_cap_and_the_grant_name_their_parameters() -> None:
    found = judge("concentrated_employer_subsidy", figures=with_figures(concentrated_employer__yearly_cap=None))
    assert (found.outcome, found.missing) == (OPEN, ("concentrated_employer.yearly_cap",))
    found = judge(
        "concentrated_employer_startup_grant", figures=with_figures(concentrated_employer__startup_grant=None)
    )
    assert found.missing == ("concentrated_employer.startup_grant",)


@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        ({"type": "concentrated_employer_subsidy", "year": 2026, "amount": "0.00"}, NOT),
        ({"type": "concentrated_employer_subsidy", "facts": {"year": 2026}}, NOT),
        ({"type": "concentrated_employer_subsidy", "year": 2025}, ELIGIBLE),
        ({**OTHER, "kind": "premises_equipment", "year": 2026}, NOT),
        ({**OTHER, "kind": "premises_equipment", "invoice": "31"}, NOT),
        ({"type": "concentrated_employer_subsidy", "year": 2025, "facts": {"expenses": [{"invoice": "31"}]}}, NOT),
        ({"type": "concentrated_employer_subsidy", "facts": {"expenses": [{"invoice": "32"}]}}, ELIGIBLE),
        ({"type": "concentrated_employer_startup_grant", "amount": "30000.00"}, ELIGIBLE),
    ],
)
def test_a_year_and_an_invoice_are_paid_once(entry: dict[str, Any], outcome: str) -> None:
    assert judge("concentrated_employer_subsidy", history=[entry]).outcome == outcome


def test_an_unknown_invoice_matters_where_an_earlier_one_could_be_the_same() -> None:
    history = [{"type": "concentrated_employer_subsidy", "facts": {"expenses": [{"invoice": "32"}]}}]
    found = judge("concentrated_employer_subsidy", history=history, expenses=[{**EXPENSE, "invoice": None}])
    assert found.missing == ("expenses[0].invoice",)


@pytest.mark.parametrize(
    ("owned", "opened", "outcome"),
    [
        (True, "2026-01-12", ELIGIBLE), (True, "2026-01-13", NOT), (True, "2024-02-29", ELIGIBLE),
        (False, "2026-12-01", ELIGIBLE), (None, "2026-12-01", ELIGIBLE), (True, None, ELIGIBLE),
    ],
)  # fmt: skip
def test_a_new_unit_of_the_district_claims_the_subsidy_after_twelve_months(
    owned: bool | None, opened: str | None, outcome: str
) -> None:
    assert judge("concentrated_employer_subsidy", district_owned=owned, opened_on=opened).outcome == outcome


def test_the_policys_first_day_begins_the_new_units() -> None:
    day = {"district_owned": True, "opened_on": "2024-03-01"}
    assert judge("concentrated_employer_subsidy", "2025-02-28", **day).outcome == NOT
    assert judge("concentrated_employer_subsidy", "2025-03-01", **day).outcome == ELIGIBLE


@pytest.mark.parametrize(
    ("opened", "applied", "outcome", "missing"),
    [
        ("2024-11-04", "2025-11-03", NOT, ()), ("2024-11-04", "2025-11-04", ELIGIBLE, ()),
        ("2024-02-29", "2025-11-04", NOT, ()), ("2024-03-01", "2025-03-01", ELIGIBLE, ()),
        ("2024-03-01", "2025-02-28", NOT, ()), ("2028-02-29", "2029-02-28", ELIGIBLE, ()),
        ("2028-02-29", "2029-02-27", NOT, ()), (None, "2025-11-04", OPEN, ("opened_on",)),
        (None, "2025-02-28", NOT, ()), ("2028-03-01", None, NOT, ()), ("2028-02-28", None, OPEN, ("applied_on",)),
        (None, None, OPEN, ("applied_on", "opened_on")),
    ],
)  # fmt: skip
def test_the_start_up_grant_comes_after_twelve_months(
    opened: str | None, applied: str | None, outcome: str, missing: tuple[str, ...]
) -> None:
    found = judge("concentrated_employer_startup_grant", opened_on=opened, applied_on=applied)
    assert (found.outcome, set(found.missing)) == (outcome, set(missing))


@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        ({"type": "concentrated_employer_startup_grant", "amount": "30000.00"}, NOT),
        ({"type": "concentrated_employer_startup_grant"}, NOT), ({**OTHER, "kind": "startup"}, NOT),
        ({"type": "concentrated_employer_subsidy", "year": 2025}, ELIGIBLE),
    ],
)  # fmt: skip
def test_the_start_up_grant_is_paid_once(entry: dict[str, Any], outcome: str) -> None:
    assert judge("concentrated_employer_startup_grant", history=[entry]).outcome == outcome


# 11: tuition


@pytest.mark.parametrize(
    ("paid", "aid", "used", "amount"),
    [
        ("50000", "0", (), "50000.00"), ("50000.01", "0", (), "50000.00"), ("100", "99.99", (), "0.01"),
        ("100", "100", (), "0.00"), ("100", "200", (), "0.00"), ("9800", "3300", ("43500",), "6500.00"),
        ("9800", "3300", ("43500.01",), "6499.99"), ("9800", "3300", ("50000",), "0.00"),
        ("9800", "3300", ("30000", "20001"), "0.00"),
    ],
)  # fmt: skip
def test_tuition_is_what_the_city_left_up_to_the_years_cap(
    paid: str, aid: str, used: tuple[str, ...], amount: str
) -> None:
    history = [{"type": "tuition_subsidy", "school_year": "2025-2026", "amount": one} for one in used]
    found = judge("tuition_subsidy", history=history, tuition_paid=paid, city_aid=aid)
    assert said(found) == (NOT if amount == "0.00" else ELIGIBLE, amount)


@pytest.mark.parametrize(
    ("entry", "amount"),
    [
        ({"type": "tuition_subsidy", "school_year": "2024-2025", "amount": "50000"}, "6500.00"),
        ({"type": "tuition_subsidy", "facts": {"school_year": "2025-2026"}, "amount": "49000"}, "1000.00"),
        ({**OTHER, "kind": "education", "school_year": "2025-2026", "amount": "49000"}, "1000.00"),
        ({"type": "tuition_subsidy", "school_year": "2025-2026"}, None),
    ],
)
def test_what_was_granted_for_the_school_year_counts_towards_the_cap(entry: dict[str, Any], amount: str | None) -> None:
    found = judge("tuition_subsidy", history=[entry])
    assert said(found) == ((ELIGIBLE, amount) if amount else (OPEN, None))
    assert found.missing == (() if amount else ("history[0].amount",))


def test_unknown_sums_of_tuition_stay_unknown_even_where_nothing_would_be_left() -> None:
    assert judge("tuition_subsidy", tuition_paid="0", city_aid=None).missing == ("city_aid",)
    assert judge("tuition_subsidy", tuition_paid=None, city_aid=None).missing == ("tuition_paid", "city_aid")
    assert judge("tuition_subsidy", school_year=None).missing == ("school_year",)
    assert judge("tuition_subsidy", school_kind=None).missing == ("school_kind",)
    assert judge("tuition_subsidy", figures=with_figures(tuition__yearly_cap=None)).missing == ("tuition.yearly_cap",)


@pytest.mark.parametrize("year", ["2025-2027", "2025", "2025-2025", 2025, "2025-26", "２０２５-2026"])
def test_a_school_year_is_two_years_in_a_row(year: Any) -> None:
    with pytest.raises(FormError) as caught:
        judge("tuition_subsidy", school_year=year)
    assert caught.value.field == "school_year"


# 12: admission


@pytest.mark.parametrize(
    ("level", "amount"),
    [
        ("bachelor_or_above", "10000.00"), ("junior_college", "8000.00"), ("senior_high", "5000.00"),
        ("secondary_vocational", "5000.00"),
    ],
)  # fmt: skip
def test_an_admission_is_awarded_once_a_level(level: str, amount: str) -> None:
    assert said(judge("admission_award", level=level)) == (ELIGIBLE, amount)
    same = [{"type": "admission_award", "level": level, "amount": "1"}]
    assert said(judge("admission_award", level=level, history=same)) == (NOT, "0.00")
    other = [{"type": "admission_award", "level": "junior_college" if "junior" not in level else "senior_high"}]
    assert judge("admission_award", level=level, history=other).outcome == ELIGIBLE


def test_both_kinds_of_secondary_school_are_one_level() -> None:
    for level, earlier in (("senior_high", "secondary_vocational"), ("secondary_vocational", "senior_high")):
        history: list[dict[str, Any]] = [{"type": "admission_award", "facts": {"level": earlier}}]
        assert judge("admission_award", level=level, history=history).outcome == NOT
        history = [{**OTHER, "kind": "admission", "level": earlier}]
        assert judge("admission_award", level=level, history=history).outcome == NOT


def test_an_unknown_level() -> None:
    assert judge("admission_award", level=None).missing == ("level",)
    history = [{"type": "admission_award", "level": "senior_high"}]
    assert judge("admission_award", level=None, history=history).missing == ("level",)
    figures = with_figures(admission_award__junior_college=None)
    assert judge("admission_award", figures=figures).missing == ("admission_award.junior_college",)


# 13: training


@pytest.mark.parametrize(
    ("facts", "outcome", "missing"),
    [
        ({"birth_date": "2008-07-09"}, ELIGIBLE, ()), ({"birth_date": "2008-07-10"}, NOT, ()),
        ({"birth_date": "1964-07-10"}, ELIGIBLE, ()), ({"birth_date": "1964-07-09"}, NOT, ()),
        ({"birth_date": "1969-07-10", "gender": "female", "retirement_class": "women_55"}, ELIGIBLE, ()),
        ({"birth_date": "1969-07-09", "gender": "female", "retirement_class": "women_55"}, NOT, ()),
        ({"birth_date": "1974-07-10", "gender": "female", "retirement_class": "women_50"}, ELIGIBLE, ()),
        ({"birth_date": "1974-07-09", "gender": "female", "retirement_class": "women_50"}, NOT, ()),
        ({"birth_date": "1974-07-09", "gender": "female"}, OPEN, ("retirement_class",)),
        ({"birth_date": "1974-07-10", "gender": "female"}, ELIGIBLE, ()),
        ({"birth_date": "1969-07-09", "gender": "female"}, NOT, ()),
        ({"birth_date": "1974-07-10", "gender": None}, ELIGIBLE, ()), ({"birth_date": "1974-07-09", "gender": None}, OPEN, ("gender",)),
        ({"birth_date": "1964-07-09", "gender": None}, NOT, ()),
        ({"birth_date": "1969-07-10", "gender": None, "retirement_class": "women_55"}, ELIGIBLE, ()),
        ({"birth_date": "1969-07-09", "gender": "male", "retirement_class": "women_55"}, ELIGIBLE, ()),
        ({"birth_date": None}, OPEN, ("birth_date",)), ({"birth_date": None, "gender": None}, OPEN, ("birth_date", "gender")),
        ({"certified_on": None}, OPEN, ("certified_on",)),
        ({"certificate_kind": "other"}, NOT, ()), ({"certificate_kind": "vocational_qualification"}, ELIGIBLE, ()),
        ({"certificate_kind": None}, OPEN, ("certificate_kind",)),
        ({"hrss_subsidy": "0"}, NOT, ()), ({"hrss_subsidy": "0.01"}, ELIGIBLE, ()), ({"hrss_subsidy": None}, OPEN, ("hrss_subsidy",)),
    ],
)  # fmt: skip
def test_who_gets_the_match(facts: dict[str, Any], outcome: str, missing: tuple[str, ...]) -> None:
    found = judge("skills_training_match", **facts)
    assert (found.outcome, set(found.missing)) == (outcome, set(missing))


@pytest.mark.parametrize(
    ("gender", "retirement_class", "born", "last", "first_out"),
    [  # months of birth and of retirement by the national rule
        ("male", None, "1965-01-15", "2025-02-14", "2025-02-15"), ("male", None, "1965-12-15", "2026-03-14", "2026-03-15"),
        ("male", None, "1964-12-31", "2024-12-30", "2024-12-31"), ("male", None, "1965-04-30", "2025-05-29", "2025-05-30"),
        ("male", None, "1965-05-31", "2025-07-30", "2025-07-31"),
        ("female", "women_55", "1971-04-15", "2026-08-14", "2026-08-15"),
        ("female", "women_50", "1975-01-15", "2025-02-14", "2025-02-15"),
        ("female", "women_55", "1972-02-29", "2027-09-27", "2027-09-28"),
        ("female", "women_50", "1975-12-31", "2026-06-29", "2026-06-30"),
    ],
)  # fmt: skip
def test_the_day_of_retirement(gender: str, retirement_class: str | None, born: str, last: str, first_out: str) -> None:
    given = {"gender": gender, "retirement_class": retirement_class, "birth_date": born}
    assert judge("skills_training_match", "2028-01-01", certified_on=last, **given).outcome == ELIGIBLE
    assert judge("skills_training_match", "2028-01-01", certified_on=first_out, **given).outcome == NOT


def test_figures_of_working_age_are_named_where_they_are_missing() -> None:
    for name in ("working_age.from", "retirement_age.men"):
        figures = with_figures(**{name.replace(".", "__"): None})
        assert judge("skills_training_match", figures=figures).missing == (name,)
    figures = with_figures(retirement_age__women_50=None)
    found = judge("skills_training_match", figures=figures, gender=None)
    assert set(found.missing) == {"retirement_age.women_50", "gender"}
    assert judge("skills_training_match", figures=with_figures(skills_training__share=None)).missing == (
        "skills_training.share",
    )


def test_without_a_delay_the_birthday_is_the_day_of_retirement() -> None:
    figures = with_figures(retirement_age__men="60")
    given = {"birth_date": "1966-06-15", "figures": figures}
    assert judge("skills_training_match", certified_on="2026-06-14", **given).outcome == ELIGIBLE
    assert judge("skills_training_match", certified_on="2026-06-15", **given).outcome == NOT


@pytest.mark.parametrize(
    ("number", "entry", "outcome"),
    [
        ("A-1", {"type": "skills_training_match", "certificate": "A-1"}, NOT),
        ("A-1", {"type": "skills_training_match", "facts": {"certificate": "A-1"}}, NOT),
        ("A-1", {**OTHER, "kind": "training_certificate", "certificate": "A-1"}, NOT),
        ("A-2", {"type": "skills_training_match", "certificate": "A-1"}, ELIGIBLE),
        (None, {"type": "skills_training_match", "certificate": "A-1"}, ELIGIBLE),
    ],
)
def test_a_certificate_counts_once(number: str | None, entry: dict[str, Any], outcome: str) -> None:
    assert judge("skills_training_match", history=[entry], certificate=number).outcome == outcome


# 14: competitions


@pytest.mark.parametrize(
    ("facts", "outcome", "amount", "missing"),
    [
        ({"place": 1}, ELIGIBLE, "5000.00", ()), ({"place": 2}, ELIGIBLE, "4000.00", ()), ({"place": 3}, ELIGIBLE, "3000.00", ()),
        ({"place": 4}, NOT, "0.00", ()), ({"place": 0}, NOT, "0.00", ()), ({"place": None}, OPEN, None, ("place",)),
        ({"for_minhang": None, "city_prize": None}, ELIGIBLE, "3000.00", ()),
        (CITY, ELIGIBLE, "750.28", ()), ({**CITY, "level": "national"}, ELIGIBLE, "750.28", ()),
        ({**CITY, "level": "international"}, ELIGIBLE, "750.28", ()), ({**CITY, "for_minhang": False}, NOT, "0.00", ()),
        ({**CITY, "for_minhang": None}, OPEN, None, ("for_minhang",)), ({**CITY, "city_prize": "0"}, NOT, "0.00", ()),
        ({**CITY, "city_prize": "0.01"}, ELIGIBLE, "0.01", ()), ({**CITY, "city_prize": None}, OPEN, None, ("city_prize",)),
        ({"level": None, "place": None}, OPEN, None, ("level",)), ({"awarded_on": None}, OPEN, None, ("awarded_on",)),
        ({"event": None}, ELIGIBLE, "3000.00", ()),
    ],
)  # fmt: skip
def test_what_a_competition_pays(
    facts: dict[str, Any], outcome: str, amount: str | None, missing: tuple[str, ...]
) -> None:
    found = judge("competition_award", **facts)
    assert (*said(found), found.missing) == (outcome, amount, missing)


def test_an_event_counts_once() -> None:
    for entry in (
        {"type": "competition_award", "event": "2025·茶艺"},
        {**OTHER, "kind": "competition", "event": "2025·茶艺"},
    ):
        assert judge("competition_award", history=[entry]).outcome == NOT
        assert judge("competition_award", history=[entry], event=None).missing == ("event",)
        assert judge("competition_award", history=[entry], event="2026·茶艺").outcome == ELIGIBLE
    for name, place in (("first", 1), ("second", 2), ("third", 3)):
        figures = with_figures(**{f"competition_award__district_{name}": None})
        assert judge("competition_award", figures=figures, place=place).missing == (
            f"competition_award.district_{name}",
        )
    assert judge("competition_award", figures=with_figures(competition_award__city_share=None), **CITY).missing == (
        "competition_award.city_share",
    )


# 7, 15, 17, and what is wrong in form


@pytest.mark.parametrize("code", ["sheltered_employment_project", "employment_service", "employment_fraud_report"])
@pytest.mark.parametrize("as_of", ["2000-01-01", "2025-01-01", "2050-01-01"])
def test_where_a_person_decides_the_rules_give_no_answer(code: str, as_of: str) -> None:
    from policy import assess, parameters

    found = assess(code, as_of, {"deadline": "no day"}, None, parameters.load())
    assert (found.outcome, found.amount, found.missing) == (OPEN, None, ("decision",))


@pytest.mark.parametrize(
    ("code", "changes", "field"),
    [
        ("flexible_employment_subsidy", {"months": [{"paid_on_time": True}]}, "months"),
        ("flexible_employment_subsidy", {"months": [{"month": "2025-07"}, {"month": "2025-07"}]}, "months"),
        ("flexible_employment_subsidy", {"months": [{"month": "2025-7"}]}, "months[0].month"),
        ("flexible_employment_subsidy", {"months": [{"month": "2025-07", "paid_on_time": 1}]}, "months[0].paid_on_time"),
        ("flexible_employment_subsidy", {"district_resident": "yes"}, "district_resident"),
        ("self_employment_subsidy", {"months": [{"month": "2024-11", "people": {}}]}, "months[0].people"),
        ("self_employment_subsidy", {"months": [{"month": "2024-11", "people": [3]}]}, "months[0].people[0]"),
        ("self_employment_subsidy", people({"paid": 12}), "months[0].people[0].paid"),
        ("self_employment_subsidy", people({"role": "boss"}), "months[0].people[0].role"),
        ("self_employment_subsidy", people({"hrss_subsidy": "-1"}), "months[0].people[0].hrss_subsidy"),
        ("concentrated_employer_subsidy", {"monthly_disabled": [1] * 11}, "monthly_disabled"),
        ("concentrated_employer_subsidy", {"monthly_disabled": [1] * 11 + [-1]}, "monthly_disabled"),
        ("concentrated_employer_subsidy", {"monthly_disabled": [1] * 11 + [None]}, "monthly_disabled"),
        ("concentrated_employer_subsidy", {"monthly_disabled": [1] * 11 + [True]}, "monthly_disabled"),
        ("concentrated_employer_subsidy", {"year": "2026"}, "year"),
        ("concentrated_employer_subsidy", {"expenses": [{**EXPENSE, "amount": "1,000"}]}, "expenses[0].amount"),
        ("concentrated_employer_subsidy", {"expenses": ["x"]}, "expenses[0]"),
        ("concentrated_employer_startup_grant", {"opened_on": "2025-02-29"}, "opened_on"),
        ("skills_training_match", {"retirement_class": "women_45"}, "retirement_class"),
        ("competition_award", {"place": -1}, "place"), ("competition_award", {"place": 1.0}, "place"),
        ("admission_award", {"level": "phd"}, "level"), ("over_quota_reward", {"staff": True}, "staff"),
    ],
)  # fmt: skip
def test_a_wrong_form_is_named_by_its_path(code: str, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(FormError) as caught:
        judge(code, **changes)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("history", "field"),
    [
        ({}, "history"), ("x", "history"), ({"type": "x"}, "history"), ([3], "history[0]"), ([{}], "history[0].type"),
        ([{"type": "x", "amount": 3}], "history[0].amount"), ([{"type": "x", "amount": "-3"}], "history[0].amount"),
        ([{"type": "flexible_employment_subsidy", "month": "2025-13"}], "history[0].month"),
        ([{"type": "flexible_employment_subsidy", "facts": 3}], "history[0].facts"),
        ([{"type": "flexible_employment_subsidy", "name": 3}], "history[0].name"),
        ([{"type": "concentrated_employer_subsidy", "year": "2025"}], "history[0].year"),
        ([{"type": "x"}, {**OTHER, "kind": "housing"}], "history[1].kind"), ([OTHER], "history[0].kind"),
        ([{"type": "tuition_subsidy", "school_year": "2025"}], "history[0].school_year"),
        ([{"type": "flexible_employment_subsidy", "facts": {"months": [{"month": 7}]}}], "history[0].facts.months[0].month"),
    ],
)  # fmt: skip
def test_the_form_of_the_history(history: Any, field: str) -> None:
    with pytest.raises(FormError) as caught:
        judge("flexible_employment_subsidy", history=history)
    assert caught.value.field == field


def test_certificates_and_residence_are_asked_of_five_types() -> None:
    asking = {code for code, (_, facts) in BASE.items() if RESIDENT.keys() <= facts.keys()}
    assert asking == {
        "flexible_employment_subsidy", "self_employment_subsidy", "tuition_subsidy", "admission_award", "skills_training_match",
    }  # fmt: skip


# Fact dates to the day, and what is said of an earlier claim


@pytest.mark.parametrize(
    ("code", "changes", "day", "next_day"),
    [
        ("tuition_subsidy", {}, "2025-09-01", "2025-09-02"),
        ("concentrated_employer_subsidy", {}, "2026-12-31", "2027-01-01"),
        ("admission_award", {}, "2025-08-22", "2025-08-23"),
        ("skills_training_match", {}, "2024-07-09", "2024-07-10"),
        ("competition_award", {}, "2025-11-28", "2025-11-29"),
        ("concentrated_employer_startup_grant", {"opened_on": "2024-11-04"}, "2025-11-04", "2025-11-05"),
    ],
)
def test_the_fact_date_is_that_very_day(code: str, changes: dict[str, Any], day: str, next_day: str) -> None:
    for first, outcome in ((day, ELIGIBLE), (next_day, NOT)):
        rows = [row for row in PUBLISHED.rows() if row["name"] != "policy"]
        figures = Parameters.from_rows([*rows, {"name": "policy", "from": first, "to": "2029-12-31"}])
        if code == "concentrated_employer_startup_grant":
            assert judge(code, figures=figures, **changes).trace[0].outcome == (
                "met" if outcome == ELIGIBLE else "not_met"
            )
        else:
            assert judge(code, figures=figures, **changes).outcome == outcome


def test_the_rewards_year_ends_on_its_last_day() -> None:
    rows = [row for row in PUBLISHED.rows() if row["name"] != "policy"]
    for first, outcome in (("2027-12-31", OPEN), ("2028-01-01", NOT)):
        figures = Parameters.from_rows([*rows, {"name": "policy", "from": first, "to": "2029-12-31"}])
        assert judge("over_quota_reward", figures=figures).outcome == outcome


def test_an_earlier_claim_is_named_by_its_case_where_it_is_known() -> None:
    entry = {"type": "admission_award", "level": "junior_college"}
    for given, words in (
        ([{**entry, "reference": "MH26-A"}, {**entry, "reference": "MH26-B"}], "MH26-A 已经批过一次，是同一层次的入学"),
        ([entry], "以前批过一次，是同一层次的入学"),
        ([{**OTHER, "kind": "admission", "level": "junior_college"}], "在别处享受过一次，是同一层次的入学"),
    ):  # fmt: skip
        found = judge("admission_award", history=given)
        assert found.trace[-1].because.zh.startswith(words)
    history = [{"type": "concentrated_employer_startup_grant", "reference": f"MH26-{name}"} for name in "AB"]
    assert "MH26-A" in judge("concentrated_employer_startup_grant", history=history).trace[-1].because.zh
    history = [
        {"type": "concentrated_employer_subsidy", "reference": "MH26-A", "facts": {"expenses": [{"invoice": "31"}]}}
    ]
    said_of = next(
        one for one in judge("concentrated_employer_subsidy", history=history).trace if one.rule.endswith("invoices")
    )
    assert said_of.because.zh == "发票 31：MH26-A 已经批过一次，不能再用。"
    twice = judge("concentrated_employer_subsidy", expenses=[EXPENSE, EXPENSE])
    assert any("这次填了两遍" in one.because.zh for one in twice.trace)


def test_more_than_enough_staff_decides_without_the_establishment() -> None:
    assert judge("public_sector_quota", establishment=None, disabled_employed=2).outcome == ELIGIBLE


def test_a_rule_that_says_nothing_of_its_own_says_it_with_its_title() -> None:
    for value, words in (
        (True, "户口在闵行区。"),
        (False, "没有做到：户口在闵行区。"),
        (None, "还没查清：户口在闵行区。"),
    ):
        assert judge("admission_award", district_resident=value).trace[1].because.zh == words


def test_what_empties_a_month_is_said() -> None:
    def why(as_of: str, history: Any = None, **row: Any) -> str:
        return judge("flexible_employment_subsidy", as_of, history, months=[{**MONTH, **row}]).items[0].why.zh

    assert why("2024-06-01", month="2024-02") == "2024年2月：不在政策有效期内。"
    assert why("2025-05-01", month="2024-04") == "2024年4月：比申请的月份早了 12 个月以上。"
    assert why("2025-05-01", month="2025-06") == "2025年6月：在申请之后。"
    earlier = [{"type": "self_employment_subsidy", "month": "2025-05", "reference": "MH26-A"}]
    assert why("2025-05-01", earlier, month="2025-05") == "2025年5月：MH26-A 已经批过一次，这个月不能重复享受。"


def test_the_parameters_used_are_told() -> None:
    assert judge("flexible_employment_subsidy").parameters == {
        "policy": "2024-03-01/2029-02-28", "flexible_employment.arrears_months": "12", "contribution_base_floor": "7460",
        "flexible_worker_rate": "0.30", "flexible_employment.share": "0.50",
    }  # fmt: skip
    assert judge("skills_training_match", gender="male").parameters["retirement_age.men"] == "60"
    assert judge("flexible_employment_subsidy").policy_version == "2024-03"


# What an independent reader of the specification found


def test_a_month_that_is_zero_by_rule_needs_no_people() -> None:
    """It once stopped the whole run: what the months take was asked of people that nobody had named."""
    for row in ({"month": "2024-02"}, {"month": "2024-02", "people": None}):
        found = judge("self_employment_subsidy", months=[row, {"month": "2024-11", "people": [PERSON]}])
        assert (*said(found), len(found.takes)) == (ELIGIBLE, "2250.25", 1)


def test_a_month_covered_for_everyone_needs_no_people() -> None:
    for entry in (
        {"type": "self_employment_subsidy", "month": "2024-10"},
        {**OTHER, "kind": "social_insurance", "month": "2024-10"},
    ):
        found = judge("self_employment_subsidy", history=[entry], months=[{"month": "2024-10"}])
        assert said(found) == (NOT, "0.00")
    found = judge(
        "self_employment_subsidy",
        history=[{"type": "flexible_employment_subsidy", "month": "2024-10"}],
        months=[{"month": "2024-10"}],
    )
    assert found.missing == ("months[0].people",)


def test_only_the_people_who_are_paid_take_their_month() -> None:
    found = judge(
        "self_employment_subsidy", **people({}, {"name": "示例乙", "role": "employee", "paid_on_time": False})
    )
    assert [one.person for one in found.takes] == [""]


def test_a_cap_that_is_not_in_force_is_named_beside_the_facts_that_are_missing() -> None:
    found = judge("tuition_subsidy", figures=with_figures(tuition__yearly_cap=None), city_aid=None)
    assert set(found.missing) == {"city_aid", "tuition.yearly_cap"}
    expenses = [{**EXPENSE, "amount": None}]
    found = judge(
        "concentrated_employer_subsidy", figures=with_figures(concentrated_employer__yearly_cap=None), expenses=expenses
    )
    assert set(found.missing) == {"expenses[0].amount", "concentrated_employer.yearly_cap"}


def test_nothing_left_is_nothing_whatever_else_is_unknown() -> None:
    assert said(judge("tuition_subsidy", school_year=None, tuition_paid="100", city_aid="200")) == (NOT, "0.00")
    untold = [{"type": "tuition_subsidy", "school_year": "2025-2026"}]
    assert said(judge("tuition_subsidy", history=untold, tuition_paid="100", city_aid="200")) == (NOT, "0.00")
    expenses = [{**EXPENSE, "kind": "training"}]
    assert said(judge("concentrated_employer_subsidy", year=None, expenses=expenses)) == (NOT, "0.00")
    assert judge("tuition_subsidy", school_year=None).missing == ("school_year",)


def test_long_sums_are_sums_and_stay_exact() -> None:
    long = "1" + "0" * 40 + ".01"
    assert said(judge("tuition_subsidy", tuition_paid=long, city_aid="1" + "0" * 40)) == (ELIGIBLE, "0.01")
    assert said(judge("tuition_subsidy", tuition_paid="0" * 50 + "1", city_aid="0")) == (ELIGIBLE, "1.00")
    assert said(judge("competition_award", **{**CITY, "city_prize": long})) == (ELIGIBLE, "5" + "0" * 39 + ".01")


def test_an_earlier_claim_that_names_no_event_cannot_be_the_same() -> None:
    assert judge("competition_award", history=[{"type": "competition_award"}], event=None).outcome == ELIGIBLE


def test_gender_is_asked_for_beside_an_age_that_is_not_in_force() -> None:
    found = judge("skills_training_match", figures=with_figures(retirement_age__men=None), gender=None)
    assert set(found.missing) == {"retirement_age.men", "gender"}


# What a changed constant or comparison would have slipped through


def test_more_than_the_least_is_enough_too() -> None:
    assert judge("soe_recruitment_plan", disabled_employed=5, planned_posts=2).outcome == ELIGIBLE
    found = judge("public_sector_quota", disabled_employed=3)
    assert (found.outcome, found.values) == (ELIGIBLE, {"required": 1, "shortfall": 0})


def test_the_delay_begins_on_its_first_day() -> None:
    born = {"gender": "male", "birth_date": "1965-01-01"}
    assert judge("skills_training_match", "2028-01-01", certified_on="2025-01-31", **born).outcome == ELIGIBLE
    assert judge("skills_training_match", "2028-01-01", certified_on="2025-02-01", **born).outcome == NOT


def test_the_trace_names_the_facts_that_a_rule_read() -> None:
    facts = {one.rule: one.facts for one in judge("admission_award").trace}
    assert facts["policy.period"] == ("admitted_on",)
    assert facts["admission_award.full_time"] == ("full_time",)
    assert judge("direct_admission").trace[0].facts == ()


@pytest.mark.parametrize(
    ("part", "whole", "reaches"), [(1, 1, True), (0, 0, False), (1, 2, True), (1, 3, False), (0, 1, False)]
)
def test_half_of_very_few(part: int, whole: int, reaches: bool) -> None:
    months = {"monthly_district_disabled": [part] + [0] * 11, "monthly_disabled": [whole] + [0] * 11}
    assert (judge("concentrated_employer_subsidy", **months).outcome == ELIGIBLE) is reaches


def test_the_facts_in_words_are_a_mapping_of_all_of_them() -> None:
    words = Words(Claim(date(2025, 1, 1), {"a": 1}, (), PUBLISHED), {"a": Fact("a", Integer(), T("问", "Question"))})
    assert dict(words) == {"as_of": date(2025, 1, 1), "a": 1}
    assert len(words) == 2
