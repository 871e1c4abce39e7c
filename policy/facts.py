"""Facts: what is asked, in which form it is answered, and what to do when the form is wrong.

A kind reads a JSON value and gives back a typed one. ``None`` always means "not known" and is right for every kind.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from policy.errors import FormError
from policy.predicates import Predicate, is_asked
from policy.text import Lines, T, month_in_words

Row: TypeAlias = Mapping[str, Any]  # a row of a table: its columns, each as its kind reads it
Value: TypeAlias = "bool | int | str | date | Decimal | tuple[int, ...] | tuple[Row, ...]"

APPLICANT = "applicant"
YES = T("是", "Yes")
NO = T("不是", "No")
NOT_SURE = T("我说不准", "I am not sure")
NOT_SURE_HINT = T(
    "没关系，选这个也能申请，由审核的人来查。", "That is fine. You can still apply; a reviewer will check."
)
EMPTY = T("没有填", "not filled in")
_UNSAID = T("请填写这一项。", "Please fill this in.")

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_SCHOOL_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")
_MONEY = re.compile(r"[0-9]+(\.[0-9]{1,2})?")
_LARGEST = 10**1000  # beyond this a number can no longer be written out safely
_LONGEST_MONEY = 1000  # characters; sums of amounts up to this size stay exact


class Kind(ABC):
    """The form of an answer."""

    #: whether the answer "I am not sure" is offered, which leaves the fact unknown
    may_be_unsure: bool = False
    #: what to do when the answer is missing, where a fact says nothing of its own
    error: ClassVar[T] = _UNSAID

    @abstractmethod
    def read(self, value: object, path: str) -> Value:
        """The typed value of a JSON value that is not null. Raises FormError naming the path."""

    def say(self, value: Value) -> object:
        """The value as it stands in a sentence, for ``T.fill``."""
        return value


@dataclass(frozen=True)
class Bool(Kind):
    """Yes or no. ``yes`` and ``no`` are the words of the two answers."""

    yes: T = YES
    no: T = NO
    may_be_unsure: bool = True
    error: ClassVar[T] = T("请选一项。不清楚就选“我说不准”。", "Please choose. If unclear, choose “I am not sure”.")

    def read(self, value: object, path: str) -> bool:
        if not isinstance(value, bool):
            raise FormError(path, T("这里只能答“是”或“不是”。", "Please answer yes or no here (true or false)."))
        return value

    def say(self, value: Value) -> object:
        return self.yes if value is True else self.no


@dataclass(frozen=True)
class Integer(Kind):
    """A whole number from ``minimum`` (0) on."""

    minimum: int = 0
    error: ClassVar[T] = T("请填一个整数，比如 12。", "Please give a whole number, such as 12.")

    def read(self, value: object, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise FormError(path, T("请填一个整数，比如 1。", "Please give a whole number, such as 1."))
        if value < self.minimum:
            message = T("请填 {minimum} 或者更大的整数。", "Please give a whole number that is {minimum} or more.")
            raise FormError(path, message.fill(minimum=self.minimum))
        if value > _LARGEST:
            raise FormError(path, T("这个数太大了，请再看一下。", "This number is too large. Please check it."))
        return value


@dataclass(frozen=True)
class Option:
    value: str
    label: T
    hint: T | None = None


@dataclass(frozen=True)
class Choice(Kind):
    """One of a list of options."""

    options: tuple[Option, ...]
    may_be_unsure: bool = False
    error: ClassVar[T] = T("请选一项。", "Please choose one.")

    def read(self, value: object, path: str) -> str:
        if not isinstance(value, str) or value not in self.values:
            message = T("请从这几项里选一项：{options}。", "Please choose one of these: {options}.")
            raise FormError(path, message.fill(options=self.values))
        return value

    def say(self, value: Value) -> object:
        return self.label(value)

    def label(self, value: object) -> T:
        """The words of an option. Raises KeyError for a value that is none."""
        return {option.value: option.label for option in self.options}[str(value)]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options)


@dataclass(frozen=True)
class Text(Kind):
    """Words, at most ``max_length`` characters; ``lines`` above 1 asks for a larger field."""

    max_length: int = 200
    lines: int = 1

    def read(self, value: object, path: str) -> str:
        if not isinstance(value, str):
            raise FormError(path, T("这里请填文字。", "Please give words here."))
        if len(value) > self.max_length:
            message = T(
                "最多写 {limit} 个字，现在有 {length} 个字。请写短一些。",
                "At most {limit} characters fit here; there are {length}. Please shorten the text.",
            )
            raise FormError(path, message.fill(limit=self.max_length, length=len(value)))
        return value


@dataclass(frozen=True)
class OpenChoice(Choice):
    """A choice of which the rules read any other words too; forms offer the options alone."""

    def read(self, value: object, path: str) -> str:
        return Text().read(value, path)

    def say(self, value: Value) -> object:
        return self.label(value) if value in self.values else value


@dataclass(frozen=True)
class Date(Kind):
    """A real day, ``YYYY-MM-DD``. ``past``: forms refuse a day that has not come yet; rules do not know today."""

    past: bool = False
    error: ClassVar[T] = T("请填日期，比如 2025年9月18日。", "Please give the date, such as 18 September 2025.")

    def read(self, value: object, path: str) -> date:
        found = _DATE.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise FormError(
                path, T("请把日期写成“2025-09-18”这样。", "Please write the date as year-month-day: 2025-09-18.")
            )
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            message = T(
                "日历上没有“{day}”这一天。请再看一下月份和日子。", "There is no day {day}. Please check the date."
            )
            raise FormError(path, message.fill(day=found[0])) from None


@dataclass(frozen=True)
class Month(Kind):
    """A calendar month, ``YYYY-MM``; read as its first day."""

    error: ClassVar[T] = T("请填月份，比如 2025年9月。", "Please give the month, such as September 2025.")

    def read(self, value: object, path: str) -> date:
        found = _MONTH.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            raise FormError(path, T("请把月份写成“2025-09”这样。", "Please write the month as year-month: 2025-09."))
        try:
            return date(int(found[1]), int(found[2]), 1)
        except ValueError:
            message = T("没有“{month}”这个月。请再看一下月份。", "There is no month {month}. Please check it.")
            raise FormError(path, message.fill(month=found[0])) from None

    def say(self, value: Value) -> object:
        assert isinstance(value, date)
        return month_in_words(value)


@dataclass(frozen=True)
class SchoolYear(Kind):
    """A school year (学年), two years that follow each other: ``2024-2025``."""

    error: ClassVar[T] = T("请填学年，比如 2025-2026。", "Please give the school year, such as 2025-2026.")

    def read(self, value: object, path: str) -> str:
        found = _SCHOOL_YEAR.fullmatch(value) if isinstance(value, str) else None
        if found is None or int(found[2]) != int(found[1]) + 1:
            message = T(
                "请把学年写成“2025-2026”这样，前后两年要连着。",
                "Please write the school year as two years in a row: 2025-2026.",
            )
            raise FormError(path, message)
        return found[0]


@dataclass(frozen=True)
class Monthly(Kind):
    """Twelve whole numbers, one a month."""

    error: ClassVar[T] = T("请把 12 个月的人数都填上。", "Please give a number for each of the 12 months.")

    def read(self, value: object, path: str) -> tuple[int, ...]:
        if not isinstance(value, list) or len(value) != 12 or not all(_is_count(one) for one in value):
            message = T(
                "这里要填 12 个月的人数，每个都是 0 或者更大的整数。",
                "Twelve whole numbers from 0 on are needed here, one a month.",
            )
            raise FormError(path, message)
        return tuple(value)

    def say(self, value: Value) -> object:
        return value


@dataclass(frozen=True)
class Money(Kind):
    """Yuan as a string, with at most two decimals, never negative."""

    error: ClassVar[T] = T("请填金额，比如 3691.20。", "Please give the amount, such as 3691.20.")

    def read(self, value: object, path: str) -> Decimal:
        if not isinstance(value, str) or _MONEY.fullmatch(value) is None:
            message = T(
                "请把金额写成“3691.20”这样，不带逗号和“元”字。",
                'Please write the amount like "3691.20", as a string, without comma, sign or unit.',
            )
            raise FormError(path, message)
        if len(value) > _LONGEST_MONEY:
            raise FormError(path, T("这个金额太大了，请再看一下。", "This amount is too large. Please check it."))
        return Decimal(value)

    def say(self, value: Value) -> object:
        assert isinstance(value, Decimal)
        return f"{value:,f}"


@dataclass(frozen=True)
class Table(Kind):
    """A list of rows. ``key`` names the column that no two rows share, and that every row fills if ``keyed``.

    ``check`` may find something wrong with rows that are right one by one; it says what to do.
    """

    columns: tuple[Fact, ...]
    key: str | None = None
    keyed: bool = True
    check: Callable[[tuple[Row, ...]], T | None] | None = None
    error: ClassVar[T] = T("请至少填一行。", "Please fill in at least one row.")

    def read(self, value: object, path: str) -> tuple[Row, ...]:
        rows = self.rows(value, path)
        if self.key is not None:
            keys = [row[self.key] for row in rows if self.keyed or row[self.key] is not None]
            if None in keys:
                message = T("有一行没有填“{column}”。请补上。", "A row lacks “{column}”. Please fill it in.")
                raise FormError(path, message.fill(column=self.key))
            if len(set(keys)) < len(keys):
                message = T(
                    "有两行的“{column}”一样。请只留一行。", "Two rows have the same “{column}”. Please keep one."
                )
                raise FormError(path, message.fill(column=self.key))
        if self.check is not None and (wrong := self.check(rows)) is not None:
            raise FormError(path, wrong)
        return rows

    def rows(self, value: object, path: str, *, begun: bool = False) -> tuple[Row, ...]:
        """The rows, each by itself: not yet whether they go together. ``begun``: nested lists likewise."""
        if not isinstance(value, list):
            raise FormError(path, T("这里要填一张清单。", "A list is needed here."))
        return tuple(self._row(row, f"{path}[{number}]", begun) for number, row in enumerate(value))

    def say(self, value: Value) -> object:
        assert isinstance(value, tuple)
        return Lines(self._say_row(row) for row in value) if value else EMPTY

    def _say_row(self, row: object) -> T:
        assert isinstance(row, Mapping)
        said = [
            T("{name}：{value}", "{name}: {value}").fill(name=column.question, value=column.say_typed(row[column.name]))
            for column in self.columns
        ]
        return T("{parts}", "{parts}").fill(parts=said)

    def _row(self, row: object, path: str, begun: bool) -> Row:
        if not isinstance(row, Mapping):
            raise FormError(path, T("这一行填得不完整，请重新填。", "This row is no object. Please fill it in again."))
        found: dict[str, Value | None] = {}
        for column in self.columns:
            value, place = row.get(column.name), f"{path}.{column.name}"
            if value is None:
                found[column.name] = None
            elif begun and isinstance(column.kind, Table):
                found[column.name] = column.kind.rows(value, place, begun=True)
            else:
                found[column.name] = column.kind.read(value, place)
        return found


@dataclass(frozen=True)
class Fact:
    """One question and its answer.

    ``why`` says why we ask; ``error`` what to do when the answer is missing; ``asked_of`` is ``"applicant"`` or
    ``"<kind of step>/<department>"``. ``rule=False`` marks what people need and no rule reads: ``assess`` passes over
    it. ``required`` means that an application is not sent without an answer ("I am not sure" is one). ``source`` names
    the register or the kind of record that may know the answer (``casework/registers``, ``casework/records.py``).
    """

    name: str
    kind: Kind
    question: T
    error: T = _UNSAID
    hint: T | None = None
    why: T | None = None
    asked_if: Predicate | None = None
    asked_of: str = APPLICANT
    rule: bool = True
    required: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        if self.error is _UNSAID:
            object.__setattr__(self, "error", self.kind.error)

    def read(self, value: object, path: str = "") -> Value | None:
        """The typed value of a JSON value, None for null. Raises FormError naming ``path``, else the fact."""
        return None if value is None else self.kind.read(value, path or self.name)

    def is_asked(self, facts: Mapping[str, object]) -> bool:
        return is_asked(self.asked_if, facts)

    def say(self, value: object) -> object:
        """A JSON value in words, for display or ``T.fill``; "not filled in" or "I am not sure" where it is null.

        A list that is only begun is said as far as it has come.
        """
        if isinstance(self.kind, Table) and value is not None:
            return self.say_typed(self.kind.rows(value, self.name, begun=True))
        return self.say_typed(self.read(value))

    def say_typed(self, value: Value | None) -> object:
        """The same for a value that was read."""
        if value is None:
            return NOT_SURE if self.kind.may_be_unsure else EMPTY
        return self.kind.say(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST
