"""The state machine: any acts by any people, allowed and forbidden, and after each one everything that must hold.

`make test` runs the same steps every time; `make machine` runs tens of thousands of others (STEPS says how many).
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from casework import published
from flows.drills.scene import Kind
from flows.engine import REGISTRY
from tests.flows.machine import HOW, MINE, Model, World, invented_chains

ANY = int(os.environ.get("STEPS", "0"))  # more steps, other ones every time
LEAST, LENGTH = 1_200, 60
USUAL = 30  # an example may end early
EVERY = ANY or LEAST


class Case(RuleBasedStateMachine):
    """One case in a transaction of its own, which is rolled back."""

    world: ClassVar[World]
    kind: ClassVar[Kind]
    steps: ClassVar[int] = 0
    tried: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.model: Model | None = None
        self.example = transaction.atomic()
        self.example._from_testcase = True  # the actions' transactions are durable: let them begin in this one
        self.example.__enter__()

    def teardown(self) -> None:
        try:
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)
            published.forget()
        if self.model is not None:
            type(self).tried.update(self.model.tried)

    @initialize(data=st.data())
    def begin(self, data: Any) -> None:
        self.data = data
        self.model = Model(self.world, self.kind, self.pick)

    def pick(self, options: Any) -> Any:
        return self.data.draw(st.sampled_from(options))

    @rule(data=st.data(), how=st.sampled_from(HOW))
    def step(self, data: Any, how: str) -> None:
        """One rule for all, as the engine would else leave some kinds of step out of whole examples."""
        type(self).steps += 1
        self.data = data
        assert self.model is not None
        self.model.happen(how)


@pytest.fixture
def world(db: None) -> Iterator[World]:
    keys = invented_chains()
    yield World()
    for key in keys:
        REGISTRY.pop(key, None)


def run(world: World, kind: Kind, steps: int) -> type[Case]:
    machine = type(f"Of{kind.code.title()}{kind.purpose.title()}", (Case,), {
        "world": world, "kind": kind, "steps": 0, "tried": Counter(),
    })  # fmt: skip
    profile = settings(
        max_examples=max(1, steps // USUAL), stateful_step_count=LENGTH, deadline=None, database=None, derandomize=not ANY,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=(Phase.generate, Phase.shrink) if ANY else (Phase.generate,), report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=profile)
    return machine


# Two classes, for two workers; each has half of the steps.
HALVES = (MINE[::2], MINE[1::2])


def half(world: World, kinds: list[Kind]) -> None:
    done = [run(world, kind, EVERY // len(MINE)) for kind in kinds]
    steps = sum(one.steps for one in done)
    assert steps >= EVERY * len(kinds) // len(MINE), f"only {steps} steps"


class TestOneHalf:
    def test_nothing_that_anybody_does_breaks_a_case(self, world: World):
        half(world, HALVES[0])


class TestOtherHalf:
    def test_nothing_that_anybody_does_breaks_a_case(self, world: World):
        half(world, HALVES[1])
