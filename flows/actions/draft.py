"""Drafts (草稿): begun, saved page by page, thrown away. A draft is no case; nobody but its writer sees it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import deadlines
from casework.filing import ABOUT, EMPTY, merged
from casework.historic import keep
from casework.models import Draft, Person
from casework.published import parameters
from casework.sealing import seal, unseal
from flows.engine import has_chain
from flows.errors import NotAllowed, NotThere, Stale
from policy import measure


def start_draft(*, person: Person, code: str, by: Actor, now: datetime, purpose: str = "") -> Draft:
    """The applicant's draft of this measure: a new one, or the one already begun. A measure without a chain has none."""
    measure(code)
    if not has_chain(code, purpose):
        raise NotThere
    if getattr(by.on_behalf_of, "pk", None) != person.pk or by.user is None:
        raise NotAllowed("not_the_applicant")
    draft, _ = Draft.objects.get_or_create(
        district_id=person.district_id, user=by.user, person=person, measure=code, purpose=purpose,
        defaults={
            "answers": seal(person.key, EMPTY), "created_at": now, "changed_at": now,
            "expires_on": _expiry(person.district_id, now),
        },
    )  # fmt: skip
    return draft


def save_draft(
    *, draft_id: int, by: Actor, now: datetime, facts: Mapping[str, Any], revision: int | None = None
) -> Draft:
    """Put these answers into the draft. Raises Stale where it was changed elsewhere since `revision`, NotThere."""
    with transaction.atomic():
        draft = _own(draft_id, by)
        if revision is not None and revision != draft.revision:
            raise Stale
        assert draft.person is not None  # drafts of organisations come with their own pages
        answers = merged(unseal(draft.person.key, draft.answers), facts)
        _write(draft, answers, now)
    return draft


def save_about(*, draft_id: int, by: Actor, now: datetime, telephone: str, address: str, town_id: int | None) -> Draft:
    """Keep how the applicant can be reached, and note in the draft that it was checked."""
    with transaction.atomic():
        draft = _own(draft_id, by)
        person = draft.person
        assert person is not None
        person.telephone, person.address, person.town_id = telephone, address, town_id
        keep(person, by, "contact", now)
        _write(draft, {**unseal(person.key, draft.answers), ABOUT: True}, now)
    return draft


def discard_draft(*, draft_id: int, by: Actor, now: datetime) -> None:
    """Throw the draft and its files away; a second time is no error."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
        if draft is None:
            return
        if by.kind != "clock" and draft.user_id != by.user_id:
            raise NotThere
        draft.evidence.all().delete()
        draft.delete()


def _own(draft_id: int, by: Actor) -> Draft:
    draft = Draft.objects.select_for_update(of=("self",)).select_related("person__key").filter(pk=draft_id).first()
    if draft is None or draft.user_id != by.user_id:
        raise NotThere
    return draft


def _write(draft: Draft, answers: dict[str, Any], now: datetime) -> None:
    assert draft.person is not None
    draft.answers = seal(draft.person.key, answers)
    draft.revision += 1
    draft.changed_at, draft.expires_on = now, _expiry(draft.district_id, now)
    draft.save(update_fields=["answers", "revision", "changed_at", "expires_on"])


def _expiry(district_id: int, now: datetime) -> Any:
    length = deadlines.length_of(parameters(district_id), "draft", localdate(now))
    return localdate(now) + timedelta(days=length.number)
