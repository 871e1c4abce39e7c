"""The budget of statements of an action: from its first to its last, without BEGIN, COMMIT, session and page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import CLOCK
from casework.published import parameters
from casework.statements import BETWEEN
from flows.actions.accept import accept
from flows.actions.approve import approve
from flows.actions.claim import claim
from flows.actions.request_correction import Asked, request_correction
from flows.actions.return_to import return_to
from flows.actions.settle_item import releaser_of, settle_item, with_task
from flows.actions.submit import submit
from flows.actions.withdraw import withdraw
from flows.settling import settle
from flows.steps import department_id
from funds.models import BatchItem
from tests.factories import NOW, Story, applicant, district, draft, judged, story
from tests.funds.banking import Finance

CODES = ("federation", "civil_affairs", "hrss", "district_government")

_AROUND = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warm() -> None:
    """A process that has served before: the keys of departments and the published parameters are known."""
    for code in CODES:
        department_id(district().pk, code)
    parameters(district().pk)


def statements(act: Callable[[], Any]) -> int:
    parameters(district().pk)  # so that the look at their stamp, every two seconds, is no part of the act
    with CaptureQueriesContext(connection) as captured:
        act()
    every = [one for q in captured for one in q["sql"].split(BETWEEN)]  # one trip can carry several
    return len([one for one in every if not one.startswith(_AROUND)])


def trips(act: Callable[[], Any]) -> int:
    """How often an act waits for the database."""
    parameters(district().pk)
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([q for q in captured if not q["sql"].startswith(_AROUND)])


def test_a_submit_takes_23_and_three_more_where_the_applicant_is_reached_otherwise_now():
    by = applicant()
    made = draft(by)
    assert statements(lambda: submit(draft_id=made.pk, by=by, now=NOW)) <= 26  # the mandate is asked for too
    again = draft(by)
    assert statements(lambda: submit(draft_id=again.pk, by=by, now=NOW)) <= 23


def test_a_claim_takes_10():
    told = story().to("federation_review")
    task, by = told.task(), told.cast["federation"]
    assert statements(lambda: claim(case_id=told.case.pk, task_id=task.pk, by=by, now=told.now)) <= 10


@pytest.mark.parametrize("step", ["federation_review", "civil_affairs_review", "hrss_review"])
def test_an_approve_takes_18(step: str):
    told = story().to(step)
    given, judgements = told.claimed(), judged(told.case, step)
    assert statements(lambda: approve(**given, judgements=judgements, opinion="同意")) <= 18


def test_an_approve_waits_for_the_database_eight_times():
    told = story().to("civil_affairs_review")
    given, judgements = told.claimed(), judged(told.case, "civil_affairs_review")
    assert trips(lambda: approve(**given, judgements=judgements, opinion="同意")) <= 8


def test_the_deciding_step_takes_26():
    told = story().to("government_approval")
    given = told.claimed()
    assert statements(lambda: approve(**given, opinion="同意")) <= 26


def test_a_return_takes_18():
    told = story().to("hrss_review")
    given = told.claimed()
    assert statements(lambda: return_to(**given, to="federation_review", reason="请再看")) <= 18


def _accept(told: Story) -> Callable[[], Any]:
    given = told.claimed()
    return lambda: accept(**given)


def _correct(told: Story) -> Callable[[], Any]:
    given = told.claimed()
    return lambda: request_correction(**given, items=[Asked("fact", "place", "请再看")])


def _withdraw(told: Story) -> Callable[[], Any]:
    return lambda: withdraw(case_id=told.case.pk, by=told.by, now=told.now)


@pytest.mark.parametrize("act", [_accept, _correct, _withdraw])
def test_any_other_takes_22(act: Callable[[Story], Callable[[], Any]]):
    assert statements(act(story())) <= 22


class TestSettling:
    """Exact: a batch has twenty thousand payments, so that one statement more is half a minute."""

    @pytest.mark.parametrize(("result", "budget"), [("paid", 18), ("bounced", 11)])
    def test_one_takes(self, result: str, budget: int):
        finance = Finance()
        finance.case()
        batch = finance.sent()
        finance.hear(batch, item_1=result)
        releaser, item = releaser_of(batch.pk), with_task(BatchItem.objects.filter(batch=batch)).get()
        given = {"item_id": item.pk, "by": CLOCK, "now": finance.now, "releaser": releaser, "item": item}
        assert statements(lambda: settle_item(**given)) == budget

    def test_a_batch_reads_what_all_need_once(self):
        finance = Finance()
        counted = []
        for many in (1, 3):
            for _ in range(many):
                finance.case()
            batch = finance.sent()
            finance.hear(batch)
            counted.append(statements(lambda: settle(batch, lambda: finance.now)))  # noqa: B023
        assert counted[1] - counted[0] == 2 * 18
