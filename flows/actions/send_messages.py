"""Send what stands in the outbox (发送消息): at least once each, however many relays run at once."""

from datetime import datetime

from django.db import transaction

from casework.channels import Channel, Outgoing
from casework.models import Case, Message
from casework.references import shown
from casework.telling import told_message

MOST_ATTEMPTS = 20


def send_messages(*, through: Channel, now: datetime, most: int = 100) -> int:
    """How many were sent, `most` in one transaction. Each is tried once; what fails waits for the next run, 20 at most.

    Rows that another relay holds are passed over.
    """
    sent, last = 0, 0
    while True:
        with transaction.atomic():
            waiting = list(
                Message.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(pk__gt=last, sent_at=None, attempts__lt=MOST_ATTEMPTS)
                .select_related("case", "department", "user")
                .order_by("pk")[:most]
            )
            sent += sum(_is_sent(message, through, now) for message in waiting)
        if len(waiting) < most:
            return sent
        last = waiting[-1].pk


def _is_sent(message: Message, through: Channel, now: datetime) -> bool:
    message.attempts += 1
    try:
        through.send(_in_words(message))
    except OSError:
        message.save(update_fields=["attempts"])
        return False
    message.sent_at = now
    message.save(update_fields=["attempts", "sent_at"])
    return True


def _in_words(message: Message) -> Outgoing:
    case: Case | None = message.case
    title, text = told_message(case, message)
    language = case.language if case else (message.user.language if message.user else "zh-hans")
    to = (
        message.department.code
        if message.department
        else f"applicant of {shown(case.reference)}"
        if case
        else message.user.login
        if message.user
        else ""
    )
    return Outgoing(
        str(message.key),
        message.audience,
        to,
        shown(case.reference) if case else "",
        title.in_(language),
        text.in_(language),
    )
