"""Set the examination of a round: its moment, its pass mark, its rooms; and share the seats out (排座位)."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.outbox import put, to_applicant
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import ExamRoom, Round, ScoreEntry, Seat
from recruitment.queries import needs_of, waiting_for_seats
from recruitment.rules import FULL_MARKS, PARTS, Room, seat

SET = access.register_action(ActionSpec("set_exam", needs="any_case", holder="round_leaders"))
SHARE = access.register_action(ActionSpec("share_seats", needs="any_case", holder="round_leaders"))
MOST_SEATS = 500
MOST_MARK = FULL_MARKS * len(PARTS)


def set_exam(*, round_id: int, exam_at: datetime, pass_mark: Decimal | None, by: Actor, now: datetime) -> None:
    """When the examination is, and which total passes (none: any). Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        one = _open_round(round_id, by, now)
        wrong: dict[str, T] = {}
        if exam_at <= now:
            wrong["exam_on"] = T("考试要在今天以后。", "The examination is after today.")
        if pass_mark is not None and not 0 <= pass_mark <= MOST_MARK:
            wrong["pass_mark"] = T("合格线在 0 到 {most} 之间。", "The pass mark is between 0 and {most}.").fill(
                most=int(MOST_MARK)
            )
        if wrong:
            raise Invalid(**wrong)
        one.exam_at, one.pass_mark = exam_at, pass_mark
        one.save(update_fields=["exam_at", "pass_mark"])
        write_on(
            one, "exam_set", by, now,
            details={"at": exam_at.isoformat(), "pass_mark": f"{pass_mark:.2f}" if pass_mark is not None else ""},
        )  # fmt: skip


def add_room(
    *, round_id: int, name: str, place: str, seats: int, ground_floor: bool, by: Actor, now: datetime
) -> ExamRoom:  # fmt: skip
    """A room more. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        one = _open_round(round_id, by, now)
        wrong: dict[str, T] = {}
        if not name.strip() or len(name) > 60:
            wrong["name"] = T("请写考场名称，最多 60 个字。", "Please give the room's name, 60 characters at most.")
        elif one.rooms.filter(name=name.strip()).exists():
            wrong["name"] = T("这个考场已经写过了。", "This room is there already.")
        if not place.strip() or len(place) > 120:
            wrong["place"] = T("请写在哪里，最多 120 个字。", "Please say where it is, 120 characters at most.")
        if not 1 <= seats <= MOST_SEATS:
            wrong["seats"] = T("座位数在 1 到 {most} 之间。", "Between 1 and {most} seats.").fill(most=MOST_SEATS)
        if wrong:
            raise Invalid(**wrong)
        made = ExamRoom.objects.create(
            district_id=one.district_id, round=one, name=name.strip(), place=place.strip(), seats=seats,
            ground_floor=ground_floor,
        )  # fmt: skip
        write_on(one, "exam_room_set", by, now, details={"room": made.pk, "seats": seats, "ground_floor": ground_floor})
        return made


def share_seats(*, round_id: int, by: Actor, now: datetime) -> int:
    """A seat and a ticket for everybody whose application was accepted; who needs the ground floor sits there.

    Done again before scores are entered, all seats are shared out anew. Raises NotThere, NotAllowed, AlreadyDone, Invalid
    where there are too few seats, or none on the ground floor.
    """
    try:
        with transaction.atomic():
            one = locked_round(round_id, by, "share_seats", now)
            _may_seat(one, now)
            return _seated(one, by, now)
    except IntegrityError as error:  # two shared them out in the same moment
        raise AlreadyDone("scores_begun") from error


def _may_seat(one: Round, now: datetime) -> None:
    if one.published_at is None:
        raise NotAllowed("round_not_published")
    if _scores_of(one):
        raise AlreadyDone("scores_begun")
    if one.posts.filter(closes_on__gte=localdate(now)).exists():
        raise NotAllowed("applications_run")
    if one.exam_at is None:
        raise Invalid(seats=T("请先定考试时间。", "Please set the examination's time first."))


def _seated(one: Round, by: Actor, now: datetime) -> int:
    those = waiting_for_seats(one)
    if not those:
        raise Invalid(seats=T("还没有审核通过的报名。", "No application is accepted yet."))
    needs = needs_of(those)
    rooms = {room.pk: room for room in one.rooms.all()}
    found = seat(
        {each.pk: bool(needs[each.pk].get("ground_floor")) for each in those},
        [Room(room.pk, room.seats, room.ground_floor) for room in rooms.values()],
    )
    if found.without:
        words = T(
            "座位不够：还有 {n} 人没有座位，其中 {ground} 人要一楼。请再加考场。",
            "Too few seats: {n} people have none, {ground} of whom need the ground floor. Please add a room.",
        )
        raise Invalid(seats=words.fill(n=len(found.without), ground=len(found.without_ground_floor)))
    Seat.objects.filter(application__round=one).delete()
    Seat.objects.bulk_create(
        Seat(
            district_id=one.district_id, application=each, room=rooms[found.places[each.pk][0]],
            number=found.places[each.pk][1], ticket=f"{one.shown}-{place:03d}",
        )
        for place, each in enumerate(those, 1)
    )  # fmt: skip
    write_on(one, "seats_shared", by, now, details={"candidates": len(those), "rooms": len(rooms)})
    put(*(to_applicant(each.case, "seat_given", now) for each in those))
    return len(those)


def _open_round(round_id: int, by: Actor, now: datetime) -> Round:
    one = locked_round(round_id, by, "set_exam", now)
    if one.results_at is not None:
        raise AlreadyDone("results_out")
    if _scores_of(one):
        raise AlreadyDone("scores_begun")
    return one


def _scores_of(one: Round) -> bool:
    return ScoreEntry.objects.filter(application__round=one).exists()
