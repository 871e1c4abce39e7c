"""The kinds of step and the parties that hold them; `flows/chains.py` puts them in order.

A step declares what its holder may do there. Its rights are registered with `casework.access` when its chain is made.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

from accounts.models import Department
from casework.access import LED_BY
from casework.models import Case
from policy import T

_SHORT: Final = {
    "federation": T("区残联", "Federation"), "civil_affairs": T("区民政局", "Civil Affairs"),
    "hrss": T("区人社局", "HR&SS Bureau"), "district_government": T("区政府", "Government"),
    "finance": T("区财政局", "Finance"), "sasac": T("区国资委", "State Assets"),
    "organization": T("区委组织部", "Organization"), "establishment": T("区委编办", "Establishment"),
    "supervision": T("监督", "Supervision"), "provider": T("服务机构", "Provider"),
    "unit": T("用人单位", "Employer"),
}  # fmt: skip
_TOWN_OFFICE: Final = T("镇或街道", "Town office")
_LEADS: Final = T("牵头部门", "Leading department")


@dataclass(frozen=True)
class Party:
    """Who holds a step, resolved when its task opens: a department by code, or one that depends on the case."""

    kind: str
    code: str = ""

    @property
    def words(self) -> T:
        """The party in a word that fits a piece of the drawing."""
        if self.kind == "applicant":
            return T("申请人", "the applicant")
        if self.kind == "leader":
            return _LEADS
        return _SHORT.get(self.code, _TOWN_OFFICE)

    def holder(self, case: Case) -> dict[str, Any]:
        """The columns of the task that say who holds it."""
        if self.kind == "applicant":
            return {"held_by_applicant": True}
        if self.kind == "town":
            return {"department_id": case.town_id}
        if self.kind == "leader":
            return {
                "department_id": case.applicant_department_id or department_id(case.district_id, LEADERS[case.purpose])
            }
        if self.kind == "organisation":
            named = case.parties.filter(role=self.code).values_list("organisation_id", flat=True).first()
            return {"organisation_id": named}
        if self.kind == "position_town":
            position = getattr(case, "position", None)
            return {"department_id": position.department_id if position else None}
        return {"department_id": department_id(case.district_id, self.code)}


@lru_cache(maxsize=512)
def department_id(district_id: int, code: str) -> int:
    """The department's key; departments are never deleted and never change their code."""
    return Department.objects.values_list("pk", flat=True).get(district_id=district_id, code=code)


LEADERS: Final = LED_BY  # of recruitment rounds
APPLICANT: Final = Party("applicant")
LEADER: Final = Party("leader")
TOWN: Final = Party("town")
POSITION_TOWN: Final = Party("position_town")


def organisation(role: str) -> Party:
    """The organisation that the case names in this role (`CaseParty`): the provider of a service, the unit of a post."""
    return Party("organisation", role)


class Step:
    """One node of a chain. `name` is the node's name for ever; `days` the parameter `clock.<days>` of its deadline, or
    `months` their fixed number.

    `decides` marks the one deciding step; `outcome` is what a case is decided as there, or closed as, and `negative` what
    a refusal is called. `role` is whose alone the step is among those that handle its kind. `back_to` is the step that an upheld objection or a contradiction goes back to. `title` is what
    people read for the step.
    """

    kind: ClassVar[str]
    title: ClassVar[T]
    verbs: ClassVar[frozenset[str]]
    signs: ClassVar[bool] = True
    clock: ClassVar[str] = "review"

    def __init__(
        self, name: str, by: Party, *, days: str | None = None, decides: bool = False, back_to: str = "",
        review_body: T | None = None, court: T | None = None, title: T | None = None, outcome: str = "",
        negative: str = "refused", months: int = 0, role: str = "",
    ) -> None:  # fmt: skip
        self.name, self.by, self.decides, self.back_to = name, by, decides, back_to
        self.days, self.months = days or self.clock, months
        self.outcome, self.negative = outcome or ("granted" if decides else ""), negative
        self.review_body, self.court = review_body, court
        self.role = role
        self.words = title or self.title

    def allowed(self) -> frozenset[str]:
        """What its holder may do there; who is not of the house does what is asked and nothing beside it."""
        return self.verbs & _FROM_OUTSIDE if self.by.kind in ("applicant", "organisation") else self.verbs


_FROM_OUTSIDE: Final = frozenset({"confirm", "contradict", "deliver", "resubmit"})

# What the handler of any step may do beside it.
_TAKING: Final = frozenset({
    "claim", "release", "transfer", "delegate", "add_signer", "remove_signer", "suspend", "recuse",
})  # fmt: skip


class Intake(Step):
    """Acceptance (受理): complete, right office, originals seen; one notice names everything to correct."""

    kind, clock = "intake", "intake"
    title = T("受理", "Acceptance")
    verbs = _TAKING | {
        "accept", "decline", "request_correction", "lapse", "see_original", "check_register", "confirm_fact",
    }  # fmt: skip


class Review(Step):
    """Review (审核): a judgement on every clause that the step owns; it advises and never ends a case."""

    kind = "review"
    title = T("审核", "Review")
    verbs = _TAKING | {
        "approve", "advise_against", "return_to", "request_correction", "lapse", "establish", "see_original", "depart",
        "check_register", "confirm_fact",
    }  # fmt: skip


class Approval(Step):
    """Approval (审批): the decision."""

    kind = "approval"
    title = T("审批", "Decision")
    verbs = _TAKING | {"approve", "refuse", "return_to", "name_party", "depart"}


class Countersign(Step):
    """Countersigning (会签、或签): several departments at once, each by one signature inside the one task.

    `need` is how many must agree; `ends_on_refusal` says whether one refusal ends the round, else it is only counted.
    """

    kind = "countersign"
    title = T("会签", "Countersigning")
    verbs = frozenset({"countersign"})

    def __init__(self, name: str, *, parties: tuple[Party, ...], need: int, ends_on_refusal: bool, **more: Any) -> None:
        super().__init__(name, parties[0], **more)
        if not 1 <= need <= len(parties) or len(set(parties)) < len(parties):
            raise TypeError(f"{name}: {need} of {len(parties)} can't be asked for")
        self.parties, self.need, self.ends_on_refusal = parties, need, ends_on_refusal

    @property
    def rule(self) -> T:
        """How many of the parties must agree, in words."""
        if self.need == len(self.parties):
            return T("{n} 个部门都要同意", "all {n} departments must agree").fill(n=self.need)
        if self.need == 1:
            return T("{n} 个部门中有一个同意就行", "one of {n} departments is enough").fill(n=len(self.parties))
        return T("{of} 个部门中要有 {n} 个同意", "{n} of {of} departments must agree").fill(
            n=self.need, of=len(self.parties)
        )


def all_of(name: str, *parties: Party, **more: Any) -> Countersign:
    """Every party must agree; one refusal ends the round."""
    return Countersign(name, parties=parties, need=len(parties), ends_on_refusal=True, **more)


def any_of(name: str, *parties: Party, **more: Any) -> Countersign:
    """One party's agreement is enough; refusals are counted."""
    return Countersign(name, parties=parties, need=1, ends_on_refusal=False, **more)


def n_of(name: str, need: int, *parties: Party, **more: Any) -> Countersign:
    """So many of the parties must agree; refusals are counted."""
    return Countersign(name, parties=parties, need=need, ends_on_refusal=False, **more)


class Inspect(Step):
    """Inspection (核查): a visit by two officers, with their record and pictures."""

    kind = "inspect"
    title = T("核查", "Inspection")
    verbs = _TAKING | {"inspect", "return_to", "attach_record", "name_party"}
    signs = False


class Payment(Step):
    """Payment (拨付): the sum that was decided goes through a batch, which one officer makes and another releases; the
    bank's word ends the step (`settle_item`)."""

    kind = "payment"
    title = T("拨付", "Payment")
    verbs = _TAKING

    def __init__(self, name: str, by: Party, *, comes_in: bool = False, **more: Any) -> None:
        """`comes_in`: it is money asked back, noted as it comes in."""
        super().__init__(name, by, **more)
        self.comes_in = comes_in

    def allowed(self) -> frozenset[str]:
        return super().allowed() | {"collect"} if self.comes_in else super().allowed()


class _HandIn(Step):
    """What an organisation or a provider owes."""

    verbs = frozenset({"deliver"})
    signs = False


class Return(_HandIn):
    """A return (报送) that an organisation hands in."""

    kind = "return"
    title = T("报送", "Return")


class Deliver(_HandIn):
    """A service (服务) that a provider delivers, with what came of it."""

    kind = "deliver"
    title = T("提供服务", "Service")


class FollowUp(_HandIn):
    """A follow-up (随访): how the person is doing so many months later."""

    kind = "follow_up"
    title = T("随访", "Follow-up")


class Publicity(Step):
    """Public notice (公示) for n working days; anyone may object; objections are examined inside it."""

    kind, clock = "publicity", "review"
    title = T("公示", "Notice")
    verbs = _TAKING | {"publish", "end_notice", "dismiss", "uphold"}
    signs = False


class Assignment(Step):
    """Assignment (安排岗位): which town-level office and which position takes the person."""

    kind, clock = "assignment", "assignment"
    title = T("安排岗位", "Assignment")
    verbs = _TAKING | {"assign"}
    signs = False


class Confirm(Step):
    """Confirmation (确认): a fact that another department knows; contradicted, it goes back to `back_to`."""

    kind, clock = "confirm", "confirmation"
    title = T("确认", "Confirmation")
    verbs = _TAKING | {"confirm", "contradict", "return_to"}


class Correction(Step):
    """Correction (补正): the applicant puts right what was asked. Every chain has it; nothing leads to it."""

    kind, clock = "correction", "correction"
    title = T("补正", "Correction")
    verbs = frozenset({"resubmit"})
    signs = False
