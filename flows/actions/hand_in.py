"""Hand in a whole application at once (一次提交), as a portal does for somebody who entrusted themselves to it.

What the pages do step by step (begin, how one is reached, answers, papers, submit) is one transaction here: either there is
a case, or nothing. The client's own key makes it safe to ask again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting, files
from casework.filing import ABOUT, CONTACT, EMPTY, Contact
from casework.models import Case, Draft, HandedIn, Organisation, Person
from casework.references import shown
from casework.sealing import seal
from flows.actions.attach import keep_file
from flows.actions.change_mandate import lock_whom
from flows.actions.draft import expiry
from flows.actions.register import is_for
from flows.actions.submit import turn_into_case
from flows.engine import LOCK_TIMED_OUT, has_chain
from flows.errors import Busy, FlowError, Invalid, NotAllowed, NotThere
from policy import T, measure


class OtherRequest(FlowError):
    """The key was used for another request."""


@dataclass(frozen=True)
class Paper:
    """A file: which paper of the measure it is, what it is called, its bytes."""

    code: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Application:
    """What is handed in, read and understood already."""

    code: str
    purpose: str
    contact: Contact
    facts: Mapping[str, Any]
    papers: Iterable[Paper] = ()


def hand_in(
    *, who: Person | Organisation, application: Application, key: str, digest: str, by: Actor, now: datetime,
    language: str = settings.LANGUAGE_CODE,
) -> tuple[dict[str, Any], bool]:  # fmt: skip
    """The answer that says which case it became, and whether it is that of an earlier request with the same key.

    `digest` is of the whole request. Raises NotThere, NotAllowed, Invalid, `casework.evidence.BadFile`, OtherRequest, Busy.
    """
    if (known := _answered(by, key, digest)) is not None:
        return known, True
    try:
        with transaction.atomic(durable=True):
            return _handed_in(who, application, key, digest, by, now, language), False
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == LOCK_TIMED_OUT:
            raise Busy from error
        raise
    except IntegrityError as error:  # the same request won the race
        if "one_case_per_key" not in str(error) or (known := _answered(by, key, digest)) is None:
            raise
        return known, True


def _answered(by: Actor, key: str, digest: str) -> dict[str, Any] | None:
    found = HandedIn.objects.filter(account_id=by.user_id, key=key).first()
    if found is None:
        return None
    if found.digest != digest:
        raise OtherRequest
    answer: dict[str, Any] = found.answer
    return answer


def _handed_in(
    who: Person | Organisation, application: Application, key: str, digest: str, by: Actor, now: datetime, language: str
) -> dict[str, Any]:
    # First: whoever asks with the same key waits here until this transaction ends.
    kept = HandedIn.objects.create(
        district_id=who.district_id, account_id=by.user_id, key=key, digest=digest, made_at=now
    )
    is_unit = isinstance(who, Organisation)
    lock_whom(who.pk if is_unit else None, None if is_unit else who.pk)
    if reason := acting.why_not_change(by, who, localdate(now)):
        raise NotAllowed(reason)
    draft = _drafted(who, application, by, now)
    rules = measure(application.code, application.purpose)
    codes = {one.code for one in rules.evidence if not one.held_by_office}
    papers = list(application.papers)
    if any(paper.code not in codes for paper in papers):
        raise Invalid(papers=_NO_SUCH_PAPER)
    stored: list[str] = []
    try:
        for paper in papers:
            stored.append(keep_file(draft, paper.code, paper.name, paper.content, by=by, now=now)[0].stored_as)
        case = turn_into_case(draft, by, now, language)
    except Exception:
        for name in stored:  # the rows go with the transaction, the files do not
            files.place_of(name).unlink(missing_ok=True)
        raise
    answer = _said(case)
    kept.case, kept.answer = case, answer
    kept.save(update_fields=["case", "answer"])
    return answer


def _drafted(who: Person | Organisation, application: Application, by: Actor, now: datetime) -> Draft:
    """A draft of its own, not the one that the client's account may have begun on pages. Raises NotThere, NotAllowed."""
    rules = measure(application.code, application.purpose)
    if not has_chain(application.code, application.purpose):
        raise NotThere
    if not is_for(rules, who):
        raise NotAllowed("not_for_such_an_applicant")
    contact = {CONTACT: asdict(application.contact)}
    return Draft.objects.create(
        district_id=who.district_id, user_id=by.user_id, measure=application.code, purpose=application.purpose,
        person=who if isinstance(who, Person) else None, organisation=who if isinstance(who, Organisation) else None,
        answers=seal(who.key, {**EMPTY, ABOUT: True, **contact, "facts": dict(application.facts)}), created_at=now, changed_at=now,
        expires_on=expiry(who.district_id, now),
    )  # fmt: skip


def _said(case: Case) -> dict[str, Any]:
    return {
        "reference": shown(case.reference), "type": case.measure, "purpose": case.purpose, "state": case.state,
        "version": case.version, "opened_at": case.opened_at.isoformat(timespec="seconds"),
    }  # fmt: skip


_NO_SUCH_PAPER = T("这一项没有这种材料。", "There is no such paper for this application.")
