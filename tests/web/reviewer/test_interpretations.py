"""The pages of interpretation notes: draft, sign, and what everybody reads."""

import pytest
from django.test import Client

from accounts.models import Role
from casework.models import Interpretation
from tests.factories import officer, story
from tests.flows.test_interpret import SIGNERS, drafted
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
GIVEN = {
    "clause": "三（三）",
    "touches": ["direct_admission"],
    "text": "部委的称号算国家级。",
    "text_en": "Titles of a ministry are national.",
}


def test_a_note_is_drafted_signed_by_three_and_read_by_everybody():
    people = {code: officer(code, Role.APPROVER) for code in SIGNERS}
    client = signed_in(people["federation"])
    assert client.get("/work/interpretations/new/").status_code == 200
    response = client.post("/work/interpretations/new/", GIVEN)
    note = Interpretation.objects.get()
    assert response.headers["Location"] == f"/work/interpretations/{note.pk}/"
    assert Client().get(f"/interpretations/{note.number}/").status_code == 404
    for by in people.values():
        page = f"/work/interpretations/{note.pk}/"
        assert "同意，签字" in signed_in(by).get(page).content.decode()
        assert signed_in(by).post(page, {"do": "agree"}).status_code == 302
    assert "同意，签字" not in signed_in(by).get(page).content.decode()
    public = Client().get(f"/interpretations/{note.number}/").content.decode()
    assert GIVEN["text"] in public
    assert "区残联" in public
    assert note.number in Client().get("/interpretations/").content.decode()
    assert f"/interpretations/{note.number}/" in Client().get("/guides/direct_admission/").content.decode()
    assert f"/interpretations/{note.number}/" not in Client().get("/guides/tuition_subsidy/").content.decode()
    told = story().to("federation_review")
    told.claimed()
    sheet = signed_in(told.who()).get(f"/work/cases/{told.case.shown_reference}/").content.decode()
    assert f"/interpretations/{note.number}/" in sheet
    result = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/result/").content.decode()
    assert f"/interpretations/{note.number}/" in result


def test_a_letter_names_the_notes_that_it_applied():
    from casework.sealing import unseal

    people = {code: officer(code, Role.APPROVER) for code in SIGNERS}
    note = drafted(people["hrss"], clause="三（三）", touches=["direct_admission"])
    for by in people.values():
        signed_in(by).post(f"/work/interpretations/{note.pk}/", {"do": "agree"})
    told = story().to("public_notice")
    letter = told.case.letters.decisions().get()
    assert unseal(told.case.person.key, letter.facts)["notes"] == [note.number]


@pytest.mark.parametrize(
    "wrong", [{"clause": ""}, {"clause": "九（九）"}, {"touches": []}, {"text": ""}, {"text_en": ""}]
)
def test_a_mistake_is_told_and_nothing_is_lost(wrong: dict[str, object]):
    response = signed_in(officer("hrss", Role.HEAD)).post("/work/interpretations/new/", {**GIVEN, **wrong})
    page = response.content.decode()
    assert response.status_code == 400
    kept = {"text", "text_en"} - wrong.keys()
    assert all(str(GIVEN[name]) in page for name in kept)
    assert Interpretation.objects.count() == 0


def test_a_refusal_without_a_reason_is_asked_for_it():
    by = officer("hrss", Role.APPROVER)
    note = drafted(by)
    response = signed_in(by).post(f"/work/interpretations/{note.pk}/", {"do": "refuse"})
    assert response.status_code == 400
    assert "请写明为什么不同意" in response.content.decode()


def test_others_read_but_do_not_sign():
    note = drafted(officer("hrss", Role.APPROVER))
    reviewer = signed_in(officer("federation", Role.REVIEWER))
    assert reviewer.get("/work/interpretations/").status_code == 200
    assert "同意，签字" not in reviewer.get(f"/work/interpretations/{note.pk}/").content.decode()
    assert reviewer.get("/work/interpretations/new/").status_code == 404
    assert reviewer.post(f"/work/interpretations/{note.pk}/", {"do": "agree"}).status_code == 404
    assert reviewer.get("/work/interpretations/999/").status_code == 404
    assert Client().get(f"/work/interpretations/{note.pk}/").status_code == 302


def test_a_reason_to_refuse_is_not_signed_as_agreement():
    by = officer("hrss", Role.APPROVER)
    note = drafted(by)
    response = signed_in(by).post(f"/work/interpretations/{note.pk}/", {"do": "agree", "reason": "日期不清"})
    assert response.status_code == 400
    assert "请先删掉它" in response.content.decode()
    assert note.signatures.count() == 0
