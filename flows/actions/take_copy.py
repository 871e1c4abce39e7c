"""Take a copy of all that is kept of oneself along (个人信息副本): that it was taken stands in the record of who it is of.

Who: the person, their guardian, a unit's manager; with a proof of who they are that is fresh, and once a minute at most,
because the file holds everything in clear.
"""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, acting
from casework.models import Action, Letter, Mandate, Organisation, Person
from casework.record import write_on
from flows.actions.change_mandate import lock_whom
from flows.actions.serve import serve
from flows.errors import NotAllowed, ProofNeeded

TAKERS: Final = frozenset({"self", "guardian", Mandate.MANAGER})
AT_MOST_EVERY: Final = timedelta(minutes=1)


def why_not_take(by: Actor, whom: Person | Organisation, now: datetime) -> str:
    """Why the account may take no copy of what is kept of them, as a key of REASONS; empty where it may."""
    mandate = acting.mandate_of(by, whom, localdate(now))
    if mandate is None:
        return "not_the_applicant"
    return "" if mandate.acts_as in TAKERS else "copy_by_themselves"


def take_copy(*, whom: Person | Organisation, by: Actor, now: datetime) -> None:
    """Note that the copy is taken; the caller writes it afterwards. Letters in it that were not served yet are served by
    that, as if opened one by one.

    Raises NotAllowed (`not_the_applicant`, `copy_by_themselves`, `copy_too_soon`), ProofNeeded.
    """
    if reason := why_not_take(by, whom, now):
        raise NotAllowed(reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    is_unit = isinstance(whom, Organisation)
    with transaction.atomic():
        lock_whom(whom.pk if is_unit else None, None if is_unit else whom.pk)
        kind = whom._meta.model_name or ""
        taken = Action.objects.filter(
            district_id=whom.district_id, subject_kind=kind, subject_id=whom.pk, event="copy_taken",
            at__gt=now - AT_MOST_EVERY,
        )  # fmt: skip
        if taken.exists():
            raise NotAllowed("copy_too_soon")
        write_on(whom, "copy_taken", acting.as_acting_for(by, whom, localdate(now)), now)
    field = "case__organisation" if is_unit else "case__person"
    unserved = Letter.objects.filter(**{field: whom.pk}, waits_for_notice=False, void_at=None, service=None)
    for letter in unserved.exclude(stored_as="").select_related("case__person", "case__organisation"):
        if access.may(by, "open_letter", case=letter.case):
            serve(letter_id=letter.pk, by=by, now=now, how="account")
