"""What a case's decision does to the fund: reserved at the signing, released or paid, to the fen, and refused in words."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import Role
from casework.models import ExclusionKey
from flows.actions.approve import approve
from flows.actions.collect import collect
from flows.actions.correct_decision import approve_change, propose_change
from flows.actions.refuse import refuse
from flows.actions.reopen import reopen
from flows.actions.suspend import suspend
from flows.actions.waive import waive
from flows.engine import step_of
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.sweep import sweep
from funds.check import differences
from funds.models import Fund, FundEntry, Payable, Reservation
from tests.factories import SHANGHAI, _administrator, department, district, events, fund, officer, picture
from tests.flows.anywhere import Walk, sent
from tests.flows.test_statements import statements
from tests.funds.banking import Finance

pytestmark = pytest.mark.django_db
CODE = "flexible_employment_subsidy"
SUM = Decimal("1119.00")  # of the right claim, decided in 2025
YEAR = 2025


@pytest.fixture(autouse=True)
def _exact_afterwards() -> Any:
    yield
    for one in Fund.objects.all():
        assert differences(one) == []


def figures(year: int = YEAR) -> tuple[Decimal, Decimal, Decimal]:
    one = Fund.objects.get(year=year)
    return one.amount, one.reserved, one.spent


def paying() -> Walk:
    fund(YEAR, "5000.00")
    return sent(CODE).to("payment")


def corrected(walk: Walk, amount: str, now: datetime | None = None) -> None:
    now = now or walk.now
    made = propose_change(
        case_id=walk.case.pk, by=officer("federation", Role.APPROVER), now=now, text="金额更正", reason="少算了",
        seconder_id=department("finance").pk, amount=Decimal(amount),
    )  # fmt: skip
    approve_change(change_id=made.pk, by=officer("finance", Role.APPROVER), now=now)


def sums(walk: Walk) -> list[tuple[str, Decimal]]:
    return list(Payable.objects.filter(case=walk.case).order_by("pk").values_list("state", "amount"))


def test_a_grant_reserves_and_its_payment_spends():
    walk = paying()
    assert figures() == (Decimal(5000), SUM, 0)
    assert sums(walk) == [("waiting_account", SUM)]
    walk.sign()
    assert figures() == (Decimal(5000), 0, SUM)
    assert sums(walk) == [("paid", SUM)]
    kinds = FundEntry.objects.filter(fund__year=YEAR).order_by("number").values_list("number", "kind")
    assert list(kinds) == [(1, "opened"), (2, "reserved"), (3, "spent")]


def test_a_fund_with_too_little_refuses_the_signing_with_the_figures_and_nothing_changes():
    fund(YEAR, "1118.99")
    walk = sent(CODE).to("federation_approval")
    given, before = walk.given(), events(walk.case)
    with pytest.raises(Invalid) as error:
        approve(**given, opinion="同意")
    words = error.value.errors["outcome"]
    for text in (words.in_("zh"), words.in_("en")):
        assert "2025" in text
        assert "1,118.99" in text
        assert "1,119" in text
    assert (events(walk.case), figures()) == (before, (Decimal("1118.99"), 0, 0))
    assert walk.task().owner_id == given["by"].user_id
    assert not ExclusionKey.objects.filter(case=walk.case).exists()
    refuse(**given, reason="没有资金（示例）")
    assert not Reservation.objects.filter(case=walk.case).exists()


def test_without_the_years_fund_nothing_is_granted():
    walk = sent(CODE).to("federation_approval")
    Fund.objects.filter(year=YEAR).update(closed_at=walk.now)
    with pytest.raises(Invalid) as error:
        approve(**walk.given(), opinion="同意")
    assert "关账" in error.value.errors["outcome"].zh
    assert "no open fund for 2025" in error.value.errors["outcome"].en


def test_the_last_fen_may_be_granted():
    fund(YEAR, "1119.00")
    sent(CODE).to("payment")
    assert figures() == (SUM, SUM, 0)


def test_more_by_a_correction_is_reserved_or_refused_with_the_figures():
    walk = paying()
    corrected(walk, "1200.50")
    assert figures() == (Decimal(5000), Decimal("1200.50"), 0)
    assert sums(walk) == [("waiting_account", Decimal("1200.50"))]
    with pytest.raises(Invalid) as error:
        corrected(walk, "5000.01")
    assert "3,799.5" in error.value.errors["amount"].zh
    walk.task()
    assert walk.case.amount == Decimal("1200.50")


def test_less_before_the_payment_is_released():
    walk = paying()
    corrected(walk, "1000.00")
    assert figures() == (Decimal(5000), Decimal(1000), 0)
    walk.sign()
    assert figures() == (Decimal(5000), 0, Decimal(1000))


def test_less_after_the_payment_is_a_reclaim_that_is_said():
    walk = paying()
    walk.sign()
    corrected(walk, "1000.00")
    assert figures() == (Decimal(5000), 0, SUM)
    record = walk.case.messages.filter(event="reclaim_due").get()
    assert record.department.code == "federation"
    from casework.models import Action

    said = Action.objects.filter(subject_kind="case", subject_id=walk.case.pk, event="decision_corrected").get()
    assert said.details["reclaim"] == "119.00"


def test_more_after_the_payment_is_owed_as_a_difference_of_the_corrections_year():
    fund(2026, "300.00")
    walk = paying()
    walk.sign()
    later = datetime(2026, 1, 12, 10, tzinfo=SHANGHAI)
    corrected(walk, "1300.00", later)
    assert figures() == (Decimal(5000), 0, SUM)
    assert figures(2026) == (Decimal(300), Decimal(181), 0)
    assert sums(walk) == [("paid", SUM), ("due", Decimal(181))]
    with pytest.raises(Invalid):
        corrected(walk, "1500.00", later)


def test_a_reopened_grant_pays_only_the_difference_to_what_was_paid():
    walk = paying()
    walk.sign()
    again(walk)
    assert figures() == (Decimal(5000), 0, SUM)
    walk.cast.people.clear()
    walk.to("federation_approval")
    corrected_sum = Decimal("1119.00")
    walk.sign()
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.outcome, walk.case.amount) == ("closed", "granted", corrected_sum)
    assert figures() == (Decimal(5000), 0, SUM)
    assert sums(walk) == [("paid", SUM)]
    assert events(walk.case)[-2:] == ["granted", "nothing_due"]


def test_a_reopened_case_that_was_not_paid_in_whole_reserves_what_is_missing():
    walk = paying()
    corrected(walk, "1000.00")
    walk.sign()
    again(walk)
    walk.cast.people.clear()
    walk.to("payment")
    assert figures() == (Decimal(5000), Decimal(119), Decimal(1000))
    walk.sign()
    assert sums(walk) == [("paid", Decimal(1000)), ("paid", Decimal(119))]


def test_reopening_releases_a_difference_that_is_not_paid_yet():
    walk = paying()
    walk.sign()
    corrected(walk, "1300.00")
    assert figures() == (Decimal(5000), Decimal(181), SUM)
    again(walk)
    assert figures() == (Decimal(5000), 0, SUM)
    assert sums(walk)[-1] == ("void", Decimal(181))


def again(walk: Walk) -> None:
    reopen(
        case_id=walk.case.pk, by=_administrator(), now=walk.now, to="federation_review", reason="复议决定撤销",
        name="复议.jpg", content=picture(),
    )  # fmt: skip


def test_a_correction_to_what_was_paid_already_ends_the_payment():
    walk = paying()
    corrected(walk, "1000.00")
    walk.sign()
    again(walk)
    walk.cast.people.clear()
    walk.to("payment")
    corrected(walk, "1000.00")
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.last_event) == ("closed", "nothing_due")
    assert figures() == (Decimal(5000), 0, Decimal(1000))


def test_the_applicant_waives_while_the_case_waits_for_its_payment():
    walk = paying()
    with pytest.raises(NotAllowed):
        waive(case_id=walk.case.pk, by=officer("finance", Role.PAYER), now=walk.now)
    waive(case_id=walk.case.pk, by=walk.by, now=walk.now, reason="不需要了")
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.outcome) == ("closed", "granted")
    assert figures() == (Decimal(5000), 0, 0)
    assert sums(walk) == [("waived", SUM)]
    assert not ExclusionKey.objects.filter(case=walk.case, released_at=None).exists()
    with pytest.raises(AlreadyDone):
        waive(case_id=walk.case.pk, by=walk.by, now=walk.now)


def test_a_debtor_waives_nothing():
    walk = sent("reclaim").to("payment")
    with pytest.raises(NotAllowed, match="nothing_owed"):
        waive(case_id=walk.case.pk, by=walk.by, now=walk.now)


def test_an_unclaimed_sum_is_reminded_of_and_lapses_a_month_later():
    walk = paying()
    due = date(walk.now.year + 1, walk.now.month, walk.now.day)
    early = datetime.combine(due - timedelta(days=31), walk.now.timetz())
    assert sweep(early, walk.case.pk)["payment_reminded"] == 0
    assert sweep(early + timedelta(days=1), walk.case.pk)["payment_reminded"] == 1
    on_the_day = datetime.combine(due, walk.now.timetz())
    assert sweep(on_the_day, walk.case.pk)["payment_lapsed"] == 0
    assert sweep(on_the_day + timedelta(days=1), walk.case.pk)["payment_lapsed"] == 1
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.outcome) == ("closed", "granted")
    assert figures() == (Decimal(5000), 0, 0)
    assert "payment_lapsed" in events(walk.case)


def test_a_late_reminder_still_leaves_a_month():
    walk = paying()
    late = walk.now + timedelta(days=500)
    assert sweep(late, walk.case.pk)["payment_reminded"] == 1
    assert sweep(late + timedelta(days=30), walk.case.pk)["payment_lapsed"] == 0
    assert sweep(late + timedelta(days=31), walk.case.pk)["payment_lapsed"] == 1


def test_a_paused_case_does_not_lapse():
    walk = paying()
    suspend(**walk.given(), ground="applicant_unable", waits_for="出院")
    done = sweep(walk.now + timedelta(days=600), walk.case.pk)
    assert (done["payment_reminded"], done["payment_lapsed"]) == (0, 0)


def test_an_unclaimed_difference_of_a_closed_case_lapses_too():
    finance = Finance("5000.00")
    walk = finance.case()
    finance.settle(finance.heard())
    corrected(walk, "1300.00")
    finance.settle(finance.heard(item_1="bounced"))
    assert sums(walk) == [("paid", SUM), ("bounced", Decimal(181))]
    late = walk.now + timedelta(days=500)
    sweep(late, walk.case.pk)
    sweep(late + timedelta(days=31), walk.case.pk)
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.last_event) == ("closed", "paid")
    assert figures() == (Decimal(5000), 0, SUM)


# --- money that comes back


def reclaim(amount: str = "600.00") -> Walk:
    return sent("reclaim", reclaimed=amount).to("payment")


def noted(walk: Walk, amount: str, on: date | None = None, voucher: str = "收-1") -> None:
    collect(**walk.given(), amount=Decimal(amount), received_on=on or walk.now.date(), voucher=voucher)


def test_a_reclaim_comes_in_by_instalments_and_closes_when_whole():
    walk = reclaim()
    before = fund(2026).amount
    assert walk.case.amount == Decimal(600)
    assert figures(2026)[1:] == (0, 0)
    noted(walk, "150.50")
    assert (walk.task().step_name, fund(2026).amount) == ("payment", before + Decimal("150.50"))
    noted(walk, "449.50")
    walk.case.refresh_from_db()
    assert (walk.case.state, walk.case.outcome, fund(2026).amount) == ("closed", "completed", before + Decimal(600))


def test_a_reclaim_that_names_no_sum_is_not_granted_as_it_could_never_come_in(monkeypatch: pytest.MonkeyPatch):
    walk = sent("reclaim", reclaimed="600.00").to("federation_approval")
    monkeypatch.setattr("flows.money.sum_asked", lambda case: None)
    with pytest.raises(Invalid) as error:
        approve(**walk.given(), opinion="同意")
    assert "没有写清楚金额" in error.value.errors["outcome"].zh


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"amount": "600.01"}, "amount"), ({"amount": "0.00"}, "amount"), ({"amount": "1.001"}, "amount"),
        ({"amount": "1.00", "on": date(2030, 1, 1)}, "received_on"), ({"amount": "1.00", "voucher": " "}, "voucher"),
        ({"amount": "1.00", "on": date(2019, 1, 1)}, "received_on"),
    ],
)  # fmt: skip
def test_an_instalment_that_cannot_be_is_said(given: dict[str, Any], wrong: str):
    walk = reclaim()
    with pytest.raises(Invalid) as error:
        noted(walk, **given)
    assert wrong in error.value.errors


def test_a_payment_is_not_collected_and_no_officer_alone_ends_it():
    other = paying()
    assert not {"pay", "collect", "approve", "confirm"} & step_of(other.task()).allowed()
    with pytest.raises(NotAllowed, match="not_at_this_step"):
        collect(**other.given(), amount=Decimal(1), received_on=other.now.date(), voucher="1")


# --- budgets and the proof


@pytest.mark.parametrize(("code", "most"), [(CODE, 32), ("competition_award", 32), ("tuition_subsidy", 34)])
def test_a_deciding_signature_with_a_fund_takes_32_and_two_more_under_a_yearly_cap(code: str, most: int):
    from flows.steps import department_id

    department_id(district().pk, "finance")
    walk = sent(code).to("federation_approval")
    given = walk.given()
    assert statements(lambda: approve(**given, opinion="同意")) <= most


def test_the_check_proves_the_figures_and_names_each_difference(capsys: pytest.CaptureFixture[str]):
    walk = paying()
    call_command("funds", "--check")
    assert "0 differences" in capsys.readouterr().out
    held = Reservation.objects.get(case=walk.case)
    for row, column, words in (
        (Fund.objects.get(year=YEAR), "reserved", "reserved of the fund"),
        (Fund.objects.get(year=YEAR), "spent", "spent"),
        (Fund.objects.get(year=YEAR), "entries", "entries are not numbered"),
        (held, "amount", "held by cases"),
        (Payable.objects.get(case=walk.case), "amount", "owed on case"),
    ):
        before = getattr(row, column)
        type(row).objects.filter(pk=row.pk).update(**{column: before + 1})
        with pytest.raises(SystemExit) as left:
            call_command("funds", "--check")
        assert left.value.code == 1
        assert words in capsys.readouterr().out
        type(row).objects.filter(pk=row.pk).update(**{column: before})
    call_command("funds")
    assert "1,119.00" in capsys.readouterr().out
