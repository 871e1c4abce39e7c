"""A chain in a district's own order (办理顺序): the same steps, as they come one after another there.

What is arranged lies between the intake and the decision: who takes an application in, who decides and what follows stay as published. The name of
such a chain says its order, `DirectAdmissionFlow_1_3_2_4_5_6_7_8`, so that a case that began on it finds it again by that
name, in every process, whatever its district arranges later.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from accounts.districts import with_key
from flows.engine import REGISTRY, CaseFlow, chains, newest
from flows.errors import ChainError
from flows.published_chains import key

# What comes before the reviews and gives them what they judge by: it is not arranged.
_FIRST: Final = ("intake", "return", "inspect")
_DECLARED: Final = ("measure", "purpose", "version", "applicant_may_be_asked", "decision_clock", "names")
_making = Lock()


class NoSuchOrder(ChainError):
    """The steps can't come in that order; the words say why."""


def chain_for(district_id: int, measure: str, purpose: str = "") -> type[CaseFlow]:
    """The chain on which a new case of the district goes. Raises ChainError where there is none."""
    return arranged(newest(measure, purpose), with_key(district_id).orders)


def chains_of(district_id: int) -> list[type[CaseFlow]]:
    """Every version of every chain, in the order that holds in the district now."""
    return [arranged(chain, with_key(district_id).orders) for chain in chains()]


def version_of(district_id: int, measure: str, purpose: str, version: int) -> type[CaseFlow]:
    """One version, in the order that holds in the district now. Raises ChainError where there is none."""
    found = REGISTRY.get((measure, purpose, version))
    if found is None:
        raise ChainError(f"no chain {measure}/{purpose}/{version}")
    return arranged(found, with_key(district_id).orders)


def in_order(chain: type[CaseFlow], steps: Sequence[str]) -> type[CaseFlow]:
    """The published chain with its steps, all of them by name, in another order. Raises NoSuchOrder."""
    names = [step.name for step in chain.steps]
    if sorted(steps) != sorted(names):
        raise NoSuchOrder(f"{key(chain)}: {_wrong(names, steps)}")
    places = [names.index(name) for name in steps]
    if places == sorted(places):
        return chain
    _check(chain, places)
    return _made(f"{chain.__name__}_{'_'.join(str(place + 1) for place in places)}", chain, places)


def read(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Orders as a file says them, by `measure` or `measure/purpose`, as `District.orders` keeps them: by chain and version.

    Raises NoSuchOrder.
    """
    found = {}
    for name, steps in said.items():
        if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
            raise NoSuchOrder(f"{name}: an order is a list of steps")
        chain = published(name)
        in_order(chain, steps)
        found[key(chain)] = steps
    return found


def published(name: str) -> type[CaseFlow]:
    """The newest version of the chain that is called `measure` or `measure/purpose`. Raises NoSuchOrder."""
    code, _, purpose = name.partition("/")
    try:
        return newest(code, purpose)
    except ChainError as error:
        known = sorted({"/".join(filter(None, (one.measure, one.purpose))) for one in chains()})
        raise NoSuchOrder(f"there is no chain {name}; there are {', '.join(known)}") from error


def outdated(district_id: int) -> list[str]:
    """The chains of which the district arranged a version that new cases no longer go on."""
    current = {key(newest(chain.measure, chain.purpose)) for chain in chains()}
    return sorted(set(with_key(district_id).orders) - current)


def arranged(chain: type[CaseFlow], orders: Mapping[str, Sequence[str]]) -> type[CaseFlow]:
    """A published chain in the order that a district has for it, if it has one."""
    steps = orders.get(key(chain))
    return chain if steps is None else in_order(chain, steps)


def _wrong(names: Sequence[str], steps: Sequence[str]) -> str:
    """What is unknown, twice or missing among the steps."""
    found = {
        "no such step": [name for name in dict.fromkeys(steps) if name not in names],
        "twice": [name for name in names if list(steps).count(name) > 1],
        "missing": [name for name in names if name not in steps],
    }
    return "; ".join(f"{what}: {', '.join(which)}" for what, which in found.items() if which)


def _check(chain: type[CaseFlow], places: Sequence[int]) -> None:
    """Raises NoSuchOrder unless only what lies between the intake and the decision was arranged, each after what it goes back to."""
    steps = chain.steps
    first = next(place for place, step in enumerate(steps) if step.kind not in _FIRST)
    decides = next(place for place, step in enumerate(steps) if step.decides)
    fixed = [place for place in range(len(steps)) if not first <= place < decides]
    if moved := [steps[place].name for place in fixed if places[place] != place]:
        raise NoSuchOrder(f"{key(chain)}: these keep their place: {', '.join(moved)}")
    for step in steps:
        names = [steps[place].name for place in places]
        if step.back_to and names.index(step.back_to) > names.index(step.name):
            raise NoSuchOrder(f"{key(chain)}: {step.name} goes back to {step.back_to}, which must come before it")


def _made(name: str, chain: type[CaseFlow], places: Sequence[int]) -> type[CaseFlow]:
    """The class of that name, made once a process: a case's row names it as one of this module."""
    with _making:
        if name not in globals():
            kept = {what: getattr(chain, what) for what in _DECLARED}
            globals()[name] = type(
                name, (CaseFlow,),
                {**kept, "__module__": __name__, "__doc__": chain.__doc__, "published": chain, "steps": tuple(chain.steps[place] for place in places)},
            )  # fmt: skip
        made: type[CaseFlow] = globals()[name]
        return made


def __getattr__(name: str) -> type[CaseFlow]:
    """The chain that a stored name means: viewflow looks for it here by the name in a case's row."""
    of, *places = name.split("_")
    published = {chain.__name__: chain for chain in chains()}
    if of not in published or not places or not all(place.isdigit() for place in places):
        raise AttributeError(name)
    chain = published[of]
    if sorted(places, key=int) != [str(place + 1) for place in range(len(chain.steps))]:
        raise AttributeError(name)
    return _made(name, chain, [int(place) - 1 for place in places])
