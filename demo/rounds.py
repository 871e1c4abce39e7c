"""The demonstration's recruitment rounds: one finished up to the physical checks, one before its examination, one open for
applications; and a plan whose sharing was changed by hand. Everybody in them is invented."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate, make_aware

from accounts.models import Department
from casework.models import Case
from demo.around import Office
from demo.people import Cast
from demo.stories import paper
from flows.actions.accept import accept
from flows.actions.attach import attach
from flows.actions.confirm import confirm
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.give_mandate import give_mandate
from flows.actions.register import known_organisation
from flows.actions.submit import submit
from recruitment.actions.change_sharing import change_sharing
from recruitment.actions.enter_scores import enter_scores
from recruitment.actions.note_check import note_check
from recruitment.actions.open_round import open_round
from recruitment.actions.publish_round import publish_round
from recruitment.actions.release_results import release_results
from recruitment.actions.set_exam import add_room, set_exam, share_seats
from recruitment.actions.set_post import PostWish, set_post
from recruitment.models import Round, RoundApplication
from recruitment.rules import PARTS

Before = Callable[[int], date]
GOVERNMENT, COMMUNITY = "government_employee_recruitment", "community_worker_recruitment"
UNIT_ON_FILE = ("12310112MB1TEXAD05", "区数据服务中心（示例）")  # so that its posts name it by themselves
STARTS = 10  # by place in the list of applicants: who confirms for this unit that somebody has come
UNITS = {"区数据服务中心（示例）": 58, "区档案馆（示例）": 42, "区图书馆（示例）": 20}
TOWNS = {"梅陇镇": 40, "七宝镇": 35, "浦江镇": 25}
CALM = dict.fromkeys(("large_print", "extra_time", "sign_language", "ground_floor"), False)
# Who applies to which post of a round: place in the list of applicants, and what they need.
FINISHED: dict[int, dict[str, Any]] = {
    17: {},
    18: {"large_print": True},
    19: {"ground_floor": True, "extra_time": True},
}
WAITING: dict[int, dict[str, Any]] = {14: {"sign_language": True}, 13: {"ground_floor": True}}


class Lead:
    """The leading department of a round, day by day."""

    def __init__(self, cast: Cast, before: Before, latest: datetime) -> None:
        self.cast, self.before, self.latest = cast, before, latest

    def day(self, days: int) -> Office:
        """That many working days ago, from nine o'clock."""
        return Office(self.cast, make_aware(datetime.combine(self.before(days), time(9))), self.latest)

    def planned(self, days: int, code: str, login: str, units: dict[str, int]) -> Case:
        """A plan, sent by its department."""
        office = self.day(days)
        by = office.cast.officer(login, office.now)
        made = start_draft(code=code, by=by, now=office.now, department=by.post.department)
        save_about(draft_id=made.pk, by=by, now=office.now, telephone="", address="", town_id=None)
        rows = [{"unit": unit, "posts": posts} for unit, posts in units.items()]
        save_draft(draft_id=made.pk, by=by, now=office.now, facts={"plan": rows})
        title = "招录计划文件"
        attach(
            by=by, now=office.now, code="plan_document", name=f"{title}.png", content=paper(title), draft=made,
            description=f"{title}（示例）",
        )  # fmt: skip
        return submit(draft_id=made.pk, by=by, now=office.now)

    def opened(self, days: int, case: Case, login: str, signers: tuple[str, ...], window: tuple[int, int]) -> Round:
        """The plan decided, its round opened, a post a unit written and published; `window` in days from then."""
        office = self.day(days)
        for signer in signers:
            office.agreed(case, signer)
        one = open_round(case_id=case.pk, by=office.cast.officer(login, office.now), now=office.now)
        today = localdate(office.moment)
        towns = {town.name: town.pk for town in Department.objects.filter(district=one.district, kind=Department.TOWN)}
        for unit in one.units.filter(reserved__gte=1):
            wish = PostWish(
                unit_id=unit.pk, town_id=towns.get(unit.name), title="文员（示例）", title_en="Clerk (sample)",
                vacancies=unit.reserved, conditions="会用电脑，能整理资料。（示例）", place="示例路 8 号",
                accommodations="有坡道和读屏软件，时间可以商量", opens_on=today + timedelta(days=window[0]),
                closes_on=today + timedelta(days=window[1]),
            )  # fmt: skip
            set_post(round_id=one.pk, wish=wish, by=office.cast.officer(login, office.now), now=office.now)
        publish_round(round_id=one.pk, by=office.cast.officer(login, office.now), now=office.now)
        return one

    def applied(self, days: int, one: Round, who: dict[int, dict[str, Any]], reviewer: str = "") -> list[Case]:
        """Applications to the round's first post; with a reviewer, accepted by the federation and by them."""
        office, post = self.day(days), one.posts.order_by("pk")[0]
        cases = []
        for place, needs in who.items():
            case = office.sent("post_application", place, {**CALM, "post_code": post.code, **needs}, one.kind)
            if reviewer:
                accept(**office.given(case, "fed-intake-2"), opinion="残疾人证有效。（示例）")
                office.agreed(case, reviewer)
            cases.append(case)
        return cases


def happen(cast: Cast, before: Before, latest: datetime) -> None:
    """All of it, on working days before the day of the demonstration."""
    lead = Lead(cast, before, latest)
    _unit_on_file(lead)
    _finished(lead)
    _before_the_examination(lead)
    _open(lead)
    _changed(lead)


def _unit_on_file(lead: Lead) -> None:
    """The unit of the first post, with somebody who acts for it."""
    office = lead.day(49)
    by = office.cast.officer("fed-intake-1", office.now)
    number, name = UNIT_ON_FILE
    unit = known_organisation(district=by.post.district, number=number, name=name, by=by, now=office.now)
    give_mandate(user=office.cast.applicant(STARTS, office.now).user, organisation=unit, by=by, now=office.now)


def _finished(lead: Lead) -> None:
    """Examined, results out; the first in rank failed the check, so that the next moved up and waits for the decision."""
    plan = lead.planned(48, GOVERNMENT, "hrss-1", UNITS)
    one = lead.opened(46, plan, "hrss-2", ("fed-review-1", "hrss-approve"), (0, 12))
    lead.applied(45, one, FINISHED, "hrss-1")
    office = lead.day(36)
    given = {"round_id": one.pk, "by": office.cast.officer("hrss-2", office.now)}
    exam_at = make_aware(datetime.combine(lead.before(7), time(9)))
    set_exam(**given, now=office.now, exam_at=exam_at, pass_mark=Decimal(120))
    add_room(**given, now=office.now, name="第一考场（示例）", place="示例路 8 号一楼", seats=10, ground_floor=True)
    add_room(**given, now=office.now, name="第二考场（示例）", place="示例路 8 号三楼", seats=20, ground_floor=False)
    share_seats(**given, now=office.now)
    rows = list(RoundApplication.objects.filter(round=one).order_by("pk"))
    office = lead.day(5)
    for login, marks in (("hrss-1", (88, 81, 79)), ("hrss-2", (88, 81, 97)), ("hrss-head", (None, None, 79))):
        for part in PARTS:
            values = {row.pk: Decimal(mark) for row, mark in zip(rows, marks, strict=True) if mark is not None}
            enter_scores(
                round_id=one.pk, part=part, values=values, by=office.cast.officer(login, office.now), now=office.now,
                reasons={rows[2].pk: "对了试卷和评分表，第二遍把 79 录成了 97。（示例）"},
            )  # fmt: skip
    office = lead.day(3)
    release_results(round_id=one.pk, by=office.cast.officer("hrss-approve", office.now), now=office.now)
    checker = {"round_id": one.pk, "by": office.cast.officer("hrss-2", office.now)}
    reason = "示例：没有通过这个岗位要求的体检项目。"
    note_check(**checker, application_id=rows[0].pk, passed=False, reason=reason, now=office.now)
    note_check(**checker, application_id=rows[1].pk, passed=True, reason="", now=office.now)
    office = lead.day(2)
    confirm(**office.given(rows[1].case, "hrss-2"), opinion="体检合格，排名第一。（示例）")


def _before_the_examination(lead: Lead) -> None:
    """Applications over, accepted; seats and the examination are next."""
    plan = lead.planned(16, GOVERNMENT, "hrss-1", UNITS)
    one = lead.opened(14, plan, "hrss-2", ("fed-review-2", "hrss-approve"), (0, 12))
    lead.applied(13, one, WAITING, "hrss-1")


def _open(lead: Lead) -> None:
    """A round of community workers that takes applications now; one has come."""
    plan = lead.planned(6, COMMUNITY, "civil-1", TOWNS)
    one = lead.opened(4, plan, "civil-2", ("fed-review-3", "hrss-2", "civil-head"), (0, 30))
    lead.applied(2, one, {8: {"extra_time": True}})


def _changed(lead: Lead) -> None:
    """A plan under review whose sharing civil affairs changed by hand."""
    case = lead.planned(3, COMMUNITY, "civil-1", {**TOWNS, "马桥镇": 34})
    office = lead.day(2)
    change_sharing(
        case_id=case.pk, by=office.cast.officer("civil-2", office.now), now=office.now,
        allocation={"梅陇镇": 1, "七宝镇": 0, "浦江镇": 1, "马桥镇": 1}, reason="七宝镇今年没有合适的岗位，和镇里商量过，给浦江镇。（示例）",
    )  # fmt: skip
