"""The bank's file: what is written can be read back; what is wrong is refused whole, by line."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds.bank_file import COLUMNS, RESULTS, BadResults, Payment, read, written

BATCH = "2026-00007"
HEAD = ",".join(RESULTS)
GOOD = f"CONTROL,{BATCH},2,1500.50\r\n{HEAD}\r\n1,,,,1000.50,,paid,\r\n2,,,,500.00,,bounced,账号不存在\r\n"


def test_the_file_has_its_control_line_its_columns_and_a_line_a_payment():
    one = Payment(1, "6222000000000000004", "示例", "示例银行, 莘庄支行", Decimal("1000.5"), "MH26-0001")
    rows = list(csv.reader(io.StringIO("".join(written(BATCH, 1, Decimal("1000.5"), [one])))))
    assert rows[0] == ["CONTROL", BATCH, "1", "1000.50"]
    assert rows[1] == list(COLUMNS)
    assert rows[2] == ["1", "6222000000000000004", "示例", "示例银行, 莘庄支行", "1000.50", "MH26-0001"]


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_cell_begins_like_a_formula_whatever_was_written(holder: str, bank: str):
    one = Payment(1, "=622", holder.replace("\x00", ""), bank.replace("\x00", ""), Decimal("-1"), "@x")
    line = list(written(BATCH, 1, Decimal(1), [one]))[2]
    row = next(csv.reader(io.StringIO(line, newline="")))
    assert len(row) == len(COLUMNS)
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_results_are_read(before: str):
    results = read((before + GOOD).encode(), BATCH)
    assert [(one.line, one.item, one.amount, one.result, one.reason) for one in results] == [
        (3, 1, Decimal("1000.50"), "paid", ""), (4, 2, Decimal("500.00"), "bounced", "账号不存在"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "lines", "said"),
    [
        ("CONTROL", "TOTAL", [1], "CONTROL"), (BATCH, "2026-00008", [1], BATCH), (",2,1500.50", ",3,1500.50", [1], "3 笔"),
        (",2,1500.50", ",2,1500.51", [1], "1,500.51"), (",2,1500.50", ",2,x", [1], "1234.50"), ("item,", "number,", [2], "item,"),
        ("1,,,,1000.50", "1,,,,1000.505", [3], "1234.50"), ("1,,,,1000.50", "1,,,,１０００", [3], "1234.50"),
        ("1,,,,1000.50", "1,,,,1e3", [3], "1234.50"), ("1,,,,1000.50", "x,,,,1000.50", [3], "不是数字"),
        ("2,,,,500.00", "1,,,,500.00", [4], "两次"), (",paid,", ",done,", [3], "bounced"), (",账号不存在", ",", [4], "原因"),
        ("1,,,,1000.50,,paid,", "1,,,,1000.50,,paid", [3], "8 列"), ("bounced,账", 'bounced,"账', [4], "引号"),
    ],
)  # fmt: skip
def test_a_file_with_a_mistake_is_refused_whole_with_its_lines(old: str, new: str, lines: list[int], said: str):
    with pytest.raises(BadResults) as error:
        read(GOOD.replace(old, new, 1).encode(), BATCH)
    assert [one.line for one in error.value.wrong] == lines
    assert said in error.value.wrong[0].said.zh


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", "控制".encode("gb18030"), b"CONTROL\x00", b"a" * (20 * 1024 * 1024 + 1)]
)
def test_what_is_no_such_file_is_refused(content: bytes):
    with pytest.raises(BadResults):
        read(content, BATCH)


def test_every_wrong_line_is_named_at_once():
    bad = GOOD.replace("1000.50,,paid", "x,,paid").replace("500.00,,bounced", "500.00,,gone")
    with pytest.raises(BadResults) as error:
        read(bad.encode(), BATCH)
    assert [one.line for one in error.value.wrong] == [3, 4]
