"""A session that ends while somebody types: what they sent is there again after signing in."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.actor import Actor
from casework.models import Draft
from casework.sealing import unseal, unwrap
from flows.actions.draft import save_draft
from tests.factories import NOW, applicant, draft, events, judged, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TYPED = {"go": "1", "event_name": "打了很久的字", "organisers": "示例部", "awarded_on": "2025-9-18", "place": "1"}


def away(by: Actor) -> Client:
    """The browser of somebody whose session has ended: only the cookie that says whose it was is left."""
    client = signed_in(by)
    client.get("/help/")
    del client.cookies["sessionid"]
    return client


def back(client: Client, by: Actor) -> Client:
    """Signed in again, with what the browser's session had kept."""
    kept = client.session.get("kept")
    again = signed_in(by)
    session = again.session
    session["kept"] = kept
    session.save()
    return again


def begun(by: Actor) -> Draft:
    made = draft(by, complete=False)
    return save_draft(draft_id=made.pk, by=by, now=NOW, facts={"ground": "national_competition"})


def test_what_an_applicant_typed_is_saved_with_one_press_after_signing_in():
    by = applicant()
    made = begun(by)
    client = away(by)
    answer = client.post(f"/my/drafts/{made.pk}/competition/", TYPED)
    assert answer["Location"] == "/signin/?next=%2Fkept%2F"
    assert "打了很久的字" not in "".join(session.session_data for session in Session.objects.all())
    client = back(client, by)
    for _ in range(2):  # a reload loses nothing
        page = client.get("/kept/").content.decode()
        assert f'action="/my/drafts/{made.pk}/competition/"' in page
        assert 'value="打了很久的字"' in page
    client.post(f"/my/drafts/{made.pk}/competition/", TYPED)
    made.refresh_from_db()
    assert unseal(made.person.key, made.answers)["facts"]["event_name"] == "打了很久的字"


def test_it_is_given_to_nobody_else():
    by = applicant()
    made = begun(by)
    client = away(by)
    client.post(f"/my/drafts/{made.pk}/competition/", TYPED)
    other = back(client, applicant())
    assert other.get("/kept/").status_code == 302
    assert "kept" not in other.session


def test_an_officer_finds_what_was_written_on_the_case_and_nothing_is_signed():
    told = story().to("federation_review")
    told.claimed()
    by = told.cast["federation"]
    fields = {f"j-{rule}": one.outcome for rule, one in judged(told.case, "federation_review").items()}
    address = f"/work/cases/{told.case.shown_reference}/sign/"
    client = away(by)
    answer = client.post(address, {"do": "approve", "opinion": "写了很久的意见", "password": "秘密", **fields})
    assert answer["Location"] == "/officers/signin/?next=%2Fkept%2F"
    assert "秘密" not in str(unwrap(client.session["kept"]))
    client = back(client, by)
    assert 'name="restore"' in client.get("/kept/").content.decode()
    page = client.post(
        address, {"do": "approve", "opinion": "写了很久的意见", "restore": "1", **fields}
    ).content.decode()
    assert "写了很久的意见" in page
    assert "agreed" not in events(told.case)
