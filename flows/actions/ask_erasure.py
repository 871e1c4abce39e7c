"""Ask to have one's data erased (申请删除个人信息), take that back, or decline it with a reason.

What it comes to is `flows/actions/erase.py`. Each stands in the person's own record.
"""

from datetime import date, datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, acting, deadlines, states
from casework.calendar import calendar_of
from casework.models import Case, ErasureRequest, Person
from casework.outbox import put, to_account
from casework.published import parameters
from casework.record import write_on
from casework.sealing import seal
from flows.actions.erase import locked
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from policy import T

ASKERS: Final = frozenset({"self", "guardian"})
MOST: Final = 1000
NO_REASON: Final = T("请写一句为什么。", "Please say why, in a sentence.")
NO_ANSWER: Final = T("请写明不删的理由和依据。", "Please give the reason, and by what rule.")


def why_not_ask(by: Actor, person: Person, now: datetime) -> str:
    """Why the account may not ask for it, as a key of REASONS; empty where it may."""
    mandate = acting.mandate_of(by, person, localdate(now))
    if mandate is None:
        return "not_the_applicant"
    return "" if mandate.acts_as in ASKERS else "erasure_by_themselves"


def ask_erasure(*, person_id: int, by: Actor, now: datetime, reason: str) -> ErasureRequest:
    """The request, with the day by which it is answered.

    Raises NotThere, NotAllowed (`case_still_open`, or by who may not), Invalid at `reason`, AlreadyDone
    (`erasure_asked_already`, `already_erased`).
    """
    with transaction.atomic():
        person = locked(person_id)
        if why_not := why_not_ask(by, person, now):
            raise NotAllowed(why_not)
        if not reason.strip():
            raise Invalid(reason=NO_REASON)
        if Case.objects.filter(person=person).exclude(state=states.CLOSED).exists():
            raise NotAllowed("case_still_open")
        if ErasureRequest.objects.filter(person=person, outcome="").exists():
            raise AlreadyDone("erasure_asked_already")
        due = due_of(person.district_id, localdate(now))
        request = ErasureRequest.objects.create(
            district_id=person.district_id, person=person, reason=seal(person.key, reason.strip()[:MOST]),
            asked_by_id=by.user_id, asked_at=now, due=due,
        )  # fmt: skip
        acts = acting.as_acting_for(by, person, localdate(now))
        said = {"reason": reason.strip()[:MOST]}
        write_on(person, "erasure_asked", acts, now, details={"due": due.isoformat()}, sealed=said, key=person.key)
        put(to_account(request.asked_by, person.district_id, "erasure_asked", now, due=due.isoformat()))
        return request


def due_of(district_id: int, on: date) -> date:
    """The last day for an answer to what was asked on that day."""
    length = deadlines.length_of(parameters(district_id), "erasure", on)
    return deadlines.due_after(on, length, calendar_of(district_id))


def withdraw_erasure(*, request_id: int, by: Actor, now: datetime) -> None:
    """Who may ask takes it back while it is open; a second time is no error. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        request = _locked(request_id)
        if why_not := why_not_ask(by, request.person, now):
            raise NotAllowed(why_not)
        if request.outcome == "withdrawn":
            return
        _close(request, "withdrawn", by, now)
        acts = acting.as_acting_for(by, request.person, localdate(now))
        write_on(request.person, "erasure_withdrawn", acts, now)


def decline_erasure(*, request_id: int, by: Actor, now: datetime, reason: str) -> None:
    """An administrator declines, because a law wants it kept; who asked reads the reason.

    Raises NotThere, NotAllowed, ProofNeeded, Invalid at `reason`, AlreadyDone.
    """
    verdict = access.may(by, "erase_person", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    if not reason.strip():
        raise Invalid(reason=NO_ANSWER)
    with transaction.atomic():
        request = _locked(request_id, by.post.district_id)
        request.answer = seal(request.person.key, reason.strip()[:MOST])
        _close(request, "declined", by, now)
        said = {"reason": reason.strip()[:MOST]}
        write_on(request.person, "erasure_declined", by, now, sealed=said, key=request.person.key)
        put(to_account(request.asked_by, request.district_id, "erasure_declined", now))


def _locked(request_id: int, district_id: int | None = None) -> ErasureRequest:
    """The request behind the lock of its person, as every act on them."""
    where = {} if district_id is None else {"district_id": district_id}
    found = ErasureRequest.objects.filter(pk=request_id, **where).first()
    if found is None:
        raise NotThere
    locked(found.person_id)
    return ErasureRequest.objects.select_related("person__key", "asked_by").get(pk=request_id)


def _close(request: ErasureRequest, outcome: str, by: Actor, now: datetime) -> None:
    if not request.is_open:
        raise AlreadyDone("erasure_decided")
    request.outcome, request.decided_by_id, request.decided_at = outcome, by.user_id, now
    request.save(update_fields=["outcome", "answer", "decided_by", "decided_at"])
