"""Seats for those accepted, scores by two people, the ranking, results, physical checks: each by its rule, each once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Role
from casework.calendar import calendar_of
from casework.deadlines import Length, due_after, running
from casework.models import Action, DeadlinePause, Message
from casework.record import said
from casework.sealing import unseal
from casework.waiting import tasks_waiting_for
from casework.wording import SUSPENSIONS
from flows.actions.declare_relation import declare_relation
from flows.actions.suspend import resume, suspend
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from flows.sweep import sweep
from oversight.workload import workload
from recruitment.actions.enter_scores import enter_scores
from recruitment.actions.note_check import note_check
from recruitment.actions.release_results import release_results
from recruitment.actions.set_exam import add_room, set_exam, share_seats
from recruitment.models import PhysicalCheck, ScoreEntry, Seat
from recruitment.queries import candidates_of, needs_of
from recruitment.report import report_of
from tests.factories import officer
from tests.recruitment.rounds import FIRST, SECOND, Told, published, row_of

pytestmark = pytest.mark.django_db
OTHERS = [("civil_affairs", Role.REVIEWER), ("federation", Role.REVIEWER), ("supervision", Role.SUPERVISOR)]
PLAN = [{"unit": FIRST, "posts": 60}, {"unit": SECOND, "posts": 5}]  # one post, at the first unit


def entered(told: Told, row: Any, value: str | None, by: Any = None, part: str = "written", reason: str = "") -> None:
    values = {row.pk: None if value is None else Decimal(value)}
    enter_scores(**told.given(by), part=part, values=values, reasons={row.pk: reason})


class TestSeats:
    def test_those_accepted_have_a_seat_a_ticket_and_a_message_and_who_needs_it_the_ground_floor(self):
        told = published()
        walks = [told.accepted(), told.accepted(ground_floor=True, accommodations="读屏软件"), told.applies()]
        told.closed()
        set_exam(**told.given(), exam_at=told.now + timedelta(days=7), pass_mark=Decimal(120))
        upper = add_room(**told.given(), name="三楼", place="示例路 2 号", seats=5, ground_floor=False)
        ground = add_room(**told.given(), name="一楼", place="示例路 2 号", seats=1, ground_floor=True)
        assert share_seats(**told.given()) == 2
        seats = {seat.application.case_id: (seat.room, seat.number, seat.ticket) for seat in Seat.objects.all()}
        assert seats == {walks[0].case.pk: (upper, 1, "GY26-1-001"), walks[1].case.pk: (ground, 1, "GY26-1-002")}
        assert Message.objects.filter(event="seat_given").count() == 2
        row = row_of(walks[1])
        assert needs_of([row])[row.pk] == {"ground_floor": True, "other": "读屏软件"}

    def test_too_few_seats_or_none_on_the_ground_floor_are_said_and_nothing_is_shared_out(self):
        told = published()
        told.accepted(ground_floor=True)
        with pytest.raises(Invalid, match="seats"):
            told.seated(ground_floor=False)
        assert not Seat.objects.exists()
        add_room(**told.given(), name="平房", place="示例路 3 号", seats=1, ground_floor=True)
        assert share_seats(**told.given()) == 1

    def test_not_before_the_last_day_of_applications_nor_without_a_time_or_anybody(self):
        told = published()
        set_exam(**told.given(), exam_at=told.now + timedelta(days=20), pass_mark=None)
        with pytest.raises(NotAllowed, match="applications_run"):
            share_seats(**told.given())
        told.closed()
        with pytest.raises(Invalid, match="seats"):
            share_seats(**told.given())

    def test_shared_out_anew_until_scores_are_entered(self):
        told = published()
        row = row_of(told.accepted())
        told.seated()
        assert share_seats(**told.given()) == 1
        assert Seat.objects.count() == 1
        entered(told.sat(), row, "80")
        with pytest.raises(AlreadyDone, match="scores_begun"):
            share_seats(**told.given())
        with pytest.raises(AlreadyDone, match="scores_begun"):
            add_room(**told.given(), name="又一间", place="示例路 3 号", seats=1, ground_floor=True)

    @pytest.mark.parametrize(
        ("changes", "where"),
        [({"name": " "}, "name"), ({"place": ""}, "place"), ({"seats": 0}, "seats"), ({"seats": 501}, "seats"), ({"name": "一楼"}, "name")],
    )  # fmt: skip
    def test_a_wrong_room_is_said_at_its_field(self, changes: dict[str, Any], where: str):
        told = published()
        room = {"name": "二楼", "place": "示例路 2 号", "seats": 5, "ground_floor": True}
        add_room(**told.given(), **{**room, "name": "一楼"})
        with pytest.raises(Invalid) as wrong:
            add_room(**told.given(), **(room | changes))
        assert list(wrong.value.errors) == [where]

    def test_the_examination_lies_ahead_and_its_mark_within_reach(self):
        told = published()
        with pytest.raises(Invalid) as wrong:
            set_exam(**told.given(), exam_at=told.now, pass_mark=Decimal(201))
        assert list(wrong.value.errors) == ["exam_on", "pass_mark"]

    @pytest.mark.parametrize(("code", "role"), OTHERS)
    def test_the_leading_department_alone(self, code: str, role: str):
        told, by = published(), officer(code, role)
        for act, more in (
            (share_seats, {}), (set_exam, {"exam_at": told.now, "pass_mark": None}), (release_results, {}),
            (enter_scores, {"part": "written", "values": {}}), (note_check, {"application_id": 1, "passed": True, "reason": ""}),
            (add_room, {"name": "a", "place": "b", "seats": 1, "ground_floor": True}),
        ):  # fmt: skip
            with pytest.raises(NotAllowed, match="only_the_leaders"):
                act(**told.given(by), **more)


class TestScores:
    def test_two_people_enter_each_score_and_nobody_enters_it_twice(self):
        told = published()
        row = row_of(told.accepted())
        told.seated().sat()
        entered(told, row, "80.5")
        with pytest.raises(NotAllowed, match="score_entered_by_you"):
            entered(told, row, "80.5")
        entered(told, row, "80.5", told.clerk)
        third = officer("hrss", Role.HEAD)
        for by in (told.leader, told.clerk, third):
            with pytest.raises(NotAllowed, match="score_sure"):
                entered(told, row, "81", by)
        assert ScoreEntry.objects.count() == 2

    def test_the_database_refuses_the_same_person_twice_and_any_change(self):
        told = published()
        row = row_of(told.accepted())
        told.seated().sat()
        entered(told, row, "80.5")
        first = ScoreEntry.objects.get()
        first.pk, first.turn = None, 2
        with pytest.raises(IntegrityError, match="nobody_enters_a_score_twice"), transaction.atomic():
            first.save(force_insert=True)
        for act in (lambda: ScoreEntry.objects.update(value=90), lambda: ScoreEntry.objects.all().delete()):
            with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
                act()

    def test_before_the_examination_nothing_is_entered_and_nothing_released(self):
        told = published()
        row = row_of(told.accepted())
        told.seated()
        told.now = told.one.exam_at - timedelta(minutes=1)
        for act in (lambda: entered(told, row, "80"), told.released):
            with pytest.raises(NotAllowed, match="exam_to_come"):
                act()
        told.now = told.one.exam_at
        entered(told, row, "80")

    def test_what_differs_is_settled_by_a_third_with_a_reason_and_recorded_with_all_three(self):
        told = published()
        walk, third = told.accepted(), officer("hrss", Role.REVIEWER)
        row = row_of(walk)
        told.seated().sat()
        entered(told, row, "80")
        entered(told, row, None, told.clerk)
        for by in (told.leader, told.clerk):
            with pytest.raises(NotAllowed, match="who_entered_does_not_settle"):
                entered(told, row, "80", by, reason="示例理由")
        for reason in (" ", "长" * 501):
            with pytest.raises(Invalid) as missing:
                entered(told, row, "80", third, reason=reason)
            assert list(missing.value.errors) == [f"r{row.pk}"]
        entered(told, row, "80", third, reason="示例：核对了签到表和试卷。")
        record = Action.objects.get(subject_kind="round", event="score_settled")
        assert record.details == {"part": "written", "application": row.pk}
        assert said(record, row.case.key) == {
            "turn_1": "80.00", "turn_2": "absent", "turn_3": "80.00", "reason": "示例：核对了签到表和试卷。",
        }  # fmt: skip
        assert candidates_of(told.one)[0].compared["written"].value == Decimal(80)

    def test_a_wrong_score_refuses_all_and_stands_at_its_candidate(self):
        told = published()
        rows = [row_of(told.accepted()), row_of(told.accepted())]
        told.seated().sat()
        for wrong_one in ("100.01", "-1", "80.555", "NaN"):
            values = {rows[0].pk: Decimal(80), rows[1].pk: Decimal(wrong_one)}
            with pytest.raises(Invalid) as wrong:
                enter_scores(**told.given(), part="written", values=values)
            assert list(wrong.value.errors) == [f"a{rows[1].pk}"]
        with pytest.raises(Invalid):
            enter_scores(**told.given(), part="written", values={})
        with pytest.raises(NotThere):
            enter_scores(**told.given(), part="oral", values={})
        assert not ScoreEntry.objects.exists()

    def test_only_those_with_a_seat_and_never_ones_kin(self):
        told = published()
        walk, without = told.accepted(), told.applies()
        told.seated().sat()
        with pytest.raises(NotAllowed, match="no_seats"):
            entered(told, row_of(without), "80")
        number = unseal(walk.by.on_behalf_of.key, walk.by.on_behalf_of.number)
        declare_relation(kind="kin", number=number, by=told.clerk, now=told.now)
        with pytest.raises(NotAllowed, match="kin"):
            entered(told, row_of(walk), "80", told.clerk)
        assert [each.hidden for each in candidates_of(told.one, told.clerk) if each.is_admitted] == [True]


class TestRankingAndResults:
    def test_per_post_by_total_then_the_written_score_then_the_earlier_application(self):
        told = published(rows=PLAN)
        rows = [row_of(told.accepted()) for _ in range(4)]
        told.seated().scored(("70", "80"), ("80", "70"), ("80", "70"), (None, "90"))
        assert told.ranked() == [
            (rows[1].pk, 1, "place"), (rows[2].pk, 2, "next"), (rows[0].pk, 3, "next"), (rows[3].pk, 0, "absent"),
        ]  # fmt: skip

    def test_each_post_by_itself_and_below_the_pass_mark_is_out(self):
        told = published()
        first, second = (row_of(told.accepted(post)) for post in told.posts())
        told.closed()
        told.seated()
        set_exam(**told.given(), exam_at=told.now + timedelta(days=9), pass_mark=Decimal(120))
        told.one.refresh_from_db()
        told.scored(("60", "60"), ("59", "60"))
        assert told.ranked() == [(first.pk, 1, "place"), (second.pk, 0, "below")]

    def test_released_once_all_scores_are_sure_and_then_they_stay(self):
        told = published()
        walks = [told.accepted(), told.accepted()]
        told.seated().sat()
        with pytest.raises(Invalid, match="scores"):
            told.released()
        told.scored(("80", "80"), ("70", "70"))
        with pytest.raises(ProofNeeded):
            release_results(**{**told.given(), "now": told.now + timedelta(days=900)})
        told.released()
        assert Message.objects.filter(event="results_out", case__in=[walk.case for walk in walks]).count() == 2
        with pytest.raises(AlreadyDone, match="results_out"):
            told.released()
        with pytest.raises(AlreadyDone, match="results_out"):
            entered(told, row_of(walks[0]), "99")

    def test_nobody_waits_for_the_scores_of_who_withdrew(self):
        told = published()
        walks = [told.accepted(), told.accepted()]
        told.seated()
        withdraw(case_id=walks[0].case.pk, by=walks[0].by, now=told.now)
        told.sat()
        for part in ("written", "interview"):
            for by in (told.leader, told.clerk):
                entered(told, row_of(walks[1]), "70", by, part)
        told.released()
        assert told.ranked() == [(row_of(walks[1]).pk, 1, "place"), (row_of(walks[0]).pk, 0, "removed")]

    def test_many_candidates_take_no_more_statements(self):
        told = published()
        told.accepted()
        told.seated()

        def statements() -> int:
            with CaptureQueriesContext(connection) as captured:
                report_of(told.one)
                candidates_of(told.one, told.leader)
            return len(captured)

        few = statements()
        told.now -= timedelta(days=8)
        for _ in range(3):
            told.accepted()
        told.closed()
        share_seats(**told.given())
        assert statements() <= few


class TestClocks:
    """The time of an examination is none of the office's: from acceptance until the results, no clock runs."""

    def test_they_stand_still_until_the_results_and_then_go_on_with_all_that_was_left(self):
        told = published(rows=PLAN)
        walk = told.accepted()
        accepted_on, before = localdate(told.now), {one.kind: one.due for one in running(walk.case)}
        told.seated().scored(("90", "90"))
        assert localdate(told.now) > before["confirm"]
        assert not sweep(told.now, walk.case.pk)
        assert not tasks_waiting_for(told.leader, "late", localdate(told.now)).exists()
        assert not workload(told.leader.post.department, localdate(told.now)).late
        assert all(one.stands_still for one in running(walk.case))
        told.released()
        stood = [(accepted_on + timedelta(days=1), localdate(told.now))]
        for one in running(walk.case):
            length = Length(one.length, one.unit)
            assert one.due == due_after(accepted_on, length, calendar_of(one.district_id), stood), one.kind
            assert [change.reason for change in one.changes.all()] == ["examination"]
            assert not one.stands_still
        assert walk.task().due > localdate(told.now)
        later = told.now + timedelta(days=40)
        assert sweep(later, walk.case.pk)["red_card"]

    def test_a_case_that_is_paused_stays_so_when_the_results_come_and_after_them_none_stands_still(self):
        told = published(rows=PLAN)
        walk, late = told.accepted(), told.applies()
        told.seated()
        walk.now = told.now
        suspend(**walk.given(), ground=next(iter(SUSPENSIONS)), waits_for="示例")
        resume(**walk.given(), reason="示例")
        assert all(one.stands_still for one in running(walk.case))
        suspend(**walk.given(), ground=next(iter(SUSPENSIONS)), waits_for="示例")
        told.scored(("90", "90")).released()
        pauses = DeadlinePause.objects.filter(deadline__case=walk.case, until=None)
        assert {one.reason for one in pauses} == {"suspended"}
        late.now = told.now
        late.to("ranking")
        assert not any(one.stands_still for one in running(late.case))


class TestChecks:
    def three(self) -> tuple[Told, list[Any]]:
        told = published(rows=PLAN)
        rows = [row_of(told.accepted()) for _ in range(3)]
        return told.seated().scored(("90", "90"), ("80", "80"), ("70", "70")).released(), rows

    def checked(self, told: Told, row: Any, passed: bool, reason: str = "") -> PhysicalCheck:
        return note_check(**told.given(), application_id=row.pk, passed=passed, reason=reason)

    def test_who_fails_leaves_with_a_reason_and_the_next_in_rank_moves_up(self):
        told, rows = self.three()
        with pytest.raises(NotAllowed, match="not_in_the_places"):
            self.checked(told, rows[1], True)
        with pytest.raises(Invalid, match="reason"):
            self.checked(told, rows[0], False)
        made = self.checked(told, rows[0], False, "示例原因")
        assert "示例原因".encode() not in bytes(made.reason or b"")
        assert unseal(rows[0].case.key, made.reason) == "示例原因"
        assert told.ranked() == [(rows[1].pk, 1, "place"), (rows[2].pk, 2, "next"), (rows[0].pk, 0, "removed")]
        self.checked(told, rows[1], True)
        assert Message.objects.filter(event="check_noted").count() == 2

    def test_once_and_after_the_results(self):
        told, rows = self.three()
        self.checked(told, rows[0], True)
        with pytest.raises(AlreadyDone, match="check_is_noted"):
            self.checked(told, rows[0], False, "再来一次")
        with pytest.raises(NotThere):
            note_check(**told.given(), application_id=0, passed=True, reason="")
        other = published()
        row = row_of(other.accepted())
        other.seated()
        with pytest.raises(NotAllowed, match="results_not_out"):
            self.checked(other, row, True)


def test_the_report_counts_planned_reserved_applied_admitted_present_and_appointed():
    told = published()
    first, second = told.posts()
    appointed, _, absent = told.accepted(first), told.applies(first), told.accepted(second)
    told.seated().scored(("90", "90"), ("80", None)).released()
    told.checked(appointed)
    appointed.through()
    assert absent.case.is_open
    assert [(line.unit, line.figures) for line in report_of(told.one)] == [
        (FIRST, (60, 1, 2, 1, 1, 1)), (SECOND, (40, 1, 1, 1, 0, 0)), ("", (100, 2, 3, 2, 1, 1)),
    ]  # fmt: skip
