"""Claiming again starts from the last claim; a year's account says what was asked, granted, paid and refused, and why."""

import pytest

from accounts.actor import Actor
from casework.models import Draft
from casework.renewals import carried
from casework.sealing import unseal
from flows.actions.draft import start_draft
from flows.actions.refuse import refuse
from flows.actions.withdraw import withdraw
from policy import measure
from tests.factories import applicant
from tests.flows.anywhere import Walk, day_of, sent
from tests.web.signing_in import signed_in
from tests.web.test_statements import statements

pytestmark = pytest.mark.django_db
SELF = "self_employment_subsidy"


def facts_of(draft: Draft) -> dict[str, object]:
    return dict(unseal(draft.key, draft.answers)["facts"])


def begun(by: Actor, **more: bool) -> Draft:
    return start_draft(code=SELF, by=by, now=day_of(SELF), person=by.on_behalf_of, **more)


def test_a_claim_that_starts_from_the_last_has_what_stays_the_same_and_nothing_of_one_claim():
    walk = sent(SELF)
    draft = begun(walk.by, again=True)
    last = unseal(walk.case.key, walk.case.answer_sets.get().answers)["facts"]
    found = facts_of(draft)
    assert found == carried(measure(SELF), last)
    assert found
    assert not {name for name in found if isinstance(last[name], list)}


def test_who_starts_anew_starts_with_nothing_and_a_draft_that_was_begun_is_not_overwritten():
    walk = sent(SELF)
    draft = begun(walk.by)
    assert facts_of(draft) == {}
    assert begun(walk.by, again=True).pk == draft.pk
    draft.refresh_from_db()
    assert facts_of(draft) == {}


def test_nobody_starts_from_somebody_elses_claim():
    sent(SELF)
    assert facts_of(begun(applicant(), again=True)) == {}


def test_no_certificate_event_or_invoice_is_carried_over():
    for code in ("skills_training_match", "competition_award"):
        row = measure(code).excludes
        walk = sent(code)
        last = unseal(walk.case.key, walk.case.answer_sets.get().answers)["facts"]
        assert row is not None
        assert row.key in last
        assert row.key not in carried(measure(code), last)


def test_the_page_offers_it_where_there_is_a_last_claim():
    walk = sent(SELF)
    page = signed_in(walk.by).get(f"/my/apply/{SELF}/").content.decode()
    assert walk.case.shown_reference in page
    assert 'name="again"' in page
    assert 'name="again"' not in signed_in(applicant()).get(f"/my/apply/{SELF}/").content.decode()


def test_a_second_application_beside_one_that_is_open_is_pointed_out():
    walk = sent("flexible_employment_subsidy")
    client, address = signed_in(walk.by), "/my/apply/flexible_employment_subsidy/"
    page = client.get(address).content.decode()
    assert "您有一件还在办" in page
    assert f"/my/cases/{walk.case.shown_reference}/" in page
    further = sent("flexible_employment_subsidy", by=walk.by)
    withdraw(case_id=further.case.pk, by=walk.by, now=further.now, reason="")
    assert walk.case.shown_reference in client.get(address).content.decode()
    walk.through()
    assert "您有一件还在办" not in client.get(address).content.decode()


def test_the_years_account_says_what_was_granted_and_paid():
    walk = sent("flexible_employment_subsidy")
    year = walk.case.as_of.year
    case = walk.through()
    page = signed_in(walk.by).get(f"/my/year/{year}/").content.decode()
    assert page.count(f"{case.amount:,.2f}") >= 4
    assert case.shown_reference[:4] in page


def test_the_years_account_says_why_something_was_refused():
    walk = sent("flexible_employment_subsidy").to("federation_approval")
    refuse(**walk.given(), reason="没有缴费记录（示例）")
    page = signed_in(walk.by).get(f"/my/year/{walk.case.as_of.year}/").content.decode()
    assert "没有缴费记录（示例）" in page


def test_nobody_sees_anothers_year_and_years_without_a_policy_are_not_there():
    walk: Walk = sent("flexible_employment_subsidy")
    client = signed_in(applicant())
    assert walk.case.shown_reference not in client.get(f"/my/year/{walk.case.as_of.year}/").content.decode()
    assert client.get("/my/year/2023/").status_code == 404
    assert client.get("/my/year/9999/").status_code == 404


def test_the_account_takes_the_same_statements_however_many_claims():
    walk = sent(SELF)
    client, address = signed_in(walk.by), f"/my/year/{walk.case.as_of.year}/"
    client.get(address)
    one = statements(client, address)
    for code in ("flexible_employment_subsidy", "tuition_subsidy"):
        sent(code, by=walk.by, now=day_of(SELF))
    assert statements(client, address) <= one <= 14
