"""Hand in what is owed (报送、服务、随访): by the organisation or the applicant that holds the step."""

from datetime import date, datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import newest_answers
from casework.deadlines import add_months
from casework.models import AnswerSet
from casework.sealing import seal, unseal
from flows import engine
from flows.actions.attach import keep_file
from flows.announce import gone_on, next_holder
from flows.conclude import conclude
from flows.errors import Invalid
from flows.joining import must_be_ready
from policy import T

MOST_MONTHS = 12  # how far away the day of a plan may lie
PLAN = "organisation_return"  # the step at which a unit says by which day it will have put its shortfall right
PROOF = "rectification_proof"  # the step at which a unit shows that it did what it planned
RETURNED = "returned"  # the papers of a return or of a service
SPEC = access.register_action(
    ActionSpec("deliver", finishes=True, states=frozenset({states.IN_REVIEW, states.APPROVED}))
)


def deliver(
    *, case_id: int, task_id: int, by: Actor, now: datetime, record: str, done_by: date | None = None,
    paper: tuple[str, bytes] | None = None, seen: int | None = None,
) -> None:  # fmt: skip
    """What was done, in words; the next step opens. `done_by` is the day by which the unit will have put the rest right:
    its next step is due then. `paper` is the name and the bytes of what shows it. Raises Invalid without words,
    while the step still lacks something, or with a day that is past or more than a year away; `casework.evidence.BadFile`."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="deliver", now=now, seen=seen) as work:
        if not record.strip():
            raise Invalid(record=T("请写做了什么、结果怎样。", "Please say what was done and what came of it."))
        must_be_ready(work.case, work.at.step_name)
        if done_by is not None:
            _keep_plan(work, record, done_by)
        if paper is not None:
            keep_file(work.case, RETURNED, *paper, by=by, now=now)
        engine.finish(work, "delivered", next_due=done_by)
        opened = work.opened[-1] if work.opened else None
        conclude(
            work, "delivered", sealed={"record": record},
            details={"to": opened.step_name if opened else "", **({"done_by": done_by.isoformat()} if done_by else {})},
            tell=(gone_on(work), *next_holder(work)),
        )  # fmt: skip


def _keep_plan(work: engine.Work, record: str, done_by: date) -> None:
    """The plan stands among the answers too, where whoever confirms and decides reads it."""
    if work.at.step_name != PLAN:
        raise Invalid(done_by=T("这一步不用写哪一天。", "No day is asked for at this step."))
    if not work.today < done_by <= add_months(work.today, MOST_MONTHS):
        raise Invalid(
            done_by=T("请写今天以后、一年以内的一天。", "Please give a day after today, within a year.")
        )  # fmt: skip
    before = newest_answers(work.case)
    answers = unseal(work.case.key, before.answers)
    told = {"measures": record.strip(), "done_by": done_by.isoformat()}
    AnswerSet.objects.create(
        district_id=work.case.district_id, case=work.case, number=before.number + 1, submitted_at=work.now,
        submitted_by_id=work.by.user_id, answers=seal(work.case.key, {**answers, "facts": {**answers["facts"], **told}}),
    )  # fmt: skip
