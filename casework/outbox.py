"""Messages into the outbox, in the same transaction as what they tell of."""

from datetime import datetime
from typing import Any

from casework.models import Case, Message


def to_applicant(case: Case, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "applicant", event, now, values)


def to_department(case: Case, department_id: int | None, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "department", event, now, values, department_id=department_id)


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
