"""The judging of a back-test, apart from the database, so that other processes can take part of it. Plain Python."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from types import TracebackType
from typing import Any, NamedTuple

from policy import Assessment, assess
from policy.errors import FormError
from policy.parameters import Parameters

DRIFTED, UNREADABLE = "drifted", "unreadable"


class Came(NamedTuple):
    """What came out: outcome, amount in yuan, and what is missing."""

    outcome: str
    amount: Decimal | None
    missing: tuple[str, ...]


class Work(NamedTuple):
    """A claim as the rules take it, and what was kept of it."""

    measure: str
    as_of: date
    facts: Mapping[str, Any]
    history: list[dict[str, Any]]
    kept: Came


Verdicts = list[Came | str | None]


def judge(work: Sequence[Work], before: Parameters, after: Parameters) -> Verdicts:
    """For each: what it would come to; None where that is what was kept, `drifted` where today's figures say so too,
    `unreadable` where its questions have changed since."""
    return [_judge(one, before, after) for one in work]


def _judge(one: Work, before: Parameters, after: Parameters) -> Came | str | None:
    try:
        new = came(assess(one.measure, one.as_of, one.facts, one.history, after))
        if new == one.kept:
            return None
        today = came(assess(one.measure, one.as_of, one.facts, one.history, before))
    except FormError:
        return UNREADABLE
    return DRIFTED if new == today else new


def came(found: Assessment) -> Came:
    return Came(found.outcome, found.amount, found.missing)


class Judges:
    """Judges in this process, or with `helpers` in so many others. `ask` gives a function that waits for the answer."""

    def __init__(self, before: Parameters, after: Parameters, helpers: int) -> None:
        self.figures, self.helpers = (before, after), helpers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Judges":
        if self.helpers:
            # Begun anew and not forked: a fork would share this process's connection to the database.
            self._pool = ProcessPoolExecutor(self.helpers, get_context("spawn"), _begin, self.figures)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def ask(self, work: Sequence[Work]) -> Callable[[], Verdicts]:
        if self._pool is not None:
            return self._pool.submit(_answer, work).result
        return lambda: judge(work, *self.figures)


_figures: list[Parameters] = []


def _begin(*figures: Parameters) -> None:
    _figures[:] = figures


def _answer(work: Sequence[Work]) -> Verdicts:
    return judge(work, *_figures)
