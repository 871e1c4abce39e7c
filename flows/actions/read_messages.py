"""Messages of a case marked as read by the applicant who saw them."""

from datetime import datetime

from casework.models import Case, Message


def read_messages(*, case: Case, now: datetime) -> None:
    Message.objects.filter(case=case, audience="applicant", read_at=None).update(read_at=now)
