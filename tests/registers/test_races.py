"""Two at once, in real threads: one draft for two preparations, one case for two confirmations, one confirmation of a fact."""

from typing import Any

import pytest

from casework.certain import claims_of
from casework.models import Action, Case, Draft, FactOrigin, IncomingRecord, PreparedClaim
from flows.actions.confirm_fact import confirm_fact
from flows.actions.import_records import import_records, put_aside
from flows.actions.prepare import confirm_prepared, decline_prepared, prepare
from flows.errors import AlreadyDone, Busy, FlowError
from tests.factories import NOW, officer
from tests.flows.subsidies import FLEXIBLE, Office, insured, sent
from tests.flows.test_races import meet
from tests.registers.prepared import offered_to, winner
from tests.registers.test_records import HEAD, MONTHS, TODAY, check, month

pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = 6


def test_two_preparations_at_once_make_one_draft():
    for place in range(ROUNDS):
        by = winner(place)
        found = claims_of(by.on_behalf_of, NOW.date())
        assert found
        given: dict[str, Any] = {"person": by.on_behalf_of, "user": by.user, "claims": found, "by": by, "now": NOW}
        made = meet(*[lambda given=given: prepare(**given)] * 2)
        assert sorted(len(one) for one in made) == [0, 1]
        assert Draft.objects.filter(person=by.on_behalf_of).count() == 1


def test_two_confirmations_at_once_make_one_case():
    for place in range(ROUNDS):
        by = winner(place)
        claim = offered_to(by)
        cases = meet(*[lambda by=by, claim=claim: confirm_prepared(code=claim.code, by=by, now=NOW)] * 2)
        assert cases[0] == cases[1]
        assert Case.objects.filter(person=by.on_behalf_of).count() == 1


def test_a_confirmation_meets_a_refusal_and_one_happens():
    for place in range(ROUNDS):
        by = winner(place)
        claim = offered_to(by)
        results = meet(
            lambda by=by, claim=claim: confirm_prepared(code=claim.code, by=by, now=NOW),
            lambda by=by, claim=claim: decline_prepared(code=claim.code, by=by, now=NOW),
        )
        assert [type(one) for one in results if isinstance(one, FlowError)] == [AlreadyDone]
        state = PreparedClaim.objects.get(pk=claim.pk).state
        assert Case.objects.filter(person=by.on_behalf_of).count() == (state == "confirmed")


def test_two_imports_of_the_same_at_once_count_once():
    by = officer("federation", "intake")
    for number in range(ROUNDS):
        records, _ = check(MONTHS, [HEAD, month(when=f"2026-0{number + 1}")], TODAY)
        batches = [put_aside(kind=MONTHS, records=records, by=by, now=NOW) for _ in range(2)]
        results = meet(*[lambda one=one: import_records(import_id=one.pk, by=by, now=NOW) for one in batches])
        assert not [one for one in results if isinstance(one, FlowError) and not isinstance(one, Busy)]
        assert IncomingRecord.objects.filter(in_force=True).count() == number + 1


def test_a_fact_is_confirmed_once():
    for _ in range(ROUNDS):
        case, _ = sent(FLEXIBLE, insured("2026-08"))
        FactOrigin.objects.create(
            district_id=case.district_id, case=case, fact="months", source="social_insurance", state="waiting"
        )
        given = Office().given(case)
        results = meet(*[lambda given=given: confirm_fact(**given, fact="months", reason="看过")] * 2)
        assert [type(one) for one in results if isinstance(one, FlowError)] == [AlreadyDone]
        assert Action.objects.filter(subject_kind="case", subject_id=case.pk, event="fact_confirmed").count() == 1
