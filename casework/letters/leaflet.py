"""A leaflet (宣传页) of one measure as a tagged PDF: the easy-read guide in large print, with the address as a code."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import typst

from casework.letters import _HERE, LetterFailed, _checked_url, _fonts, _printable, _qr_code
from policy import T
from policy.text import language as base_language

AUTHOR = T("上海市闵行区残疾人联合会", "Minhang Disabled Persons' Federation")
MORE = T("在网上看和申请", "Read more and apply online")


def leaflet(title: str, parts: Sequence[tuple[str, str]], *, language: str, on: date, url: str = "") -> bytes:
    """The PDF (PDF/A-2a and PDF/UA-1) of a title and parts of heading and Markdown, paragraphs and lists alone.

    The same words give the same bytes. Raises LetterFailed, or ValueError for an address that is none.
    """
    lang = base_language(language)
    address = _checked_url(url)
    said = _printable(
        {
            "lang": lang, "title": title, "author": AUTHOR.en if lang == "en" else AUTHOR.zh,
            "more": MORE.en if lang == "en" else MORE.zh,
            "parts": [{"heading": heading, "blocks": _blocks(text)} for heading, text in parts],
        },
        {},
    )  # fmt: skip
    said |= {
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "url": address,
        "code": _qr_code(address) if address else "",
    }
    try:
        return typst.compile(
            _HERE / "leaflet.typ", root=_HERE, font_paths=_fonts(), sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
            pdf_standards=["a-2a", "ua-1"], timestamp=datetime(on.year, on.month, on.day, tzinfo=UTC), format="pdf",
        )  # fmt: skip
    except typst.TypstError as error:
        raise LetterFailed(f"{error.message} {' '.join(error.hints)}".strip()) from error


_MARKS: Final = {"list": re.compile(r"^- "), "steps": re.compile(r"^\d+\. ")}


def _blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs, lists and numbered steps; emphasis marks are dropped."""
    found: list[dict[str, Any]] = []
    for piece in text.replace("**", "").split("\n\n"):
        lines = [line.strip() for line in piece.splitlines() if line.strip()]
        if not lines:
            continue
        kind = next((name for name, mark in _MARKS.items() if all(mark.match(line) for line in lines)), "words")
        items = [_MARKS[kind].sub("", line) for line in lines] if kind in _MARKS else [" ".join(lines)]
        found.append({"kind": kind, "items": items})
    return found
