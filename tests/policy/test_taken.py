"""What a granted claim takes so that no other may (五1)."""

from decimal import Decimal
from typing import Any

import pytest

from policy.exclusions import Kind
from policy.taken import Taken
from tests.policy.claims import CITY, MONTH, PERSON, judge


@pytest.mark.parametrize(
    ("code", "changes", "takes"),
    [
        (
            "flexible_employment_subsidy",
            {"months": [{"month": "2025-06", **MONTH}, {"month": "2025-07", **MONTH, "paid_on_time": False}]},
            [Taken(Kind.SOCIAL_INSURANCE, "2025-06")],
        ),
        (
            "self_employment_subsidy",
            {
                "months": [
                    {"month": "2024-11", "people": [
                        PERSON, {**PERSON, "name": "示例乙", "role": "employee"}, {**PERSON, "name": "示例丙", "disabled": False},
                    ]},
                ]
            },
            [Taken(Kind.SOCIAL_INSURANCE, "2024-11"), Taken(Kind.SOCIAL_INSURANCE, "2024-11", person="示例乙")],
        ),
        (
            "concentrated_employer_subsidy", {},
            [Taken(Kind.PREMISES_EQUIPMENT, "2026"), Taken(Kind.PREMISES_EQUIPMENT, "31", of_anyone=True)],
        ),
        ("concentrated_employer_startup_grant", {}, [Taken(Kind.STARTUP, "")]),
        (
            "tuition_subsidy", {},
            [Taken(Kind.EDUCATION, "2025-2026", amount=Decimal("6500.00"), cap=Decimal(50000))],
        ),
        ("admission_award", {"level": "senior_high"}, [Taken(Kind.ADMISSION, "senior_secondary")]),
        ("admission_award", {}, [Taken(Kind.ADMISSION, "junior_college")]),
        ("skills_training_match", {}, [Taken(Kind.TRAINING_CERTIFICATE, "A-1")]),
        ("skills_training_match", {"certificate": None}, []),
        ("competition_award", CITY, [Taken(Kind.COMPETITION, "2025·茶艺")]),
        ("direct_admission", {}, []), ("public_sector_quota", {}, []),
        ("admission_award", {"full_time": False}, []), ("admission_award", {"full_time": None}, []),
    ],
)  # fmt: skip
def test_what_a_grant_takes(code: str, changes: dict[str, Any], takes: list[Taken]) -> None:
    assert list(judge(code, **changes).takes) == takes
