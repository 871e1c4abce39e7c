"""Who acts for a unit or a person is changed: another role, or no mandate any more (改授权、结束授权).

The row of the unit, or of the person, is locked first: two managers who end each other meet there, and the second is no
manager any more.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import ApiClient, Role, User
from casework import acting
from casework.models import Mandate, Organisation, Person
from casework.outbox import put, to_account
from casework.record import write_on
from flows.errors import Invalid, NotAllowed, NotThere
from policy import T

# What people end themselves: who applies for themselves, and a guardian, are the office's matter.
ENDED_BY_PEOPLE: Final = ("staff", "agent")


_NO_PORTAL: Final = T("平台不能当单位管理员。", "A portal can't manage the unit's people.")


def change_role(*, mandate_id: int, role: str, by: Actor, now: datetime) -> Mandate:
    """The unit's manager gives one of its people another role; the same again is no error.

    Raises NotThere, Invalid at `role`, NotAllowed where the actor does not manage the unit or nobody else would.
    """
    if role not in Mandate.ROLES:
        raise Invalid(role=T("请选这个人可以做什么。", "Please choose what they may do."))
    with transaction.atomic():
        mandate = _locked(mandate_id, now)
        unit = mandate.organisation
        if unit is None:
            raise NotThere
        if reason := acting.why_not_name(by, unit, localdate(now)):
            raise NotAllowed(reason)
        if role == Mandate.MANAGER and ApiClient.objects.filter(account_id=mandate.user_id).exists():
            raise Invalid(role=_NO_PORTAL)
        if mandate.role != role:
            _must_leave_a_manager(mandate, now)
            before, mandate.role = mandate.role, role
            mandate.save(update_fields=["role"])
            by = acting.as_acting_for(by, unit, localdate(now))
            details = {"user": mandate.user_id, "organisation": unit.pk, "role": role, "before": before}
            write_on(mandate, "mandate_role_changed", by, now, details=details)
            told = [*([mandate.user] if mandate.user_id != by.user_id else []), *principals_of(mandate, by, now)]
            put(*(to_account(one, mandate.district_id, "mandate_role_changed", now) for one in told))
        return mandate


def end_mandate(*, mandate_id: int, by: Actor, now: datetime) -> None:
    """The mandate ends at once; a second time is no error.

    By the unit's manager or the person acted for, by whoever gives their own back, or by an intake officer, who alone
    may end a unit's last manager (the unit then begins anew with a paper). Raises NotThere, NotAllowed.
    """
    with transaction.atomic():
        mandate = _locked(mandate_id, now, standing=False)
        who = mandate.organisation or mandate.person
        if by.is_officer:
            if not by.holds_post(localdate(now)) or not by.has_role(Role.INTAKE):
                raise NotAllowed("only_the_intake")
            if mandate.capacity not in ENDED_BY_PEOPLE:
                raise NotThere
        else:
            _may_end(mandate, who, by, now)
        if mandate.until is not None and (mandate.ended_at is not None or mandate.until < localdate(now)):
            return
        if not by.is_officer:
            _must_leave_a_manager(mandate, now)
        acted_by = acting.as_acting_for(by, who, localdate(now))
        mandate.until, mandate.ended_at = localdate(now), now
        mandate.save(update_fields=["until", "ended_at"])
        write_on(mandate, "mandate_ended", acted_by, now, details=_details(mandate))
        if mandate.user_id != by.user_id:
            put(to_account(mandate.user, mandate.district_id, "mandate_over", now))
        others = principals_of(mandate, by, now)
        put(*(to_account(one, mandate.district_id, "mandate_ended", now) for one in others))


def principals_of(mandate: Mandate, by: Actor, now: datetime) -> list[User]:
    """Whom a change is told: who says who acts for the unit or the person; not who did it, nor whom it is about."""
    who = mandate.organisation or mandate.person
    assert who is not None
    named = {one.user_id: one.user for one in acting.naming(who, localdate(now)).select_related("user").order_by("pk")}
    return [user for pk, user in named.items() if pk not in (by.user_id, mandate.user_id)]


def _may_end(mandate: Mandate, who: Organisation | Person | None, by: Actor, now: datetime) -> None:
    """Raises NotThere where it is nothing to the actor, or NotAllowed."""
    is_own = mandate.user_id == by.user_id
    if not by.is_applicant or not (is_own or acting.acts_for(by, who, localdate(now))):
        raise NotThere
    if mandate.capacity not in ENDED_BY_PEOPLE:
        raise NotAllowed("only_the_office_ends_it")
    if not is_own and (reason := acting.why_not_name(by, who, localdate(now))):
        raise NotAllowed(reason)


def _must_leave_a_manager(mandate: Mandate, now: datetime) -> None:
    """Raises NotAllowed where nobody would manage the unit's people any more."""
    unit = mandate.organisation
    if unit is None or mandate.role != Mandate.MANAGER:
        return
    if not acting.managers_left(unit, localdate(now), without=mandate):
        raise NotAllowed("last_manager")


def _details(mandate: Mandate) -> dict[str, object]:
    whom = {"organisation": mandate.organisation_id} if mandate.organisation_id else {"person": mandate.person_id}
    return {"user": mandate.user_id, **whom, "as": mandate.acts_as}


def _locked(mandate_id: int, now: datetime, standing: bool = True) -> Mandate:
    """The mandate, read once its unit or person is locked. Raises NotThere."""
    found = Mandate.objects.filter(pk=mandate_id).values("organisation_id", "person_id").first()
    if found is None:
        raise NotThere
    lock_whom(found["organisation_id"], found["person_id"])
    mandates = Mandate.objects.in_force(localdate(now)) if standing else Mandate.objects.all()
    mandate = mandates.select_related("organisation", "person", "user").filter(pk=mandate_id).first()
    if mandate is None:
        raise NotThere
    return mandate


def lock_whom(organisation_id: int | None, person_id: int | None) -> None:
    """One change at a time to who acts for a unit or a person."""
    if organisation_id is not None:
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    elif person_id is not None:
        Person.objects.select_for_update(no_key=True).get(pk=person_id)
