"""A session that ends while somebody types: what they sent is there again after signing in."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from casework.sealing import unseal
from tests.factories import NOW, applicant, draft, judged, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TYPED = {"go": "1", "event_name": "打了很久的字", "organisers": "示例部", "awarded_on": "2025-9-18", "place": "1"}


def test_what_an_applicant_typed_is_saved_with_one_press_after_signing_in():
    from flows.actions.draft import save_draft

    by = applicant()
    made = draft(by, complete=False)
    save_draft(draft_id=made.pk, by=by, now=NOW, facts={"ground": "national_competition"})
    client = Client()
    answer = client.post(f"/my/drafts/{made.pk}/competition/", TYPED)
    assert answer.status_code == 302
    assert answer["Location"] == "/signin/?next=%2Fkept%2F"
    stored = "".join(session.session_data for session in Session.objects.all())
    assert "打了很久的字" not in stored
    kept = client.session["kept"]
    client = signed_in(by)
    session = client.session
    session["kept"] = kept
    session.save()
    page = client.get("/kept/").content.decode()
    assert f'action="/my/drafts/{made.pk}/competition/"' in page
    assert 'value="打了很久的字"' in page
    client.post(f"/my/drafts/{made.pk}/competition/", TYPED)
    made.refresh_from_db()
    assert unseal(made.person.key, made.answers)["facts"]["event_name"] == "打了很久的字"
    assert client.get("/kept/").status_code == 302  # shown once


def test_a_signing_officer_loses_nothing_and_no_password_is_kept():
    told = story().to("federation_review")
    told.claimed()
    fields = {f"j-{rule}": one.outcome for rule, one in judged(told.case, "federation_review").items()}
    client = Client()
    answer = client.post(
        f"/work/cases/{told.case.shown_reference}/sign/",
        {"do": "approve", "opinion": "同意", "password": "秘密", **fields},
    )
    assert answer["Location"] == "/officers/signin/?next=%2Fkept%2F"
    from casework.sealing import unwrap

    kept = unwrap(client.session["kept"])
    assert ["opinion", "同意"] in kept["fields"]
    assert "秘密" not in str(kept)
