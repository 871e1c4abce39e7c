"""No page's statements grow with its rows: each list with few rows and with many."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import person, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def statements(client: Client, address: str) -> int:
    client.get(address)  # the first look marks messages as read
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_finding_by_name():
    for _ in range(2):
        told = story(who=person("同名示例"))
    client = signed_in(told.cast["supervisor"])
    few = statements(client, "/work/find/?q=同名示例")
    for _ in range(5):
        story(who=person("同名示例"))
    assert statements(client, "/work/find/?q=同名示例") <= few


@pytest.mark.parametrize("view", ["mine", "department", "late", "others"])
def test_every_view_of_the_inbox(view: str):
    told = story()
    told.claimed()
    client = signed_in(told.cast["intake"])
    few = statements(client, f"/work/inbox/?view={view}")
    for _ in range(4):
        other = story()
        other.cast = told.cast
        other.to("civil_affairs_review")
    assert statements(client, f"/work/inbox/?view={view}") <= few + 1  # one for a page that had no rows


@pytest.mark.parametrize("page", ["history", "deadlines"])
def test_the_pages_of_a_long_case(page: str):
    told = story().to("civil_affairs_review")
    client = signed_in(told.cast["supervisor"])
    address: Any = f"/work/cases/{told.case.shown_reference}/{page}/"
    few = statements(client, address)
    told.to("town_confirmation")
    assert statements(client, address) <= few


def test_my_applications():
    told = story()
    client = signed_in(told.by)
    few = statements(client, "/my/")
    for _ in range(4):
        story(who=told.by.on_behalf_of)
    assert statements(client, "/my/") <= few


def test_the_page_to_sign_on_asks_few_things():
    told = story().to("hrss_review")
    told.claimed()
    assert statements(signed_in(told.who()), f"/work/cases/{told.case.shown_reference}/") <= 20
