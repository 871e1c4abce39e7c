"""Administrators open the API to a system, issue and revoke its tokens, and say where its events go."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from accounts.actor import Actor
from accounts.models import ApiClient, Scope
from casework.models import EventDelivery, Webhook
from tests.factories import officer, story
from tests.web.api.asking import Asker, asker, entrusted
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
NEW = {"department": "hrss", "name": "示例平台", "name_en": "Sample portal"}


@pytest.fixture
def by() -> Actor:
    return officer("federation", "administrator")


def page_of(portal: Asker) -> str:
    return f"/work/interfaces/{portal.client.pk}/"


def test_a_system_is_opened_and_its_token_shown_once(by: Actor):
    client = signed_in(by)
    answer = client.post("/work/interfaces/", NEW, follow=True)
    made = ApiClient.objects.get()
    assert answer.redirect_chain == [(f"/work/interfaces/{made.pk}/", 302)]
    shown = client.post(
        f"/work/interfaces/{made.pk}/", {"do": "token", "label": "正式", "scopes": [Scope.FOLLOW], "until": ""}
    )
    secret = shown.content.decode().partition("mh_")[2].partition("<")[0]
    assert made.tokens.get().scopes == [Scope.FOLLOW]
    assert Asker(made, made.tokens.get(), f"mh_{secret}").get("cases").status_code == 200
    assert shown["Cache-Control"].startswith("max-age=0")
    for address in ("/work/interfaces/", f"/work/interfaces/{made.pk}/"):
        assert secret not in client.get(address).content.decode()


def test_a_token_is_revoked_and_opens_nothing_from_then_on(by: Actor):
    portal, client = asker(), signed_in(by)
    assert client.post(page_of(portal), {"revoke": portal.token.pk}).status_code == 302
    assert portal.get("cases").status_code == 401
    assert "收回了" in client.get(page_of(portal)).content.decode()


def test_an_address_for_events_is_added_sent_to_again_and_ended(by: Actor):
    portal, client = asker(), signed_in(by)
    given = {"do": "webhook", "url": "https://portal.example.org/events", "about": [Scope.FOLLOW]}
    shown = client.post(page_of(portal), given)
    assert "whsec_" in shown.content.decode()
    webhook = Webhook.objects.get()
    for do in ("again", "end"):
        assert client.post(page_of(portal), {do: webhook.pk}).status_code == 302
    webhook.refresh_from_db()
    assert webhook.ended_at is not None
    assert client.post(page_of(portal), {"again": webhook.pk}).status_code == 404
    assert EventDelivery.objects.count() == 0


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"do": "token", "label": "", "scopes": [Scope.FOLLOW]}, "token-label"),
    ({"do": "token", "label": "正式"}, "token-scopes"),
    ({"do": "token", "label": "正式", "scopes": [Scope.FOLLOW], "until": "2020-01-01"}, "token-until"),
    ({"do": "webhook", "url": "https://127.0.0.1/", "about": [Scope.FOLLOW]}, "webhook-url"),
    ({"do": "webhook", "url": "https://portal.example.org/"}, "webhook-about"),
]


@pytest.mark.parametrize(("given", "control"), WRONG, ids=[control for _, control in WRONG])
def test_what_is_wrong_is_said_at_its_field(by: Actor, given: dict[str, Any], control: str):
    portal = asker()
    answer = signed_in(by).post(page_of(portal), given)
    assert answer.status_code == 400
    assert f'href="#{control}' in answer.content.decode()
    assert portal.client.tokens.count() == 1
    assert Webhook.objects.count() == 0


def test_a_name_that_is_taken_is_said(by: Actor):
    asker(name=NEW["name"])
    answer = signed_in(by).post("/work/interfaces/", NEW)
    assert answer.status_code == 400
    assert ApiClient.objects.count() == 1


@pytest.mark.parametrize("given", [{"do": "nothing"}, {"revoke": "other"}, {"end": 0}, {"again": "x"}], ids=str)
def test_what_is_not_of_the_system_is_not_there(by: Actor, given: dict[str, Any]):
    portal, other = asker(), asker(name="另一平台")
    said = {name: other.token.pk if value == "other" else value for name, value in given.items()}
    assert signed_in(by).post(page_of(portal), said).status_code == 404
    assert other.get("cases").status_code == 200


def test_no_button_does_nothing_and_says_so(by: Actor):
    portal = asker()
    answer = signed_in(by).post(page_of(portal), {"do": "", "label": "示例"})
    assert answer.status_code == 400
    assert "请按您要办的那一个按钮" in answer.content.decode()


@pytest.mark.parametrize("what", ["revoke", "token", "webhook"])
def test_each_act_asks_for_a_fresh_proof_which_stands_in_the_same_form(by: Actor, what: str):
    assert by.user is not None
    by.user.set_password("correct horse battery")
    by.user.save()
    portal, client = asker(), signed_in(by)
    session = client.session
    session["proved_at"] = (now() - timedelta(hours=1)).isoformat()
    session.save()
    given: dict[str, Any] = {
        "revoke": {"revoke": portal.token.pk}, "token": {"do": "token", "label": "正式", "scopes": [Scope.FOLLOW]},
        "webhook": {"do": "webhook", "url": "https://portal.example.org/", "about": [Scope.FOLLOW]},
    }[what]  # fmt: skip
    answer = client.post(page_of(portal), given)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert page.count('name="password"') == 1
    assert page.count('<form class="sign') == 1
    assert portal.get("cases").status_code == 200
    done = client.post(page_of(portal), given | {"password": "correct horse battery"})
    assert done.status_code == (302 if what == "revoke" else 200)


@pytest.mark.parametrize(
    ("code", "role"), [("federation", "intake"), ("federation", "head"), ("supervision", "supervisor")]
)
def test_nobody_else_finds_the_pages(code: str, role: str):
    portal, client = asker(), signed_in(officer(code, role))
    for address in ("/work/interfaces/", page_of(portal)):
        assert client.get(address).status_code == 404
        assert client.post(address, {"revoke": portal.token.pk}).status_code == 404
    assert portal.get("cases").status_code == 200


class TestEntrusting:
    def test_an_applicant_entrusts_a_portal_and_ends_it(self):
        portal, told = asker(), story()
        client = signed_in(told.by)
        page = client.get("/my/agents/").content.decode()
        assert "示例平台" in page
        assert client.post("/my/agents/", {"do": "entrust", "portal": portal.client.pk}).status_code == 302
        assert portal.get(f"cases/{told.case.shown_reference}").status_code == 200
        page = client.get("/my/agents/").content.decode()
        assert page.count("示例平台") == 2  # the name, and in the button that ends it
        mandate = told.by.on_behalf_of.mandates.get(user=portal.client.account)
        assert client.post("/my/agents/", {"do": "end", "mandate": mandate.pk}).status_code == 302
        assert portal.get(f"cases/{told.case.shown_reference}").status_code == 404

    def test_twice_is_once(self):
        portal, told = asker(), story()
        entrusted(portal, told.by)
        entrusted(portal, told.by)
        assert told.by.on_behalf_of.mandates.filter(user=portal.client.account).count() == 1

    def test_only_portals_with_a_good_token_for_applicants_are_offered(self):
        reads, told = asker(Scope.READ, Scope.EVENTS), story()
        client = signed_in(told.by)
        assert "示例平台" not in client.get("/my/agents/").content.decode()
        for chosen in (reads.client.pk, 0):
            assert client.post("/my/agents/", {"do": "entrust", "portal": chosen}).status_code == 404
        assert not told.by.on_behalf_of.mandates.filter(user=reads.client.account).exists()

    def test_a_unit_entrusts_a_portal_as_its_handler(self):
        from tests.flows.anywhere import organisation, staff

        unit = organisation()
        portal, manager = asker(), staff(unit)
        client = signed_in(manager)
        assert "示例平台" in client.get(f"/my/units/{unit.pk}/people/").content.decode()
        assert (
            client.post(f"/my/units/{unit.pk}/people/", {"do": "entrust", "portal": portal.client.pk}).status_code
            == 302
        )
        mandate = unit.mandates.get(user=portal.client.account)
        assert mandate.role == "applicant"
        answer = client.post(f"/my/units/{unit.pk}/people/", {"do": "role", "mandate": mandate.pk, "role": "manager"})
        assert answer.status_code == 400
        mandate.refresh_from_db()
        assert mandate.role == "applicant"

    def test_an_agent_names_no_portal(self):
        from flows.actions.entrust import entrust
        from flows.errors import NotAllowed
        from tests.factories import NOW

        portal, told = asker(), story()
        entrusted(portal, told.by)
        other = asker(name="另一平台")
        from casework.interfaces import acting

        with pytest.raises(NotAllowed):
            entrust(
                whom=told.by.on_behalf_of,
                client_id=other.client.pk,
                by=acting(portal.client, told.by.on_behalf_of),
                now=NOW,
            )
