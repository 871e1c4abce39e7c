"""In a browser: a granted sum goes to the bank, comes back, is given another account by its applicant, and is paid."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.hands import Keyboard

pytestmark = pytest.mark.xdist_group("around")
APPLICANT, PAYER, SECOND = "applicant-3", "finance-1", "finance-approve"


def main(tab: Tab) -> str:
    return str(tab.locator("main").inner_text())


def give_account(tab: Tab, address: str, number: str) -> None:
    tab.goto(f"{address}do/give_account/")
    hands = Keyboard(tab)
    hands.write("#f-number", number)
    hands.write("#f-holder", "示例户名")
    hands.write("#f-bank", "示例银行梅陇支行")
    hands.follow('main button[type="submit"]')
    assert "收款账户存好了" in main(tab)
    assert f"**** {number[-4:]}" in main(tab)


def sent_to_the_bank(payer: Tab, second: Tab) -> str:
    """Everything due in a batch, made by one and released by the other; its address."""
    payer.goto("/work/payments/")
    payer.locator('main button[name=do][value="all"]').click()
    assert "请另一个人放行" in main(payer)
    address = re.sub(r"^https?://[^/]+", "", payer.url)
    assert payer.locator('main button[value="release"]').count() == 0
    second.goto(address)
    Keyboard(second).follow('main button[value="release"]')
    assert "放行了" in main(second)
    return address


def answered(payer: Tab, address: str, result: str, folder: Path) -> None:
    """The bank's file taken, answered, and read."""
    payer.goto(address)
    with payer.expect_download() as taken:
        payer.locator('form[action$="bank.csv"] button').click()
    lines = Path(taken.value.path()).read_text(encoding="utf-8").splitlines()
    said = [f"{line},{result},{'示例：账号不存在' if result == 'bounced' else ''}" for line in lines[2:]]
    file = folder / f"{result}.csv"
    file.write_text("\r\n".join([lines[0], f"{lines[1]},result,reason", *said]), encoding="utf-8")
    payer.locator("#f-file").set_input_files(str(file))
    payer.locator('main button[value="results"]').click()
    assert "读入了 1 笔结果" in main(payer)


def test_a_bounced_payment_is_corrected_by_its_applicant_and_paid(open_tab: OpenTab, own_world: World, tmp_path: Path):
    applicant, payer, second = (open_tab(role, own_world) for role in (APPLICANT, PAYER, SECOND))
    applicant.goto("/my/")
    for link in [one.get_attribute("href") for one in applicant.locator('main a[href^="/my/cases/"]').all()]:
        applicant.goto(link or "")
        if "等收款账户" in main(applicant):
            break
    address = re.sub(r"^https?://[^/]+", "", applicant.url)
    give_account(applicant, address, "4111111111111111")
    batch = sent_to_the_bank(payer, second)
    assert "1 笔" in main(payer)
    answered(payer, batch, "bounced", tmp_path)
    assert "示例：账号不存在" in main(payer)

    applicant.goto(address)
    assert "银行没有把款付成" in main(applicant)
    give_account(applicant, address, "6222000000000000004")

    batch = sent_to_the_bank(payer, second)
    answered(payer, batch, "paid", tmp_path)
    assert "100%" in main(payer)
    applicant.goto(address)
    assert "已拨付" in main(applicant)
    assert "办完了" in main(applicant)
