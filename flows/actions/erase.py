"""Erase a person (删除个人信息): what was sealed can never be read again, what stood in clear is gone, the proof holds."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import User
from casework import access, states
from casework.access import ActionSpec
from casework.files import place_of
from casework.models import (
    Case,
    ContactChannel,
    Draft,
    ErasureRequest,
    Evidence,
    IncomingRecord,
    Letter,
    Mandate,
    Notice,
    Person,
    PreparedClaim,
    RegisterAnswer,
    SubjectKey,
)
from casework.outbox import put, to_account
from casework.record import write_on
from flows.errors import AlreadyDone, NotAllowed, NotThere, ProofNeeded

SPEC = access.register_action(ActionSpec("erase_person", needs="any_case", holder="administrators", proof=True))
# What packages above clear of a person, in the same transaction.
_ALSO: Final[list[Callable[[Person], None]]] = []


def also_erase(clear: Callable[[Person], None]) -> None:
    """Let erasing a person clear this, too: what stands in clear in the tables of a package above."""
    _ALSO.append(clear)


def erase_person(*, person_id: int, by: Actor, now: datetime) -> None:
    """Delete the person's keys with all salts, clear what `casework.personal_data.CLEAR` lists of them, remove their files
    and close the account that is theirs alone. Their cases stay as numbers and decisions.

    An open request of theirs is answered by it. Raises NotThere, NotAllowed (`case_still_open`, or by who may not),
    ProofNeeded, AlreadyDone("already_erased").
    """
    verdict = access.may(by, "erase_person", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    with transaction.atomic():
        person = locked(person_id, by.post.district_id)
        _erase(person, by, now, {})


def erase_kept_long_enough(*, person_id: int, before: datetime, by: Actor, now: datetime) -> None:
    """The same by the clock: of a person whose every case was closed before that moment, and of whom there is nothing newer.

    Raises NotThere, NotAllowed (`only_the_clock`, `case_still_open`, `not_kept_long_enough`), AlreadyDone.
    """
    if by.kind != "clock":
        raise NotAllowed("only_the_clock")
    with transaction.atomic():
        person = locked(person_id)
        if not is_kept_long_enough(person, before):
            raise NotAllowed("not_kept_long_enough")
        _erase(person, by, now, {"by": "retention"})


def is_kept_long_enough(person: Person, before: datetime) -> bool:
    """Whether all that the office had to do with the person ended before the moment: a case at least, and nothing since."""
    cases = Case.objects.filter(person=person)
    return (
        cases.exists()
        and not cases.exclude(state=states.CLOSED, closed_at__lt=before).exists()
        and not Draft.objects.filter(person=person, changed_at__gte=before).exists()
        and not RegisterAnswer.objects.filter(person=person, asked_at__gte=before).exists()
        and not PreparedClaim.objects.filter(person=person, offered_at__gte=before).exists()
        and not ErasureRequest.objects.filter(person=person, outcome="").exists()
        and not Mandate.objects.filter(person=person, capacity="self", user__last_login__gte=before).exists()
    )


def locked(person_id: int, district_id: int | None = None) -> Person:
    """The person, locked, who is not erased. Raises NotThere, AlreadyDone("already_erased")."""
    where = {} if district_id is None else {"district_id": district_id}
    person = Person.objects.select_for_update().filter(pk=person_id, **where).first()
    if person is None:
        raise NotThere
    if person.key_id is None:
        raise AlreadyDone("already_erased")
    return person


def _erase(person: Person, by: Actor, now: datetime, details: dict[str, str]) -> None:
    cases = Case.objects.filter(person=person)
    if cases.exclude(state=states.CLOSED).exists():
        raise NotAllowed("case_still_open")
    write_on(person, "person_erased", by, now, details={"cases": cases.count(), **details})
    files = list(_files(person))
    _clear(person)
    account = _close_account(person)
    _answer_requests(person, by, now, account)
    records = IncomingRecord.objects.filter(district_id=person.district_id, number_index=person.number_index)
    evidence = Evidence.objects.filter(Q(case__person=person) | Q(draft__person=person))
    keys = {person.key_id, *records.values_list("key", flat=True), *evidence.values_list("key", flat=True)}
    keys |= set(Draft.objects.filter(person=person).values_list("own_key", flat=True))
    channels = ContactChannel.objects.filter(user__in=account)
    keys |= set(channels.values_list("key", flat=True))
    channels.filter(removed_at=None).update(address=None, removed_at=now)
    SubjectKey.objects.filter(pk__in=keys - {None}).delete()
    transaction.on_commit(lambda: _remove(files))


def _answer_requests(person: Person, by: Actor, now: datetime, closed: list[int]) -> None:
    """The open request is answered; who asked is told, where their account is still there."""
    request = ErasureRequest.objects.filter(person=person, outcome="").select_related("asked_by").first()
    if request is not None:
        request.outcome, request.decided_by, request.decided_at = "erased", by.user, now
        request.save(update_fields=["outcome", "decided_by", "decided_at"])
        if request.asked_by_id not in closed:
            put(to_account(request.asked_by, person.district_id, "erased", now))


def _clear(person: Person) -> None:
    nothing = {"name": "", "telephone": "", "address": "", "number": b"", "certificate": None}
    nothing |= {"certificate_kind": "", "certificate_level": "", "certificate_until": None}
    Person.objects.filter(pk=person.pk).update(**nothing)
    person.history.update(**nothing)
    Notice.objects.filter(case__person=person).update(surname="", award="")
    for clear in _ALSO:
        clear(person)


def _close_account(person: Person) -> list[int]:
    """The accounts that are closed; who acts for others, too, keeps theirs and its name."""
    mine = Mandate.objects.filter(person=person, capacity="self").values("user")
    others = Mandate.objects.filter(user__in=mine).exclude(person=person).values("user")
    closed = list(User.objects.filter(pk__in=mine).exclude(pk__in=others).values_list("pk", flat=True))
    User.objects.filter(pk__in=closed).update(display_name="", is_active=False)
    return closed


def _files(person: Person) -> Iterable[Path]:
    for name in Evidence.objects.filter(Q(case__person=person) | Q(draft__person=person)).values_list("stored_as"):
        yield place_of(name[0])
    for name in Letter.objects.filter(case__person=person).exclude(stored_as="").values_list("stored_as"):
        yield place_of(name[0], settings.LETTERS_DIR)


def _remove(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
