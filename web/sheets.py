"""A fact that is a list, from a spreadsheet: its columns, and rows of cells read as the form reads typed text.

A list inside the rows (the people of a month) stands in the same line; lines with the same outer cells are one row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from casework.sheets import cell_text, yes_or_no
from policy import T
from policy import facts as kinds
from policy.facts import NOT_SURE, Fact
from web.forms import UNSURE, FactForm
from web.reading import plain
from web.tables import MOST_ROWS, RowForms

_HOW: dict[type[kinds.Kind], T] = {
    kinds.Bool: T("是或者否", "yes or no"),
    kinds.Month: T("2025-03 或 2025年3月", "2025-03 or March 2025"),
    kinds.Date: T("2025-03-01 或 2025年3月1日", "2025-03-01"),
    kinds.Money: T("金额，单位元", "an amount in yuan"),
    kinds.Integer: T("数字", "a number"),
    kinds.Text: T("文字", "words"),
}


@dataclass(frozen=True)
class Column:
    """One column of the sheet: the fact it fills, and whether it belongs to the list inside the rows."""

    fact: Fact
    inner: str = ""

    @property
    def how(self) -> T:
        """What a cell may say."""
        kind = self.fact.kind
        if isinstance(kind, kinds.Choice):
            labels = tuple(option.label for option in kind.options)
            return T("写其中一个：{options}", "one of: {options}").fill(options=labels)
        return next((words for known, words in _HOW.items() if isinstance(kind, known)), _HOW[kinds.Text])


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one cell, or in a whole line (`column` None); lines count from 1 as the sheet shows them."""

    line: int
    column: T | None
    text: Any

    @property
    def words(self) -> T:
        text = self.text if isinstance(self.text, T) else T(str(self.text), str(self.text), filled=True)
        if self.column is None:
            return T("第 {line} 行：{text}", "Row {line}: {text}").fill(line=self.line, text=text)
        return T("第 {line} 行，“{column}”：{text}", "Row {line}, “{column}”: {text}").fill(
            line=self.line, column=self.column, text=text
        )


@dataclass
class Read:
    """What a sheet gave: the rows as answers, what is wrong, and heads that fill nothing."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def columns_of(fact: Fact) -> list[Column]:
    """The columns of a list, those of a list inside it last."""
    assert isinstance(fact.kind, kinds.Table)
    outer = [Column(one) for one in fact.kind.columns if not isinstance(one.kind, kinds.Table)]
    nested = next((one for one in fact.kind.columns if isinstance(one.kind, kinds.Table)), None)
    if nested is None:
        return outer
    assert isinstance(nested.kind, kinds.Table)
    return [*outer, *(Column(one, nested.name) for one in nested.kind.columns)]


def read_sheet(fact: Fact, lines: Sequence[Sequence[Any]]) -> Read:
    """The list as the sheet has it. Nothing is taken where anything is wrong; every wrong cell is named."""
    columns, found = columns_of(fact), Read()
    texts = [[plain(cell_text(cell)) for cell in line] for line in lines]
    heads = _heads(columns, texts[0]) if texts else None
    if heads is None:
        placed: list[Column | None] = [*columns]
    else:
        placed = heads
        found.unused = [text for text, column in zip(texts[0], heads, strict=False) if text and column is None]
        lacking = [one for one in columns if one.fact.required and one not in heads]
        found.wrong += [Wrong(1, one.fact.question, _NO_COLUMN) for one in lacking]
    if found.wrong:
        return found
    filled = [
        (number, {column: text for column, text in zip(placed, line, strict=False) if column is not None})
        for number, line in enumerate(texts, 1)
        if any(line) and not (heads is not None and number == 1)
    ]
    data, at = _as_sent(fact, columns, filled)
    if not filled:
        found.wrong.append(Wrong(1, None, _EMPTY))
    elif len({outer for outer, _ in at}) > MOST_ROWS:
        found.wrong.append(Wrong(filled[MOST_ROWS][0], None, _TOO_MANY.fill(most=MOST_ROWS)))
    else:
        form = RowForms(FactForm, fact, fact.name, None, data, "")
        if form.is_valid():
            found.rows = form.answers()
        else:
            found.wrong += _problems(form, at)
    return found


_NO_COLUMN = T(
    "表里没有这一列。请在第一行写上列名。", "The sheet lacks this column. Please put its name in the first row."
)
_EMPTY = T("表里没有内容。", "There is nothing in the sheet.")
_TOO_MANY = T(
    "一次最多 {most} 行。请分几份申请，或者打电话问。", "At most {most} rows. Please split the claim, or ask us."
)


def _heads(columns: list[Column], line: list[str]) -> list[Column | None] | None:
    """The columns by the names in the first line; None where that line has no names."""
    named = {
        _bare(text): one for one in columns for text in (one.fact.question.zh, one.fact.question.en, one.fact.name)
    }
    heads = [named.get(_bare(text)) for text in line]
    return heads if any(heads) else None


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


Where = dict[tuple[int, int], int]


def _as_sent(
    fact: Fact, columns: list[Column], lines: list[tuple[int, dict[Column, str]]]
) -> tuple[dict[str, str], Where]:
    """What the form would send for these lines, and the line of each row (row, place in the inner list)."""
    data: dict[str, str] = {}
    at: Where = {}
    outer, inner = [one for one in columns if not one.inner], [one for one in columns if one.inner]
    known: dict[tuple[str, ...], int] = {}
    count: dict[int, int] = {}
    for number, cells in lines:
        key = tuple(cells.get(one, "") for one in outer)
        row = known.setdefault(key, len(known)) if inner else len(at)
        place = count.get(row, 0)
        count[row] = place + 1
        at[row, place] = number
        for one in outer:
            data[f"{fact.name}-{row}-{one.fact.name}"] = _value(one.fact, cells.get(one, ""))
        for one in inner:
            data[f"{fact.name}-{row}-{one.inner}-{place}-{one.fact.name}"] = _value(one.fact, cells.get(one, ""))
    return data, at


def _value(fact: Fact, text: str) -> str:
    """A cell as the control sends it: a yes or a choice by its words, everything else as typed."""
    kind, said = fact.kind, text.strip().lower()
    if kind.may_be_unsure and said in (NOT_SURE.zh, NOT_SURE.en.lower(), "?", "？"):
        return UNSURE
    if isinstance(kind, kinds.Bool):
        answer = yes_or_no(said, kind.yes, kind.no)
        return text if answer is None else "yes" if answer else "no"
    if isinstance(kind, kinds.Choice):
        names = {option.value: {option.value, option.label.zh, option.label.en.lower()} for option in kind.options}
        return next((value for value, words in names.items() if said in words), text)
    return text


def _problems(table: RowForms, at: Where) -> Iterator[Wrong]:
    """Every wrong cell by the line and the column that the sheet shows."""
    if table.wrong is not None:
        yield Wrong(min(at.values()), None, table.wrong)
    for row, form in enumerate(table.forms):
        yield from _cells(form, at[row, 0])
        for inner in form.tables.values():
            if inner.wrong is not None:
                yield Wrong(at[row, 0], None, inner.wrong)
            for place, one in enumerate(inner.forms):
                yield from _cells(one, at.get((row, place), at[row, 0]))


def _cells(form: FactForm, line: int) -> Iterator[Wrong]:
    for name, errors in form.errors.items():
        fact = form.facts.get(name)
        yield Wrong(line, fact.question if fact else None, errors[0])
