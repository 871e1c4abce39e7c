"""Which cases an actor may see (可见范围): the one rule, as a queryset for lists, and put into SQL once for a single case."""

from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import Department, Role
from accounts.rights import permissions_of
from casework.acting import mandates_of
from casework.models import AccessGrant, Case, CaseScope, Mandate, Recusal
from casework.statements import Asked, given

SUPERVISION = (Role.SUPERVISOR, Role.AUDITOR)
MOST_OTHERS = 20


def visible_to(by: Actor, on: date | None = None) -> QuerySet[Case]:
    """The cases that the actor may see: their own, those that reached their department, or all for supervision.

    A look that was granted for a day adds one; a recusal takes one away. An officer's are asked case by case (Exists), since a
    department sees a large part of all; an applicant's are gathered first (a union), since they are few among all.
    """
    if by.is_applicant:
        return _of_those(mandates_of(by, on or localdate()))
    if not by.holds_post(on or localdate()) or by.post is None:
        return Case.objects.none()
    if by.post.role in SUPERVISION and by.post.department.kind == Department.SUPERVISION:
        return Case.objects.filter(district_id=by.post.district_id)
    if "view_cases" not in permissions_of(by.post):
        return Case.objects.none()
    return _that_reached(by.post.department_id, by.user_id, Q(user_id__in=by.hands), now())


def _of_those(mandates: QuerySet[Mandate]) -> QuerySet[Case]:
    own = Case.objects.filter(person__in=mandates.values("person")).values("pk")
    of_units = Case.objects.filter(organisation__in=mandates.values("organisation")).values("pk")
    return Case.objects.filter(pk__in=own.union(of_units))


def _that_reached(department: Any, user: Any, whose: Q, at: Any) -> QuerySet[Case]:
    """Values, or the places of values (`given`): a list asks with the ones, the look-up of one case with the others."""
    reached = CaseScope.objects.filter(department_id=department, case=OuterRef("pk"))
    looked_into = AccessGrant.objects.filter(user_id=user, until__gt=at, case=OuterRef("pk"))
    recused = Recusal.objects.filter(whose, outcome="upheld", case=OuterRef("pk"))
    return Case.objects.filter(Exists(reached) | Exists(looked_into)).exclude(Exists(recused))


def _reached_by_an_officer() -> QuerySet[Case]:
    """With the places of an officer's values (`_officer`)."""
    whose = Q(user_id=given("user")) | Q(user_id=given("principal"))
    return _that_reached(given("department"), given("user"), whose, given("at"))


_REACHED: Final = Asked(  # as its index begins
    lambda: (
        _reached_by_an_officer().filter(district_id=given("district"), reference=given("reference")).values_list("pk")
    )
)
_REACHED_ONE: Final = Asked(lambda: _reached_by_an_officer().filter(pk=given("case")).values_list("pk"))
_REACHED_OF: Final = Asked(
    lambda: (
        _reached_by_an_officer()
        .filter(person_id=given("person"))
        .exclude(pk=given("case"))
        .order_by("-opened_at", "-pk")[:MOST_OTHERS]
    )
)


def _officer(by: Actor) -> dict[str, Any] | None:
    """The values by which an officer's cases are asked for; None for everybody whom `visible_to` asks otherwise."""
    post = by.post
    if post is None or by.is_applicant or post.role in SUPERVISION or post.user_id is None:
        return None
    return {"department": post.department_id, "user": by.user_id, "principal": post.user_id, "at": now()}


_OWN: Final = Asked(
    lambda: (
        _of_those(Mandate.objects.in_force(given("on")).filter(user=given("user")))
        .filter(reference=given("reference"))
        .values_list("pk")
    )
)


def key_of(by: Actor, reference: str) -> int:
    """The key of the case with this reference among those that `visible_to` shows; raises Case.DoesNotExist."""
    if by.is_applicant:
        return _the_key(_OWN.first(on=localdate(), user=by.user_id, reference=reference))
    officer = _officer(by)
    if officer is None or by.post is None:
        return _the_key(next(iter(visible_to(by).filter(reference=reference).values_list("pk")[:1]), None))
    if not _may_see_any(by):
        raise Case.DoesNotExist
    return _the_key(_REACHED.first(**officer, reference=reference, district=by.post.district_id))


def _may_see_any(by: Actor, on: date | None = None) -> bool:
    """Whether the actor's post, in force on the day, sees any case."""
    return by.post is not None and by.holds_post(on or localdate()) and "view_cases" in permissions_of(by.post)


def _the_key(row: tuple[Any, ...] | None) -> int:
    if row is None:
        raise Case.DoesNotExist
    return int(row[0])


def sees(by: Actor, case_id: int | None, on: date | None = None) -> bool:
    """Whether `visible_to` shows the actor this case."""
    if (officer := _officer(by)) is None:
        return visible_to(by, on).filter(pk=case_id or 0).exists()
    return _may_see_any(by, on) and _REACHED_ONE.first(**officer, case=case_id or 0) is not None


def others_of(by: Actor, case: Case) -> list[Case]:
    """The other cases of the case's person that `visible_to` shows, the newest first, at most `MOST_OTHERS`."""
    if (officer := _officer(by)) is None:
        others = visible_to(by).filter(person=case.person).exclude(pk=case.pk)
        return list(others.order_by("-opened_at", "-pk")[:MOST_OTHERS])
    return _REACHED_OF.all(**officer, person=case.person_id, case=case.pk) if _may_see_any(by) else []
