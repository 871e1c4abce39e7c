"""The guide texts of each measure, for people, with the days filled in from the parameters."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from policy.parameters import Parameters, load
from policy.registry import measure
from policy.text import T, in_local_words, percent

KEYS = (
    "lead",
    "three_sentences",
    "who",
    "what",
    "bring",
    "chain",
    "long",
    "whom",
    "clause",
    "notes",
)
#: the languages of a guide and the file of each; "easy" is easy-read Chinese
FILES = {"zh": "zh", "zh-hans": "zh", "en": "en", "easy": "easy", "easy.en": "easy.en"}
_FOLDER = Path(__file__).with_name("guides")
_HEADING = re.compile(r"^## (\w+)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)(%?)\}")
_NOT_YET = T("（还没有公布）", "(not announced yet)")


class GuideMissing(LookupError):
    """There is no guide in this language, or it names a parameter that nobody knows."""


def guide(code: str, lang: str, parameters: Parameters | None = None, on: date | None = None) -> dict[str, str]:
    """The sections of a guide, as Markdown by key (``KEYS``), with the figures in force on a day (today).

    ``{name}`` is a figure, ``{name%}`` a rate as a percentage; one that is not in force is said to be not announced yet.

    Raises UnknownType or GuideMissing.
    """
    measure(code)
    path = _FOLDER / f"{code}.{FILES.get(lang, lang)}.md"
    if lang not in FILES or not path.is_file():
        raise GuideMissing(f"no guide for {code} in {lang!r}")
    parameters = parameters or load()
    day = max(on or date.today(), parameters.period().first)
    text = _PLACEHOLDER.sub(
        lambda found: _figure(found[1], found[2], parameters, day, lang), path.read_text(encoding="utf-8")
    )
    parts = _HEADING.split(text)
    said = "en" if lang.endswith("en") else "zh"
    return {key: in_local_words(body.strip(), said) for key, body in zip(parts[1::2], parts[2::2], strict=True)}


def figures_of(code: str) -> tuple[str, ...]:
    """The parameters that a guide names, in its order. Raises UnknownType."""
    measure(code)
    text = (_FOLDER / f"{code}.zh.md").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(name for name, _ in _PLACEHOLDER.findall(text) if not name.startswith("policy.")))


def _figure(name: str, sign: str, parameters: Parameters, day: date, lang: str) -> str:
    period = parameters.period()
    figures: dict[str, object] = {"policy.from": period.first, "policy.to": period.last or _NOT_YET}
    value = figures.get(name, parameters.value(name, day))
    if value is None and not parameters.named(name):
        raise GuideMissing(f"{name}: no such figure")
    said = _NOT_YET if value is None else percent(value) if sign and isinstance(value, Decimal) else value
    return T("{value}", "{value}").fill(value=said).in_("en" if lang.endswith("en") else "zh")
