"""Every pair of acts that can meet on a case, once each in real threads; `manage.py drill race` runs thirty rounds."""

import pytest

from flows import engine
from flows.drills.places import PLACES
from flows.drills.races import ACTS, NOT_RACED, acts_at, pairs, run, shares
from flows.drills.scene import Scene

ROUNDS = 1
ALL = pairs()


HALVES = shares(ALL, 2)


def test_every_act_meets_itself_and_others_somewhere():
    met = {pair.one for pair in ALL if pair.one == pair.other}
    assert met == set(ACTS) - NOT_RACED
    assert len(ALL) >= 500
    assert all(acts_at(place) for place in PLACES)


def test_the_shares_hold_every_pair_once_and_a_place_is_in_one():
    assert sorted(str(pair) for half in HALVES for pair in half) == sorted(str(pair) for pair in ALL)
    assert not {pair.place.name for pair in HALVES[0]} & {pair.place.name for pair in HALVES[1]}


@pytest.mark.usefixtures("committed")
def test_without_the_lock_the_drill_says_what_went_wrong(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "_LOCK", "SELECT FROM casework_case WHERE id = %s")
    mine = [pair for pair in ALL if (pair.one, pair.other) in (("comment", "comment"), ("accept", "accept"))]
    outcomes = run(mine, Scene("r"), 10)
    assert len(outcomes) == 2
    assert all(one.wrong for one in outcomes)


def clean(half: int) -> None:
    """The pairs of half of the places, for one of two workers."""
    mine = HALVES[half]
    outcomes = run(mine, Scene("r"), ROUNDS)
    assert len(outcomes) == len(mine)
    unclean = [f"{one.pair}: {one.wrong}" for one in outcomes if one.wrong]
    assert not unclean, f"{len(unclean)} of {len(mine)} pairs are unclean:\n" + "\n".join(unclean)


@pytest.mark.usefixtures("committed")
class TestOneHalf:
    def test_of_two_who_meet_one_wins_or_both_may_and_nothing_happens_twice(self):
        clean(0)


@pytest.mark.usefixtures("committed")
class TestOtherHalf:
    def test_of_two_who_meet_one_wins_or_both_may_and_nothing_happens_twice(self):
        clean(1)
