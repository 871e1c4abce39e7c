"""An intake officer notes that somebody acts for a unit (单位的授权), on its sealed paper."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Role
from casework.acting import mandates_for
from casework.models import Mandate, Organisation
from casework.outbox import put, to_account
from casework.record import write_on
from flows.actions.change_mandate import principals_of
from flows.errors import Invalid, NotAllowed
from policy import T


def give_mandate(
    *, user: Any, organisation: Organisation, by: Actor, now: datetime, role: str = "", evidence: Any = None
) -> Mandate:
    """The account acts for the unit from today; the first mandate of a unit is its manager's, whatever is asked.

    Who has a mandate already keeps it, with the role that is asked for. Raises NotAllowed, Invalid.
    """
    if not by.holds_post(localdate(now)) or not by.has_role(Role.INTAKE):
        raise NotAllowed("only_the_intake")
    if role not in ("", *Mandate.ROLES):
        raise Invalid(role=T("请选这个人可以做什么。", "Please choose what they may do."))
    today = localdate(now)
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        standing = mandates_for(organisation, today).filter(user=user, until=None).first()
        managers = mandates_for(organisation, today).filter(role=Mandate.MANAGER)
        if not managers.exclude(user=user).exists():
            role = Mandate.MANAGER
        if standing is not None:
            if role not in ("", standing.role):
                before, standing.role = standing.role, role
                standing.save(update_fields=["role"])
                details = {"user": user.pk, "organisation": organisation.pk, "role": role, "before": before}
                write_on(standing, "mandate_role_changed", by, now, details=details)
            return standing
        mandate = Mandate.objects.create(
            district_id=organisation.district_id, user=user, organisation=organisation, capacity="staff",
            role=role or Mandate.APPLICANT, since=today, evidence=evidence,
        )  # fmt: skip
        details = {"user": user.pk, "organisation": organisation.pk, "role": mandate.role}
        write_on(mandate, "mandate_given", by, now, details=details)
        others = principals_of(mandate, by, now)
        put(*(to_account(one, mandate.district_id, "mandate_taken", now) for one in others))
        return mandate
