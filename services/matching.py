"""Matching a job seeker with vacancies (岗位匹配): plain functions over plain values.

Hard conditions exclude: skills the employer cannot do without, the education asked, hours that the seeker cannot work.
The rest scores. Ranked by score, then what closes first, then the older vacancy; so the order of the input plays no part.
A person decides: the list suggests, with its reasons in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from policy.text import T
from services.lists import ACCOMMODATIONS, EDUCATION, FIELDS, HOURS, SKILLS

FIELD, SKILL, TOWN, NEED, PAY = 4, 2, 3, 3, 2  # points
LACKS = -2  # for each accommodation needed that is not offered: it may still be asked for
# Words that the seeker reads of themselves and the office of somebody else: they address nobody.
ASKS_SKILL = T("要会{skill}", "asks for {skill}")
ASKS_LEVEL = T("学历要{level}", "asks for {level}")
HOURS_APART = T("工作时间合不上", "the hours do not fit")
WISHED = T("是想做的工作：{field}", "work that is wished for: {field}")
KNOWN = T("会{skill}", "skill at hand: {skill}")
NEAR = T("在想去的镇或街道", "in the town wished for")
HAS = T("有需要的{need}", "has what is needed: {need}")
LACKING = T("没有写有{need}，可以问", "does not say it has {need}; ask")
PAYS = T("工资够想要的", "pays what is wished for")
PAYS_LESS = T("工资比想要的少", "pays less than is wished for")
FITTING = T("时间合适：{hours}", "the hours fit: {hours}")
_LEVEL = {key: level for level, key in enumerate(EDUCATION)}


@dataclass(frozen=True)
class Seeker:
    """What matching reads of a profile. `pay` is the least wished a month, None for any; `town` where they wish to work."""

    skills: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    education: str = ""
    town: int | None = None
    needs: frozenset[str] = frozenset()
    pay: int | None = None


@dataclass(frozen=True)
class Offer:
    """What matching reads of a vacancy. `pay` is the most that it pays a month, None where that is to be agreed."""

    key: int
    until: date
    field: str = ""
    must: frozenset[str] = frozenset()
    useful: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()
    education: str = ""
    town: int | None = None
    offers: frozenset[str] = frozenset()
    pay: int | None = None


@dataclass(frozen=True)
class Match:
    """A vacancy that fits, its points, and why; `against` is what speaks against it without excluding it."""

    key: int
    score: int
    because: tuple[T, ...]
    against: tuple[T, ...] = ()


def excluded(seeker: Seeker, offer: Offer) -> tuple[T, ...]:
    """The hard conditions that are not met, in words; none where the vacancy is possible."""
    found = [ASKS_SKILL.fill(skill=SKILLS[key]) for key in sorted(offer.must - seeker.skills)]
    if _LEVEL[seeker.education] < _LEVEL[offer.education]:
        found.append(ASKS_LEVEL.fill(level=EDUCATION[offer.education]))
    if offer.hours and seeker.hours and not offer.hours & seeker.hours:
        found.append(HOURS_APART)
    return tuple(found)


def judge(seeker: Seeker, offer: Offer) -> Match | None:
    """The match of one vacancy; None where a hard condition excludes it."""
    if _is_out(seeker, offer):
        return None
    score, because, against = 0, [], []
    if offer.field in seeker.fields:
        score += FIELD
        because.append(WISHED.fill(field=FIELDS[offer.field]))
    for key in sorted((offer.must | offer.useful) & seeker.skills):
        score += SKILL
        because.append(KNOWN.fill(skill=SKILLS[key]))
    if seeker.town is not None and offer.town == seeker.town:
        score += TOWN
        because.append(NEAR)
    for key in sorted(seeker.needs & offer.offers):
        score += NEED
        because.append(HAS.fill(need=ACCOMMODATIONS[key]))
    for key in sorted(seeker.needs - offer.offers):
        score += LACKS
        against.append(LACKING.fill(need=ACCOMMODATIONS[key]))
    if seeker.hours & offer.hours:
        because.append(FITTING.fill(hours=HOURS[min(seeker.hours & offer.hours)]))
    if seeker.pay is not None and offer.pay is not None:
        if offer.pay >= seeker.pay:
            score += PAY
            because.append(PAYS)
        else:
            score -= PAY
            against.append(PAYS_LESS)
    return Match(offer.key, score, tuple(because), tuple(against))


def ranked(seeker: Seeker, offers: Iterable[Offer], most: int | None = None) -> list[Match]:
    """The vacancies that fit, best first; at most so many."""
    until = {}
    found = []
    for offer in offers:
        match = judge(seeker, offer)
        if match is not None:
            until[offer.key] = offer.until
            found.append(match)
    found.sort(key=lambda one: (-one.score, until[one.key], one.key))
    return found if most is None else found[:most]


def _is_out(seeker: Seeker, offer: Offer) -> bool:
    """As `excluded`, without the words: most vacancies are asked only this."""
    return (
        not offer.must <= seeker.skills
        or _LEVEL[seeker.education] < _LEVEL[offer.education]
        or bool(offer.hours and seeker.hours and not offer.hours & seeker.hours)
    )


def known(keys: Sequence[str], words: dict[str, T]) -> bool:
    """Whether every key is one of the list."""
    return set(keys) <= set(words)
