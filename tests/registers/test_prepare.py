"""Claims prepared without asking: what is certain, once, confirmed or not, and never handed in on what no longer holds."""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import User
from casework.acting import as_acting_for
from casework.certain import claims_of
from casework.models import Action, Case, Draft, IncomingRecord, Mandate, Message, Person, PreparedClaim
from casework.queries import draft_for
from casework.sealing import unseal
from demo.invented import number_of
from flows.actions.approve import approve
from flows.actions.draft import discard_draft, save_draft, start_draft
from flows.actions.import_records import withdraw_import
from flows.actions.invite import invite
from flows.actions.note_benefits import declare_benefit
from flows.actions.prepare import confirm_prepared, decline_prepared, take_up
from flows.actions.submit import submit
from flows.actions.take_mandate import take_mandate
from flows.errors import AlreadyDone, Invalid, NotThere, Stale
from flows.preparing import prepare_all
from flows.sweep import sweep
from policy.exclusions import BY_KIND, Kind
from tests.factories import NOW, applicant, events, funded
from tests.flows.subsidies import Office
from tests.registers.prepared import FIRST, months, offered_to, recorded, winner
from tests.registers.served import invented, registers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


def facts_of(claim: PreparedClaim) -> dict[str, Any]:
    assert claim.draft is not None
    return unseal(claim.person.key, claim.draft.answers)["facts"]


class TestWhatIsCertain:
    def test_a_prize_in_the_districts_competition(self):
        claim = offered_to(winner())
        assert (claim.measure, claim.amount, claim.until) == ("competition_award", Decimal(5000), date(2027, 1, 1))
        assert facts_of(claim)["place"] == 1
        told = Message.objects.get(event="prepared_claim")
        assert told.values == {"due": "2027-01-01"}
        assert told.user == claim.user
        assert "茶艺" not in claim.period

    def test_months_of_whole_quarters_with_residence_and_certificate_from_the_registers(self, settings: Any):
        by = invented(3)
        recorded(3, "insured_month", *months("2026-05", "2026-08", "2026-09", "2026-10"))
        with registers(settings, social_insurance="garbage"):
            prepare_all(NOW)
        assert not PreparedClaim.objects.exists()  # a register waits: looked at again next time
        with registers(settings) as server:
            server.modes = {}
            prepare_all(NOW + timedelta(minutes=5))
        claim = PreparedClaim.objects.get(person=by.on_behalf_of)
        assert claim.period == "2026-Q3"
        assert [row["month"] for row in facts_of(claim)["months"]] == [
            "2026-05",
            "2026-06",
            "2026-07",
            "2026-08",
            "2026-09",
        ]

    def test_months_that_the_register_alone_knows(self, settings: Any):
        by = invented(3)
        with registers(settings):
            from casework.registers import about_a_person
            from flows.actions.look_up import look_up

            look_up(person=by.on_behalf_of, registers=about_a_person({"social_insurance"}), by=by, now=NOW)
            assert offered_to(by).measure == "flexible_employment_subsidy"

    def test_tuition_admission_and_training(self, settings: Any):
        invented(1)
        recorded(1, "enrolment", ["adult_higher", "2026-2027", "9800", "3300"])
        recorded(1, "admission", ["本科或者更高", "是", "2026-08-20"])
        recorded(1, "training", ["skill_level", "示例-1", "2026-06-01", "2000"])
        with registers(settings):
            prepare_all(NOW)
        found = dict(PreparedClaim.objects.values_list("measure", "amount"))
        assert found == {
            "tuition_subsidy": Decimal(6500), "admission_award": Decimal(10000), "skills_training_match": Decimal(1000),
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "row"),
        [
            ("competition", ["district", "示例", "2026-09-01", 4, "", ""]),
            ("competition", ["municipal", "示例", "2026-09-01", "", "是", ""]),
            ("competition", ["municipal", "示例", "2026-09-01", "", "否", "900"]),
            ("competition", ["district", "示例", "2024-02-01", 1, "", ""]),
            ("enrolment", ["adult_higher", "2026-2027", "9800", ""]),
            ("enrolment", ["adult_higher", "2026-2027", "3300", "3300"]),
            ("training", ["other", "示例", "2026-06-01", "2000"]),
            ("training", ["skill_level", "示例", "2026-06-01", ""]),
            ("admission", ["senior_high", "否", "2026-08-20"]),
            ("insured_month", ["2026-08", "否", "是", "是"]),
            ("insured_month", ["2026-08", "是", "是", "否"]),
            ("insured_month", ["2024-08", "是", "是", "是"]),
        ],
    )
    def test_what_is_not_certain_is_not_offered(self, settings: Any, kind: str, row: list[Any]):
        invented(1)
        recorded(1, kind, row)
        with registers(settings):
            assert prepare_all(NOW)["prepared"] == 0

    def test_without_the_registers_residence_is_not_known_and_nothing_is_certain(self):
        by = invented(1)
        recorded(1, "admission", ["bachelor_or_above", "是", "2026-08-20"])
        prepare_all(NOW)
        assert claims_of(by.on_behalf_of, date(2026, 11, 2)) == []

    def test_an_earlier_granted_claim_tells_it_for_a_while(self, settings: Any):
        by = invented(1)
        recorded(1, "enrolment", ["adult_higher", "2026-2027", "9800", "3300"])
        with registers(settings):
            case = confirm_prepared(code=offered_to(by).code, by=by, now=NOW)
        funded(NOW)
        approve(**Office().to_the_decision(case))
        Person.objects.get(pk=by.on_behalf_of.pk).register_answers.all().delete()
        recorded(1, "admission", ["bachelor_or_above", "是", "2026-08-20"])
        found = claims_of(by.on_behalf_of, date(2026, 11, 2))
        assert [claim.measure for claim in found] == ["admission_award"]
        assert found[0].known["district_resident"].source == "earlier"
        assert claims_of(by.on_behalf_of, date(2027, 3, 2)) == []

    def test_what_was_had_elsewhere_is_not_offered(self):
        by = winner()
        declare_benefit(by=by, now=NOW, row=BY_KIND[Kind.COMPETITION], key="示例竞赛·茶艺", amount=Decimal(5000))
        assert prepare_all(NOW)["prepared"] == 0

    def test_a_person_without_an_account_waits_until_there_is_one(self):
        recorded(0, "competition", FIRST)
        assert prepare_all(NOW)["prepared"] == 0
        offered_to(invented(0))

    def test_who_acts_for_somebody_finds_it_too(self):
        by = winner()
        Mandate.objects.filter(person=by.on_behalf_of).update(capacity="guardian")
        assert offered_to(by).user == by.user

    @pytest.mark.parametrize("by_changing", [False, True])
    def test_an_agent_goes_on_with_what_was_prepared(self, by_changing: bool):
        by, other = winner(), applicant()
        claim = offered_to(by)
        _, code = invite(whom=by.on_behalf_of, by=by, now=NOW)
        take_mandate(code=code, by=other, now=NOW)
        agent = as_acting_for(other, by.on_behalf_of, NOW.date())
        assert claim.draft is not None
        made = (
            save_draft(draft_id=claim.draft.pk, by=agent, now=NOW, facts={})
            if by_changing
            else take_up(code=claim.code, by=agent, now=NOW)
        )
        claim.refresh_from_db()
        assert claim.state == PreparedClaim.TAKEN
        assert draft_for(agent, made.pk).user == agent.user
        action = Action.objects.filter(subject_kind="preparedclaim", subject_id=claim.pk).latest("number")
        assert (action.event, action.role, action.acts_for_id) == ("prepared_taken", "agent", by.on_behalf_of.pk)


class TestOnce:
    def test_it_comes_once_however_often_it_is_looked_for(self):
        claim = offered_to(winner())
        for days in (0, 1, 2):
            prepare_all(NOW + days * DAY)
        assert PreparedClaim.objects.count() == Draft.objects.count() == 1
        assert Message.objects.filter(event="prepared_claim").count() == 1
        assert claim.draft_id == Draft.objects.get().pk

    def test_nobody_is_looked_at_twice_a_day_but_for_something_new(self):
        winner()
        assert prepare_all(NOW)["looked at"] == 1
        assert prepare_all(NOW + timedelta(hours=1))["looked at"] == 0
        recorded(0, "competition", ["district", "示例竞赛·绘画", "2026-09-02", 2, "", ""], now=NOW + timedelta(hours=2))
        assert prepare_all(NOW + timedelta(hours=3))["prepared"] == 1
        assert PreparedClaim.objects.count() == 2

    def test_a_draft_of_ones_own_comes_first(self):
        by = winner()
        start_draft(code="competition_award", by=by, now=NOW, person=by.on_behalf_of)
        assert prepare_all(NOW)["prepared"] == 0

    def test_a_case_about_the_same_is_not_offered_again(self):
        by = winner()
        claim = offered_to(by)
        confirm_prepared(code=claim.code, by=by, now=NOW)
        PreparedClaim.objects.all().delete()
        assert prepare_all(NOW + DAY)["prepared"] == 0

    def test_one_claim_a_quarter(self, settings: Any):
        by = invented(3)
        recorded(3, "insured_month", *months("2026-07", "2026-08"))
        with registers(settings):
            confirm_prepared(code=offered_to(by).code, by=by, now=NOW)
            recorded(3, "insured_month", *months("2026-09"), now=NOW + DAY)
            PreparedClaim.objects.all().delete()
            assert prepare_all(NOW + 2 * DAY)["prepared"] == 0


class TestConfirming:
    def test_one_press_hands_it_in_and_the_chain_is_the_same(self, settings: Any):
        by = invented(3)
        recorded(3, "insured_month", *months("2026-08"))
        with registers(settings):
            claim = offered_to(by)
            case = confirm_prepared(code=claim.code, by=by, now=NOW)
            assert confirm_prepared(code=claim.code, by=by, now=NOW) == case
        assert Case.objects.count() == 1
        assert not Draft.objects.exists()
        assert set(case.origins.values_list("state", flat=True)) == {"told"}
        told = Action.objects.get(subject_kind="case", event="submitted")
        assert told.details["consent"] is True
        assert told.details["prepared"] == claim.pk
        assert case.evidence.count() == 0
        given = Office().to_the_decision(case)
        assert given["case_id"] == case.pk
        assert events(case)[:2] == ["submitted", "claimed"]

    def test_nobody_else_confirms_declines_or_takes_it_up(self):
        claim = offered_to(winner())
        for act in (confirm_prepared, decline_prepared, take_up):
            with pytest.raises(NotThere):
                act(code=claim.code, by=applicant(), now=NOW)
            with pytest.raises(NotThere):
                act(code=uuid.uuid4(), by=applicant(), now=NOW)

    def test_without_contact_data_it_is_asked_for_them(self):
        by = winner()
        Person.objects.filter(pk=by.on_behalf_of.pk).update(telephone="")
        claim = offered_to(by)
        with pytest.raises(Invalid) as lacking:
            confirm_prepared(code=claim.code, by=by, now=NOW)
        assert set(lacking.value.errors) == {"about"}
        assert PreparedClaim.objects.get().state == "offered"

    def test_a_withdrawn_record_ends_the_offer_and_nothing_is_handed_in(self):
        by = invented(0)
        batch = recorded(0, "competition", FIRST)
        claim = offered_to(by)
        withdraw_import(import_id=batch.pk, by=officer_of(batch.made_by), now=NOW)
        with pytest.raises(Stale):
            confirm_prepared(code=claim.code, by=by, now=NOW)
        claim.refresh_from_db()
        assert claim.state == "overtaken"
        assert not Case.objects.exists()
        assert not Draft.objects.exists()
        with pytest.raises(AlreadyDone):
            confirm_prepared(code=claim.code, by=by, now=NOW)

    def test_a_changed_record_is_worked_out_anew_and_shown_first(self):
        by = winner()
        claim = offered_to(by)
        recorded(0, "competition", ["district", "示例竞赛·茶艺", "2026-09-01", 2, "", ""])
        with pytest.raises(Stale):
            confirm_prepared(code=claim.code, by=by, now=NOW)
        claim.refresh_from_db()
        assert (claim.state, claim.amount) == ("offered", Decimal(4000))
        assert confirm_prepared(code=claim.code, by=by, now=NOW).measure == "competition_award"

    def test_a_benefit_from_elsewhere_meanwhile_ends_it(self):
        by = winner()
        claim = offered_to(by)
        declare_benefit(by=by, now=NOW, row=BY_KIND[Kind.COMPETITION], key="示例竞赛·茶艺", amount=Decimal(5000))
        with pytest.raises(Stale):
            confirm_prepared(code=claim.code, by=by, now=NOW)
        assert PreparedClaim.objects.get().state == "overtaken"

    def test_what_was_overtaken_may_be_offered_again(self):
        by = invented(0)
        batch = recorded(0, "competition", FIRST)
        offered_to(by)
        withdraw_import(import_id=batch.pk, by=officer_of(batch.made_by), now=NOW)
        prepare_all(NOW + DAY)
        assert PreparedClaim.objects.get().state == "overtaken"
        recorded(0, "competition", FIRST, now=NOW + DAY)
        assert prepare_all(NOW + 2 * DAY)["prepared"] == 1
        assert PreparedClaim.objects.get().state == "offered"


def officer_of(user: User | None) -> Actor:
    from accounts.models import Post

    assert user is not None
    return Actor("officer", user=user, post=Post.objects.select_related("department").get(user=user), proved_at=NOW)


class TestNotConfirming:
    def test_what_is_declined_does_not_come_again_for_that_period(self):
        by = winner()
        claim = offered_to(by)
        decline_prepared(code=claim.code, by=by, now=NOW)
        decline_prepared(code=claim.code, by=by, now=NOW)
        assert not Draft.objects.exists()
        prepare_all(NOW + DAY)
        assert PreparedClaim.objects.get().state == "declined"
        with pytest.raises(AlreadyDone):
            confirm_prepared(code=claim.code, by=by, now=NOW)
        made = start_draft(code="competition_award", by=by, now=NOW, person=by.on_behalf_of)
        assert made.period == ""

    def test_something_is_wrong_leads_to_the_ordinary_form_filled_in(self):
        by = winner()
        claim = offered_to(by)
        made = take_up(code=claim.code, by=by, now=NOW)
        assert take_up(code=claim.code, by=by, now=NOW) == made
        claim.refresh_from_db()
        assert (claim.state, made.expires_on) == ("taken", date(2027, 1, 31))
        save_draft(draft_id=made.pk, by=by, now=NOW, facts={"place": 2})
        with pytest.raises(Invalid) as lacking:
            submit(draft_id=made.pk, by=by, now=NOW)
        assert "about" in lacking.value.errors
        with pytest.raises(AlreadyDone):
            confirm_prepared(code=claim.code, by=by, now=NOW)

    def test_who_changes_the_draft_itself_has_taken_it_up(self):
        by = winner()
        claim = offered_to(by)
        assert claim.draft is not None
        save_draft(draft_id=claim.draft.pk, by=by, now=NOW, facts={"place": 1})
        claim.refresh_from_db()
        assert claim.state == "taken"
        from flows.actions.draft import save_about

        town = by.on_behalf_of.town_id
        save_about(draft_id=claim.draft.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=town)
        case = submit(draft_id=claim.draft.pk, by=by, now=NOW)
        claim.refresh_from_db()
        assert (claim.case, claim.draft) == (case, None)

    def test_who_throws_the_draft_away_has_declined(self):
        by = winner()
        claim = offered_to(by)
        assert claim.draft is not None
        discard_draft(draft_id=claim.draft.pk, by=by, now=NOW)
        claim.refresh_from_db()
        assert (claim.state, claim.draft) == ("declined", None)

    def test_it_is_reminded_of_once_and_lapses_with_its_day(self):
        claim = offered_to(winner())
        near = datetime.combine(claim.until - 14 * DAY, NOW.timetz())
        assert sweep(near - DAY)["prepared_reminded"] == 0
        assert sweep(near)["prepared_reminded"] == 1
        assert sweep(near)["prepared_reminded"] == 0
        assert Message.objects.filter(event="prepared_reminder").count() == 1
        after = datetime.combine(claim.until + DAY, NOW.timetz())
        assert sweep(after - DAY)["prepared_lapsed"] == 0
        assert sweep(after)["prepared_lapsed"] == 1
        claim.refresh_from_db()
        assert (claim.state, claim.draft) == ("lapsed", None)
        assert not Message.objects.filter(event="draft_expires").exists()
        assert prepare_all(after)["prepared"] == 0

    def test_the_record_says_what_became_of_it(self):
        by = winner()
        claim = offered_to(by)
        decline_prepared(code=claim.code, by=by, now=NOW)
        told = Action.objects.filter(subject_kind="preparedclaim", subject_id=claim.pk).order_by("number")
        assert [one.event for one in told] == ["claim_prepared", "prepared_declined"]
        assert all(number_of(0) not in str(one.details) for one in told)
        assert IncomingRecord.objects.exists()


def test_what_was_read_in_and_forgotten_is_thrown_away():
    from casework.models import RecordImport
    from casework.records import check
    from flows.actions.import_records import put_aside
    from tests.factories import officer
    from tests.registers.test_records import HEAD, MONTHS, TODAY, month

    records, _ = check(MONTHS, [HEAD, month()], TODAY)
    put_aside(kind=MONTHS, records=records, by=officer("federation", "intake"), now=NOW)
    assert sweep(NOW + 6 * DAY)["import_dropped"] == 0
    assert sweep(NOW + 8 * DAY)["import_dropped"] == 1
    assert RecordImport.objects.get().state == "dropped"
