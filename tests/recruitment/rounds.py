"""A round and whoever it needs, made through the actions as far as a test wants it. Everybody here is invented."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Person
from flows.steps import LEADERS
from recruitment.actions.enter_scores import enter_scores
from recruitment.actions.note_check import note_check
from recruitment.actions.open_round import open_round
from recruitment.actions.publish_round import publish_round
from recruitment.actions.release_results import release_results
from recruitment.actions.set_exam import add_room, set_exam, share_seats
from recruitment.actions.set_post import PostWish, set_post
from recruitment.models import Round, RoundApplication, RoundPost
from recruitment.queries import PLANS, Candidate, candidates_of
from recruitment.rules import PARTS
from tests.copies import once
from tests.factories import NOW, applicant, department, officer
from tests.flows.anywhere import Walk, sent

FIRST, SECOND = "甲局（示例）", "乙局（示例）"
PLAN = [{"unit": FIRST, "posts": 60}, {"unit": SECOND, "posts": 40}]  # 2 reserved posts: one each
NEEDS_NOTHING = dict.fromkeys(("large_print", "extra_time", "sign_language", "ground_floor"), False)
KIND = "government_employee"


def plan(kind: str = KIND, rows: list[dict[str, Any]] | None = None, now: datetime = NOW) -> Walk:
    """A plan of the leading department, just submitted."""
    code = next(code for code, its in PLANS.items() if its == kind)
    return sent(code, by=officer(LEADERS[kind], Role.REVIEWER), now=now, plan=rows or PLAN)


def wish(one: Round, unit: str, **changes: Any) -> PostWish:
    """A post of the unit for one person, open for applications from the day of the tests for a week."""
    today = NOW.date()
    given: dict[str, Any] = {
        "unit_id": one.units.get(name=unit).pk, "title": "文员（示例）", "title_en": "Clerk (sample)", "vacancies": 1,
        "conditions": "会用电脑。（示例）", "place": "示例路 1 号", "opens_on": today, "closes_on": today + timedelta(days=7),
        "accommodations": "有坡道", "town_id": department("town_meilong").pk,
    }  # fmt: skip
    return PostWish(**(given | changes))


@dataclass
class Told:
    """One round with its leading department."""

    one: Round
    leader: Actor
    clerk: Actor
    now: datetime = NOW
    start: datetime = NOW

    def posts(self) -> list[RoundPost]:
        return list(self.one.posts.order_by("pk"))

    def given(self, by: Actor | None = None) -> dict[str, Any]:
        """The keywords of an act on the round."""
        return {"round_id": self.one.pk, "by": by or self.leader, "now": self.now}

    def applies(self, post: RoundPost | None = None, who: Person | None = None, **needs: Any) -> Walk:
        """An application to the post, handed in."""
        post = post or self.posts()[0]
        facts = {**NEEDS_NOTHING, "post_code": post.code, **needs}
        self.now += timedelta(minutes=1)
        return sent("post_application", self.one.kind, by=applicant(who), now=self.now, **facts)

    def accepted(self, post: RoundPost | None = None, **needs: Any) -> Walk:
        """An application that the federation and the leading department accepted."""
        post, who = post or self.posts()[0], needs.get("who")
        what = ("accepted", self.one.pk, self.now, post.code, who and who.pk, repr(needs))
        walk, self.now = once(what, lambda: (self.applies(post, **needs).to("ranking"), self.now))
        return walk

    def closed(self) -> "Told":
        """The applications are over."""
        self.now = self.start + timedelta(days=8)
        return self

    def seated(self, seats: int = 20, ground_floor: bool = True) -> "Told":
        """Everybody accepted has a seat."""
        self.closed()
        set_exam(**self.given(), exam_at=self.now + timedelta(days=7), pass_mark=None)
        add_room(**self.given(), name="一号考场", place="示例路 2 号", seats=seats, ground_floor=ground_floor)
        share_seats(**self.given())
        self.one.refresh_from_db()
        return self

    def sat(self) -> "Told":
        """The examination is over."""
        assert self.one.exam_at is not None
        self.now = max(self.now, self.one.exam_at + timedelta(hours=3))
        return self

    def scored(self, *scores: tuple[str | None, str | None]) -> "Told":
        """Written score and interview of each candidate, in the order of their applications, entered alike by two after
        the examination."""
        self.sat()
        rows = list(self.one.applications.filter(seat__isnull=False).order_by("pk"))
        for place, part in enumerate(PARTS):
            values = {
                row.pk: None if (typed := said[place]) is None else Decimal(typed)
                for row, said in zip(rows, scores, strict=True)
            }
            for by in (self.leader, self.clerk):
                enter_scores(**self.given(by), part=part, values=values)
        return self

    def released(self) -> "Told":
        release_results(**self.given())
        self.one.refresh_from_db()
        return self

    def checked(self, walk: Walk, passed: bool = True) -> None:
        note_check(**self.given(), application_id=row_of(walk).pk, passed=passed, reason="" if passed else "示例原因")

    def ranked(self) -> list[tuple[int, int, str]]:
        """Application, rank and standing of each candidate with a seat, in order."""
        found: list[Candidate] = candidates_of(self.one)
        return [(each.application.pk, each.ranked.rank, each.ranked.state) for each in found if each.ranked is not None]


def row_of(walk: Walk) -> RoundApplication:
    return RoundApplication.objects.get(case=walk.case)


def opened(kind: str = KIND, rows: list[dict[str, Any]] | None = None, now: datetime = NOW) -> Told:
    """A round just opened from a plan that was recorded."""
    return once(("opened", kind, repr(rows), now), lambda: _opened(kind, rows, now))


def _opened(kind: str, rows: list[dict[str, Any]] | None, now: datetime) -> Told:
    code, case = LEADERS[kind], plan(kind, rows, now).through()
    leader, clerk = officer(code, Role.REVIEWER), officer(code, Role.REVIEWER)
    return Told(open_round(case_id=case.pk, by=leader, now=now), leader, clerk, now, now)


def published(kind: str = KIND, rows: list[dict[str, Any]] | None = None, now: datetime = NOW) -> Told:
    """A round whose posts are published: one post a unit, for all of its reserved posts."""
    return once(("published", kind, repr(rows), now), lambda: _published(kind, rows, now))


def _published(kind: str, rows: list[dict[str, Any]] | None, now: datetime) -> Told:
    told = opened(kind, rows, now)
    day: date = now.date()
    for unit in told.one.units.filter(reserved__gte=1):
        days = {"opens_on": day, "closes_on": day + timedelta(days=7)}
        set_post(**told.given(), wish=wish(told.one, unit.name, vacancies=unit.reserved, **days))
    publish_round(**told.given())
    told.one.refresh_from_db()
    return told


def examined(walk: Walk) -> None:
    """The candidate alone of a round, examined, ranked first and checked; nothing where the round has its seats already."""
    row = row_of(walk)
    if hasattr(row, "seat"):
        return
    told = Told(row.round, *(officer(LEADERS[row.round.kind], Role.REVIEWER) for _ in range(2)), walk.now, walk.now)
    told.seated().scored(("90", "90")).released()
    told.checked(walk)
    walk.now = told.now


def any_post(kind: str, now: datetime) -> RoundPost:
    """A published post that takes applications at that moment."""
    return published(kind, now=now).posts()[0]
