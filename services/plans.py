"""Service cases (type 15) with their plans, and what a founder's provider was asked, as pages and actions read them."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.actor import Actor
from casework.models import Case, CaseParty, Organisation, Task
from casework.sealing import Erased, unseal
from casework.sight import visible_to
from services.jobs import units_of
from services.models import Feasibility, PlannedService, ServicePlan

SERVICE, PROVIDER = "employment_service", "provider"


def service_cases(by: Actor) -> QuerySet[Case]:
    """The service cases that the officer or applicant may see."""
    return visible_to(by).filter(measure=SERVICE)


def provided_cases(by: Actor, on: date) -> QuerySet[Case]:
    """The service cases of the account's units: named as provider, and the chain has come to them."""
    units = units_of(by, on).values("pk")
    named = CaseParty.objects.filter(case=OuterRef("pk"), role=PROVIDER, organisation__in=units)
    reached = Task.objects.filter(process=OuterRef("pk"), organisation__in=units)
    found = Case.objects.filter(Exists(named), Exists(reached), measure=SERVICE)
    return found.select_related("person__key", "service_plan").order_by("-opened_at", "-pk")


def provider_of(case: Case) -> Organisation | None:
    party = case.parties.select_related("organisation").filter(role=PROVIDER).first()
    return party.organisation if party else None


def providers_of(district_id: int) -> QuerySet[Organisation]:
    """The units that provide services here: named on a service case, or asked to assess a founder's plan."""
    named = CaseParty.objects.filter(organisation=OuterRef("pk"), role=PROVIDER)
    asked = Feasibility.objects.filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(named) | Exists(asked), district_id=district_id).order_by("name", "pk")


def plan_of(case: Case) -> dict[str, Any]:
    """The plan with its words in clear, for a page: `plan` None where there is none."""
    plan = ServicePlan.objects.select_related("key").filter(case=case).first()
    if plan is None:
        return {"plan": None, "needs": "", "rows": [], "reason": "", "words": {}}
    return {
        "plan": plan, "needs": opened(plan.key, plan.needs), "reason": opened(plan.key, plan.reason),
        "rows": [(row, opened(plan.key, row.record)) for row in rows_of(plan)],
        "words": {row.pk: opened(plan.key, row.word) for row in rows_of(plan) if row.word is not None},
    }  # fmt: skip


def has_a_plan(case: Case) -> bool:
    """Whether the case has a plan with one service at least."""
    return PlannedService.objects.filter(plan__case=case).exists()


def rows_of(plan: ServicePlan) -> QuerySet[PlannedService]:
    return plan.services.order_by("since", "pk")


def opened(key: Any, sealed: Any) -> str:
    """The words; empty where there are none, or where they were erased."""
    try:
        return unseal(key, sealed) or ""
    except Erased:
        return ""


def asked_feasibilities(by: Actor, on: date) -> QuerySet[Feasibility]:
    """What the account's units were asked to assess."""
    found = Feasibility.objects.filter(organisation__in=units_of(by, on).values("pk"))
    return found.select_related("case__person", "organisation", "key").order_by("answered_at", "-pk")


def opinions(case: Case) -> list[tuple[Feasibility, str]]:
    """The first and the second opinion with their words."""
    found = case.feasibilities.select_related("organisation", "key").order_by("second")
    return [(one, opened(one.key, one.text)) for one in found]


def may_advise(found: list[Feasibility]) -> str:
    """Why start-up aid can't be advised yet, as a key of REASONS; empty where it can.

    An assessment is there, and a high risk has a second opinion of another provider.
    """
    first = next((one for one in found if not one.second and one.answered_at), None)
    if first is None:
        return "no_assessment"
    if first.risk == "high" and not any(one.second and one.answered_at for one in found):
        return "needs_second_opinion"
    return ""
