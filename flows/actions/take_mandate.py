"""Whoever was given a code acts for the unit or the person from now on (用授权码). The code is good once."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting
from casework.models import Invitation, Mandate
from casework.outbox import put, to_account
from casework.record import write_on
from flows.actions.change_mandate import lock_whom, principals_of
from flows.actions.invite import digest
from flows.errors import Invalid, NotAllowed
from policy import T

# One answer for every code that does not serve: it says nothing of which codes there are.
NO_SUCH_CODE: Final = T(
    "这个授权码不能用：可能输错了，过了 7 天，用过了，或者被收回了。请再核对一遍；还是不行，请对方再给一个。",
    "This code does not serve: it may be mistyped, older than 7 days, used or taken back. Please check it; if it still "
    "fails, ask for a new one.",
)
YOUR_OWN: Final = T("这是您自己的事，不用授权码。", "This is your own matter; it needs no code.")
ALREADY: Final = T(
    "您已经在替这家单位办了。要换身份，请单位管理员改。",
    "You act for this unit already. Its manager can change your role.",
)
ALREADY_FOR_THEM: Final = T("您已经在替这位办了。", "You act for this person already.")


def take_mandate(*, code: str, by: Actor, now: datetime) -> Mandate:
    """The mandate that the code stood for. `code` is its digits.

    Raises NotAllowed for whoever is no applicant's account, and Invalid at `code` for one that does not serve.
    """
    if not by.is_applicant or by.user is None:
        raise NotAllowed("not_the_applicant")
    with transaction.atomic():
        invitation = _locked(code)
        if invitation is None or not acting.open_invitations(invitation.whom, now).filter(pk=invitation.pk).exists():
            raise Invalid(code=NO_SUCH_CODE)
        whom, today = invitation.whom, localdate(now)
        if standing := acting.mandate_of(by, whom, today):
            raise Invalid(
                code=YOUR_OWN if standing.capacity == "self" else ALREADY if standing.role else ALREADY_FOR_THEM
            )
        mandate = Mandate.objects.create(
            district_id=invitation.district_id, user=by.user, organisation=invitation.organisation,
            person=invitation.person, capacity="staff" if invitation.organisation_id else "agent",
            role=invitation.role, since=today,
        )  # fmt: skip
        invitation.mandate = mandate
        invitation.save(update_fields=["mandate"])
        details = {"user": by.user_id, whom._meta.model_name or "": whom.pk, "as": mandate.acts_as,
                   "invitation": invitation.pk}  # fmt: skip
        write_on(mandate, "mandate_taken", acting.as_acting_for(by, whom, today), now, details=details)
        others = principals_of(mandate, by, now)
        put(*(to_account(one, mandate.district_id, "mandate_taken", now) for one in others))
        return mandate


def _locked(code: str) -> Invitation | None:
    """The invitation, read once its unit or person is locked."""
    found = Invitation.objects.filter(digest=digest(code)).values("pk", "organisation_id", "person_id").first()
    if found is None:
        return None
    lock_whom(found["organisation_id"], found["person_id"])
    return Invitation.objects.select_related("organisation", "person").get(pk=found["pk"])
