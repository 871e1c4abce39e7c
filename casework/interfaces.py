"""Who a client of the API is: the actor that the judge and the look-ups ask, and the cases that it may follow.

For an applicant who entrusted themselves to it, the client's account is an agent like any other (`casework/acting.py`). In
its department it reads as a post would that handles nothing; such a post exists only as long as the token does.
"""

from collections.abc import Collection
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.models import INTERFACE, ApiClient, ApiToken, Post, Scope
from casework.acting import mandates_of
from casework.models import Case, Mandate, Organisation, Person
from casework.sealing import index
from casework.sight import visible_to

# What says of which cases; the other scopes say what is done with them.
OF_CASES: Final = (Scope.FOLLOW.value, Scope.READ.value)
FOR_APPLICANTS: Final = (Scope.SUBMIT.value, Scope.FOLLOW.value)


def acting(client: ApiClient, who: Person | Organisation | None = None, request_id: str = "") -> Actor:
    """The client as the agent of applicants; `who` is the one it acts for now."""
    return Actor("applicant", user=client.account, on_behalf_of=who, request_id=request_id)


def reading(client: ApiClient, since: date, until: date | None = None, request_id: str = "") -> Actor:
    """The client in its department: it sees the cases that the department has reached, and does nothing to them."""
    post = Post(
        district_id=client.district_id, user=client.account, department=client.department, role=INTERFACE, since=since,
        until=until,
    )  # fmt: skip
    return Actor("officer", user=client.account, post=post, request_id=request_id)


def cases_of(client: ApiClient, scopes: Collection[str], on: date) -> QuerySet[Case]:
    """The cases that the client may follow with these scopes on the day."""
    which = Q(pk__in=[])
    if Scope.FOLLOW in scopes:
        which |= Q(pk__in=visible_to(acting(client), on).values("pk"))
    if Scope.READ in scopes:
        which |= Q(pk__in=visible_to(reading(client, on), on).values("pk"))
    return Case.objects.filter(which, district_id=client.district_id)


def applicant_with(client: ApiClient, number: str, on: date) -> Person | Organisation | None:
    """For whom with this number (normalised) the client acts; None alike for somebody unknown and for who named another."""
    found = index(number)
    held = (
        mandates_of(acting(client), on)
        .filter(Q(person__number_index=found) | Q(organisation__number_index=found))
        .exclude(role=Mandate.READER)
        .select_related("person__key", "person__district", "organisation__key", "organisation__district")
    )
    mandate = held.order_by("pk").first()
    return None if mandate is None else mandate.person or mandate.organisation


def offered_to_applicants(district_id: int, on: date) -> list[ApiClient]:
    """The clients that applicants may entrust themselves to: those with a token that hands in or follows."""
    tokens = (
        ApiToken.objects.good(on)
        .filter(client__district_id=district_id)
        .select_related("client__account", "client__department")
    )
    found = {one.client for one in tokens if any(scope in one.scopes for scope in FOR_APPLICANTS)}
    return sorted(found, key=lambda one: one.pk)
