"""The reserve (劳动项目储备): a completed project goes in, a base's request is taken up, each with what the lists name."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services import lists
from services.access import allowed
from services.matching import known
from services.models import BaseRequest, LabourProject
from services.reserve import facts_of, projects_to_put, requests_to_take

SPEC = access.register_action(ActionSpec("keep_reserve", needs="any_case", holder="service_officers"))


def put_in_reserve(
    *, case_id: int, skills: Sequence[str], kinds: Sequence[str], by: Actor, now: datetime
) -> LabourProject:  # fmt: skip
    """A completed project case goes into the reserve. Raises Invalid, NotAllowed, NotThere, AlreadyDone."""
    by = allowed(by, "keep_reserve", now)
    _check(skills, kinds)
    case = projects_to_put(by).filter(pk=case_id).first()
    if case is None:
        raise NotThere
    facts = facts_of(case)
    _complete(facts, "work", "supplier", "unit_price", "volume", "deadline")
    try:
        with transaction.atomic():
            made = LabourProject.objects.create(
                district_id=case.district_id, case=case, title=facts["work"][:200], supplier=facts["supplier"][:200],
                unit_price=Decimal(facts["unit_price"]), volume=facts["volume"], deadline=date.fromisoformat(facts["deadline"]),
                skills=list(skills), kinds=list(kinds), put_by_id=by.user_id, put_at=now,
            )  # fmt: skip
            write_on(made, "project_reserved", by, now, details={"case": case.pk, "volume": made.volume})
            return made
    except IntegrityError:
        raise AlreadyDone("reserved_already") from None


def take_request(
    *, case_id: int, skills: Sequence[str], kinds: Sequence[str], by: Actor, now: datetime
) -> BaseRequest:  # fmt: skip
    """A base's request is taken up for the sharing out, with what its people can do. Raises as above."""
    by = allowed(by, "keep_reserve", now)
    _check(skills, kinds)
    case = requests_to_take(by).filter(pk=case_id).first()
    if case is None or case.organisation_id is None:
        raise NotThere
    facts = facts_of(case)
    _complete(facts, "volume", "members", "from_on")
    try:
        with transaction.atomic():
            made = BaseRequest.objects.create(
                district_id=case.district_id, case=case, organisation_id=case.organisation_id, capacity=facts["volume"],
                members=facts["members"], from_on=date.fromisoformat(facts["from_on"]), skills=list(skills), kinds=list(kinds),
                taken_by_id=by.user_id, taken_at=now,
            )  # fmt: skip
            write_on(made, "request_taken", by, now, details={"case": case.pk, "capacity": made.capacity})
            return made
    except IntegrityError:
        raise AlreadyDone("reserved_already") from None


def _check(skills: Sequence[str], kinds: Sequence[str]) -> None:
    wrong: dict[str, T] = {}
    if not known(skills, lists.SKILLS):
        wrong["skills"] = T("请从列表里选。", "Please choose from the list.")
    if not known(kinds, lists.SUITS):
        wrong["kinds"] = T("请从列表里选。", "Please choose from the list.")
    if wrong:
        raise Invalid(**wrong)


def _complete(facts: dict[str, Any], *names: str) -> None:
    """Raises Invalid where the case does not say what the reserve needs."""
    if any(not facts.get(name) for name in names):
        raise Invalid(
            skills=T(
                "这一件没有写全数量、价钱或者日子，不能放进储备。",
                "The case lacks a number, a price or a day that the reserve needs.",
            )
        )
