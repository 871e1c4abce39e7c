"""The page of a claim that was prepared: what is known and from where, the sum, and one press."""

import re

import pytest

from casework.models import Case, Person, PreparedClaim
from flows.actions.import_records import withdraw_import
from tests.factories import applicant, officer
from tests.registers.prepared import FIRST, offered_to, recorded, winner
from tests.registers.served import invented
from tests.registers.test_prepare import officer_of
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def test_it_stands_on_the_first_page_and_is_sent_by_one_press():
    by = winner()
    claim = offered_to(by)
    client = signed_in(by)
    page = client.get("/my/").content.decode()
    assert f"/my/prepared/{claim.code}/" in page
    assert "还没填完的" not in page
    page = client.get(f"/my/prepared/{claim.code}/").content.decode()
    assert "5,000" in page
    assert "竞赛的成绩记录" in page
    assert "您同意用上面这些记录" in page
    answer = client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"})
    assert answer["Location"] == f"/my/cases/{Case.objects.get().shown_reference}/sent/"
    again = client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"})
    assert again["Location"] == answer["Location"]
    assert "已经交上去" in client.get(f"/my/prepared/{claim.code}/").content.decode()


def test_it_is_declined_or_taken_up():
    by = winner()
    claim = offered_to(by)
    client = signed_in(by)
    answer = client.post(f"/my/prepared/{claim.code}/", {"do": "take"})
    assert re.fullmatch(r"/my/drafts/\d+/", answer["Location"])
    assert "您自己接着填了" in client.get(f"/my/prepared/{claim.code}/").content.decode()
    other = winner(5)
    claim = offered_to(other)
    client = signed_in(other)
    assert client.post(f"/my/prepared/{claim.code}/", {"do": "decline"})["Location"] == "/my/"
    assert "还可以自己申请" in client.get(f"/my/prepared/{claim.code}/").content.decode()
    assert client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"}).status_code == 409
    assert client.post(f"/my/prepared/{claim.code}/", {"do": "else"}).status_code == 404


def test_what_changed_is_said_before_and_when_it_is_confirmed():
    by = winner()
    claim = offered_to(by)
    client = signed_in(by)
    recorded(0, "competition", ["district", "示例竞赛·茶艺", "2026-09-01", 2, "", ""])
    assert "情况有变" in client.get(f"/my/prepared/{claim.code}/").content.decode()
    page = client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"}, follow=True).content.decode()
    assert "重新算过了，还没有交" in page
    assert "4,000" in page
    assert not Case.objects.exists()
    assert client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"}).status_code == 302
    assert Case.objects.exists()


def test_what_no_longer_holds_is_said():
    by = invented(0)
    batch = recorded(0, "competition", FIRST)
    claim = offered_to(by)
    withdraw_import(import_id=batch.pk, by=officer_of(batch.made_by), now=claim.offered_at)
    page = signed_in(by).post(f"/my/prepared/{claim.code}/", {"do": "confirm"}, follow=True).content.decode()
    assert "现在不算数了" in page
    assert PreparedClaim.objects.get().state == "overtaken"


def test_contact_data_that_lack_are_asked_for_and_lead_back():
    by = winner()
    Person.objects.filter(pk=by.on_behalf_of.pk).update(telephone="")
    claim = offered_to(by)
    client = signed_in(by)
    answer = client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"})
    assert answer.status_code == 400
    assert 'href="#contact"' in answer.content.decode()
    about = f"/my/drafts/{claim.draft_id}/about/?from=prepared"
    given = {"telephone": "021-0000-0000", "address": "示例路 1 号", "town": str(by.on_behalf_of.town_id)}
    assert client.post(about, given)["Location"] == f"/my/prepared/{claim.code}/"
    assert client.post(f"/my/prepared/{claim.code}/", {"do": "confirm"}).status_code == 302


def test_it_is_there_for_nobody_else():
    claim = offered_to(winner())
    for other in (applicant(), officer("federation", "intake"), officer("supervision", "supervisor")):
        assert signed_in(other).get(f"/my/prepared/{claim.code}/").status_code == 404
