"""Questions about the facts that decide what else is asked: true, false, or not known yet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass


class Predicate(ABC):
    @abstractmethod
    def holds(self, facts: Mapping[str, object]) -> bool | None:
        """Whether it holds for these facts; None while they do not tell."""

    @property
    @abstractmethod
    def reads(self) -> frozenset[str]:
        """Names of the facts that it looks at."""


@dataclass(frozen=True, init=False)
class Is(Predicate):
    """The fact has one of the values: ``Is("ground", "honorary_title")``."""

    fact: str
    values: tuple[bool | int | str, ...]

    def __init__(self, fact: str, *values: bool | int | str) -> None:
        object.__setattr__(self, "fact", fact)
        object.__setattr__(self, "values", values)

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        value = facts.get(self.fact)
        if value is None:
            return None
        return any(type(value) is type(one) and value == one for one in self.values)

    @property
    def reads(self) -> frozenset[str]:
        return frozenset({self.fact})


@dataclass(frozen=True, init=False)
class AllOf(Predicate):
    parts: tuple[Predicate, ...]

    def __init__(self, *parts: Predicate) -> None:
        object.__setattr__(self, "parts", parts)

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        found = [part.holds(facts) for part in self.parts]
        if False in found:
            return False
        return None if None in found else True

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts))


@dataclass(frozen=True, init=False)
class AnyOf(Predicate):
    parts: tuple[Predicate, ...]

    def __init__(self, *parts: Predicate) -> None:
        object.__setattr__(self, "parts", parts)

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        found = [part.holds(facts) for part in self.parts]
        if True in found:
            return True
        return None if None in found else False

    @property
    def reads(self) -> frozenset[str]:
        return frozenset().union(*(part.reads for part in self.parts))


@dataclass(frozen=True)
class Not(Predicate):
    part: Predicate

    def holds(self, facts: Mapping[str, object]) -> bool | None:
        found = self.part.holds(facts)
        return None if found is None else not found

    @property
    def reads(self) -> frozenset[str]:
        return self.part.reads


def is_asked(condition: Predicate | None, facts: Mapping[str, object]) -> bool:
    """Whether something with this ``asked_if`` is asked now; not while the answer that decides it is unknown."""
    return condition is None or condition.holds(facts) is True
