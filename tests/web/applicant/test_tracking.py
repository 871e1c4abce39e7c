"""Tracking: five lines that are right at each stop, correction, withdrawal, letters, appeal."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import CLOCK
from casework.models import Case, Letter, Service
from flows.actions.give_account import give_account
from flows.actions.refuse import refuse
from flows.actions.render_letter import render_letter
from flows.actions.request_correction import Asked, request_correction
from flows.actions.suspend import suspend
from flows.engine import chain_of
from policy import measure
from policy.measure import DEPARTMENT
from tests.factories import CHAIN, Story, picture, story
from tests.flows.anywhere import sent
from tests.flows.test_every_chain import ENDING, KINDS
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db

TRACKED = [kind for kind in KINDS if measure(*kind).applicant != DEPARTMENT]
ACCOUNT = "6222000000000000004"

STOPS = {
    "federation_intake": ("您的申请收到了", "第 1 步", "区残联", "什么都不用做"),
    "federation_review": ("区残联正在审", "第 1 步", "区残联", "什么都不用做"),
    "civil_affairs_review": ("区民政局正在审", "第 2 步", "区民政局", "什么都不用做"),
    "hrss_review": ("区人社局正在审", "第 3 步", "区人社局", "什么都不用做"),
    "government_approval": ("区政府正在审", "第 4 步", "区政府", "什么都不用做"),
    "public_notice": ("正在公示", "第 5 步", "区民政局", "什么都不用做"),
    "assignment": ("正在安排", "第 5 步", "区民政局", "什么都不用做"),
    "town_confirmation": ("梅陇镇正在安排", "第 6 步", "梅陇镇", "什么都不用做"),
}


def lines(told: Story) -> list[str]:
    page = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
    told_lines = re.findall(r"<dt>.*?</dt><dd><p>(.*?)</p>", page, re.S)
    heading = re.search(r"<h1>(.*?)</h1>", page, re.S)
    assert heading is not None
    return [heading[1], *(re.sub(r"<[^>]+>", "", line) for line in told_lines)]


@pytest.mark.parametrize("step", CHAIN)
def test_the_five_lines_are_right_at_every_stop(step: str):
    told = story().to(step)
    heading, where, who, by, do, following = lines(told)
    expected = STOPS[step]
    assert expected[0] in heading
    assert expected[1] in where
    assert "一共 6 步" in where
    assert expected[2] in who
    assert re.match(r"(\d{4}年)?\d+月\d+日（周.）", by)
    assert expected[3] in do
    assert following


@pytest.mark.parametrize(
    ("code", "step", "following"),
    [
        ("self_employment_subsidy", "town_intake", "核查"),
        ("self_employment_subsidy", "federation_review", "作出决定"),
        ("self_employment_subsidy", "federation_approval", "拨款"),
    ],
)
def test_what_comes_next_in_the_same_department_is_said(code: str, step: str, following: str):
    walk = sent(code, "").to(step)
    page = signed_in(walk.by).get(f"/my/cases/{walk.case.shown_reference}/").content.decode()
    told = re.findall(r"<dt>.*?</dt><dd><p>(.*?)</p>", page, re.S)
    assert following in told[-1]


def test_no_officers_name_stands_on_it():
    told = story().to("hrss_review")
    page = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
    for actor in told.cast.people.values():
        assert actor.user is not None
        assert actor.user.display_name not in page


def asked() -> tuple[Story, Any]:
    told = story().to("federation_review")
    items = [Asked("fact", "awarded_on", "请再看日期"), Asked("evidence", "organiser_document", "请重拍")]
    return told, request_correction(**told.claimed(), items=items)


def test_a_correction_says_what_and_until_when_and_takes_it():
    told, _ = asked()
    assert "请您补材料" in lines(told)[0]
    client = signed_in(told.by)
    address = f"/my/cases/{told.case.shown_reference}/correction/"
    page = client.get(address).content.decode()
    assert "请再看日期" in page
    assert "请重拍" in page
    answer = client.post(address, {"hand_in": "1", "awarded_on": "2025-9-18"})
    assert "还没补" in answer.content.decode()
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("新.jpg", picture(50))
    answer = client.post(address, {"hand_in": "1", "awarded_on": "2025-9-19", "file-organiser_document": file})
    assert answer.status_code == 302
    told.case.refresh_from_db()
    assert told.case.state == "in_review"
    request = told.case.correction_requests.get()
    changes = client.get(f"/my/cases/{told.case.shown_reference}/changes/{request.pk}/").content.decode()
    assert "2025年9月18日" in changes
    assert "2025年9月19日" in changes


def test_no_date_of_the_decision_is_told_while_the_clock_stands_still():
    told, _ = asked()
    page = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
    assert "作决定的日子也停着" in page
    assert "决定最晚" not in page
    assert "<details open>" not in page.split('class="five__you"')[0]


def test_a_correction_with_a_mistake_keeps_what_was_typed():
    told, _ = asked()
    client = signed_in(told.by)
    answer = client.post(
        f"/my/cases/{told.case.shown_reference}/correction/", {"hand_in": "1", "awarded_on": "2025.13.1"}
    )
    assert 'value="2025.13.1"' in answer.content.decode()
    told.case.refresh_from_db()
    assert told.case.state == "correction"


def test_withdrawing_asks_once_and_then_says_it_is_done():
    told = story()
    client = signed_in(told.by)
    address = f"/my/cases/{told.case.shown_reference}/withdraw/"
    assert "要撤回" in client.get(address).content.decode()
    assert client.post(address, {"reason": ""}).status_code == 302
    assert "您撤回了" in lines(told)[0]
    again = client.post(address, {"reason": ""})
    assert again.status_code == 409
    assert f'<a class="btn btn--second" href="/my/cases/{told.case.shown_reference}/">' in again.content.decode()


def refused() -> tuple[Story, Letter]:
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="不符合（示例）")
    letter = Letter.objects.decisions().get(case=told.case)
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    return told, letter


def test_opening_the_letter_serves_it_and_the_appeal_page_counts_from_then():
    told, letter = refused()
    client = signed_in(told.by)
    answer = client.get(f"/letters/{letter.number}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert Service.objects.get(letter=letter).how == "account"
    page = client.get(f"/my/cases/{told.case.shown_reference}/appeal/").content.decode()
    assert "上海市人民政府" in page
    assert "60 天内" in page
    assert "6 个月内" in page


def test_a_letter_that_waits_for_its_notice_is_not_there_for_the_applicant():
    told = story().to("public_notice")
    letter = Letter.objects.decisions().get(case=told.case)
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    assert signed_in(told.by).get(f"/letters/{letter.number}.pdf").status_code == 404


def test_the_days_are_told_one_by_one():
    told = story()
    page = signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/").content.decode()
    assert "第 5 天，最晚" in page
    assert page.count("不算") >= 2


SIX = 6  # operations.md: a tracking page


def statements(client: Any, address: str) -> int:
    client.get(address)  # the first look marks messages as read
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("code", "purpose"), TRACKED, ids=[f"{code}-{purpose}" for code, purpose in TRACKED])
def test_the_page_takes_six_statements_at_every_step_of_every_kind(code: str, purpose: str):
    walk = sent(code, purpose)
    client, address, most = signed_in(walk.by), f"/my/cases/{walk.case.shown_reference}/", 0
    # Where nobody has published the figure yet it ends before the decision (test_levels_and_figures.py).
    decision = "" if (code, purpose) in ENDING else next(one.name for one in chain_of(walk.case).steps if one.decides)
    while Case.objects.get(pk=walk.case.pk).is_open and walk.task().step_name != decision:
        most = max(most, statements(client, address))
        walk.sign()
    assert 0 < max(most, statements(client, address)) <= SIX


def test_it_takes_six_while_it_waits_for_a_correction_a_reason_or_an_account_too():
    told, _ = asked()
    client, address = signed_in(told.by), f"/my/cases/{told.case.shown_reference}/"
    assert statements(client, address) <= SIX
    told = story().to("hrss_review")
    suspend(**told.claimed(), ground="applicants_wish", waits_for="示例", until=None)
    client, address = signed_in(told.by), f"/my/cases/{told.case.shown_reference}/"
    assert "先停一停" in lines(told)[0]
    assert statements(client, address) <= SIX
    walk = sent("tuition_subsidy").to("payment")
    give_account(case_id=walk.case.pk, by=walk.by, now=walk.now, number=ACCOUNT, holder="示例户名", bank="示例银行")
    client, address = signed_in(walk.by), f"/my/cases/{walk.case.shown_reference}/"
    assert "示例户名" in client.get(address).content.decode()
    assert statements(client, address) <= SIX


def test_who_is_owed_a_sum_is_asked_for_the_account_and_told_when_it_came_back():
    walk = sent("tuition_subsidy").to("payment")
    client = signed_in(walk.by)
    address = f"/my/cases/{walk.case.shown_reference}/"
    assert five(client.get(address))[3] == "请写收款账户"
    assert "在等您的账户" in client.get(address).content.decode()
    for page in ("/my/", address):
        assert "批准了，等您写收款账户" in client.get(page).content.decode()
    give_account(case_id=walk.case.pk, by=walk.by, now=walk.now, number=ACCOUNT, holder="示例户名", bank="示例银行")
    assert five(client.get(address))[3] == "现在什么都不用做"
    for page in ("/my/", address):
        assert "批准了，正在拨款" in client.get(page).content.decode()
    walk.case.payables.update(state="bounced")
    assert five(client.get(address))[3] == "请换一个收款账户"


def five(answer: Any) -> list[str]:
    """The first sentences of the five lines."""
    return re.findall(r"<dt>.*?</dt><dd><p>(.*?)</p>", answer.content.decode(), re.S)


@pytest.mark.parametrize(
    ("code", "who", "original"),
    [
        ("tuition_subsidy", "梅陇镇", "学费票据"), ("competition_award", "区残联", "获奖证书"),
        ("flexible_employment_subsidy", "梅陇镇", ""), ("over_quota_reward", "梅陇镇", ""),
    ],
)  # fmt: skip
def test_the_confirmation_names_who_accepts_and_the_papers_whose_original_is_looked_at(
    code: str, who: str, original: str
):
    walk = sent(code)
    page = signed_in(walk.by).get(f"/my/cases/{walk.case.shown_reference}/sent/").content.decode()
    assert f"{who}最晚" in page
    assert ("原件" in page) == bool(original)
    assert original in page


def test_a_confirmation_is_told_in_words_that_fit_any_step():
    walk = sent("skills_training_match").to("federation_approval")
    page = signed_in(walk.by).get(f"/my/cases/{walk.case.shown_reference}/").content.decode()
    assert "区人社局确认办好了" in page
    assert "确认确认" not in page
