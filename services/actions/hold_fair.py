"""Job fairs (招聘会): noted by an officer, stands given out, people register themselves, outcomes noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.access import ActionSpec
from casework.models import Organisation, Person
from casework.record import write_on
from casework.sealing import seal
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services import lists
from services.access import allowed
from services.matching import known
from services.models import FairStand, FairVisitor, JobFair

HOLD = access.register_action(ActionSpec("hold_fair", needs="any_case", holder="service_officers"))
VISIT = access.register_action(ActionSpec("visit_fair", needs="any_case", holder="units_or_services"))


@dataclass(frozen=True)
class FairWish:
    """What is said of a fair; `access` is how people get in and around."""

    title: str
    day: date
    opens: str
    town: int
    place: str
    access: str


def note_fair(*, wish: FairWish, by: Actor, now: datetime) -> JobFair:
    """The fair, public at once. Raises Invalid, NotAllowed, AlreadyDone where it is noted already."""
    by = allowed(by, "hold_fair", now)
    assert by.post is not None
    district_id = by.post.district_id
    _check(wish, district_id, localdate(now))
    try:
        with transaction.atomic():
            made = JobFair.objects.create(
                district_id=district_id, title=wish.title, day=wish.day, opens=wish.opens, town_id=wish.town,
                place=wish.place, access=wish.access, made_by_id=by.user_id, made_at=now,
            )  # fmt: skip
            write_on(made, "fair_noted", by, now, details=_details(made))
            return made
    except IntegrityError:
        raise AlreadyDone("fair_noted_already") from None


def cancel_fair(*, fair_id: int, by: Actor, now: datetime) -> None:
    """The fair does not take place; its page says so. The same again is no error. Raises NotAllowed, NotThere."""
    with transaction.atomic():
        fair, by = _locked(fair_id, by, now)
        if fair.cancelled_at is None:
            fair.cancelled_at = now
            fair.save(update_fields=["cancelled_at"])
            write_on(fair, "fair_cancelled", by, now, details=_details(fair))


def add_stand(*, fair_id: int, organisation_id: int, by: Actor, now: datetime) -> FairStand:
    """The unit has the next stand; the same again is the same. Raises NotAllowed, NotThere, AlreadyDone."""
    with transaction.atomic():
        fair, by = _locked(fair_id, by, now)
        unit = Organisation.objects.filter(pk=organisation_id, district_id=fair.district_id).first()
        if unit is None:
            raise NotThere
        if (same := fair.stands.filter(organisation=unit).first()) is not None:
            return same
        if fair.cancelled_at is not None:
            raise AlreadyDone("fair_is_over")
        last = fair.stands.aggregate(last=Max("number"))["last"] or 0
        made = FairStand.objects.create(
            district_id=fair.district_id,
            fair=fair,
            organisation=unit,
            number=last + 1,
            made_by_id=by.user_id,
            made_at=now,
        )
        write_on(fair, "stand_given", by, now, details={"organisation": unit.pk, "stand": made.number})
        return made


def visit_fair(*, fair_id: int, person_id: int, needs: Sequence[str], by: Actor, now: datetime) -> FairVisitor:
    """The person is registered, with what they need there; the same again is the same, a cancelled one stands again.

    Raises Invalid, NotAllowed, NotThere, AlreadyDone where the fair is over.
    """
    if not known(needs, lists.ACCOMMODATIONS):
        raise Invalid(needs=T("请从列表里选。", "Please choose from the list."))
    with transaction.atomic():
        person = (
            Person.objects.select_for_update(of=("self",), no_key=True)
            .select_related("key")
            .filter(pk=person_id)
            .first()
        )
        fair = JobFair.objects.filter(pk=fair_id).first()
        if person is None or fair is None or fair.district_id != person.district_id:
            raise NotThere
        by = allowed(by, "visit_fair", now, person)
        if fair.cancelled_at is not None or fair.day < localdate(now):
            raise AlreadyDone("fair_is_over")
        one = FairVisitor.objects.filter(fair=fair, person=person).first()
        if one is not None and one.outcome != "cancelled":
            return one
        one = one or FairVisitor(district_id=fair.district_id, fair=fair, person=person, key=person.key)
        one.outcome, one.needs = "registered", seal(person.key, list(needs))
        one.registered_by_id, one.registered_at = by.user_id, now
        one.save()
        write_on(one, "fair_registered", by, now, details={"fair": fair.pk})
        return one


def cancel_visit(*, fair_id: int, person_id: int, by: Actor, now: datetime) -> None:
    """The person does not come after all. The same again is no error. Raises NotAllowed, NotThere, AlreadyDone."""
    with transaction.atomic():
        one = _visitor(fair_id, person_id=person_id)
        by = allowed(by, "visit_fair", now, one.person)
        if one.outcome == "cancelled":
            return
        if one.outcome != "registered":
            raise AlreadyDone("fair_is_over")
        one.outcome = "cancelled"
        one.save(update_fields=["outcome"])
        write_on(one, "fair_registration_cancelled", by, now, details={"fair": fair_id})


def note_visit(
    *, fair_id: int, visitor_id: int, outcome: str, by: Actor, now: datetime, stand_id: int | None = None
) -> FairVisitor:  # fmt: skip
    """What came of the fair for somebody, and at which stand. Raises Invalid, NotAllowed, NotThere."""
    if outcome not in FairVisitor.STATES or outcome in ("registered", "cancelled"):
        raise Invalid(outcome=T("请选结果。", "Please choose what came of it."))
    with transaction.atomic():
        one = _visitor(fair_id, pk=visitor_id)
        by = allowed(by, "hold_fair", now, one.person)
        if one.fair.day > localdate(now):
            raise Invalid(outcome=T("招聘会还没有开。", "The fair has not taken place yet."))
        if stand_id is not None and not one.fair.stands.filter(pk=stand_id).exists():
            raise NotThere
        one.outcome, one.stand_id, one.noted_at = outcome, stand_id, now
        one.save(update_fields=["outcome", "stand", "noted_at"])
        write_on(one, "fair_outcome_noted", by, now, details={"fair": fair_id, "outcome": outcome})
        return one


def _check(wish: FairWish, district_id: int, today: date) -> None:
    wrong: dict[str, T] = {}
    if not wish.title.strip():
        wrong["title"] = T("请写招聘会的名称。", "Please name the fair.")
    if not today <= wish.day <= today.replace(year=today.year + 2, day=min(today.day, 28)):
        wrong["day"] = T("请写今天以后、两年以内的日子。", "Please give a day from today on, within two years.")
    if not wish.opens.strip():
        wrong["opens"] = T("请写几点到几点。", "Please give the hours.")
    if not wish.place.strip():
        wrong["place"] = T("请写在哪里。", "Please say where.")
    if not wish.access.strip():
        wrong["access"] = T("请写怎么进场、有什么便利。", "Please say how people get in and what helps there.")
    if not Department.objects.filter(pk=wish.town, district_id=district_id, kind=Department.TOWN).exists():
        wrong["town"] = T("请选在哪个镇或街道。", "Please choose the town.")
    if wrong:
        raise Invalid(**wrong)


def _locked(fair_id: int, by: Actor, now: datetime) -> tuple[JobFair, Actor]:
    by = allowed(by, "hold_fair", now)
    assert by.post is not None
    here = JobFair.objects.filter(pk=fair_id, district_id=by.post.district_id)
    found = here.select_for_update(of=("self",)).first()
    if found is None:
        raise NotThere
    return found, by


def _visitor(fair_id: int, **which: Any) -> FairVisitor:
    rows = FairVisitor.objects.select_for_update(of=("self",)).filter(fair_id=fair_id, **which)
    found = rows.select_related("fair", "person__key").first()
    if found is None:
        raise NotThere
    return found


def _details(fair: JobFair) -> dict[str, Any]:
    return {"title": fair.title, "day": fair.day.isoformat()}
