"""`make bench [ONLY=NAME[,NAME]]`: every benchmark in a process of its own; the README's table, and one line of JSON.

Each benchmark's last line is JSON; here is which of its figures has a goal (`design`: operations.md) and in which words it is told.
A figure that misses its goal is marked and ends this with 1.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One row of the table: the figure `key` of the benchmark `name`, at least or at most `bound`."""

    name: str
    key: str
    words: str
    bound: float
    at_most: bool = False

    def is_reached(self, figure: float) -> bool:
        return figure <= self.bound if self.at_most else figure >= self.bound


NAMES = (
    "signoff", "http", "ledger", "assess", "openfisca", "matching", "backtest", "letters", "lists", "audit", "scale", "memory",
)  # fmt: skip
GOALS = (
    Goal("signoff", "ours_over_raw_sql", "a sign-off in the engine, against the same rows written by raw SQL", 0.45),
    Goal("signoff", "ours_over_stock_viewflow", "a sign-off in the engine, against stock viewflow", 1.0),
    Goal("signoff", "statements", "statements of a sign-off", 18, at_most=True),
    Goal("http", "ours_over_stock_viewflow_1", "a sign-off over HTTP with 1 officer at once, against stock viewflow", 1.0),
    Goal("http", "ours_over_stock_viewflow_8", "the same with 8", 2.3),
    Goal("http", "ours_over_stock_viewflow_32", "the same with 32", 2.3),
    Goal("ledger", "with_over_without", "a sign-off with the proof, against one without", 0.85),
    Goal("ledger", "sequenced_a_second", "records a second that the sequencer takes", 500),
    Goal("assess", "assessed_a_second", "claims a second and core that `assess` judges", 10_000),
    Goal("openfisca", "ours_over_openfisca_single", "claims judged one by one, against OpenFisca on two measures", 1.0),
    Goal("matching", "p95_ms_vacancies", "ms for one seeker's matches, 10,000 seekers and 2,000 vacancies", 200, at_most=True),
    Goal("backtest", "seconds_per_100000", "s for a back-test of 100,000 cases", 30, at_most=True),
    Goal("letters", "letters_a_second", "letters a second, one by one", 2),
    Goal("lists", "p95_ms_at_1000000", "ms for the first page of an inbox among 1,000,000 cases", 10, at_most=True),
    Goal("lists", "largest_over_smallest", "the same, against 10,000 cases", 1.5, at_most=True),
    Goal("audit", "p95_ms_single", "ms for the audit's first page by one condition, slowest of all", 50, at_most=True),
    Goal("audit", "p95_ms_mixes", "ms for the audit's first page by the twelve mixes, slowest", 50, at_most=True),
    Goal("scale", "slowest_list_ms", "ms for any list or search among 1,000,000 whole cases, slowest", 50, at_most=True),
    Goal("scale", "tracking_statements", "statements of a tracking page", 6, at_most=True),
    Goal("scale", "statements_grew", "lists that ask more statements there than among 10,000", 0, at_most=True),
    Goal("scale", "wrong_answers", "pages that did not answer there", 0, at_most=True),
    Goal("memory", "worker_mb", "MB of a warm web worker, largest of four", 200, at_most=True),
    Goal("memory", "worker_over_stock_viewflow", "the same, against a worker of stock viewflow", 2, at_most=True),
    Goal("memory", "worker_over_bare_django", "the same, against a worker of Django alone", 4.5, at_most=True),
)  # fmt: skip


def main() -> int:
    asked = [one for one in os.environ.get("ONLY", "").split(",") if one] or list(NAMES)
    if unknown := set(asked) - set(NAMES):
        print(f"There is no benchmark {sorted(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    found: dict[str, dict[str, float]] = {}
    for name in asked:
        print(f"— {name}", flush=True)
        run = subprocess.Popen([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True)
        last = ""
        assert run.stdout is not None
        for line in run.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
        if run.wait():
            print(last, end="")
            print(f"{name} failed", file=sys.stderr)
            return 1
        found[name] = json.loads(last)
    missed = _table(found)
    # One benchmark alone gives its own figures; several, each under its name.
    print(json.dumps(found[asked[0]] if len(asked) == 1 else found))
    return 1 if missed else 0


def _table(found: dict[str, dict[str, float]]) -> int:
    """The rows of the README's table that were measured; how many missed their goal."""
    rows = [(goal, found[goal.name][goal.key]) for goal in GOALS if goal.key in found.get(goal.name, {})]
    print("\n| what | measured | goal |\n| --- | --- | --- |")
    for goal, figure in rows:
        mark = "" if goal.is_reached(figure) else " — missed"
        print(f"| {goal.words} | {figure:,g}{mark} | {'≤' if goal.at_most else '≥'} {goal.bound:,g} |")
    print()
    return sum(not goal.is_reached(figure) for goal, figure in rows)


if __name__ == "__main__":
    sys.exit(main())
