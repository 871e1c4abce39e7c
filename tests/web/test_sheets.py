"""A list from a spreadsheet: heads, cells as people write them, nested rows, and every wrong cell by row and column."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from casework.sheets import Unreadable, csv_lines, harmless, pasted, rows_of
from policy import measure
from policy.facts import Fact
from web.sheets import columns_of, read_sheet
from web.tables import MOST_ROWS


def fact_of(code: str, name: str) -> Fact:
    return next(fact for fact in measure(code).facts if fact.name == name)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"), ("+86", "'+86"), ("-x", "'-x"), ("@a", "'@a"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("", ""),
        (None, None), (-5, -5), (Decimal("-5.00"), Decimal("-5.00")), ("示例", "示例"), ("a=b", "a=b"),
    ],
)  # fmt: skip
def test_no_word_that_is_taken_away_begins_a_formula_and_numbers_stay_numbers(cell: Any, kept: Any):
    assert harmless(cell) == kept


def test_a_file_of_rows_reads_back_as_they_were():
    rows = [["名称", "数"], ['带,和"引号"', Decimal("-1.50")], ["", None]]
    read = rows_of("".join(csv_lines(rows)).encode())
    assert read[:2] == [["名称", "数"], ['带,和"引号"', "-1.50"]]


MONTHS = fact_of("flexible_employment_subsidy", "months")
PEOPLE = fact_of("self_employment_subsidy", "months")
EXPENSES = fact_of("concentrated_employer_subsidy", "expenses")


def said(fact: Fact, lines: list[list[Any]]) -> list[str]:
    return [one.words.zh for one in read_sheet(fact, lines).wrong]


@pytest.mark.parametrize(
    "lines",
    [
        [["月份", "按时缴了吗", "缴足了吗"], ["2025-03", "是", "否"], ["2025年4月", "√", "有"]],
        [["Paid in full?", "Month", "Paid on time?", "备注"], ["no", "2025-03", "yes", "…"], ["YES", "2025.4", "1", ""]],
        [["2025-03", "是", "不是"], ["２０２５-０４", "是", "是"]],
        [[" 月 份 ", "按时缴了吗？", "缴足了吗"], [date(2025, 3, 1), True, False], ["", "", ""], [date(2025, 4, 1), 1.0, "是"]],
    ],
)  # fmt: skip
def test_rows_are_read_by_their_heads_or_in_order_as_people_write_them(lines: list[list[Any]]):
    found = read_sheet(MONTHS, lines)
    assert [one.words.zh for one in found.wrong] == []
    assert found.rows == [
        {"month": "2025-03", "paid_on_time": True, "paid_in_full": False},
        {"month": "2025-04", "paid_on_time": True, "paid_in_full": True},
    ]


def test_what_was_spent_is_chosen_by_its_words_and_never_guessed():
    found = read_sheet(EXPENSES, [["场地维护", "6400", "31002211"], ["无障碍改建", "640", "31002212"]])
    assert [row["kind"] for row in found.rows] == ["premises", "accessibility"]
    assert "用在哪里" in said(EXPENSES, [["电费", "10", "31002211"]])[0]


def test_columns_that_fill_nothing_are_named():
    found = read_sheet(MONTHS, [["月份", "备注", "按时缴了吗", "缴足了吗"], ["2025-03", "x", "是", "是"]])
    assert found.unused == ["备注"]


def test_every_wrong_cell_is_named_by_row_and_column_and_nothing_is_taken():
    lines = [["月份", "按时缴了吗", "缴足了吗"], ["2025-03", "也许", "是"], ["三月份", "是", "是"]]
    wrong = said(MONTHS, lines)
    assert any(one.startswith("第 2 行，“按时缴了吗”") for one in wrong)
    assert any(one.startswith("第 3 行，“月份”") for one in wrong)
    assert read_sheet(MONTHS, lines).rows == []


def test_a_sheet_without_a_needed_column_says_which():
    assert said(MONTHS, [["月份", "缴足了吗"], ["2025-03", "是"]]) == [
        "第 1 行，“按时缴了吗”：表里没有这一列。请在第一行写上列名。"
    ]


def test_rows_that_do_not_go_together_are_said():
    assert "一样" in "".join(said(MONTHS, [["2025-03", "是", "是"], ["2025-03", "是", "是"]]))


def test_the_people_of_a_month_stand_in_lines_of_their_own():
    heads = [one.fact.question.zh for one in columns_of(PEOPLE)]
    by_name = {one.fact.name: place for place, one in enumerate(columns_of(PEOPLE))}

    def line(month: str, name: str, role: str) -> list[str]:
        cells = {"month": month, "name": name, "disabled": "是", "role": role, "paid_on_time": "是", "paid_in_full": "是",
                 "paid": "2,670.50", "hrss_subsidy": "1000"}  # fmt: skip
        return [cells[name] for name in sorted(by_name, key=lambda one: by_name[one])]

    roles = next(one.fact.kind for one in columns_of(PEOPLE) if one.fact.name == "role")
    owner = roles.options[0].label.zh  # type: ignore[attr-defined]
    found = read_sheet(
        PEOPLE,
        [
            heads,
            line("2025-03", "示例甲", owner),
            line("2025-03", "示例乙", "employee"),
            line("2025-04", "示例甲", "owner"),
        ],
    )
    assert [one.words.zh for one in found.wrong] == []
    assert [(row["month"], [one["name"] for one in row["people"]]) for row in found.rows] == [
        ("2025-03", ["示例甲", "示例乙"]), ("2025-04", ["示例甲"]),
    ]  # fmt: skip
    assert found.rows[0]["people"][0]["paid"] == "2670.50"
    wrong = said(PEOPLE, [heads, line("2025-03", "示例甲", owner), line("2025-03", "示例乙", "皇帝")])
    assert len(wrong) == 1
    assert wrong[0].startswith("第 3 行，")


def test_more_rows_than_the_form_holds_are_refused_and_not_cut():
    lines = [["电费", "10", f"fp{n}"] for n in range(MOST_ROWS + 1)]
    assert "最多" in said(EXPENSES, lines)[0]
    assert read_sheet(EXPENSES, lines).rows == []


def test_an_empty_sheet_and_heads_alone_say_so():
    assert "没有内容" in said(MONTHS, [])[0]
    assert "没有内容" in said(MONTHS, [["月份", "按时缴了吗", "缴足了吗"]])[0]


def book(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, days = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(y, x, cell, days)
            else:
                sheet.write(y, x, cell)
    made.close()
    return out.getvalue()


def test_files_are_read_whatever_they_are_called():
    rows: list[list[Any]] = [["月份", "按时缴了吗", "缴足了吗"], [date(2025, 3, 1), "是", "是"]]
    text = "月份,按时缴了吗,缴足了吗\r\n2025-03,是,是\r\n"
    expected = [{"month": "2025-03", "paid_on_time": True, "paid_in_full": True}]
    for content in (book(rows), text.encode("utf-8-sig"), text.encode("gb18030")):
        assert read_sheet(MONTHS, rows_of(content)).rows == expected


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00\x81\x30", b'a,"b\nc'])
def test_what_is_no_table_is_refused_in_words(content: bytes):
    with pytest.raises(Unreadable) as told:
        rows_of(content)
    assert told.value.text.zh


def test_pasted_rows_stand_between_tabs_or_commas():
    assert pasted("a\tb,c\r\n\r\nd\te\r\n") == [["a", "b,c"], ["d", "e"]]
    assert pasted("a,b\nc,d") == [["a", "b"], ["c", "d"]]
