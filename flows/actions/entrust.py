"""An applicant entrusts themselves to a portal (委托平台代办): its account becomes their agent, or their unit's handler.

It needs no code, as nobody has to be found: the portals stand on the page, each with the department that answers for it.
Ended like every mandate (`change_mandate.py`).
"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import ApiClient
from casework import acting
from casework.interfaces import offered_to_applicants
from casework.models import Mandate, Organisation, Person
from casework.outbox import put, to_account
from casework.record import write_on
from flows.actions.change_mandate import lock_whom, principals_of
from flows.errors import NotAllowed, NotThere


def entrust(*, whom: Organisation | Person, client_id: int, by: Actor, now: datetime) -> Mandate:
    """The mandate, from today; who has one already keeps it. Raises NotThere for a client that is not offered, NotAllowed."""
    today, is_unit = localdate(now), isinstance(whom, Organisation)
    with transaction.atomic():
        lock_whom(whom.pk if is_unit else None, None if is_unit else whom.pk)
        if reason := acting.why_not_name(by, whom, today):
            raise NotAllowed(reason)
        client = _offered(whom.district_id, client_id, now)
        standing = acting.mandates_for(whom, today).filter(user=client.account, until=None).first()
        if standing is not None:
            return standing
        mandate = Mandate.objects.create(
            district_id=whom.district_id, user=client.account, since=today,
            person=whom if isinstance(whom, Person) else None,
            organisation=whom if isinstance(whom, Organisation) else None,
            capacity="staff" if is_unit else "agent", role=Mandate.APPLICANT if is_unit else "",
        )  # fmt: skip
        by = acting.as_acting_for(by, whom, today)
        details = {"user": client.account_id, whom._meta.model_name or "": whom.pk, "client": client.pk}
        write_on(mandate, "mandate_given", by, now, details=details)
        others = principals_of(mandate, by, now)
        put(*(to_account(one, mandate.district_id, "mandate_taken", now) for one in others))
        return mandate


def _offered(district_id: int, client_id: int, now: datetime) -> ApiClient:
    for client in offered_to_applicants(district_id, localdate(now)):
        if client.pk == client_id:
            return client
    raise NotThere
