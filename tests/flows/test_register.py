"""Registered for somebody else, for one's own department, or of somebody unknown."""

from typing import Any

import pytest

from accounts.models import Role
from casework.models import Case, Draft, SubjectKey
from flows.actions.accept import accept
from flows.actions.attach import attach
from flows.actions.change_mandate import end_mandate
from flows.actions.claim import claim
from flows.actions.draft import discard_draft, save_about, save_draft, start_draft
from flows.actions.give_mandate import give_mandate
from flows.actions.register import known_organisation
from flows.actions.submit import submit
from flows.errors import Invalid, NotAllowed
from tests.factories import NOW, applicant, department, district, officer, person, picture
from tests.flows.anywhere import answers_to, day_of, organisation, sent

pytestmark = pytest.mark.django_db
CODE = "flexible_employment_subsidy"


def filled(by: Any, made: Draft, code: str, paper: bool = True) -> Draft:
    now = day_of(code)
    town = department("town_meilong")
    save_about(draft_id=made.pk, by=by, now=now, telephone="021-0000-0000", address="示例路", town_id=town.pk)
    save_draft(draft_id=made.pk, by=by, now=now, facts=answers_to(code))
    for one in ("contribution_record",):
        if code == CODE:
            attach(by=by, now=now, code=one, name="a.jpg", content=picture(), draft=made)
    if paper:
        attach(by=by, now=now, code="signed_paper", name="b.jpg", content=picture(90), draft=made)
    return made


def test_an_intake_officer_registers_for_a_person_with_a_signed_paper_and_signs_no_step():
    by, who = officer("town_meilong", Role.INTAKE), person()
    made = filled(by, start_draft(code=CODE, by=by, now=NOW, person=who), CODE, paper=False)
    with pytest.raises(Invalid) as error:
        submit(draft_id=made.pk, by=by, now=day_of(CODE))
    assert set(error.value.errors) == {"signed_paper"}
    attach(by=by, now=NOW, code="signed_paper", name="b.jpg", content=picture(90), draft=made)
    case = submit(draft_id=made.pk, by=by, now=day_of(CODE))
    assert (case.registrar_id, case.person_id) == (by.user_id, who.pk)
    task = case.task_set.get(finished=None)
    with pytest.raises(NotAllowed, match="registrar"):
        claim(case_id=case.pk, task_id=task.pk, by=by, now=NOW)
    colleague = officer("town_meilong", Role.INTAKE)
    claim(case_id=case.pk, task_id=task.pk, by=colleague, now=NOW)
    accept(case_id=case.pk, task_id=task.pk, by=colleague, now=NOW)


def test_the_same_registration_twice_is_one_case():
    by = officer("town_meilong", Role.INTAKE)
    made = filled(by, start_draft(code=CODE, by=by, now=NOW, person=person()), CODE)
    key = made.submission_key
    submit(draft_id=made.pk, by=by, now=day_of(CODE))
    assert Case.objects.filter(submission_key=key).count() == 1


@pytest.mark.parametrize(
    ("code", "role"), [("town_meilong", Role.REVIEWER), ("federation", Role.INTAKE), ("finance", Role.PAYER)]
)
def test_only_the_intake_of_the_office_that_takes_it_in_registers(code: str, role: str):
    with pytest.raises(NotAllowed, match="only_the_intake"):
        start_draft(code=CODE, by=officer(code, role), now=NOW, person=person())


def test_a_unit_is_registered_and_a_person_is_not_a_unit():
    by = officer("federation", Role.INTAKE)
    code = "concentrated_employer_startup_grant"
    with pytest.raises(NotAllowed, match="not_for_such_an_applicant"):
        start_draft(code=code, by=by, now=NOW, person=person())
    assert start_draft(code=code, by=by, now=NOW, organisation=organisation()).organisation is not None


def test_a_department_applies_for_itself_alone_and_reads_its_case():
    from casework.sight import visible_to

    walk = sent("government_employee_recruitment")
    assert visible_to(walk.by).filter(pk=walk.case.pk).exists()
    with pytest.raises(NotAllowed, match="only_ones_own_department"):
        start_draft(
            code="government_employee_recruitment", by=officer("federation", Role.REVIEWER), now=NOW, department=department("hrss")
        )  # fmt: skip


def test_a_report_of_nobody_known_is_sealed_under_a_key_of_its_own():
    by = officer("federation", Role.TRIAGE)
    code = "employment_fraud_report"
    made = start_draft(code=code, by=by, now=NOW)
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="", address="", town_id=None)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts=answers_to(code))
    case = submit(draft_id=made.pk, by=by, now=NOW)
    assert (case.anonymous, case.applicant, case.own_key.kind, case.applicant_name) == (True, None, "reporter", "")
    with pytest.raises(NotAllowed, match="only_the_intake"):
        start_draft(code=code, by=officer("federation", Role.INTAKE), now=NOW)


def test_a_draft_of_nobody_takes_its_key_along_when_it_is_thrown_away():
    by = officer("federation", Role.TRIAGE)
    made = start_draft(code="employment_fraud_report", by=by, now=NOW)
    key = made.own_key_id
    discard_draft(draft_id=made.pk, by=by, now=NOW)
    assert not SubjectKey.objects.filter(pk=key).exists()


def test_somebody_from_outside_is_told_that_a_town_takes_it_in():
    by = applicant(person(town=None))
    made = start_draft(code=CODE, by=by, now=NOW, person=by.on_behalf_of)
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=None)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts=answers_to(CODE))
    attach(by=by, now=NOW, code="contribution_record", name="a.jpg", content=picture(), draft=made)
    with pytest.raises(Invalid) as error:
        submit(draft_id=made.pk, by=by, now=day_of(CODE))
    assert "about" in error.value.errors


def test_two_rows_of_the_same_month_are_said_before_anything_is_sent():
    by = applicant()
    made = start_draft(code=CODE, by=by, now=NOW, person=by.on_behalf_of)
    save_about(
        draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="x", town_id=department("town_meilong").pk
    )
    month = {"month": "2025-07", "paid_on_time": True, "paid_in_full": True}
    save_draft(draft_id=made.pk, by=by, now=NOW, facts={**answers_to(CODE), "months": [month, month]})
    attach(by=by, now=NOW, code="contribution_record", name="a.jpg", content=picture(), draft=made)
    with pytest.raises(Invalid) as error:
        submit(draft_id=made.pk, by=by, now=day_of(CODE))
    assert set(error.value.errors) == {"months"}


def test_a_mandate_is_given_once_by_an_intake_and_ended():
    by, unit, account = officer("federation", Role.INTAKE), organisation(), applicant()
    first = give_mandate(user=account.user, organisation=unit, by=by, now=NOW)
    assert give_mandate(user=account.user, organisation=unit, by=by, now=NOW) == first
    with pytest.raises(NotAllowed, match="only_the_intake"):
        give_mandate(user=account.user, organisation=unit, by=officer("federation", Role.REVIEWER), now=NOW)
    end_mandate(mandate_id=first.pk, by=by, now=NOW)
    end_mandate(mandate_id=first.pk, by=by, now=NOW)
    first.refresh_from_db()
    assert first.until == NOW.date()


def test_an_organisation_is_known_by_its_code():
    by = officer("federation", Role.INTAKE)
    given = {"district": district(), "number": "91310112MA1TESTX01", "name": "示例单位", "by": by, "now": NOW}
    assert known_organisation(**given) == known_organisation(**given)
