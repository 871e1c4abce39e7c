"""Messages into the outbox, in the same transaction as what they tell of."""

from datetime import datetime
from typing import Any

from accounts.models import Post
from casework.models import Case, Message, Task


def to_applicant(case: Case, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "applicant", event, now, values)


def to_department(case: Case, department_id: int | None, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "department", event, now, values, department_id=department_id)


def to_officer(case: Case, post: Post, event: str, now: datetime, **values: Any) -> Message:
    """To one officer, in the department of that post."""
    message = _message(case, "department", event, now, values, department_id=post.department_id)
    message.user_id = post.user_id
    return message


def to_handler(case: Case, task: Task, event: str, now: datetime, **values: Any) -> Message | None:
    """To whoever handles the task, or its department while nobody does; None where it is held outside the house."""
    if task.department_id is None:
        return None
    message = _message(case, "department", event, now, values, department_id=task.department_id)
    message.user_id = task.owner_id
    return message


def to_head(case: Case, department_id: int | None, event: str, now: datetime, **values: Any) -> Message | None:
    """To the head of the department; None where the case is held outside the house."""
    return _message(case, "head", event, now, values, department_id=department_id) if department_id else None


def to_supervisors(case: Case, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "supervisor", event, now, values)


def _message(
    case: Case, audience: str, event: str, now: datetime, values: dict[str, Any], department_id: int | None = None
) -> Message:
    """`values` are plain JSON without personal data: the reference, departments' codes, dates."""
    return Message(
        district_id=case.district_id, case=case, audience=audience, event=event, values=values, made_at=now,
        department_id=department_id,
    )  # fmt: skip


def put(*messages: Message | None) -> None:
    Message.objects.bulk_create([message for message in messages if message is not None])
