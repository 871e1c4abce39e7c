"""Gaps of a timeline, and what a new entry does to it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from casework.rules import Line, change, gaps
from policy.parameters import Period

WITHIN = Period(date(2024, 3, 1), date(2029, 2, 28))


def days(text: str) -> Period:
    first, _, last = text.partition(" ")
    return Period(date.fromisoformat(first), date.fromisoformat(last) if last else None)


def lines(*texts: str) -> list[Line]:
    rows: list[Any] = [SimpleNamespace(pk=number) for number in range(len(texts))]
    return [Line(row, days(text)) for row, text in zip(rows, texts, strict=True)]


@pytest.mark.parametrize(
    ("have", "missing"),
    [
        ([], ["2024-03-01 2029-02-28"]),
        (["2024-03-01"], []),
        (["2023-01-01 2030-12-31"], []),
        (["2024-03-01 2027-06-30"], ["2027-07-01 2029-02-28"]),
        (["2025-01-01"], ["2024-03-01 2024-12-31"]),
        (["2024-01-01 2024-06-30", "2024-08-01"], ["2024-07-01 2024-07-31"]),
        (["2024-01-01 2024-06-30", "2024-07-01 2029-02-27"], ["2029-02-28 2029-02-28"]),
        (["2020-01-01 2020-12-31", "2030-01-01"], ["2024-03-01 2029-02-28"]),
    ],
)
def test_gaps(have: list[str], missing: list[str]):
    assert gaps([days(one) for one in have], WITHIN) == [days(one) for one in missing]


def test_a_policy_without_an_end_has_a_gap_without_one():
    assert gaps([days("2024-03-01 2024-12-31")], Period(date(2024, 3, 1), None)) == [Period(date(2025, 1, 1), None)]


@pytest.mark.parametrize(
    ("have", "new", "ends", "fills", "leaves", "clashes"),
    [
        (["2024-03-01"], "2027-01-01", ["2026-12-31"], [], [], 0),
        (["2024-03-01"], "2027-01-01 2027-06-30", ["2026-12-31"], [], ["2027-07-01 2029-02-28"], 0),
        (["2024-03-01 2026-12-31"], "2027-01-01", [], ["2027-01-01 2029-02-28"], [], 0),
        (["2024-03-01 2026-12-31"], "2026-07-01", ["2026-06-30"], ["2027-01-01 2029-02-28"], [], 0),
        (["2024-03-01"], "2024-03-01", [], [], [], 1),
        (["2024-03-01 2025-12-31", "2026-01-01"], "2025-07-01", ["2025-06-30"], [], [], 1),
        (["2024-03-01 2025-12-31", "2026-01-01"], "2025-07-01 2025-12-31", ["2025-06-30"], [], [], 0),
        (["2026-01-01"], "2024-03-01 2025-12-31", [], ["2024-03-01 2025-12-31"], [], 0),
    ],
)  # fmt: skip
def test_what_a_new_entry_does(
    have: list[str], new: str, ends: list[str], fills: list[str], leaves: list[str], clashes: int
):
    found = change(lines(*have), days(new), WITHIN)
    assert [last.isoformat() for _, last in found.ends] == ends
    assert list(found.fills) == [days(one) for one in fills]
    assert list(found.leaves) == [days(one) for one in leaves]
    assert len(found.clashes) == clashes


def test_days_gone_by():
    today = date(2026, 11, 26)
    back = change(lines("2024-03-01"), days("2026-10-01"), WITHIN)
    assert back.replaced_before(today) == days("2026-10-01 2026-11-25")
    assert back.filled_before(today) == []
    filled = change(lines("2024-03-01 2026-06-30"), days("2026-07-01"), WITHIN)
    assert filled.filled_before(today) == [days("2026-07-01 2026-11-25")]
    assert filled.replaced_before(today) is None
    both = change(lines("2024-03-01 2026-08-31"), days("2026-07-01"), WITHIN)
    assert both.replaced_before(today) == days("2026-07-01 2026-08-31")
