"""The policy's own text (实施意见), clause by clause and sentence by sentence: ``policy/opinions.txt``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CHAPTER = re.compile(r"^([一二三四五])、(.+)$")
_CLAUSE = re.compile(r"^（([一二三四五六七八九十]+)）(.+)$")
_ITEM = re.compile(r"^([1-9])、(.+)$")
_ENDS = re.compile(r"[^。；]*[。；](?:（责任单位：[^）]*）)?|[^。；]+$")
_BOOKMARK = re.compile(r"\[bookmark: [^\]]*\]")


@dataclass(frozen=True)
class Clause:
    """One clause: its number as people write it (``三（五）``), its heading (empty where it has none), its sentences."""

    number: str
    heading: str
    sentences: tuple[str, ...]


@cache
def clauses() -> tuple[Clause, ...]:
    """Every clause in the order of the document; what stands before the first chapter is ``题注``."""
    found: list[tuple[str, str, list[str]]] = [("题注", "", [])]
    chapter = ""
    for line in _text().splitlines()[2:]:
        words = _BOOKMARK.sub("", line).strip()
        if not words:
            continue
        if match := _CHAPTER.match(words):
            chapter = match[1]
            found.append((chapter, match[2], []))
        elif match := _CLAUSE.match(words):
            found.append((f"{chapter}（{match[1]}）", match[2], []))
        elif match := _ITEM.match(words):
            found.append((f"{chapter}{match[1]}", "", _sentences(match[2])))
        else:
            found[-1][2].extend(_sentences(words))
    return tuple(Clause(number, heading, tuple(sentences)) for number, heading, sentences in found if sentences)


def numbers() -> tuple[str, ...]:
    return tuple(clause.number for clause in clauses())


def _text() -> str:
    return Path(__file__).with_name("opinions.txt").read_text(encoding="utf-8")


def _sentences(words: str) -> list[str]:
    return [sentence.strip() for sentence in _ENDS.findall(words) if sentence.strip()]
