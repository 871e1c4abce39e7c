"""People of whom records came in, for the tests of prepared claims."""

from datetime import date, datetime
from typing import Any

from accounts.actor import Actor
from casework.models import PreparedClaim, RecordImport
from casework.records import KINDS, check
from demo.invented import number_of
from flows.actions.import_records import import_records, put_aside
from flows.preparing import prepare_all
from tests.factories import NOW, officer
from tests.registers.served import invented

HEADS = {
    "insured_month": ["number", "month", "paid_on_time", "paid_in_full", "flexible_employment_registered"],
    "enrolment": ["number", "school_kind", "school_year", "tuition_paid", "city_aid"],
    "admission": ["number", "level", "full_time", "admitted_on"],
    "training": ["number", "certificate_kind", "certificate", "certified_on", "hrss_subsidy"],
    "competition": ["number", "level", "event", "awarded_on", "place", "for_minhang", "city_prize"],
}
FIRST = ["district", "示例竞赛·茶艺", "2026-09-01", 1, "", ""]


def recorded(place: int, kind: str, *rows: list[Any], now: datetime = NOW) -> RecordImport:
    """These records came in of the invented person."""
    by = officer("federation", "intake")
    records, wrong = check(KINDS[kind], [HEADS[kind], *([number_of(place), *row] for row in rows)], date(2027, 12, 31))
    assert wrong == []
    return import_records(import_id=put_aside(kind=KINDS[kind], records=records, by=by, now=now).pk, by=by, now=now)


def months(*which: str) -> list[list[str]]:
    return [[month, "是", "是", "是"] for month in which]


def winner(place: int = 0) -> Actor:
    """Won the district's competition; no register is needed for that claim."""
    by = invented(place)
    recorded(place, "competition", FIRST)
    return by


def offered_to(by: Actor, now: datetime = NOW) -> PreparedClaim:
    """The one claim that is prepared for them."""
    prepare_all(now)
    return PreparedClaim.objects.get(person=by.on_behalf_of, state="offered")
