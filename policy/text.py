"""Text in both languages of the service, Chinese the original."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

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


class MissingPlaceholder(KeyError):
    """A text was filled without a value that it names."""


@dataclass(frozen=True, slots=True)
class T:
    """One text, said in Chinese and in English.

    ``{name}`` marks a placeholder; both languages must use the same ones. A filled text has none left, even where a
    value happens to contain braces.
    """

    zh: str
    en: str
    filled: bool = field(default=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError(f"a text needs both languages: {self.zh!r} / {self.en!r}")
        if not self.filled and set(_PLACEHOLDER.findall(self.zh)) != set(_PLACEHOLDER.findall(self.en)):
            raise ValueError(f"the two languages name different placeholders: {self.zh!r} / {self.en!r}")

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset() if self.filled else frozenset(_PLACEHOLDER.findall(self.zh))

    def fill(self, **values: object) -> T:
        """The text with every placeholder replaced; values that it does not name are ignored.

        Raises MissingPlaceholder where a value is absent and TypeError where one cannot be said in words.
        """
        missing = self.placeholders - values.keys()
        if missing:
            raise MissingPlaceholder(", ".join(sorted(missing)))
        if self.filled:
            return self
        return T(_fill(self.zh, values, _say_zh), _fill(self.en, values, _say_en), filled=True)

    def in_(self, lang: str) -> str:
        """The text in ``lang``: "zh", "zh-hans" and the like, or "en". Raises ValueError for another language."""
        return self.zh if language(lang) == "zh" else self.en


def language(lang: str) -> str:
    """ "zh" or "en" for a language code. Raises ValueError for a language that the texts do not have."""
    base = lang.lower().replace("_", "-").split("-")[0]
    if base not in ("zh", "en"):
        raise ValueError(f"no texts in {lang!r}")
    return base


def _fill(template: str, values: dict[str, object], say: Callable[[object], str]) -> str:
    return _PLACEHOLDER.sub(lambda found: say(values[found[1]]), template)


def _say_zh(value: object) -> str:
    if isinstance(value, T):
        return value.zh
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple | list):
        return "、".join(_say_zh(one) for one in value)
    return _say_plainly(value)


def _say_en(value: object) -> str:
    if isinstance(value, T):
        return value.en
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, tuple | list):
        return ", ".join(_say_en(one) for one in value)
    return _say_plainly(value)


def _say_plainly(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"cannot be said in a text: {value!r}")
