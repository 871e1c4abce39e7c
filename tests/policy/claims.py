"""A right claim of every type that the rules decide, and what they say about it; tests change one thing at a time."""

from typing import Any

from policy import Assessment, assess, parameters
from policy.parameters import Parameters

PUBLISHED = parameters.load()
RESIDENT = {"district_resident": True, "certificate_valid": True}
MONTH = {"paid_on_time": True, "paid_in_full": True}
PERSON = {"name": "示例甲", "disabled": True, "role": "owner", **MONTH, "paid": "2600.50", "hrss_subsidy": "350.25"}
UNIT = {
    "registered_in_district": True, "recognised": True, "wages_paid": True, "insurance_paid": True,
    "monthly_disabled": [10] * 12, "monthly_district_disabled": [5] * 12,
}  # fmt: skip

#: type → (day of application, facts); each is eligible, or for the reward undetermined for its amount
BASE: dict[str, tuple[str, dict[str, Any]]] = {
    "public_sector_quota": ("2025-02-17", {"unit_kind": "organ", "establishment": 50, "disabled_employed": 1}),
    "government_employee_recruitment": ("2025-02-17", {"plan": [{"unit": "a", "posts": 60}, {"unit": "b", "posts": 40}]}),
    "community_worker_recruitment": ("2025-02-17", {"plan": [{"unit": "a", "posts": 60}, {"unit": "b", "posts": 40}]}),
    "direct_admission": (
        "2025-02-17", {"ground": "national_competition", "organiser_is_government": True, "place": 1},
    ),
    "soe_recruitment_plan": (
        "2025-02-17", {"staff": 400, "disabled_employed": 6, "planned_posts": 0, "suitable_posts_exist": True},
    ),
    "flexible_employment_subsidy": (
        "2025-09-04", {**RESIDENT, "flexible_employment_registered": True, "months": [{"month": "2025-07", **MONTH}]},
    ),
    "self_employment_subsidy": (
        "2024-12-03",
        {**RESIDENT, "licence_in_district": True, "trading": True, "months": [{"month": "2024-11", "people": [PERSON]}]},
    ),
    "concentrated_employer_subsidy": (
        "2027-01-12",
        {**UNIT, "year": 2026, "expenses": [{"kind": "premises", "amount": "6400.00", "invoice": "31"}]},
    ),
    "concentrated_employer_startup_grant": (
        "2025-11-04",
        {
            **UNIT, "district_owned": True, "opened_on": "2024-11-04", "applied_on": "2025-11-04",
            "operating_normally": True,
        },
    ),
    "tuition_subsidy": (
        "2025-10-20",
        {
            **RESIDENT, "school_kind": "adult_higher", "school_year": "2025-2026", "tuition_paid": "9800.00",
            "city_aid": "3300.00",
        },
    ),
    "admission_award": (
        "2025-09-08", {**RESIDENT, "level": "junior_college", "full_time": True, "admitted_on": "2025-08-22"},
    ),
    "skills_training_match": (
        "2024-08-06",
        {
            **RESIDENT, "birth_date": "1984-02-11", "gender": "male", "certificate_kind": "skill_level",
            "certificate": "A-1", "certified_on": "2024-07-09", "hrss_subsidy": "777.77",
        },
    ),
    "competition_award": (
        "2026-01-15", {"level": "district", "place": 3, "event": "2025·茶艺", "awarded_on": "2025-11-28"},
    ),
    "over_quota_reward": ("2028-02-21", {"staff": 320, "disabled_employed": 8, "year": 2027}),
}  # fmt: skip
CITY = {
    "level": "municipal", "place": None, "for_minhang": True, "city_prize": "1500.55", "event": "2025·茶艺",
    "awarded_on": "2025-11-28",
}  # fmt: skip


def judge(
    code: str, as_of: str | None = None, history: Any = None, figures: Parameters = PUBLISHED, **changes: Any
) -> Assessment:
    """The right claim with these facts changed (None: unknown), assessed."""
    day, facts = BASE[code]
    return assess(code, as_of or day, {**facts, **changes}, history, figures)


def said(found: Assessment) -> tuple[str, str | None]:
    return found.outcome, None if found.amount is None else f"{found.amount:.2f}"


def with_figures(**values: Any) -> Parameters:
    """The published figures with some replaced for all time (None: taken away); `_` stands for the dot."""
    names = {name.replace(".", "__"): name for name in {row["name"] for row in PUBLISHED.rows()}}
    replaced = {names.get(key, key.replace("__", ".")): value for key, value in values.items()}
    rows = [row for row in PUBLISHED.rows() if row["name"] not in replaced]
    rows += [
        {"name": name, "from": "2020-01-01", "value": value} for name, value in replaced.items() if value is not None
    ]
    return Parameters.from_rows(rows)
