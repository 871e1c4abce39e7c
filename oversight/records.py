"""Who approved what: the record asked by person, department, step, event, outcome, time and case.

Read side only. Rows come newest first, keyset-paged by (moment, key); sentences are made in `casework.telling`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from accounts.models import Department, User
from casework.access import SIGNING, STEPS
from casework.models import Action, Case
from casework.record import keys_of, said

PAGE = 25
SIGNED, ACTS = "signed", "acts"
# What moves or decides a case, signed or not; claims, reminders and looks are left out.
ACTING = SIGNING | {
    "published", "notice_ended", "assigned", "returned", "correction_requested", "not_accepted", "lapsed", "withdrawn",
    "established",
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What is asked for; every part may be empty. `event` may be `signed` or `acts`."""

    who: str = ""
    department: str = ""
    step: str = ""
    event: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None
    reference: str = ""

    def given(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.__dict__.items() if value}


@dataclass(frozen=True)
class Told:
    """A record with what its sentence needs."""

    action: Action
    case: Case | None
    said: dict[str, str]
    account: User | None = None  # whose account it was done to, where that is somebody else's


def records(district_id: int, asked: Filter) -> QuerySet[Action]:
    """The records that match, newest first."""
    found = Action.objects.filter(district_id=district_id)
    if asked.who:
        people = User.objects.filter(Q(display_name=asked.who) | Q(login=asked.who), kind=User.OFFICER)
        ids = list(people.values_list("pk", flat=True)[:200])
        theirs = Q(user_id__in=ids) | Q(acts_for_kind="officer", acts_for_id__in=ids)
        found = found.filter(theirs | Q(subject_kind="user", subject_id__in=ids))
    if asked.department:
        codes = Department.objects.filter(district_id=district_id, code=asked.department)
        found = found.filter(department_id__in=list(codes.values_list("pk", flat=True)))
    if asked.event:
        found = found.filter(event__in={SIGNED: SIGNING, ACTS: ACTING}.get(asked.event, [asked.event]))
    if asked.step:
        found = found.filter(step=asked.step)
    if asked.outcome:
        decided = Case.objects.filter(district_id=district_id, outcome=asked.outcome)
        found = found.filter(subject_kind="case", subject_id__in=decided.values("pk"))
    if asked.reference:
        cases = Case.objects.filter(district_id=district_id, reference=asked.reference)
        found = found.filter(subject_kind="case", subject_id__in=list(cases.values_list("pk", flat=True)))
    if asked.since:
        found = found.filter(at__gte=make_aware(datetime.combine(asked.since, time.min)))
    if asked.until:
        found = found.filter(at__lte=make_aware(datetime.combine(asked.until, time.max)))
    return found.order_by("-at", "-id")


def page(found: QuerySet[Action], after: tuple[datetime, int] | None, size: int = PAGE) -> list[Told]:
    """The next page, one row more than `size`; at most five statements whatever the number of rows."""
    if after is not None:
        at, pk = after
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    return told(list(found.select_related("user", "department", "post__user")[: size + 1]))


def told(actions: list[Action]) -> list[Told]:
    """The records with their cases and their sealed texts."""
    ids = {action.subject_id for action in actions if action.subject_kind == "case"}
    cases = Case.objects.select_related("person", "organisation", "town").in_bulk(ids)
    others = {one.subject_id for one in actions if one.subject_kind == "user" and one.subject_id != one.user_id}
    accounts = User.objects.in_bulk(others)
    keys = keys_of(actions)
    return [
        Told(
            action,
            cases.get(action.subject_id) if action.subject_kind == "case" else None,
            said(action, keys.get(action.key_id)),
            accounts.get(action.subject_id) if action.subject_kind == "user" else None,
        )
        for action in actions
    ]


def every(found: QuerySet[Action], size: int = 500) -> Iterator[Told]:
    """All matching records, page by page, in flat memory: for exports."""
    after: tuple[datetime, int] | None = None
    while True:
        rows = page(found, after, size)
        yield from rows[:size]
        if len(rows) <= size:
            return
        after = (rows[size - 1].action.at, rows[size - 1].action.pk)


def of_case(case: Case) -> list[Action]:
    """Every record of a case, in order."""
    return list(
        Action.objects.filter(subject_kind="case", subject_id=case.pk, district_id=case.district_id)
        .select_related("user", "department", "post__user")
        .order_by("number")
    )


TRACKED = ("state", "step", "department_id", "outcome", "town_id", "amount", "round")


def differences(case: Case) -> dict[tuple[str, datetime], list[tuple[str, Any, Any]]]:
    """What each act changed on the case's row, by (event, moment), from its history."""
    rows = list(case.history.order_by("history_id").values("history_date", "history_change_reason", *TRACKED))
    changed: dict[tuple[str, datetime], list[tuple[str, Any, Any]]] = {}
    before: dict[str, Any] = dict.fromkeys(TRACKED)
    for row in rows:
        moved = [
            (name, before[name], row[name])
            for name in TRACKED
            if before[name] != row[name] and (before[name] or row[name])
        ]
        changed[row["history_change_reason"] or "", row["history_date"]] = moved
        before = row
    return changed


def steps_of_record() -> list[str]:
    """The steps that any chain has, for the filter."""
    return sorted({key.rsplit(".", 1)[1] for key in STEPS} - {"correction"})
