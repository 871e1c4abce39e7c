"""The kinds of step and the parties that hold them; `flows/chains.py` puts them in order.

A step declares what its holder may do there. Its rights are registered with `casework.access` when its chain is made.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

from accounts.models import Department
from casework.models import Case
from policy import T

_SHORT: Final = {
    "federation": T("区残联", "Federation"), "civil_affairs": T("区民政局", "Civil Affairs"),
    "hrss": T("区人社局", "HR&SS Bureau"), "district_government": T("区政府", "Government"),
    "finance": T("区财政局", "Finance"), "sasac": T("区国资委", "State Assets"),
    "organization": T("区委组织部", "Organization"), "establishment": T("区委编办", "Establishment"),
    "supervision": T("监督", "Supervision"),
}  # fmt: skip
_TOWN_OFFICE: Final = T("镇或街道", "Town office")


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
        return _SHORT.get(self.code, _TOWN_OFFICE)

    def holder(self, case: Case) -> dict[str, Any]:
        """The columns of the task that say who holds it."""
        if self.kind == "applicant":
            return {"held_by_applicant": True}
        if self.kind == "town":
            return {"department_id": case.town_id}
        if self.kind == "position_town":
            position = getattr(case, "position", None)
            return {"department_id": position.department_id if position else None}
        return {"department_id": department_id(case.district_id, self.code)}


@lru_cache(maxsize=512)
def department_id(district_id: int, code: str) -> int:
    """The department's key; departments are never deleted and never change their code."""
    return Department.objects.values_list("pk", flat=True).get(district_id=district_id, code=code)


APPLICANT: Final = Party("applicant")
TOWN: Final = Party("town")
POSITION_TOWN: Final = Party("position_town")


class Step:
    """One node of a chain. `name` is the node's name for ever; `days` the parameter `clock.<days>` of its deadline.

    `decides` marks the one deciding step; `back_to` the step that an upheld objection or a contradiction goes back to.
    `title` is what people read for the step, `waits` what it will be asked of whom.
    """

    kind: ClassVar[str]
    title: ClassVar[T]
    verbs: ClassVar[frozenset[str]]
    signs: ClassVar[bool] = True
    clock: ClassVar[str] = "review"

    def __init__(
        self, name: str, by: Party, *, days: str | None = None, decides: bool = False, back_to: str = "",
        review_body: T | None = None, court: T | None = None, title: T | None = None,
    ) -> None:  # fmt: skip
        self.name, self.by, self.decides, self.back_to = name, by, decides, back_to
        self.days = days or self.clock
        self.review_body, self.court = review_body, court
        self.words = title or self.title

    def allowed(self) -> frozenset[str]:
        return self.verbs


_TAKING: Final = frozenset({"claim", "release"})


class Intake(Step):
    """Acceptance (受理): complete, right office, originals seen; one notice names everything to correct."""

    kind, clock = "intake", "intake"
    title = T("受理", "Acceptance")
    verbs = _TAKING | {"accept", "decline", "request_correction", "lapse", "see_original"}


class Review(Step):
    """Review (审核): a judgement on every clause that the step owns; it advises and never ends a case."""

    kind = "review"
    title = T("审核", "Review")
    verbs = _TAKING | {
        "approve", "advise_against", "return_to", "request_correction", "lapse", "establish", "see_original",
    }  # fmt: skip


class Approval(Step):
    """Approval (审批): the decision."""

    kind = "approval"
    title = T("审批", "Decision")
    verbs = _TAKING | {"approve", "refuse", "return_to"}


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
