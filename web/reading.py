"""What people type, understood: full-width digits, spaces, dates in many forms, numbers in words.

Each function gives the value or raises `NotUnderstood` with a sentence that says what to do.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from stdnum.cn import uscc

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


EARLIEST_YEAR = 1900  # nobody tells of a day before it; what looks like one is a slip


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
    if year < EARLIEST_YEAR:
        raise NotUnderstood(
            T(
                "年份写的是 {year} 年。请再看一下，年份写四位数。",
                "The year reads {year}. Please check it; a year has four digits.",
            ).fill(year=str(year))
        )
    if not 1 <= month <= 12:
        raise NotUnderstood(
            T(
                "一年里没有 {month} 月。请再看一下，填月份和日子。",
                "There is no month {month}. Please check the date.",
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


_MONEY_WORDS = re.compile(r"^(?:人民币|rmb|cny|[¥￥])\s*|\s*(?:元整|元|圆|块钱|块|yuan|rmb)$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,2})?")
_AMOUNT = re.compile(r"\d+(?:\.\d{1,2})?")
_MOST_DIGITS = 12  # of an amount, before its point
_MONTH = re.compile(r"^(\d{4})\s*[-./年,\s]\s*(\d{1,2})\s*月?(?:份)?$")
_COMPACT_MONTH = re.compile(r"^(\d{4})(\d{2})$")
_NAMED_MONTH = re.compile(r"^([a-z]{3})[a-z]*\.?,?\s+(\d{4})$", re.IGNORECASE)
_SCHOOL_YEAR = re.compile(r"^(\d{4})年?(?:\s*[-–—−~/至到]+\s*(\d{4})年?)?\s*(?:学年)?度?$")


def read_money(text: str) -> str:
    """Yuan with two decimals, from 1200, 1,200, １２００元, ¥1200.5, 1.2万."""
    said = _MONEY_WORDS.sub("", _MONEY_WORDS.sub("", narrow(text)))
    times = 10_000 if said.endswith("万") else 1
    said = said.removesuffix("万").strip()
    if _GROUPED.fullmatch(said):
        said = said.replace(",", "").replace(" ", "")
    if not _AMOUNT.fullmatch(said) and not (times > 1 and re.fullmatch(r"\d+(?:\.\d{1,6})?", said)):
        raise NotUnderstood(
            T("请只写金额，比如 1200 或者 3691.20。没有就写 0。", "Please write the amount only, such as 1200 or 3691.20. Write 0 if none.")
        )  # fmt: skip
    if len(said.partition(".")[0].lstrip("0")) > _MOST_DIGITS:
        raise NotUnderstood(T("这个金额太大了，请再看一下。", "This amount is too large. Please check it."))
    return f"{Decimal(said) * times:.2f}"


_CLOCK = re.compile(r"(\d{1,2})[:：.点时](\d{2})?分?")
_SCORE = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
_NOT_THERE = ("缺考", "缺", "没来", "absent")


def read_time(text: str) -> time:
    """A time of the day from 9:00, 9：30, 9点."""
    found = _CLOCK.fullmatch(narrow(text).replace(" ", ""))
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise NotUnderstood(T("请写几点，比如 9:00。", "Please give the time, such as 9:00."))
    return time(int(found[1]), int(found[2] or 0))


def read_mark(text: str) -> Decimal:
    """A number of marks, two decimals at most."""
    said = narrow(text).removesuffix("分").strip()
    if not _SCORE.fullmatch(said):
        raise NotUnderstood(T("请写一个数，比如 85.5。", "Please write a number, such as 85.5."))
    return Decimal(said)


def read_score(text: str) -> Decimal | None:
    """A score, or None for who did not come (缺考)."""
    return None if narrow(text).strip().lower() in _NOT_THERE else read_mark(text)


def read_month(text: str) -> str:
    """A month as 2025-09, from 2025年9月, 2025.9, 202509, 二〇二五年九月, September 2025."""
    said = _digits(narrow(text).removesuffix("份"))
    found = _MONTH.match(said) or _COMPACT_MONTH.match(said)
    if found:
        year, month = int(found[1]), int(found[2])
    elif named := _NAMED_MONTH.match(said):
        year, month = int(named[2]), _MONTHS.get(named[1].lower(), 0)
    else:
        raise NotUnderstood(T("请写年和月，比如 2025年9月。", "Please give year and month, such as September 2025."))
    if not 1 <= month <= 12 or not year:
        raise NotUnderstood(
            T("一年里没有 {month} 月。请再看一下。", "There is no month {month}. Please check it.").fill(month=month)
        )
    return f"{year:04d}-{month:02d}"


def read_year(text: str) -> int:
    """A year, from 2025, 2025年, 二〇二五年."""
    said = _digits(narrow(text)).removesuffix("年")
    if not re.fullmatch(r"\d{4}", said):
        raise NotUnderstood(T("请写年份，四位数字，比如 2025。", "Please give the year in four digits, such as 2025."))
    return int(said)


def read_school_year(text: str) -> str:
    """A school year as 2025-2026, from 2025—2026学年, 2025至2026, 2025."""
    found = _SCHOOL_YEAR.match(_digits(narrow(text)))
    first = int(found[1]) if found else 0
    if found is None or not 1 <= first < 9999 or int(found[2] or first + 1) != first + 1:
        raise NotUnderstood(
            T("请写学年，前后两年要连着，比如 2025-2026。", "Please write two years in a row, such as 2025-2026.")
        )
    return f"{first:04d}-{first + 1:04d}"


def read_monthly(text: str) -> list[int]:
    """Twelve numbers with spaces, commas or line breaks between them; one number stands for every month."""
    parts = [part for part in re.split(r"[\s,、;]+", narrow(text)) if part]
    numbers = [part.removesuffix("人").removesuffix("名") for part in parts]
    if not all(re.fullmatch(r"\d{1,9}", one) for one in numbers):
        raise NotUnderstood(
            T("请只写数字，中间用空格或逗号隔开。", "Please write numbers only, with spaces or commas between them.")
        )
    if len(numbers) not in (1, 12):
        raise NotUnderstood(
            T("要写 1 个或者 12 个数，现在有 {n} 个。", "One number or twelve are needed; there are {n}.").fill(n=len(numbers))
        )  # fmt: skip
    return [int(one) for one in numbers] * (12 if len(numbers) == 1 else 1)


def _digits(text: str) -> str:
    """Chinese numerals in a date become digits: 二〇二五年十二月三日."""
    if not any(c in _CHINESE or c == "十" for c in text):
        return text
    parts = re.split(r"(学年|[年月日号]|[-–—−~/至到])", text)
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


_MOBILE = re.compile(r"1[3-9]\d{9}")
_INVENTED_MOBILE = re.compile(r"1060000\d{4}")  # the demonstration's: nobody's


def read_mobile(text: str) -> str:
    """A mobile number of eleven digits, from 138 0000 0000, +86-138…, １３８…."""
    said = re.sub(r"[\s()\-–—·.]", "", narrow(text))
    said = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", said)
    if _MOBILE.fullmatch(said) or (settings.DEMONSTRATION and _INVENTED_MOBILE.fullmatch(said)):
        return said
    raise NotUnderstood(
        T("请写手机号，一共 11 位数字。座机收不到短信。", "Please give a mobile number, 11 digits. A landline gets no text messages.")
    )  # fmt: skip


def read_email(text: str) -> str:
    """An e-mail address, full-width characters and a Chinese full stop understood."""
    said = re.sub(r"\s", "", narrow(text)).replace("。", ".")
    local, _, host = said.rpartition("@")
    try:
        validate_email(said)
        said.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        raise NotUnderstood(
            T("这个邮箱地址我们没看懂。请写成 name@example.com 这样。", "We could not read this address. Please write it like name@example.com.")
        ) from None  # fmt: skip
    return f"{local}@{host.lower()}"


def read_credit_code(text: str) -> str:
    """A unified social credit code (统一社会信用代码, GB 32100) of 18 characters, its check character right."""
    said = re.sub(r"[\s\-]", "", narrow(text)).upper()
    if not uscc.is_valid(said):
        raise NotUnderstood(
            T(
                "请再看一下统一社会信用代码：一共 18 位，照执照上写。",
                "Please check the credit code: 18 characters, as on the licence.",
            )
        )
    return said


def read_sent_code(text: str) -> str:
    """Six digits, with or without spaces between them."""
    said = re.sub(r"[\s\-]", "", narrow(text))
    if not re.fullmatch(r"[0-9]{6}", said):
        raise NotUnderstood(T("请填收到的 6 位数字。", "Please type the 6 digits that you received."))
    return said


def read_mandate_code(text: str) -> str:
    """The twelve digits of a code for a mandate, in groups or not."""
    said = re.sub(r"[\s\-‐‑–—−]", "", narrow(text))
    if not re.fullmatch(r"[0-9]{12}", said):
        raise NotUnderstood(T("请填 12 位数字的授权码。", "Please type the 12 digits of the code."))
    return said


def read_code(text: str) -> str:
    """The digits of a code from a phone (6), or of a recovery code (12), with spaces, hyphens or full-width digits."""
    digits = re.sub(r"[\s\-‐‑–—−]", "", narrow(text))
    if not re.fullmatch(r"[0-9]{6}|[0-9]{12}", digits):
        raise NotUnderstood(
            T(
                "请输入手机上的 6 位数字；手机不在身边，就输一个 12 位的恢复码。",
                "Please type the 6 digits on the phone; without the phone, a recovery code of 12 digits.",
            )
        )
    return digits


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
