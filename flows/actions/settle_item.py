"""Tell a case what became of its payment in a batch (入账、退票): done by the clock, once for each item.

Who released the batch signed for the payment: the record of the case names them, as of the moment the result was read.
"""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.actor import Actor
from accounts.models import Deputy
from casework import access, states
from casework.access import ActionSpec
from casework.models import Task
from casework.outbox import to_applicant
from casework.sealing import unseal
from flows import engine
from flows.announce import next_holder
from flows.conclude import conclude, note
from flows.errors import AlreadyDone
from flows.letters import tell_paid
from funds import book, payables
from funds.accounts import newest, tail
from funds.models import BatchItem, Payable, PaymentBatch

SPEC = access.register_action(ActionSpec("settle_item", needs="any_case", holder="clock"))


def settle_item(
    *, item_id: int, by: Actor, now: datetime, releaser: Actor | None = None, item: BatchItem | None = None
) -> None:
    """Paid: the sum is spent, and a case that waited for it goes on or closes. Bounced: the applicant is asked for
    another account; the decision stands. Raises AlreadyDone("settled") where the case has heard of it.

    `releaser` is who signed for the batch (`releaser_of`), and `item` the item with its result, one of `with_task`, where
    the caller has read them for many: what they say stays as it is.
    """
    if item is None:
        item = with_task(BatchItem.objects.all()).get(pk=item_id)
    given = {"case_id": item.payable.case_id, "task_id": item.task}  # type: ignore[attr-defined]
    with engine.at_work(**given, by=by, verb="settle_item", now=now) as work:
        # Under the case's lock: whoever was faster has settled it.
        if not BatchItem.objects.filter(pk=item_id, settled_at=None).exclude(result="").update(settled_at=now):
            raise AlreadyDone("settled")
        work.by = releaser or releaser_of(item.batch_id)
        if work.task is None or not work.task.is_open:  # its chain was changed, or its payment opened, meanwhile
            work.task = engine.newest_task(work.case, "payment")
        owed = payables.locked(work.case)
        mine = next(one for one in owed if one.pk == item.payable_id)
        if item.result == "paid":
            with book.spending(mine, by=work.by, now=now):
                payables.end(mine, "paid", now)
                _paid(work, item, owes_more=len(owed) > 1)
        else:
            _bounced(work, item, mine)


def with_task(items: QuerySet[BatchItem]) -> QuerySet[BatchItem]:
    """The items with their sums and accounts, and as `task` the key of their case's newest payment."""
    paying = Task.objects.filter(process=OuterRef("payable__case"), kind="payment").order_by("-pk").values("pk")[:1]
    return items.select_related("payable", "payee").annotate(task=Subquery(paying))


def _paid(work: engine.Work, item: BatchItem, *, owes_more: bool) -> None:
    case, details = work.case, {"batch": item.batch_id, "item": item.number, "sum": f"{item.amount:.2f}"}
    if case.state == states.PAYING and work.task is not None and not owes_more:
        engine.finish(work, "paid")
        conclude(work, "paid", details=details, tell=(to_applicant(case, "paid", work.now), *next_holder(work)))
    else:  # a difference on a closed case, a paused one, or a part
        note(work, "part_paid", details=details, tell=(to_applicant(case, "part_paid", work.now),), raises_version=True)
    tell_paid(work, item.amount, tail(case, item.payee))


def _bounced(work: engine.Work, item: BatchItem, mine: Payable) -> None:
    case, account = work.case, newest(work.case)
    payables.bounced(mine, work.today)
    corrected = account is not None and account.pk != item.payee_id
    if corrected:
        payables.account_given([mine])
    note(
        work, "payment_bounced", details={"batch": item.batch_id, "item": item.number},
        sealed={"reason": unseal(case.key, item.reason) or ""}, raises_version=True,
        tell=(to_applicant(case, "payment_bounced_again" if corrected else "payment_bounced", work.now),),
    )  # fmt: skip


def releaser_of(batch_id: int) -> Actor:
    """Who signed for the payments of a batch, in whose post, when they proved who they are."""
    rows = PaymentBatch.objects.select_related("released_by", "released_as__department", "released_as__user")
    batch = rows.get(pk=batch_id)
    user, post = batch.released_by, batch.released_as
    assert user is not None
    assert post is not None
    acts_for = None
    if post.user_id != user.pk:
        acts_for = Deputy.objects.filter(user=user, principal=post).order_by("-pk").first()
    return Actor("officer", user=user, post=post, deputy_for=acts_for, proved_at=batch.released_at)
