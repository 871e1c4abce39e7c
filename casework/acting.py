"""Who acts for an applicant (授权), and what each may: the one place that the judge, the look-ups and the pages ask.

A mandate holds for a person (oneself, a guardian, an agent) or for a unit, in a role. Nothing here writes; the actions
are `flows/actions/{give_mandate,invite,take_mandate,change_mandate}.py`. A draft is its writer's; with the mandate it goes
out of reach.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework.models import Draft, Invitation, Mandate, Organisation, Person
from casework.models.person import MandateQuerySet
from casework.models.prepared import PreparedClaim
from casework.remembering import once
from casework.statements import Asked, Question, given

# As whom an account acts (`Mandate.acts_as`): who fills in, sends, corrects and gives an account; who says who else acts.
EVERYBODY: Final = ("self", "guardian", "agent", Mandate.MANAGER, Mandate.APPLICANT, Mandate.READER)
CHANGES: Final = frozenset(EVERYBODY) - {Mandate.READER}
NAMES: Final = frozenset({"self", Mandate.MANAGER})


def mandates_of(by: Actor, on: date) -> MandateQuerySet:
    """The mandates that the account holds on the day."""
    return Mandate.objects.in_force(on).filter(user_id=by.user_id)


def mandates_for(who: Person | Organisation, on: date) -> MandateQuerySet:
    """Everybody who acts for this person or unit on the day."""
    field = "organisation" if isinstance(who, Organisation) else "person"
    return Mandate.objects.in_force(on).filter(**{field: who.pk})


def mandate_of(by: Actor, who: Any, on: date) -> Mandate | None:
    """The mandate under which the account acts for this person or unit; the one that may most, of several."""
    if not by.is_applicant or not isinstance(who, Person | Organisation):
        return None
    asked, values = about_mandate(by, who, on)
    key = ("mandate", by.user_id, who._meta.model_name, who.pk, on)
    found: Mandate | None = once(key, lambda: _strongest(asked.all(**values)))
    return found


_FOR_PERSON: Final = Asked(
    lambda: Mandate.objects.in_force(given("on")).filter(person=given("who"), user=given("user"))
)
_FOR_UNIT: Final = Asked(
    lambda: Mandate.objects.in_force(given("on")).filter(organisation=given("who"), user=given("user"))
)


def about_mandate(by: Actor, who: Person | Organisation, on: date) -> Question:
    """What `mandate_of` asks of the database."""
    asked = _FOR_UNIT if isinstance(who, Organisation) else _FOR_PERSON
    return asked.about(on=on, who=who.pk, user=by.user_id)


def _strongest(mandates: list[Mandate]) -> Mandate | None:
    return min(mandates, key=lambda one: EVERYBODY.index(one.acts_as), default=None)


def acts_for(by: Actor, who: Any, on: date) -> bool:
    """Whether the account holds a mandate for the applicant, even one that only reads."""
    return mandate_of(by, who, on) is not None


def why_not_change(by: Actor, who: Any, on: date) -> str:
    """Why the account may change nothing for this applicant, as a key of REASONS; empty where it may."""
    mandate = mandate_of(by, who, on)
    if mandate is None:
        return "not_the_applicant"
    return "" if mandate.acts_as in CHANGES else "reads_only"


def why_not_name(by: Actor, who: Any, on: date) -> str:
    """Why the account may not say who else acts for this applicant; empty where it may."""
    mandate = mandate_of(by, who, on)
    if mandate is not None and mandate.acts_as in NAMES:
        return ""
    return "only_managers" if isinstance(who, Organisation) else "only_the_person"


def as_acting_for(by: Actor, who: Any, on: date) -> Actor:
    """The actor as the record names it: for whom, and as whom. Unchanged where there is no mandate."""
    mandate = mandate_of(by, who, on)
    return by if mandate is None else replace(by, on_behalf_of=who, acts_as=mandate.acts_as)


def own_drafts(by: Actor, on: date) -> QuerySet[Draft]:
    """The drafts that the account may open: those it began for whom it still acts and may change something, and what was
    prepared for them; an officer's own."""
    if not by.is_applicant:
        return Draft.objects.filter(user_id=by.user_id)
    mine = mandates_of(by, on).exclude(role=Mandate.READER)
    persons = Q(person__in=mine.values("person"))
    began = Q(user_id=by.user_id) & (persons | Q(organisation__in=mine.values("organisation")))
    offers = PreparedClaim.objects.filter(state=PreparedClaim.OFFERED, draft__isnull=False)
    return Draft.objects.filter(began | (persons & Q(pk__in=offers.values("draft"))))


def managers_left(unit: Organisation, on: date, *, without: Mandate) -> bool:
    """Whether somebody would still manage the unit's people without this mandate."""
    return mandates_for(unit, on).filter(role=Mandate.MANAGER).exclude(pk=without.pk).exists()


def naming(who: Person | Organisation, on: date) -> MandateQuerySet:
    """Those of the mandates that say who else acts: of the unit's managers, or of the person's own account."""
    return mandates_for(who, on).filter(Q(role=Mandate.MANAGER) | Q(capacity="self"))


def open_invitations(who: Person | Organisation, at: datetime) -> QuerySet[Invitation]:
    """The codes for this person or unit that can still be used, newest first: none of somebody who may invite no more."""
    field = "organisation" if isinstance(who, Organisation) else "person"
    waiting = Invitation.objects.filter(**{field: who.pk}, mandate=None, withdrawn_at=None, expires_at__gt=at)
    waiting = waiting.filter(made_by__in=naming(who, localdate(at)).values("user"))
    return waiting.select_related("made_by").order_by("-pk")
