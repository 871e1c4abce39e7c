"""A month that can soon no longer be claimed: who was granted the one before is told once, in time, and only then."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from accounts.actor import CLOCK, Actor
from casework.models import Message
from casework.renewals import running_out
from casework.telling import told_message
from flows.actions.approve import approve
from flows.actions.draft import start_draft
from flows.actions.remind_of_claim import remind_of_claim
from flows.errors import AlreadyDone
from flows.sweep import sweep
from tests.factories import NOW
from tests.flows.subsidies import FLEXIBLE, Office, insured, open_for, sent

pytestmark = pytest.mark.django_db
EARLY, IN_TIME, LAST, LATE = (
    datetime(2027, month, day, 8, tzinfo=NOW.tzinfo) for month, day in ((8, 30), (8, 31), (9, 30), (10, 1))
)


@pytest.fixture(autouse=True)
def _chain() -> Iterator[None]:
    with open_for(FLEXIBLE):
        yield


@pytest.fixture
def by() -> Actor:
    """Somebody who was granted August 2026; September can be claimed until the end of September 2027."""
    case, by = sent(FLEXIBLE, insured("2026-07", "2026-08"))
    approve(**Office().to_the_decision(case), opinion="同意")
    return by


def told(by: Actor) -> list[Message]:
    return list(Message.objects.filter(event="claim_expires", user=by.user))


def test_the_next_month_is_named_once_thirty_days_before(by: Actor):
    sweep(EARLY)
    assert told(by) == []
    for _ in range(2):
        sweep(IN_TIME)
    (message,) = told(by)
    title, text = told_message(None, message)
    assert "2026年9月" in title.zh
    assert "2027年9月30日" in text.zh


@pytest.mark.parametrize("on", [EARLY, LATE])
def test_outside_the_thirty_days_nobody_is_told(by: Actor, on: datetime):
    assert list(running_out(on.date())) == []


def test_on_the_last_day_it_is_still_told(by: Actor):
    assert [(one.month.isoformat(), one.due.isoformat()) for one in running_out(LAST.date())] == [
        ("2026-09-01", "2027-09-30")
    ]


def test_two_sweeps_at_once_tell_once(by: Actor):
    (found,) = running_out(IN_TIME.date())
    remind_of_claim(found=found, user=by.user, by=CLOCK, now=IN_TIME)
    with pytest.raises(AlreadyDone):
        remind_of_claim(found=found, user=by.user, by=CLOCK, now=IN_TIME)
    assert len(told(by)) == 1


def test_who_has_applied_since_or_has_begun_is_not_told(by: Actor):
    with_draft = start_draft(person=by.on_behalf_of, code=FLEXIBLE, by=by, now=NOW)
    assert list(running_out(IN_TIME.date())) == []
    with_draft.delete()
    assert len(list(running_out(IN_TIME.date()))) == 1
    sent(FLEXIBLE, insured("2026-10"), by)
    assert list(running_out(IN_TIME.date())) == []
