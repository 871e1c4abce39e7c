"""Public notices, objections and their answers."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.models import Role
from casework.models import Look, Objection
from casework.references import shown
from casework.sealing import unseal
from flows.actions.answer_objection import dismiss
from flows.actions.publish import publish
from tests.factories import key, officer, picture, story
from tests.web.signing_in import signed_in
from web.public import notices

pytestmark = pytest.mark.django_db


def published(surname: str = "欧阳"):
    told = story().to("public_notice")
    notice = publish(**told.claimed(), surname=surname, ground="national_competition", award="示例竞赛第一名")
    return told, notice


@pytest.fixture
def on_notice():
    """A notice, and a clock that stands on its first day."""
    told, notice = published()
    with time_machine.travel(told.now + timedelta(days=1), tick=False):
        yield told, notice


def send(client, notice, **fields: str):
    return client.post(
        f"/notices/{notice.code}/object/", {"text": "证书不是他的", "submission_key": str(key()), **fields}
    )


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "欧阳先生或女士"), ("en", 'Mr or Ms <span lang="zh-Hans">欧阳')]
)
def test_a_notice_shows_surname_ground_award_and_days_and_nothing_more(client, on_notice, language, words):
    told, notice = on_notice
    client.cookies["language"] = language
    for path in ("/notices/", f"/notices/{notice.code}/", f"/notices/{notice.code}/object/"):
        page = client.get(path).content.decode()
        assert words in page
        assert told.case.person.name not in page
        assert told.case.reference not in page.replace("-", "").replace("\u2011", "")


def test_the_list_asks_the_database_the_same_for_one_notice_and_for_many(client, on_notice):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert client.get("/notices/").status_code == 200
        return len(made)

    one = statements()
    with time_machine.travel(on_notice[0].now, tick=False):
        published("司马")
    assert statements() == one <= 3


def test_long_lists_go_on_from_the_last_row(client, on_notice, monkeypatch):
    with time_machine.travel(on_notice[0].now, tick=False):
        published("司马")
    monkeypatch.setattr(notices, "PAGE", 1)
    first = client.get("/notices/").content.decode()
    more = re.search(r'href="(\?after=[^"]+)"', first)[1]
    second = client.get(f"/notices/{more}").content.decode()
    assert ("欧阳" in first) + ("司马" in first) == 1
    assert ("欧阳" in first) != ("欧阳" in second)


@pytest.mark.parametrize("edge", ["x", "\0", "2026-13-01.1", "9" * 10_000, "2026-11-01." + "9" * 50])
def test_an_edge_that_cannot_be_read_is_passed_over(client, edge):
    assert client.get("/notices/", {"after": edge}).status_code == 200


def test_before_its_first_day_a_notice_is_not_there_and_after_its_last_it_says_so(client, on_notice):
    told, notice = on_notice
    with time_machine.travel(told.now, tick=False):
        assert client.get(f"/notices/{notice.code}/").status_code == 404
    with time_machine.travel(told.now + timedelta(days=30), tick=False):
        for path in (f"/notices/{notice.code}/", f"/notices/{notice.code}/object/"):
            answer = client.get(path)
            assert answer.status_code == 410
            assert "欧阳" not in answer.content.decode()
        assert send(client, notice).status_code == 410
    assert not Objection.objects.exists()


def test_an_objection_gives_a_code_to_note_down(client, on_notice):
    page = send(client, on_notice[1], who="某人", contact="１２３").content.decode()
    made = Objection.objects.get()
    assert shown(made.code).replace("-", "\u2011") in page
    assert "记下" in page
    assert unseal(made.key, made.who) == {"name": "某人", "contact": "123"}
    assert made.named


def test_the_same_form_sent_twice_is_one_objection(client, on_notice):
    page = client.get(f"/notices/{on_notice[1].code}/object/").content.decode()
    sent_key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    answers = [send(client, on_notice[1], submission_key=sent_key).content.decode() for _ in range(2)]
    code = shown(Objection.objects.get().code).replace("-", "\u2011")
    assert all(code in answer for answer in answers)


def test_a_picture_with_an_objection_is_for_those_who_examine_it_alone(client, on_notice):
    told, notice = on_notice
    send(client, notice, file=SimpleUploadedFile("证据.jpg", picture(30), "image/jpeg"))
    made = Objection.objects.select_related("evidence").get()
    assert (made.evidence.key_id, made.evidence.case_id, made.evidence.uploaded_by_id) == (made.key_id, None, None)
    address = f"/files/{made.evidence.pk}/"
    assert signed_in(told.by).get(address).status_code == 404
    examiner = signed_in(told.cast["civil_affairs2"])
    assert address in examiner.get(f"/work/objections/{made.pk}/").content.decode()
    assert examiner.get(address).status_code == 200
    assert Look.objects.filter(case_id=told.case.pk, what="file").exists()
    assert signed_in(officer("finance", Role.PAYER)).get(address).status_code == 404


def test_a_file_that_is_no_picture_is_said_at_its_field_and_nothing_is_sent(client, on_notice):
    answer = send(client, on_notice[1], file=SimpleUploadedFile("x.jpg", b"<html></html>", "image/jpeg"))
    assert "证书不是他的" in answer.content.decode()
    assert 'href="#f-file"' in answer.content.decode()
    assert not Objection.objects.exists()


def test_the_same_objection_pressed_twice_at_the_counter_is_one(client, on_notice):
    told, _ = on_notice
    officer_there = signed_in(told.cast["civil_affairs2"])
    address = f"/work/cases/{told.case.shown_reference}/objections/new/"
    sent_key = re.search(r'name="submission_key" value="([^"]+)"', officer_there.get(address).content.decode())[1]
    assert officer_there.post(address, {"text": " ", "submission_key": sent_key}).status_code == 400
    for _ in range(2):
        answer = officer_there.post(
            address,
            {"text": "当面说的", "submission_key": sent_key, "file": SimpleUploadedFile("照片.jpg", picture(31))},
        )
        assert answer.status_code == 302
    made = Objection.objects.get()
    assert (made.received_how, made.evidence.uploaded_by_id) == ("counter", told.cast["civil_affairs2"].user_id)


def test_whoever_is_signed_in_stays_anonymous(client, on_notice):
    from casework.models import Action

    told, notice = on_notice
    client.force_login(told.by.user, backend="web.accounts.Accounts")
    send(client, notice)
    assert Action.objects.get(event="objected").user_id is None
    assert not Objection.objects.get().named


@pytest.mark.parametrize("text", ["", "  \0 ", "字" * 2001, "x" * 10_000])
def test_a_text_that_does_not_fit_comes_back_with_everything_typed(client, on_notice, text):
    answer = send(client, on_notice[1], text=text, who="某人")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="errors"' in page
    assert 'value="某人"' in page
    assert text.replace("\0", "")[:50] in page
    assert not Objection.objects.exists()


def test_a_broken_key_of_the_form_hinders_nobody(client, on_notice):
    assert send(client, on_notice[1], submission_key="\0x").status_code == 200
    assert Objection.objects.count() == 1


def test_the_code_leads_to_state_and_answer(client, on_notice):
    told, notice = on_notice
    send(client, notice)
    made = Objection.objects.get()
    assert "正在查" in client.post("/objections/", {"code": shown(made.code).lower()}).content.decode()
    by = told.claimed()["by"]
    dismiss(objection_id=made.pk, by=by, now=now(), answer="查过原件，<属实>。")
    page = client.post("/objections/", {"code": made.code}).content.decode()
    assert "异议不成立" in page
    assert "查过原件，&lt;属实&gt;。" in page
    assert by.user.display_name not in page


def test_an_unknown_code_a_broken_one_and_a_reference_are_told_the_same(client, on_notice):
    told, _ = on_notice
    pages = []
    for code in ("WT26-0000-0000-00", "x" * 10_000, "\0?", told.case.reference):
        answer = client.post("/objections/", {"code": code})
        assert answer.status_code == 200
        page = answer.content.decode()
        if len(code) < 200:
            assert "没有找到这个编号的异议" in page
            pages.append(re.sub(r"<form.*?</form>", "", page, flags=re.S))
    assert pages[0] == pages[-1]


def test_too_many_tries_are_asked_to_wait(client):
    for _ in range(notices.LOOKS.most):
        assert client.post("/objections/", {"code": "WT26-0000-0000-00"}).status_code == 200
    answer = client.post("/objections/", {"code": "WT26-0000-0000-00"})
    assert answer.status_code == 429
    assert "试了太多次" in answer.content.decode()
    assert client.post("/objections/", {"code": "x"}, REMOTE_ADDR="192.0.2.7").status_code == 200
