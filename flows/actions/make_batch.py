"""Put due payments into a batch for the bank (拨付批次), take one out again, or drop the batch before it is released.

A batch is rows alone: no case is touched until the bank has said what became of its payment.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, duties
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from funds.batches import CHUNK, accounts_of, by_number, due, items_in
from funds.book import ZERO
from funds.models import BatchItem, Fund, Payable, PaymentBatch
from policy import T

MAKE = access.register_action(ActionSpec("make_batch", needs="any_case", holder="payers"))
TAKE_OUT = access.register_action(ActionSpec("take_out", needs="any_case", holder="finance"))
STEP = "payment"
NOTHING_DUE = T("现在没有可以放进批次的款。", "Nothing that is due can be put into a batch now.")


def make_batch(
    *, fund_id: int, by: Actor, now: datetime, picked: Sequence[int] | None = None, measure: str = "",
    town_id: int | None = None,
) -> PaymentBatch:  # fmt: skip
    """Everything due from the fund, or what was picked, or that of a measure or a town; what a duty bars its maker from,
    or what somebody is at work on, stays for another one. Raises NotAllowed, NotThere, Invalid where nothing is left.
    """
    verdict = access.may(by, "make_batch", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    fund = Fund.objects.filter(pk=fund_id, district_id=by.post.district_id).first()
    if fund is None:
        raise NotThere
    with transaction.atomic():
        batch = PaymentBatch.objects.create(
            district_id=fund.district_id, fund=fund, made_by_id=by.user_id, made_as=by.post, made_at=now
        )
        _fill(batch, _wanted(fund, picked, measure, town_id), by)
        if not batch.count:
            raise Invalid(picked=NOTHING_DUE)
        batch.save()
        write_on(batch, "batch_made", by, now, details=figures(batch))
        return batch


def take_out(*, batch_id: int, number: int, by: Actor, now: datetime) -> None:
    """One payment leaves a batch that is not released yet; it is due again. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        batch = locked_batch(batch_id, by, "take_out", now)
        if batch.state != "made":
            raise AlreadyDone("batch_released")
        leave_out(batch, list(items_in(batch).filter(number=number)), "taken_out")
        recount(batch)
        if not batch.count:
            batch.state, batch.ended_at = "dropped", now
        batch.save()
        write_on(batch, "batch_item_taken_out", by, now, details={"item": number, **figures(batch)})


def drop_batch(*, batch_id: int, by: Actor, now: datetime) -> None:
    """The batch is not sent; everything in it is due again. Raises NotThere, NotAllowed, AlreadyDone."""
    with transaction.atomic():
        batch = locked_batch(batch_id, by, "make_batch", now)
        if batch.state != "made":
            raise AlreadyDone("batch_released")
        for part in by_number(items_in(batch)):
            leave_out(batch, part, "dropped")
        batch.state, batch.ended_at = "dropped", now
        batch.save()
        write_on(batch, "batch_dropped", by, now, details=figures(batch))


def locked_batch(batch_id: int, by: Actor, verb: str, now: datetime) -> PaymentBatch:
    """The batch, locked, for somebody who may do this to it."""
    verdict = access.may(by, verb, on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    here = PaymentBatch.objects.filter(pk=batch_id, district_id=by.post.district_id)
    found = here.select_for_update(of=("self",), no_key=True).select_related("made_as", "fund").first()
    if found is None:
        raise NotThere
    return found


def leave_out(batch: PaymentBatch, items: Sequence[BatchItem], why: str) -> None:
    """These payments do not go to the bank with this batch, and are due again."""
    BatchItem.objects.filter(pk__in=[one.pk for one in items]).update(left_out=why)
    Payable.objects.filter(pk__in=[one.payable_id for one in items], state="in_batch").update(state="due")


def recount(batch: PaymentBatch) -> None:
    """How many payments the batch has, and their total."""
    sums = items_in(batch).values_list("amount", flat=True)
    batch.count, batch.total = len(sums), sum(sums, ZERO)


def figures(batch: PaymentBatch) -> dict[str, Any]:
    """What the record says of a batch: figures of many are nobody's personal data."""
    return {"batch": batch.pk, "count": batch.count, "total": f"{batch.total:.2f}"}


def _wanted(fund: Fund, picked: Sequence[int] | None, measure: str, town_id: int | None) -> QuerySet[Payable]:
    found = due(fund.district_id).filter(fund=fund)
    found = found if picked is None else found.filter(pk__in=picked)
    found = found.filter(case__measure=measure) if measure else found
    return found.filter(case__town_id=town_id) if town_id else found


def _fill(batch: PaymentBatch, wanted: QuerySet[Payable], by: Actor) -> None:
    """The payments in chunks, each locked for a moment before it is taken: what somebody has in hand is left."""
    batch.count, batch.total, last = 0, ZERO, 0
    while part := list(
        wanted.filter(pk__gt=last).select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("case__person", "case__organisation")[:CHUNK]
    ):  # fmt: skip
        last = part[-1].pk
        barred = duties.barred_from_signing(by, [one.case for one in part], STEP)
        mine = [one for one in part if one.case_id not in barred]
        accounts = accounts_of(one.case_id for one in mine)
        BatchItem.objects.bulk_create(
            BatchItem(
                district_id=batch.district_id, batch=batch, number=batch.count + place, payable=one,
                payee_id=accounts[one.case_id], amount=one.amount,
            )
            for place, one in enumerate(mine, 1)
        )  # fmt: skip
        Payable.objects.filter(pk__in=[one.pk for one in mine]).update(state="in_batch")
        batch.count += len(mine)
        batch.total = sum((one.amount for one in mine), batch.total)
