"""Relays at once, and a relay beside an act that is not committed: in real threads on PostgreSQL."""

import threading

import pytest
from django.db import connection, transaction

from casework.models import ContactChannel, Delivery, Message, SubjectKey
from casework.outbox import put, to_applicant
from flows.actions.choose_channels import MOST_TRIES, confirm_channel
from flows.actions.send_messages import send_messages
from tests.factories import NOW, Cast, applicant, story
from tests.flows.reaching import Counting, reached, waits
from tests.flows.test_races import meet, won

pytestmark = pytest.mark.usefixtures("committed")


def test_two_relays_send_each_delivery_once():
    cast = Cast()
    reached(cast["intake"])
    for _ in range(10):
        told = [story() for _ in range(3)]
        for one in told:
            reached(one.by)
        email = Counting()
        sent = meet(*[lambda: send_messages(through={"email": email}, now=NOW, most=2)] * 2)  # noqa: B023
        send_messages(through={"email": email}, now=NOW)  # what one held while the other looked
        assert sum(sent) <= len(email.sent) == 6
        assert len(set(email.asked)) == len(email.asked) == 6
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_the_relay_sees_nothing_that_is_not_committed_and_nothing_is_sent_for_what_rolled_back():
    told = story()
    reached(told.by)
    send_messages(through={"email": Counting()}, now=NOW)
    written, over = threading.Event(), threading.Event()

    def undone() -> None:
        try:
            with transaction.atomic():
                put(to_applicant(told.case, "withdrawn", NOW))
                written.set()
                over.wait(10)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        finally:
            connection.close()

    other = threading.Thread(target=undone)
    other.start()
    assert written.wait(10)
    email = Counting()
    send_messages(through={"email": email}, now=NOW)
    over.set()
    other.join()
    send_messages(through={"email": email}, now=NOW)
    assert email.asked == []
    assert not Message.objects.filter(event="withdrawn").exists()


def test_tries_of_a_code_at_once_are_counted_each():
    by = applicant()
    channel, code = waits(by)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    results = meet(*[lambda: confirm_channel(channel_id=channel.pk, code=wrong, by=by, now=NOW)] * 8)
    assert won(results) == 0
    channel.refresh_from_db()
    assert (channel.code_tries, channel.code_digest) == (MOST_TRIES, "")


def test_two_addresses_added_at_once_leave_one_that_waits_and_one_key():
    by = Cast()["intake"]
    meet(*[lambda: waits(by)] * 2)
    assert ContactChannel.objects.filter(user=by.user, removed_at=None).count() == 1
    assert SubjectKey.objects.filter(kind="officer").count() == 1
