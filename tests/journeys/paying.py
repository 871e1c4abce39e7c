"""Money in a browser: the account that an applicant gives, and a batch's way to the bank and back."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page as Tab

from tests.journeys.applying import main
from tests.journeys.hands import Hands, Keyboard


def give_account(hands: Hands, number: str) -> None:
    """On the page that asks for the account."""
    hands.write("#f-number", number)
    hands.write("#f-holder", "示例户名")
    hands.write("#f-bank", "示例银行梅陇支行")
    hands.follow('main button[type="submit"]')


def batch_made(payer: Tab) -> str:
    """Everything due in a batch, which its maker can't release; its address."""
    payer.goto("/work/payments/")
    payer.locator('main button[name=do][value="all"]').click()
    assert "请另一个人放行" in main(payer)
    assert payer.locator('main button[value="release"]').count() == 0
    return urlsplit(payer.url).path


def batch_released(second: Tab, address: str) -> None:
    second.goto(address)
    Keyboard(second).follow('main button[value="release"]')
    assert "放行了" in main(second)


def answered(payer: Tab, address: str, result: str, folder: Path) -> list[str]:
    """The bank's file taken, answered the same for every payment, and read; what was sent to the bank, by line."""
    payer.goto(address)
    with payer.expect_download() as taken:
        payer.locator('form[action$="bank.csv"] button').click()
    lines = Path(taken.value.path()).read_text(encoding="utf-8").splitlines()
    said = [f"{line},{result},{'示例：账号不存在' if result == 'bounced' else ''}" for line in lines[2:]]
    file = folder / f"{result}.csv"
    file.write_text("\r\n".join([lines[0], f"{lines[1]},result,reason", *said]), encoding="utf-8")
    payer.locator("#f-file").set_input_files(str(file))
    payer.locator('main button[value="results"]').click()
    assert f"读入了 {len(said)} 笔结果" in main(payer)
    return lines[2:]
