"""The levy matter (残保金征缴一件事): who must, how the counts come about, what to send, when, whom to call, the clause."""

import pytest
from django.test import Client

from accounts.models import Role
from tests.factories import officer
from tests.services.serving import of_unit, unit
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def test_the_guide_says_it_in_both_languages_with_the_published_share(client: Client):
    page = client.get("/levy/").content.decode()
    for words in ("谁要办", "认证人数怎么来", "要交什么", "什么时候办", "找谁问", "残保金征缴一件事", "1.5%"):
        assert words in page
    client.post("/language/", {"language": "en", "next": "/levy/"})
    assert "How the certified counts come about" in client.get("/levy/").content.decode()


def test_guides_employers_and_the_board_lead_to_it(client: Client):
    for address in ("/guides/", "/guides/over_quota_reward/"):
        assert 'href="/levy/"' in client.get(address).content.decode()
    assert 'href="/levy/"' in signed_in(of_unit(unit())).get("/vacancies/").content.decode()
    assert 'href="/levy/"' in signed_in(officer("hrss", Role.REVIEWER)).get("/work/employers/").content.decode()
