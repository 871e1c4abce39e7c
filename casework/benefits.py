"""Benefits of other district policies (外部待遇) as an office sends them: a CSV or XLSX table, checked row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from stdnum.cn import uscc

from accounts.identity import normal_number, number_is_sound
from casework.sheets import MAX_BYTES, TOO_LARGE, Unreadable, cell_text, rows_of
from policy import FormError, T
from policy.exclusions import BY_KIND, EXCLUSIONS, KEYS, Exclusion, Kind
from policy.facts import Money

COLUMNS: Final = {
    "number": T("号码", "number"),
    "kind": T("种类", "kind"),
    "key": T("期间或对象", "key"),
    "amount": T("金额", "amount"),
}
#: what the heads of the columns may be called
HEADS: Final = {
    "号码": "number", "身份证号": "number", "统一社会信用代码": "number", "number": "number",
    "种类": "kind", "kind": "kind", "期间或对象": "key", "key": "key", "金额": "amount", "amount": "amount",
}  # fmt: skip
MAX_AMOUNT: Final = Decimal(10) ** 12
MAX_ROWS: Final = 100_000
_MONEY = Money()


@dataclass(frozen=True)
class Benefit:
    """One row that is right. `number` is normalised; `key` as the table of exclusions has it; yuan."""

    number: str
    kind: Kind
    key: str
    amount: Decimal | None


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; rows count from 1, the head included."""

    row: int
    column: T
    text: T


def read_table(path: Path) -> list[list[Any]]:
    """The rows of a CSV (UTF-8 or GB 18030) or XLSX file, the head first. Raises Unreadable."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    rows = rows_of(path.read_bytes())
    if len(rows) > MAX_ROWS + 1:
        raise Unreadable(T("超过 100,000 行。请分成几份。", "More than 100,000 rows. Please split the file."))
    return rows


def check(rows: Sequence[Sequence[Any]]) -> tuple[list[Benefit], list[Problem]]:
    """The rows that are right and everything that is wrong, row by row. Raises Unreadable where a column is missing."""
    heads = [HEADS.get(str(cell).strip().lower()) for cell in rows[0]]
    lacking = [words for name, words in COLUMNS.items() if name not in heads]
    if lacking:
        raise Unreadable(
            T("第一行缺这几列：{names}。", "The first row lacks these columns: {names}.").fill(names=tuple(lacking))
        )
    benefits, problems, seen = list[Benefit](), list[Problem](), dict[tuple[str, Kind, str], int]()
    for number, cells in enumerate(rows[1:], 2):
        texts = {name: cell_text(cell) for name, cell in zip(heads, cells, strict=False) if name}
        if not any(texts.values()):
            continue
        found = _row(number, texts, problems)
        if found is None:
            continue
        first = seen.setdefault((found.number, found.kind, found.key), number)
        if first != number:
            again = T("和第 {first} 行重复。请删掉一行。", "The same as row {first}. Please delete one.")
            problems.append(Problem(number, COLUMNS["key"], again.fill(first=first)))
        benefits.append(found)
    return benefits, problems


def _row(number: int, texts: dict[str, str], problems: list[Problem]) -> Benefit | None:
    before = len(problems)

    def wrong(column: str, text: T) -> None:
        problems.append(Problem(number, COLUMNS[column], text))

    who = _number(texts.get("number", ""))
    if who is None:
        wrong("number", _WRONG_NUMBER)
    row = _kind(texts.get("kind", ""))
    key, amount = "", None
    if row is None:
        wrong("kind", _WRONG_KIND.fill(kinds=tuple(BY_KIND)))
    else:
        try:
            key = key_of(row, texts.get("key", ""))
        except FormError as error:
            wrong("key", error.message)
    if texts.get("amount"):
        try:
            amount = _MONEY.read(texts["amount"], "amount")
        except FormError as error:
            wrong("amount", error.message)
        else:
            if amount is not None and amount >= MAX_AMOUNT:
                wrong("amount", T("这个金额太大了，请再看一下。", "This amount is too large. Please check it."))
    if len(problems) > before or who is None or row is None:
        return None
    return Benefit(who, row.kind, key, amount)


def key_of(row: Exclusion, text: str) -> str:
    """The month, year, object … of a row of the table, as it is compared. Raises FormError."""
    if row.key is None:
        return ""
    if not text:
        raise FormError("key", T("请写明是哪个月、哪一年或哪一样。", "Please say which month, year or object."))
    kind = KEYS[row.key]
    value = kind.read(int(text) if row.key == "year" and text.isdecimal() else text, "key")
    return f"{value:%Y-%m}" if isinstance(value, date) else str(row.same(value))


def _number(text: str) -> str | None:
    """An identity number or a unified social credit code, normalised; None where its check character is wrong."""
    number = normal_number(text)
    return number if number_is_sound(number) or uscc.is_valid(number) else None


def _kind(text: str) -> Exclusion | None:
    for row in EXCLUSIONS:
        if text in (row.kind, row.title.zh, row.title.en):
            return row
    return None


_WRONG_NUMBER = T(
    "号码不对：要 18 位身份证号或统一社会信用代码。表格软件可能改了它，请把这一列设成文本。",
    "Wrong number: an identity number or a credit code of 18 characters is needed. A spreadsheet may have changed it; "
    "please format the column as text.",
)
_WRONG_KIND = T("没有这个种类。请写这几种里的一种：{kinds}。", "No such kind. Please write one of these: {kinds}.")
