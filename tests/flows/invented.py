"""Invented chains for the tests, registered for a while: a second version of a measure's chain, or a new kind."""

from collections.abc import Iterator
from contextlib import contextmanager

import flows.chains
from flows.chains import CIVIL_AFFAIRS, FEDERATION, FINANCE, HRSS, PROVIDER
from flows.engine import REGISTRY, CaseFlow
from flows.steps import (
    APPLICANT,
    TOWN,
    Approval,
    Confirm,
    FollowUp,
    Intake,
    Payment,
    Publicity,
    Return,
    Review,
    Step,
    all_of,
    any_of,
    n_of,
)

_made: dict[tuple[str, str, int], type[CaseFlow]] = {}

# Chains with everything that the published ones have no example of.
ODD: dict[str, tuple[Step, ...]] = {
    "two_of_three": (
        Intake("town_intake", by=TOWN),
        n_of("opinions", 2, FEDERATION, HRSS, CIVIL_AFFAIRS),
        any_of("either", HRSS, CIVIL_AFFAIRS),
        Approval("decision", by=FEDERATION, decides=True),
        Publicity("notice", by=FEDERATION, back_to="opinions"),
        Payment("payment", by=FINANCE),
    ),
    "owed_first": (
        Return("owed", by=APPLICANT, months=2),
        Review("first", by=FEDERATION),
        Confirm("known", by=HRSS),
        all_of("together", FEDERATION, HRSS, decides=True),
        FollowUp("later", by=PROVIDER, months=12),
        Confirm("closing", by=APPLICANT, outcome="completed"),
    ),
    "ten_holders": tuple(
        (Approval if number == 9 else Review)(f"step_{number}", by=by, decides=number == 9)
        for number, by in enumerate((FEDERATION, HRSS, CIVIL_AFFAIRS, FEDERATION, HRSS, CIVIL_AFFAIRS, FEDERATION, HRSS, CIVIL_AFFAIRS, HRSS))
    ),
}  # fmt: skip


@contextmanager
def chain(code: str, purpose: str, version: int, steps: tuple[Step, ...]) -> Iterator[type[CaseFlow]]:
    """While it lasts, this version is there; afterwards the chains are those of the page again, in its order."""
    before = dict(REGISTRY)
    try:
        yield _class(code, purpose, version, steps)
    finally:
        REGISTRY.clear()
        REGISTRY.update(before)


def _class(code: str, purpose: str, version: int, steps: tuple[Step, ...]) -> type[CaseFlow]:
    """A class of `flows.chains`, so that a case can name it; made once a process, like a published one."""
    key = (code, purpose, version)
    if key not in _made:
        name = f"Invented{code.title()}{purpose.title()}{version}Flow".replace("_", "")
        kept = {"__module__": "flows.chains", "measure": code, "purpose": purpose, "version": version, "steps": steps}
        _made[key] = type(name, (CaseFlow,), kept)
        setattr(flows.chains, name, _made[key])
    REGISTRY[key] = _made[key]
    return _made[key]


SECOND = (
    Intake("federation_intake", by=FEDERATION),
    Review("federation_review", by=FEDERATION),
    Review("hrss_review", by=HRSS),
    Confirm("hrss_confirmation", by=HRSS, back_to="federation_review"),
    Approval("government_approval", by=flows.chains.GOVERNMENT, days="government", decides=True),
    flows.chains.Assignment("assignment", by=CIVIL_AFFAIRS),
    Confirm("town_confirmation", by=flows.chains.POSITION_TOWN, back_to="assignment"),
)


@contextmanager
def second_version() -> Iterator[type[CaseFlow]]:
    """A second version of direct admission: civil affairs no longer reviews, HR&SS confirms, nothing is published."""
    with chain("direct_admission", "", 2, SECOND) as made:
        yield made


@contextmanager
def hidden(code: str, purpose: str, version: int) -> Iterator[None]:
    """While it lasts, the version is not there yet: new cases go on the one before."""
    before = dict(REGISTRY)
    REGISTRY.pop((code, purpose, version), None)
    try:
        yield
    finally:
        REGISTRY.clear()
        REGISTRY.update(before)
