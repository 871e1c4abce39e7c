"""Every address as every role: what is not for them is not there, and nothing of it is in the answer."""

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.actor import ANONYMOUS, Actor
from casework.models import Objection
from flows.actions.object_to import object_to
from flows.actions.publish import publish
from tests.factories import CAST, Cast, Story, applicant, draft, officer, person, story
from tests.web.signing_in import factor_of, signed_in

pytestmark = pytest.mark.django_db

# The step at which the case stands, and who of the cast may see it then.
REACHED = {
    "federation_intake": {"intake", "federation", "head"},
    "hrss_review": {"intake", "federation", "head", "civil_affairs", "assigner", "hrss"},
    "public_notice": {"intake", "federation", "head", "civil_affairs", "assigner", "hrss", "government"},
    "town_confirmation": {"intake", "federation", "head", "civil_affairs", "assigner", "hrss", "government", "town"},
}
ALWAYS = {"supervisor"}
OF_A_CASE = ("case", "history", "deadlines")


def patterns() -> list[URLPattern]:
    return [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]


def client_of(by: Actor) -> Client:
    return signed_in(by)


def test_every_page_says_for_whom_it_is():
    unguarded = {one.name for one in patterns() if not hasattr(one.callback, "audience")}
    assert unguarded == set()


@pytest.mark.parametrize("step", list(REACHED))
def test_a_case_is_there_for_those_it_reached_and_for_nobody_else(step: str):
    told = story(who=person("独名示例")).to(step)
    reference, name = told.case.shown_reference, "独名示例"
    for role in CAST:
        by = told.cast[role]
        for page in OF_A_CASE:
            response = client_of(by).get(f"/work/cases/{reference}/{'' if page == 'case' else page + '/'}")
            expected = 200 if role in REACHED[step] | ALWAYS else 404
            assert response.status_code == expected, (role, page, step)
            if expected == 404:
                assert name not in response.content.decode()
                assert reference not in response.content.decode().replace(response.wsgi_request.path, "")


def everything_of(told: Story, made: Objection | None) -> list[str]:
    """The addresses that belong to one applicant's case, with its real keys."""
    reference = told.case.shown_reference
    evidence = told.case.evidence.first()
    letter = told.case.letters.decisions().first()
    found = [
        f"/my/cases/{reference}/", f"/my/cases/{reference}/sent/", f"/my/cases/{reference}/answers/",
        f"/my/cases/{reference}/withdraw/", f"/my/cases/{reference}/appeal/", f"/my/cases/{reference}/correction/",
        f"/my/cases/{reference}/changes/1/", f"/work/cases/{reference}/", f"/work/cases/{reference}/history/",
        f"/work/cases/{reference}/deadlines/", f"/work/cases/{reference}/correction/",
        f"/work/cases/{reference}/objections/new/",
    ]  # fmt: skip
    if evidence:
        found.append(f"/files/{evidence.pk}/")
    if letter:
        found += [f"/letters/{letter.number}.pdf", f"/work/cases/{reference}/serve/{letter.number}/"]
    if made:
        found.append(f"/work/objections/{made.pk}/")
    return found


def test_strangers_find_nothing_of_a_case():
    told = story(who=person("独名示例")).to("public_notice")
    notice = publish(**told.claimed(), surname="独", ground="national_competition", award="示例赛")
    told.now = told.now.replace(day=told.now.day + 1)
    made = object_to(
        notice_id=notice.pk, by=ANONYMOUS, now=notice.published_at.replace(day=notice.starts_on.day), text="请核实"
    )
    strangers: list[Actor] = [applicant(), told.cast["other_town"], told.cast["finance"], told.cast["town"]]
    for by in strangers:
        client = client_of(by)
        for address in everything_of(told, made):
            response = client.get(address)
            assert response.status_code == 404, (by.kind, address)
            assert "独名示例" not in response.content.decode()


def test_nobody_signed_in_is_led_to_the_sign_in_or_finds_nothing():
    told = story(who=person("独名示例")).to("hrss_review")
    for address in everything_of(told, None):
        response = Client().get(address)
        assert response.status_code == 302, address
        assert "signin" in response["Location"]


def test_the_address_of_what_is_only_sent_leads_back_to_its_page():
    """A bookmark, or the browser's way back after a mistake: with keys that the page itself has not."""
    told = story().to("federation_review")
    for by, path, to in (
        (told.by, f"/my/cases/{told.case.shown_reference}/notes/4/withdraw/", f"/my/cases/{told.case.shown_reference}/"),
        (told.cast["federation"], f"/work/cases/{told.case.shown_reference}/comments/4/withdraw/", f"/work/cases/{told.case.shown_reference}/"),
        (told.cast["supervisor"], "/audit/searches/4/forget/", "/audit/"),
    ):  # fmt: skip
        answer = client_of(by).get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, to)


def test_a_draft_is_its_writers_alone():
    by = applicant()
    made = draft(by)
    evidence = made.evidence.first()
    cast = Cast()
    addresses = [f"/my/drafts/{made.pk}/{part}" for part in ("", "about/", "whole/", "check/", "discard/", "ground/")]
    addresses.append(f"/files/{evidence.pk}/" if evidence else "")
    for other in (applicant(), cast["intake"], cast["supervisor"]):
        for address in addresses:
            assert client_of(other).get(address).status_code == 404, (other.kind, address)
    assert all(client_of(by).get(address).status_code == 200 for address in addresses)


def test_throwing_somebody_elses_draft_away_is_told_as_for_one_that_is_gone():
    mine, theirs = draft(by := applicant()), draft(applicant())
    client = client_of(by)
    assert "草稿删掉了" in client.post(f"/my/drafts/{mine.pk}/discard/", follow=True).content.decode()
    for key in (mine.pk, theirs.pk):
        assert "这份草稿已经不在了" in client.post(f"/my/drafts/{key}/discard/", follow=True).content.decode()
    assert type(theirs).objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    ("role", "allowed"), [("supervisor", True), ("intake", False), ("hrss", False), ("town", False), ("head", False)]
)
def test_the_record_is_for_supervision(role: str, allowed: bool):
    assert client_of(Cast()[role]).get("/audit/").status_code == (200 if allowed else 404)


POSTS = ("claim", "sign", "original", "establish", "number")


@pytest.mark.parametrize("role", ["other_town", "finance", "town"])
@pytest.mark.parametrize("verb", POSTS)
def test_a_post_to_a_case_out_of_reach_changes_nothing(role: str, verb: str):
    told = story().to("hrss_review")
    given: dict[str, Any] = {"do": "approve", "task": told.task().pk}
    before = told.case.version
    assert client_of(told.cast[role]).post(f"/work/cases/{told.case.shown_reference}/{verb}/", given).status_code == 404
    told.case.refresh_from_db()
    assert told.case.version == before


def test_an_applicant_on_the_workbench_finds_nothing():
    client = client_of(applicant())
    for address in ("/work/inbox/", "/work/find/", "/audit/"):
        assert client.get(address).status_code == 404


def test_a_session_ends_with_its_post():
    told = story()
    by = told.cast["intake"]
    client = client_of(by)
    assert client.get("/work/inbox/").status_code == 200
    assert by.post is not None
    by.post.until = by.post.since
    by.post.save()
    assert client.get("/work/inbox/").status_code == 302


OFFICERS = (
    "officer",
    "supervision",
    "administrator",
    "finance",
    "money",
    "overview",
    "record keepers",
    "signed in",
    "round leaders",
    "rounds",
)


def addresses_of_officers() -> list[str]:
    """Every address for officers, with invented keys: whoever is not signed in never comes to the look-up."""
    keys = {"reference": "MH26-AAAA-AAAA-AA", "code": "direct_admission", "part": "written"}
    found = []
    for one in patterns():
        if getattr(one.callback, "audience", "") in OFFICERS:
            names = one.pattern.converters
            found.append(reverse(one.name, kwargs={name: keys.get(name, 1) for name in names}))
    return found


def without_second_factor(by: Actor) -> dict[str, dict[str, Any]]:
    """Sessions that have not passed it: after the password alone, and signed in with none or with one given up."""
    assert by.user is not None
    assert by.post is not None
    by.user.set_password("correct horse battery")
    by.user.save()
    made = {}
    for device in ("no device", "a device"):
        if device == "a device":
            factor_of(by.user)
        client = Client()
        client.post("/officers/signin/", {"login": by.user.login, "password": "correct horse battery"})
        client.get("/officers/code/")
        made[f"password alone, {device}"] = dict(client.session)
        client.force_login(by.user, backend="web.accounts.Accounts")
        signed = dict(client.session) | {"post": by.post.pk, "proved_at": timezone.now().isoformat()}
        made[f"no factor in the session, {device}"] = signed
        made[f"one given up, {device}"] = signed | {"factor": "2026-01-01T00:00:00.000000+00:00"}
    return made


@pytest.mark.parametrize("role", ["intake", "supervisor", "administrator"])
def test_no_officers_page_opens_before_the_second_factor(role: str):
    by = officer("federation", "administrator") if role == "administrator" else Cast()[role]
    addresses = addresses_of_officers()
    assert len(addresses) >= 35
    for kind, data in without_second_factor(by).items():
        for address in addresses:
            for method in ("get", "post"):
                session, client = SessionStore(), Client()
                session.update(data)
                session.save()
                client.cookies["sessionid"] = session.session_key
                answer = getattr(client, method)(address)
                assert answer.status_code == 302, (kind, method, address)
                assert "signin/" in answer["Location"], (kind, method, address)
