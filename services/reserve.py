"""The reserve of labour projects, requests of bases, shares and earnings as pages and actions read them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.actor import Actor
from casework.assessment import newest_answers
from casework.models import Case, Person
from casework.sealing import unseal
from casework.sight import visible_to
from services.jobs import units_of
from services.models import BaseMember, BaseRequest, LabourProject, MemberEarning, WorkShare
from services.sheltered import Base, Work

MEASURE, DAYS_A_MONTH = "sheltered_employment_project", 30
FEN = Decimal("0.01")
_SHARED_OUT = ("base_confirmation", "federation_approval")  # the steps of a request after its sharing


def facts_of(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = unseal(case.key, newest_answers(case).answers)["facts"]
    return found


def projects_to_put(by: Actor) -> QuerySet[Case]:
    """Completed project cases that the officer may see and that are not in the reserve yet."""
    found = visible_to(by).filter(measure=MEASURE, purpose="project", outcome="completed", labour_project=None)
    return found.select_related("own_key", "applicant_department").order_by("pk")


def requests_to_take(by: Actor) -> QuerySet[Case]:
    """Open requests of bases that the officer may see and whose people's skills are not noted yet."""
    found = visible_to(by).filter(measure=MEASURE, purpose="allocation", organisation__isnull=False, base_request=None)
    return found.exclude(state="closed").select_related("organisation__key").order_by("pk")


def given_of(project: LabourProject) -> int:
    """Pieces that are shared out and not declined."""
    found = project.shares.exclude(state="declined").aggregate(n=Sum("pieces"))["n"]
    return int(found or 0)


def delivered_of(share: WorkShare) -> int:
    return int(share.deliveries.aggregate(n=Sum("pieces"))["n"] or 0)


def as_work(project: LabourProject) -> Work:
    """What is left of the project, as the rule reads it."""
    left = max(0, project.volume - given_of(project))
    return Work(left, frozenset(project.skills), frozenset(project.kinds))


def waiting(district_id: int) -> QuerySet[BaseRequest]:
    """The requests that wait for work: taken up, open, and the federation has not signed their sharing; who asked first on
    top. `shared`: whether something is shared out to them already."""
    shared = WorkShare.objects.filter(request=OuterRef("pk")).exclude(state="declined")
    rows = BaseRequest.objects.filter(district_id=district_id).exclude(case__state="closed")
    rows = rows.exclude(case__step__in=_SHARED_OUT).annotate(shared=Exists(shared))
    return rows.select_related("organisation", "case").order_by("taken_at", "pk")


def asking(project: LabourProject, today: date) -> dict[int, tuple[BaseRequest, Base]]:
    """The requests that this project can be shared among: those that wait, and have or declined no share of it."""
    rows = waiting(project.district_id).exclude(shares__project=project)
    year = Q(given_at__year=today.year) & ~Q(state="declined")
    had: dict[int, set[int]] = defaultdict(set)
    for unit, key in WorkShare.objects.filter(year).values_list("organisation_id", "project_id"):
        had[unit].add(key)
    return {
        one.pk: (one, Base(one.pk, able(one, project, today), frozenset(one.skills), frozenset(one.kinds), len(had[one.organisation_id]), place))
        for place, one in enumerate(rows)
    }  # fmt: skip


def able(request: BaseRequest, project: LabourProject, today: date) -> int:
    """Pieces that the base can do by the project's deadline, from its pieces a month."""
    days = (project.deadline - max(today, request.from_on)).days
    return max(0, request.capacity * days // DAYS_A_MONTH)


def is_late(project: LabourProject, delivered: int, today: date) -> bool:
    """Past its deadline with something undelivered."""
    return project.deadline < today and delivered < project.volume


def reserve(district_id: int) -> list[tuple[LabourProject, int, int]]:
    """The projects with what is shared out and what is delivered, the earliest deadline first."""
    rows = list(LabourProject.objects.filter(district_id=district_id).order_by("deadline", "pk")[:200])
    keys = [one.pk for one in rows]
    given = (
        WorkShare.objects.filter(project__in=keys)
        .exclude(state="declined")
        .values_list("project")
        .annotate(n=Sum("pieces"))
    )
    done = WorkShare.objects.filter(project__in=keys).values_list("project").annotate(n=Sum("deliveries__pieces"))
    shared, delivered = dict(given), dict(done)
    return [(one, shared.get(one.pk) or 0, delivered.get(one.pk) or 0) for one in rows]


def shares_of(by: Actor, on: date) -> QuerySet[WorkShare]:
    """The shares of the account's units; those of the district for an officer."""
    found = WorkShare.objects.select_related("project", "organisation")
    if by.is_applicant:
        return found.filter(organisation__in=units_of(by, on))
    return found.filter(district_id=by.post.district_id) if by.post else found.none()


def members_of(by: Actor, on: date) -> QuerySet[BaseMember]:
    """The members of the account's units."""
    found = BaseMember.objects.filter(organisation__in=units_of(by, on), until=None)
    return found.select_related("person", "organisation").order_by("organisation", "pk")


def standing_earnings(share: WorkShare) -> QuerySet[MemberEarning]:
    """What the members earned with the share, as it stands now."""
    return share.earnings.standing().select_related("member__person__key").order_by("month", "pk")


def account_of(person: Person) -> list[tuple[str, Decimal, list[MemberEarning]]]:
    """What a member earned, month by month as it stands now, newest first, each with its sum and its lines."""
    rows = MemberEarning.objects.standing().filter(member__person=person)
    rows = rows.select_related("share__project", "member__organisation")
    months: dict[str, list[MemberEarning]] = defaultdict(list)
    for row in rows.order_by("-month", "pk"):
        months[row.month].append(row)
    return [(month, sum((one.amount for one in lines), Decimal(0)), lines) for month, lines in months.items()]
