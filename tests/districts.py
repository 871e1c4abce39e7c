"""A second district in the tests: invented, as `manage.py new_district` founds it."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from accounts.actor import CLOCK
from accounts.models import Department, District
from flows.actions.found_district import found_district
from tests import factories

FILE = Path(__file__).resolve().parents[1] / "demo" / "districts" / "sample.toml"
HOST = "sample.localhost"


def second() -> District:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return found_district(said=said, like="minhang", by=CLOCK, now=factories.NOW).district


@contextmanager
def people_of(district: District) -> Iterator[None]:
    """Within, the factories make people, officers and stories of that district; its first town office stands for any."""

    def department(code: str) -> Department:
        found = district.departments.filter(code=code).first()
        return found or district.departments.filter(kind=Department.TOWN).order_by("pk")[0]

    with (
        mock.patch.object(factories, "DISTRICT", district.code),
        mock.patch.object(factories, "department", department),
        mock.patch.object(factories, "once", lambda what, do: do()),
    ):
        yield
