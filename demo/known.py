"""What other offices know, in the demonstration: lists that came in, claims prepared from them, and a register that was down."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from casework.known import sources_of
from casework.records import KINDS, check
from casework.registers import REGISTERS, about_a_person
from demo.invented import number_of
from demo.people import Cast
from demo.registers import Registers
from demo.stories import paper
from flows.actions.attach import attach
from flows.actions.draft import save_about, save_draft, start_draft, take_known
from flows.actions.import_records import import_records, note_problems, put_aside
from flows.actions.look_up import look_up
from flows.actions.submit import submit
from flows.preparing import prepare_all
from policy import measure
from policy.examples import last_month

At = Callable[[int, int], datetime]
FLEXIBLE = "flexible_employment_subsidy"
COMPETITION = ["number", "level", "event", "awarded_on", "place", "for_minhang", "city_prize"]
ADMISSION = ["number", "level", "full_time", "admitted_on"]
TRAINING = ["number", "certificate_kind", "certificate", "certified_on", "hrss_subsidy"]
ENROLMENT = ["number", "school_kind", "school_year", "tuition_paid", "city_aid"]


@contextmanager
def answering(on: date, **modes: str) -> Iterator[None]:
    """The simulator, for as long as the demonstration is built; each register behaves as `modes` says."""
    with Registers(0, dict(modes), on) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        before = settings.REGISTERS
        settings.REGISTERS = dict.fromkeys(REGISTERS, server.url)
        try:
            yield
        finally:
            settings.REGISTERS = before
            server.shutdown()


def happen(cast: Cast, at: At, latest: datetime) -> None:
    """Lists come in, claims are prepared; one application is sent while a register is down, another is only begun."""
    on = localdate(latest)
    _lists(cast, at(14, 0), on)
    with answering(on):
        _begun(cast, at(14, 30))
        _known(cast, 7, at(14, 40))
        prepare_all(at(15, 0))
    with answering(on, social_insurance="down"):
        _sent_without(cast, 18, at(15, 10))


def _lists(cast: Cast, now: datetime, on: date) -> None:
    """Winners, admissions and certificates, taken; enrolments that wait to be looked over; a list with mistakes."""
    by = cast.officer("fed-intake-1", now)

    def days_ago(days: int) -> str:
        return (on - timedelta(days=days)).isoformat()

    lists: list[tuple[str, list[list[Any]]]] = [
        ("competition", [COMPETITION, [number_of(1), "区级", "2026 年残疾人技能竞赛·盲人按摩（示例）", days_ago(40), 1, "", ""],
                         [number_of(9), "区级", "2026 年残疾人技能竞赛·茶艺（示例）", days_ago(40), 3, "", ""]]),
        ("admission", [ADMISSION, [number_of(5), "大专", "是", days_ago(80)]]),
        ("training", [TRAINING, [number_of(17), "职业技能等级证书", "示例-2026-0017", days_ago(100), "1800"]]),
    ]  # fmt: skip
    for code, rows in lists:
        records, _ = check(KINDS[code], rows, on)
        import_records(import_id=put_aside(kind=KINDS[code], records=records, by=by, now=now).pk, by=by, now=now)
    enrolment = KINDS["enrolment"]
    year = f"{on.year - 1}-{on.year}"
    records, _ = check(enrolment, [ENROLMENT, [number_of(10), "成人高等学校", year, "8600", ""]], on)
    put_aside(kind=enrolment, records=records, by=by, now=now)
    _, wrong = check(enrolment, [ENROLMENT, ["12345", "夜校", year, "很多", ""]], on)
    note_problems(kind=enrolment, problems=wrong, total=1, by=by, now=now)


def _known(cast: Cast, place: int, now: datetime) -> None:
    """Somebody whom the social insurance register knows as flexibly employed."""
    by = cast.applicant(place, now)
    look_up(person=by.on_behalf_of, registers=about_a_person({"social_insurance"}), by=by, now=now)


def _begun(cast: Cast, now: datetime) -> None:
    """An application begun: what was found waits to be confirmed."""
    by = cast.applicant(17, now)
    look_up(person=by.on_behalf_of, registers=about_a_person(sources_of(measure("tuition_subsidy"))), by=by, now=now)
    start_draft(code="tuition_subsidy", by=by, now=now, person=by.on_behalf_of)


def _sent_without(cast: Cast, place: int, now: datetime) -> None:
    """The social insurance register is down: the application goes on, two facts are to be confirmed."""
    by = cast.applicant(place, now)
    who, rules = by.on_behalf_of, measure(FLEXIBLE)
    look_up(person=who, registers=about_a_person(sources_of(rules)), by=by, now=now)
    made = start_draft(code=FLEXIBLE, by=by, now=now, person=who)
    save_about(draft_id=made.pk, by=by, now=now, telephone=who.telephone, address=who.address, town_id=who.town_id)
    take_known(draft_id=made.pk, by=by, now=now, wrong=frozenset())
    month = {"month": last_month(localdate(now)), "paid_on_time": True, "paid_in_full": True}
    save_draft(draft_id=made.pk, by=by, now=now, facts={"flexible_employment_registered": True, "months": [month]})
    title = "社会保险缴费记录"
    attach(
        by=by, now=now, code="contribution_record", name=f"{title}.png", content=paper(title), draft=made,
        description=f"{title}（示例）",
    )  # fmt: skip
    submit(draft_id=made.pk, by=by, now=now)
