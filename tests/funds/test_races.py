"""Many approvals at once for the last money: never overspent, exactly as many granted as there is money for."""

from decimal import Decimal

import pytest
from django.db import transaction

from accounts.actor import CLOCK
from flows.actions.approve import approve
from flows.drills.kept import rounds
from flows.errors import Invalid
from funds import book
from funds.check import differences
from funds.models import Fund
from tests.factories import NOW, fund
from tests.flows.anywhere import sent
from tests.flows.test_races import meet

ROUNDS, AT_ONCE = 30, 4
SUM = Decimal("1119.00")
pytestmark = pytest.mark.usefixtures("committed")


def test_many_approvals_for_the_last_money_grant_exactly_what_there_is():
    one = fund(2025, "0.01")
    cast, given = None, []
    for _ in range(AT_ONCE):
        walk = sent("flexible_employment_subsidy")
        walk.cast = cast = cast or walk.cast
        given.append(walk.to("federation_approval").given())
    for turn in rounds(ROUNDS):
        enough_for = turn % AT_ONCE
        _leave(one, SUM * enough_for + Decimal("0.01"))
        before = Fund.objects.get(pk=one.pk).reserved
        results = meet(*[lambda one=one: approve(**one, opinion="同意") for one in given])
        assert [type(result) for result in results if result is not None] == [Invalid] * (AT_ONCE - enough_for)
        after = Fund.objects.get(pk=one.pk)
        assert after.reserved - before == SUM * enough_for
        assert after.left == Decimal("0.01")
        assert differences(after) == []


def _leave(one: Fund, left: Decimal) -> None:
    """So much is left in the fund from now on."""
    difference = left - Fund.objects.get(pk=one.pk).left
    if difference:
        with transaction.atomic():
            book.change_amount(one.pk, difference, by=CLOCK, now=NOW, decision=None)  # type: ignore[arg-type]
