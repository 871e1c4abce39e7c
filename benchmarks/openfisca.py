"""`python -m benchmarks.openfisca [N]`: two of the measures that pay, judged here and by OpenFisca, one by one and in bulk.

Both get the same N invented claims of each measure (`benchmarks/fisca.py` has the rules as OpenFisca writes them): eligible and
not, months before and after the policy, arrears to the month, sums around the cap, benefits granted before. First everything is
compared, and one other outcome or fen ends it with 1. Then, in turns:

- one by one: `assess` with its trace and explanation as it comes, and once more put into words; against a simulation built of the claim as
  JSON and asked for the months claimed;
- in bulk: `assess` in a loop, against one simulation of all claims of a measure built of arrays, which are made beforehand.

Seconds are of this process's processor: neither waits for anything. The last line is JSON: rates, and how many times OpenFisca's rate ours is.
"""

import json
import random
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from benchmarks import fisca
from policy import assess
from policy.assessment import ELIGIBLE, NOT_ELIGIBLE, Assessment
from policy.days import add_months
from policy.parameters import load

SINGLE, BLOCK, TURNS = 400, 50, 5
FLEXIBLE, TRADER = "flexible_employment_subsidy", "self_employment_subsidy"
AFTERWARDS = "2029-03"  # the first month after the policy
LIMITS = (
    2643.30,
    2670.05,
    2697.54,
    2700.52,
)  # yuan: the caps of a person's month in 2024 to 2026; sums lie around them


@dataclass(frozen=True)
class Asked:
    """A claim as `assess` reads it."""

    measure: str
    on: date
    facts: dict[str, Any]
    history: list[dict[str, Any]]

    @property
    def months(self) -> list[str]:
        return [row["month"] for row in self.facts["months"]]


# --- the claims


def claims(measure: str, number: int) -> list[Asked]:
    """The same for each run."""
    by = random.Random(measure)
    return [_claim(by, measure) for _ in range(number)]


def _claim(by: random.Random, measure: str) -> Asked:
    on = date(2024, by.randint(3, 12), 15) if by.random() < 0.3 else date(2025, by.randint(1, 12), by.randint(1, 28))
    first = add_months(on.replace(day=1), -by.choice((0, 1, 2, 3, 11, 12, 13)))
    months = [f"{add_months(first, at):%Y-%m}" for at in range(by.choice((0, 1, 1, 2, 3, 6)))]
    months += [AFTERWARDS] if months and by.random() < 0.1 else []
    facts: dict[str, Any] = {"district_resident": _mostly(by), "certificate_valid": _mostly(by)}
    if measure == FLEXIBLE:
        facts["flexible_employment_registered"] = _mostly(by)
        facts["months"] = [{"month": month, **_paid(by)} for month in months]
    else:
        facts |= {"licence_in_district": _mostly(by), "trading": _mostly(by)}
        names = "ABC"[: by.randint(1, 3)]
        facts["months"] = [{"month": month, "people": [*_people(by, names)]} for month in months]
    return Asked(measure, on, facts, [*_history(by, months)])


def _people(by: random.Random, names: str) -> Iterator[dict[str, Any]]:
    for name in names:
        paid = by.choice(LIMITS) + by.choice((-0.01, 0, 0.01, 300, -1500))
        yield {
            "name": name, "disabled": by.random() < 0.8, "role": "owner" if name == "A" else "employee", **_paid(by),
            "paid": f"{paid:.2f}", "hrss_subsidy": by.choice(("0", "0.01", "500", "650.55", "9000")),
        }  # fmt: skip


def _history(by: random.Random, months: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Earlier subsidies of the applicant alone; one of nothing covers no month."""
    if months and by.random() < 0.3:
        yield {"type": FLEXIBLE, "month": by.choice(months), "amount": by.choice(("1107.60", "0.00"))}


def _mostly(by: random.Random) -> bool:
    return by.random() < 0.95


def _paid(by: random.Random) -> dict[str, bool]:
    return {"paid_on_time": _mostly(by), "paid_in_full": _mostly(by)}


# --- the same, as OpenFisca reads it


def situation(asked: Asked) -> fisca.Situation:
    """The claim as one of OpenFisca's test cases."""
    facts, always = asked.facts, "ETERNITY"
    applicant: dict[str, dict[str, Any]] = {
        name: {always: facts[name]} for name in ("district_resident", "certificate_valid")
    }
    applicant["insurance_subsidy_granted"] = {one["month"]: float(one["amount"]) for one in asked.history}
    persons = {"A": applicant}
    if asked.measure == FLEXIBLE:
        applicant["flexible_employment_registered"] = {always: facts["flexible_employment_registered"]}
        applicant["applied_on"] = {always: asked.on.isoformat()}
        for row in facts["months"]:
            _add(applicant, row, ("paid_on_time", "paid_in_full"), row["month"])
        return {"persons": persons}
    for row in facts["months"]:
        for one in row["people"]:
            of_month = {**one, "paid": float(one["paid"]), "hrss_subsidy": float(one["hrss_subsidy"])}
            names = ("disabled", "paid_on_time", "paid_in_full", "paid", "hrss_subsidy")
            _add(persons.setdefault(one["name"], {}), of_month, names, row["month"])
    shop = {name: {always: facts[name]} for name in ("licence_in_district", "trading")}
    return {"persons": persons, "shops": {"shop": {"owner": ["A"], "employees": [*persons][1:], **shop}}}


def _add(person: dict[str, dict[str, Any]], told: dict[str, Any], names: Sequence[str], month: str) -> None:
    for name in names:
        person.setdefault(name, {})[month] = told[name]


# --- the contest


class Contest:
    """The same claims of both measures, for both."""

    def __init__(self, number: int) -> None:
        self.number, self.figures = number, load()
        self.rules = fisca.system(self.figures)
        self.asked = {measure: claims(measure, number) for measure in (FLEXIBLE, TRADER)}
        self.cases = {measure: [situation(one) for one in those] for measure, those in self.asked.items()}
        self.crowds = {measure: fisca.crowd(self.rules, those) for measure, those in self.cases.items()}
        self.months = {
            measure: sorted({month for one in those for month in one.months}) for measure, those in self.asked.items()
        }

    def ours(self, one: Asked) -> Assessment:
        return assess(one.measure, one.on, one.facts, one.history, self.figures)

    def theirs(self, one: Asked, case: fisca.Situation) -> int:
        """Fen."""
        simulation = fisca.one(self.rules, case)
        return int(fisca.granted(simulation, one.measure, one.months)[0]) if one.months else 0

    def theirs_in_bulk(self, measure: str) -> Sequence[int]:
        """Fen of each claim."""
        simulation = fisca.many(self.rules, self.crowds[measure])
        return list(fisca.granted(simulation, measure, self.months[measure]))

    def some(self) -> list[tuple[Asked, fisca.Situation]]:
        """The claims that are judged one by one, mixed."""
        pairs = [
            pair for measure in self.asked
            for pair in list(zip(self.asked[measure], self.cases[measure], strict=True))[:SINGLE]
        ]  # fmt: skip
        random.Random(1).shuffle(pairs)
        return pairs


def main(number: int) -> None:
    contest = Contest(number)
    for measure, those in contest.asked.items():
        found = [contest.ours(one) for one in those]
        _same(found, contest.theirs_in_bulk(measure), f"{measure} in bulk")
        eligible = sum(one.outcome == ELIGIBLE for one in found)
        print(f"{measure}: {eligible} of {number} are eligible; all agree", flush=True)
    pairs = contest.some()
    _same([contest.ours(one) for one, _ in pairs], [contest.theirs(*pair) for pair in pairs], "one by one")
    _tell(number, one_by_one(contest, pairs), in_bulk(contest))


def one_by_one(contest: Contest, pairs: Sequence[tuple[Asked, fisca.Situation]]) -> dict[str, float]:
    """Claims a second of each, the middle of its turns."""
    rates: dict[str, list[float]] = {"ours": [], "in_words": [], "openfisca": []}
    for first in range(0, len(pairs), BLOCK):
        block = pairs[first : first + BLOCK]
        with _timed(rates["ours"], len(block)):
            for asked, _ in block:
                contest.ours(asked)
        with _timed(rates["in_words"], len(block)):
            for asked, _ in block:
                contest.ours(asked).as_dict("zh")
        with _timed(rates["openfisca"], len(block)):
            for asked, case in block:
                contest.theirs(asked, case)
    return {who: statistics.median(those) for who, those in rates.items()}


def in_bulk(contest: Contest) -> dict[str, float]:
    """Claims a second of each, the middle of its turns."""
    rates: dict[str, list[float]] = {"ours": [], "openfisca": []}
    for _ in range(TURNS):
        with _timed(rates["ours"], 2 * contest.number):
            for asked in chain(*contest.asked.values()):
                contest.ours(asked)
        with _timed(rates["openfisca"], 2 * contest.number):
            for measure in contest.asked:
                contest.theirs_in_bulk(measure)
    return {who: statistics.median(those) for who, those in rates.items()}


@contextmanager
def _timed(rates: list[float], number: int) -> Iterator[None]:
    begun = time.process_time()
    yield
    rates.append(number / (time.process_time() - begun))


def _same(found: Sequence[Any], fen: Sequence[Any], where: str) -> None:
    """Ends with 1 where the two do not say the same of any claim."""
    for at, (ours, theirs) in enumerate(zip(found, fen, strict=True)):
        expected = (ELIGIBLE if theirs > 0 else NOT_ELIGIBLE, int(theirs))
        if (ours.outcome, None if ours.amount is None else int(ours.amount * 100)) != expected:
            sys.exit(
                f"{where}, claim {at}: here {ours.outcome} {ours.amount}, OpenFisca {expected[0]} {expected[1] / 100}"
            )


def _tell(number: int, single: dict[str, float], many: dict[str, float]) -> None:
    for who, rate in single.items():
        print(f"one by one  {who:<10} {rate:12,.0f} claims a second")
    for who, rate in many.items():
        print(f"in bulk     {who:<10} {rate:12,.0f} claims a second, {number:,} of each measure")
    print(json.dumps({
        "ours_over_openfisca_single": round(single["ours"] / single["openfisca"], 2),
        "in_words_over_openfisca_single": round(single["in_words"] / single["openfisca"], 2),
        "ours_over_openfisca_bulk": round(many["ours"] / many["openfisca"], 3),
        "ours_a_second": round(single["ours"]), "openfisca_a_second": round(single["openfisca"]),
        "ours_bulk_a_second": round(many["ours"]), "openfisca_bulk_a_second": round(many["openfisca"]), "measures": 2,
    }))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
