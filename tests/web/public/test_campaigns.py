"""Campaigns: a head publishes in both languages, everybody reads, what is over or withdrawn is told as such."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localdate

from accounts.models import Role
from casework.models import Action, Campaign
from flows.actions.campaign import publish_campaign
from flows.errors import Invalid, NotAllowed
from tests.factories import NOW, officer
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "title": "就业援助月（示例）", "title_en": "Employment-aid month (sample)", "text": "一起来。\n<b>示例</b>", "text_en": "Come along.",
    "place": "示例路 1 号，有坡道",
}  # fmt: skip


def test_from_the_heads_form_to_the_public_page_and_off_again():
    client, today = signed_in(officer("federation", Role.HEAD)), localdate()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=30)).isoformat()}
    for _ in range(2):  # sent twice is one
        assert client.post("/work/campaigns/", GIVEN | days).status_code == 302
    one = Campaign.objects.get()
    listed = Client().get("/campaigns/").content.decode()
    assert "就业援助月（示例）" in listed
    assert "正在办" in listed
    page = Client().get(f"/campaigns/{one.pk}/").content.decode()
    assert "有坡道" in page
    assert "<b>示例</b>" not in page
    client.post("/work/campaigns/", {"withdraw": one.pk})
    assert Client().get(f"/campaigns/{one.pk}/").status_code == 404
    assert "现在没有活动" in Client().get("/campaigns/").content.decode()
    events = Action.objects.filter(subject_kind="campaign").values_list("event", flat=True)
    assert list(events.order_by("number")) == ["campaign_published", "campaign_withdrawn"]


def test_what_is_over_is_told_as_over():
    today = localdate()
    one = publish_campaign(
        by=officer("federation", Role.HEAD),
        now=NOW,
        **GIVEN,
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=1),
    )
    Campaign.objects.filter(pk=one.pk).update(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=2))
    assert "已经结束" in Client().get(f"/campaigns/{one.pk}/").content.decode()
    assert "就业援助月（示例）" not in Client().get("/campaigns/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"), ({"text": "示" * 4001}, "text"), ({"ends_on": date(2026, 11, 1)}, "ends_on"),
        ({"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 2)}, "ends_on"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_at_its_field(wrong: dict[str, Any], field: str):
    given = GIVEN | {"starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 3)} | wrong
    with pytest.raises(Invalid) as error:
        publish_campaign(by=officer("federation", Role.HEAD), now=NOW, **given)
    assert set(error.value.errors) == {field}


def test_the_english_may_be_left_out_and_the_chinese_stands_there_too():
    given = GIVEN | {"title_en": "", "text_en": "", "starts_on": NOW.date(), "ends_on": NOW.date()}
    one = publish_campaign(by=officer("federation", Role.HEAD), now=NOW, **given)
    assert (one.name.en, one.words.en) == (one.title, one.text)


def test_only_a_head_publishes_and_only_for_their_department():
    with pytest.raises(NotAllowed, match="only_the_head"):
        publish_campaign(
            by=officer("federation", Role.REVIEWER), now=NOW, **GIVEN, starts_on=NOW.date(), ends_on=NOW.date()
        )
    one = publish_campaign(
        by=officer("federation", Role.HEAD), now=NOW, **GIVEN, starts_on=NOW.date(), ends_on=NOW.date()
    )
    other = signed_in(officer("hrss", Role.HEAD))
    assert other.post("/work/campaigns/", {"withdraw": one.pk}).status_code == 404
    one.refresh_from_db()
    assert one.withdrawn_at is None
