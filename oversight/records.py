"""Who approved what: the record asked by person, department, step, event, outcome, time and case.

Read side only. Rows come newest first, keyset-paged by (moment, key); sentences are made in `casework.telling`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from accounts.identity import normal_number
from accounts.models import Department, Post, User
from casework.access import SIGNING, STEPS
from casework.models import Action, AnswerSet, Case, Evidence, Letter, Look, Organisation, Person
from casework.record import keys_of, said
from casework.sealing import Erased, fixed_index, index, unseal
from casework.statements import Asked, given
from casework.wording import ROLES
from policy import T

PAGE = 25
MOST_PEOPLE = 5  # of one name
PATIENCE_MS = 2_000
SIGNED, ACTS = "signed", "acts"
# What moves or decides a case, signed or not; claims, reminders and looks are left out.
ACTING = SIGNING | {
    "published", "notice_ended", "assigned", "returned", "correction_requested", "not_accepted", "lapsed", "withdrawn",
    "established",
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What is asked for; every part may be empty. `event` may be `signed` or `acts`. `person` is what the record
    finds an applicant by (`person_indexes`). `least` and `most` are yuan."""

    who: str = ""
    deputy: bool = False
    department: str = ""
    step: str = ""
    event: str = ""
    outcome: str = ""
    measure: str = ""
    clause: str = ""
    version: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    since: date | None = None
    until: date | None = None
    reference: str = ""
    person: str = ""

    def given(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.__dict__.items() if value not in ("", None, False)}


@dataclass(frozen=True)
class Told:
    """A record with what its sentence needs."""

    action: Action
    case: Case | None
    said: dict[str, str]
    account: User | None = None  # whose account it was done to, where that is somebody else's
    about: T | None = None  # of a post, a deputy, an absence or the calendar: whose, where, which


def records(district_id: int, asked: Filter) -> list[QuerySet[Action]]:
    """The records that match, as branches that are each read newest first along an index; `page` merges them.

    A person's records are those that they did, those done for them by a deputy, and those done to their account.
    """
    found = Action.objects.filter(district_id=district_id, **_plain(asked))
    if asked.department:
        codes = Department.objects.filter(district_id=district_id, code=asked.department)
        found = found.filter(department_id__in=list(codes.values_list("pk", flat=True)))
    if asked.event:
        found = found.filter(event__in={SIGNED: SIGNING, ACTS: ACTING}.get(asked.event, [asked.event]))
    if asked.outcome:
        decided = Case.objects.filter(district_id=district_id, outcome=asked.outcome)
        found = found.filter(subject_kind="case", subject_id__in=decided.values("pk"))
    if asked.reference:
        cases = Case.objects.filter(district_id=district_id, reference=asked.reference)
        found = found.filter(subject_kind="case", subject_id__in=list(cases.values_list("pk", flat=True)))
    if asked.deputy:
        found = found.filter(acts_for_kind="officer")
    found = found.order_by("-at", "-id")
    if not asked.who:
        return [found]
    people = User.objects.filter(Q(display_name=asked.who) | Q(login=asked.who), kind=User.OFFICER)
    ids = list(people.values_list("pk", flat=True)[:MOST_PEOPLE])
    done = [found.filter(user_id=one) for one in ids]
    done += [found.filter(acts_for_kind="officer", acts_for_id=one).exclude(user_id=one) for one in ids]
    return done + [found.filter(subject_kind="user", subject_id=one).exclude(user_id__in=ids) for one in ids]


def _plain(asked: Filter) -> dict[str, Any]:
    """What stands in a column as it is asked for."""
    given = {
        "step": asked.step, "measure": asked.measure, "clause": asked.clause, "policy_version": asked.version, "person_index": asked.person,
        "amount__gte": asked.least, "amount__lte": asked.most,
        "at__gte": asked.since and make_aware(datetime.combine(asked.since, time.min)),
        "at__lte": asked.until and make_aware(datetime.combine(asked.until, time.max)),
    }  # fmt: skip
    return {name: value for name, value in given.items() if value not in ("", None)}


def person_indexes(district_id: int, number: str) -> list[str]:
    """By what the record finds the applicant with that identity or credit number; nothing where there is none."""
    mine = {"district_id": district_id, "number_index": index(normal_number(number))}
    found = [f"person:{pk}" for pk in Person.objects.filter(**mine).values_list("pk", flat=True)]
    found += [f"organisation:{pk}" for pk in Organisation.objects.filter(**mine).values_list("pk", flat=True)]
    return [fixed_index(one) for one in found]


def page(found: Sequence[QuerySet[Action]], after: tuple[datetime, int] | None, size: int = PAGE) -> list[Told]:
    """The next page, one row more than `size`; a bounded number of statements whatever the number of rows."""
    if after is not None:
        at, pk = after
        found = [one.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk)) for one in found]
    rows = [row for one in found for row in one.select_related("user", "department", "post__user")[: size + 1]]
    return told(sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)[: size + 1])


class TooWide(Exception):
    """What was asked for takes longer than a page may."""


def first_page(found: Sequence[QuerySet[Action]], after: tuple[datetime, int] | None) -> list[Told]:
    """`page`, given up after `PATIENCE_MS`. Raises TooWide: another condition, days above all, makes it quick."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            return page(found, after)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == "57014":
            raise TooWide from error
        raise


def told(actions: list[Action], *, of: Case | None = None) -> list[Told]:
    """The records with their cases and their sealed texts; `of`: they are all of this case."""
    ids = {action.subject_id for action in actions if action.subject_kind == "case"}
    cases = {of.pk: of} if of else Case.objects.select_related("person", "organisation", "town").in_bulk(ids)
    others = {one.subject_id for one in actions if one.subject_kind == "user" and one.subject_id != one.user_id}
    named = {one.details["user"] for one in actions if one.event in _OF_COLLEAGUES}
    accounts = User.objects.in_bulk(others | named)
    of_posts = {one.subject_id for one in actions if one.subject_kind == "post"}
    posts = Post.objects.select_related("user", "department").in_bulk(of_posts) if of_posts else {}
    keys = keys_of(actions)
    return [
        Told(
            action,
            cases.get(action.subject_id) if action.subject_kind == "case" else None,
            said(action, keys.get(action.key_id)),
            accounts.get(action.subject_id) if action.subject_kind == "user" else None,
            _about(action, accounts, posts),
        )
        for action in actions
    ]


def _about(action: Action, accounts: dict[int, User], posts: dict[int, Post]) -> T | None:
    """Whose post, deputy or absence the act was about, or which days of the calendar; None for any other act."""
    details = action.details
    if action.event == "calendar_entered":
        days, source = tuple(date.fromisoformat(one) for one in details.get("which", ())), details.get("source", "")
        words = _YEAR_BY if source else _DAYS if days else _YEAR  # older records name neither days nor source
        return words.fill(year=str(details["year"]), n=details["changed"], days=days, source=source)
    if action.subject_kind == "post" and (post := posts.get(action.subject_id)) is not None:
        place = T(post.department.name, post.department.name_en, filled=True)
        return _POST.fill(who=_name(post.user), place=place, role=ROLES[post.role])
    user = accounts.get(details["user"]) if action.event in _OF_COLLEAGUES else None
    return _name(user) if user is not None else None


def _name(user: User) -> T:
    return T(user.display_name, user.display_name, filled=True)


_OF_COLLEAGUES: Final = ("deputised", "deputy_ended", "absence_noted", "absence_cancelled")  # their records name one
_POST: Final = T("{who}，{place}·{role}", "{who}, {place} · {role}")
_YEAR: Final = T("{year} 年，改了 {n} 天", "{year}, {n} day(s) changed")
_DAYS: Final = T("{year} 年，改了 {n} 天（{days}）", "{year}, {n} day(s) changed ({days})")
_YEAR_BY: Final = T("{year} 年，改了 {n} 天（{days}），照{source}", "{year}, {n} day(s) changed ({days}), by {source}")


def every(found: Sequence[QuerySet[Action]], size: int = 500) -> Iterator[Told]:
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
    return OF_CASE.all(case=case.pk, district=case.district_id)


OF_CASE: Final = Asked(
    lambda: (
        Action.objects.filter(subject_kind="case", subject_id=given("case"), district_id=given("district"))
        .select_related("user", "department", "post__user")
        .order_by("number")
    )
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


@dataclass(frozen=True)
class Then:
    """A case as it was just after one of its records, beside how it is now. Answers are None where they were erased."""

    action: Action
    row: dict[str, Any]
    answers: dict[str, Any] | None
    answers_now: dict[str, Any] | None
    papers: list[Evidence]
    papers_since: list[Evidence]
    letters: list[Letter]


def as_it_was(case: Case, number: int) -> Then:
    """What stood when the record of that number had been written. Raises Action.DoesNotExist."""
    action = Action.objects.select_related("user", "department", "post__user").get(
        subject_kind="case", subject_id=case.pk, district_id=case.district_id, number=number
    )
    at = action.at
    rows = case.history.filter(record_number__lte=number).order_by("-record_number", "-history_id")
    row = rows.values(*TRACKED).first() or {}
    sets = list(AnswerSet.objects.filter(case=case).order_by("-number"))
    then = next((one for one in sets if one.submitted_at <= at), None)
    papers = list(Evidence.objects.filter(case=case, mandate_file=False).order_by("pk"))
    replaced = {one.replaces_id: one.uploaded_at for one in papers if one.replaces_id}
    stood = [
        one for one in papers
        if one.uploaded_at <= at and not (one.removed_at and one.removed_at <= at)
        and not (one.pk in replaced and replaced[one.pk] <= at)
    ]  # fmt: skip
    return Then(
        action=action, row=dict(row), answers=_facts(case, then), answers_now=_facts(case, sets[0] if sets else None),
        papers=stood, papers_since=[one for one in papers if one.uploaded_at > at],
        letters=list(case.letters.filter(written_at__lte=at)),
    )  # fmt: skip


def _facts(case: Case, given: AnswerSet | None) -> dict[str, Any] | None:
    try:
        return dict(unseal(case.key, given.answers)["facts"]) if given is not None else {}
    except Erased:
        return None


def looks(
    district_id: int,
    *,
    who: str = "",
    reference: str = "",
    since: date | None = None,
    after: tuple[datetime, int] | None = None,
) -> list[Look]:
    """Who looked at what, newest first; one row more than a page."""
    found = Look.objects.filter(district_id=district_id).select_related("user", "department").order_by("-at", "-id")
    if who:
        people = User.objects.filter(Q(display_name=who) | Q(login=who), kind=User.OFFICER)
        found = found.filter(user_id__in=list(people.values_list("pk", flat=True)[:MOST_PEOPLE]))
    if reference:
        cases = Case.objects.filter(district_id=district_id, reference=reference)
        found = found.filter(case_id__in=list(cases.values_list("pk", flat=True)))
    if since:
        found = found.filter(at__gte=make_aware(datetime.combine(since, time.min)))
    if after is not None:
        at, pk = after
        found = found.filter(at__lte=at).filter(Q(at__lt=at) | Q(pk__lt=pk))
    return list(found[: PAGE + 1])
