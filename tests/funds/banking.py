"""Cases that wait for their payment, two officers of finance and a bank, all invented."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accounts.actor import Actor
from accounts.models import Role
from flows.actions.give_account import give_account
from flows.actions.make_batch import make_batch
from flows.actions.read_results import read_results
from flows.actions.release_batch import release_batch
from flows.drills.bank import answer
from flows.settling import settle
from funds.models import Fund, Payable, Payee, PaymentBatch
from tests.factories import Cast, fund, officer
from tests.flows.anywhere import Walk, sent

CODE = "flexible_employment_subsidy"
SUM = Decimal("1119.00")
YEAR = 2025
NUMBER, OTHER_NUMBER = "6222000000000000004", "4111111111111111"  # invented; the check digits are right


class Finance:
    """A payer, a second one, an approver; and the cases that wait for their money."""

    def __init__(self, amount: str = "900000.00") -> None:
        fund(YEAR, amount)
        self.payer, self.second = officer("finance", Role.PAYER), officer("finance", Role.PAYER)
        self.approver = officer("finance", Role.APPROVER)
        self.cast = Cast()

    def case(self, code: str = CODE, number: str = NUMBER) -> Walk:
        """One case more that waits for its payment, with an account."""
        walk = sent(code)
        walk.cast = self.cast
        walk.to("payment")
        if number:
            self.account(walk, number)
        self.now = walk.now
        return walk

    def account(self, walk: Walk, number: str = NUMBER) -> Payee:
        given = {"case_id": walk.case.pk, "by": walk.by, "now": walk.now}
        return give_account(**given, number=number, holder="示例户名", bank="示例银行莘庄支行")

    def batch(self, by: Actor | None = None, **wanted: object) -> PaymentBatch:
        return make_batch(fund_id=self.fund.pk, by=self.proved(by or self.payer), now=self.now, **wanted)

    def release(self, batch: PaymentBatch, by: Actor | None = None) -> int:
        return release_batch(batch_id=batch.pk, by=self.proved(by or self.second), now=self.now)

    def sent(self, **wanted: object) -> PaymentBatch:
        """A batch that is at the bank."""
        made = self.batch(**wanted)
        self.release(made)
        made.refresh_from_db()
        return made

    def hear(self, batch: PaymentBatch, **results: str) -> int:
        """The bank's answer: paid, but for the items that are named: `item_2="bounced"`."""
        content = answer(batch, lambda item: results.get(f"item_{item.number}", "paid"))
        return self.read(batch, content)

    def heard(self, **results: str) -> PaymentBatch:
        """A batch of all that is due, which the bank has answered."""
        batch = self.sent()
        self.hear(batch, **results)
        return batch

    def read(self, batch: PaymentBatch, content: bytes) -> int:
        return read_results(batch_id=batch.pk, content=content, by=self.proved(self.payer), now=self.now)

    def settle(self, batch: PaymentBatch, most: int | None = None) -> dict[str, int]:
        return dict(settle(batch, lambda: self.now, most=most))

    def proved(self, by: Actor) -> Actor:
        return replace(by, proved_at=self.now)

    @property
    def fund(self) -> Fund:
        return Fund.objects.get(year=YEAR)

    @property
    def figures(self) -> tuple[Decimal, Decimal]:
        """Reserved and spent."""
        return self.fund.reserved, self.fund.spent

    now: datetime


def states(walk: Walk) -> list[str]:
    return list(Payable.objects.filter(case=walk.case).order_by("pk").values_list("state", flat=True))
