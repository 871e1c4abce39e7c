"""The results of a batch carried to its cases, piece by piece: it may stop anywhere and go on later, also in other
processes, and in several at once; nothing is done twice."""

import logging
import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import wait
from typing import Final

from django.db import connections
from django.db.models import F, QuerySet

from accounts.actor import CLOCK
from flows.actions.read_results import close_batch
from flows.actions.settle_item import releaser_of, settle_item, with_task
from flows.errors import FlowError
from funds.batches import progress, to_settle
from funds.models import BatchItem, PaymentBatch

log = logging.getLogger(__name__)
Tell = Callable[[Counter[str]], None]
CHUNK: Final = 100  # items read at a time: a second or two of work
LOOK_SECONDS: Final = 1.0  # between two looks at how far the processes are


@dataclass(frozen=True)
class Share:
    """Every `of`-th item, beginning with the `place`-th: what one of several processes settles."""

    place: int = 0
    of: int = 1

    def part(self, items: QuerySet[BatchItem]) -> QuerySet[BatchItem]:
        if self.of == 1:
            return items
        return items.annotate(place=F("number") % self.of).filter(place=self.place)


def settle(
    batch: PaymentBatch, now: Callable[[], datetime], *, most: int | None = None, share: Share | None = None,
    tell: Tell = lambda done: None,
) -> Counter[str]:  # fmt: skip
    """Every result that its case has not heard of, those of a share, or at most so many: how many were settled, and how
    many somebody else had in hand. `tell` hears after each chunk."""
    done: Counter[str] = Counter()
    last, releaser = 0, releaser_of(batch.pk)
    waiting = with_task((share or Share()).part(to_settle().filter(batch=batch))).order_by("number")
    while most is None or sum(done.values()) < most:
        left = CHUNK if most is None else min(CHUNK, most - sum(done.values()))
        part = list(waiting.filter(number__gt=last)[:left])
        if not part:
            break
        last = part[-1].number
        for item in part:
            try:
                settle_item(item_id=item.pk, by=CLOCK, now=now(), releaser=releaser, item=item)
            except FlowError as error:
                log.info("an item of batch %s was not settled: %s", batch.pk, type(error).__name__)
                done["left"] += 1
            else:
                done["settled"] += 1
        tell(done)
    close_batch(batch_id=batch.pk, now=now())
    return done


def settle_in_processes(
    batch: PaymentBatch, now: Callable[[], datetime], processes: int, *, tell: Tell = lambda done: None
) -> Counter[str]:
    """The same in so many processes at once, each with its share; `tell` hears of all of them together, every second.

    A process that is killed costs only time: at the end this one settles what is left.
    """
    if processes <= 1:
        return settle(batch, now, tell=tell)
    before = progress(batch).settled

    def so_far() -> Counter[str]:
        return Counter(settled=progress(batch).settled - before)

    connections.close_all()  # two processes never share a connection
    fork, running = multiprocessing.get_context("fork"), []
    try:
        for place in range(processes):
            running.append(fork.Process(target=_settle_share, args=(batch, now, Share(place, processes))))
            running[-1].start()
        while any(one.is_alive() for one in running):
            wait([one.sentinel for one in running if one.is_alive()], LOOK_SECONDS)
            tell(so_far())
    finally:
        for one in running:
            one.terminate()
            one.join()
    left = settle(batch, now)["left"]
    done = so_far() + Counter(left=left)
    tell(done)
    return done


def let_go_of_inherited() -> None:
    """In a new process: connections of the one that started it are its own, also any that it could not see to close
    (Django keeps those made beside an event loop apart). They are forgotten here, and not closed."""
    for one in connections.all(initialized_only=True):
        one.connection = None


def _settle_share(batch: PaymentBatch, now: Callable[[], datetime], share: Share) -> None:
    let_go_of_inherited()
    settle(batch, now, share=share)
    connections.close_all()
