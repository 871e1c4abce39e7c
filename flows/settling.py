"""The results of a batch carried to its cases, piece by piece: it may stop anywhere and go on later, also in another
process; nothing is done twice."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from accounts.actor import CLOCK
from flows.actions.read_results import close_batch
from flows.actions.settle_item import releaser_of, settle_item
from flows.errors import FlowError
from funds.batches import CHUNK, to_settle
from funds.models import PaymentBatch

log = logging.getLogger(__name__)


def settle(
    batch: PaymentBatch, now: Callable[[], datetime], *, most: int | None = None,
    tell: Callable[[Counter[str]], None] = lambda done: None,
) -> Counter[str]:  # fmt: skip
    """Every result that its case has not heard of, or at most so many: how many were settled, and how many somebody else
    had in hand. `tell` hears after each chunk."""
    done: Counter[str] = Counter()
    last, releaser = 0, releaser_of(batch.pk)
    while most is None or sum(done.values()) < most:
        left = CHUNK if most is None else min(CHUNK, most - sum(done.values()))
        part = list(
            to_settle().filter(batch=batch, number__gt=last).order_by("number").values_list("pk", "number")[:left]
        )
        if not part:
            break
        last = part[-1][1]
        for item, _ in part:
            try:
                settle_item(item_id=item, by=CLOCK, now=now(), releaser=releaser)
            except FlowError as error:
                log.info("an item of batch %s was not settled: %s", batch.pk, type(error).__name__)
                done["left"] += 1
            else:
                done["settled"] += 1
        tell(done)
    close_batch(batch_id=batch.pk, now=now())
    return done
