"""Employers, seekers, providers and officers for the tests of work and services. Everybody here is invented."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from accounts.actor import Actor
from accounts.models import Role, User
from casework.models import Case, Mandate, Organisation, Person, Task
from casework.sealing import index, new_key, seal, tail_index
from flows.actions.accept import accept
from flows.actions.approve import approve
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.deliver import deliver
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.name_party import name_party
from flows.actions.submit import submit
from flows.joining import rehearse
from services.actions.keep_profile import ProfileWish, keep_profile
from services.actions.note_vacancy import VacancyWish, note_vacancy
from services.models import JobSeeker, Vacancy
from tests.factories import NOW, applicant, department, district, judged, officer, picture

_serial = count(1)
SHELTERED = "sheltered_employment_project"


def unit(name: str = "示例单位") -> Organisation:
    """A unit on file, with an invented code that nobody checks here."""
    n = next(_serial)
    number, key = f"99999999{n:010d}", new_key("organisation", district().pk)
    return Organisation.objects.create(
        district=district(), key=key, name=f"{name}{n}", number=seal(key, number), number_index=index(number),
        number_tail_index=tail_index(number), town=department("town_meilong"),
    )  # fmt: skip


def of_unit(who: Organisation, role: str = Mandate.MANAGER) -> Actor:
    """An account acting for the unit."""
    user = User.objects.create_applicant("示例经办")
    Mandate.objects.create(
        district=who.district, user=user, organisation=who, capacity="staff", role=role, since=date(2024, 3, 1)
    )
    return Actor("applicant", user=user, on_behalf_of=who, acts_as=role, proved_at=NOW)


def federation(role: str = Role.REVIEWER) -> Actor:
    return officer("federation", role)


def wish(**more: Any) -> VacancyWish:
    """A vacancy that anybody fits, open for thirty days."""
    plain = VacancyWish(
        title="数据录入员（示例）", field="office", number=2, town=department("town_meilong").pk,
        open_until=NOW.date() + timedelta(days=30),
    )  # fmt: skip
    return replace(plain, **more)


def vacancy(who: Organisation | None = None, **more: Any) -> Vacancy:
    who = who or unit()
    return note_vacancy(organisation_id=who.pk, wish=wish(**more), by=of_unit(who), now=NOW)


def seeker(by: Actor | None = None, **more: Any) -> tuple[Actor, JobSeeker]:
    """Somebody with a profile, and their account."""
    by = by or applicant()
    assert isinstance(by.on_behalf_of, Person)
    said = {"skills": ("data_entry",), **more}
    return by, keep_profile(person_id=by.on_behalf_of.pk, wish=ProfileWish(**said), by=by, now=NOW)


class Served:
    """A service case with its officers and its provider, moved along step by step."""

    def __init__(self, provider: Organisation | None = None, who: Actor | None = None) -> None:
        self.by = who or applicant()
        self.provider = provider or unit("示例机构")
        self.hands = of_unit(self.provider)
        self.intake, self.planner = officer("town_meilong", Role.INTAKE), officer("federation", Role.APPROVER)
        person = self.by.on_behalf_of
        draft = start_draft(person=person, code="employment_service", by=self.by, now=NOW)
        save_about(
            draft_id=draft.pk,
            by=self.by,
            now=NOW,
            telephone="021-0000-0000",
            address="示例路 1 号",
            town_id=person.town_id,
        )
        save_draft(
            draft_id=draft.pk,
            by=self.by,
            now=NOW,
            facts={
                "goal": "start_business",
                "certificate_valid": True,
                "skills": None,
                "wishes": None,
                "accommodations": None,
            },
        )
        self.case = submit(draft_id=draft.pk, by=self.by, now=NOW)

    def task(self) -> Task:
        self.case = Case.objects.get(pk=self.case.pk)
        return Task.objects.filter(process=self.case, finished=None).exclude(kind="").get()

    def accepted(self) -> "Served":
        """The town took it in; the plan is to be decided."""
        given = {"case_id": self.case.pk, "task_id": self.task().pk, "by": self.intake, "now": NOW}
        claim(**given)
        accept(**given)
        given = {"case_id": self.case.pk, "task_id": self.task().pk, "by": self.planner, "now": NOW}
        claim(**given)
        return self

    def granted(self) -> "Served":
        """The plan is approved; the provider has it."""
        rehearse(self.task().process, "plan_approval", self.planner, NOW)
        given = {"case_id": self.case.pk, "task_id": self.task().pk, "by": self.planner, "now": NOW}
        name_party(**given, role="provider", organisation=self.provider)
        approve(**given, judgements=judged(self.case, "federation"), opinion="同意（示例）")
        self.task()
        return self

    def delivered(self) -> "Served":
        task = self.task()
        rehearse(self.case, "delivery", self.hands, NOW)
        deliver(case_id=self.case.pk, task_id=task.pk, by=self.hands, now=NOW, record="示例：做了。")
        return self


PROJECT = {
    "supplier": "示例工厂", "work": "折纸盒（示例）", "unit_price": "0.35", "volume": 1000, "skills": "会折", "suits": "智力、精神",
    "deadline": (NOW.date() + timedelta(days=60)).isoformat(), "risk": "low",
}  # fmt: skip
ASKED = {"work": "手工活", "volume": 300, "members": 8, "from_on": NOW.date().isoformat()}


def _signed(case: Case, by: Actor, act: Any, **more: Any) -> None:
    task = Task.objects.filter(process=case, finished=None).exclude(kind="").get()
    given = {"case_id": case.pk, "task_id": task.pk, "by": by, "now": NOW}
    claim(**given)
    act(**given, **more)


def project_case(**facts: Any) -> Case:
    """A labour project that the federation has completed: it may go into the reserve."""
    by = officer("federation", Role.REVIEWER)
    assert by.post is not None
    made = start_draft(code=SHELTERED, purpose="project", by=by, now=NOW, department=by.post.department)
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="", address="", town_id=None)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts={**PROJECT, **facts})
    attach(by=by, now=NOW, code="contract", name="示例.jpg", content=picture(), draft=made)
    case = submit(draft_id=made.pk, by=by, now=NOW)
    _signed(case, federation(), approve, judgements=judged(case, "federation_review"))
    _signed(case, federation(Role.APPROVER), approve, judgements={}, opinion="同意（示例）")
    return Case.objects.get(pk=case.pk)


def request_case(who: Organisation, **facts: Any) -> Case:
    """A base's request that the town has taken in: the federation shares."""
    by = of_unit(who)
    made = start_draft(code=SHELTERED, purpose="allocation", by=by, now=NOW, organisation=who)
    town = department("town_meilong")
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路 1 号", town_id=town.pk)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts={**ASKED, **facts})
    case = submit(draft_id=made.pk, by=by, now=NOW)
    _signed(case, officer("town_meilong", Role.INTAKE), accept)
    return Case.objects.get(pk=case.pk)


def sharing_signed(case: Case) -> None:
    """The federation has signed the sharing: the base confirms."""
    _signed(case, federation(), approve, judgements=judged(case, "federation"))


def plan_case(who: Organisation, by: Actor, posts: int = 3) -> Case:
    """A recruitment plan of an enterprise, recorded, that keeps so many posts."""
    made = start_draft(code="soe_recruitment_plan", by=by, now=NOW, organisation=who)
    town = department("town_meilong")
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路 1 号", town_id=town.pk)
    facts = {"staff": 200, "disabled_employed": 0, "planned_posts": posts, "suitable_posts_exist": True}
    save_draft(draft_id=made.pk, by=by, now=NOW, facts=facts)
    attach(by=by, now=NOW, code="recruitment_plan", name="示例.jpg", content=picture(), draft=made)
    case = submit(draft_id=made.pk, by=by, now=NOW)
    _signed(case, officer("sasac", Role.REVIEWER), approve, judgements=judged(case, "sasac_review"))
    _signed(case, federation(Role.APPROVER), approve, judgements={}, opinion="同意（示例）")
    return Case.objects.get(pk=case.pk)
