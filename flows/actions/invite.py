"""A code with which somebody takes a mandate up (授权码): made, and taken back before it is used.

The code is shown once to who makes it and kept as a keyed digest: a list of codes helps nobody, and nothing says who has
an account here.
"""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting
from casework.models import Invitation, Mandate, Organisation, Person
from casework.record import write_on
from casework.sealing import fixed_index
from flows.actions.change_mandate import lock_whom
from flows.errors import Invalid, NotAllowed, NotThere
from policy import T

LASTS: Final = timedelta(days=7)
DIGITS: Final = 12
MOST_OPEN: Final = 20
TOO_MANY: Final = T(
    "已经有 {n} 个授权码没有用。请先收回几个。", "{n} codes wait to be used already. Please take some back first."
).fill(n=MOST_OPEN)


def invite(*, whom: Organisation | Person, by: Actor, now: datetime, role: str = "") -> tuple[Invitation, str]:
    """The invitation, and its code of twelve digits, which nobody can read again.

    For a unit by its manager, in a role; for a person by themselves, without one. Raises NotAllowed, Invalid.
    """
    is_unit = isinstance(whom, Organisation)
    with transaction.atomic():
        lock_whom(whom.pk if is_unit else None, None if is_unit else whom.pk)
        if reason := acting.why_not_name(by, whom, localdate(now)):
            raise NotAllowed(reason)
        if is_unit and role not in Mandate.ROLES:
            raise Invalid(role=T("请选这个人可以做什么。", "Please choose what they may do."))
        if acting.open_invitations(whom, now).count() >= MOST_OPEN:
            raise Invalid(role=TOO_MANY)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        made = Invitation.objects.create(
            district_id=whom.district_id, organisation=whom if isinstance(whom, Organisation) else None,
            person=whom if isinstance(whom, Person) else None, role=role if is_unit else "", digest=digest(code),
            made_by_id=by.user_id, made_at=now, expires_at=now + LASTS,
        )  # fmt: skip
        by = acting.as_acting_for(by, whom, localdate(now))
        write_on(made, "invited", by, now, details={whom._meta.model_name or "": whom.pk, "role": made.role})
        return made, code


def withdraw_invitation(*, invitation_id: int, by: Actor, now: datetime) -> None:
    """The code is worth nothing any more; one that was taken back already is no error.

    Raises NotThere, NotAllowed; also NotThere for one that has been used: then there is a mandate to end.
    """
    with transaction.atomic():
        found = Invitation.objects.filter(pk=invitation_id).values("organisation_id", "person_id").first()
        if found is None:
            raise NotThere
        lock_whom(found["organisation_id"], found["person_id"])
        invitation = Invitation.objects.select_related("organisation", "person").get(pk=invitation_id)
        whom, today = invitation.whom, localdate(now)
        if not acting.acts_for(by, whom, today) or invitation.mandate_id is not None:
            raise NotThere
        if reason := acting.why_not_name(by, whom, today):
            raise NotAllowed(reason)
        if invitation.withdrawn_at is None:
            invitation.withdrawn_at = now
            invitation.save(update_fields=["withdrawn_at"])
            write_on(invitation, "invitation_withdrawn", acting.as_acting_for(by, whom, today), now)


def digest(code: str) -> str:
    """How a code is kept and found: keyed, so that trying all of them on a copy of the table finds none."""
    return fixed_index(f"invitation:{code}")
