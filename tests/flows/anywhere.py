"""Any kind of case on its own chain, made and moved on through the actions, for tests that walk all of them."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.actor import Actor
from accounts.models import Role, User
from casework.judgements import Judged, sheet
from casework.models import Case, Mandate, Organisation, Task
from casework.sealing import index, new_key, seal, tail_index
from flows.actions.accept import accept
from flows.actions.add_signer import add_signer
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.attach import attach
from flows.actions.claim import claim
from flows.actions.collect import collect
from flows.actions.confirm import confirm
from flows.actions.countersign import countersign
from flows.actions.deliver import deliver
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.give_account import give_account
from flows.actions.give_opinion import give_opinion
from flows.actions.inspect import inspect
from flows.actions.name_party import name_party, roles_of
from flows.actions.publish import end_notice, publish
from flows.actions.submit import submit
from flows.drills.bank import pay_out
from flows.drills.scene import completed
from flows.engine import chain_of, newest, step_of
from flows.giving import GIVINGS, positions_for
from flows.joining import rehearse
from flows.steps import LEADERS
from funds.models import Payee
from policy import measure
from policy.measure import DEPARTMENT, ORGANISATION
from tests.copies import once
from tests.factories import (
    SHANGHAI,
    Cast,
    applicant,
    as_it_is,
    department,
    district,
    funded,
    officer,
    picture,
    position,
)
from tests.factories import _count as count
from tests.policy.claims import BASE

ROLE_OF = {
    "intake": Role.INTAKE, "review": Role.REVIEWER, "approval": Role.APPROVER, "countersign": Role.APPROVER,
    "confirm": Role.REVIEWER, "publicity": Role.REVIEWER, "assignment": Role.REVIEWER, "inspect": Role.INSPECTOR,
    "payment": Role.PAYER,
}  # fmt: skip


def organisation(name: str = "示例单位", town: str = "town_meilong") -> Organisation:
    number = f"91310112MA1TEST{next(count):03d}"
    key = new_key("organisation", district().pk)
    return Organisation.objects.create(
        district=district(), key=key, name=name, number=seal(key, number), number_index=index(number),
        number_tail_index=tail_index(number), town=department(town),
    )  # fmt: skip


def staff(of: Organisation, role: str = "manager") -> Actor:
    """An account that acts for the organisation, in this role."""
    user = User.objects.create_applicant("示例经办")
    Mandate.objects.create(
        district=of.district, user=user, organisation=of, capacity="staff", role=role, since=date(2024, 3, 1)
    )
    return Actor("applicant", user=user, on_behalf_of=of, acts_as=role)


def answers_to(code: str, purpose: str = "", **changes: Any) -> dict[str, Any]:
    """A right claim of the kind; what no rule asks is answered somehow."""
    facts = dict(BASE[code][1]) if code in BASE and purpose != "allocation" else {}
    return completed(measure(code, purpose), facts | changes)


def day_of(code: str) -> datetime:
    """The moment at which a right claim of the type is sent: a working day's morning."""
    day = date.fromisoformat(BASE[code][0]) if code in BASE else date(2026, 11, 2)
    return datetime.combine(day, time(9, 30), SHANGHAI)


def department_of_measure(code: str, purpose: str) -> str:
    return {
        "government_employee_recruitment": "hrss", "community_worker_recruitment": "civil_affairs",
        "audit_review": "supervision",
    }.get(code, "federation")  # fmt: skip


def sent(code: str, purpose: str = "", by: Actor | None = None, now: datetime | None = None, **changes: Any) -> "Walk":
    """A case of this kind, just submitted by whom its measure is for."""
    if by is not None:
        return _sent(code, purpose, by, now, **changes)
    what = ("sent", code, purpose, now, repr(changes))
    return once(what, lambda: _sent(code, purpose, None, now, **changes))


def _sent(code: str, purpose: str, by: Actor | None, now: datetime | None, **changes: Any) -> "Walk":
    rules, now = measure(code, purpose), now or day_of(code)
    funded(now)
    if code == "post_application" and purpose in LEADERS and "post_code" not in changes:
        from tests.recruitment.rounds import any_post  # which is built on this page

        changes["post_code"] = any_post(purpose, now).code
    given: dict[str, Any] = {}
    if rules.applicant == DEPARTMENT:
        where = department_of_measure(code, purpose)
        by = by or officer(where, Role.SUPERVISOR if where == "supervision" else Role.REVIEWER)
        given = {"department": by.post.department, "town": department("town_meilong")}
    elif rules.applicant == ORGANISATION:
        by = by or staff(organisation())
        given = {"organisation": by.on_behalf_of}
    else:
        by = by or applicant()
        given = {"person": by.on_behalf_of}
    made = start_draft(code=code, purpose=purpose, by=by, now=now, **given)
    save_about(
        draft_id=made.pk, by=by, now=now, telephone="021-0000-0000", address="示例路 1 号",
        town_id=department("town_meilong").pk,
    )  # fmt: skip
    facts = answers_to(code, purpose, **changes)
    save_draft(draft_id=made.pk, by=by, now=now, facts=facts)
    for paper in rules.evidence_asked(facts):
        if not paper.held_by_office and paper.required:
            attach(by=by, now=now, code=paper.code, name="示例.jpg", content=picture(), draft=made)
    return Walk(submit(draft_id=made.pk, by=by, now=now), by, now)


@dataclass
class Walk:
    """A case and whoever it needs, made as it goes: a new officer for every step."""

    case: Case
    by: Actor
    now: datetime
    cast: Cast = field(default_factory=Cast)

    def as_it_is(self) -> tuple[Any, ...]:
        """All that the next step depends on beside the database."""
        people = [(name, as_it_is(by)) for name, by in self.cast.people.items()]
        return self.case.pk, self.now, as_it_is(self.by), *people

    def _become(self, other: "Walk") -> "Walk":
        """As a copy has gone on, with the people who are here already."""
        if other is not self:
            self.case, self.now = other.case, other.now
            self.cast.people |= {name: by for name, by in other.cast.people.items() if name not in self.cast.people}
        return self

    def task(self) -> Task:
        self.case = Case.objects.select_related("person__key", "organisation__key", "own_key").get(pk=self.case.pk)
        task = Task.objects.filter(process=self.case, finished=None).get()
        task.process = self.case
        return task

    def who(self, name: str = "") -> Actor:
        """The officer of the open step (another one for another `name`), or whoever holds it outside the house."""
        task = self.task()
        if task.held_by_applicant:
            return self.by
        if task.organisation_id:
            return staff(task.organisation)
        key = f"{task.step_name} {task.department.code} {name}"
        if key not in self.cast.people:
            self.cast.people[key] = officer(task.department.code, self.role())
        return self.cast.people[key]

    def role(self) -> str:
        task = self.task()
        return Role.TRIAGE if task.step_name == "triage" else ROLE_OF[task.kind]

    def given(self, by: Actor | None = None) -> dict[str, Any]:
        """The keywords of an action at the open step, claimed where it is claimed."""
        if by is not None:
            return self._given(by)
        given, moved = once(("walk given", *self.as_it_is()), lambda: (self._given(None), self))
        self._become(moved)
        return given

    def _given(self, by: Actor | None) -> dict[str, Any]:
        task, by = self.task(), by or self.who()
        if task.department_id and task.kind != "countersign" and task.owner_id is None:
            claim(case_id=self.case.pk, task_id=task.pk, by=by, now=self.now)
        return {"case_id": self.case.pk, "task_id": task.pk, "by": by, "now": self.now}

    def sign(self) -> None:
        """The step's good end."""
        step = step_of(self.task())
        _SIGNS[step.kind](self)

    def to(self, step: str) -> "Walk":
        return self._become(once(("walk to", step, *self.as_it_is()), lambda: self._to(step)))

    def _to(self, step: str) -> "Walk":
        while self.task().step_name != step:
            self.sign()
        return self

    def through(self) -> Case:
        return self._become(once(("walk through", *self.as_it_is()), self._through)).case

    def _through(self) -> "Walk":
        while Case.objects.get(pk=self.case.pk).is_open:
            self.sign()
        self.case = Case.objects.get(pk=self.case.pk)
        return self

    def judgements(self) -> dict[str, Judged]:
        task = self.task()
        step = step_of(task)
        code = task.department.code if step.kind == "review" else ""
        return {clause.rule.rule: Judged("met", "看过材料") for clause in sheet(self.case, code)[0]}

    def named_parties(self) -> None:
        """The organisations that later steps are for."""
        for role in roles_of(chain_of(self.case)):
            if not self.case.parties.filter(role=role).exists():
                name_party(**self.given(), role=role, organisation=organisation("示例机构"))
        given = self.given()
        rehearse(self.case, self.task().step_name, given["by"], given["now"])


def _approve(walk: Walk) -> None:
    if walk.task().kind == "approval":
        walk.named_parties()
    approve(**walk.given(), judgements=walk.judgements(), opinion="同意")


def _inspect(walk: Walk) -> None:
    given, second = walk.given(), walk.who("second")
    add_signer(**given, to=second.user_id, kind="parallel", question="请一起核查")
    give_opinion(**{**given, "by": second}, outcome="agreed", opinion="")
    inspect(**given, found=True, record="两人到场，情况属实。（示例）")


def _countersign(walk: Walk) -> None:
    task = walk.task()
    for signature in task.signatures.filter(kind="countersign"):
        by = officer(signature.department.code, Role.APPROVER)
        countersign(case_id=walk.case.pk, task_id=task.pk, by=by, now=walk.now, agrees=True)


def _notice(walk: Walk) -> None:
    given = walk.given()
    notice = publish(**given, surname="示", ground="national_competition", award="示例")
    walk.now = datetime.combine(notice.ends_on + timedelta(days=1), walk.now.timetz())
    end_notice(**{**given, "now": walk.now})


_SIGNS = {
    "intake": lambda walk: accept(**walk.given()),
    "review": _approve,
    "approval": _approve,
    "confirm": lambda walk: _confirm(walk),
    "inspect": _inspect,
    "countersign": _countersign,
    "publicity": _notice,
    "assignment": lambda walk: _assign(walk),
    "payment": lambda walk: _pay(walk),
    "return": lambda walk: deliver(**walk.given(), record="整改好了。（示例）"),
    "deliver": lambda walk: _deliver(walk),
    "follow_up": lambda walk: deliver(**walk.given(), record="还在上班。（示例）"),
}


def _deliver(walk: Walk) -> None:
    given = walk.given()
    rehearse(walk.case, walk.task().step_name, given["by"], given["now"])
    deliver(**given, record="办好了。（示例）")


def _pay(walk: Walk) -> None:
    """By the bank, in a batch of two officers; or, where money comes in, noted."""
    if not step_of(walk.task()).comes_in:
        if not Payee.objects.filter(case=walk.case).exists():
            account = {"number": "6222000000000000004", "holder": "示例户名", "bank": "示例银行莘庄支行"}
            give_account(case_id=walk.case.pk, by=walk.by, now=walk.now, **account)
        pay_out(walk.case.pk, payer=walk.who(), second=walk.who("second"), now=walk.now)
    else:
        due = {"amount": walk.case.amount, "received_on": walk.now.date()}
        collect(**walk.given(), **due, voucher="示例-001")


def _confirm(walk: Walk) -> None:
    """Before a ranking is confirmed, the candidate was examined, ranked and checked."""
    if walk.task().step_name == "ranking" and (walk.case.measure, walk.case.purpose) in GIVINGS:
        from tests.recruitment.rounds import examined  # which is built on this page

        examined(walk)
    confirm(**walk.given())


def _assign(walk: Walk) -> None:
    given = walk.given()
    own = positions_for(walk.case).filter(case=None).first() if walk.case.measure == "post_application" else None
    assign(**given, position_id=(own or position()).pk)


def steps_of(code: str, purpose: str = "") -> list[str]:
    return [step.name for step in newest(code, purpose).steps]
