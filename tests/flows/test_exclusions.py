"""五1: what one grant takes, no other may; held by the rules, the signature and the database."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from casework.assessment import find
from casework.exclusions import release, stored_key
from casework.models import CapAccount, CapUse, Case, ExclusionKey, OtherBenefit
from casework.references import shown
from flows.actions.approve import approve
from flows.actions.return_to import return_to
from flows.drills.kept import rounds
from flows.errors import FlowError, Invalid
from tests.factories import NOW, applicant, district, story
from tests.flows.subsidies import FLEXIBLE, TUITION, Office, insured, open_for, sent, tuition
from tests.flows.test_races import meet, won

ROUNDS = 30


@pytest.fixture(autouse=True)
def _open() -> Iterator[None]:
    with open_for(FLEXIBLE, TUITION):
        yield


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_a_grant_takes_its_months_and_its_amount(self) -> None:
        case, _ = sent(FLEXIBLE, insured("2026-08", "2026-09"))
        approve(**Office().to_the_decision(case), opinion="同意")
        assert (fresh(case).outcome, fresh(case).amount) == ("granted", Decimal("2263.80"))
        assert sorted(ExclusionKey.objects.values_list("kind", "key")) == [
            ("social_insurance", "2026-08"), ("social_insurance", "2026-09"),
        ]  # fmt: skip

    def test_a_later_claim_of_the_month_is_told_the_case_that_has_it(self) -> None:
        first, by = sent(FLEXIBLE, insured("2026-08"))
        approve(**Office().to_the_decision(first), opinion="同意")
        second, _ = sent(FLEXIBLE, insured("2026-08", "2026-09"), by)
        found = find(second)
        assert found.amount == Decimal("1131.90")
        assert shown(fresh(first).reference) in found.items[0].why.zh
        assert "2026年8月" in found.items[0].why.zh

    def test_of_two_under_review_the_second_is_refused_with_the_reason_and_worked_out_anew(self) -> None:
        office = Office()
        first, by = sent(FLEXIBLE, insured("2026-08"))
        second, _ = sent(FLEXIBLE, insured("2026-08"), by)
        one, two = office.to_the_decision(first), office.to_the_decision(second)
        approve(**one, opinion="同意")
        with pytest.raises(Invalid) as caught:
            approve(**two, opinion="同意")
        assert "1,131.90" in caught.value.errors["outcome"].zh
        assert fresh(second).outcome == ""
        return_to(**two, to="federation_review", reason="重新计算")
        assert second.assessments.order_by("-pk")[0].outcome == "not_eligible"

    @pytest.mark.parametrize(("month", "on_time"), [("2026-08", None), ("2026-08", False), ("2024-01", True)])
    def test_without_a_sum_there_is_nothing_to_grant_whatever_the_opinion(
        self, month: str, on_time: bool | None
    ) -> None:
        facts = insured(month)
        facts["months"][0]["paid_on_time"] = on_time
        case, _ = sent(FLEXIBLE, facts)
        given = Office().to_the_decision(case)
        with pytest.raises(Invalid) as caught:
            approve(**given, opinion="同意")
        assert "没有算出金额" in caught.value.errors["outcome"].zh
        assert (fresh(case).outcome, ExclusionKey.objects.count()) == ("", 0)

    def test_a_cap_is_shared_by_all_claims_of_the_school_year(self) -> None:
        office = Office()
        first, by = sent(TUITION, tuition("30000"))
        approve(**office.to_the_decision(first), opinion="同意")
        second, _ = sent(TUITION, tuition("30000"), by)
        assert find(second).amount == Decimal("20000.00")
        approve(**office.to_the_decision(second), opinion="同意")
        assert CapAccount.objects.get().used == Decimal(50000)
        release(second, NOW)
        assert CapAccount.objects.get().used == Decimal(30000)
        assert CapUse.objects.filter(released_at=None).count() == 1

    def test_what_a_fallen_grant_had_taken_is_free_again(self) -> None:
        office = Office()
        first, by = sent(FLEXIBLE, insured("2026-08"))
        approve(**office.to_the_decision(first), opinion="同意")
        release(first, NOW)
        second, _ = sent(FLEXIBLE, insured("2026-08"), by)
        approve(**office.to_the_decision(second), opinion="同意")
        assert fresh(second).outcome == "granted"

    @pytest.mark.parametrize("source", ["declared", "imported"])
    def test_a_benefit_from_outside_takes_part(self, source: str) -> None:
        by = applicant()
        OtherBenefit.objects.create(
            district=district(), number_index=by.on_behalf_of.number_index, kind="social_insurance", key="2026-08",
            amount=Decimal("500"), source=source, noted_at=NOW,
        )  # fmt: skip
        case, _ = sent(FLEXIBLE, insured("2026-08", "2026-09"), by)
        assert [item.amount for item in find(case).items] == [Decimal("0.00"), Decimal("1131.90")]

    def test_a_benefit_from_outside_counts_towards_the_cap(self) -> None:
        by = applicant()
        OtherBenefit.objects.create(
            district=district(), number_index=by.on_behalf_of.number_index, kind="education", key="2026-2027",
            amount=Decimal("45000"), source="imported", noted_at=NOW,
        )  # fmt: skip
        case, _ = sent(TUITION, tuition("30000"), by)
        assert find(case).amount == Decimal("5000.00")


@pytest.mark.django_db
def test_the_database_refuses_a_second_standing_key_and_a_cap_overdrawn() -> None:
    case = story().case
    given = {"district": district(), "kind": "social_insurance", "subject": "a", "key": "2026-08", "case": case}
    ExclusionKey.objects.create(**given, taken_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExclusionKey.objects.create(**given, taken_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CapAccount.objects.create(district=district(), kind="education", subject="a", key="x", cap=1, used=2)


def test_papers_and_people_are_never_stored_in_clear() -> None:
    assert stored_key("month", "2026-08") == "2026-08"
    assert stored_key(None, "") == ""
    for key in (stored_key("certificate", "A-1"), stored_key("invoice", "3100"), stored_key("event", "茶艺")):
        assert key.startswith("#")
        assert len(key) == 41
    assert stored_key("month", "2026-08", "王晨").startswith("2026-08 #")


@pytest.mark.usefixtures("committed")
def test_two_signatures_for_one_month_at_the_same_moment_grant_one() -> None:
    office = Office()
    first, by = sent(FLEXIBLE, insured("2026-08"))
    second, _ = sent(FLEXIBLE, insured("2026-08"), by)
    one, two = office.to_the_decision(first), office.to_the_decision(second)
    for _ in rounds(ROUNDS):
        results = meet(lambda: approve(**one, opinion="同意"), lambda: approve(**two, opinion="同意"))
        assert won(results) == 1
        refused = next(result for result in results if isinstance(result, FlowError))
        assert isinstance(refused, Invalid)
        assert ExclusionKey.objects.filter(subject=by.on_behalf_of.number_index).count() == 1


@pytest.mark.usefixtures("committed")
def test_two_signatures_for_the_rest_of_a_cap_never_overdraw_it() -> None:
    office = Office()
    first, by = sent(TUITION, tuition("30000"))
    second, _ = sent(TUITION, tuition("30000"), by)
    one, two = office.to_the_decision(first), office.to_the_decision(second)
    for _ in rounds(ROUNDS // 3):
        results = meet(lambda: approve(**one, opinion="同意"), lambda: approve(**two, opinion="同意"))
        assert won(results) == 1
        account = CapAccount.objects.get(subject=by.on_behalf_of.number_index)
        assert account.used == Decimal(30000)
