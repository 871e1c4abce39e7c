from datetime import date, datetime
from decimal import Decimal

import pytest

from policy import parameters
from policy.errors import ParameterError
from policy.parameters import Parameters, Period

PUBLISHED = parameters.load()
POLICY = "[policy]\nfrom = 2024-03-01\nto = 2029-02-28\n"


@pytest.mark.parametrize(
    ("on", "value"),
    [
        (date(2023, 6, 30), None),
        (date(2023, 7, 1), "7310"),
        (date(2024, 6, 30), "7310"),
        (date(2024, 7, 1), "7384"),
        (date(2027, 6, 30), "7546"),
        (date(2027, 7, 1), None),
    ],
)
def test_a_figure_holds_from_its_first_day_to_its_last(on: date, value: str | None) -> None:
    assert PUBLISHED.value("contribution_base_floor", on) == (None if value is None else Decimal(value))


def test_an_open_figure_has_no_last_day() -> None:
    assert PUBLISHED.value("clock.intake", date(2999, 1, 1)) == 5
    entry = PUBLISHED.entry("clock.intake", date(2024, 3, 1))
    assert entry is not None
    assert (entry.unit, entry.version) == ("working", "")


def test_a_parameter_may_be_called_from() -> None:
    assert PUBLISHED.value("working_age.from", date(2024, 3, 1)) == 16


def test_a_name_without_entries_is_never_zero() -> None:
    assert PUBLISHED.value("over_quota.amount_per_person_year", date(2025, 1, 1)) is None


def test_what_else_the_file_says_is_kept_as_text() -> None:
    entry = PUBLISHED.entry("retirement_age.men", date(2025, 1, 1))
    assert entry is not None
    assert entry.extra == {"delay": {"from": "2025-01-01", "every_months": 4, "at_most_months": 36}}


def test_the_policy_has_a_period_and_a_version() -> None:
    assert PUBLISHED.period() == Period(date(2024, 3, 1), date(2029, 2, 28))
    assert {PUBLISHED.version(date(year, 1, 1)) for year in (2020, 2025, 2035)} == {"2024-03"}


def test_a_new_version_of_the_policy_has_its_own_days() -> None:
    both = Parameters.from_rows(
        [
            {"name": "policy", "from": "2024-03-01", "to": "2026-06-30", "value": "first"},
            {"name": "policy", "from": "2026-07-01", "to": None},
        ]
    )
    assert both.period() == Period(date(2024, 3, 1), None)
    assert both.version(date(2026, 6, 30)) == "first"
    assert both.version(date(2026, 7, 1)) == "2026-07"


def test_rows_give_the_same_parameters_again() -> None:
    assert Parameters.from_rows(PUBLISHED.rows()) == PUBLISHED
    assert hash(Parameters.from_rows(PUBLISHED.rows())) == hash(PUBLISHED)
    assert {row["value"] for row in PUBLISHED.rows() if row["name"] == "policy"} == {"2024-03"}


def test_a_decimal_is_a_value_too() -> None:
    rows = [*PUBLISHED.rows(), {"name": "x", "from": "2024-03-01", "value": Decimal("0.5")}]
    assert Parameters.from_rows(rows).value("x", date(2024, 3, 1)) == Decimal("0.5")


@pytest.mark.parametrize(
    "text",
    [
        "[policy",
        "",
        "[[x]]\nfrom = 2024-03-01\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\nvalue = 1.5\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\nvalue = '1,5'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\nvalue = '-1'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\n",
        POLICY + "[[x]]\nvalue = '1'\n",
        POLICY + "[x]\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = '2024-02-30'\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = 2024\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01T00:00:00\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = 2024-03-02\nto = 2024-03-01\nvalue = '1'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\nvalue = '1'\n[[x]]\nfrom = 2025-03-01\nvalue = '2'\n",
        POLICY + "[[x]]\nfrom = 2024-03-01\nto = 2024-05-01\nvalue = '1'\n[[x]]\nfrom = 2024-05-01\nvalue = '2'\n",
        "x = 1\n" + POLICY,
    ],
)
def test_parameters_that_cannot_be_right_are_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        Parameters.from_toml(text)


@pytest.mark.parametrize(
    "row",
    [
        {"from": "2024-03-01", "value": "1"},
        {"name": "", "from": "2024-03-01", "value": "1"},
        {"name": "x", "from": datetime(2024, 3, 1), "value": "1"},
        {"name": "x", "from": "2024-03-01", "value": "1", "extra": [1]},
        {"name": "x", "from": "2024-03-01", "value": Decimal("NaN")},
        {"name": "x", "from": "2024-03-01", "value": Decimal(-1)},
    ],
)
def test_rows_that_cannot_be_right_are_refused(row: dict[str, object]) -> None:
    with pytest.raises(ParameterError):
        Parameters.from_rows([*PUBLISHED.rows(), row])


def test_the_day_after_a_period_may_begin_the_next() -> None:
    text = POLICY + "[[x]]\nfrom = 2024-03-01\nto = 2024-04-30\nvalue = '1'\n[[x]]\nfrom = 2024-05-01\nvalue = '2'\n"
    found = Parameters.from_toml(text)
    assert [found.value("x", day) for day in (date(2024, 4, 30), date(2024, 5, 1))] == [1, 2]
