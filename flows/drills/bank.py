"""The bank of a drill: batches made, released and answered as an officer of finance would, with invented results."""

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.actor import CLOCK, Actor
from flows.actions.make_batch import drop_batch, make_batch, take_out
from flows.actions.read_results import read_results
from flows.actions.release_batch import release_batch
from flows.actions.settle_item import settle_item, with_task
from flows.drills.scene import At
from funds.bank_file import CONTROL, RESULTS
from funds.batches import items_in, to_settle
from funds.models import BatchItem, Payable, PaymentBatch

REASON = "示例：账号不存在"


def answer(batch: PaymentBatch, result_of: Callable[[BatchItem], str]) -> bytes:
    """What the bank sends back for a batch: `result_of` says paid or bounced of each payment."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow([CONTROL, batch.shown, batch.count, f"{batch.total:.2f}"])
    sheet.writerow(RESULTS)
    sheet.writerows(_lines(items_in(batch).order_by("number"), result_of))
    return out.getvalue().encode()


def _lines(items: Iterable[BatchItem], result_of: Callable[[BatchItem], str]) -> Iterable[list[object]]:
    for one in items:
        result = result_of(one)
        yield [one.number, "", "", "", f"{one.amount:.2f}", "", result, REASON if result == "bounced" else ""]


def pay_out(case_id: int, *, payer: Actor, second: Actor, now: datetime) -> None:
    """What the case is owed goes to the bank in a batch of its own, which says that it has paid. Nothing else is due."""
    for one in Payable.objects.filter(case_id=case_id, state="due"):
        batch = make_batch(fund_id=one.fund_id, picked=[one.pk], by=payer, now=now)
        release_batch(batch_id=batch.pk, by=replace(second, proved_at=now), now=now)
        batch.refresh_from_db()
        read_results(
            batch_id=batch.pk, content=answer(batch, lambda item: "paid"), by=replace(payer, proved_at=now), now=now
        )
        for item in with_task(to_settle().filter(batch=batch)):
            settle_item(item_id=item.pk, by=CLOCK, now=now, item=item)


# --- the acts of one case: each raises LookupError where there is nothing to do it to


def make(at: At) -> Any:
    one = _one(Payable.objects.filter(case_id=at.case_id, state="due"))
    return make_batch(fund_id=one.fund_id, picked=[one.pk], by=at.by, now=at.now)


def drop(at: At) -> Any:
    return drop_batch(batch_id=_batch(at, "made").pk, by=at.by, now=at.now)


def out(at: At) -> Any:
    return take_out(batch_id=_batch(at, "made").pk, number=1, by=at.by, now=at.now)


def release(at: At) -> Any:
    return release_batch(batch_id=_batch(at, "made").pk, by=at.by, now=at.now)


def hear(at: At) -> Any:
    batch = _batch(at, "released")
    if not items_in(batch).filter(result="").exists():
        raise LookupError
    result = at.pick(("paid", "bounced"))
    return read_results(batch_id=batch.pk, content=answer(batch, lambda item: result), by=at.by, now=at.now)


def settle(at: At) -> Any:
    return settle_item(item_id=_one(to_settle().filter(payable__case_id=at.case_id)).pk, by=at.by, now=at.now)


def _batch(at: At, state: str) -> PaymentBatch:
    found: PaymentBatch = _one(PaymentBatch.objects.filter(items__payable__case_id=at.case_id, state=state))
    return found


def _one(found: Any) -> Any:
    row = found.order_by("-pk").first()
    if row is None:
        raise LookupError
    return row
