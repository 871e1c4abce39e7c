"""Open the round (开招录批次) of a plan that was recorded: once, with the reserved posts per unit as they were decided."""

from datetime import datetime

from django.db import IntegrityError
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, NotAllowed
from recruitment.models import Round, RoundUnit
from recruitment.queries import PLANS, sharing_of

SPEC = access.register_action(ActionSpec("open_round", needs="closed_case", holder="round_leaders"))


def open_round(*, case_id: int, by: Actor, now: datetime) -> Round:
    """The round of the plan. Raises NotThere, NotAllowed, AlreadyDone where it is open already."""
    try:
        return _open(case_id, by, now)
    except IntegrityError as error:  # two opened a round of this kind in the same moment
        raise AlreadyDone("round_open") from error


def _open(case_id: int, by: Actor, now: datetime) -> Round:
    with engine.at_work(case_id=case_id, by=by, verb="open_round", now=now) as work:
        case, year = work.case, localdate(now).year
        if case.measure not in PLANS or case.outcome != "recorded":
            raise NotAllowed("not_recorded")
        if Round.objects.filter(plan=case).exists():
            raise AlreadyDone("round_open")
        sharing = sharing_of(case)
        if sharing is None or case.applicant_department_id is None:
            raise NotAllowed("not_recorded")
        kind = PLANS[case.measure]
        earlier = Round.objects.filter(district_id=case.district_id, kind=kind, year=year).order_by("-number").first()
        made = Round.objects.create(
            district_id=case.district_id, plan=case, kind=kind, year=year, number=earlier.number + 1 if earlier else 1,
            department_id=case.applicant_department_id, opened_by_id=by.user_id, opened_at=now,
        )  # fmt: skip
        RoundUnit.objects.bulk_create(
            RoundUnit(
                district_id=case.district_id, round=made, name=line.unit, planned=line.planned,
                reserved=sharing.stands[line.unit],
            )
            for line in sharing.lines
        )  # fmt: skip
        note(work, "round_opened", details={"round": made.pk})
        write_on(made, "round_opened", by, now, details={"plan": case.pk, "reserved": sharing.reserved})
        return made
