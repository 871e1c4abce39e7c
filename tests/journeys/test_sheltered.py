"""In a browser: a sunshine base delivers, notes and corrects what a member earned and shows a product; the member reads the account,
the federation sees how far the project has come, and anybody finds the product."""

from datetime import date

import pytest

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.applying import main

pytestmark = pytest.mark.xdist_group("around")
BASE, MEMBER, FEDERATION = "applicant-5", "applicant-1", "fed-review-1"
PRODUCT = "手编杯垫（示例）"


def test_a_base_delivers_and_pays_and_its_member_the_federation_and_everybody_see_it(
    open_tab: OpenTab, own_world: World
) -> None:
    base, member = open_tab(BASE, own_world), open_tab(MEMBER, own_world)
    federation, anybody = open_tab(FEDERATION, own_world), open_tab("anonymous", own_world)
    this_month = f"{date.today():%Y-%m}"

    # The base: a delivery, more than it has left, then a month that was noted is corrected with its reason.
    base.goto("/my/base/")
    base.locator('main ul.tasks a[href^="/my/base/"]').first.click()
    share = base.url
    assert "120 件" in main(base)
    base.locator("#f-day").fill(date.today().isoformat())
    base.locator("#f-pieces").fill("30")
    base.locator('main button[value="deliver"]').click()
    assert "150 件" in main(base)
    for pieces, reason, told in (
        ("90", "", "为什么"),
        ("9000", "数错了。（示例）", "还有"),
        ("90", "数错了。（示例）", "记好了"),
    ):
        base.goto(share)
        base.locator("select[name=member]").select_option(index=1)
        base.locator("input[name=month]").fill(this_month)
        base.locator("input[name=made]").fill(pieces)
        base.locator("[name=reason]").fill(reason)
        base.locator('main button[value="earn"]').click()
        assert told in main(base)
    assert "改正过" in main(base)

    # The member reads the newest figure alone: ninety pieces at 0.80 yuan.
    member.goto("/my/")
    member.locator('main a[href="/my/earnings/"]').click()
    assert "72.00" in main(member)
    assert "64.00" not in main(member)

    # The federation sees what came in; who is not of the house does not open its page.
    federation.goto("/work/reserve/")
    federation.locator('main a[href^="/work/reserve/"]').first.click()
    assert "150" in main(federation)
    assert member.goto("/work/reserve/").status in (403, 404)  # type: ignore[union-attr]

    # A product, shown to everybody with how to reach the base.
    base.goto("/my/base/products/")
    if base.locator("select[name=unit]").count():
        base.locator("select[name=unit]").select_option(index=1)
    base.locator("#f-title").fill(PRODUCT)
    base.locator("#f-words").fill("旧布条编的，六色。（示例）")
    base.locator("#f-price").fill("12")
    base.locator('main button[value="add"]').click()
    assert "登出来了" in main(base)
    anybody.goto("/products/")
    assert PRODUCT in main(anybody)
    assert "电话" in main(anybody) or "镇" in main(anybody)
