"""Payments in batches: made by one, released by another, read back from the bank, and nothing is ever paid twice."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction

from accounts.actor import CLOCK, Actor
from accounts.models import Role
from casework.models import Action, Look
from casework.record import said
from casework.sealing import unseal
from flows.actions.appoint import appoint
from flows.actions.correct_decision import approve_change, propose_change
from flows.actions.declare_relation import declare_relation
from flows.actions.make_batch import drop_batch, take_out
from flows.actions.release_batch import release_batch, take_bank_file
from flows.actions.settle_item import settle_item
from flows.actions.suspend import resume, suspend
from flows.actions.waive import waive
from flows.drills.bank import answer
from flows.drills.invariants import broken
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from flows.sweep import sweep
from funds.bank_file import BadResults
from funds.batches import progress
from funds.check import differences
from funds.models import BatchItem, Fund, Payable, PaymentBatch
from tests.factories import _administrator, department, events, officer
from tests.flows.anywhere import Walk
from tests.flows.test_statements import statements
from tests.funds.banking import NUMBER, OTHER_NUMBER, SUM, Finance, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> Any:
    made = Finance()
    yield made
    for one in Fund.objects.all():
        assert differences(one) == []
    for case in set(BatchItem.objects.values_list("payable__case_id", flat=True)):
        assert broken(case) == []


def numbers(batch: PaymentBatch) -> list[tuple[int, str]]:
    return list(BatchItem.objects.filter(batch=batch).order_by("number").values_list("number", "left_out"))


class TestMaking:
    def test_everything_due_goes_in_and_nothing_else(self, finance: Finance):
        walks = [finance.case(), finance.case()]
        without, paused = finance.case(number=""), finance.case()
        suspend(**paused.given(), ground="applicant_unable", waits_for="出院")
        batch = finance.batch()
        assert (batch.count, batch.total, numbers(batch)) == (2, 2 * SUM, [(1, ""), (2, "")])
        assert [states(walk) for walk in [*walks, without, paused]] == [["in_batch"]] * 2 + [
            ["waiting_account"],
            ["due"],
        ]
        assert finance.figures == (4 * SUM, 0)
        with pytest.raises(Invalid):
            finance.batch()

    def test_those_of_a_measure_of_a_town_or_picked(self, finance: Finance):
        first, second = finance.case(), finance.case()
        with pytest.raises(Invalid):
            finance.batch(measure="tuition_subsidy")
        with pytest.raises(Invalid):
            finance.batch(town_id=department("town_qibao").pk)
        picked = Payable.objects.get(case=second.case).pk
        assert finance.batch(picked=[picked]).count == 1
        assert (states(first), states(second)) == (["due"], ["in_batch"])
        assert finance.batch(measure=first.case.measure, town_id=first.case.town_id).count == 1

    def test_only_by_who_pays_at_finance(self, finance: Finance):
        finance.case()
        for other in (finance.approver, officer("federation", Role.REVIEWER)):
            with pytest.raises(NotAllowed):
                finance.batch(by=other)

    def test_a_waiting_correction_keeps_its_case_out(self, finance: Finance):
        walk = finance.case()
        proposed(walk, "1000.00")
        with pytest.raises(Invalid):
            finance.batch()

    def test_what_a_duty_bars_the_payer_from_is_left_to_another(self, finance: Finance):
        kin, other = finance.case(), finance.case()
        declare_relation(
            by=finance.payer, now=finance.now, kind="kin", number=unseal(kin.case.person.key, kin.case.person.number)
        )
        assert finance.batch().count == 1
        assert (states(kin), states(other)) == (["due"], ["in_batch"])
        assert finance.batch(by=finance.second).count == 1

    def test_one_is_taken_out_or_the_batch_dropped_and_they_are_due_again(self, finance: Finance):
        walks = [finance.case(), finance.case()]
        batch = finance.batch()
        take_out(batch_id=batch.pk, number=1, by=finance.approver, now=finance.now)
        batch.refresh_from_db()
        assert (batch.count, batch.total, batch.state) == (1, SUM, "made")
        assert [states(walk) for walk in walks] == [["due"], ["in_batch"]]
        drop_batch(batch_id=batch.pk, by=finance.payer, now=finance.now)
        batch.refresh_from_db()
        assert (batch.state, numbers(batch)) == ("dropped", [(1, "taken_out"), (2, "dropped")])
        assert states(walks[1]) == ["due"]
        assert finance.batch().count == 2
        for act in (drop_batch, lambda **given: take_out(number=1, **given)):
            with pytest.raises(AlreadyDone):
                act(batch_id=batch.pk, by=finance.payer, now=finance.now)

    def test_what_is_in_a_batch_is_not_waived_or_changed_beside_it(self, finance: Finance):
        walk = finance.case()
        finance.batch()
        with pytest.raises(NotAllowed, match="in_batch"):
            waive(case_id=walk.case.pk, by=walk.by, now=walk.now)
        change = proposed(walk, "1000.00")
        with pytest.raises(Invalid) as error:
            approve_change(change_id=change, by=officer("civil_affairs", Role.APPROVER), now=walk.now)
        assert "批次" in error.value.errors["amount"].zh


class TestReleasing:
    def test_never_by_its_maker_by_whichever_hand_nor_without_proof(self, finance: Finance):
        finance.case()
        batch = finance.batch()
        with pytest.raises(NotAllowed, match="batch_needs_a_second"):
            finance.release(batch, by=finance.payer)
        finance.now += timedelta(hours=1)
        with pytest.raises(ProofNeeded):
            release_batch(batch_id=batch.pk, by=_stale(finance), now=finance.now)
        with pytest.raises(NotAllowed):
            finance.release(batch, by=officer("federation", Role.HEAD))
        assert finance.release(batch, by=finance.approver) == 0
        with pytest.raises(AlreadyDone):
            finance.release(batch)

    def test_the_database_holds_the_second_person_too(self, finance: Finance):
        finance.case()
        batch = finance.batch()
        with pytest.raises(IntegrityError), transaction.atomic():
            PaymentBatch.objects.filter(pk=batch.pk).update(released_by=batch.made_by)

    def test_a_case_in_which_the_releaser_signed_is_left_out_and_named(self, finance: Finance):
        signed, other = finance.case(), finance.case()
        paid_before = finance.case()
        batch = finance.batch()
        # The one who decided has a post at Finance as well.
        decider = finance.cast.people["federation_approval federation "]
        post = appoint(
            user=decider.user, department=department("finance"), role=Role.APPROVER, since=finance.now.date(),
            by=_administrator(), now=finance.now,
        )  # fmt: skip
        both = Actor("officer", user=decider.user, post=post)
        with pytest.raises(Invalid):
            finance.release(batch, by=both)  # nothing would be left
        assert [states(walk) for walk in (signed, other, paid_before)] == [["in_batch"]] * 3
        fresh = Finance()
        mine = fresh.case()
        drop_batch(batch_id=batch.pk, by=finance.payer, now=finance.now)
        batch = finance.batch()
        assert finance.release(batch, by=both) == 3
        assert [why for _, why in numbers(batch)] == ["signed_already"] * 3 + [""]
        assert (states(signed), states(mine)) == (["due"], ["in_batch"])

    def test_what_was_paused_or_is_under_correction_by_then_is_left_out(self, finance: Finance):
        paused, corrected, good = finance.case(), finance.case(), finance.case()
        batch = finance.batch()
        suspend(**paused.given(), ground="applicant_unable", waits_for="出院")
        proposed(corrected, "1000.00")
        assert finance.release(batch) == 2
        assert [why for _, why in numbers(batch)] == ["stopped", "stopped", ""]
        assert [states(walk) for walk in (paused, corrected, good)] == [["due"], ["due"], ["in_batch"]]

    def test_the_account_that_was_corrected_before_it_is_the_one_that_is_paid(self, finance: Finance):
        walk = finance.case()
        batch = finance.batch()
        newer = finance.account(walk, OTHER_NUMBER)
        finance.release(batch)
        assert BatchItem.objects.get(batch=batch).payee == newer


class TestTheFile:
    def test_it_has_the_accounts_in_clear_and_every_taking_is_recorded(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        text = "".join(take_bank_file(batch_id=batch.pk, by=finance.payer, now=finance.now))
        assert text.splitlines()[0] == f"CONTROL,{batch.shown},1,1119.00"
        assert f"1,{NUMBER},示例户名,示例银行莘庄支行,1119.00,{walk.case.shown_reference}" in text
        take_bank_file(batch_id=batch.pk, by=finance.payer, now=finance.now)
        taken = Action.objects.filter(subject_kind="paymentbatch", subject_id=batch.pk, event="bank_file_taken")
        assert taken.count() == 2
        assert Look.objects.filter(case_id=walk.case.pk, what="number", page="bank_file").count() == 2

    def test_not_before_the_release_nor_by_others(self, finance: Finance):
        finance.case()
        batch = finance.batch()
        with pytest.raises(NotAllowed, match="batch_not_released"):
            take_bank_file(batch_id=batch.pk, by=finance.payer, now=finance.now)
        finance.release(batch)
        with pytest.raises(NotAllowed):
            take_bank_file(batch_id=batch.pk, by=finance.approver, now=finance.now)
        assert not Look.objects.filter(page="bank_file").exists()


class TestResults:
    def test_paid_closes_the_case_spends_and_tells(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        assert finance.hear(batch) == 1
        assert states(walk) == ["in_batch"]
        assert finance.settle(batch) == {"settled": 1}
        walk.case.refresh_from_db()
        assert (walk.case.state, walk.case.outcome, walk.case.last_event) == ("closed", "granted", "paid")
        assert (states(walk), finance.figures) == (["paid"], (0, SUM))
        assert walk.case.messages.filter(event="paid", audience="applicant").count() == 1
        record = Action.objects.get(subject_kind="case", subject_id=walk.case.pk, event="paid")
        assert (record.user_id, record.details["batch"]) == (finance.second.user_id, batch.pk)
        batch.refresh_from_db()
        assert batch.state == "done"

    def test_bounced_asks_for_another_account_and_is_paid_with_the_next_batch(self, finance: Finance):
        walk, other = finance.case(), finance.case()
        batch = finance.sent()
        finance.hear(batch, item_1="bounced")
        finance.settle(batch)
        walk.case.refresh_from_db()
        assert (walk.case.state, states(walk), states(other)) == ("paying", ["bounced"], ["paid"])
        assert finance.figures == (SUM, SUM)
        record = Action.objects.get(subject_kind="case", subject_id=walk.case.pk, event="payment_bounced")
        assert said(record, walk.case.key)["reason"] == "示例：账号不存在"
        assert walk.case.messages.filter(event="payment_bounced").count() == 1
        with pytest.raises(Invalid):
            finance.batch()
        finance.account(walk, OTHER_NUMBER)
        assert states(walk) == ["due"]
        again = finance.sent()
        finance.hear(again)
        finance.settle(again)
        assert (states(walk), finance.figures) == (["paid"], (0, 2 * SUM))
        assert events(walk.case)[-3:] == ["payment_bounced", "account_given", "paid"]

    def test_an_account_corrected_while_it_was_at_the_bank_makes_it_due_at_once(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        finance.account(walk, OTHER_NUMBER)
        finance.hear(batch, item_1="bounced")
        finance.settle(batch)
        assert states(walk) == ["due"]
        assert walk.case.messages.filter(event="payment_bounced_again").exists()

    def test_a_bounced_sum_that_nobody_claims_lapses(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        finance.hear(batch, item_1="bounced")
        finance.settle(batch)
        late = finance.now + timedelta(days=500)
        assert sweep(late, walk.case.pk)["payment_reminded"] == 1
        assert sweep(late + timedelta(days=31), walk.case.pk)["payment_lapsed"] == 1
        assert finance.figures == (0, 0)

    def test_the_same_file_again_and_a_second_settling_do_nothing(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        content = answer(batch, lambda item: "paid")
        assert (finance.read(batch, content), finance.read(batch, content)) == (1, 0)
        item = BatchItem.objects.get(batch=batch)
        settle_item(item_id=item.pk, by=CLOCK, now=finance.now)
        with pytest.raises(AlreadyDone, match="settled"):
            settle_item(item_id=item.pk, by=CLOCK, now=finance.now)
        finance.settle(batch)
        assert finance.read(batch, content) == 0
        assert finance.figures == (0, SUM)
        assert events(walk.case).count("paid") == 1

    def test_killed_in_the_middle_it_goes_on_where_it_stopped(self, finance: Finance):
        walks = [finance.case() for _ in range(3)]
        batch = finance.sent()
        finance.hear(batch, item_2="bounced")
        assert finance.settle(batch, most=1) == {"settled": 1}
        so_far = progress(batch)
        assert (so_far.settled, so_far.unsettled, so_far.percent) == (1, 2, 33)
        assert finance.settle(batch) == {"settled": 2}
        assert [states(walk) for walk in walks] == [["paid"], ["bounced"], ["paid"]]
        assert finance.settle(batch) == {}

    def test_the_clock_goes_on_with_what_was_left(self, finance: Finance):
        finance.case()
        finance.case()
        batch = finance.sent()
        finance.hear(batch)
        finance.settle(batch, most=1)
        assert sweep(finance.now)["payment_settled"] == 1
        batch.refresh_from_db()
        assert batch.state == "done"

    def test_results_may_come_in_several_files(self, finance: Finance):
        walks = [finance.case(), finance.case()]
        batch = finance.sent()
        first = _part(batch, [1])
        assert finance.read(batch, first) == 1
        finance.settle(batch)
        batch.refresh_from_db()
        assert (batch.state, states(walks[1])) == ("released", ["in_batch"])
        assert finance.read(batch, _part(batch, [2])) == 1
        finance.settle(batch)
        batch.refresh_from_db()
        assert batch.state == "done"

    def test_a_file_with_an_unknown_repeated_or_different_item_is_refused_whole(self, finance: Finance):
        finance.case()
        finance.case()
        batch = finance.sent()
        good = answer(batch, lambda item: "paid").decode()
        unknown = good.replace("\n2,", "\n3,")
        other_sum = good.replace("2238.00", "2239.00").replace("\n2,,,,1119.00", "\n2,,,,1120.00")
        for content, line in ((unknown, 4), (other_sum, 4), (good.replace("2238.00", "2238.01"), 1)):
            with pytest.raises(BadResults) as error:
                finance.read(batch, content.encode())
            assert [one.line for one in error.value.wrong] == [line]
            assert not BatchItem.objects.filter(batch=batch).exclude(result="").exists()
        finance.read(batch, _part(batch, [1]))
        with pytest.raises(BadResults) as error:
            finance.read(batch, good.encode())
        assert [one.line for one in error.value.wrong] == [3]
        assert "已经有结果" in error.value.wrong[0].said.zh

    def test_not_for_a_batch_that_is_not_at_the_bank_nor_by_others(self, finance: Finance):
        finance.case()
        batch = finance.batch()
        with pytest.raises(NotAllowed, match="batch_not_released"):
            finance.hear(batch)
        finance.release(batch)
        payer, finance.payer = finance.payer, finance.approver
        with pytest.raises(NotAllowed):
            finance.hear(batch)
        finance.payer = payer
        with pytest.raises(NotThere):
            finance.read(PaymentBatch(pk=batch.pk + 1000, made_at=finance.now), b"x")

    def test_what_the_bank_said_stands(self, finance: Finance):
        finance.case()
        batch = finance.sent()
        finance.hear(batch)
        for change in ({"result": "bounced"}, {"amount": Decimal(1)}, {"number": 7}):
            with pytest.raises(DatabaseError), transaction.atomic():
                BatchItem.objects.filter(batch=batch).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            BatchItem.objects.filter(batch=batch).delete()

    def test_a_case_paused_while_its_money_was_at_the_bank_is_paid_and_closes_when_resumed(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        given = walk.given()
        suspend(**given, ground="applicant_unable", waits_for="出院")
        finance.hear(batch)
        finance.settle(batch)
        assert (states(walk), finance.figures) == (["paid"], (0, SUM))
        resume(**given, reason="出院了")
        walk.case.refresh_from_db()
        assert (walk.case.state, walk.case.last_event) == ("closed", "nothing_due")

    def test_a_difference_of_a_closed_case_is_paid_and_only_noted(self, finance: Finance):
        walk = finance.case()
        batch = finance.sent()
        finance.hear(batch)
        finance.settle(batch)
        change = proposed(walk, "1300.00")
        approve_change(change_id=change, by=officer("civil_affairs", Role.APPROVER), now=walk.now)
        assert states(walk) == ["paid", "due"]
        again = finance.sent()
        finance.hear(again)
        finance.settle(again)
        walk.case.refresh_from_db()
        assert (walk.case.state, walk.case.last_event) == ("closed", "paid")
        assert (states(walk), finance.figures) == (["paid", "paid"], (0, Decimal("1300.00")))
        assert events(walk.case)[-1] == "part_paid"
        third = proposed(walk, "1400.00")
        approve_change(change_id=third, by=officer("civil_affairs", Role.APPROVER), now=walk.now)
        assert finance.sent().count == 1  # who released before may release again


def test_the_command_lists_batches_and_reads_a_file(
    finance: Finance, tmp_path: Any, capsys: pytest.CaptureFixture[str]
):
    walk = finance.case()
    batch = finance.sent()
    file = tmp_path / "results.csv"
    file.write_bytes(answer(batch, lambda item: "paid"))
    login = finance.payer.user.login
    call_command("payments", "--result", str(file), "--by", login)
    assert states(walk) == ["paid"]
    call_command("payments")
    assert batch.shown in capsys.readouterr().out


def test_a_batch_takes_a_few_statements_a_chunk_and_each_case_its_own(finance: Finance):
    for _ in range(3):
        finance.case()
    first = Payable.objects.filter(state="due").first().pk
    few = statements(lambda: finance.batch(picked=[first]))
    rest = statements(lambda: finance.batch())
    assert rest == few
    assert rest <= 22
    batch = PaymentBatch.objects.order_by("pk").last()
    assert statements(lambda: finance.release(batch)) <= 20
    finance.hear(batch)
    item = BatchItem.objects.filter(batch=batch).first()
    assert statements(lambda: settle_item(item_id=item.pk, by=CLOCK, now=finance.now)) <= 26


def proposed(walk: Walk, amount: str) -> int:
    made = propose_change(
        case_id=walk.case.pk, by=officer("federation", Role.APPROVER), now=walk.now, text="金额更正", reason="算错了",
        seconder_id=department("civil_affairs").pk, amount=Decimal(amount),
    )  # fmt: skip
    return int(made.pk)


def _part(batch: PaymentBatch, items: list[int]) -> bytes:
    lines = answer(batch, lambda item: "paid").decode().splitlines()
    kept = [line for line in lines[2:] if int(line.split(",")[0]) in items]
    total = SUM * len(kept)
    return "\r\n".join([f"CONTROL,{batch.shown},{len(kept)},{total:.2f}", lines[1], *kept]).encode()


def _stale(finance: Finance) -> Any:
    return replace(finance.second, proved_at=finance.now - timedelta(minutes=16))
