"""Messages into the outbox, in the same transaction as what they tell of, and nothing personal with them."""

from datetime import date, datetime
from typing import Any, Final

from accounts.models import Department, Post, User
from casework import wording
from casework.access import STEPS
from casework.models import Case, Message, Task
from casework.statements import append
from casework.telling import kind_of_step, placeholders

# Values that are keys of rows; every other number is a count.
ROW_KEYS: Final = frozenset({"draft", "position", "person"})
_MOST_COUNTED, _HIGHEST_KEY = 9_999, 2**31
_KEYS: Final = frozenset({
    *wording.HOW_SERVED, *wording.STATES, *wording.OUTCOMES, *wording.ROLES, *wording.STEP_KINDS, *wording.LETTERS,
    *wording.SUSPENSIONS,
} - {""})  # fmt: skip


class NotForAMessage(ValueError):
    """A message that has no words, lacks a value that its words name, or carries what could be personal."""


def to_applicant(case: Case, event: str, now: datetime, **values: Any) -> Message:
    return _message(case, "applicant", event, now, values)


def to_organisation(case: Case, organisation_id: int, event: str, now: datetime, **values: Any) -> Message:
    """To those who act for an organisation that holds a step in somebody else's case."""
    message = _message(case, "organisation", event, now, values)
    message.organisation_id = organisation_id
    return message


def to_department(case: Case, department_id: int | None, event: str, now: datetime, **values: Any) -> Message:
    """To those of the department who handle the kind of step at which the case stands when the message is put."""
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


def to_account(user: User, district_id: int, event: str, now: datetime, **values: Any) -> Message:
    """To one applicant's account, about what is no case yet."""
    return Message(
        district_id=district_id, user=user, audience="applicant", event=event, values=values, made_at=now,
    )  # fmt: skip


def _message(
    case: Case, audience: str, event: str, now: datetime, values: dict[str, Any], department_id: int | None = None
) -> Message:
    return Message(
        district_id=case.district_id, case=case, audience=audience, event=event, values=values, made_at=now,
        department_id=department_id, kind=kind_of_step(case) if audience == "department" else "",
    )  # fmt: skip


def put(*messages: Message | None) -> None:
    """The messages, once the case stands where the act has led it. Raises NotForAMessage; the act is then undone."""
    given = [message for message in messages if message is not None]
    for message in given:
        if message.audience == "department" and message.case is not None:
            # A case that has just closed stands at no step: those who had it are told.
            message.kind = kind_of_step(message.case) or message.kind
        _check(message)
    append(*given)


def _check(message: Message) -> None:
    try:
        missing = placeholders(message.audience, message.event) - message.values.keys()
    except KeyError:
        raise NotForAMessage(f"{message.event} has no words for {message.audience}") from None
    if missing:
        raise NotForAMessage(f"{message.event} lacks {', '.join(sorted(missing))}")
    for name, value in message.values.items():
        if not _is_plain(name, value, message.district_id):
            raise NotForAMessage(
                f"{message.event}: {name} is no day, step, count, department or key"
            )  # never the value


def _is_plain(name: str, value: Any, district_id: Any) -> bool:
    """A day, a step, a count, the key of a row, a department's code, a yes or no, or a key that has its words."""
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        return 0 <= value <= (_HIGHEST_KEY if name in ROW_KEYS else _MOST_COUNTED)
    if not isinstance(value, str):
        return False
    known = _is_day(value) or value in _KEYS or any(key.rpartition(".")[2] == value for key in STEPS)
    return known or Department.objects.filter(district_id=district_id, code=value).exists()


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
