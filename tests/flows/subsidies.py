"""A short chain for measures that pay, for tests alone: intake at the town, review, decision.

The chains of these measures come with their pages; what a grant takes (五1) is tested on this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flows.chains
from accounts.actor import Actor
from accounts.models import Role
from casework.models import Case, Task
from flows.actions.accept import accept
from flows.actions.approve import approve
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.submit import submit
from flows.chains import FEDERATION
from flows.engine import REGISTRY, CaseFlow
from flows.steps import TOWN, Approval, Intake, Review
from policy import measure
from tests.factories import NOW, Cast, applicant, funded, judged, officer, picture

FLEXIBLE, TUITION = "flexible_employment_subsidy", "tuition_subsidy"
RESIDENT = {"district_resident": True, "certificate_valid": True}


def insured(*months: str) -> dict[str, Any]:
    rows = [{"month": month, "paid_on_time": True, "paid_in_full": True} for month in months]
    return {**RESIDENT, "flexible_employment_registered": True, "months": rows}


def tuition(paid: str, year: str = "2026-2027") -> dict[str, Any]:
    return {
        **RESIDENT, "school_kind": "adult_higher", "school_year": year, "tuition_paid": paid, "city_aid": "0",
    }  # fmt: skip


def _make(code: str) -> type[CaseFlow]:
    steps = (
        Intake("town_intake", by=TOWN),
        Review("federation_review", by=FEDERATION),
        Approval("federation_approval", by=FEDERATION, decides=True),
    )
    name = f"Test{code.title().replace('_', '')}Flow"
    flow: type[CaseFlow] = type(name, (CaseFlow,), {"__module__": "flows.chains", "measure": code, "steps": steps})
    setattr(flows.chains, name, flow)
    return flow


_made: dict[str, type[CaseFlow]] = {}


@contextmanager
def open_for(*codes: str) -> Iterator[None]:
    """While it lasts, these measures have the short chain."""
    before = dict(REGISTRY)
    try:
        for code in codes:
            REGISTRY[code, "", 1] = _made.get(code) or _made.setdefault(code, _make(code))
        yield
    finally:
        REGISTRY.clear()  # in the order of the page, as the golden file has it
        REGISTRY.update(before)


def sent(code: str, facts: dict[str, Any], by: Actor | None = None) -> tuple[Case, Actor]:
    """A case of the measure, just submitted."""
    by = by or applicant()
    funded(NOW)
    made = start_draft(person=by.on_behalf_of, code=code, by=by, now=NOW)
    town = by.on_behalf_of.town_id
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路 1 号", town_id=town)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts=facts)
    for paper in measure(code).evidence_asked(facts):
        if not paper.held_by_office:
            attach(by=by, now=NOW, code=paper.code, name="示例.jpg", content=picture(), draft=made)
    return submit(draft_id=made.pk, by=by, now=NOW), by


class Office(Cast):
    """The town's intake, a reviewer and an approver of the federation."""

    def __getitem__(self, name: str) -> Actor:
        roles = {"town_intake": ("town_meilong", Role.INTAKE), "federation_review": ("federation", Role.REVIEWER)}
        if name not in self.people:
            self.people[name] = officer(*roles.get(name, ("federation", Role.APPROVER)))
        return self.people[name]

    def task(self, case: Case) -> Task:
        return Task.objects.filter(process=case, finished=None).get()

    def given(self, case: Case) -> dict[str, Any]:
        """Claimed by the step's officer: the keywords of an action."""
        task = self.task(case)
        by = self[task.step_name]
        if task.owner_id is None:
            claim(case_id=case.pk, task_id=task.pk, by=by, now=NOW)
        return {"case_id": case.pk, "task_id": task.pk, "by": by, "now": NOW}

    def to_the_decision(self, case: Case) -> dict[str, Any]:
        """Up to the deciding step, claimed there."""
        accept(**self.given(case))
        approve(**self.given(case), judgements=judged(case, "federation_review"))
        return self.given(case)
