"""Registration at the counter, for units, for departments, of nobody known; mandates; what units then do online."""

from typing import Any

import pytest
from stdnum.cn import uscc

from accounts.models import Role
from casework.models import Case, Draft, Mandate, Organisation
from flows.joining import rehearse
from tests.factories import applicant, identity_number, officer, picture
from tests.flows.anywhere import organisation, sent, staff
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
BODY = "91310112MA1GTEXA0"
CREDIT = BODY + uscc.calc_check_digit(BODY)


def upload(shade: int = 90) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("签字.jpg", picture(shade), "image/jpeg")


def test_an_intake_officer_registers_a_person_on_the_pages_that_applicants_use():
    by = officer("town_meilong", Role.INTAKE)
    client = signed_in(by)
    number = identity_number(501)
    fields = {"kind": "admission_award:", "who": "person", "number": number, "name": "示例丁"}
    assert client.post("/work/register/", {**fields, "number": "123"}).status_code == 400
    answer = client.post("/work/register/", fields)
    made = Draft.objects.get()
    assert answer["Location"] == f"/my/drafts/{made.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "替示例丁登记" in page
    assert "申请人签字的委托书" in page
    client.post(
        f"/my/drafts/{made.pk}/about/",
        {"telephone": "021-0000-0000", "address": "示例路", "town": by.post.department_id},
    )
    client.post(f"/my/drafts/{made.pk}/signed/", {"upload": "signed_paper", "file-signed_paper": upload()})
    assert made.evidence.filter(code="signed_paper").count() == 1
    assert "021-0000-0000" in client.get(f"/my/drafts/{made.pk}/check/").content.decode()


def test_a_name_that_differs_from_the_one_on_file_is_refused():
    client = signed_in(officer("town_meilong", Role.INTAKE))
    fields = {"kind": "admission_award:", "who": "person", "number": identity_number(502), "name": "示例甲"}
    client.post("/work/register/", fields)
    answer = client.post("/work/register/", {**fields, "name": "示例乙"})
    assert answer.status_code == 400
    assert "登记在另一个名字下" in answer.content.decode()


def test_a_unit_is_registered_by_its_credit_code():
    client = signed_in(officer("federation", Role.INTAKE))
    fields = {
        "kind": "concentrated_employer_startup_grant:",
        "who": "organisation",
        "number": CREDIT,
        "name": "示例单位",
    }
    assert client.post("/work/register/", {**fields, "number": CREDIT[:-1] + "0"}).status_code in (302, 400)
    assert client.post("/work/register/", fields).status_code == 302
    assert Organisation.objects.filter(name="示例单位").count() == 1


def test_a_department_applies_for_itself_and_its_case_is_accepted_on_arrival():
    by = officer("hrss", Role.REVIEWER)
    client = signed_in(by)
    client.post("/work/register/", {"kind": "government_employee_recruitment:", "who": "department"})
    made = Draft.objects.get()
    client.post(f"/my/drafts/{made.pk}/about/", {"town": ""})
    from policy import measure

    part = measure("government_employee_recruitment").sections[0]
    rows = {"plan-0-unit": "示例局", "plan-0-posts": "60"}
    page = client.post(f"/my/drafts/{made.pk}/{part.code}/", {"go": "1", **rows})
    assert page.status_code in (200, 302)
    for paper in part.evidence:
        client.post(
            f"/my/drafts/{made.pk}/{part.code}/", {"upload": paper.code, f"file-{paper.code}": upload(), **rows}
        )
    answer = client.post(f"/my/drafts/{made.pk}/check/")
    case = Case.objects.get()
    assert answer["Location"] == f"/work/register/{case.shown_reference}/"
    assert case.state == "in_review"
    assert case.shown_reference[:4] in client.get(answer["Location"]).content.decode()
    assert client.get(f"/work/cases/{case.shown_reference}/").status_code == 200


def test_a_report_of_nobody_known_is_noted_by_triage_and_reviewed():
    client = signed_in(officer("federation", Role.TRIAGE))
    client.post("/work/register/", {"kind": "employment_fraud_report:", "who": "nobody"})
    made = Draft.objects.get()
    client.post(f"/my/drafts/{made.pk}/about/", {"town": ""})
    client.post(
        f"/my/drafts/{made.pk}/report/", {"go": "1", "what": "wages", "unit_name": "示例厂", "story": "三个月没发工资"}
    )
    client.post(f"/my/drafts/{made.pk}/contact/", {"go": "1", "contact": ""})
    client.post(f"/my/drafts/{made.pk}/check/")
    case = Case.objects.get()
    assert case.anonymous
    page = signed_in(officer("federation", Role.TRIAGE)).get(f"/work/cases/{case.shown_reference}/")
    assert page.status_code == 200
    assert "三个月没发工资" in page.content.decode()


def test_what_a_post_may_not_register_is_not_offered():
    page = signed_in(officer("finance", Role.PAYER)).get("/work/register/").content.decode()
    assert "您的岗位不登记申请" in page
    client = signed_in(officer("town_meilong", Role.INTAKE))
    answer = client.post("/work/register/", {"kind": "admission_award:", "who": "department"})
    assert answer.status_code == 400


def test_a_mandate_is_noted_for_an_account_that_exists_and_ended():
    client, account = signed_in(officer("federation", Role.INTAKE)), applicant()
    from casework.sealing import unseal

    number = unseal(account.on_behalf_of.key, account.on_behalf_of.number)
    fields = {"code": CREDIT, "name": "示例单位", "person": number}
    assert client.post("/work/register/mandates/", {**fields, "person": identity_number(777)}).status_code == 400
    assert client.post("/work/register/mandates/", fields).status_code == 302
    mandate = Mandate.objects.get(organisation__isnull=False)
    assert mandate.role == "manager"
    theirs = signed_in(account)
    assert "示例单位" in theirs.get("/my/").content.decode()
    theirs.post("/my/", {"person": f"organisation-{mandate.organisation_id}"})
    assert "开始填" in theirs.get("/my/apply/concentrated_employer_startup_grant/").content.decode()
    assert "这一项由个人申请" in theirs.get("/my/apply/admission_award/").content.decode()
    client.post("/work/register/mandates/", {"end": mandate.pk})
    mandate.refresh_from_db()
    assert mandate.until is not None


def test_a_unit_confirms_and_hands_in_on_its_own_pages():
    walk = sent("rectification")
    client = signed_in(walk.by)
    page = f"/my/cases/{walk.case.shown_reference}/"
    assert "请您办这一步" in client.get(page).content.decode()
    assert client.post(f"{page}do/deliver/", {"task": walk.task().pk, "record": ""}).status_code == 400
    assert (
        client.post(
            f"{page}do/deliver/", {"task": walk.task().pk, "record": "新招了两人。（示例）", "done_by": "2027-03-31"}
        ).status_code
        == 302
    )
    assert walk.task().step_name == "rectification_proof"


def test_a_provider_sees_its_step_alone():
    walk = sent("employment_service").to("delivery")
    task = walk.task()
    client = signed_in(staff(task.organisation))
    assert f"/my/steps/{task.pk}/deliver/" in client.get("/my/").content.decode()
    page = client.get(f"/my/steps/{task.pk}/deliver/").content.decode()
    assert walk.by.on_behalf_of.name in page
    assert client.get(f"/my/cases/{walk.case.shown_reference}/").status_code == 404
    sent_form = {"task": task.pk, "record": "面谈两次。（示例）"}
    early = client.post(f"/my/steps/{task.pk}/deliver/", sent_form)
    assert (early.status_code, "还有没有记的服务" in early.content.decode()) == (400, True)
    rehearse(walk.case, walk.task().step_name, staff(task.organisation), walk.now)
    assert client.post(f"/my/steps/{task.pk}/deliver/", sent_form).status_code == 302
    assert walk.task().step_name == "follow_up_1"
    stranger = signed_in(staff(organisation()))
    assert stranger.get(f"/my/steps/{walk.task().pk}/deliver/").status_code == 404
