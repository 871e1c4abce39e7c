"""Read what the bank says of a batch (银行回盘): the file is taken whole or refused whole; the cases hear of it afterwards."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.actor import CLOCK, Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from casework.sealing import seal
from flows.actions.make_batch import locked_batch
from flows.errors import NotAllowed
from funds.bank_file import BadResults, Result, Wrong, read
from funds.batches import chunked, is_whole, items_in
from funds.models import BatchItem, PaymentBatch
from policy import T

READ = access.register_action(ActionSpec("read_results", needs="any_case", holder="payers"))


def read_results(*, batch_id: int, content: bytes, by: Actor, now: datetime) -> int:
    """The results stand with the batch's items; how many. The same file again is nothing new: 0.

    Raises NotThere, NotAllowed, and BadResults with every line that is wrong: then nothing is kept.
    """
    with transaction.atomic():
        batch = locked_batch(batch_id, by, "read_results", now)
        digest = hashlib.sha256(content).hexdigest()
        if digest in batch.digests:
            return 0
        if batch.state != "released":
            raise NotAllowed("batch_not_released")
        results = read(content, batch.shown)
        known = BatchItem.objects.filter(batch=batch).values_list("number", "amount", "result", "left_out")
        items = {number: (amount, result, left_out) for number, amount, result, left_out in known}
        wrong = list(_wrong(results, items))
        if wrong:
            raise BadResults(wrong)
        _keep(batch, results)
        batch.digests = [*batch.digests, digest]
        batch.save(update_fields=["digests"])
        bounced = sum(one.result == "bounced" for one in results)
        details = {"batch": batch.pk, "paid": len(results) - bounced, "bounced": bounced}
        write_on(batch, "results_read", by, now, details=details)
        return len(results)


def close_batch(*, batch_id: int, now: datetime) -> bool:
    """The batch is done once every case has heard of its payment; whether it is."""
    with transaction.atomic():
        batch = PaymentBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
        if batch.state != "released" or not is_whole(batch):
            return False
        batch.state, batch.ended_at = "done", now
        batch.save(update_fields=["state", "ended_at"])
        write_on(batch, "batch_done", CLOCK, now, details={"batch": batch.pk})
        return True


def _wrong(results: Iterable[Result], items: dict[int, tuple[Decimal, str, str]]) -> Iterable[Wrong]:
    for one in results:
        amount, result, left_out = items.get(one.item, (one.amount, "", "unknown"))
        if left_out:
            yield Wrong(one.line, _UNKNOWN.fill(item=one.item))
        elif result:
            yield Wrong(one.line, _KNOWN.fill(item=one.item))
        elif amount != one.amount:
            yield Wrong(one.line, _OTHER_SUM.fill(item=one.item, ours=amount, theirs=one.amount))


def _keep(batch: PaymentBatch, results: list[Result]) -> None:
    for part in chunked(one.item for one in results if one.result == "paid"):
        items_in(batch).filter(number__in=part).update(result="paid")
    reasons = {one.item: one.reason for one in results if one.result == "bounced"}
    for numbers in chunked(reasons):
        rows = items_in(batch).filter(number__in=numbers)
        back = list(rows.select_related("payable__case__person__key", "payable__case__organisation__key"))
        for item in back:
            item.result, item.reason = "bounced", seal(item.payable.case.key, reasons[item.number])
        BatchItem.objects.bulk_update(back, ["result", "reason"])


_UNKNOWN = T("批次里没有第 {item} 项。", "The batch has no item {item}.")
_KNOWN = T("第 {item} 项已经有结果了。", "Item {item} has its result already.")
_OTHER_SUM = T("第 {item} 项应该是 {ours} 元，文件里是 {theirs} 元。", "Item {item} is {ours} yuan, the file says {theirs} yuan.")  # fmt: skip
