"""The rules' pages: what is in force and what is missing, a proposal from the form to its publication, and who may."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Role
from casework import published
from casework.models import Action, Parameter, RuleProposal
from flows.actions.backtest_rule import carry_out, start_backtest
from tests.factories import CAST, NOW, Cast, applicant, officer
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
FIGURE = {
    "value": "７,７００ 元", "since": "2027.7.1", "until": "2028年6月30日", "source": "示例：2027 缴费年度", "basis": "document",
    "document": "示例文件〔2027〕1号", "reason": "新的缴费年度",
}  # fmt: skip
VERSION = {
    "code": "2027-03", "text": "示例：实施意见（正式稿）", "stage": "final", "since": "2027-3-1", "until": "2030-2-28",
    "document": "示例文件〔2027〕2号", "reason": "正式印发",
}  # fmt: skip
FLOOR = "/work/rules/figure/?name=contribution_base_floor"
PAGES = ("/work/rules/", FLOOR, "/work/rules/figure/", "/work/rules/version/", "/work/rules/decided/")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        published.forget()
        yield


@pytest.fixture
def two() -> tuple[Client, Client]:
    return signed_in(administrator()), signed_in(administrator())


def administrator() -> Actor:
    by = officer("federation", Role.ADMINISTRATOR)
    assert by.user is not None
    by.user.set_password("示例密码")
    by.user.save()
    return by


def propose(client: Client, address: str = FLOOR, **changed: str) -> Any:
    given = VERSION if "version" in address else FIGURE
    return client.post(address, {**given, **changed, "do": "propose"})


def backtested() -> str:
    """The newest proposal, back-tested; its address."""
    made = RuleProposal.objects.latest("pk")
    carry_out(start_backtest(proposal_id=made.pk, by=administrator(), now=NOW).pk)
    return f"/work/rules/proposals/{made.pk}/"


def page_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_list_says_what_is_in_force_and_what_is_missing(two: Any):
    page = page_of(two[0], "/work/rules/")
    assert "职工社保缴费基数下限" in page
    assert "7,546 元/月" in page
    assert "上海市 2026 缴费年度" in page
    assert "本区口径" in page
    assert '<time datetime="2027-07-01">2027年7月1日</time> 起还没有数字，这些月份无法判断。' in page
    assert "超比例安排奖励" in page
    assert "有 4 项数字" in page  # the floor, the employees' rate, the reward, the support of bases


def test_from_the_form_to_the_publication(two: Any):
    first, second = two
    check = first.post(FLOOR, {**FIGURE, "do": "check"}).content.decode()
    assert "补上缺口" in check
    assert "7,700 元/月" in check
    assert not RuleProposal.objects.exists()
    assert propose(first)["Location"] == f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"
    address = f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"
    own = page_of(first, address)
    assert "撤回提案" in own
    assert 'value="publish"' not in own
    assert first.post(address, {"do": "publish"}).status_code == 403
    assert 'value="publish"' not in page_of(second, address)
    refused = second.post(address, {"do": "publish"})
    assert refused.status_code == 400
    assert "公布前要有一次完成的试算" in refused.content.decode()
    backtested()
    assert 'value="publish"' in page_of(second, address)
    assert second.post(address, {"do": "publish"}).status_code == 302
    assert second.post(address, {"do": "publish"}).status_code == 409  # a double click
    assert Parameter.objects.filter(name="contribution_base_floor", value="7700").count() == 1
    assert "公布了" in page_of(first, address)
    assert "公布了" in page_of(first, "/work/rules/decided/")
    assert Action.objects.filter(event="rule_published").count() == 1


def test_an_open_figure_shows_what_it_ends(two: Any):
    address = "/work/rules/figure/?name=clock.notice"
    given = {**FIGURE, "value": "7", "unit": "working", "since": "2027-1-1", "until": ""}
    check = two[0].post(address, {**given, "do": "check"}).content.decode()
    assert '原来的 <strong>5 个工作日</strong> 到 <time datetime="2026-12-31">' in check
    short = two[0].post(address, {**given, "until": "2027-6-30", "do": "check"}).content.decode()
    assert "会变得没有数字" in short
    past = {**given, "since": "2026-10-1", "announced_on": "2026-11-1"}
    assert "原来按旧数字算" in two[0].post(address, {**past, "do": "check"}).content.decode()


def test_a_gap_filled_backwards_says_which_months_were_undetermined(two: Any):
    address = "/work/rules/figure/?name=over_quota.amount_per_person_year"
    given = {**FIGURE, "value": "12000", "since": "2026-7-1", "until": "", "do": "check"}
    assert "请写明是哪天公布的" in two[0].post(address, given).content.decode()
    check = two[0].post(address, {**given, "announced_on": "2026-10-20"}).content.decode()
    undetermined = '其中 <time datetime="2026-07-01">2026年7月1日</time>到 <time datetime="2026-11-01">2026年11月1日</time>已经过去'
    assert undetermined in check


def test_a_shorter_version_says_what_it_leaves(two: Any):
    check = two[0].post("/work/rules/version/", {**VERSION, "until": "2028-2-28", "do": "check"}).content.decode()
    assert "会变得没有政策版本" in check


def test_a_version_is_proposed_the_same_way(two: Any):
    first, second = two
    assert "按征求意见稿" in page_of(first, "/work/rules/")
    assert propose(first, "/work/rules/version/").status_code == 302
    assert second.post(backtested(), {"do": "publish"}).status_code == 302
    page = page_of(first, "/work/rules/")
    assert "2027-03" in page
    assert "示例文件〔2027〕2号" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": "七千"}, "请写一个数字，比如"),
        ({"since": "昨天"}, "这个日期我们没看懂"),
        ({"since": "2026-7-1", "announced_on": "2026-11-1"}, "不能从头换掉"),
        ({"until": "2027-1-1"}, "最后一天不能早于第一天"),
        ({"document": ""}, "请写明是哪个上级文件引起的"),
        ({"reason": "长" * 1001}, "最多写 1000 个字"),
        ({"value": "\x00"}, "请写一个数字"),
        ({"value": "NaN%"}, "请写一个数字"),
        ({"basis": "x"}, "选择"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_lost(two: Any, changed: dict[str, str], said: str):
    answer = two[0].post(FLOOR, {**FIGURE, **changed, "do": "propose"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    for name in {"source", "document", "value"} - set(changed):
        assert f'value="{FIGURE[name]}"' in page
    assert not RuleProposal.objects.exists()


def test_the_parts_of_a_rate_add_up(two: Any):
    address = "/work/rules/figure/?name=flexible_worker_rate"
    assert 'value="0.20"' in page_of(two[0], address)
    given = {**FIGURE, "value": "31%", "until": "", "parts-pension": "20%", "parts-medical": "10%"}
    wrong = two[0].post(address, {**given, "do": "check"})
    assert wrong.status_code == 400
    assert "各部分加起来是 0.3，要和总数 0.31 一样" in wrong.content.decode()
    right = {**given, "parts-medical": "11%"}
    assert two[0].post(address, {**right, "do": "propose"}).status_code == 302
    assert RuleProposal.objects.get().content["extra"] == {"parts": {"pension": "0.2", "medical": "0.11"}}


def test_a_delay_keeps_its_kinds(two: Any):
    given = {
        **FIGURE, "value": "60", "since": "2030-1-1", "until": "", "delay-from": "2025年1月1日", "delay-every_months": "4",
        "delay-at_most_months": "36",
    }  # fmt: skip
    assert propose(two[0], "/work/rules/figure/?name=retirement_age.men", **given).status_code == 302
    assert RuleProposal.objects.get().content["extra"]["delay"] == {
        "from": "2025-01-01", "every_months": 4, "at_most_months": 36,
    }  # fmt: skip


def test_a_figure_of_a_new_kind(two: Any):
    wrong = propose(two[0], "/work/rules/figure/", name="New Name", unit="")
    assert "名称用小写英文字母" in wrong.content.decode()
    assert propose(two[0], "/work/rules/figure/", name="example.figure", unit="").status_code == 302
    assert "example.figure" in page_of(two[1], f"/work/rules/proposals/{RuleProposal.objects.get().pk}/")


def test_a_double_click_makes_one_proposal_and_another_has_to_wait(two: Any):
    assert [propose(two[0]).status_code for _ in range(2)] == [302, 302]
    assert RuleProposal.objects.count() == 1
    answer = propose(two[1])
    assert answer.status_code == 400
    assert "已经有一个提案在等另一位管理员" in answer.content.decode()
    assert 'value="2027.7.1"' in answer.content.decode()


def test_back_to_the_form_with_everything(two: Any):
    page = two[0].post(FLOOR, {**FIGURE, "do": "edit"}).content.decode()
    assert 'value="示例文件〔2027〕1号"' in page
    assert 'value="check"' in page


def test_the_password_again_and_nothing_is_lost(two: Any):
    propose(two[0])
    address = f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"
    session = two[1].session
    session["proved_at"] = (timezone.now() - timedelta(minutes=20)).isoformat()
    session.save()
    assert 'type="password"' in page_of(two[1], address)
    wrong = two[1].post(address, {"do": "reject", "answer": "数字不对", "password": "错"})
    assert wrong.status_code == 400
    assert "数字不对" in wrong.content.decode()
    assert two[1].post(address, {"do": "reject", "answer": "", "password": "示例密码"}).status_code == 400
    assert two[1].post(address, {"do": "reject", "answer": "数字不对", "password": "示例密码"}).status_code == 302
    assert Action.objects.get(event="rule_rejected").proved_at is not None
    assert "数字不对" in page_of(two[0], address)


def test_what_was_typed_comes_back_after_signing_in_again(two: Any):
    page = two[0].post(FLOOR, {**FIGURE, "do": "propose", "restore": "1"}).content.decode()
    assert 'value="示例文件〔2027〕1号"' in page
    propose(two[0])
    address = f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"
    assert "想一想" in two[1].post(address, {"do": "publish", "answer": "想一想", "restore": "1"}).content.decode()
    assert RuleProposal.objects.get().is_open


@pytest.mark.parametrize("role", [*CAST, "applicant"])
def test_for_others_the_pages_are_not_there(two: Any, role: str):
    propose(two[0])
    address = f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"
    client = signed_in(applicant() if role == "applicant" else Cast()[role])
    assert {client.get(page).status_code for page in (*PAGES, address)} == {404}
    assert {client.post(page, {**FIGURE, "do": "publish"}).status_code for page in (FLOOR, address)} == {404}
    assert RuleProposal.objects.get().is_open


@pytest.mark.parametrize(
    "address",
    ["/work/rules/figure/?name=no.such", "/work/rules/figure/?name=policy", "/work/rules/proposals/99999999/"],
)
def test_what_is_not_there_is_404(two: Any, address: str):
    assert two[0].get(address).status_code == 404


def test_every_page_in_english(two: Any):
    propose(two[0])
    for client in two:
        client.cookies["language"] = "en"
    for address in (*PAGES, f"/work/rules/proposals/{RuleProposal.objects.get().pk}/"):
        assert two[1].get(address).status_code == 200, address
    assert "Floor of the contribution base for employees" in page_of(two[1], "/work/rules/")


def test_the_pages_take_as_many_statements_with_many_rows(two: Any):
    def statements(address: str) -> int:
        two[1].get(address)
        with CaptureQueriesContext(connection) as captured:
            assert two[1].get(address).status_code == 200
        return len(captured)

    def one_more(name: str) -> None:
        propose(two[0], "/work/rules/figure/", name=name, unit="")

    for name in ("example.one", "example.two"):
        one_more(name)
    two[1].post(backtested(), {"do": "publish"})
    few = [statements(address) for address in PAGES]
    for number in range(6):
        one_more(f"example.more_{number}")
        if number % 2:
            two[1].post(backtested(), {"do": "publish"})
    assert [statements(address) for address in PAGES] == few
    assert max(few) <= 10
