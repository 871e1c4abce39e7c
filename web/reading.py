"""What people type, understood: full-width digits, spaces, dates in many forms, numbers in words.

Each function gives the value or raises `NotUnderstood` with a sentence that says what to do.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import TypeVar

from policy import T

Day = TypeVar("Day", date, datetime)

_CHINESE = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_MONTHS = {
    name: number
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}  # fmt: skip
_SEPARATED = re.compile(r"^(\d{4})\s*[-./年,\s]\s*(\d{1,2})\s*[-./月,\s]\s*(\d{1,2})\s*[日号]?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_ENGLISH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})$", re.IGNORECASE)
_AMERICAN = re.compile(r"^([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", re.IGNORECASE)


class NotUnderstood(ValueError):
    def __init__(self, text: T) -> None:
        super().__init__(text.en)
        self.text = text


# Full-width digits and letters become half-width; punctuation stays as it was written.
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def plain(text: str) -> str:
    """Words as they were written, without NUL and other control characters, without spaces around."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return kept.translate(_WIDE).strip()


def narrow(text: str) -> str:
    """The same for numbers, dates and telephones: every full-width form becomes half-width."""
    return plain(unicodedata.normalize("NFKC", text))


def read_date(text: str) -> date:
    """A day from 2024-3-1, 2024.3.1, 2024年3月1日, 20240301, 二〇二四年三月一日, 1 March 2024 and their like."""
    said = _digits(narrow(text))
    if not said:
        raise NotUnderstood(T("请填日期，比如 2025年9月18日。", "Please give the date, such as 18 September 2025."))
    found = _SEPARATED.match(said) or _COMPACT.match(said)
    if found:
        year, month, day = (int(part) for part in found.groups())
    elif english := _ENGLISH.match(said):
        day, month, year = int(english[1]), _MONTHS.get(english[2].lower(), 0), int(english[3])
    elif american := _AMERICAN.match(said):
        month, day, year = _MONTHS.get(american[1].lower(), 0), int(american[2]), int(american[3])
    else:
        raise NotUnderstood(
            T(
                "这个日期我们没看懂。请写成“2025年9月18日”这样，年、月、日都写上。",
                "We could not read this date. Please write it like 2025-9-18.",
            )
        )
    if not 1 <= month <= 12:
        raise NotUnderstood(
            T(
                "一年里没有 {month} 月。请看一下证书，再填月份和日子。",
                "There is no month {month}. Please check the certificate.",
            ).fill(month=month)
        )
    try:
        return date(year, month, day)
    except ValueError:
        raise NotUnderstood(
            T("{month} 月没有 {day} 日。请再看一下日子。", "Month {month} has no day {day}. Please check it.").fill(
                month=month, day=day
            )
        ) from None


def read_integer(text: str) -> int:
    """A whole number from 1, １, 第1名, 第一, 三."""
    said = narrow(text).removeprefix("第").removesuffix("名").strip()
    said = _chinese_number(said) or said
    if not re.fullmatch(r"\d{1,9}", said):
        raise NotUnderstood(T("请只写数字，比如 1。", "Please write a number only, such as 1."))
    return int(said)


def _digits(text: str) -> str:
    """Chinese numerals in a date become digits: 二〇二五年十二月三日."""
    if not any(c in _CHINESE or c == "十" for c in text):
        return text
    parts = re.split(r"([年月日号])", text)
    return "".join(_chinese_number(part) or part for part in parts)


def _chinese_number(text: str) -> str:
    if not text or any(c not in _CHINESE and c != "十" for c in text):
        return ""
    if "十" not in text:
        return "".join(str(_CHINESE[c]) for c in text)
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return ""
    return str((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0))


def read_key(text: str) -> int:
    """The key of a row, or a number that a page sent along; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def place(at: date, key: int) -> str:
    """Where the next page of a list begins: after the row with this day, or moment, and key."""
    return f"{at.isoformat()}.{key}"


def read_place(text: str, kind: type[Day]) -> tuple[Day, int] | None:
    """The place in a link; anything else is the first page."""
    at, _, key = text.rpartition(".")
    try:
        day, pk = kind.fromisoformat(at), int(key[:18])
    except ValueError:
        return None
    return None if isinstance(day, datetime) and day.tzinfo is None else (day, pk)
