"""Where the facts of a case come from, from the draft to the officer who confirms: and that an outage stops nobody."""

from typing import Any

import pytest

from accounts.actor import Actor
from casework.models import Action, Case, FactOrigin
from casework.registers import about_a_person
from casework.sealing import unseal
from flows.actions.accept import accept
from flows.actions.attach import attach
from flows.actions.check_register import check_register
from flows.actions.confirm_fact import confirm_fact
from flows.actions.draft import save_about, save_draft, start_draft, take_known
from flows.actions.establish import establish
from flows.actions.look_up import look_up
from flows.actions.request_correction import Asked, request_correction
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.actions.submit import submit
from flows.errors import AlreadyDone, Invalid
from tests.factories import NOW, picture
from tests.flows.subsidies import FLEXIBLE, RESIDENT, Office, insured, tuition
from tests.registers.served import invented, registers

pytestmark = pytest.mark.django_db
ALL = {"identity", "disability_certificate", "social_insurance"}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


def begun(by: Actor) -> Any:
    """Looked up and begun, with the contact data checked."""
    who = by.on_behalf_of
    look_up(person=who, registers=about_a_person(ALL), by=by, now=NOW)
    made = start_draft(person=who, code=FLEXIBLE, by=by, now=NOW)
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=who.town_id)
    return made


def states(case: Case) -> dict[str, str]:
    return dict(case.origins.values_list("fact", "state"))


def test_what_was_found_and_confirmed_needs_no_paper(settings: Any):
    by = invented(3)
    with registers(settings):
        made = begun(by)
        made = take_known(draft_id=made.pk, by=by, now=NOW, wrong=frozenset())
        facts = unseal(made.key, made.answers)["facts"]
        assert facts["district_resident"] is True
        assert len(facts["months"]) == 6
        case = submit(draft_id=made.pk, by=by, now=NOW)
    assert set(states(case).values()) == {"told"}
    assert set(states(case)) == {"district_resident", "certificate_valid", "flexible_employment_registered", "months"}


def test_fewer_months_than_the_register_knows_are_still_told_by_it(settings: Any):
    by = invented(3)
    with registers(settings):
        made = begun(by)
        made = take_known(draft_id=made.pk, by=by, now=NOW, wrong=frozenset())
        rows = unseal(made.key, made.answers)["facts"]["months"]
        save_draft(draft_id=made.pk, by=by, now=NOW, facts={"months": rows[:1]})
        assert states(submit(draft_id=made.pk, by=by, now=NOW))["months"] == "told"


def test_what_is_marked_as_wrong_is_asked_and_shows_as_differing(settings: Any):
    by = invented(3)
    with registers(settings):
        made = begun(by)
        made = take_known(draft_id=made.pk, by=by, now=NOW, wrong=frozenset({"district_resident", "months"}))
        assert "months" not in unseal(made.key, made.answers)["facts"]
        save_draft(
            draft_id=made.pk, by=by, now=NOW, facts={"district_resident": False, "months": insured("2024-05")["months"]}
        )
        with pytest.raises(Invalid) as lacking:
            submit(draft_id=made.pk, by=by, now=NOW)
        assert set(lacking.value.errors) == {"contribution_record"}
        attach(by=by, now=NOW, code="contribution_record", name="示例.jpg", content=picture(), draft=made)
        case = submit(draft_id=made.pk, by=by, now=NOW)
    assert states(case)["district_resident"] == states(case)["months"] == "differs"
    assert unseal(case.key, case.origins.get(fact="district_resident").said) is True
    assert states(case)["certificate_valid"] == "told"


def test_an_outage_stops_nobody_and_its_facts_are_to_be_confirmed(settings: Any):
    by = invented(3)
    with registers(settings, social_insurance="down"):
        made = begun(by)
        take_known(draft_id=made.pk, by=by, now=NOW, wrong=frozenset())
        save_draft(
            draft_id=made.pk, by=by, now=NOW, facts={k: v for k, v in insured("2026-08").items() if k not in RESIDENT}
        )
        attach(by=by, now=NOW, code="contribution_record", name="示例.jpg", content=picture(), draft=made)
        case = submit(draft_id=made.pk, by=by, now=NOW)
        assert states(case) == {
            "district_resident": "told", "certificate_valid": "told", "flexible_employment_registered": "waiting",
            "months": "waiting",
        }  # fmt: skip
        assert Action.objects.get(event="submitted").details["to_confirm"] == 2
    with registers(settings):
        office = Office()
        given = office.given(case)
        look_up(person=case.person, registers=about_a_person(ALL), by=given["by"], now=NOW, again=True)
        assert check_register(**given, register="social_insurance", outcome="found") == 0
    assert states(case)["months"] == "told"
    assert Action.objects.filter(subject_kind="case", event="register_asked").get().details["outcome"] == "found"


def test_a_register_that_does_not_know_the_person_leaves_it_to_the_officer(settings: Any):
    by = invented(3)
    by.on_behalf_of.refresh_from_db()
    with registers(settings):
        who = by.on_behalf_of
        from casework.sealing import seal

        who.number = seal(who.key, "999999199003079981")
        made = begun(by)
        save_draft(draft_id=made.pk, by=by, now=NOW, facts=insured("2026-08"))
        attach(by=by, now=NOW, code="contribution_record", name="示例.jpg", content=picture(), draft=made)
        case = submit(draft_id=made.pk, by=by, now=NOW)
    assert set(states(case).values()) == {"unknown"}


def test_without_registers_no_origin_is_claimed():
    from tests.flows.subsidies import sent

    case, _ = sent(FLEXIBLE, insured("2026-08"))
    assert states(case) == {}


def waiting_case(settings: Any) -> tuple[Case, dict[str, Any], Office]:
    by = invented(3)
    with registers(settings, social_insurance="down", identity="down"):
        made = begun(by)
        save_draft(draft_id=made.pk, by=by, now=NOW, facts=insured("2026-08"))
        attach(by=by, now=NOW, code="contribution_record", name="示例.jpg", content=picture(), draft=made)
        case = submit(draft_id=made.pk, by=by, now=NOW)
    office = Office()
    return case, office.given(case), office


def test_an_officer_confirms_once_and_says_how(settings: Any):
    case, given, _ = waiting_case(settings)
    with pytest.raises(Invalid):
        confirm_fact(**given, fact="months", reason=" ")
    confirm_fact(**given, fact="months", reason="看了缴费记录（示例）")
    with pytest.raises(AlreadyDone):
        confirm_fact(**given, fact="months", reason="再来一次")
    with pytest.raises(AlreadyDone):
        confirm_fact(**given, fact="certificate_valid", reason="登记已经说了")
    row = case.origins.get(fact="months")
    assert (row.state, row.confirmed_by_id) == ("confirmed", given["by"].user_id)
    told = Action.objects.get(event="fact_confirmed")
    assert told.details == {"fact": "months", "source": "social_insurance", "was": "waiting"}
    assert "缴费记录" not in str(told.details)


def test_what_an_officer_confirmed_stands_when_the_register_is_asked_again(settings: Any):
    case, given, _ = waiting_case(settings)
    confirm_fact(**given, fact="months", reason="看过")
    with registers(settings):
        look_up(person=case.person, registers=about_a_person(ALL), by=given["by"], now=NOW, again=True)
        check_register(**given, register="social_insurance", outcome="found")
    assert states(case)["months"] == "confirmed"
    assert states(case)["flexible_employment_registered"] == "told"
    assert states(case)["district_resident"] == "waiting"  # another register's


def test_a_finding_settles_the_fact(settings: Any):
    case, given, office = waiting_case(settings)
    accept(**given)
    establish(**office.given(case), fact="district_resident", value=True, reason="看过户口本（示例）")
    assert states(case)["district_resident"] == "confirmed"


def test_a_corrected_answer_is_settled_anew_and_the_rest_stands(settings: Any):
    case, given, office = waiting_case(settings)
    confirm_fact(**given, fact="months", reason="看过")
    confirm_fact(**given, fact="district_resident", reason="看过")
    request_correction(**given, items=[Asked("fact", "district_resident", "请再看一下")])
    request = case.correction_requests.get()
    by = Actor("applicant", user=case.answer_sets.get().submitted_by, on_behalf_of=case.person, proved_at=NOW)
    save_correction(request_id=request.pk, by=by, now=NOW, facts={"district_resident": False})
    with registers(settings):
        look_up(person=case.person, registers=about_a_person({"identity"}), by=by, now=NOW, again=True)
        resubmit(case_id=case.pk, task_id=office.task(case).pk, by=by, now=NOW)
    assert states(case)["months"] == "confirmed"
    assert states(case)["district_resident"] == "differs"


def test_records_that_nobody_imported_wait_for_nobody(settings: Any):
    from tests.flows.subsidies import TUITION, sent

    with registers(settings):
        case, _ = sent(TUITION, tuition("8000.00"))
    assert "tuition_paid" not in states(case)
    assert states(case)["district_resident"] == "waiting"


def test_the_columns_keep_to_themselves(settings: Any):
    case, given, _ = waiting_case(settings)
    row = FactOrigin.objects.get(case=case, fact="months")
    assert str(row) == "months: waiting"
