from datetime import date
from decimal import Decimal

import pytest

from policy.errors import FormError
from policy.facts import (
    EMPTY,
    NOT_SURE,
    Bool,
    Choice,
    Date,
    Fact,
    Integer,
    Kind,
    Money,
    Month,
    Monthly,
    Option,
    Table,
    Text,
)
from policy.predicates import AllOf, AnyOf, Is, Not
from policy.text import T

COLOURS = Choice((Option("red", T("红", "red")), Option("blue", T("蓝", "blue"))))


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (Bool(), True, True),
        (Bool(), False, False),
        (Integer(), 0, 0),
        (Integer(), 10**30, 10**30),
        (COLOURS, "red", "red"),
        (Text(max_length=2), "好的", "好的"),
        (Date(), "2024-02-29", date(2024, 2, 29)),
        (Month(), "2024-02", date(2024, 2, 1)),
        (Money(), "0", Decimal(0)),
        (Money(), "3691.2", Decimal("3691.20")),
        (Money(), "12345678901234567.25", Decimal("12345678901234567.25")),
    ],
)
def test_a_right_value_is_read(kind: Kind, value: object, read: object) -> None:
    assert kind.read(value, "x") == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((Bool(), value) for value in (0, 1, "true", "yes", [], {})),
        *((Integer(), value) for value in (True, False, 1.0, 1.5, -1, "1", float("nan"), 10**4000, [1])),
        (Integer(minimum=1), 0),
        *((COLOURS, value) for value in ("green", "", 1, True, ["red"], {})),
        *((Text(max_length=2), value) for value in ("三个字", 1, None, ["好"])),
        *(
            (Date(), value)
            for value in ("2025-13-08", "2023-02-29", "0000-01-01", "20250101", "2025-1-1", "２０２５-01-01")
        ),
        *((Date(), value) for value in ("2025-01-01\n", " 2025-01-01", "2025-W01-1", 20250101, date(2025, 1, 1))),
        *((Month(), value) for value in ("2025-13", "2025-00", "0000-01", "2025-1", "2025-01-01", 202501)),
        *((Money(), value) for value in ("9,800.00", "-1", "+1", "1.", ".5", "1.234", "1e3", "¥1", "", "NaN", "1 ")),
        *((Money(), value) for value in (1, 1.5, True, "9" * 1001, "１")),
    ],
)
def test_a_wrong_value_names_its_field_and_says_what_to_do(kind: Kind, value: object) -> None:
    with pytest.raises(FormError) as caught:
        kind.read(value, "months[0].x")
    assert caught.value.field == "months[0].x"
    assert caught.value.message.zh.endswith("。")
    assert not caught.value.message.placeholders


def fact(name: str, kind: Kind, asked_if: Is | None = None) -> Fact:
    return Fact(name, kind, T("问", "Question"), T("请填", "Please fill in"), asked_if=asked_if)


MONTHS = Table((fact("month", Month()), fact("paid", Bool())), key="month")


def test_a_table_is_read_row_by_row() -> None:
    rows = MONTHS.read([{"month": "2024-07", "paid": True, "other": 1}, {"month": "2024-08"}], "months")
    assert rows == ({"month": date(2024, 7, 1), "paid": True}, {"month": date(2024, 8, 1), "paid": None})
    assert Table((fact("n", Integer()),)).read([{"n": 1}, {"n": 1}, {}], "t") == ({"n": 1}, {"n": 1}, {"n": None})


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "months"),
        ("2024-07", "months"),
        ([1], "months[0]"),
        ([{"month": "2024-07"}, None], "months[1]"),
        ([{"month": 7}], "months[0].month"),
        ([{"month": "2024-07", "paid": 1}], "months[0].paid"),
        ([{"month": "2024-07"}, {"month": "2024-07"}], "months"),
        ([{"paid": True}], "months"),
    ],
)
def test_an_error_in_a_table_names_the_place(value: object, field: str) -> None:
    with pytest.raises(FormError) as caught:
        fact("months", MONTHS).read(value)
    assert caught.value.field == field


def test_answers_are_said_in_words() -> None:
    assert fact("colour", COLOURS).say("red") == T("红", "red")
    assert fact("colour", COLOURS).say(None) == EMPTY
    assert fact("sure", Bool()).say(True) == T("是", "Yes")
    assert fact("sure", Bool()).say(False) == T("不是", "No")
    assert fact("sure", Bool()).say(None) == NOT_SURE
    assert fact("day", Date()).say("2024-02-29") == date(2024, 2, 29)
    assert fact("month", Month()).say("2024-02") == T("2024年2月", "February 2024")


def test_not_known_is_right_for_every_kind() -> None:
    assert fact("x", Integer()).read(None) is None


def test_a_question_waits_for_the_answer_that_decides_it() -> None:
    asked = fact("shade", Text(), asked_if=Is("colour", "red"))
    assert asked.is_asked({"colour": "red"})
    assert not asked.is_asked({"colour": "blue"})
    assert not asked.is_asked({"colour": None})
    assert fact("colour", COLOURS).is_asked({})


def test_predicates_are_three_valued() -> None:
    yes, no, open_ = Is("a", 1), Is("a", 2), Is("b", 1)
    facts = {"a": 1}
    assert [one.holds(facts) for one in (yes, no, open_)] == [True, False, None]
    assert Is("a", True).holds(facts) is False
    assert [AllOf(yes, one).holds(facts) for one in (yes, no, open_)] == [True, False, None]
    assert AllOf(no, open_).holds(facts) is False
    assert [AnyOf(no, one).holds(facts) for one in (yes, no, open_)] == [True, False, None]
    assert AnyOf(yes, open_).holds(facts) is True
    assert [Not(one).holds(facts) for one in (yes, no, open_)] == [False, True, None]
    assert AllOf(yes, AnyOf(no, Not(open_))).reads == {"a", "b"}


def test_lists_are_said_in_words() -> None:
    assert fact("numbers", Monthly()).say([1] * 12) == tuple([1] * 12)
    said = T("{x}", "{x}").fill(
        x=fact("months", MONTHS).say([{"month": "2024-07", "paid": True}, {"month": "2024-08"}])
    )
    assert said.zh == "问：2024年7月、问：是；问：2024年8月、问：我说不准"
    assert said.en == "Question: July 2024, Question: Yes; Question: August 2024, Question: I am not sure"
    assert fact("months", MONTHS).say([]) == EMPTY


def test_a_list_that_is_only_begun_is_said_as_far_as_it_has_come():
    people = Table((Fact("name", Text(), T("姓名", "Name")), Fact("paid", Money(), T("缴了多少", "Paid"))), key="name")
    months = Fact(
        "months",
        Table((Fact("month", Month(), T("月份", "Month")), Fact("people", people, T("有谁", "Who")))),
        T("哪几个月", "Months"),
    )
    begun = [{"month": "2026-10", "people": [{"name": None, "paid": "12.00"}]}, {}]
    said = str(T("{it}", "{it}").fill(it=months.say(begun)).en)
    assert "October 2026" in said
    assert "12.00" in said
    with pytest.raises(FormError):
        months.read(begun)
