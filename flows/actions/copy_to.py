"""Copy a case to another department (抄送): it may read it from now on and gets a message, never a task."""

from datetime import datetime

from accounts.actor import Actor
from accounts.models import Department
from casework import access, states
from casework.access import ActionSpec
from casework.models import CaseScope
from casework.outbox import to_department
from flows import engine
from flows.conclude import give_scope, note
from flows.errors import AlreadyDone, Invalid
from policy import T

SPEC = access.register_action(ActionSpec("copy_to", anywhere=True, states=frozenset(states.OPEN) - {states.CORRECTION}))


def copy_to(*, case_id: int, task_id: int, by: Actor, now: datetime, department_id: int, reason: str) -> None:
    """The department reads the case from now on. Raises AlreadyDone where it sees it already."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="copy_to", now=now) as work:
        case = work.case
        department = Department.objects.filter(pk=department_id, district_id=case.district_id).first()
        if department is None:
            raise Invalid(department=T("请选一个部门。", "Please choose a department."))
        if not reason.strip():
            raise Invalid(reason=T("请写明为什么抄送。", "Please say why they should read it."))
        if CaseScope.objects.filter(case=case, department=department).exists():
            raise AlreadyDone("sees_it_already")
        give_scope(case, [department.pk], "copied")
        note(
            work, "copied", details={"department": department.code}, sealed={"reason": reason},
            tell=(to_department(case, department.pk, "copied", now),),
        )  # fmt: skip
