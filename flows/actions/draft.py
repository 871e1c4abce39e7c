"""Drafts (草稿): begun, saved page by page, thrown away. A draft is no case; nobody but its writer sees it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework import acting, deadlines
from casework.assessment import newest_answers
from casework.filing import ABOUT, CONTACT, EMPTY, KNOWN, Contact, merged
from casework.known import known_of
from casework.models import Draft, Organisation, Person, PreparedClaim
from casework.offers import offered
from casework.published import parameters
from casework.record import write_on
from casework.renewals import carried, last_claim
from casework.sealing import new_key, seal, unseal
from flows.actions.register import is_for, may_register
from flows.engine import has_chain
from flows.errors import NotAllowed, NotThere, Stale
from policy import measure
from policy.measure import Measure


def start_draft(
    *, code: str, by: Actor, now: datetime, purpose: str = "", person: Person | None = None,
    organisation: Organisation | None = None, department: Department | None = None, town: Department | None = None,
    again: bool = False,
) -> Draft:  # fmt: skip
    """The draft of this measure: a new one, or the one that the account has begun for the same applicant.

    An applicant's account begins it for whom it acts; an officer registers it on behalf of a person or an organisation,
    begins their department's own, or notes a report of nobody known (`flows/actions/register.py` says who may). A measure
    without a chain has none. `town` is whose town-level office it belongs to, where that is not the person's. `again`: a new one begins with what the last
    claim of the kind said of the applicant (`casework/renewals.py`).
    """
    rules = measure(code, purpose)
    if not has_chain(code, purpose):
        raise NotThere
    who = person or organisation
    if by.is_officer:
        may_register(by, rules, purpose, person, organisation, department, now)
    elif by.user is None or who is None or by.on_behalf_of != who or not is_for(rules, who):
        raise NotAllowed("not_the_applicant")
    elif reason := acting.why_not_change(by, who, localdate(now)):
        raise NotAllowed(reason)
    district_id = who.district_id if who is not None else by.post.district_id  # type: ignore[union-attr]
    own_key = None if who is not None else new_key("organisation" if department else "reporter", district_id)
    answers = {**EMPTY, "facts": _carried(rules, purpose, who)} if again and who is not None else EMPTY
    fresh = {
        "answers": seal(who.key if who is not None else own_key, answers), "created_at": now, "changed_at": now,
        "expires_on": expiry(district_id, now), "own_key": own_key, "town": town,
    }  # fmt: skip
    same = {"district_id": district_id, "user": by.user, "measure": code, "purpose": purpose, "period": ""}
    if who is None:
        return Draft.objects.create(**same, applicant_department=department, **fresh)
    draft, _ = Draft.objects.get_or_create(**same, person=person, organisation=organisation, defaults=fresh)
    return draft


def _carried(rules: Measure, purpose: str, who: Person | Organisation) -> dict[str, Any]:
    last = last_claim(who, rules.code, purpose)
    return carried(rules, unseal(last.key, newest_answers(last).answers)["facts"]) if last is not None else {}


def save_draft(
    *, draft_id: int, by: Actor, now: datetime, facts: Mapping[str, Any], revision: int | None = None
) -> Draft:
    """Put these answers into the draft. Raises Stale where it was changed elsewhere since `revision`, NotThere."""
    with transaction.atomic():
        draft = _own(draft_id, by, now)
        if revision is not None and revision != draft.revision:
            raise Stale
        answers = merged(unseal(draft.key, draft.answers), facts)
        _write(draft, answers, now)
        _in_their_own_hands(draft, by, now)
    return draft


def take_known(
    *, draft_id: int, by: Actor, now: datetime, wrong: frozenset[str], revision: int | None = None
) -> Draft:  # fmt: skip
    """What was found is right, but for the facts that are `wrong`: those are asked. Raises Stale, NotThere."""
    with transaction.atomic():
        draft = _own(draft_id, by, now)
        if revision is not None and revision != draft.revision:
            raise Stale
        who = draft.person or draft.organisation
        if who is None:
            raise NotThere
        rules, on = measure(draft.measure, draft.purpose), localdate(now)
        answers = unseal(draft.key, draft.answers)
        offer = offered(who, rules, known_of(who, rules, on, facts=answers["facts"]), on)
        facts = {name: value for name, value in answers["facts"].items() if offer.get(name) != value}
        right = {name: value for name, value in offer.items() if name not in wrong}
        _write(draft, {**answers, "facts": {**facts, **right}, KNOWN: sorted(right)}, now)
        _in_their_own_hands(draft, by, now)
    return draft


def save_about(*, draft_id: int, by: Actor, now: datetime, telephone: str, address: str, town_id: int | None) -> Draft:
    """Keep in the draft how the applicant can be reached, and that it was checked. What is known of them, and of their other
    cases, changes only when the application is handed in."""
    with transaction.atomic():
        draft = _own(draft_id, by, now)
        answers = {**unseal(draft.key, draft.answers), ABOUT: True}
        if draft.person_id or draft.organisation_id:
            answers[CONTACT] = asdict(Contact(telephone, address, town_id))
        else:
            draft.town_id = town_id
        _write(draft, answers, now)
    return draft


def discard_draft(*, draft_id: int, by: Actor, now: datetime) -> None:
    """Throw the draft and its files away.

    Raises NotThere where it is gone already or somebody else's, which are told alike; by the clock, a second time is no error.
    """
    with transaction.atomic():
        found = Draft.objects.select_for_update().filter(pk=draft_id)
        draft = found.first() if by.kind == "clock" else _own(draft_id, by, now)
        if draft is None:
            return
        _leave_the_offer(draft, PreparedClaim.DECLINED, by, now)
        draft.evidence.all().delete()
        own_key = draft.own_key
        draft.delete()
        if own_key is not None:
            own_key.delete()


def _own(draft_id: int, by: Actor, now: datetime) -> Draft:
    drafts = Draft.objects.select_for_update(of=("self",)).select_related("person__key", "organisation__key", "own_key")
    draft = drafts.filter(pk=draft_id, pk__in=acting.own_drafts(by, localdate(now)).values("pk")).first()
    if draft is None:
        raise NotThere
    return draft


def _in_their_own_hands(draft: Draft, by: Actor, now: datetime) -> None:
    """Whoever changes what was prepared for them fills it in themselves from then on."""
    _leave_the_offer(draft, PreparedClaim.TAKEN, by, now)


def _leave_the_offer(draft: Draft, state: str, by: Actor, now: datetime) -> None:
    """A draft that was offered is no offer any more: its person took it up, or threw it away."""
    if not draft.period:
        return
    claim = PreparedClaim.objects.select_for_update().filter(draft=draft, state=PreparedClaim.OFFERED).first()
    if claim is not None:
        by = acting.as_acting_for(by, draft.person, localdate(now))
        if state == PreparedClaim.TAKEN and draft.user_id != by.user_id:  # who acts for them goes on with it
            draft.user_id = by.user_id
            draft.save(update_fields=["user"])
        claim.state, claim.decided_at = state, now
        claim.save(update_fields=["state", "decided_at"])
        write_on(claim, f"prepared_{state}", by, now, details={"measure": claim.measure})


def _write(draft: Draft, answers: dict[str, Any], now: datetime) -> None:
    draft.answers = seal(draft.key, answers)
    draft.revision += 1
    draft.changed_at, draft.expires_on = now, expiry(draft.district_id, now)
    draft.save(update_fields=["answers", "revision", "changed_at", "expires_on", "town"])


def expiry(district_id: int, now: datetime) -> Any:
    """Until which day a draft that was touched now is kept."""
    length = deadlines.length_of(parameters(district_id), "draft", localdate(now))
    return localdate(now) + timedelta(days=length.number)
