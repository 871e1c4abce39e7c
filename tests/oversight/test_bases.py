"""Bases that are supported: a page each, and a review that is due once a year as work by itself, signed."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Role
from casework.assessment import newest_answers
from casework.deadlines import add_months
from casework.models import Action, Case, Message
from casework.sealing import unseal
from flows.actions.claim import claim
from flows.errors import AlreadyDone, Invalid, NotAllowed, ProofNeeded
from oversight.bases import board
from services.actions.review_base import review_base
from services.bases import due_reviews, next_reviews
from services.models import BaseReview
from tests.factories import NOW, applicant, district, officer
from tests.flows.anywhere import Walk, organisation, sent, staff
from tests.flows.test_levels_and_figures import publish
from tests.services.serving import federation, unit
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
YEAR_LATER = add_months(NOW.date(), 12)
AFTER = NOW + timedelta(days=366)
SAID: dict[str, Any] = {"visited_on": YEAR_LATER, "findings": "示例：八个人在做，钱买了设备。", "outcome": "continues"}


@pytest.fixture
def base() -> Case:
    """A base whose support was granted today: the sum is the published figure, whatever it asked for."""
    publish("base_support.amount", date(2024, 3, 1), "20000.00")
    walk = sent("base_support", by=staff(organisation()), now=NOW, asked_amount="30000.00")
    walk.to("payment")
    Case.objects.filter(pk=walk.case.pk).update(decided_at=NOW)
    walk.case.refresh_from_db()
    return walk.case


def by_officer() -> Any:
    return replace(federation(), proved_at=AFTER)


def test_the_sum_is_the_published_figure_and_the_review_is_due_a_year_later(base: Case):
    assert base.amount == Decimal("20000.00")
    assert next_reviews(district().pk, NOW.date())[base.organisation_id].due == YEAR_LATER
    assert due_reviews(district().pk, YEAR_LATER - timedelta(days=1)) == []
    assert [one.case for one in due_reviews(district().pk, YEAR_LATER)] == [base]


def test_nobody_is_granted_more_than_they_asked_for_and_the_sum_is_read_before_it_is_signed():
    publish("base_support.amount", date(2024, 3, 1), "20000.00")
    walk = sent("base_support", by=staff(organisation()), now=NOW, asked_amount="500.00").to("federation_approval")
    by = walk.who()
    walk.given(by)
    page = signed_in(by).get(f"/work/cases/{walk.case.shown_reference}/").content.decode()
    assert "金额 <strong>" in page
    assert "500.00" in page.split("金额 <strong>")[1][:60]
    walk.to("payment")
    assert walk.case.amount == Decimal("500.00")


def test_a_review_is_signed_once_recorded_and_the_next_follows_until_support_stops(base: Case):
    given = {"organisation_id": base.organisation_id, "by": by_officer(), "now": AFTER, **SAID}
    with pytest.raises(AlreadyDone, match="no_review_due"):
        review_base(**{**given, "now": NOW, "by": replace(by_officer(), proved_at=NOW)})
    with pytest.raises(ProofNeeded):
        review_base(**{**given, "by": replace(given["by"], proved_at=NOW)})
    with pytest.raises(Invalid) as wrong:
        review_base(**{**given, "visited_on": None, "findings": " ", "outcome": "x"})
    assert set(wrong.value.errors) == {"visited_on", "findings", "outcome"}
    for by in (applicant(), officer("hrss", Role.REVIEWER)):
        with pytest.raises(NotAllowed):
            review_base(**{**given, "by": by})
    made = review_base(**given)
    assert made.due == YEAR_LATER
    told = Action.objects.get(event="base_reviewed")
    assert told.details["outcome"] == "continues"
    assert "买了设备" not in str(told.details)
    with pytest.raises(AlreadyDone, match="no_review_due"):
        review_base(**given)
    second = add_months(YEAR_LATER, 12)
    assert next_reviews(district().pk, AFTER.date())[base.organisation_id].due == second
    later = AFTER + timedelta(days=366)
    review_base(
        **{**given, "by": replace(given["by"], proved_at=later), "now": later, "visited_on": second, "outcome": "stops"}
    )
    assert next_reviews(district().pk, later.date()) == {}
    with pytest.raises(DatabaseError), transaction.atomic():
        BaseReview.objects.update(outcome="continues")


def test_the_board_says_who_what_kind_visits_grants_by_year_and_reviews(base: Case):
    review_base(organisation_id=base.organisation_id, by=by_officer(), now=AFTER, **SAID)
    (one,) = board(district().pk, NOW.date())
    assert (one.unit, one.kinds) == (base.organisation, {"employment"})
    assert [(year, amount, cases) for year, amount, cases in one.grants] == [(NOW.year, Decimal("20000.00"), [base])]
    assert "情况属实" in one.visits[0].words
    assert [words for _, words in one.findings()] == [SAID["findings"]]


def test_pages_show_it_as_work_when_it_is_due_and_to_the_federation_alone(base: Case):
    client, address = signed_in(federation()), f"/work/bases/{base.organisation_id}/"
    assert "该复核了" not in client.get("/work/inbox/").content.decode()
    page = client.get(address).content.decode()
    assert "20,000.00" in page
    assert "签复核" not in page
    # due since a month: the grant lies further back
    Case.objects.filter(pk=base.pk).update(decided_at=NOW - timedelta(days=400))
    assert "有受扶持的基地该复核了" in client.get("/work/inbox/").content.decode()
    assert address in client.get("/work/bases/?show=due").content.decode()
    sent_form = {"visited_on": NOW.date().isoformat(), "findings": "示例：账目清楚。", "outcome": ""}
    assert client.post(address, sent_form).status_code == 400
    assert client.post(address, {**sent_form, "outcome": "reclaim"}).status_code == 302
    page = client.get(address).content.decode()
    assert "示例：账目清楚。" in page
    assert "没有要追回的" in page  # nothing was paid yet
    assert "该复核了" not in client.get("/work/inbox/").content.decode()
    assert client.get(f"/work/bases/{unit().pk}/").status_code == 404
    for by in (applicant(), officer("hrss", Role.REVIEWER), officer("federation", Role.INSPECTOR)):
        assert signed_in(by).get(address).status_code == 404


def test_a_review_that_asks_money_back_opens_the_case_that_decides_it_for_others_to_sign(base: Case):
    Walk(base, staff(base.organisation), NOW).through()
    by = by_officer()
    review_base(**{**SAID, "outcome": "reclaim"}, organisation_id=base.organisation_id, by=by, now=AFTER)
    made = Case.objects.get(measure="reclaim")
    assert (made.organisation_id, made.state, made.registrar_id) == (base.organisation_id, "in_review", by.user_id)
    asked = unseal(made.key, newest_answers(made).answers)["facts"]
    assert (asked["case_reference"], asked["reclaimed"], asked["what"]) == (
        base.reference,
        "20000.00",
        SAID["findings"],
    )
    assert Message.objects.filter(case=made, event="reclaim_opened", audience="applicant").count() == 1
    assert Action.objects.get(event="base_reviewed").details["reclaim"] == made.reference
    walk = Walk(made, staff(base.organisation), AFTER)
    with pytest.raises(NotAllowed):
        claim(case_id=made.pk, task_id=walk.task().pk, by=by, now=AFTER)
    page = signed_in(federation()).get(f"/work/bases/{base.organisation_id}/").content.decode()
    assert f"/work/cases/{made.shown_reference}/" in page
    assert walk.through().outcome == "completed"
