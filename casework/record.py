"""Writing the record: one linked, insert-only row per act (架构: 记录)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model

from accounts.actor import Actor
from casework.models import Action, Case, SubjectKey, Task
from casework.sealing import Erased, fixed_index, seal, unseal
from casework.statements import append
from ledger.canonical import FIRST, SCHEMA, commit, link

HASHED = (
    "schema", "district_id", "subject_kind", "subject_id", "number", "event", "actor_kind", "user_id", "post_id", "role",
    "acts_for_kind", "acts_for_id", "department_id", "step", "step_opened_at", "outcome", "clause", "measure",
    "policy_version", "amount", "case_version", "state", "person_index", "request_id", "proved_at", "details", "at",
    "commitments",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A column's value as canonical JSON says it: UTC to the microsecond, decimals as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value


def hashed_fields(action: Action) -> dict[str, Any]:
    """What the hash of the record is made from."""
    return {name.removesuffix("_id") if name != "subject_id" else name: plain(getattr(action, name)) for name in HASHED}


def write_on_case(
    case: Case, event: str, by: Actor, now: datetime, *, task: Task | None = None, step: str = "", outcome: str = "",
    clause: str = "", details: Mapping[str, Any] | None = None, sealed: Mapping[str, str] | None = None,
    key: SubjectKey | None = None,
) -> Action:  # fmt: skip
    """The record of one act on a case. The caller holds the case's lock and saves the case afterwards, with its
    new `record_number` and `record_hash`. `sealed` are texts under `key`, by default the applicant's."""
    action = Action(
        subject_kind="case", subject_id=case.pk, number=case.record_number + 1, event=event, outcome=outcome,
        clause=clause, measure=case.measure, policy_version=case.policy_version, amount=case.amount,
        case_version=case.version, state=case.state, step=step or (task.step_name if task else ""),
        step_opened_at=task.created if task else None, person_index=_subject_index(case), details=dict(details or {}),
        previous=case.record_hash,
    )  # fmt: skip
    _finish(action, case.district_id, by, now, sealed, key or case.key)
    case.record_number, case.record_hash = action.number, action.hash
    return action


def write_on(
    subject: Model, event: str, by: Actor, now: datetime, *, details: Mapping[str, Any] | None = None,
    district_id: int | None = None, sealed: Mapping[str, str] | None = None, key: SubjectKey | None = None,
) -> Action:  # fmt: skip
    """The record of an act on something that is no case: a post, a deputy, a parameter, a holiday, an export, an account.

    `district_id` is for accounts, which have none of their own; `sealed` are texts under `key`.
    """
    kind = subject._meta.model_name or ""
    where: Any = getattr(subject, "district_id", district_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [kind, subject.pk % 2_147_483_647])
    last = (
        Action.objects.filter(subject_kind=kind, subject_id=subject.pk, district_id=where).order_by("-number").first()
    )
    action = Action(
        subject_kind=kind, subject_id=subject.pk, number=last.number + 1 if last else 1, event=event,
        details=dict(details or {}), previous=last.hash if last else FIRST,
    )  # fmt: skip
    _finish(action, where, by, now, sealed, key)
    return action


def _finish(
    action: Action, district_id: Any, by: Actor, now: datetime, sealed: Mapping[str, str] | None, key: SubjectKey | None
) -> None:
    action.schema, action.district_id, action.at = SCHEMA, district_id, now
    action.actor_kind, action.user_id, action.request_id = by.kind, by.user_id, by.request_id
    action.proved_at = by.proved_at
    if by.post is not None:
        action.post_id, action.role, action.department_id = by.post.pk, by.post.role, by.post.department_id
    if by.deputy_for is not None and by.post is not None:
        action.acts_for_kind, action.acts_for_id = "officer", by.post.user_id
    elif by.on_behalf_of is not None:
        action.role = by.acts_as if by.acts_as != "self" else ""
        action.acts_for_kind, action.acts_for_id = by.on_behalf_of._meta.model_name, by.on_behalf_of.pk
    said = {name: text for name, text in (sealed or {}).items() if text}
    if said:
        salted = {name: [*commit(text), text] for name, text in said.items()}
        action.commitments = {name: commitment for name, (_, commitment, _) in salted.items()}
        action.sealed = seal(key, {name: [salt, text] for name, (salt, _, text) in salted.items()})
        action.key_id = key.pk if key else None
    action.hash = link(hashed_fields(action), action.previous)
    append(action)


def said(action: Action, key: SubjectKey | None) -> dict[str, str]:
    """The sealed texts of a record, by field; empty where they were erased."""
    if action.sealed is None:
        return {}
    try:
        return {name: text for name, (_, text) in unseal(key, action.sealed).items()}
    except Erased:
        return {}


def keys_of(actions: list[Action]) -> dict[Any, SubjectKey]:
    """The keys of many records in one query."""
    return SubjectKey.objects.in_bulk({action.key_id for action in actions if action.key_id})


def _subject_index(case: Case) -> str:
    """What a supervisor finds the applicant's records by; it dies with nothing and shows nothing."""
    if not case.person_id and not case.organisation_id:
        return ""
    return fixed_index(f"{'person' if case.person_id else 'organisation'}:{case.person_id or case.organisation_id}")


def chain_is_whole(actions: list[Action]) -> bool:
    """Whether the records of one subject, in order, link to each other and to their own bytes."""
    previous = FIRST
    for number, action in enumerate(actions, 1):
        if action.number != number or action.previous != previous:
            return False
        if link(hashed_fields(action), previous) != action.hash:
            return False
        previous = action.hash
    return True
