"""Release a batch (放行批次): a second officer of finance signs for its payments; and take its file to the bank."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access, duties
from casework.access import ActionSpec
from casework.holds import held_units
from casework.models import DecisionChange, Look
from casework.record import write_on
from flows.actions.make_batch import STEP, figures, leave_out, locked_batch, recount
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from funds.bank_file import written
from funds.batches import CHUNK, accounts_of, by_number, chunked, items_in, may_still_go, payments_of
from funds.models import BatchItem, PaymentBatch
from policy import T

RELEASE = access.register_action(ActionSpec("release_batch", needs="any_case", holder="finance", proof=True))
TAKE = access.register_action(ActionSpec("take_bank_file", needs="any_case", holder="payers"))
STOPPED = "stopped"
NOTHING_LEFT = T(
    "这个批次里没有您能放行的款，请另一位同事来。",
    "You may sign for none of the payments in this batch; please ask another colleague.",
)


def release_batch(*, batch_id: int, by: Actor, now: datetime) -> int:
    """The batch may go to the bank; how many payments were left out. Those are cases in which the releaser signed or that
    a duty keeps from them, and cases paused, held or under correction by now: they are due again.

    Raises NotThere, NotAllowed("batch_needs_a_second"), AlreadyDone("batch_released"), ProofNeeded, and Invalid where
    nothing would be left.
    """
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    with transaction.atomic():
        batch = locked_batch(batch_id, by, "release_batch", now)
        if batch.state != "made":
            raise AlreadyDone("batch_released")
        if may_release(by, batch, now).reason:
            raise NotAllowed("batch_needs_a_second")
        before = batch.count
        for part in by_number(_items(batch)):
            _leave_out(batch, part, by)
            _newest_accounts(part)
        recount(batch)
        if not batch.count:
            raise Invalid(batch=NOTHING_LEFT)
        batch.state, batch.released_by_id, batch.released_as, batch.released_at = "released", by.user_id, by.post, now
        batch.save()
        out = before - batch.count
        write_on(batch, "batch_released", by, now, details={**figures(batch), "left_out": out})
        return out


def may_release(by: Actor, batch: PaymentBatch, now: datetime) -> access.Verdict:
    """Whether the actor may sign for the batch: an officer of finance other than its maker, by whichever hand."""
    if not (verdict := access.may(by, "release_batch", on=localdate(now))):
        return verdict
    makers = {batch.made_by_id, batch.made_as.user_id}
    is_maker = bool(makers & by.hands)
    return access.Verdict(not is_maker, "batch_needs_a_second" if is_maker else "")


def take_bank_file(*, batch_id: int, by: Actor, now: datetime) -> Iterator[str]:
    """The lines of the bank's file, with the accounts in clear; that somebody took it is recorded for the batch and as a
    look at each account. Raises NotThere, NotAllowed."""
    with transaction.atomic():
        batch = locked_batch(batch_id, by, "take_bank_file", now)
        if batch.state != "released" or by.post is None:
            raise NotAllowed("batch_not_released")
        write_on(batch, "bank_file_taken", by, now, details=figures(batch))
        for part in chunked(items_in(batch).values_list("payable__case_id", flat=True).iterator(CHUNK)):
            Look.objects.bulk_create(
                Look(
                    district_id=batch.district_id, case_id=case, user=by.user, department_id=by.post.department_id,
                    what="number", detail=batch.pk, page="bank_file", at=now,
                )
                for case in part
            )  # fmt: skip
    return written(batch.shown, batch.count, batch.total, payments_of(batch))


def _items(batch: PaymentBatch) -> QuerySet[BatchItem]:
    return items_in(batch).select_related("payable__case__person", "payable__case__organisation")


def _leave_out(batch: PaymentBatch, items: tuple[BatchItem, ...], by: Actor) -> None:
    cases = [one.payable.case for one in items]
    waiting = set(DecisionChange.objects.filter(case__in=cases, outcome="").values_list("case_id", flat=True))
    barred, held = duties.barred_from_signing(by, cases, STEP), held_units(cases)
    out: dict[str, list[BatchItem]] = {}
    for one in items:
        case = one.payable.case
        stopped = case.organisation_id in held or not may_still_go(case, case.pk in waiting)
        why = barred.get(case.pk) or (STOPPED if stopped else "")
        if why:
            out.setdefault(why, []).append(one)
    for why, those in out.items():
        leave_out(batch, those, why)


def _newest_accounts(items: tuple[BatchItem, ...]) -> None:
    """An account that was corrected after the batch was made is the one that counts."""
    newest = accounts_of(one.payable.case_id for one in items)
    changed = [one for one in items if newest[one.payable.case_id] != one.payee_id]
    for one in changed:
        one.payee_id = newest[one.payable.case_id]
    BatchItem.objects.bulk_update(changed, ["payee"])
