"""People, drafts and cases for the tests, made through the actions. Everybody here is invented."""

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from stdnum.cn import ric

from accounts.actor import CLOCK, Actor
from accounts.models import Department, District, Post, Role, User
from casework.judgements import Judged, sheet
from casework.models import Case, Draft, Mandate, Person, Position, Task
from flows.actions.accept import accept
from flows.actions.appoint import FOUNDER, appoint
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.confirm import confirm
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.enrol import known_person
from flows.actions.publish import end_notice, publish
from flows.actions.submit import submit
from funds.book import open_year
from funds.models import Fund
from tests.copies import once

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=SHANGHAI)  # a Monday
_count = itertools.count(1)

NATIONAL = {
    "ground": "national_competition", "event_name": "全国残疾人职业技能竞赛（示例）", "organisers": "示例部",
    "awarded_on": "2025-09-18", "place": 1, "organiser_is_government": True, "statement": None,
}  # fmt: skip
TITLE = {
    "ground": "honorary_title", "title_name": "示例模范", "conferred_by": "上海市示例局", "awarded_on": "2025-05-01",
    "title_level": "municipal", "statement": None,
}  # fmt: skip
CONTRIBUTION = {"ground": "special_contribution", "contribution": "示例：教会三百人用读屏软件。", "statement": None}
PAPERS = {
    "national_competition": ("award_document", "organiser_document"),
    "honorary_title": ("award_document",),
    "special_contribution": ("supporting_material",),
}


@cache
def picture(shade: int = 200) -> bytes:
    """A small JPEG."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (60, 40), (shade, 220, 240)).save(out, "JPEG")
    return out.getvalue()


DISTRICT = "minhang"  # tests/districts.py makes people of another


def district() -> District:
    return District.objects.get(code=DISTRICT)


def department(code: str) -> Department:
    return Department.objects.get(code=code, district__code=DISTRICT)


def officer(code: str, role: str, since: date = date(2024, 3, 1), until: date | None = None) -> Actor:
    """An officer with a post in the department, signed in just now."""
    return once(("officer", code, role, since, until), lambda: _officer(code, role, since, until))


def _officer(code: str, role: str, since: date, until: date | None) -> Actor:
    number = next(_count)
    user = User.objects.create_officer(f"t{number:05d}", f"示例{number}")
    post = appoint(
        user=user, department=department(code), role=role, since=since, until=until, by=_administrator(), now=NOW
    )
    return Actor("officer", user=user, post=post, proved_at=NOW + timedelta(days=800))


def _administrator() -> Actor:
    posts = Post.objects.filter(role=Role.ADMINISTRATOR, district__code=DISTRICT)
    post = posts.select_related("user").first()
    if post is None:
        user = User.objects.create_officer(f"admin{next(_count)}", "示例管理员")
        post = appoint(
            user=user, department=department("federation"), role=Role.ADMINISTRATOR, since=date(2024, 3, 1), by=FOUNDER,
            now=NOW,
        )  # fmt: skip
    return Actor("officer", user=post.user, post=post, proved_at=NOW)


def identity_number(serial: int, born: str = "19900307") -> str:
    """A sound number of an area that was never assigned."""
    body = f"999999{born}{serial % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def person(name: str = "示例甲", town: str | None = "town_meilong") -> Person:
    return once(("person", name, town), lambda: _person(name, town))


def _person(name: str, town: str | None) -> Person:
    serial = next(_count)
    number = identity_number(serial, f"19{70 + serial // 1000 % 30}0307")
    made = known_person(
        district=district(), number=number, name=name, now=NOW, certificate=number + "43",
        certificate_until=date(2030, 1, 1),
    )  # fmt: skip
    made.town = department(town) if town else None
    made.telephone = "021-0000-0000"
    made.save()
    return made


def applicant(who: Person | None = None) -> Actor:
    """An applicant's account acting for the person."""
    return _applicant(who) if who else once(("applicant",), lambda: _applicant(person()))


def _applicant(who: Person) -> Actor:
    user = User.objects.create_applicant(who.name)
    Mandate.objects.create(district=who.district, user=user, person=who, capacity="self", since=date(2024, 3, 1))
    return Actor("applicant", user=user, on_behalf_of=who, proved_at=NOW)


def draft(by: Actor, facts: dict[str, Any] | None = None, now: datetime = NOW, complete: bool = True) -> Draft:
    """A draft of direct admission, by default ready to be sent."""
    made = start_draft(person=by.on_behalf_of, code="direct_admission", by=by, now=now)
    if complete:
        facts = facts or NATIONAL
        save_about(
            draft_id=made.pk, by=by, now=now, telephone="021-0000-0000", address="示例路 1 号",
            town_id=by.on_behalf_of.town_id,
        )  # fmt: skip
        save_draft(draft_id=made.pk, by=by, now=now, facts=facts)
        for code in PAPERS[facts["ground"]]:
            attach(by=by, now=now, code=code, name="示例.jpg", content=picture(), draft=made)
    return made


@dataclass
class Cast:
    """Everybody a direct admission needs, with enough people for a second round."""

    people: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        if name not in self.people:
            code, role = CAST[name.rstrip("234")]
            self.people[name] = officer(code, role)
        return self.people[name]


CAST = {
    "intake": ("federation", Role.INTAKE),
    "federation": ("federation", Role.REVIEWER),
    "civil_affairs": ("civil_affairs", Role.REVIEWER),
    "hrss": ("hrss", Role.REVIEWER),
    "government": ("district_government", Role.APPROVER),
    "assigner": ("civil_affairs", Role.REVIEWER),
    "town": ("town_meilong", Role.REVIEWER),
    "other_town": ("town_qibao", Role.REVIEWER),
    "finance": ("finance", Role.PAYER),
    "supervisor": ("supervision", Role.SUPERVISOR),
    "head": ("federation", Role.HEAD),
}

SIGNERS = {
    "federation_intake": "intake",
    "federation_review": "federation",
    "civil_affairs_review": "civil_affairs",
    "hrss_review": "hrss",
    "government_approval": "government",
    "public_notice": "assigner",
    "assignment": "assigner",
    "town_confirmation": "town",
}
CHAIN = list(SIGNERS)


@dataclass
class Story:
    """One case and its people, moved along by name: `story.to("hrss_review")`."""

    case: Case
    by: Actor
    cast: Cast = field(default_factory=Cast)
    now: datetime = NOW

    def task(self) -> Task:
        self.case = Case.objects.get(pk=self.case.pk)
        task = Task.objects.filter(process=self.case, finished=None).get()
        task.process = self.case
        return task

    def who(self) -> Actor:
        return self.cast[SIGNERS[self.task().step_name]]

    def as_it_is(self) -> tuple[Any, ...]:
        """All that the next step depends on beside the database."""
        people = [(name, as_it_is(by)) for name, by in self.cast.people.items()]
        return self.case.pk, self.now, as_it_is(self.by), *people

    def _become(self, other: "Story") -> "Story":
        """As a copy has gone on, with the people who are here already."""
        if other is not self:
            self.case, self.now = other.case, other.now
            self.cast.people |= {name: by for name, by in other.cast.people.items() if name not in self.cast.people}
        return self

    def claimed(self, by: Actor | None = None) -> dict[str, Any]:
        """Claim the open task; the keywords that every action of its handler takes."""
        if by is not None:
            return self._claimed(by)
        given, moved = once(("claimed", *self.as_it_is()), lambda: (self._claimed(None), self))
        self._become(moved)
        return given

    def _claimed(self, by: Actor | None) -> dict[str, Any]:
        task, by = self.task(), by or self.who()
        if task.owner_id is None:
            claim(case_id=self.case.pk, task_id=task.pk, by=by, now=self.now)
        elif task.owner_id != by.user_id:
            by = next(actor for actor in self.cast.people.values() if actor.user_id == task.owner_id)
        return {"case_id": self.case.pk, "task_id": task.pk, "by": by, "now": self.now}

    def sign(self, by: Actor | None = None) -> None:
        """The step's positive end, by whoever handles it."""
        step = self.task().step_name
        given = self.claimed(by)
        if step == "federation_intake":
            accept(**given)
        elif step == "public_notice":
            notice = publish(
                **given, surname="示", ground="national_competition", award="全国残疾人职业技能竞赛（示例）第一名"
            )
            self.now = datetime.combine(notice.ends_on + timedelta(days=1), self.now.timetz())
            end_notice(**{**given, "now": self.now})
        elif step == "assignment":
            assign(**given, position_id=position().pk)
        elif step == "town_confirmation":
            confirm(**given)
        else:
            approve(**given, judgements=judged(self.case, step))

    def to(self, step: str) -> "Story":
        """Sign everything before `step`; the case stands there, unclaimed."""
        return self._become(once(("to", step, *self.as_it_is()), lambda: self._to(step)))

    def _to(self, step: str) -> "Story":
        while self.task().step_name != step:
            self.sign()
        return self

    def through(self) -> Case:
        """All the way to the end."""
        return self._become(once(("through", *self.as_it_is()), self._through)).case

    def _through(self) -> "Story":
        while Case.objects.get(pk=self.case.pk).is_open:
            self.sign()
        self.case = Case.objects.get(pk=self.case.pk)
        return self


def as_it_is(by: Actor) -> tuple[Any, ...]:
    """Who somebody is, as far as an action can tell."""
    who = by.on_behalf_of
    return by.kind, by.user_id, by.post and by.post.pk, by.deputy_for, who and who.pk, by.acts_as, by.proved_at


def judged(case: Case, step: str, outcome: str = "met") -> dict[str, Judged]:
    """A judgement on every clause of the step, with a reason each."""
    code = step.removesuffix("_review")
    case = Case.objects.select_related("person__key").get(pk=case.pk)
    return {clause.rule.rule: Judged(outcome, "看过材料") for clause in sheet(case, code)[0]}


def position(town: str = "town_meilong") -> Position:
    number = next(_count)
    return Position.objects.create(
        district=district(), code=f"P{number}", title="社区工作者（示例）", title_en="Community worker (sample)",
        department=department(town),
    )  # fmt: skip


def fund(year: int = 2026, amount: str = "900000000.00", source: str = "levy") -> Fund:
    """The year's fund: the one that is there, or a new one with so much."""
    found = Fund.objects.filter(district=district(), year=year, source=source).first()
    return found or open_year(district().pk, year, source, Decimal(amount), by=CLOCK, now=NOW)


def funded(now: datetime) -> None:
    """Money enough for whatever is decided in this year or the next, where a test has not said how much."""
    for year in (now.year, now.year + 1):
        fund(year)


def story(facts: dict[str, Any] | None = None, who: Person | None = None, now: datetime = NOW) -> Story:
    """A case just submitted, with its cast."""
    return _story(facts, who, now) if who else once(("story", repr(facts), now), lambda: _story(facts, None, now))


def _story(facts: dict[str, Any] | None, who: Person | None, now: datetime) -> Story:
    by = applicant(who)
    case = submit(draft_id=draft(by, facts, now).pk, by=by, now=now)
    return Story(case, by, now=now)


def events(case: Case) -> list[str]:
    """The record's events, in order."""
    from casework.models import Action

    return list(
        Action.objects.filter(subject_kind="case", subject_id=case.pk)
        .order_by("number")
        .values_list("event", flat=True)
    )


def key() -> uuid.UUID:
    return uuid.uuid4()
