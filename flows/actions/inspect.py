"""Inspect (核查): a visit by two officers with their record and pictures. One writes it, the other signs it too."""

from datetime import datetime

from accounts.actor import Actor
from accounts.models import Post, Role
from casework import access, states
from casework.access import ActionSpec
from casework.models import Evidence, Signature
from casework.outbox import to_applicant
from flows import engine
from flows.actions.attach import keep_file
from flows.announce import next_holder
from flows.conclude import conclude, note
from flows.errors import Invalid
from policy import T

SPEC = access.register_action(
    ActionSpec("inspect", signs=True, proof=True, finishes=True, states=frozenset({states.IN_REVIEW}))
)
ATTACH = access.register_action(ActionSpec("attach_record", states=frozenset({states.IN_REVIEW})))
RECORD = "visit_record"


def inspect(
    *, case_id: int, task_id: int, by: Actor, now: datetime, found: bool, record: str, seen: int | None = None
) -> None:
    """What was found, in the words of the two who went. Raises Invalid while the second has not signed, or has refused."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="inspect", now=now, seen=seen) as work:
        if not record.strip():
            raise Invalid(
                record=T("请写核查记录：哪天、谁在、看到什么。", "Please write the record: day, people, what you saw.")
            )
        second = second_inspector(work)
        if second is None:
            raise Invalid(
                second=T(
                    "核查要两个人。请先请另一位核查人员一起签（“加签”），再交。",
                    "A visit needs two officers. Please ask the other inspector to sign too (“add a signer”), then hand in.",
                )
            )
        engine.finish(work, "inspected")
        opened = work.opened[-1]
        conclude(
            work, "inspected", outcome="found" if found else "not_found", sealed={"record": record},
            details={"to": opened.step_name, "second": second.signed_by_id},
            tell=(to_applicant(work.case, "inspected", now, step=work.at.step_name), *next_holder(work)),
        )  # fmt: skip


def second_inspector(work: engine.Work) -> Signature | None:
    """The signature of the second officer: an inspector of the same department who agreed."""
    signed = Signature.objects.filter(task=work.at, outcome="agreed", department=work.at.department)
    inspectors = Post.objects.in_force(work.today).filter(
        role=Role.INSPECTOR, department=work.at.department, user_id__in=signed.values("signed_by")
    )
    ids = set(inspectors.values_list("user_id", flat=True)) - {work.by.user_id}
    return next((one for one in signed if one.signed_by_id in ids), None)


def attach_record(
    *, case_id: int, task_id: int, by: Actor, now: datetime, name: str, content: bytes, description: str = ""
) -> Evidence:
    """A picture or a paper of the visit, kept with the case. Raises `casework.evidence.BadFile`."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="attach_record", now=now) as work:
        made, is_new = keep_file(work.case, RECORD, name, content, by=by, now=now, description=description)
        if is_new:
            note(work, "record_attached", details={"evidence": made.pk}, raises_version=True)
        return made
