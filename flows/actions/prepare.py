"""Claims prepared without asking (免申即享): offered, confirmed, declined, taken up, reminded of, ended.

Only the person, or who acts for them, hands one in; it then goes the way of any application.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import User
from casework import access, acting, deadlines
from casework.access import ActionSpec
from casework.certain import Certain, claims_of
from casework.filing import ABOUT, CONTACT, KNOWN, contact_in
from casework.models import Case, Draft, Person, Preparation, PreparedClaim
from casework.outbox import put, to_account
from casework.published import parameters
from casework.record import write_on
from casework.sealing import seal, unseal
from flows.actions.submit import turn_into_case
from flows.errors import AlreadyDone, NotThere, Stale

SPEC = access.register_action(ActionSpec("confirm_prepared", needs="any_case", holder="applicant"))
DECLINE = access.register_action(ActionSpec("decline_prepared", needs="any_case", holder="applicant"))


def prepare(*, person: Person, user: User, claims: list[Certain], by: Actor, now: datetime) -> list[PreparedClaim]:
    """Offer these claims, each once; end the offers that are not among them. The new offers.

    Two at once: the second finds them there.
    """
    with transaction.atomic():
        _lock(person)
        wanted = {(claim.measure, claim.period): claim for claim in claims}
        for old in PreparedClaim.objects.filter(person=person, state=PreparedClaim.OFFERED).select_related("draft"):
            claim = wanted.get((old.measure, old.period))
            if claim is None:
                _end(old, PreparedClaim.OVERTAKEN, by, now)
            elif not _is_as_offered(old, claim):
                _renew(old, claim, by, now)
        made = [one for one in (_offer(person, user, claim, by, now) for claim in claims) if one is not None]
        Preparation.objects.update_or_create(
            person=person, defaults={"district_id": person.district_id, "judged_at": now}
        )  # fmt: skip
        return made


def confirm_prepared(*, code: uuid.UUID, by: Actor, now: datetime, language: str = settings.LANGUAGE_CODE) -> Case:
    """Hand the claim in as it stands, with the person's consent; a second time gives the same case.

    It is judged again first. Raises Stale where something has changed: what changed is then written into the offer, or
    the offer ended. Raises NotThere, AlreadyDone, and Invalid where the contact data lack something.
    """
    with transaction.atomic(durable=True):
        claim = _own(code, by, now)
        if claim.state == PreparedClaim.CONFIRMED and claim.case is not None:
            return claim.case
        _must_be_offered(claim)
        _lock(claim.person)
        fresh = next((one for one in claims_of(claim.person, localdate(now)) if _is_same(claim, one)), None)
        unchanged = fresh is not None and _is_as_offered(claim, fresh)
        if unchanged:
            return _hand_in(claim, by, now, language)
        if fresh is None:
            _end(claim, PreparedClaim.OVERTAKEN, by, now)
        else:
            _renew(claim, fresh, by, now)
    raise Stale


def decline_prepared(*, code: uuid.UUID, by: Actor, now: datetime) -> None:
    """Not wanted: it is not offered again for this period. Declined already is no error."""
    with transaction.atomic():
        claim = _own(code, by, now)
        if claim.state != PreparedClaim.DECLINED:
            _must_be_offered(claim)
            _end(claim, PreparedClaim.DECLINED, by, now)


def take_up(*, code: uuid.UUID, by: Actor, now: datetime) -> Draft:
    """Something is wrong: the person goes on with the ordinary form, all filled in. A second time gives the same draft."""
    with transaction.atomic():
        claim = _own(code, by, now)
        if claim.state != PreparedClaim.TAKEN or claim.draft is None:
            _must_be_offered(claim)
            assert claim.draft is not None
            days = deadlines.length_of(parameters(claim.district_id), "draft", localdate(now)).number
            claim.draft.expires_on = localdate(now) + timedelta(days=days)
            claim.draft.user_id = by.user_id  # whoever of those who act for them goes on with it
            claim.draft.save(update_fields=["expires_on", "user"])
            _decide(claim, PreparedClaim.TAKEN, by, now, "prepared_taken")
        return claim.draft


def remind_of_prepared(*, claim_id: int, by: Actor, now: datetime) -> None:
    """Once, some days before it lapses."""
    with transaction.atomic():
        claim = _locked(pk=claim_id)
        if claim.state != PreparedClaim.OFFERED or claim.reminded_at is not None:
            raise AlreadyDone("prepared_decided")
        claim.reminded_at = now
        claim.save(update_fields=["reminded_at"])
        put(to_account(claim.user, claim.district_id, "prepared_reminder", now, due=claim.until.isoformat()))


def lapse_prepared(*, claim_id: int, by: Actor, now: datetime) -> None:
    """Its days are over: nothing is lost, the person may still apply."""
    with transaction.atomic():
        claim = _locked(pk=claim_id)
        if claim.state != PreparedClaim.OFFERED or claim.until >= localdate(now):
            raise AlreadyDone("prepared_decided")
        _end(claim, PreparedClaim.LAPSED, by, now)


def _offer(person: Person, user: User, claim: Certain, by: Actor, now: datetime) -> PreparedClaim | None:
    """A new offer, or one that was overtaken and is certain again; None where this period had its offer."""
    row = PreparedClaim.objects.filter(person=person, measure=claim.measure, period=claim.period).first()
    if row is not None and row.state != PreparedClaim.OVERTAKEN:
        return None
    until = _until(person.district_id, localdate(now))
    draft = Draft.objects.create(
        district_id=person.district_id, user=user, person=person, measure=claim.measure, period=claim.period,
        answers=seal(person.key, _answers(claim)), created_at=now, changed_at=now, expires_on=until,
    )  # fmt: skip
    row = row or PreparedClaim(
        district_id=person.district_id, person=person, measure=claim.measure, period=claim.period
    )  # fmt: skip
    row.user, row.draft, row.state, row.amount = user, draft, PreparedClaim.OFFERED, claim.amount
    row.offered_at, row.until, row.reminded_at, row.decided_at = now, until, None, None
    row.save()
    write_on(row, "claim_prepared", by, now, details={"measure": claim.measure, "amount": f"{claim.amount:.2f}"})
    put(to_account(user, person.district_id, "prepared_claim", now, due=until.isoformat()))
    return row


def _until(district_id: int, on: date) -> date:
    """How long it is offered, and never beyond the policy itself."""
    figures = parameters(district_id)
    until = on + timedelta(days=deadlines.length_of(figures, "prepared", on).number)
    last = figures.period().last
    return min(until, last) if last is not None else until


def _answers(claim: Certain) -> dict[str, Any]:
    return {"facts": dict(claim.facts), ABOUT: False, KNOWN: sorted(claim.known)}


def _renew(row: PreparedClaim, claim: Certain, by: Actor, now: datetime) -> None:
    """What is known has changed, and it is certain still: the offer says what is known now."""
    assert row.draft is not None
    kept = {name: value for name, value in unseal(row.person.key, row.draft.answers).items() if name == CONTACT}
    row.draft.answers = seal(row.person.key, {**_answers(claim), **kept})
    row.draft.revision += 1
    row.draft.changed_at = now
    row.draft.save(update_fields=["answers", "revision", "changed_at"])
    row.amount = claim.amount
    row.save(update_fields=["amount"])
    write_on(row, "prepared_renewed", by, now, details={"measure": row.measure, "amount": f"{claim.amount:.2f}"})


def _end(row: PreparedClaim, state: str, by: Actor, now: datetime) -> None:
    """The offer is over, and what was filled in for it is deleted."""
    draft, row.draft = row.draft, None
    _decide(row, state, by, now, f"prepared_{state}")
    if draft is not None:
        draft.delete()


def _decide(row: PreparedClaim, state: str, by: Actor, now: datetime, event: str) -> None:
    row.state, row.decided_at = state, now
    row.save()
    write_on(row, event, by, now, details={"measure": row.measure})


def _hand_in(claim: PreparedClaim, by: Actor, now: datetime, language: str) -> Case:
    draft = Draft.objects.select_related("district", "person__key", "person__town", "user").get(prepared=claim)
    answers = unseal(draft.key, draft.answers)
    contact = contact_in(answers, claim.person)
    draft.answers = seal(draft.key, {**answers, ABOUT: bool(contact.telephone and contact.address)})
    draft.save(update_fields=["answers"])
    case = turn_into_case(draft, by, now, language, {"prepared": claim.pk, "consent": True})
    claim.draft, claim.case = None, case
    _decide(claim, PreparedClaim.CONFIRMED, by, now, "prepared_confirmed")
    return case


def _is_same(row: PreparedClaim, claim: Certain) -> bool:
    return (row.measure, row.period) == (claim.measure, claim.period)


def _is_as_offered(row: PreparedClaim, claim: Certain) -> bool:
    """Whether it comes to the same on the same facts."""
    assert row.draft is not None
    facts = unseal(row.person.key, row.draft.answers)["facts"]
    return bool(facts == dict(claim.facts)) and row.amount == claim.amount


def _lock(person: Person) -> None:
    """One preparation for a person at a time; what a case of theirs takes is held by its own keys."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _locked(**which: Any) -> PreparedClaim:
    """The row is locked first and read in a second statement: what is joined to a lock that waited is stale."""
    found = PreparedClaim.objects.select_for_update(no_key=True).filter(**which).values_list("pk", flat=True).first()
    if found is None:
        raise NotThere
    rows = PreparedClaim.objects.select_related("person__key", "person__district", "user", "draft", "case")
    return rows.get(pk=found)


def _own(code: uuid.UUID, by: Actor, now: datetime) -> PreparedClaim:
    claim = _locked(code=code)
    if by.on_behalf_of != claim.person or acting.why_not_change(by, claim.person, localdate(now)):
        raise NotThere
    return claim


def _must_be_offered(claim: PreparedClaim) -> None:
    if claim.state != PreparedClaim.OFFERED:
        raise AlreadyDone("prepared_decided")
