"""What holds for every claim: invented by the thousand, kept right in form or broken on purpose."""

import json
import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy import assess, measures
from policy import facts as kinds
from policy.claim import half_up
from policy.exclusions import BY_TYPE, EXCLUSIONS, KEYS, OUTSIDE
from policy.lines import assess_line
from policy.parameters import Parameters
from policy.sums import ceil_share, reaches_share, shared_out
from tests.policy.claims import BASE, MONTH, PERSON, PUBLISHED, judge

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MONEY = st.integers(0, 9_999_999).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2029, 9, 1))
MONTHS = DAYS.map(lambda day: f"{day:%Y-%m}")
PAYING = [one for one in measures() if one.pays]
# By the specification: a unit of unknown age counts as not new, a certificate without its number is not compared.
NOT_CHECKED_WITHOUT = {
    "concentrated_employer_subsidy": ("district_owned", "opened_on"), "skills_training_match": ("certificate",),
}  # fmt: skip
CAPS = {"concentrated_employer_subsidy": Decimal(10_000), "tuition_subsidy": Decimal(50_000)}


def value_of(kind: kinds.Kind) -> st.SearchStrategy[Any]:
    """A right JSON value of a kind, or null."""
    made: st.SearchStrategy[Any]
    match kind:
        case kinds.Bool():
            made = st.sampled_from([True, True, True, False])
        case kinds.Choice():
            made = st.sampled_from(kind.values)
        case kinds.Integer():
            made = st.integers(0, 3000)
        case kinds.Date():
            made = DAYS.map(str)
        case kinds.Month():
            made = MONTHS
        case kinds.Money():
            made = MONEY
        case kinds.SchoolYear():
            made = st.integers(2022, 2030).map(lambda year: f"{year}-{year + 1}")
        case kinds.Monthly():
            made = st.lists(st.integers(0, 20), min_size=12, max_size=12)
        case kinds.Table():
            rows = st.fixed_dictionaries({column.name: value_of(column.kind) for column in kind.columns})
            made = st.lists(rows, max_size=4)
        case _:
            made = st.sampled_from(["a", "b", "premises", "accessibility"])
    return made | st.none()


@st.composite
def claims(draw: st.DrawFn, codes: tuple[str, ...] = tuple(one.code for one in measures())) -> dict[str, Any]:
    """A claim of any type, near to a right one, some facts unknown, with a history of its kind."""
    code = draw(st.sampled_from(codes))
    measure = next(one for one in measures() if one.code == code)
    base = dict(BASE[code][1]) if code in BASE else {}
    for name in draw(st.lists(st.sampled_from(sorted(measure.ruling) or ["x"]), max_size=4)):
        base[name] = draw(value_of(measure.ruling[name].kind)) if name in measure.ruling else None
    row = BY_TYPE.get(code, EXCLUSIONS[0])
    entry = st.fixed_dictionaries(
        {"type": st.sampled_from([*row.types, OUTSIDE]), "kind": st.just(row.kind.value), "amount": MONEY | st.none()},
        optional={} if row.key is None else {row.key: value_of(KEYS[row.key])},
    )  # fmt: skip
    return {
        "id": "x", "type": code, "as_of": draw(DAYS.map(str)), "facts": base,
        "history": draw(st.lists(entry, max_size=3)),
    }  # fmt: skip


@QUICK
@given(claims())
def test_an_amount_is_never_negative_never_over_its_cap_and_only_where_it_is_eligible(claim: dict[str, Any]) -> None:
    answer, valid = assess_line(claim, PUBLISHED, "zh")
    if not valid:
        return
    amount = None if answer["amount"] is None else Decimal(str(answer["amount"]))
    pays = claim["type"] in {one.code for one in PAYING}
    match answer["outcome"]:
        case "eligible":
            assert amount is not None if pays else amount is None
            assert amount is None or 0 < amount <= CAPS.get(claim["type"], Decimal(10**12))
        case "not_eligible":
            assert amount == (Decimal(0) if pays else None)
        case _:
            assert amount is None
            assert answer["missing"]


@QUICK
@given(claims())
def test_unknown_facts_never_make_a_claim_eligible(claim: dict[str, Any]) -> None:
    """Taking facts away may leave a claim as it was or open; never better."""
    found, valid = assess_line(claim, PUBLISHED, "zh")
    if not valid:
        return
    for name in claim["facts"]:
        if name in NOT_CHECKED_WITHOUT.get(claim["type"], ()):
            continue
        less, _ = assess_line({**claim, "facts": {**claim["facts"], name: None}}, PUBLISHED, "zh")
        if less["outcome"] == "eligible":
            assert (found["outcome"], found["amount"]) == ("eligible", less["amount"])
        if less["outcome"] == "not_eligible":
            assert found["outcome"] == "not_eligible"


@QUICK
@given(claims(), st.randoms(use_true_random=False))
def test_the_order_of_the_history_never_matters(claim: dict[str, Any], chance: random.Random) -> None:
    found, valid = assess_line(claim, PUBLISHED, "zh")
    mixed = list(claim["history"])
    chance.shuffle(mixed)
    again, valid_too = assess_line({**claim, "history": mixed}, PUBLISHED, "zh")
    assert valid == valid_too
    if valid:
        assert (found["outcome"], found["amount"]) == (again["outcome"], again["amount"])


@settings(max_examples=60, deadline=None)
@given(MONEY, MONEY, MONEY)
def test_who_paid_more_never_gets_less(paid: str, more: str, aid: str) -> None:
    low, high = sorted((Decimal(paid), Decimal(more)))
    for code, make in (
        ("tuition_subsidy", lambda sum_: {"tuition_paid": f"{sum_:.2f}", "city_aid": aid}),
        ("skills_training_match", lambda sum_: {"hrss_subsidy": f"{sum_:.2f}"}),
        (
            "self_employment_subsidy",
            lambda sum_: {"months": [{"month": "2024-11", "people": [{**PERSON, "paid": f"{sum_:.2f}", "hrss_subsidy": aid}]}]},
        ),
        (
            "concentrated_employer_subsidy",
            lambda sum_: {"expenses": [{"kind": "premises", "amount": f"{sum_:.2f}", "invoice": "1"}]},
        ),
    ):  # fmt: skip
        assert (judge(code, **make(low)).amount or 0) <= (judge(code, **make(high)).amount or 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=8, unique=True), st.data())
def test_splitting_the_months_over_two_claims_never_changes_the_sum(numbers: list[int], data: st.DataObject) -> None:
    rows = [{"month": f"2024-{number:02d}", **MONTH} for number in numbers]
    cut = data.draw(st.integers(0, len(rows)))
    parts = [
        judge("flexible_employment_subsidy", "2025-01-15", months=part).amount
        for part in (rows, rows[:cut], rows[cut:])
    ]
    assert parts[0] == (parts[1] or 0) + (parts[2] or 0)
    people = [
        {"month": row["month"], "people": [PERSON, {**PERSON, "name": "示例乙", "role": "employee"}]} for row in rows
    ]
    sums = [
        judge("self_employment_subsidy", "2025-01-15", months=part).amount
        for part in (people, people[:cut], people[cut:])
    ]
    assert sums[0] == (sums[1] or 0) + (sums[2] or 0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=12, max_size=12), st.lists(st.integers(0, 50), min_size=12, max_size=12))
def test_half_is_half_whatever_the_numbers(district: list[int], disabled: list[int]) -> None:
    found = judge("concentrated_employer_startup_grant", monthly_district_disabled=district, monthly_disabled=disabled)
    assert (found.outcome == "eligible") is (sum(disabled) > 0 and 2 * sum(district) >= sum(disabled))


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(0, 400), min_size=1, max_size=9))
def test_reserved_posts_are_at_least_the_share_and_all_shared_out(sizes: dict[str, int]) -> None:
    total = sum(sizes.values())
    if total == 0:
        return
    reserved = max(1, ceil_share(Decimal("0.015"), total))
    assert reserved * 1000 >= total * 15 or reserved == 1
    assert (reserved - 1) * 1000 < total * 15
    shares = shared_out(reserved, sizes)
    assert sum(shares.values()) == reserved
    for name, share in shares.items():
        assert abs(share - reserved * sizes[name] / total) < 1
        assert share <= sizes[name]


@given(st.decimals(0, 1, places=4), st.integers(0, 10**6))
def test_a_share_rounded_up_is_the_smallest_number_that_reaches_it(share: Decimal, whole: int) -> None:
    number = ceil_share(share, whole)
    assert number == 0 if share == 0 or whole == 0 else reaches_share(number, whole, share)
    assert number == 0 or not reaches_share(number - 1, whole, share)


@given(st.decimals(-(10**9), 10**9, places=6))
def test_rounding_is_half_up_to_the_fen(yuan: Decimal) -> None:
    rounded = half_up(yuan)
    assert rounded >= 0
    assert rounded == 0 if yuan <= 0 else abs(rounded - yuan) <= Decimal("0.005")
    assert rounded - yuan != Decimal("-0.005")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | MONEY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(claims(), st.data())
def test_assess_never_raises_whatever_it_is_given(claim: dict[str, Any], data: st.DataObject) -> None:
    facts = claim["facts"]
    for name in data.draw(st.lists(st.sampled_from([*facts, "months", "plan", "expenses", "birth_date"]), max_size=3)):
        facts[name] = data.draw(JSON)
    for name in data.draw(st.lists(st.sampled_from(["as_of", "history", "type", "facts"]), max_size=1)):
        claim[name] = data.draw(JSON)
    for lang in ("zh", "en"):
        answer, valid = assess_line(claim, PUBLISHED, lang)
        assert valid is ("error" not in answer)
        json.dumps(answer)


@pytest.mark.parametrize("year", [0, 1, 9999, 10**30])
def test_numbers_beyond_every_calendar_are_only_outside_the_period(year: int) -> None:
    assert judge("over_quota_reward", year=year).outcome == "not_eligible"
    assert judge("over_quota_reward", staff=10**500, disabled_employed=10**600).outcome == "undetermined"


def test_printing_and_reading_the_parameters_gives_the_same_parameters() -> None:
    again = Parameters.from_rows(PUBLISHED.rows())
    assert again == PUBLISHED
    assert Parameters.from_rows(json.loads(json.dumps(PUBLISHED.rows(), default=str))) == PUBLISHED
    for code, (as_of, facts) in BASE.items():
        first, second = (assess(code, as_of, facts, None, figures).as_dict("zh") for figures in (PUBLISHED, again))
        assert first == second
