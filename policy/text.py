"""Text in both languages of the service, Chinese the original."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache

_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


# What another district says instead (区别用语): pairs of written and said, by language; none where the texts were written.
LocalWords = Mapping[str, Sequence[tuple[str, str]]]
_local: ContextVar[LocalWords | None] = ContextVar("local_words", default=None)


@contextmanager
def local_words(words: LocalWords | None) -> Iterator[None]:
    """Within, texts are said in a district's words: each pair in its order, the longer name before the shorter."""
    token = _local.set(words or None)
    try:
        yield
    finally:
        _local.reset(token)


def in_local_words(text: str, lang: str) -> str:
    """A text of ours as the district of the moment says it; `lang` is "zh" or "en"."""
    words = _local.get()
    if words is None:
        return text
    for written, said in words.get(lang, ()):
        text = text.replace(written, said)
    return text


class MissingPlaceholder(KeyError):
    """A text was filled without a value that it names."""


class Lines(tuple["T", ...]):
    """Several texts as one value of a text: said one after the other with a semicolon between them."""


class T:
    """One text, said in Chinese and in English.

    ``{name}`` marks a placeholder; both languages must use the same ones. A filled text has none left, even where a
    value happens to contain braces. A filled text is put into words when it is read: most of a trace never is.
    """

    __slots__ = ("_en", "_template", "_values", "_zh")

    def __init__(self, zh: str, en: str, *, filled: bool = False) -> None:
        if not zh.strip() or not en.strip():
            raise ValueError(f"a text needs both languages: {zh!r} / {en!r}")
        self._zh: str | None = zh
        self._en: str | None = en
        self._template: T | None = None
        self._values: Mapping[str, object] = _FILLED if filled or "{" not in zh + en else _OPEN
        if self._values is _OPEN and set(_PLACEHOLDER.findall(zh)) != set(_PLACEHOLDER.findall(en)):
            raise ValueError(f"the two languages name different placeholders: {zh!r} / {en!r}")

    @property
    def zh(self) -> str:
        return in_local_words(self.written_zh, "zh")

    @property
    def en(self) -> str:
        return in_local_words(self.written_en, "en")

    @property
    def written_zh(self) -> str:
        """As it was written, whichever district reads it."""
        if self._zh is None:
            assert self._template is not None
            self._zh = _put(self._template.written_zh, self._values, _say_zh)
        return self._zh

    @property
    def written_en(self) -> str:
        if self._en is None:
            assert self._template is not None
            self._en = _put(self._template.written_en, self._values, _say_en)
        return self._en

    @property
    def placeholders(self) -> frozenset[str]:
        return _names(self.written_zh) if self._values is _OPEN else frozenset()

    def fill(self, **values: object) -> T:
        """The text with every placeholder replaced; values that it does not name are ignored.

        Raises MissingPlaceholder where a value is absent. A value that cannot be said in words is a TypeError when the
        text is read.
        """
        if self._values is not _OPEN:
            return self
        missing = self.placeholders - values.keys()
        if missing:
            raise MissingPlaceholder(", ".join(sorted(missing)))
        return self.filled_from(values)

    def filled_from(self, values: Mapping[str, object]) -> T:
        """As ``fill``, from a mapping that is looked up when the text is read; a KeyError then for an absent value."""
        if self._values is not _OPEN:
            return self
        text = T.__new__(T)
        text._zh = text._en = None
        text._template, text._values = self, values
        return text

    def in_(self, lang: str) -> str:
        """The text in ``lang``: "zh", "zh-hans" and the like, or "en". Raises ValueError for another language."""
        return self.zh if language(lang) == "zh" else self.en

    def __eq__(self, other: object) -> bool:
        return isinstance(other, T) and (self.written_zh, self.written_en) == (other.written_zh, other.written_en)

    def __hash__(self) -> int:
        return hash((self.written_zh, self.written_en))

    def __repr__(self) -> str:
        return f"T({self.written_zh!r}, {self.written_en!r})"


_OPEN: Mapping[str, object] = {}
_FILLED: Mapping[str, object] = {"": ""}  # tells the texts without open placeholders from the others


@cache
def language(lang: str) -> str:
    """ "zh" or "en" for a language code. Raises ValueError for a language that the texts do not have."""
    base = lang.lower().replace("_", "-").split("-")[0]
    if base not in ("zh", "en"):
        raise ValueError(f"no texts in {lang!r}")
    return base


@cache
def month_in_words(month: date) -> T:
    """A month (its first day): 2024年7月, July 2024."""
    return T(f"{month.year}年{month.month}月", f"{_MONTHS[month.month - 1]} {month.year}")


@cache
def percent(rate: Decimal) -> str:
    """A rate as people write it: 0.015 is 1.5%."""
    return f"{(rate * 100).normalize():,f}%"


@cache
def _names(template: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(template))


@cache
def _parts(template: str) -> tuple[str, ...]:
    """Words and names in turn."""
    return tuple(_PLACEHOLDER.split(template))


def _put(template: str, values: Mapping[str, object], say: Callable[[object], str]) -> str:
    parts = list(_parts(template))
    for place in range(1, len(parts), 2):
        parts[place] = say(values[parts[place]])
    return "".join(parts)


def _say_zh(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, T):
        return value.written_zh
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Lines):
        return "；".join(line.written_zh for line in value)
    if isinstance(value, tuple | list):
        return "、".join(_say_zh(one) for one in value)
    return _say_plainly(value)


def _say_en(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, T):
        return value.written_en
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, Lines):
        return "; ".join(line.written_en for line in value)
    if isinstance(value, tuple | list):
        return ", ".join(_say_en(one) for one in value)
    return _say_plainly(value)


def _say_plainly(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"cannot be said in a text: {value!r}")
