"""Days as the rules count them, at month ends, in leap years and at the calendar's ends."""

from datetime import date

import pytest

from policy.days import add_months, add_years, day_of_year, months_between


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        ("2024-01-31", 1, "2024-02-29"), ("2025-01-31", 1, "2025-02-28"), ("2024-12-15", 1, "2025-01-15"),
        ("2024-02-29", 12, "2025-02-28"), ("2024-05-31", 6, "2024-11-30"), ("2024-11-30", 14, "2026-01-30"),
        ("2024-03-01", 0, "2024-03-01"), ("9998-12-31", 12, "9999-12-31"), ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-01", 1, "9999-12-31"), ("9990-01-01", 600, "9999-12-31"),
    ],
)  # fmt: skip
def test_months_later_it_is_the_same_day_or_the_last(day: str, months: int, result: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(result)


def test_years_later_it_is_the_same_day_or_28_february() -> None:
    assert add_years(date(1964, 2, 29), 60) == date(2024, 2, 29)
    assert add_years(date(1964, 2, 29), 61) == date(2025, 2, 28)
    assert add_years(date(1965, 7, 9), 60) == date(2025, 7, 9)


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [("2024-05-31", "2025-05-01", 12), ("2025-01-01", "2025-01-31", 0), ("2025-02-01", "2025-01-31", -1), ("2023-12-31", "2025-02-01", 14)],
)  # fmt: skip
def test_calendar_months_between(first: str, last: str, months: int) -> None:
    assert months_between(date.fromisoformat(first), date.fromisoformat(last)) == months


@pytest.mark.parametrize(
    ("year", "day"),
    [(0, date.min), (1, date(1, 9, 2)), (2024, date(2024, 9, 2)), (9999, date(9999, 9, 2)), (10_000, date.max)],
)
def test_a_day_of_any_year(year: int, day: date) -> None:
    assert day_of_year(year, 9, 2) == day
