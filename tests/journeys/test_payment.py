"""In a browser: a granted sum goes to the bank, comes back, is given another account by its applicant, and is paid."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.applying import main
from tests.journeys.hands import Keyboard
from tests.journeys.paying import answered, batch_made, batch_released, give_account

pytestmark = pytest.mark.xdist_group("around")
APPLICANT, PAYER, SECOND = "applicant-3", "finance-1", "finance-approve"


def gives(tab: Tab, address: str, number: str) -> None:
    tab.goto(f"{address}do/give_account/")
    give_account(Keyboard(tab), number)
    assert "收款账户存好了" in main(tab)
    assert f"**** {number[-4:]}" in main(tab)


def test_a_bounced_payment_is_corrected_by_its_applicant_and_paid(open_tab: OpenTab, own_world: World, tmp_path: Path):
    applicant, payer, second = (open_tab(role, own_world) for role in (APPLICANT, PAYER, SECOND))
    applicant.goto("/my/")
    for link in [one.get_attribute("href") for one in applicant.locator('main a[href^="/my/cases/"]').all()]:
        applicant.goto(link or "")
        if "等收款账户" in main(applicant):
            break
    address = re.sub(r"^https?://[^/]+", "", applicant.url)
    gives(applicant, address, "4111111111111111")
    batch = batch_made(payer)
    batch_released(second, batch)
    assert "1 笔" in main(payer)
    answered(payer, batch, "bounced", tmp_path)
    assert "示例：账号不存在" in main(payer)

    applicant.goto(address)
    assert "银行没有把款付成" in main(applicant)
    gives(applicant, address, "6222000000000000004")

    batch = batch_made(payer)
    batch_released(second, batch)
    answered(payer, batch, "paid", tmp_path)
    assert "100%" in main(payer)
    applicant.goto(address)
    assert "已拨付" in main(applicant)
    assert "办完了" in main(applicant)
