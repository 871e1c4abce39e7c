"""The filter of the dashboards and of the paths (起止日期、事项、镇、部门), as it stands in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.timezone import localdate

from accounts.models import Department
from flows.engine import chains
from flows.errors import NotThere
from oversight.figures import ALL, Asked, TooLong, patiently
from policy import T, measure
from web.forms import Problem
from web.reading import NotUnderstood, plain, read_date

Found = TypeVar("Found")
PARTS = ("since", "until", "measure", "town", "department")


@dataclass(frozen=True)
class Filtered:
    """What was asked for, as it was written, what of it was not understood, and what may be chosen."""

    asked: Asked
    given: dict[str, str]
    errors: list[Problem]
    departments: list[Department]

    @property
    def query(self) -> str:
        """The filter for another address, without what is empty."""
        return urlencode({name: value for name, value in self.given.items() if value})

    @property
    def towns(self) -> list[Department]:
        return [one for one in self.departments if one.kind == Department.TOWN]

    @property
    def measures(self) -> list[tuple[str, T]]:
        return [(code, measure(code).title) for code in _codes()]

    def link(self, **more: str) -> str:
        """The filter and more of it, for an address."""
        return urlencode({**{name: value for name, value in self.given.items() if value}, **more})


def filtered(request: HttpRequest, given: Any = None) -> Filtered:
    """The filter of the address (or of a form); the period is this year so far where none is given."""
    given, today, errors = given if given is not None else request.GET, localdate(), []

    def day(name: str, otherwise: date) -> date:
        text = plain(given.get(name, ""))
        try:
            return read_date(text) if text else otherwise
        except NotUnderstood as error:
            errors.append(Problem(error.text, f"f-{name}"))
            return otherwise

    since, until = day("since", date(today.year, 1, 1)), day("until", today)
    if since > until and not errors:
        errors.append(
            Problem(
                T("起的日子在止的日子后面。请换过来。", "The first day is after the last. Please swap them."), "f-since"
            )
        )
    district = request.actor.post.district_id
    departments = list(Department.objects.filter(district_id=district).order_by("pk"))
    keys = {one.code: one.pk for one in departments}
    wanted = {name: plain(given.get(name, ""))[:60] for name in PARTS}
    asked = Asked(
        district, min(since, until), until, today, wanted["measure"] if wanted["measure"] in _codes() else "",
        keys.get(wanted["town"]), keys.get(wanted["department"]),
    )  # fmt: skip
    return Filtered(asked, wanted, errors, departments)


def _codes() -> list[str]:
    """Every measure that has a chain, in their order."""
    return list(dict.fromkeys(chain.measure for chain in chains()))


def key_and_part(given: Any) -> tuple[str, str]:
    """Which figure of a panel; everything where nothing is named. Raises NotThere for what no figure has."""
    key, part = given.get("key", ALL), given.get("part", ALL)
    if len(key) > 400 or len(part) > 40 or plain(key + part) != key + part:
        raise NotThere
    return key, part


def within_time(found: Filtered, figures: Callable[[], Found]) -> Found | None:
    """The figures; None where they take too long, which the page then says, or where the filter was not understood."""
    if found.errors:
        return None
    try:
        with patiently():
            return figures()
    except TooLong:
        found.errors.append(Problem(_TOO_LONG, "f-since"))
        return None


_TOO_LONG = T(
    "这样看要算太久。请选短一些的时间，或者加一个条件。",
    "This takes too long to count. Please choose a shorter period or add a condition.",
)
