"""The people of a drill and the cases that they work on, made through the actions. Everybody here is invented."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from PIL import Image
from stdnum.cn import ric

from accounts.actor import ANONYMOUS, CLOCK, Actor
from accounts.identity import DEMONSTRATION_AREA, Identity
from accounts.models import Department, District, Post, Role, User
from casework.judgements import Judged, sheet
from casework.models import Case, Organisation, Position, Task
from flows.actions.appoint import FOUNDER, appoint
from flows.actions.attach import attach
from flows.actions.decide_fund import approve_fund
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.enrol import enrol
from flows.actions.give_mandate import give_mandate
from flows.actions.propose_fund import FundWish, propose_fund
from flows.actions.register import known_organisation
from flows.actions.submit import submit
from flows.engine import step_of
from flows.steps import Step
from funds.models import Fund
from policy import facts as kinds
from policy import measure
from policy.facts import APPLICANT, Fact
from policy.measure import DEPARTMENT, ORGANISATION, Measure

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
SINCE: Final = date(2024, 3, 1)
WORDS: Final = "sample words of a drill"
RESIDENT: Final = {"district_resident": True, "certificate_valid": True}
_PAID: Final = {"paid_on_time": True, "paid_in_full": True}
_OWNER: Final = {
    "name": "Sample", "disabled": True, "role": "owner", **_PAID, "paid": "2600.50", "hrss_subsidy": "350.25",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of case, the day on which it is sent, and answers that its rules find eligible."""

    code: str
    purpose: str = ""
    on: date = date(2026, 11, 2)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sent_at(self) -> datetime:
        return datetime.combine(self.on, time(9, 30), SHANGHAI)


ADMISSION: Final = Kind(
    "direct_admission",
    facts={
        "ground": "national_competition", "event_name": "Sample games", "organisers": "Sample", "place": 1,
        "awarded_on": "2025-09-18", "organiser_is_government": True,
    },
)  # fmt: skip
SELF_EMPLOYED: Final = Kind(
    "self_employment_subsidy", on=date(2024, 12, 3),
    facts={
        **RESIDENT, "licence_in_district": True, "trading": True, "months": [{"month": "2024-11", "people": [_OWNER]}],
    },
)  # fmt: skip
ALLOCATION: Final = Kind("sheltered_employment_project", "allocation")
SERVICE: Final = Kind("employment_service")
NOTE: Final = Kind("interpretation_note")
RECTIFICATION: Final = Kind("rectification")
RECLAIM: Final = Kind("reclaim", facts={"reclaimed": "600.00", "instalments": True})
KINDS: Final = (ADMISSION, SELF_EMPLOYED, ALLOCATION, SERVICE, NOTE, RECTIFICATION, RECLAIM)

# How many of each role a department has: enough for a second round.
STAFF: Final[Mapping[tuple[str, str], int]] = {
    ("federation", Role.INTAKE): 3, ("federation", Role.REVIEWER): 4, ("federation", Role.APPROVER): 4,
    ("federation", Role.INSPECTOR): 2, ("federation", Role.HEAD): 2, ("federation", Role.ADMINISTRATOR): 2,
    ("civil_affairs", Role.REVIEWER): 4, ("civil_affairs", Role.APPROVER): 2, ("civil_affairs", Role.HEAD): 1,
    ("hrss", Role.REVIEWER): 3, ("hrss", Role.APPROVER): 2, ("hrss", Role.HEAD): 1,
    ("district_government", Role.APPROVER): 3, ("district_government", Role.HEAD): 1,
    ("organization", Role.APPROVER): 2, ("finance", Role.PAYER): 3, ("finance", Role.APPROVER): 2,
    ("town_meilong", Role.INTAKE): 3, ("town_meilong", Role.INSPECTOR): 4, ("town_meilong", Role.REVIEWER): 3,
    ("town_meilong", Role.HEAD): 1, ("town_qibao", Role.REVIEWER): 1, ("supervision", Role.SUPERVISOR): 1,
}  # fmt: skip
TOWN: Final = "town_meilong"
FUNDED: Final = range(2024, 2033)  # the years in which something of a drill may be decided
FUND: Final = Decimal("9000000.00")
_number = itertools.count(1)


@cache
def picture(shade: int = 200) -> bytes:
    """A small JPEG."""
    out, image = BytesIO(), Image.new("RGB", (60, 40), (shade, 220, 240))
    image.save(out, "JPEG")
    return out.getvalue()


def answers_to(kind: Kind) -> dict[str, Any]:
    """A right claim of the kind; what no rule asks is answered somehow."""
    return completed(measure(kind.code, kind.purpose), kind.facts)


def completed(rules: Measure, given: Mapping[str, Any]) -> dict[str, Any]:
    """These answers, and some answer to every required question that they leave open or open themselves."""
    facts = dict(given)
    for _ in range(3):  # answers open further questions
        for fact in rules.facts_asked(facts, APPLICANT):
            if facts.get(fact.name) is None and fact.required:
                facts[fact.name] = _somehow(fact)
    return facts


def _somehow(fact: Fact) -> Any:
    if isinstance(fact.kind, kinds.Choice):
        return fact.kind.options[0].value
    if isinstance(fact.kind, kinds.Bool | kinds.Integer):
        return isinstance(fact.kind, kinds.Bool) or 1
    if isinstance(fact.kind, kinds.Date):
        return "2025-06-02"
    return "1.00" if isinstance(fact.kind, kinds.Money) else "Sample"


class Scene:
    """Everybody of a drill, made when first asked for: `scene["federation reviewer 1"]`, `scene.applicant`."""

    def __init__(self, prefix: str = "d") -> None:
        self.district = District.objects.get(code="minhang")
        self.prefix = prefix
        self.people: dict[str, Actor] = {}
        self.units: dict[str, Organisation] = {}
        self.founded = datetime.combine(SINCE, time(9), SHANGHAI)

    def __getitem__(self, name: str) -> Actor:
        if name not in self.people:
            code, role, _ = name.split()
            self.people[name] = self.officer(code, role)
        return self.people[name]

    def officer(self, code: str, role: str, until: date | None = None) -> Actor:
        """A new officer with this post; the first of all is an administrator."""
        number = f"{self.prefix}{next(_number):06d}"
        user = User.objects.create_officer(number, f"Sample {number}")
        post = appoint(
            user=user, department=self.department(code), role=role, since=SINCE, until=until,
            by=self._founder(role), now=self.founded,
        )  # fmt: skip
        return Actor("officer", user=user, post=post)

    def _founder(self, role: str) -> Actor:
        standing = Post.objects.filter(role=Role.ADMINISTRATOR).select_related("user").first()
        if standing is not None:
            return Actor("officer", user=standing.user, post=standing, proved_at=self.founded)
        return (
            FOUNDER if role == Role.ADMINISTRATOR else proved(self[f"federation {Role.ADMINISTRATOR} 1"], self.founded)
        )

    def everybody(self) -> None:
        """Make everybody of `STAFF` at once, and those outside the house."""
        for (code, role), many in STAFF.items():
            for number in range(1, many + 1):
                self[f"{code} {role} {number}"]  # makes them
        self.outsiders()
        self.people["clock"], self.people["anonymous"] = CLOCK, ANONYMOUS
        for place, code in enumerate((TOWN, "town_qibao")):
            Position.objects.get_or_create(
                district=self.district, code=f"D{place}",
                defaults={"title": "Sample", "title_en": "Sample", "department": self.department(code)},
            )  # fmt: skip

        self.funds()

    def funds(self) -> None:
        """Money for whatever is granted, opened by two officers of finance."""
        for year in FUNDED:
            if not Fund.objects.filter(district=self.district, year=year).exists():
                now = max(self.founded, datetime(year, 1, 4, 9, tzinfo=SHANGHAI))
                by, second = (proved(self[f"finance {role} 1"], now) for role in (Role.PAYER, Role.APPROVER))
                made = propose_fund(wish=FundWish("open", year, "levy", WORDS, FUND), by=by, now=now)
                approve_fund(decision_id=made.pk, by=second, now=now)

    def outsiders(self) -> None:
        """The applicant and a stranger, the unit and the provider with their staff."""
        for name in ("applicant", "stranger"):
            if name not in self.people:
                self.people[name] = self.person()
        for name in ("unit", "provider"):
            if name not in self.people:
                self.people[name] = self.staff_of(self.unit(name))

    def person(self) -> Actor:
        """A new person with an account of their own."""
        serial = next(_number)
        body = f"{DEMONSTRATION_AREA}19{70 + serial // 1000 % 30}0307{serial % 1000:03d}"
        identity = Identity(number=body + ric.calc_check_digit(body + "0"), name="Sample")
        user, who = enrol(district=self.district, identity=identity, now=self.founded)
        return Actor("applicant", user=user, on_behalf_of=who)

    def unit(self, name: str) -> Organisation:
        if name not in self.units:
            number = f"91310112MA1DRIL{next(_number) % 1000:03d}"
            by = self[f"{TOWN} {Role.INTAKE} 1"]
            self.units[name] = known_organisation(
                district=self.district, number=number, name=f"Sample {name}", by=by, now=self.founded
            )
        return self.units[name]

    def staff_of(self, unit: Organisation) -> Actor:
        user = User.objects.create_applicant("Sample")
        give_mandate(user=user, organisation=unit, by=self[f"{TOWN} {Role.INTAKE} 1"], now=self.founded)
        return Actor("applicant", user=user, on_behalf_of=unit)

    def department(self, code: str) -> Department:
        return department(code)

    def posts(self, code: str, *roles: str) -> list[str]:
        """The names of the department's people with one of these roles."""
        return [name for name in self.people if name.split()[0] == code and name.split()[1] in roles]

    def begin(self, kind: Kind, by: Actor | None = None, now: datetime | None = None) -> Case:
        """A case of the kind, just submitted by whom it is for."""
        rules, now = measure(kind.code, kind.purpose), now or kind.sent_at
        given: dict[str, Any]
        if rules.applicant == DEPARTMENT:
            by = by or self["federation reviewer 4"]
            given = {"department": by.post and by.post.department, "town": self.department(TOWN)}
        elif rules.applicant == ORGANISATION:
            by = by or self.people["unit"]
            given = {"organisation": by.on_behalf_of}
        else:
            by = by or self.people["applicant"]
            given = {"person": by.on_behalf_of}
        made = start_draft(code=kind.code, purpose=kind.purpose, by=by, now=now, **given)
        save_about(
            draft_id=made.pk, by=by, now=now, telephone="021-0000-0000", address="Sample road 1",
            town_id=self.department(TOWN).pk,
        )  # fmt: skip
        facts = answers_to(kind)
        save_draft(draft_id=made.pk, by=by, now=now, facts=facts)
        for paper in rules.evidence_asked(facts):
            if not paper.held_by_office and paper.required:
                attach(by=by, now=now, code=paper.code, name="sample.jpg", content=picture(), draft=made)
        return submit(draft_id=made.pk, by=by, now=now)


def department(code: str) -> Department:
    return Department.objects.get(district__code="minhang", code=code)


def first(options: Sequence[Any]) -> Any:
    """What is picked where nothing else chooses."""
    return options[0]


@dataclass
class At:
    """Where an act happens: whose case, by whom and when. What is looked up is looked up once, so that two who meet
    mean the same task. `pick` chooses where an act has a choice."""

    scene: Scene
    case_id: int
    by: Actor
    now: datetime
    pick: Callable[[Sequence[Any]], Any] = first
    loaded: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        if "case" not in self.loaded:
            found = Case.objects.select_related("person__key", "organisation__key", "own_key", "applicant_department")
            self.loaded["case"] = found.get(pk=self.case_id)
        case: Case = self.loaded["case"]
        return case

    @property
    def task(self) -> Task:
        """The open task; the last one of a closed case."""
        if "task" not in self.loaded:
            tasks = Task.objects.filter(process_id=self.case_id).exclude(kind="").order_by("pk")
            task = tasks.filter(finished=None).last() or tasks.last()
            assert task is not None
            task.process = self.case
            self.loaded["task"] = task
        found: Task = self.loaded["task"]
        return found

    @property
    def step(self) -> Step:
        return step_of(self.task)

    def by_other(self, by: Actor) -> "At":
        """The same place for somebody else, who has just proved who they are."""
        return replace(self, by=proved(by, self.now))

    @property
    def given(self) -> dict[str, Any]:
        """The keywords of an action at the task."""
        return {"case_id": self.case_id, "task_id": self.task.pk, "by": self.by, "now": self.now}

    @property
    def given_case(self) -> dict[str, Any]:
        """The keywords of an action on the case."""
        return {"case_id": self.case_id, "by": self.by, "now": self.now}

    def scene_answers(self) -> dict[str, Any]:
        """What a right claim of the case's kind answers."""
        kind = next((one for one in KINDS if (one.code, one.purpose) == (self.case.measure, self.case.purpose)), None)
        return answers_to(kind or Kind(self.case.measure, self.case.purpose))

    def judgements(self, outcome: str = "met") -> dict[str, Judged]:
        step = self.step
        code = step.by.code if step.kind == "review" else ""
        return {clause.rule.rule: Judged(outcome, WORDS) for clause in sheet(self.case, code)[0]}


def proved(by: Actor, now: datetime) -> Actor:
    """The actor as one who has just proved who they are."""
    return by if by in (CLOCK, ANONYMOUS) else replace(by, proved_at=now)


def later(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)
