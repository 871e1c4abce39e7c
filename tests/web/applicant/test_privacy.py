"""My personal information: what is stored, who looked, who signed; for nobody but them and those who may read for them."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from accounts.actor import Actor
from casework.models import Action, Look, Mandate
from casework.sealing import seal, unseal
from flows.actions.look import look
from flows.actions.take_copy import take_copy
from flows.errors import NotAllowed, ProofNeeded
from oversight import own_copy, own_data
from oversight.own_copy import zipped
from policy.retention import periods
from tests.factories import Story, applicant, person, story
from tests.flows.anywhere import organisation, staff
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story(who=person("示例甲")).to("hrss_review")


def page_of(told: Story, query: str = "") -> str:
    answer = signed_in(told.by).get(f"/my/privacy/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_says_what_is_stored_why_and_for_how_long_and_shows_no_whole_number(told: Story):
    page = page_of(told)
    for words in ("您是谁", "申请 1 件", "材料 ", "为什么", "个人信息保护法", "10 年", "求职登记", "别的部门的记录"):
        assert words in page, words
    who = told.case.person
    assert who is not None
    assert unseal(who.key, who.number) not in page
    client = signed_in(told.by)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "What is stored" in client.get("/my/privacy/").content.decode()


def test_who_looked_is_named_by_department_and_role_and_who_signed_by_name(told: Story):
    looker = told.cast["hrss"]
    look(case=told.case, by=looker, now=told.now, what="number", page="number")
    page = page_of(told)
    assert "完整的号码" in page
    assert looker.post is not None
    assert looker.user is not None
    assert f"{looker.post.department.title} · 经办" in page
    assert looker.user.display_name not in page  # has not signed yet
    signer = told.cast["federation"].user
    assert signer is not None
    assert signer.display_name in page


def test_fifty_a_page_newest_first_then_the_earlier_ones(told: Story):
    for number in range(own_data.PAGE + 3):
        look(case=told.case, by=told.cast["hrss"], now=told.now - timedelta(minutes=number), what="case", page="case")
    first = signed_in(told.by).get("/my/privacy/").context
    assert len(first["looks"]) == own_data.PAGE
    earlier = signed_in(told.by).get(f"/my/privacy/?{first['more']['looks']}").context
    assert {one.look.pk for one in first["looks"]} | {one.look.pk for one in earlier["looks"]} == {
        *Look.objects.filter(case_id=told.case.pk).values_list("pk", flat=True)
    }
    assert earlier["looks"][0].look.at < first["looks"][-1].look.at
    assert earlier["more"]["looks"] == ""


def test_the_statements_do_not_grow_with_the_looks(told: Story):
    client = signed_in(told.by)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/my/privacy/").status_code == 200
        return len(queries)

    look(case=told.case, by=told.cast["hrss"], now=told.now, what="case", page="case")
    count()
    few = count()
    for role in ("hrss", "federation", "head", "intake"):
        look(case=told.case, by=told.cast[role], now=told.now, what="case", page="case")
    assert count() == few


def test_nothing_of_anybody_elses_stands_there(told: Story):
    look(case=told.case, by=told.cast["hrss"], now=told.now, what="number", page="number")
    page: Any = signed_in(applicant(person("独名示例"))).get("/my/privacy/").content.decode()
    assert "还没有人看过" in page
    assert told.case.shown_reference not in page
    assert signed_in(told.cast["hrss"]).get("/my/privacy/").status_code == 404


def test_a_units_people_read_what_is_kept_of_the_unit_and_only_managers_take_it_along():
    unit = organisation("独名单位（示例）")
    manager, reader = signed_in(staff(unit)), signed_in(staff(unit, "reader"))
    for client in (manager, reader):
        page = client.get("/my/privacy/").content.decode()
        assert "独名单位" in page
        assert "求职登记" not in page
        assert "/my/privacy/erase/" not in page
    archive = zipfile.ZipFile(io.BytesIO(b"".join(manager.post("/my/privacy/all.zip"))))
    assert json.loads(archive.read("你的信息.json"))["who"]["kind"] == "organisation"
    assert reader.post("/my/privacy/all.zip").status_code == 403


def test_every_kind_has_its_period():
    assert {"case", "look", "message", "draft"} <= set(periods())


class TestACopyOfEverything:
    def taken(self, by: Actor) -> tuple[zipfile.ZipFile, dict[str, Any]]:
        answer = signed_in(by).post("/my/privacy/all.zip")
        assert answer.status_code == 200
        assert answer.streaming
        archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))  # type: ignore[arg-type]
        assert archive.testzip() is None
        return archive, json.loads(archive.read("你的信息.json"))

    def test_it_holds_what_is_theirs_in_clear_and_says_that_it_was_taken(self, told: Story):
        look(case=told.case, by=told.cast["hrss"], now=told.now, what="number", page="number")
        archive, data = self.taken(told.by)
        who = told.case.person
        assert who is not None
        assert data["who"]["number"] == unseal(who.key, who.number)
        assert data["disability_certificate"]["number"].startswith(data["who"]["number"])
        case = data["cases"][0]
        assert case["reference"] == told.case.shown_reference
        assert case["answers"]
        assert case["reached"] == {"telephone": "021-0000-0000", "address": "示例路 1 号", "town": "梅陇镇"}
        assert {"question", "answer"} <= set(case["answers"][0])
        assert case["messages"][0]["title"]
        assert case["who_looked"][0]["role"] == "经办"
        assert any(one["did"] and one["who"] for one in case["who_signed"])
        looker = told.cast["hrss"].user
        assert looker is not None
        assert looker.display_name not in archive.read("你的信息.json").decode()
        for one in case["files"]:
            assert archive.read(one["file"])
        assert len(case["files"]) == told.case.evidence.filter(removed_at=None).count()
        assert "This is everything" in archive.read("请先看这个 README.txt").decode()
        action = Action.objects.get(event="copy_taken", subject_kind="person", subject_id=who.pk)
        assert action.user_id == told.by.user_id

    def test_a_second_within_the_minute_waits_and_an_old_sign_in_is_proved_again(self, told: Story):
        with pytest.raises(ProofNeeded):
            take_copy(whom=told.case.person, by=told.by, now=told.now + timedelta(days=2))
        by = replace(told.by, proved_at=told.now)
        take_copy(whom=told.case.person, by=by, now=told.now)
        with pytest.raises(NotAllowed, match="copy_too_soon"):
            take_copy(whom=told.case.person, by=by, now=told.now + timedelta(seconds=59))
        take_copy(whom=told.case.person, by=by, now=told.now + timedelta(seconds=61))
        client: Client = signed_in(told.by)
        session = client.session
        session["proved_at"] = (now() - timedelta(hours=1)).isoformat()
        session.save()
        page = client.post("/my/privacy/all.zip", follow=True)
        assert "请先再登录一次" in page.content.decode()

    def test_an_agent_may_read_the_page_and_take_no_copy(self, told: Story):
        agent = applicant(person("示例乙"))
        Mandate.objects.create(
            district=told.case.district, user=agent.user, person=told.case.person, capacity="agent", since=date(2024, 3, 1)
        )  # fmt: skip
        by = replace(agent, on_behalf_of=told.case.person, acts_as="agent")
        client = signed_in(by)
        assert "本人、监护人" in client.get("/my/privacy/").content.decode()
        assert client.post("/my/privacy/all.zip").status_code == 403

    def test_a_file_is_read_when_its_turn_comes_and_a_name_is_no_path(self, told: Story):
        one = told.case.evidence.first()
        assert one is not None
        one.name = seal(one.key, "../../../etc/passwd\x00.pdf")
        one.save(update_fields=["name"])
        with patch.object(own_copy.files, "get", side_effect=FileNotFoundError) as read:
            pieces = zipped(told.case.person, told.by, "zh-hans", told.now)
            content = next(pieces)
            assert read.call_count == 0
            archive = zipfile.ZipFile(io.BytesIO(content + b"".join(pieces)))
            assert read.call_count == told.case.evidence.filter(removed_at=None).count()
        names = archive.namelist()
        assert not any(".." in name.split("/") or name.startswith("/") or "\x00" in name for name in names)
        assert all("Please call us" in archive.read(name).decode() for name in names if name.startswith("files/"))
