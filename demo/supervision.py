"""What supervision finds in the demonstration, and does about it: an evening of signatures, a relative, a sample.

Everybody in it is invented, and what patterns find here was put here to be found.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.utils.timezone import make_aware

from demo.around import Office
from demo.invented import number_of
from demo.people import Cast
from flows.actions.accept import accept
from flows.actions.approve import approve
from flows.actions.claim import claim
from flows.actions.declare_relation import declare_relation
from oversight.actions.check_sample import check_sample
from oversight.actions.draw_sample import Wish, draw_sample
from oversight.actions.find_hits import find_hits
from oversight.actions.mark_hit import mark_hit
from oversight.actions.open_review import open_review
from oversight.models import PatternHit
from oversight.sheet import SHEET

Before = Callable[[int], date]
STUDENT, KIN = 0, 17  # places in the list of applicants
_TUITION = {
    "district_resident": True, "certificate_valid": True, "school_kind": "adult_higher", "school_year": "2025-2026",
    "tuition_paid": "52000.00", "city_aid": "3300.00",
}  # fmt: skip


def happen(cast: Cast, before: Before, latest: datetime) -> None:
    """A tuition subsidy just under its cap, signed in one evening; a tie that was declared afterwards; then what a
    supervisor does: looks, marks, opens a review, draws a sample and checks two of its cases."""
    _evening(Office(cast, _at(before(5), 18, 30), latest))
    officer = cast.officer("fed-visit-2", _at(before(4), 9, 0))
    declare_relation(kind="kin", number=number_of(KIN), label="表妹（示例）", by=officer, now=_at(before(4), 9, 0))
    by = cast.officer("supervisor", latest)
    assert by.post is not None
    find_hits(district=by.post.district, by=by, now=latest)
    evening = PatternHit.objects.filter(pattern="out_of_hours", result="").order_by("pk").first()
    if evening is not None:
        why = "问过负责人：系统维护以后补签，都看过材料。（示例）"
        mark_hit(hit_id=evening.pk, result="explained", reason=why, by=by, now=latest)
    shared = PatternHit.objects.filter(pattern="same_account", result="").order_by("pk").first()
    if shared is not None:
        open_review(hit_id=shared.pk, reason="两个人不是一家，查一下是谁的账户。（示例）", by=by, now=latest)
    sample = draw_sample(wish=Wish(before(60), before(0), 4), by=by, now=latest)
    answers = {one.code: "yes" for one in SHEET}
    check_sample(sample_id=sample.pk, place=1, answers=answers | {"sum": "na"}, remark="", by=by, now=latest)
    late = answers | {"sum": "na", "time": "no"}
    remark = "审核超过了期限两天，没有写说明。（示例）"
    check_sample(sample_id=sample.pk, place=2, answers=late, remark=remark, by=by, now=latest)


def _at(day: date, hour: int, minute: int) -> datetime:
    return make_aware(datetime.combine(day, time(hour, minute)))


def _evening(office: Office) -> None:
    """Accepted, reviewed and granted after hours, the last of it within seconds."""
    case = office.sent("tuition_subsidy", STUDENT, _TUITION)
    accept(**office.given(case, "meilong-intake"), opinion="材料齐全。（示例）")
    office.agreed(case, "fed-review-1")
    task, now = office.task(case), office.now
    by = office.cast.officer("fed-approve-1", now)
    claim(case_id=case.pk, task_id=task.pk, by=by, now=now)
    given = {"case_id": case.pk, "task_id": task.pk, "by": by, "now": now + timedelta(seconds=9)}
    approve(**given, judgements={}, opinion="同意。（示例）")
