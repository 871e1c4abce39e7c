"""In a browser: a case countersigned, returned, transferred, suspended, deputised; each by the people whose work it is."""

import re

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.hands import Keyboard

pytestmark = pytest.mark.xdist_group("around")


def first_case(tab: Tab, view: str, containing: str = "") -> str:
    """The reference of the first case in a view of the inbox; `containing` is a word of its row."""
    tab.goto(f"/work/inbox/?view={view}")
    rows = tab.locator("tr[data-row]")
    row = rows.filter(has_text=containing).first if containing else rows.first
    found = re.search(r"/work/cases/([^/]+)/", row.locator("a.ref").get_attribute("href") or "")
    assert found, f"no case in {view}"
    return found[1]


def main(tab: Tab) -> str:
    return str(tab.locator("main").inner_text())


def judge_everything(tab: Tab) -> None:
    tab.wait_for_load_state()  # a page that is still arriving has not all its questions
    for group in tab.locator(".clause").all():
        asked, chosen = group.locator("input[type=radio]"), group.locator("input[type=radio]:checked")
        if asked.count() and not chosen.count():
            tab.locator(f'label[for="{group.locator("input[value=met]").get_attribute("id")}"]').click()
        why = group.locator("textarea")
        if why.count() and why.first.is_visible():
            why.first.fill("看过原件。（示例）")


def test_three_departments_sign_at_once_and_the_last_signature_decides(open_tab: OpenTab, own_world: World):
    federation = open_tab("fed-approve-1", own_world)
    reference = first_case(federation, "asked", "解释会签")
    for role, open_before in (("fed-approve-1", True), ("civil-head", False)):
        tab = open_tab(role, own_world)
        tab.goto(f"/work/cases/{reference}/")
        assert "3 个部门都要同意" in main(tab)
        hands = Keyboard(tab)
        hands.follow('a[href$="/do/countersign/"]')
        hands.pick("#f-agrees_0")
        hands.follow('main button[type="submit"]')
        assert "签好了" in main(tab)
        assert ("等签" in main(tab)) is open_before
    assert "已备案" in main(tab)


def test_a_returned_case_comes_back_with_its_reason_and_goes_on(open_tab: OpenTab, own_world: World):
    civil = open_tab("civil-1", own_world)
    reference = first_case(civil, "mine", "直接纳入")
    civil.goto(f"/work/cases/{reference}/")
    civil.locator("#f-opinion").fill("请补看原件。（示例）")
    civil.locator("summary", has_text="退回前面的步骤").click()
    civil.locator("#f-to").select_option(value="federation_review")
    civil.locator('button[name=do][value="return_to"]').click()
    assert "退回好了" in main(civil)
    federation = open_tab("fed-review-1", own_world)
    federation.goto(f"/work/cases/{reference}/")
    assert "请补看原件" in main(federation)
    judge_everything(federation)
    federation.locator("#f-opinion").fill("看过原件。（示例）")
    federation.locator('button[name=do][value="approve"]').click()
    assert "签好了" in main(federation)
    civil.goto(f"/work/cases/{reference}/")
    assert "退回或者重办以前" in main(civil) or "看过原件" in main(civil)


def test_a_transferred_case_is_the_colleagues(open_tab: OpenTab, own_world: World):
    mine = open_tab("fed-review-1", own_world)
    reference = first_case(mine, "mine", "直接纳入")
    mine.goto(f"/work/cases/{reference}/do/transfer/")
    hands = Keyboard(mine)
    hands.reach("#f-to")
    mine.locator("#f-to").select_option(label=mine.locator("#f-to option", has_text="魏南乔").inner_text())
    hands.write("#f-reason", "明天休假。（示例）")
    hands.follow('main button[type="submit"]')
    assert "转好了" in main(mine)
    assert "您现在不能签" in main(mine)
    theirs = open_tab("fed-review-2", own_world)
    theirs.goto("/work/inbox/?view=mine")
    assert theirs.locator(f'a[href="/work/cases/{reference}/"]').count() == 1
    theirs.goto(f"/work/cases/{reference}/")
    assert "逐条审核" in main(theirs)


def test_a_paused_case_tells_everybody_and_goes_on(open_tab: OpenTab, own_world: World):
    office = open_tab("fed-review-1", own_world)
    reference = first_case(office, "mine", "直接纳入")
    office.goto(f"/work/cases/{reference}/")
    office.locator(f'a[href="/work/cases/{reference}/do/suspend/"]').click()
    office.locator("#f-ground").select_option(value="expert_opinion")
    office.locator('main button[type="submit"]').click()
    assert "请写到哪一天" in main(office)
    office.locator("#f-waits_for").fill("鉴定结论（示例）")
    office.locator('main button[type="submit"]').click()
    assert "中止办理" in main(office)
    supervisor = open_tab("supervisor", own_world)
    supervisor.goto(f"/work/cases/{reference}/")
    assert "鉴定结论" in main(supervisor)
    office.locator(f'a[href="/work/cases/{reference}/do/resume/"]').click()
    office.locator("#f-reason").fill("结论到了。（示例）")
    office.locator('main button[type="submit"]').click()
    assert "恢复了" in main(office)
    office.goto(f"/work/cases/{reference}/deadlines/")
    assert "直接" not in office.title()
    assert "最晚" in main(office)


def test_a_deputy_answers_for_the_colleague_who_is_away(open_tab: OpenTab, own_world: World):
    deputy = open_tab("fed-review-1", own_world)
    deputy.goto("/officers/post/")
    deputy.locator("button", has_text="代宋清和").click()
    reference = first_case(deputy, "asked")
    deputy.goto(f"/work/cases/{reference}/")
    deputy.locator(f'a[href="/work/cases/{reference}/do/give_opinion/"]').first.click()
    deputy.locator("#f-opinion").fill("算全日制。（示例）")
    deputy.locator('main button[type="submit"]').click()
    assert "意见交了" in main(deputy)
    deputy.goto(f"/work/cases/{reference}/history/")
    assert "宋清和" in main(deputy)
