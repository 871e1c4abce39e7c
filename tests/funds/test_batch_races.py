"""Two at once on a batch: made, released, read and settled once each, whoever presses, however often."""

from functools import partial
from typing import Any

import pytest

from accounts.actor import CLOCK
from flows.actions.make_batch import drop_batch, make_batch
from flows.actions.read_results import read_results
from flows.actions.release_batch import release_batch
from flows.actions.settle_item import settle_item
from flows.drills.bank import answer
from flows.drills.invariants import broken
from flows.errors import AlreadyDone, FlowError, Invalid
from funds.batches import items_in
from funds.check import differences
from funds.models import BatchItem, PaymentBatch
from tests.flows.test_races import meet, won
from tests.funds.banking import SUM, Finance, states

ROUNDS = 5
pytestmark = pytest.mark.usefixtures("committed")


def test_whatever_two_do_with_a_batch_at_once_nothing_happens_twice():
    """One story for all, as a case that waits for its payment takes a second to make."""
    finance = Finance()
    for _ in range(ROUNDS):
        walks = [finance.case() for _ in range(2)]
        batch = _made_by_two(finance)
        _released_by_two(finance, batch)
        batch.refresh_from_db()
        content = answer(batch, lambda item: "paid")
        given: dict[str, Any] = {"batch_id": batch.pk, "content": content, "by": finance.payer, "now": finance.now}
        assert sorted(meet(*[partial(read_results, **given)] * 2)) == [0, 2]
        items = list(items_in(batch).values_list("pk", flat=True))
        results = meet(*[lambda pk=pk: settle_item(item_id=pk, by=CLOCK, now=finance.now) for pk in [*items, *items]])
        assert won(results) == 2
        assert all(isinstance(one, AlreadyDone) for one in results if one is not None)
        assert [states(walk) for walk in walks] == [["paid"], ["paid"]]
        assert [broken(walk.case.pk) for walk in walks] == [[], []]
    assert finance.figures == (0, 2 * ROUNDS * SUM)
    assert differences(finance.fund) == []


def _made_by_two(finance: Finance) -> PaymentBatch:
    """Two payers take the same sums at the same moment: each sum is in one batch, and in no other."""
    fund = finance.fund.pk
    both = [finance.proved(finance.payer), finance.proved(finance.second)]
    results = meet(*[lambda by=by: make_batch(fund_id=fund, by=by, now=finance.now) for by in both])
    made = [one for one in results if isinstance(one, PaymentBatch)]
    assert all(isinstance(one, PaymentBatch | Invalid) for one in results)
    taken = list(BatchItem.objects.filter(batch__in=made).values_list("payable", flat=True))
    assert len(taken) == len(set(taken))
    assert 1 <= len(taken) <= 2  # what the other had in hand stays due
    for one in made:
        drop_batch(batch_id=one.pk, by=finance.payer, now=finance.now)
    return make_batch(fund_id=fund, by=both[0], now=finance.now)


def _released_by_two(finance: Finance, batch: PaymentBatch) -> None:
    """Pressed twice at once, or released and dropped at once: one of them."""
    second = finance.proved(finance.second)
    release = lambda: release_batch(batch_id=batch.pk, by=second, now=finance.now)  # noqa: E731
    results = meet(release, release)
    assert won(results) == 1
    assert isinstance(next(one for one in results if isinstance(one, FlowError)), AlreadyDone)
