"""Several processes carry the results of one batch to its cases: each payment once, whoever dies; the book is right."""

import multiprocessing
import os
import signal
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser

from casework.models import Action, Letter, Message, Task
from flows import settling
from flows.actions import settle_item as acting
from flows.drills.payments import copy
from flows.settling import Share, let_go_of_inherited, settle, settle_in_processes
from funds.batches import progress
from funds.check import differences
from funds.models import BatchItem, FundEntry, Payable, PaymentBatch
from tests.flows.test_races import meet
from tests.funds.banking import SUM, Finance

MANY = 12
FORK = multiprocessing.get_context("fork")
pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def finance() -> Finance:
    return Finance()


@pytest.fixture
def batch(finance: Finance) -> PaymentBatch:
    """Copies of one case, as bringing so many to their payment takes a second each; the bank has paid all of them."""
    copy(finance.case().case.pk, MANY - 1)
    sent = finance.sent()
    finance.hear(sent)
    return sent


@pytest.fixture(autouse=True)
def _beside_a_browser(browser: Browser) -> None:
    """Its event loop hides the connections made before it, which the processes must not share all the same."""


def each_settled_once(finance: Finance, batch: PaymentBatch) -> None:
    batch.refresh_from_db()
    assert (batch.state, progress(batch).settled) == ("done", MANY)
    assert finance.figures == (0, MANY * SUM)
    cases = list(Payable.objects.filter(items__batch=batch, state="paid", case__state="closed").values_list("case"))
    assert len(cases) == MANY
    records = Action.objects.filter(subject_kind="case", event="paid").values_list("subject_id")
    ends = Task.objects.filter(flow_task_type="END").values_list("process")
    messages, letters = Message.objects.filter(event="paid"), Letter.objects.filter(kind="paid")
    for rows in (records, ends, messages.values_list("case"), letters.values_list("case")):
        assert sorted(rows) == sorted(cases)
    in_the_book(finance, MANY)


def in_the_book(finance: Finance, many: int) -> None:
    spent = list(FundEntry.objects.filter(kind="spent").values_list("payable", flat=True))
    assert (len(spent), len(set(spent))) == (many, many)
    assert differences(finance.fund) == []


def test_two_that_settle_the_same_batch_settle_each_payment_once(finance: Finance, batch: PaymentBatch):
    results = meet(*[partial(settle, batch, lambda: finance.now)] * 2)
    assert sum(done["settled"] for done in results) == MANY
    each_settled_once(finance, batch)


def test_shares_are_settled_side_by_side_and_nobody_has_in_hand_what_is_anothers(finance: Finance, batch: PaymentBatch):
    results = meet(*[partial(settle, batch, lambda: finance.now, share=Share(place, 3)) for place in range(3)])
    assert results == [Counter(settled=MANY // 3)] * 3
    each_settled_once(finance, batch)


def test_one_killed_within_a_payment_leaves_nothing_of_it_and_the_next_goes_on(finance: Finance, batch: PaymentBatch):
    def killed() -> None:
        let_go_of_inherited()
        acting.tell_paid = _kills_at(3, acting.tell_paid)  # type: ignore[attr-defined]
        settle(batch, lambda: finance.now)

    connections.close_all()
    process = FORK.Process(target=killed)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert progress(batch).settled == 2
    in_the_book(finance, 2)
    assert finance.settle(batch) == {"settled": MANY - 2}
    each_settled_once(finance, batch)


def test_processes_settle_all_and_what_a_killed_one_left(
    finance: Finance, batch: PaymentBatch, monkeypatch: pytest.MonkeyPatch
):
    """Two processes, of which one dies within a payment: the figure that is shown grows, and reaches all of them."""
    here, settle_one = os.getpid(), settling.settle_item

    def dies(*, item: BatchItem, **given: Any) -> None:
        if os.getpid() != here and item.number == 4:
            acting.tell_paid = _kills_at(1, acting.tell_paid)  # type: ignore[attr-defined]
        settle_one(item=item, **given)

    monkeypatch.setattr(settling, "settle_item", dies)
    told: list[int] = []
    done = settle_in_processes(batch, lambda: finance.now, 2, tell=lambda done: told.append(done["settled"]))
    assert done == Counter(settled=MANY)
    assert told == sorted(told)
    assert told[-1] == MANY
    each_settled_once(finance, batch)


def test_the_command_settles_in_processes_and_shows_one_figure(
    finance: Finance, batch: PaymentBatch, capsys: pytest.CaptureFixture[str]
):
    call_command("payments", "--settle", batch.shown, "--processes", "2")
    shown = capsys.readouterr().out
    assert f"{MANY} of {MANY} cases told" in shown
    assert f"{MANY} cases told, 0 in somebody's hands" in shown
    each_settled_once(finance, batch)


def _kills_at(number: int, act: Any) -> Any:
    """The act, which at its so-manieth call ends its process as `kill -9` does, after all that it had to write."""
    calls: list[None] = []

    def killing(*args: Any) -> None:
        act(*args)
        calls.append(None)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return killing
