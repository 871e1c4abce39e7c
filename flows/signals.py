"""Signals that the data itself gives (数据比对线索): each opens one report for triage, with what was compared.

Declared here, each with its rows in one place. Nobody is accused by a signal: it says what does not fit together, and two
officers look into it. People stand in it as what they are found by, never by name or number.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F

from casework.models import EmploymentFact, Organisation
from casework.references import shown
from casework.sealing import fixed_index
from funds.models import Payee
from policy import T

_NAMESPACE: Final = uuid.UUID("8f2b7d52-6f0e-4d0e-9d7c-0e8f7b6f5a10")
MOST: Final = 20  # units or cases that one signal names


@dataclass(frozen=True)
class Signal:
    """One thing that does not fit: its key for ever, and the facts of the report that it opens."""

    kind: str
    key: str
    facts: dict[str, Any]

    @property
    def submission_key(self) -> uuid.UUID:
        """The same signal is the same report, however often it is found."""
        return uuid.uuid5(_NAMESPACE, fixed_index(f"signal {self.kind} {self.key}"))


def signals(district_id: int, since: datetime) -> Iterator[Signal]:
    """What does not fit together in what came in since then, beside all that was there; known already or not."""
    yield from _two_units(district_id, since)
    yield from _one_account(district_id, since)
    yield from _no_wages(district_id, since)


def _two_units(district_id: int, since: datetime) -> Iterator[Signal]:
    """One person in the certification of two units for one year."""
    all_of = EmploymentFact.objects.filter(district_id=district_id, source="certification", record__in_force=True)
    fresh = all_of.filter(record__batch__decided_at__gte=since).values("number_index")
    rows = all_of.filter(number_index__in=fresh).values_list("number_index", "on__year", "record__number_index")
    units: dict[tuple[str, int], set[str]] = defaultdict(set)
    for who, year, unit in rows.iterator(chunk_size=10_000):
        units[who, year].add(unit)
    doubled = {key: found for key, found in units.items() if len(found) > 1}
    names = _names(district_id, {unit for found in doubled.values() for unit in found})
    for (who, year), found in sorted(doubled.items(), key=lambda one: (one[0][1], one[0][0])):
        listed = "、".join(sorted(names.get(unit, _UNKNOWN.zh) for unit in found)[:MOST])
        yield Signal(
            "two_units", f"{who} {year} {' '.join(sorted(found))}",
            {"what": "sham_employment", "unit_name": listed[:200], "story": _TWO_UNITS.fill(year=str(year), n=len(found), units=listed).zh},
        )  # fmt: skip


def _one_account(district_id: int, since: datetime) -> Iterator[Signal]:
    """One bank account in the cases of several applicants."""
    all_of = Payee.objects.filter(district_id=district_id)
    rows = all_of.filter(number_index__in=all_of.filter(given_at__gte=since).values("number_index")).values_list(
        "number_index", "case__person", "case__organisation", "case__reference"
    )
    owners: dict[str, dict[Any, str]] = defaultdict(dict)
    for account, person, unit, reference in rows.order_by("pk").iterator(chunk_size=10_000):
        owners[account][person, unit] = reference
    for account, found in sorted(owners.items()):
        if len(found) > 1:
            listed = "、".join(shown(one) for one in sorted(found.values())[:MOST])
            yield Signal(
                "one_account", f"{account} {' '.join(sorted(found.values()))}",
                {"what": "false_claim", "unit_name": listed[:200], "story": _ONE_ACCOUNT.fill(n=len(found), cases=listed).zh},
            )  # fmt: skip


def _no_wages(district_id: int, since: datetime) -> Iterator[Signal]:
    """People certified for a unit and a year to whom it paid no wages in any month of that year that it has reported."""
    every = EmploymentFact.objects.filter(district_id=district_id, record__in_force=True)
    fresh = every.filter(source__in=("certification", "wages"), record__batch__decided_at__gte=since)
    units = set(fresh.values_list("record__number_index", flat=True))
    rows = every.filter(source__in=("certification", "wages"), record__number_index__in=units).values_list(
        "record__number_index", "on__year", "source", "number_index"
    )
    people: dict[tuple[str, int], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for unit, year, source, who in rows.iterator(chunk_size=10_000):
        people[unit, year][source].add(who)
    names = _names(district_id, units)
    for (unit, year), found in sorted(people.items(), key=lambda one: (one[0][1], one[0][0])):
        unpaid = found["certification"] - found["wages"] if found["wages"] else set()
        if unpaid:
            name = names.get(unit, _UNKNOWN.zh)[:200]
            yield Signal(
                "no_wages", f"{unit} {year} {' '.join(sorted(unpaid))}",
                {"what": "sham_employment", "unit_name": name, "story": _NO_WAGES.fill(year=str(year), n=len(unpaid), unit=name).zh},
            )  # fmt: skip


def _names(district_id: int, indexes: set[str]) -> dict[str, str]:
    found = Organisation.objects.filter(district_id=district_id, number_index__in=indexes)
    return dict(found.values_list(F("number_index"), F("name")))


_UNKNOWN: Final = T("没有在本系统登记的单位", "a unit that is not registered here")
_TWO_UNITS: Final = T(
    "系统比对出来的，没有人举报：{year} 年的按比例就业网上认证里，同一个人同时算在 {n} 家单位：{units}。请查是不是挂名。",
    "Found by comparing data, reported by nobody: in the certification of {year} one person counts for {n} units: {units}.",
)
_NO_WAGES: Final = T(
    "系统比对出来的，没有人举报：{year} 年的按比例就业网上认证里，{unit}有 {n} 个人，在单位报来的工资清单里一个月也没有。请查是不是只交保险、不发工资。",
    "Found by comparing data, reported by nobody: in the certification of {year} {unit} has {n} people whom its lists of wages "
    "never name.",
)
_ONE_ACCOUNT: Final = T(
    "系统比对出来的，没有人举报：{n} 个申请人写了同一个收款账户，案件：{cases}。家里人共用的，也会这样。请查是谁的账户。",
    "Found by comparing data, reported by nobody: {n} applicants gave one account, in the cases {cases}.",
)
