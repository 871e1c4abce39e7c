"""All measures, found in ``policy/measures``: one file each, named like its code."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from policy.errors import UnknownType
from policy.measure import Measure

_PACKAGE = "policy.measures"
_package = import_module(_PACKAGE)  # before policy/__init__.py gives the name `measures` to the function below

#: every application type of the policy, in the order of its clauses
CODES = (
    "public_sector_quota",
    "government_employee_recruitment",
    "community_worker_recruitment",
    "direct_admission",
    "soe_recruitment_plan",
    "flexible_employment_subsidy",
    "sheltered_employment_project",
    "self_employment_subsidy",
    "concentrated_employer_subsidy",
    "concentrated_employer_startup_grant",
    "tuition_subsidy",
    "admission_award",
    "skills_training_match",
    "competition_award",
    "employment_service",
    "over_quota_reward",
    "employment_fraud_report",
)


def measure(code: str) -> Measure:
    """The measure of a code. Raises UnknownType for a name that the policy does not have."""
    found = _built().get(code)
    if found is None:
        raise UnknownType(code)
    return found


def measures() -> tuple[Measure, ...]:
    """All measures, in the order of the policy; new types last."""
    return tuple(_built().values())


@cache
def _built() -> dict[str, Measure]:
    found = {}
    for info in iter_modules(_package.__path__):
        module = import_module(f"{_PACKAGE}.{info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Measure) and thing.__module__ == module.__name__:
                found[thing.code] = thing()
    order = {code: place for place, code in enumerate(CODES)}
    return dict(sorted(found.items(), key=lambda pair: order.get(pair[0], len(order))))
