"""What a reported unit is owed waits while the report is looked into: one act, every claim of the unit, and back again."""

from dataclasses import replace
from typing import Any

import pytest

from accounts.models import Role
from casework.holds import is_held
from casework.models import Action, ClaimHold, Message, Organisation
from casework.record import said
from flows.actions.hold_claims import hold_claims, lift_hold
from flows.actions.name_party import name_party
from flows.actions.refuse import refuse
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from funds.batches import due
from funds.models import BatchItem
from tests.factories import applicant, district, officer
from tests.flows.anywhere import Walk, organisation, sent, staff
from tests.funds.banking import Finance
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
UNITS = "concentrated_employer_startup_grant"


@pytest.fixture
def finance() -> Finance:
    return Finance()


@pytest.fixture
def unit() -> Organisation:
    return organisation()


@pytest.fixture
def report(unit: Organisation) -> Walk:
    """A report that names the unit, at its finding."""
    walk = sent("employment_fraud_report").to("finding")
    name_party(**walk.given(), role="reported", organisation=unit)
    return walk


def claim_of(finance: Finance, unit: Organisation, code: str = UNITS) -> Walk:
    walk = sent(code, by=staff(unit))
    walk.cast = finance.cast
    walk.to("payment")
    finance.account(walk)
    finance.now = walk.now
    return walk


def by(walk: Walk, role: str = Role.HEAD) -> Any:
    return {"case_id": walk.case.pk, "by": replace(officer("federation", role), proved_at=walk.now), "now": walk.now}


def test_every_sum_of_the_unit_waits_and_no_other_and_goes_on_when_it_is_lifted(
    finance: Finance, unit: Organisation, report: Walk
):
    held, other = [claim_of(finance, unit)], finance.case()
    made = hold_claims(**by(report), reason="查出代缴社保。（示例）")
    assert hold_claims(**by(report), reason="再按一次。") == made
    held.append(claim_of(finance, unit, "concentrated_employer_subsidy"))  # decided meanwhile: held too
    assert [one.case_id for one in due(district().pk)] == [other.case.pk]
    batch = finance.batch()
    assert list(BatchItem.objects.filter(batch=batch).values_list("payable__case", flat=True)) == [other.case.pk]
    assert [is_held(one.case) for one in (*held, other)] == [True, True, False]
    assert Message.objects.filter(event="payment_held", case=held[0].case).count() == 1
    assert "代缴" in said(Action.objects.get(event="claims_held"), report.case.key)["reason"]
    lift_hold(**by(report), reason="查清了。（示例）")
    assert {one.case_id for one in due(district().pk)} == {one.case.pk for one in held}
    assert Message.objects.filter(event="payment_goes_on").count() == 2
    with pytest.raises(AlreadyDone, match="no_hold"):
        lift_hold(**by(report), reason="再来一次。")


def test_a_batch_that_was_not_released_leaves_the_unit_out(finance: Finance, unit: Organisation, report: Walk):
    mine, other = claim_of(finance, unit), finance.case()
    batch = finance.batch()
    hold_claims(**by(report), reason="查证中。（示例）")
    assert finance.release(batch) == 1
    left = dict(BatchItem.objects.filter(batch=batch).values_list("payable__case", "left_out"))
    assert left == {mine.case.pk: "stopped", other.case.pk: ""}


def test_an_unfounded_report_ends_its_hold_by_itself(finance: Finance, unit: Organisation, report: Walk):
    mine = claim_of(finance, unit)
    hold_claims(**by(report), reason="查证中。（示例）")
    refuse(**report.given(replace(report.who(), proved_at=report.now)), reason="没有这样的事。（示例）")
    assert not is_held(mine.case)
    assert [one.case_id for one in due(district().pk)] == [mine.case.pk]
    assert Message.objects.filter(event="payment_goes_on", case=mine.case).count() == 1
    with pytest.raises(AlreadyDone):
        hold_claims(**by(report), reason="又来。（示例）")


def test_by_whom_with_a_reason_for_a_named_unit_and_a_fresh_proof(unit: Organisation, report: Walk):
    given = by(report)
    for who in (officer("hrss", Role.APPROVER), officer("federation", Role.REVIEWER), applicant()):
        with pytest.raises(NotAllowed):
            hold_claims(**{**given, "by": replace(who, proved_at=report.now)}, reason="示例")
    with pytest.raises(ProofNeeded):
        hold_claims(**{**given, "by": replace(given["by"], proved_at=None)}, reason="示例")
    with pytest.raises(Invalid):
        hold_claims(**given, reason=" ")
    unnamed = sent("employment_fraud_report")
    with pytest.raises(Invalid):
        hold_claims(**by(unnamed, Role.TRIAGE), reason="示例")
    assert not ClaimHold.objects.exists()


def test_pages_offer_it_where_it_may_be_done_and_both_sides_read_that_payment_waits(
    finance: Finance, unit: Organisation, report: Walk
):
    mine, head = claim_of(finance, unit), officer("federation", Role.HEAD)
    client, page = signed_in(head), f"/work/cases/{report.case.shown_reference}/"
    assert "do/hold_claims/" in client.get(page).content.decode()
    assert client.post(f"{page}do/hold_claims/", {"reason": ""}).status_code == 400
    assert client.post(f"{page}do/hold_claims/", {"reason": "查证中。（示例）"}).status_code == 302
    told = client.get(page).content.decode()
    assert "do/hold_claims/" not in told
    assert "do/lift_hold/" in told
    payer = signed_in(finance.payer).get(f"/work/cases/{mine.case.shown_reference}/").content.decode()
    assert "暂缓拨付" in payer
    assert "单独做成一个批次" not in payer
    tracking = signed_in(mine.by).get(f"/my/cases/{mine.case.shown_reference}/").content.decode()
    assert "正在核查，款先不拨" in tracking
    assert "查证中" not in tracking
    claimed = sent(UNITS, by=staff(unit))
    assert "do/hold_claims/" not in client.get(f"/work/cases/{claimed.case.shown_reference}/").content.decode()
