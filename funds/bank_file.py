"""The file that goes to the bank and the one that comes back (拨付文件), in the layout of `docs/bank-file.md`.

Pure: nothing here reads or writes the database. CSV in UTF-8; the first line is the control line with the batch, the
number of payments and their total, then the columns' names, then a line a payment.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import Final

from casework.sheets import csv_lines
from policy import T

CONTROL: Final = "CONTROL"
COLUMNS: Final = ("item", "account", "holder", "bank", "amount", "reference")
RESULTS: Final = (*COLUMNS, "result", "reason")
SAID: Final = ("paid", "bounced")
MAX_BYTES: Final = 20 * 1024 * 1024
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Payment:
    """A line of the file to the bank."""

    item: int
    account: str
    holder: str
    bank: str
    amount: Decimal
    reference: str


@dataclass(frozen=True)
class Result:
    """A line of the file that came back, with its number in the file."""

    line: int
    item: int
    amount: Decimal
    result: str
    reason: str


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a line; line 0 is the file as a whole."""

    line: int
    words: T

    @property
    def said(self) -> T:
        return (
            T("第 {n} 行：{words}", "Line {n}: {words}").fill(n=self.line, words=self.words)
            if self.line
            else self.words
        )


class BadResults(Exception):
    """The file is refused whole; `wrong` names its lines."""

    def __init__(self, wrong: list[Wrong]) -> None:
        super().__init__(f"{len(wrong)} lines are wrong")
        self.wrong = wrong


def written(batch: str, count: int, total: Decimal, payments: Iterable[Payment]) -> Iterator[str]:
    """The lines of the file to the bank. No cell begins like a formula."""
    rows = ((one.item, one.account, one.holder, one.bank, f"{one.amount:.2f}", one.reference) for one in payments)
    return csv_lines(chain([(CONTROL, batch, count, f"{total:.2f}"), COLUMNS], rows))


def read(content: bytes, batch: str) -> list[Result]:
    """The results in a bank's file for this batch. Raises BadResults with every line that is wrong."""
    rows = list(_rows(content))
    wrong: list[Wrong] = []
    count, total = _control(rows, batch, wrong)
    if len(rows) < 2 or tuple(rows[1][1]) != RESULTS:
        wrong.append(Wrong(2, _COLUMNS.fill(columns=",".join(RESULTS))))
        raise BadResults(wrong)
    results: list[Result] = []
    seen: set[int] = set()
    for line, cells in rows[2:]:
        try:
            one = _result(line, cells)
        except _Line as bad:
            wrong.append(Wrong(line, bad.words))
            continue
        if one.item in seen:
            wrong.append(Wrong(line, _TWICE.fill(item=one.item)))
        seen.add(one.item)
        results.append(one)
    found = sum((one.amount for one in results), Decimal("0.00"))
    if not wrong and (count, total) != (len(results), found):
        wrong.append(Wrong(1, _TOTALS.fill(count=count, total=total, found=len(results), sum=found)))
    if wrong:
        raise BadResults(wrong)
    return results


def batch_named(content: bytes) -> str:
    """The batch that a file's control line names; empty where it names none."""
    cells = content[:200].decode("utf-8-sig", "ignore").split("\n", 1)[0].strip().split(",")
    return cells[1].strip() if len(cells) == 4 and cells[0] == CONTROL else ""


def _rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers, cells without spaces round them."""
    if len(content) > MAX_BYTES:
        raise BadResults([Wrong(0, _TOO_LARGE)])
    try:
        text = content.decode("utf-8-sig")
        if "\x00" in text:
            raise BadResults([Wrong(0, _NOT_UTF_8)])
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except UnicodeDecodeError:
        raise BadResults([Wrong(0, _NOT_UTF_8)]) from None
    except csv.Error:
        raise BadResults([Wrong(reader.line_num, _NO_CSV)]) from None


def _control(rows: list[tuple[int, list[str]]], batch: str, wrong: list[Wrong]) -> tuple[int, Decimal]:
    cells = rows[0][1] if rows else []
    try:
        if len(cells) != 4 or cells[0] != CONTROL:
            raise _Line(_NO_CONTROL)
        if cells[1] != batch:
            raise _Line(_OTHER_BATCH.fill(batch=batch))
        return _whole(cells[2]), _sum(cells[3])
    except _Line as bad:
        wrong.append(Wrong(1, bad.words))
        return 0, Decimal(0)


def _result(line: int, cells: list[str]) -> Result:
    if len(cells) != len(RESULTS):
        raise _Line(_CELLS.fill(n=len(RESULTS)))
    said = dict(zip(RESULTS, cells, strict=True))
    if said["result"] not in SAID:
        raise _Line(_NO_RESULT)
    reason = said["reason"][:LONGEST_REASON]
    if said["result"] == "bounced" and not reason:
        raise _Line(_NO_REASON)
    return Result(line, _whole(said["item"]), _sum(said["amount"]), said["result"], reason)


class _Line(ValueError):
    def __init__(self, words: T) -> None:
        super().__init__(words.en)
        self.words = words


def _whole(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        raise _Line(_NO_NUMBER)
    return int(cell)


def _sum(cell: str) -> Decimal:
    try:
        found = Decimal(cell) if cell.isascii() and "e" not in cell.lower() and "_" not in cell else Decimal("NaN")
        if found.is_finite() and 0 <= found < Decimal(10) ** 12 and found == found.quantize(Decimal("0.01")):
            return found.quantize(Decimal("0.01"))
    except InvalidOperation:
        pass
    raise _Line(_NO_SUM)


_TOO_LARGE: Final = T("文件超过 20 MB。", "The file is over 20 MB.")
_NOT_UTF_8: Final = T("文件不是 UTF-8 编码。请银行按约定的格式给。", "The file is not in UTF-8. Please ask the bank for the agreed layout.")  # fmt: skip
_NO_CSV: Final = T("这一行读不懂，引号没有合上。", "This line can't be read: a quote is not closed.")
_NO_CONTROL: Final = T("第一行要是控制行：CONTROL、批次号、笔数、合计。", "The first line must be the control line: CONTROL, batch, count, total.")  # fmt: skip
_OTHER_BATCH: Final = T("控制行写的不是批次 {batch}。", "The control line does not name batch {batch}.")
_COLUMNS: Final = T("第二行要是这些列名：{columns}", "The second line must name the columns: {columns}")
_CELLS: Final = T("要有 {n} 列。", "There must be {n} cells.")
_NO_RESULT: Final = T("结果要写 paid 或者 bounced。", "The result must be paid or bounced.")
_NO_REASON: Final = T("退票的，要写原因。", "A bounced payment needs its reason.")
_NO_NUMBER: Final = T("序号或者笔数不是数字。", "The item or the count is no whole number.")
_NO_SUM: Final = T("金额写得不对，应该像 1234.50。", "The sum is not written as it should be, like 1234.50.")
_TWICE: Final = T("第 {item} 项出现了两次。", "Item {item} appears twice.")
_TOTALS: Final = T(
    "控制行写 {count} 笔、合计 {total} 元；文件里是 {found} 笔、{sum} 元。",
    "The control line says {count} payments and {total} yuan; the file has {found} and {sum} yuan.",
)
