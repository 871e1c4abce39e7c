"""The account to which the money of a case goes: read leniently, checked, sealed, shown masked, never changed."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Role
from casework.models import Action, Look
from casework.sealing import index
from flows.actions.give_account import give_account
from flows.actions.show_account import show_account
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from funds.accounts import BadAccount, luhn, newest, opened, read_number
from funds.models import Payee
from tests.factories import applicant, officer, story
from tests.flows.anywhere import Walk, sent
from tests.funds.banking import CODE, NUMBER, OTHER_NUMBER, Finance, states


@pytest.mark.parametrize(
    "typed",
    [NUMBER, "6222 0000 0000 0000 004", " 6222-0000-0000-0000-004 ", "６２２２ ００００ ００００ ００００ ００４", "6222　0000000000000 04"],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed: str):
    assert read_number(typed) == NUMBER


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("6222000000000000005", "换"), ("6222000000000000040", "写反"), ("62220000004", "12 到 19"),
        ("62220000000000000004", "12 到 19"), ("", "12 到 19"), ("6222 abc", "只能有数字"), ("６２２２零", "只能有数字"),
    ],
)  # fmt: skip
def test_a_wrong_number_is_said_and_never_quoted(typed: str, said: str):
    with pytest.raises(BadAccount) as error:
        read_number(typed)
    words = error.value.reason
    assert said.replace("换", "写错") in words.zh
    assert not typed or (typed not in words.zh and typed not in words.en)


def test_every_wrong_digit_and_most_swaps_are_found():
    for place, digit in enumerate(NUMBER):
        for other in set("0123456789") - {digit}:
            assert not luhn(NUMBER[:place] + other + NUMBER[place + 1 :])
    assert not luhn("26" + NUMBER[2:])


@pytest.mark.django_db
class TestGiving:
    def test_before_the_grant_and_after_it_the_newest_stands(self):
        walk = sent(CODE)
        given(walk, NUMBER)
        walk.to("payment")
        assert states(walk) == ["due"]
        given(walk, OTHER_NUMBER)
        account = newest(walk.case)
        assert account is not None
        assert opened(walk.case, account).masked == "**** 1111"
        assert Payee.objects.filter(case=walk.case).count() == 2
        assert account.number_index == index(OTHER_NUMBER)

    def test_a_sum_that_waited_for_it_is_due(self):
        walk = sent(CODE).to("payment")
        assert states(walk) == ["waiting_account"]
        given(walk, NUMBER)
        assert states(walk) == ["due"]

    def test_the_record_and_the_row_hold_no_number_in_clear(self):
        walk = sent(CODE)
        account = given(walk, NUMBER)
        row = Action.objects.get(subject_kind="case", subject_id=walk.case.pk, event="account_given")
        for kept in (
            bytes(account.number),
            bytes(row.sealed),
            str(row.details).encode(),
            str(row.commitments).encode(),
        ):
            assert NUMBER.encode() not in kept

    def test_an_account_is_never_changed_or_deleted(self):
        account = given(sent(CODE), NUMBER)
        for change in (
            lambda: Payee.objects.filter(pk=account.pk).update(bank=b"x"),
            lambda: Payee.objects.filter(pk=account.pk).delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"number": "123"}, "number"), ({"holder": " "}, "holder"), ({"holder": "=1+1"}, "holder"),
            ({"bank": "-"}, "bank"), ({"holder": "示" * 81}, "holder"),
        ],
    )  # fmt: skip
    def test_mistakes_are_said_at_their_fields(self, wrong: dict[str, Any], field: str):
        walk = sent(CODE)
        with pytest.raises(Invalid) as error:
            given(walk, **{"number": NUMBER, **wrong})
        assert set(error.value.errors) == {field}

    def test_only_for_a_case_that_pays_while_something_may_be_owed(self):
        told = story()
        with pytest.raises(NotAllowed, match="nothing_owed"):
            give_account(case_id=told.case.pk, by=told.by, now=told.now, number=NUMBER, holder="示例", bank="示例银行")
        walk = sent(CODE).to("payment")
        with pytest.raises(NotAllowed, match="not_the_applicant"):
            give_account(
                case_id=walk.case.pk, by=applicant(), now=walk.now, number=NUMBER, holder="示例", bank="示例银行"
            )
        walk.sign()
        with pytest.raises(AlreadyDone):
            given(walk, NUMBER)


def given(walk: Walk, number: str, holder: str = "示例户名", bank: str = "示例银行莘庄支行") -> Payee:
    return give_account(case_id=walk.case.pk, by=walk.by, now=walk.now, number=number, holder=holder, bank=bank)


@pytest.mark.django_db
def test_who_pays_sees_it_whole_and_leaves_a_look_nobody_else_does():
    finance = Finance()
    walk = finance.case()
    account = show_account(case=walk.case, by=finance.payer, now=walk.now)
    assert (account.number, account.holder) == (NUMBER, "示例户名")
    seen = Look.objects.get(case_id=walk.case.pk, what="number")
    assert (seen.user, seen.page) == (finance.payer.user, "account")
    for other in (finance.approver, officer("federation", Role.REVIEWER), walk.by):
        with pytest.raises(NotAllowed):
            show_account(case=walk.case, by=other, now=walk.now)
    assert Look.objects.filter(case_id=walk.case.pk, what="number").count() == 1
    bare = finance.case(number="")
    with pytest.raises(NotThere):
        show_account(case=bare.case, by=finance.payer, now=walk.now)
