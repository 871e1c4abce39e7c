"""What was granted before, made through the actions: each entry of an example's history becomes a case that is granted."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from casework.models import Case
from tests.flows.anywhere import sent

Entry = Mapping[str, Any]


def granted(history: Iterable[Entry], by: Actor, now: datetime) -> list[Case]:
    """A granted case for each type of the history, with what its entries say; the applicant's own."""
    cases = []
    for code in dict.fromkeys(entry["type"] for entry in history):
        entries = [entry for entry in history if entry["type"] == code]
        walk = sent(code, by=by, now=now, **_FACTS[code](entries))
        while walk.case.outcome != "granted":
            walk.sign()
            walk.case = Case.objects.get(pk=walk.case.pk)
        cases.append(walk.case)
    return cases


def _insured(entries: list[Entry]) -> dict[str, Any]:
    """A month of 0 yuan is one that was not paid in time."""
    return {
        "months": [
            {"month": one["month"], "paid_on_time": one.get("amount") != "0.00", "paid_in_full": True}
            for one in entries
        ]
    }  # fmt: skip


def _own_business(entries: list[Entry]) -> dict[str, Any]:
    owner = {"name": "示例甲", "disabled": True, "role": "owner", "paid_on_time": True, "paid_in_full": True}
    return {
        "months": [
            {"month": one["month"], "people": [{**owner, "paid": one["amount"], "hrss_subsidy": "0.00"}]}
            for one in entries
        ]
    }  # fmt: skip


def _spent(entries: list[Entry]) -> dict[str, Any]:
    spent = [{"kind": "premises", "amount": one["amount"], "invoice": f"31009{n}"} for n, one in enumerate(entries)]
    return {"year": entries[0]["year"], "expenses": spent}


_FACTS: dict[str, Any] = {
    "flexible_employment_subsidy": _insured,
    "self_employment_subsidy": _own_business,
    "concentrated_employer_subsidy": _spent,
    "concentrated_employer_startup_grant": lambda entries: {"opened_on": "2024-09-02", "applied_on": "2025-10-28"},
    "tuition_subsidy": lambda entries: {
        "school_year": entries[0]["school_year"], "tuition_paid": entries[0]["amount"], "city_aid": "0.00",
    },
    "admission_award": lambda entries: {"level": entries[0]["level"]},
    "skills_training_match": lambda entries: {"certificate": entries[0]["certificate"]},
    "competition_award": lambda entries: {
        "level": "municipal", "for_minhang": True, "city_prize": "1500.55", "event": entries[0]["event"],
    },
}  # fmt: skip
