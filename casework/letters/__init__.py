"""Letters (文书) as tagged PDFs: the frozen facts of a decision or a notice in, the finished bytes out."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from casework.letters import notices, wording
from policy.text import language as base_language

_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_VARIATION_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_UNBROKEN = re.compile(r"[!-\u2e7f]{30}(?=[!-\u2e7f])")
_BREAK = "\u200b"
_STAND_INS = {ord("−"): "–"}
"""The fonts have no minus sign."""
_STRAIGHT_QUOTES = {ord("“"): '"', ord("”"): '"', ord("‘"): "'", ord("’"): "'"}
"""The font draws curly ones as wide as a Chinese character."""


class LetterFailed(Exception):
    """The compiler refused a letter: the message is its own."""


def render(facts: Mapping[str, Any], language: str) -> bytes:
    """A letter as a PDF (PDF/A-2a and PDF/UA-1), in Chinese, or English where `language` says so.

    `facts` are those that `flows.letters` froze, with "number" and, where there are, "notice" and "verify_url". The
    same facts give the same bytes on any machine. Characters that show nothing are dropped; one that the fonts lack is
    printed as 〓 with its code. Raises KeyError or ValueError for facts that are not whole, and LetterFailed.
    """
    words = _said(facts, language)
    return _compiled([words], words["title"], words["author"])


def render_batch(letters: Sequence[tuple[Mapping[str, Any], str]]) -> bytes:
    """Several letters in one PDF to print, each from a new sheet's front page, its pages numbered from 1.

    Raises as `render`, and ValueError where there is none.
    """
    if not letters:
        raise ValueError("no letter to print")
    said = [_said(facts, language) for facts, language in letters]
    return _compiled(said, f"{said[0]['number']} … {said[-1]['number']}", said[0]["author"])


def _said(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The words of one letter, its code with them."""
    lang = base_language(language)
    url = _checked_url(facts.get("verify_url") or "")
    say = notices.say if facts["kind"] in notices.KINDS else wording.say
    words = say(_printable(facts, _STAND_INS if lang == "zh" else _STAND_INS | _STRAIGHT_QUOTES), lang)
    if words["verify"]:
        words["verify"] |= {"url": url, "code": _qr_code(url)}
    return words


def _compiled(letters: list[dict[str, Any]], title: str, author: str) -> bytes:
    written = max(datetime(**one["date"], tzinfo=UTC) for one in letters)
    said = {"title": title, "author": author, "letters": letters}
    try:
        return typst.compile(
            _HERE / "letter.typ",
            root=_HERE,
            font_paths=_fonts(),
            sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"],  # The compiler refuses to write a letter that breaks either.
            timestamp=written,
            format="pdf",
        )
    except typst.TypstError as error:
        raise LetterFailed(f"{error.message} {' '.join(error.hints)}".strip()) from error


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def _checked_url(url: str) -> str:
    if url and not re.fullmatch(r"https?://[!-~]{1,400}", url):
        raise ValueError("verify_url must be an ASCII http or https address of at most 400 characters")
    return url


def _qr_code(url: str) -> str:
    out = io.BytesIO()
    segno.make_qr(url, error="m").save(out, kind="svg", border=2, light="white", xmldecl=False, nl=False)
    return out.getvalue().decode()


def _printable(value: Any, instead: dict[int, str]) -> Any:
    """The facts with each text in characters that the fonts have, and long unbroken runs made breakable."""
    if isinstance(value, str):
        shown = "".join(map(_printable_character, unicodedata.normalize("NFC", value.translate(instead))))
        return _UNBROKEN.sub(lambda run: run[0] + _BREAK, " ".join(shown.split()))
    if isinstance(value, Mapping):
        return {key: _printable(one, instead) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, instead) for one in value]
    return value


def _printable_character(char: str) -> str:
    if char.isspace():
        return " "
    if _is_covered(ord(char)):
        return char
    shows_nothing = unicodedata.category(char) in ("Cc", "Cf") or ord(char) in _VARIATION_SELECTORS
    return "" if shows_nothing else f"〓[U+{ord(char):04X}]"


def _is_covered(code: int) -> bool:
    starts, ends = _coverage()
    at = bisect_right(starts, code) - 1
    return at >= 0 and code <= ends[at]


@cache
def _coverage() -> tuple[list[int], list[int]]:
    """The first and the last codes of the ranges that the regular font covers."""
    pairs = [one.partition("-") for one in (_FONTS / "coverage.txt").read_text("ascii").split()]
    return [int(first, 16) for first, _, _ in pairs], [int(last or first, 16) for first, _, last in pairs]
