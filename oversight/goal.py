"""The goal of newly employed people (新增就业目标, clause 二): who is counted, when, by which measure; and how it goes.

A person is counted once: at their first outcome of the period that is new, which is one with no outcome and no insured
month of theirs in the twelve months before its month. What counts as an outcome: admission to a post, granted months of
flexible work or of one's own business, the yearly certification, what a service, an introduction or a fair came to, a
month with earnings at a base. Read side
only: a fixed number of statements; nobody is named.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from accounts.models import Department
from casework.models import Case
from casework.published import parameters
from casework.wording import DISABILITY_KINDS
from policy import T, measure

FEW: Final = 5  # a public cell of fewer people is not shown: it could tell who
GROUPS: Final = ("year", "measure", "town", "kind", "place")
_ADMITTED: Final = ("direct_admission", "post_application")
_MONTHS: Final = ("flexible_employment_subsidy", "self_employment_subsidy")

# By blind index: a day in work, where it is known from, and whether it is an outcome.
_IN_WORK: Final = """
    SELECT p.number_index AS who, (c.closed_at AT TIME ZONE 'Asia/Shanghai')::date AS "on", c.measure AS source,
           TRUE AS counts, coalesce(c.town_id, p.town_id) AS town, p.certificate_kind AS kind, c.id AS case_id
      FROM casework_case c JOIN casework_person p ON p.id = c.person_id
     WHERE c.district_id = %(district)s AND c.measure = ANY(%(admitted)s) AND c.state = 'closed' AND c.outcome = 'granted'
     UNION ALL
    SELECT k.subject, (k.key || '-01')::date, c.measure, TRUE, coalesce(c.town_id, p.town_id), p.certificate_kind, c.id
      FROM casework_exclusionkey k JOIN casework_case c ON c.id = k.case_id JOIN casework_person p ON p.id = c.person_id
     WHERE k.district_id = %(district)s AND k.kind = 'social_insurance' AND k.released_at IS NULL
       AND c.measure = ANY(%(months)s)
     UNION ALL
    SELECT f.number_index, f."on", f.source, f.counts, f.town_id, f.disability, NULL
      FROM casework_employmentfact f JOIN casework_incomingrecord r ON r.id = f.record_id AND r.in_force
     WHERE f.district_id = %(district)s
     UNION ALL
    SELECT p.number_index, s.outcome_on, 'service', TRUE, coalesce(c.town_id, p.town_id), p.certificate_kind, c.id
      FROM services_serviceplan s JOIN casework_case c ON c.id = s.case_id JOIN casework_person p ON p.id = c.person_id
     WHERE s.district_id = %(district)s AND s.outcome IN ('employed', 'trading')
     UNION ALL
    SELECT p.number_index, i.employed_on, 'service', TRUE, p.town_id, p.certificate_kind, NULL
      FROM services_introduction i JOIN services_jobseeker j ON j.id = i.seeker_id JOIN casework_person p ON p.id = j.person_id
     WHERE i.district_id = %(district)s AND i.state = 'employed'
     UNION ALL
    SELECT p.number_index, (v.noted_at AT TIME ZONE 'Asia/Shanghai')::date, 'service', TRUE, p.town_id, p.certificate_kind, NULL
      FROM services_fairvisitor v JOIN casework_person p ON p.id = v.person_id
     WHERE v.district_id = %(district)s AND v.outcome = 'employed' AND v.noted_at IS NOT NULL
     UNION ALL
    SELECT p.number_index, (e.month || '-01')::date, 'sheltered', TRUE, p.town_id, p.certificate_kind, NULL
      FROM services_memberearning e JOIN services_basemember m ON m.id = e.member_id JOIN casework_person p ON p.id = m.person_id
     WHERE e.district_id = %(district)s AND e.amount > 0 AND NOT EXISTS (
           SELECT FROM services_memberearning n
            WHERE n.share_id = e.share_id AND n.member_id = e.member_id AND n.month = e.month AND n.number > e.number)
"""
_COUNTED: Final = f"""
    WITH in_work AS ({_IN_WORK}),
    ordered AS (
        SELECT *, count(*) OVER (
            PARTITION BY who ORDER BY extract(year FROM "on")::int * 12 + extract(month FROM "on")::int
            RANGE BETWEEN 12 PRECEDING AND 1 PRECEDING
        ) AS earlier FROM in_work
    )
    SELECT DISTINCT ON (who) who, "on", source, town, kind, case_id FROM ordered
     WHERE counts AND earlier = 0 AND extract(year FROM "on") BETWEEN %(first)s AND %(last)s AND "on" <= %(today)s
     ORDER BY who, "on", case_id NULLS LAST, source
"""  # noqa: S608  no value of anybody's stands in it


@dataclass(frozen=True)
class Period:
    """The goal as it is published: how many, from which year to which."""

    target: int
    first: int
    last: int


@dataclass(frozen=True)
class Counted:
    """One person who counts: since which day, by which source, where; and the case that says it, if one does."""

    on: date
    source: str
    town: int | None
    kind: str
    case_id: int | None


@dataclass(frozen=True)
class Cell:
    """One year, measure, town, kind of disability or sort of place, with how many. `key` is what pages filter by."""

    key: str
    title: T
    many: int


@dataclass(frozen=True)
class Board:
    """How the goal goes: counted so far, what the line asks for by the day, and what the pace would come to."""

    period: Period
    today: date
    counted: list[Counted]

    @property
    def many(self) -> int:
        return len(self.counted)

    @property
    def due(self) -> int:
        """What an even pace would have come to by the day."""
        return self.period.target * self._passed // self._whole

    @property
    def forecast(self) -> int:
        """What the pace so far would come to by the end."""
        return self.many * self._whole // self._passed if self._passed else 0

    def by_the_end_of(self, year: int) -> int:
        return sum(one.on.year <= year for one in self.counted)

    def line(self, year: int) -> int:
        """What the target line asks for by the end of the year."""
        years = self.period.last - self.period.first + 1
        return self.period.target * (year - self.period.first + 1) // years

    @property
    def _whole(self) -> int:
        return (date(self.period.last + 1, 1, 1) - date(self.period.first, 1, 1)).days

    @property
    def _passed(self) -> int:
        return min(max((self.today - date(self.period.first, 1, 1)).days + 1, 0), self._whole)


def board(district_id: int, today: date) -> Board:
    """Who counts by the day."""
    found = parameters(district_id)
    target, first, last = (
        int(str(found.value(f"goal.{name}", today))) for name in ("newly_employed", "first_year", "last_year")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED,
            {
                "district": district_id, "admitted": list(_ADMITTED), "months": list(_MONTHS), "first": first, "last": last,
                "today": today,
            },
        )  # fmt: skip
        rows = [Counted(*row[1:]) for row in cursor.fetchall()]
    return Board(Period(target, first, last), today, sorted(rows, key=lambda one: (one.on, one.case_id or 0)))


def cells(board: Board, group: str, district_id: int) -> list[Cell]:
    """The board by a group of GROUPS: every year, town and kind, with 0 too. Raises KeyError for another group."""
    towns = towns_of(district_id) if group in ("town", "place") else {}
    counted = Counter(_key(one, group, towns) for one in board.counted)
    titles = _titles(board, group, towns)
    rest = sorted(counted.keys() - titles.keys())
    return [
        *(Cell(key, words, counted[key]) for key, words in titles.items()),
        *(Cell(key, source_words(key) if group == "measure" else _UNKNOWN, counted[key]) for key in rest),
    ]


def fits(one: Counted, group: str, key: str, towns: Mapping[str, T]) -> bool:
    """Whether the person stands in this cell of the group."""
    return _key(one, group, towns) == key


def _key(one: Counted, group: str, towns: Mapping[str, T]) -> str:
    town = str(one.town or "")
    if group == "place":
        return ("town" if towns[town].zh.endswith("镇") else "subdistrict") if town in towns else ""
    return {"year": str(one.on.year), "measure": one.source, "town": town, "kind": one.kind}[group]


def shown(cells: list[Cell]) -> list[tuple[Cell, int | None]]:
    """What the public may read: None for 1 to 4 people, and for the next smallest cell where only one would be hidden, as
    the total would tell it."""
    hidden = {place for place, cell in enumerate(cells) if 0 < cell.many < FEW}
    if len(hidden) == 1:
        rest = [(cell.many, place) for place, cell in enumerate(cells) if place not in hidden and cell.many]
        if rest:
            hidden.add(min(rest)[1])
    return [(cell, None if place in hidden else cell.many) for place, cell in enumerate(cells)]


def cases_of(counted: Iterable[Counted], district_id: int) -> dict[int, Case]:
    """The cases that say it, by key."""
    keys = [one.case_id for one in counted if one.case_id]
    return {one.pk: one for one in Case.objects.filter(district_id=district_id, pk__in=keys).select_related("person")}


def towns_of(district_id: int) -> dict[str, T]:
    """The names of the town-level offices by key."""
    rows = Department.objects.filter(district_id=district_id, kind=Department.TOWN).order_by("pk")
    return {str(one.pk): T(one.name, one.name_en or one.name, filled=True) for one in rows}


def source_words(code: str) -> T:
    """How somebody found work: a measure's title, or the source's own words."""
    return SOURCES[code] if code in SOURCES else measure(code).title


def _titles(board: Board, group: str, towns: Mapping[str, T]) -> Mapping[str, T]:
    if group == "year":
        last = min(board.today.year, board.period.last)
        return {str(year): T("{n} 年", "{n}").fill(n=str(year)) for year in range(board.period.first, last + 1)}
    return {"town": towns, "kind": DISABILITY_KINDS, "place": PLACES}.get(group, {})


_UNKNOWN: Final = T("不清楚", "not known")
SOURCES: Final[dict[str, T]] = {
    "certification": T("按比例就业网上认证", "Yearly certification of employers"),
    "service": T("就业服务", "Employment services"), "sheltered": T("辅助性就业", "Sheltered work"),
}  # fmt: skip
# The sort of place says whether it is rural or urban (城乡): the name of the office tells it.
PLACES: Final[dict[str, T]] = {
    "town": T("镇", "Towns"),
    "subdistrict": T("街道、工业区", "Subdistricts, industrial zone"),
}
