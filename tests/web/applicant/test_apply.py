"""The application: what is right is saved, what is wrong is said, nothing is lost and nothing is sent twice."""

from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from casework.models import Case, Draft, Person
from casework.sealing import masked_address, unseal
from casework.wording import paper_titles
from flows.actions import submit as submitting
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.submit import submit
from policy import measure
from tests.factories import NOW, applicant, draft, picture, story
from tests.flows.anywhere import sent
from tests.flows.reaching import reached
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
RIGHT = {
    "event_name": "示例赛", "organisers": "示例部", "awarded_on": "2025.9.18", "place": "1", "organiser_is_government": "yes",
}  # fmt: skip


@pytest.fixture
def by() -> Any:
    return applicant()


@pytest.fixture
def client(by: Any) -> Client:
    return signed_in(by)


def begun(by: Any, **facts: Any) -> Draft:
    made = draft(by, complete=False)
    return save_draft(draft_id=made.pk, by=by, now=NOW, facts={"ground": "national_competition", **facts})


def saved(made: Draft) -> dict[str, Any]:
    made.refresh_from_db()
    return unseal(made.person.key, made.answers)["facts"]


def send(client: Client, made: Draft, section: str = "competition", **fields: Any) -> Any:
    return client.post(f"/my/drafts/{made.pk}/{section}/", {"go": "1", **fields})


def test_what_is_right_is_saved_even_where_something_else_is_wrong(client: Client, by: Any):
    made = begun(by)
    answer = send(client, made, **{**RIGHT, "awarded_on": "2025.13.8"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "一年里没有 13 月" in page
    assert 'value="2025.13.8"' in page
    assert saved(made)["event_name"] == "示例赛"
    assert "awarded_on" not in saved(made)


@pytest.mark.parametrize(
    "typed",
    ["2025-9-18", "2025.9.18", "2025/09/18", "2025年9月18日", "２０２５年９月１８日", "20250918", "二〇二五年九月十八日", " 2025 9 18 ",
     "18 September 2025", "September 18, 2025", "2025年9月18号"],
)  # fmt: skip
def test_dates_are_understood_as_people_write_them(client: Client, by: Any, typed: str):
    made = begun(by)
    send(client, made, **{**RIGHT, "awarded_on": typed})
    assert saved(made)["awarded_on"] == "2025-09-18"


@pytest.mark.parametrize(
    "typed", ["", "昨天", "2025-02-30", "2025", "0", "99999999", "2025-00-00", "\x00", "9" * 10_000]
)
def test_a_date_that_is_none_gets_a_sentence_that_helps(client: Client, by: Any, typed: str):
    made = begun(by)
    answer = send(client, made, **{**RIGHT, "awarded_on": typed})
    assert answer.status_code == 200
    assert "f-awarded_on_error" in answer.content.decode()
    assert "awarded_on" not in saved(made)


@pytest.mark.parametrize(("typed", "number"), [("1", 1), ("１", 1), ("第1名", 1), (" 第三名 ", 3), ("第十二", 12)])
def test_a_place_is_understood_as_people_write_it(client: Client, by: Any, typed: str, number: int):
    made = begun(by)
    send(client, made, **{**RIGHT, "place": typed})
    assert saved(made)["place"] == number


@pytest.mark.parametrize(
    "typed", ["长" * 10_000, "a\x00b", "<script>alert(1)</script>", "'; DROP TABLE x; --", "𠮷" * 50, "\u202e逆"]
)
def test_any_text_is_kept_or_refused_with_a_sentence(client: Client, by: Any, typed: str):
    made = begun(by)
    answer = send(client, made, **{**RIGHT, "event_name": typed})
    assert answer.status_code in (200, 302)
    if answer.status_code == 200:
        assert "最多写" in answer.content.decode()
        assert typed[:50] in answer.content.decode()
    else:
        assert "\x00" not in saved(made)["event_name"]
    assert "<script>alert" not in client.get(f"/my/drafts/{made.pk}/competition/").content.decode()


def test_not_sure_is_an_answer(client: Client, by: Any):
    made = begun(by)
    assert send(client, made, **{**RIGHT, "organiser_is_government": "unsure"}).status_code == 302
    assert saved(made)["organiser_is_government"] is None


def test_saving_for_later_keeps_what_is_there(client: Client, by: Any):
    made = begun(by)
    assert client.post(f"/my/drafts/{made.pk}/competition/", {"later": "1", "event_name": "示例赛"}).status_code == 302
    assert saved(made)["event_name"] == "示例赛"


def test_another_window_is_not_overwritten_and_what_was_typed_stays(client: Client, by: Any):
    made = begun(by)
    send(client, made, **RIGHT)
    made.refresh_from_db()
    answer = send(client, made, **{**RIGHT, "event_name": "旧窗口写的", "revision": made.revision - 1})
    assert answer.status_code == 200
    assert "另一个窗口" in answer.content.decode()
    assert "旧窗口写的" in answer.content.decode()
    assert saved(made)["event_name"] == "示例赛"


def upload(client: Client, made: Draft, name: str, content: bytes, **more: Any) -> Any:
    fields = {**RIGHT, "upload": "award_document", "file-award_document": SimpleUploadedFile(name, content), **more}
    return client.post(f"/my/drafts/{made.pk}/competition/", fields)


def test_a_photo_is_kept_and_read_back(client: Client, by: Any):
    made = begun(by)
    assert upload(client, made, "照片.jpg", picture()).status_code == 302
    page = client.get(f"/my/drafts/{made.pk}/competition/").content.decode()
    assert "照片.jpg" in page
    evidence = made.evidence.get()
    answer = client.get(f"/files/{evidence.pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.jpg", b""), ("假.jpg", b"<html><script>alert(1)</script>"), ("大.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024 + 1)),
        ("病.pdf", b"%PDF-1.4 not really"), ("../../etc/passwd", b"root:x"), ("a\x00.png", b"\x89PNG\r\n\x1a\n"),
    ],
)  # fmt: skip
def test_a_bad_file_gets_a_sentence_and_what_was_typed_stays(client: Client, by: Any, name: str, content: bytes):
    made = begun(by)
    answer = upload(client, made, name, content)
    assert answer.status_code == 200
    assert 'href="#file-award_document"' in answer.content.decode()
    assert saved(made)["event_name"] == "示例赛"
    assert not made.evidence.exists()


def test_the_same_file_twice_is_one(client: Client, by: Any):
    made = begun(by)
    for _ in range(2):
        upload(client, made, "照片.jpg", picture())
    assert made.evidence.count() == 1


def test_a_file_can_be_taken_out_again(client: Client, by: Any):
    made = begun(by)
    upload(client, made, "照片.jpg", picture())
    client.get(f"/my/drafts/{made.pk}/competition/")
    evidence = made.evidence.get()
    client.post(f"/my/drafts/{made.pk}/competition/", {**RIGHT, "remove": evidence.pk})
    assert "照片.jpg" not in client.get(f"/my/drafts/{made.pk}/competition/").content.decode()


def test_it_is_sent_only_when_everything_is_there(client: Client, by: Any):
    made = begun(by)
    answer = client.post(f"/my/drafts/{made.pk}/check/")
    assert answer.status_code == 200
    assert 'href="#c-event_name"' in answer.content.decode()
    assert not Case.objects.exists()


def test_it_is_sent_once_and_the_confirmation_shows_the_reference(client: Client, by: Any):
    made = draft(by)
    key = made.submission_key
    answer = client.post(f"/my/drafts/{made.pk}/check/", follow=True)
    case = Case.objects.get(submission_key=key)
    assert case.shown_reference.replace("-", "\u2011") in answer.content.decode()
    again = client.post(f"/my/drafts/{made.pk}/check/", follow=True)  # the Back button, and once more
    assert "已经提交了" in again.content.decode()
    assert Case.objects.count() == 1


def test_the_task_list_opens_the_last_step_when_all_is_done(client: Client, by: Any):
    made = draft(by)
    page = client.get(f"/my/drafts/{made.pk}/").content.decode()
    assert f"/my/drafts/{made.pk}/check/" in page
    fresh = begun(other := applicant())
    assert f"/my/drafts/{fresh.pk}/check/" not in signed_in(other).get(f"/my/drafts/{fresh.pk}/").content.decode()


def test_all_on_one_page_serves_those_who_know(client: Client, by: Any):
    made = begun(by)
    answer = client.post(
        f"/my/drafts/{made.pk}/whole/", {"go": "1", "ground": "national_competition", **RIGHT, "statement": ""}
    )
    assert answer.status_code == 302
    assert saved(made)["place"] == 1


def test_contact_data_are_checked_not_asked_again(client: Client, by: Any):
    made = begun(by)
    page = client.get(f"/my/drafts/{made.pk}/about/").content.decode()
    assert by.on_behalf_of.name in page
    assert unseal(by.on_behalf_of.key, by.on_behalf_of.number) not in page
    answer = client.post(f"/my/drafts/{made.pk}/about/", {"telephone": "", "address": "示例路", "town": ""})
    assert "找得到您的电话" in answer.content.decode()
    assert "请选一个；不在闵行，选最后一个" in answer.content.decode()


def test_a_page_that_is_saved_without_its_papers_says_which_are_lacking(client: Client, by: Any):
    made = begun(by)
    address = f"/my/drafts/{made.pk}/competition/"
    page = client.post(address, {"go": "1", **RIGHT}, follow=True).content.decode()
    titles = paper_titles(measure("direct_admission"))
    lacking = "、".join(titles[code].zh for code in ("award_document", "organiser_document"))
    assert f"刚才那页还差材料：{lacking}。" in page
    client.post(
        address, {"upload": "award_document", "file-award_document": SimpleUploadedFile("证.jpg", picture()), **RIGHT}
    )
    page = client.post(address, {"go": "1", **RIGHT}, follow=True).content.decode()
    assert f"刚才那页还差材料：{titles['organiser_document'].zh}。" in page


def test_who_lives_outside_the_district_says_so_and_it_stays_said(client: Client, by: Any):
    made = begun(by)
    contact = {"telephone": "021-0000-0000", "address": "示例路"}
    assert client.post(f"/my/drafts/{made.pk}/about/", {**contact, "town": "outside"}).status_code == 302
    assert '<option value="outside" selected>' in client.get(f"/my/drafts/{made.pk}/about/").content.decode()
    assert "不住在闵行" in client.get(f"/my/drafts/{made.pk}/check/").content.decode()
    assert client.post(f"/my/drafts/{made.pk}/about/", {**contact, "town": "1"}).status_code == 200


def test_what_else_changed_of_the_applicant_meanwhile_stays(monkeypatch: pytest.MonkeyPatch):
    """A register's answer that came in between the draft's look-up and its handing in."""
    told = story()
    made = draft(told.by)
    save_about(draft_id=made.pk, by=told.by, now=NOW, telephone="021-0000-0098", address="新示例路", town_id=None)
    asked = submitting.told_in

    def meanwhile(*given: Any) -> Any:
        Person.objects.filter(pk=told.by.on_behalf_of.pk).update(certificate_level="4")
        return asked(*given)

    monkeypatch.setattr(submitting, "told_in", meanwhile)
    submit(draft_id=made.pk, by=told.by, now=NOW)
    who = Person.objects.get(pk=told.by.on_behalf_of.pk)
    assert (who.telephone, who.certificate_level) == ("021-0000-0098", "4")


def test_that_text_messages_still_go_to_another_number_is_said(client: Client, by: Any):
    made, contact = begun(by), {"address": "示例路", "town": "outside"}
    address = f"/my/drafts/{made.pk}/about/"
    assert (
        "短信还是发到"
        not in client.post(address, {**contact, "telephone": "13800000000"}, follow=True).content.decode()
    )
    number = reached(by, "sms")
    page = client.post(address, {**contact, "telephone": "13800000000"}, follow=True).content.decode()
    assert f"短信还是发到 {masked_address(number)}" in page
    assert number not in page
    assert "短信还是发到" not in client.post(address, {**contact, "telephone": number}, follow=True).content.decode()


@pytest.mark.parametrize("typed", ["0001-01-01", "1年1月1日", "1899-12-31"])
def test_a_year_that_is_a_slip_is_asked_about(client: Client, by: Any, typed: str):
    made = begun(by)
    answer = send(client, made, **{**RIGHT, "awarded_on": typed})
    assert answer.status_code == 200
    assert "awarded_on" not in saved(made)


def test_how_one_is_reached_changes_with_the_application_that_is_handed_in_not_before(client: Client):
    told = story()
    client, who = signed_in(told.by), told.by.on_behalf_of
    who.refresh_from_db()
    before = (who.telephone, who.address, who.town_id)
    made = draft(told.by)
    contact = {"telephone": "021-0000-0099", "address": "新示例路 9 号", "town": "outside"}
    assert client.post(f"/my/drafts/{made.pk}/about/", contact).status_code == 302
    assert "021-0000-0099" in client.get(f"/my/drafts/{made.pk}/check/").content.decode()
    who.refresh_from_db()
    assert (who.telephone, who.address, who.town_id) == before
    office = signed_in(told.who())
    assert "新示例路" not in office.get(f"/work/cases/{told.case.shown_reference}/").content.decode()

    case = submit(draft_id=made.pk, by=told.by, now=NOW)
    who.refresh_from_db()
    assert (who.telephone, who.address, who.town_id) == ("021-0000-0099", "新示例路 9 号", None)
    assert case.town_id is None
    sent_page = client.get(f"/my/cases/{case.shown_reference}/answers/").content.decode()
    assert "新示例路 9 号" in sent_page
    history = office.get(f"/work/cases/{case.shown_reference}/history/").content.decode()
    assert "联系方式有变：电话、住址、镇、街道" in history
    assert "021-0000-0099" not in history
    older = office.get(f"/work/cases/{told.case.shown_reference}/").content.decode()
    assert "021-0000-0099" in older
    assert f"交这件的时候：{before[0]}" in older


def test_a_body_that_is_too_large_is_answered_kindly(client: Client, by: Any):
    made = begun(by)
    answer = client.post(f"/my/drafts/{made.pk}/competition/", {"event_name": "x" * 3_000_000})
    assert answer.status_code == 400
    assert "看不懂" in answer.content.decode()


def test_an_expired_session_leads_back_to_the_page_after_signing_in(by: Any):
    made = begun(by)
    answer = Client().get(f"/my/drafts/{made.pk}/competition/")
    assert answer.status_code == 302
    assert f"next=%2Fmy%2Fdrafts%2F{made.pk}%2Fcompetition%2F" in answer["Location"]


def test_a_form_without_its_token_says_so_kindly(by: Any):
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(by).cookies
    made = begun(by)
    answer = client.post(f"/my/drafts/{made.pk}/competition/", RIGHT)
    assert answer.status_code == 403
    assert "放得太久" in answer.content.decode()


def test_the_drafts_answers_are_sealed(by: Any):
    made = begun(by, event_name="只给部门看")
    assert "只给部门看".encode() not in bytes(made.answers)
    assert BytesIO(bytes(made.answers)).read(1)


def test_no_statement_count_grows_with_the_cases(client: Client, by: Any, django_assert_max_num_queries: Any):
    story(who=by.on_behalf_of)
    with django_assert_max_num_queries(14) as first:
        client.get("/my/")
    for _ in range(3):
        story(who=by.on_behalf_of)
    with django_assert_max_num_queries(len(first)):
        client.get("/my/")


def test_a_day_that_has_not_come_is_asked_again(client: Client, by: Any):
    made = begun(by)
    assert "还没有到" in send(client, made, **{**RIGHT, "awarded_on": "2099-1-1"}).content.decode()


def test_what_the_rules_see_already_is_said_before_sending(client: Client, by: Any):
    from tests.factories import NATIONAL

    made = draft(by, {**NATIONAL, "place": 2})
    page = client.get(f"/my/drafts/{made.pk}/check/").content.decode()
    assert "可能不符合" in page
    assert "梅陇镇" in page


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("flexible_employment_subsidy", "这个月不能重复享受"), ("concentrated_employer_subsidy", "已经"),
        ("skills_training_match", "已经"),
    ],
)  # fmt: skip
def test_what_was_granted_before_is_said_before_the_same_is_sent_again(code: str, why: str):
    first = sent(code)
    while first.case.outcome != "granted":
        first.sign()
        first.case.refresh_from_db()
    facts = unseal(first.case.key, first.case.answer_sets.get().answers)["facts"]
    given = {"organisation" if first.case.organisation else "person": first.by.on_behalf_of}
    with time_machine.travel(first.now, tick=False):
        made = start_draft(code=code, by=first.by, now=first.now, **given)
        save_draft(draft_id=made.pk, by=first.by, now=first.now, facts=facts)
        page = signed_in(first.by).get(f"/my/drafts/{made.pk}/check/").content.decode()
    assert "可能不符合" in page
    assert why in page
    assert first.case.shown_reference in page


def test_a_list_that_is_only_begun_is_read_back_without_a_doubt_where_something_was_granted_before(
    client: Client, by: Any
):
    made = start_draft(code="flexible_employment_subsidy", by=by, now=NOW, person=by.on_behalf_of)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts={"months": [{"month": "2026-08"}, {"month": "2026-08"}, {}]})
    page = client.get(f"/my/drafts/{made.pk}/check/")
    assert page.status_code == 200
    assert "可能不符合" not in page.content.decode()


def test_questions_that_an_answer_opens_are_asked_at_once_on_the_same_page(client: Client, by: Any):
    made = start_draft(code="competition_award", by=by, now=NOW, person=by.on_behalf_of)
    won = {"level": "municipal", "event": "2025·茶艺", "awarded_on": "2025-11-28"}
    answer = client.post(f"/my/drafts/{made.pk}/competition/?from=check", {"go": "1", **won})
    assert answer["Location"] == f"/my/drafts/{made.pk}/competition/?from=check#f-for_minhang"
    page = client.get(answer["Location"]).content.decode()
    assert "还要再问一点" in page
    assert 'id="f-for_minhang"' in page  # a group of radio buttons is where its link leads
    assert 'name="city_prize"' in page
    full = {"for_minhang": "yes", "city_prize": "1500.55"}
    answer = client.post(f"/my/drafts/{made.pk}/competition/?from=check", {"go": "1", **won, **full})
    assert answer["Location"] == f"/my/drafts/{made.pk}/check/"
    answer = client.post(f"/my/drafts/{made.pk}/competition/", {"go": "1", **won, **full, "level": "district"})
    assert answer["Location"].endswith("/competition/#f-place")


def test_who_saves_for_later_is_not_held_by_a_question_that_opens(client: Client, by: Any):
    made = start_draft(code="competition_award", by=by, now=NOW, person=by.on_behalf_of)
    answer = client.post(f"/my/drafts/{made.pk}/competition/", {"later": "1", "level": "municipal"})
    assert answer["Location"] == f"/my/drafts/{made.pk}/"


def test_a_telephone_needs_digits(client: Client, by: Any):
    made = begun(by)
    answer = client.post(f"/my/drafts/{made.pk}/about/", {"telephone": "abc", "address": "示例路", "town": ""})
    assert "请写数字" in answer.content.decode()


def test_pressing_upload_without_a_file_says_so(client: Client, by: Any):
    made = begun(by)
    answer = client.post(f"/my/drafts/{made.pk}/competition/", {**RIGHT, "upload": "award_document"})
    assert "请先选一个文件" in answer.content.decode()
