"""What people type, understood and said back: money, months, school years, twelve numbers."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import translation

from policy import T
from policy.facts import Bool, Fact, Money, Month, Monthly, SchoolYear, Table
from web.forms import FactForm, field_of
from web.reading import NotUnderstood, read_money, read_month, read_monthly, read_school_year, read_score, read_time

SAY = T("多少？", "How much?")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1200", "1200.00"), ("1,200", "1200.00"), ("1，200.5", "1200.50"), ("１２００元", "1200.00"), ("¥ 3691.20", "3691.20"),
        ("￥1 200", "1200.00"), ("1.2万", "12000.00"), ("2万元", "20000.00"), ("0", "0.00"), ("人民币500元整", "500.00"),
        ("1200 yuan", "1200.00"), ("RMB 80", "80.00"), ("1,234,567.89", "1234567.89"), ("000012", "12.00"), ("0.123456万", "1234.56"),
    ],
)  # fmt: skip
def test_money(typed: str, amount: str) -> None:
    assert read_money(typed) == amount


@pytest.mark.parametrize(
    "typed", ["", "abc", "-5", "1.234", "1,20", "12,00", "1.5.2", "一千", "5%", "9" * 13, "1/2", "1e3", "万", "元"]
)
def test_what_is_no_money(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_money(typed)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9:00", time(9)),
        ("９：30", time(9, 30)),
        ("14点", time(14)),
        ("14点05分", time(14, 5)),
        (" 8.15 ", time(8, 15)),
    ],
)
def test_a_time_of_the_day(typed: str, at: time) -> None:
    assert read_time(typed) == at


@pytest.mark.parametrize("typed", ["", "早上", "24:00", "9:60", "930", "-1:00"])
def test_what_is_no_time(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_time(typed)


@pytest.mark.parametrize(
    ("typed", "score"),
    [("85", Decimal(85)), ("８5.5", Decimal("85.5")), ("90分", Decimal(90)), ("0", Decimal(0)), ("缺考", None), ("Absent", None)],
)  # fmt: skip
def test_a_score(typed: str, score: Decimal | None) -> None:
    assert read_score(typed) == score


@pytest.mark.parametrize("typed", ["", "好", "-1", "85.555", "1e2", "NaN", "1,000"])
def test_what_is_no_score(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_score(typed)


@pytest.mark.parametrize(
    "typed", ["2025年9月", "2025.9", "2025-09", "2025/9", "202509", "２０２５年９月", "二〇二五年九月", "2025年9月份", "Sep 2025", "September, 2025"]
)  # fmt: skip
def test_a_month(typed: str) -> None:
    assert read_month(typed) == "2025-09"


@pytest.mark.parametrize("typed", ["", "2025", "2025-13", "2025年0月", "Foo 2025", "0000-05", "2025-9-1x", "9月"])
def test_what_is_no_month(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_month(typed)


@pytest.mark.parametrize(
    "typed", ["2025-2026", "2025—2026学年", "2025–2026", "2025至2026", "２０２５～２０２６", "2025", "2025学年", "2025/2026", "二〇二五至二〇二六学年", "2025学年度"]
)  # fmt: skip
def test_a_school_year(typed: str) -> None:
    assert read_school_year(typed) == "2025-2026"


@pytest.mark.parametrize("typed", ["", "25", "2025-2027", "2026-2025", "9999", "0000", "2025-26", "abcd"])
def test_what_is_no_school_year(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_school_year(typed)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("3", [3] * 12), ("３人", [3] * 12), ("1 2 3 4 5 6 7 8 9 10 11 12", list(range(1, 13))),
        ("1，2、3,4;5 6 7 8 9 10 11 12", list(range(1, 13))), ("0", [0] * 12),
    ],
)  # fmt: skip
def test_twelve_numbers(typed: str, numbers: list[int]) -> None:
    assert read_monthly(typed) == numbers


@pytest.mark.parametrize("typed", ["", "1 2", "1 2 3 4 5 6 7 8 9 10 11 12 13", "a", "-1", "1.5", "9" * 10])
def test_what_are_no_twelve_numbers(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        read_monthly(typed)


@pytest.mark.parametrize(
    ("kind", "typed", "stored", "heard", "shown"),
    [
        (Money(), "１２００元", "1200.00", "1,200.00 元", "1200.00"),
        (Month(), "2025.9", "2025-09", "2025年9月", "2025年9月"),
        (SchoolYear(), "2025", "2025-2026", "2025-2026", "2025-2026"),
        (Monthly(), "4", [4] * 12, "12 个月都是 4", "4"),
        (Monthly(), "1 1 1 1 1 1 2 2 2 2 2 2", [1] * 6 + [2] * 6, "1、1、1、1、1、1、2、2、2、2、2、2", "1 1 1 1 1 1 2 2 2 2 2 2"),
    ],
)  # fmt: skip
def test_a_field_reads_stores_says_back_and_shows_again(kind, typed, stored, heard, shown) -> None:
    fact = Fact("one", kind, SAY)
    form = FactForm((fact,), {}, {"one": typed})
    assert form.is_valid(), form.errors
    assert form.answers() == {"one": stored}
    assert form.heard("one") == heard
    fact.read(form.answers()["one"])
    assert FactForm((fact,), {"one": stored})["one"].value() == shown


def test_it_says_back_in_english_and_a_wrong_answer_says_what_to_do() -> None:
    fact = Fact("one", Money(), SAY)
    with translation.override("en"):
        form = FactForm((fact,), {}, {"one": "1,200"})
        assert form.is_valid()
        assert form.heard("one") == "1,200.00 yuan"
    assert "请只写金额" in str(FactForm((fact,), {}, {"one": "许多"}).errors["one"])
    assert FactForm((fact,), {}, {"one": ""}).errors["one"] == [fact.error.zh]


def test_a_table_has_no_field_of_its_own() -> None:
    with pytest.raises(TypeError):
        field_of(Fact("rows", Table((Fact("a", Bool(), SAY),)), SAY))


def test_every_month_is_a_day_for_the_policy() -> None:
    assert Month().read(read_month("2025年9月"), "m") == date(2025, 9, 1)
