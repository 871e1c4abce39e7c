"""The rules of a round, over plain values: sharing out with its working, a change by hand, seats, scores, ranking.

Nothing here knows a database or who asks. Orders never depend on the order of the input.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final

from policy.sums import shared_out

WRITTEN, INTERVIEW = "written", "interview"
PARTS: Final = (WRITTEN, INTERVIEW)
FULL_MARKS: Final = Decimal(100)


# --- sharing out


@dataclass(frozen=True)
class Share:
    """One unit's line of the working: its plan, its exact quota, the whole part, what remains, and what it gets."""

    unit: str
    planned: int
    quota: Fraction
    given: int

    @property
    def whole(self) -> int:
        return int(self.quota)

    @property
    def remainder(self) -> Fraction:
        return self.quota - self.whole

    @property
    def got_one_more(self) -> bool:
        return self.given > self.whole


def share_out(reserved: int, plan: Mapping[str, int]) -> list[Share]:
    """`reserved` posts among the units of the plan (their sum above 0), the largest plan first, then by name."""
    total, given = sum(plan.values()), shared_out(reserved, plan)
    units = sorted(plan, key=lambda unit: (-plan[unit], unit))
    return [Share(unit, plan[unit], Fraction(reserved * plan[unit], total), given[unit]) for unit in units]


def wrong_shares(reserved: int, plan: Mapping[str, int], wished: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with a sharing by hand, by unit; under "" what concerns all of it. Empty: it may stand.

    The keys of the mistakes: `units` (not the units of the plan), `number` (below 0), `above` (above the unit's plan),
    `total` (not the reserved posts in all).
    """
    if set(wished) != set(plan):
        return {"": "units"}
    wrong = {unit: "number" for unit, number in wished.items() if number < 0}
    wrong |= {unit: "above" for unit, number in wished.items() if number > plan[unit]}
    return wrong or ({} if sum(wished.values()) == reserved else {"": "total"})


# --- seats


@dataclass(frozen=True)
class Room:
    """A room of the examination: its seats are numbered from 1."""

    key: int
    seats: int
    ground_floor: bool


@dataclass(frozen=True)
class Seating:
    """Who sits where (room, number), and who found no seat: of those, who needs the ground floor."""

    places: dict[int, tuple[int, int]]
    without: tuple[int, ...]
    without_ground_floor: tuple[int, ...]


def seat(people: Mapping[int, bool], rooms: Sequence[Room]) -> Seating:
    """Seats for people by key, True for those who need the ground floor: they get it first, the smallest key first.

    The others fill the upper rooms, then what is left on the ground floor.
    """
    ground = _seats(room for room in _in_order(rooms) if room.ground_floor)
    upper = _seats(room for room in _in_order(rooms) if not room.ground_floor)
    need = sorted(key for key, needs in people.items() if needs)
    others = sorted(key for key, needs in people.items() if not needs)
    places = dict(zip(need, ground, strict=False))
    places |= dict(zip(others, [*upper, *ground[len(need) :]], strict=False))
    without = tuple(sorted(set(people) - set(places)))
    return Seating(places, without, tuple(key for key in without if people[key]))


def _in_order(rooms: Sequence[Room]) -> list[Room]:
    return sorted(rooms, key=lambda room: room.key)


def _seats(rooms: Iterable[Room]) -> list[tuple[int, int]]:
    return [(room.key, number) for room in rooms for number in range(1, room.seats + 1)]


# --- scores


@dataclass(frozen=True)
class Entry:
    """One entry of a score: by which hands, in which turn (1, 2; 3 settles, by a third person); no value means absent."""

    turn: int
    hands: frozenset[int]
    value: Decimal | None


@dataclass(frozen=True)
class Compared:
    """What the entries of one score come to.

    `state`: none, once (the second person is awaited), same, differs (to be settled), settled. `value` holds only in the
    states same and settled; None there means absent.
    """

    state: str
    value: Decimal | None = None

    @property
    def is_sure(self) -> bool:
        return self.state in ("same", "settled")


def compare(entries: Collection[Entry]) -> Compared:
    """The entries of one candidate in one part of the examination, in any order."""
    by_turn = {entry.turn: entry for entry in entries}
    if 3 in by_turn:
        return Compared("settled", by_turn[3].value)
    if len(by_turn) < 2:
        return Compared("once" if by_turn else "none")
    same = by_turn[1].value == by_turn[2].value
    return Compared("same", by_turn[1].value) if same else Compared("differs")


def why_not_enter(entries: Collection[Entry], hands: Collection[int]) -> str:
    """Why these hands may not enter the score now; empty where they may. Keys of reasons."""
    state = compare(entries).state
    entered = any(entry.hands & set(hands) for entry in entries if entry.turn < 3)
    if state in ("same", "settled"):
        return "score_sure"
    if state == "differs":
        return "who_entered_does_not_settle" if entered else ""
    return "score_entered_by_you" if entered else ""


# --- ranking


@dataclass(frozen=True)
class Result:
    """A candidate's scores; `complete` once both are sure. No value in a complete one means absent."""

    key: int
    applied_at: datetime
    written: Decimal | None
    interview: Decimal | None
    complete: bool = True

    @property
    def total(self) -> Decimal | None:
        if not self.complete or self.written is None or self.interview is None:
            return None
        return self.written + self.interview


@dataclass(frozen=True)
class Ranked:
    """One candidate for a post. `state`: place (within the posts), next (after them), or why out: pending, absent, below,
    removed. `rank` is 0 for those who are out."""

    key: int
    rank: int
    state: str
    total: Decimal | None = None


def rank(
    results: Collection[Result], posts: int, pass_mark: Decimal | None = None, removed: Collection[int] = ()
) -> list[Ranked]:
    """The candidates for one post, best first, then those who are out.

    By total, then the written score, then the earlier application. A candidate who was removed leaves the ranking: those
    below move up by one, nobody above moves.
    """
    out = {one.key: why for one in results if (why := _why_out(one, pass_mark, removed))}
    inside = sorted((one for one in results if one.key not in out), key=_order)
    ranked = [
        Ranked(one.key, number, "place" if number <= posts else "next", one.total)
        for number, one in enumerate(inside, 1)
    ]
    left = sorted((one for one in results if one.key in out), key=lambda one: (one.applied_at, one.key))
    return ranked + [Ranked(one.key, 0, out[one.key], one.total) for one in left]


def _why_out(one: Result, pass_mark: Decimal | None, removed: Collection[int]) -> str:
    if one.key in removed:
        return "removed"
    if not one.complete:
        return "pending"
    if one.total is None:
        return "absent"
    return "below" if pass_mark is not None and one.total < pass_mark else ""


def _order(one: Result) -> tuple[Decimal, Decimal, datetime, int]:
    assert one.total is not None
    assert one.written is not None
    return -one.total, -one.written, one.applied_at, one.key
