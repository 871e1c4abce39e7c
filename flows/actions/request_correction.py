"""Ask the applicant to put things right (请求补正): one notice names everything; the office's clocks stop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.assessment import newest_answers
from casework.models import Case, CorrectionItem, CorrectionRequest
from casework.outbox import to_applicant
from casework.sealing import seal
from flows import engine
from flows.conclude import conclude
from flows.errors import Invalid
from flows.letters import tell_correction
from policy import T, measure

SPEC = access.register_action(
    ActionSpec("request_correction", proof=True, states=frozenset({states.SUBMITTED, states.IN_REVIEW}))
)


@dataclass(frozen=True)
class Asked:
    """One thing to correct: `kind` fact or evidence, its name, and what to do in plain words."""

    kind: str
    target: str
    note: str


def request_correction(
    *, case_id: int, task_id: int, by: Actor, now: datetime, items: Sequence[Asked], seen: int | None = None
) -> CorrectionRequest:
    """The applicant has the case now, for 30 days; the step's and the decision's clocks stand still meanwhile."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="request_correction", now=now, seen=seen) as work:
        _check(work, items)
        case = work.case
        deadlines.pause(case, "correction", now)
        request = CorrectionRequest.objects.create(
            district_id=case.district_id, case=case, step=work.at.step_name, asked_by_id=by.user_id, asked_at=now,
            answers_before=newest_answers(case),
        )  # fmt: skip
        CorrectionItem.objects.bulk_create(
            [
                CorrectionItem(
                    district_id=case.district_id, request=request, kind=item.kind, target=item.target,
                    note=seal(case.key, item.note),
                )
                for item in items
            ]
        )  # fmt: skip
        work.at.outcome = "correction_requested"
        engine.jump(work, "correction")
        conclude(
            work, "correction_requested", carries=True, details={"items": [f"{i.kind}:{i.target}" for i in items]},
            sealed={"asked": "\n".join(item.note for item in items)},
            tell=(
                to_applicant(
                    case, "correction_requested", now, step=work.at.step_name, count=len(items),
                    due=work.opened[-1].due.isoformat(),
                ),
            ),
        )  # fmt: skip
        tell_correction(work, [(_title_of(case, item), item.note) for item in items], work.opened[-1].due)
        return request


def _title_of(case: Case, item: Asked) -> T:
    rules = measure(case.measure, case.purpose)
    if item.kind == "evidence":
        return next(one.title for one in rules.evidence if one.code == item.target)
    return next(fact.question for fact in rules.facts if fact.name == item.target)


def _check(work: engine.Work, items: Sequence[Asked]) -> None:
    if not items:
        raise Invalid(items=T("请至少选一项要补的。", "Please choose at least one thing to correct."))
    rules = measure(work.case.measure, work.case.purpose)
    known = {("fact", fact.name) for fact in rules.facts if fact.asked_of == "applicant"}
    known |= {("evidence", one.code) for one in rules.evidence}
    asked = [(item.kind, item.target) for item in items]
    if set(asked) - known or len(set(asked)) < len(asked):
        raise Invalid(
            items=T("这一项不能补正，请从清单里选。", "This can't be corrected. Please choose from the list.")
        )
    if any(not item.note.strip() for item in items):
        raise Invalid(
            items=T("每一项都要写清楚请申请人做什么。", "Please say for each one what the applicant should do.")
        )
