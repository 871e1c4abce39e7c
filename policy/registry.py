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


def measure(code: str, purpose: str = "") -> Measure:
    """The measure of a code, or the further kind of case; of a purpose where it has questions of its own.

    Raises UnknownType for a name that the policy does not have.
    """
    found = _further().get((code, purpose)) or _built().get(code) or _further().get((code, ""))
    if found is None:
        raise UnknownType(code)
    return found


def application_type(code: str) -> Measure:
    """The measure of one of the policy's application types. Raises UnknownType, for further kinds of case too."""
    found = _built().get(code)
    if found is None:
        raise UnknownType(code)
    return found


def is_assessed(code: str, purpose: str = "") -> bool:
    """Whether the rules answer for such a case: not for further kinds, nor for a purpose with questions of its own."""
    return code in _built() and (code, purpose) not in _further()


def further_kinds() -> tuple[Measure, ...]:
    """The kinds of case that are no application types."""
    return tuple(_further().values())


@cache
def _further() -> dict[tuple[str, str], Measure]:
    return {(kind.code, kind.purpose): kind() for kind in import_module("policy.further").FURTHER}


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
