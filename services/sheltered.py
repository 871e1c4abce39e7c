"""Sharing out the work of a project among sunshine bases (调配规则): plain functions over plain values.

Capacity and suitability must hold: a base gets what its people can do, and never more than it can do by the project's
deadline. The shares together never exceed the volume. Whoever has had the fewest projects so far this year comes first,
then who asked first; so the order of the input plays no part.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from policy.text import T
from services.lists import SKILLS, SUITS

FEWEST = T("今年分到过 {n} 个项目", "{n} projects so far this year")
WITHIN = T("到期前做得了 {n} 件", "able to do {n} pieces by the deadline")
REST = T("分到剩下的 {n} 件", "gets the {n} pieces that are left")
NONE_LEFT = T("前面的分完了", "nothing was left after those before it")
LACKS = T("没有人会{skill}", "nobody there knows {skill}")
NOT_FOR = T("适合的残疾类别对不上：要{kinds}", "suits other kinds of disability: {kinds}")
NO_TIME = T("到期前来不及做", "has no time before the deadline")


@dataclass(frozen=True)
class Work:
    """What is shared: pieces, the skills it takes, the kinds of disability it suits (none named: all)."""

    volume: int
    skills: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Base:
    """A base that asks. `capacity`: pieces that it can do by the project's deadline; `projects`: how many it has had so far
    this year; `asked`: its place in the order in which the requests came."""

    key: int
    capacity: int
    skills: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    projects: int = 0
    asked: int = 0


@dataclass(frozen=True)
class Share:
    """What a base gets, 0 included, and why."""

    key: int
    pieces: int
    because: tuple[T, ...]


def unsuitable(work: Work, base: Base) -> tuple[T, ...]:
    """Why the base can't do this work, in words; none where it can."""
    found = [LACKS.fill(skill=SKILLS[key]) for key in sorted(work.skills - base.skills)]
    if work.kinds and not work.kinds & base.kinds:
        found.append(NOT_FOR.fill(kinds=T(_joined(work.kinds, "zh"), _joined(work.kinds, "en"), filled=True)))
    if base.capacity < 1:
        found.append(NO_TIME)
    return tuple(found)


def share_out(work: Work, bases: Iterable[Base]) -> list[Share]:
    """What every base that asks gets, in the order of the rule; those that can't do it come last, with nothing."""
    ordered = sorted(bases, key=lambda one: (one.projects, one.asked, one.key))
    left, shares, without = max(0, work.volume), [], []
    for base in ordered:
        if why := unsuitable(work, base):
            without.append(Share(base.key, 0, why))
            continue
        pieces = min(base.capacity, left)
        left -= pieces
        because = [FEWEST.fill(n=base.projects), WITHIN.fill(n=base.capacity)]
        if not pieces:
            because.append(NONE_LEFT)
        elif pieces < base.capacity:
            because.append(REST.fill(n=pieces))
        shares.append(Share(base.key, pieces, tuple(because)))
    return shares + without


def _joined(kinds: frozenset[str], language: str) -> str:
    words = [getattr(SUITS[key], language) for key in sorted(kinds)]
    return "、".join(words) if language == "zh" else ", ".join(words)
