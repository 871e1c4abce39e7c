"""A worked example for the guide of each measure that pays: invented facts, judged by the rules themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from policy.assessment import ELIGIBLE, assess
from policy.days import add_months
from policy.examples import last_month, last_year, this_school_year
from policy.explanation import Explanation, explain
from policy.parameters import Parameters
from policy.text import T

_RESIDENT = {"district_resident": True, "certificate_valid": True}
_PAID = {"paid_on_time": True, "paid_in_full": True}
_UNIT = {
    "registered_in_district": True, "recognised": True, "wages_paid": True, "insurance_paid": True,
    "monthly_disabled": [10] * 12, "monthly_district_disabled": [6] * 12,
}  # fmt: skip


def _lately(today: date) -> str:
    return (today - timedelta(days=30)).isoformat()


#: what the example is about, and its facts on a day
SAMPLES: Mapping[str, tuple[T, Callable[[date], dict[str, Any]]]] = {
    "flexible_employment_subsidy": (
        T("上个月自己按时缴足了社保。", "Last month's insurance was paid on time and in full."),
        lambda today: {
            **_RESIDENT, "flexible_employment_registered": True, "months": [{"month": last_month(today), **_PAID}],
        },
    ),
    "self_employment_subsidy": (
        T("店主上个月缴了 3,000 元，人社补了 500 元。", "The owner paid 3,000 yuan last month; HR&SS gave 500."),
        lambda today: {
            **_RESIDENT, "licence_in_district": True, "trading": True,
            "months": [{"month": last_month(today), "people": [
                {"name": "A", "disabled": True, "role": "owner", **_PAID, "paid": "3000", "hrss_subsidy": "500"},
            ]}],
        },
    ),
    "concentrated_employer_subsidy": (
        T("去年修场地花了 6,400 元，换旧设备花了 5,100 元。", "Last year 6,400 yuan went into the premises, 5,100 into equipment."),
        lambda today: {
            **_UNIT, "year": last_year(today), "expenses": [
                {"kind": "premises", "amount": "6400", "invoice": "1"},
                {"kind": "equipment_replacement", "amount": "5100", "invoice": "2"},
            ],
        },
    ),
    "concentrated_employer_startup_grant": (
        T("区属单位，正好开办满 12 个月。", "A unit of the district that opened 12 months ago."),
        lambda today: {
            **_UNIT, "district_owned": True, "opened_on": add_months(today, -12).isoformat(),
            "applied_on": today.isoformat(), "operating_normally": True,
        },
    ),
    "tuition_subsidy": (
        T("这一学年缴了 9,800 元学费，市里补了 3,300 元。", "9,800 yuan of tuition for this year; the city paid 3,300."),
        lambda today: {
            **_RESIDENT, "school_kind": "adult_higher", "school_year": this_school_year(today), "tuition_paid": "9800",
            "city_aid": "3300",
        },
    ),
    "admission_award": (
        T("考上了全日制大专。", "Admitted full-time to a junior college."),
        lambda today: {**_RESIDENT, "level": "junior_college", "full_time": True, "admitted_on": _lately(today)},
    ),
    "skills_training_match": (
        T("人社部门补了 1,500 元。", "HR&SS paid 1,500 yuan."),
        lambda today: {
            **_RESIDENT, "birth_date": add_months(today, -360).isoformat(), "certificate_kind": "skill_level",
            "certified_on": _lately(today), "hrss_subsidy": "1500",
        },
    ),
    "competition_award": (
        T("代表闵行参赛，市里奖了 1,500 元。", "Competed for Minhang; the city's prize was 1,500 yuan."),
        lambda today: {"level": "municipal", "for_minhang": True, "city_prize": "1500", "awarded_on": _lately(today)},
    ),
}  # fmt: skip


def sample(code: str, today: date, figures: Parameters) -> tuple[T, Explanation] | None:
    """The example and its explanation on a day; None where there is none, or a figure of that day is not known."""
    if code not in SAMPLES:
        return None
    about, facts = SAMPLES[code]
    found = assess(code, today, facts(today), None, figures)
    return (about, explain(found)) if found.outcome == ELIGIBLE else None
