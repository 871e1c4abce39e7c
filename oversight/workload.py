"""Workload (工作量) of a department: open work by handler and kind of step, what is late or soon late, who is away.

Read side only; a fixed number of statements whatever the number of cases.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from accounts.models import Absence, Department, Deputy, Post, Role, User
from casework.deadlines import standing_still
from casework.models import Explanation, Recusal, Task
from casework.states import CLOSED, CORRECTION, SUSPENDED

SOON = timedelta(days=4)  # two working days, with a weekend between
MOST = 50


@dataclass
class Handler:
    """One colleague, or nobody: open work by kind of step, and how much of it is late or soon late."""

    user: User | None
    by_kind: dict[str, int] = field(default_factory=dict)
    late: int = 0
    soon: int = 0
    absence: Absence | None = None
    deputies: list[Deputy] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.by_kind.values())


@dataclass(frozen=True)
class Workload:
    """The department on a day."""

    handlers: list[Handler]
    kinds: list[str]
    late: list[Task]
    stopped: int
    challenges: list[Recusal]
    explanations: list[Explanation]

    @property
    def open(self) -> int:
        return sum(handler.total for handler in self.handlers)


def workload(department: Department, today: date) -> Workload:
    """Everybody of the department with their open work, those who have none included; nobody's work stands first."""
    running = Task.objects.filter(finished=None, department=department).exclude(kind="")
    active = running.exclude(process__state__in=(SUSPENDED, CORRECTION, CLOSED))
    runs = ~Q(standing_still())
    rows = active.values("owner_id", "kind").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due__lt=today) & runs), soon=Count("pk", filter=Q(due__gte=today, due__lte=today + SOON) & runs)
    )  # fmt: skip
    people = _people(department, today)
    found: dict[Any, Handler] = {None: Handler(None), **{user.pk: Handler(user) for user in people}}
    gone = {row["owner_id"] for row in rows} - set(found)
    found |= {user.pk: Handler(user) for user in User.objects.filter(pk__in=gone)} if gone else {}
    for row in rows:
        handler = found[row["owner_id"]]
        handler.by_kind[row["kind"]] = row["n"]
        handler.late += row["late"]
        handler.soon += row["soon"]
    _away(found, department, today)
    late = active.filter(runs, due__lte=today + SOON).select_related(
        "process__person", "process__organisation", "process__applicant_department", "owner"
    )
    return Workload(
        handlers=list(found.values()),
        kinds=sorted({row["kind"] for row in rows}),
        late=list(late.order_by("due", "pk")[:MOST]),
        stopped=running.filter(process__state=SUSPENDED).count(),
        challenges=list(Recusal.objects.filter(department=department, outcome="").select_related("case", "user")[:MOST]),
        explanations=list(
            Explanation.objects.filter(department=department, at=None).select_related("case", "deadline").order_by("asked_at")[:MOST]
        ),
    )  # fmt: skip


def _people(department: Department, today: date) -> list[User]:
    """Those who sign steps there, by name."""
    posts = Post.objects.in_force(today).filter(department=department).exclude(
        role__in=(Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR)
    )  # fmt: skip
    return list({post.user_id: post.user for post in posts.order_by("user__display_name")}.values())


def _away(found: dict[Any, Handler], department: Department, today: date) -> None:
    """The absence that is on or comes next, and the deputies planned, of each."""
    absences = Absence.objects.filter(user_id__in=[pk for pk in found if pk], until__gte=today, cancelled_at=None)
    for absence in absences.order_by("-since"):
        found[absence.user_id].absence = absence
    deputies = Deputy.objects.filter(principal__department=department, until__gte=today, ended_at=None)
    for deputy in deputies.select_related("user", "principal").order_by("since"):
        if deputy.principal.user_id in found:
            found[deputy.principal.user_id].deputies.append(deputy)
