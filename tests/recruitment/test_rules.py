"""The rules of a round: total kept, nobody above the plan, no order of the input, a removed candidate moves only those below."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from recruitment.rules import Entry, Result, Room, compare, rank, seat, share_out, why_not_enter, wrong_shares

START = datetime(2026, 11, 2, 9, 0)
PLANS = some.dictionaries(some.text("甲乙丙丁戊", min_size=1, max_size=4), some.integers(0, 60), min_size=1).filter(
    lambda plan: sum(plan.values()) > 0
)


def result(key: int, written: str | None, interview: str | None, minute: int = 0, complete: bool = True) -> Result:
    marks = [None if one is None else Decimal(one) for one in (written, interview)]
    return Result(key, START + timedelta(minutes=minute), *marks, complete)


RESULTS = some.lists(
    some.builds(
        lambda written, interview, minute, complete: (written, interview, minute, complete),
        some.none() | some.integers(0, 5), some.none() | some.integers(0, 5), some.integers(0, 4), some.booleans(),
    ),
    max_size=9,
).map(
    lambda rows: [
        result(key, *(None if one is None else str(one) for one in row[:2]), minute=row[2], complete=row[3])
        for key, row in enumerate(rows, 1)
    ]
)  # fmt: skip


class TestSharingOut:
    def test_the_working_shows_quota_whole_part_remainder_and_who_got_one_more(self):
        first, second, third = share_out(2, {"甲": 60, "乙": 40, "丙": 30})
        assert (first.unit, first.quota, first.whole, first.remainder, first.given) == (
            "甲", Fraction(12, 13), 0, Fraction(12, 13), 1,
        )  # fmt: skip
        assert (second.given, second.got_one_more) == (1, True)
        assert (third.given, third.got_one_more) == (0, False)

    @given(PLANS, some.data())
    def test_the_total_is_kept_and_nobody_is_above_the_plan(self, plan, data):
        reserved = data.draw(some.integers(1, sum(plan.values())))
        shares = share_out(reserved, plan)
        assert sum(one.given for one in shares) == reserved
        assert all(one.whole <= one.given <= min(one.whole + 1, one.planned) for one in shares)
        mixed = list(plan.items())
        random.Random(reserved).shuffle(mixed)
        assert share_out(reserved, dict(mixed)) == shares
        assert wrong_shares(reserved, plan, {one.unit: one.given for one in shares}) == {}

    def test_a_change_by_hand_keeps_the_total_and_the_plans(self):
        plan = {"甲": 3, "乙": 2}
        assert wrong_shares(2, plan, {"甲": 0, "乙": 2}) == {}
        assert wrong_shares(2, plan, {"甲": 1, "乙": 0}) == {"": "total"}
        assert wrong_shares(3, plan, {"甲": 0, "乙": 3}) == {"乙": "above"}
        assert wrong_shares(2, plan, {"甲": 3, "乙": -1}) == {"乙": "number"}
        assert wrong_shares(2, plan, {"甲": 2}) == {"": "units"}
        assert wrong_shares(2, plan, {"甲": 1, "乙": 1, "丙": 0}) == {"": "units"}


class TestSeats:
    def test_who_needs_the_ground_floor_gets_it_and_the_others_go_up_first(self):
        rooms = [Room(1, 2, True), Room(2, 2, False)]
        found = seat({10: False, 11: True, 12: False, 13: False}, rooms)
        assert found.places == {11: (1, 1), 10: (2, 1), 12: (2, 2), 13: (1, 2)}
        assert found.without == ()

    def test_too_few_seats_are_said_and_those_on_the_ground_floor_by_themselves(self):
        found = seat({1: True, 2: True, 3: False}, [Room(1, 1, True), Room(2, 5, False)])
        assert (found.without, found.without_ground_floor) == ((2,), (2,))
        assert seat({1: False}, []).without == (1,)

    @given(
        some.dictionaries(some.integers(1, 40), some.booleans(), max_size=15),
        some.lists(some.tuples(some.integers(0, 6), some.booleans()), max_size=4),
    )
    def test_no_seat_twice_nobody_upstairs_who_can_not_and_a_seat_for_all_where_there_is_room(
        self, people, given_rooms
    ):
        rooms = [Room(number, *one) for number, one in enumerate(given_rooms, 1)]
        found = seat(people, rooms)
        size = {room.key: room for room in rooms}
        assert len(set(found.places.values())) == len(found.places)
        assert set(found.places) | set(found.without) == set(people)
        for key, (room, number) in found.places.items():
            assert 1 <= number <= size[room].seats
            assert size[room].ground_floor or not people[key]
        ground = sum(room.seats for room in rooms if room.ground_floor)
        enough = ground >= sum(people.values()) and sum(room.seats for room in rooms) >= len(people)
        assert bool(found.without) != enough
        assert seat(dict(reversed(people.items())), rooms[::-1]) == found


class TestScores:
    def test_two_people_alike_are_sure_two_who_differ_are_settled_by_one_of_them(self):
        first = Entry(1, frozenset({7}), Decimal("80"))
        assert compare([]).state == "none"
        assert compare([first]).state == "once"
        assert compare([first, Entry(2, frozenset({8}), Decimal("80.00"))]) == compare(
            [Entry(2, frozenset({8}), Decimal("80.00")), first]
        )
        differ = [first, Entry(2, frozenset({8}), None)]
        assert compare(differ).state == "differs"
        assert not compare(differ).is_sure
        settled = compare([*differ, Entry(3, frozenset({8}), Decimal("81"))])
        assert (settled.state, settled.value) == ("settled", Decimal("81"))

    def test_nobody_enters_a_score_twice_and_who_entered_does_not_settle(self):
        first = Entry(1, frozenset({7, 70}), Decimal("80"))
        assert why_not_enter([], {7}) == ""
        assert why_not_enter([first], {7}) == why_not_enter([first], {70, 9}) == "score_entered_by_you"
        assert why_not_enter([first], {8}) == ""
        differ = [first, Entry(2, frozenset({8}), Decimal("8"))]
        for who in ({8}, {7}, {70, 9}):
            assert why_not_enter(differ, who) == "who_entered_does_not_settle"
        assert why_not_enter(differ, {9}) == ""
        assert why_not_enter([*differ, Entry(3, frozenset({8}), Decimal("80"))], {7}) == "score_sure"


class TestRanking:
    def test_total_then_the_written_score_then_the_earlier_application(self):
        results = [
            result(1, "70", "80"), result(2, "80", "70", minute=5), result(3, "80", "70", minute=2), result(4, "90", "90"),
        ]  # fmt: skip
        assert [(one.key, one.rank, one.state) for one in rank(results, 2)] == [
            (4, 1, "place"), (3, 2, "place"), (2, 3, "next"), (1, 4, "next"),
        ]  # fmt: skip

    def test_absent_below_the_pass_mark_and_unfinished_are_out_with_the_reason(self):
        results = [
            result(1, "60", "60"), result(2, None, "90"), result(3, "59", "60"), result(4, "99", "99", complete=False),
        ]  # fmt: skip
        found = {one.key: (one.rank, one.state) for one in rank(results, 3, Decimal(120))}
        assert found == {1: (1, "place"), 2: (0, "absent"), 3: (0, "below"), 4: (0, "pending")}

    @given(RESULTS, some.integers(1, 4), some.integers(0, 10))
    def test_the_order_of_the_input_is_irrelevant(self, results, posts, pass_mark):
        mixed = list(results)
        random.Random(posts).shuffle(mixed)
        assert rank(mixed, posts, Decimal(pass_mark)) == rank(results, posts, Decimal(pass_mark))

    @given(RESULTS, some.integers(1, 4), some.data())
    def test_a_removed_candidate_moves_only_those_below_by_one(self, results, posts, data):
        before = [one for one in rank(results, posts) if one.rank]
        if not before:
            return
        gone = data.draw(some.sampled_from(before))
        after = {one.key: one for one in rank(results, posts, removed={gone.key})}
        assert after[gone.key].state == "removed"
        for one in before:
            if one.rank < gone.rank:
                assert after[one.key] == one
            elif one.rank > gone.rank:
                assert after[one.key].rank == one.rank - 1
        assert sum(one.state == "place" for one in after.values()) == min(posts, len(before) - 1)
