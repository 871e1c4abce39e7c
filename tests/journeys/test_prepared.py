"""A blind applicant confirms a prepared claim with the keyboard alone; an application goes through while a register is
down, and an officer confirms what it would have told."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from demo.registers import Registers
from policy.examples import last_month
from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.factories import picture
from tests.journeys.hands import Keyboard, Mouse

CODES = ("IDENTITY", "DISABILITY_CERTIFICATE", "SOCIAL_INSURANCE", "BANK_ACCOUNT")


@pytest.fixture(scope="module", autouse=True)
def simulator() -> Iterator[Registers]:
    """The registers, to which the served world is connected; a test says how each behaves."""
    with Registers(0, {}) as server, pytest.MonkeyPatch.context() as environment:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        for code in CODES:
            environment.setenv(f"REGISTER_{code}_URL", server.url)
        yield server
        server.shutdown()


def test_a_prepared_claim_is_confirmed_with_the_keyboard_alone(open_tab: OpenTab, own_world: World):
    tab = open_tab("applicant-1", own_world)
    hands = Keyboard(tab)
    tab.goto("/my/")
    hands.follow('main a[href^="/my/prepared/"]')
    told = tab.locator("main").inner_text()
    assert "技能竞赛奖励" in told
    assert "5,000" in told
    assert "竞赛的成绩记录" in told
    assert tab.locator("h1").count() == 1
    hands.follow('main button[value="confirm"]')
    assert "/sent/" in tab.url
    tab.goto("/my/")
    assert tab.locator('main a[href^="/my/prepared/"]').count() == 0
    assert "您的申请收到了" in tab.locator("main").inner_text()


def test_an_application_goes_through_while_a_register_is_down(
    open_tab: OpenTab, own_world: World, simulator: Registers, tmp_path: Path
):
    simulator.modes = {"social_insurance": "down"}
    tab = open_tab("applicant-16", own_world)  # of whom no register has been asked
    hands = Mouse(tab)
    tab.goto("/my/apply/flexible_employment_subsidy/")
    hands.follow("main form button:not([name])")
    assert "社会保险登记" in tab.locator("main .notice").inner_text()
    hands.follow('main .tasks a[href$="/about/"]')
    hands.follow("main .actions button")
    assert tab.url.endswith("/known/")
    assert "残疾人证登记" in tab.locator("main").inner_text()
    hands.follow("main form.stack .actions button")
    hands.follow('main .tasks a[href$="/work/"]')
    hands.pick('main input[name="flexible_employment_registered"][value="yes"]')
    hands.follow("main .actions button[name=go]")
    month = last_month(date.today())
    hands.write('main input[name="months-0-month"]', month)
    hands.pick('main input[name="months-0-paid_on_time"][value="yes"]')
    hands.pick('main input[name="months-0-paid_in_full"][value="yes"]')
    paper = tmp_path / "record.jpg"
    paper.write_bytes(picture())
    hands.hand_in('main input[name="file-contribution_record"]', paper)
    hands.follow("main .actions button[name=go]")
    hands.follow('main a[href$="/check/"]')
    hands.follow("main form .actions button")
    assert "/sent/" in tab.url
    reference = tab.url.split("/")[-3]

    officer = open_tab("meilong-intake", own_world)
    hands = Mouse(officer)
    officer.goto(f"/work/cases/{reference}/")
    assert "社会保险登记当时没有回答" in officer.locator("main").inner_text()
    hands.follow('main form[action$="/claim/"] button')
    hands.follow('main form[action$="/register/"] button')
    assert "还是没有回答" in officer.locator("main").inner_text()
    hands.write("#how-months", "看了缴费记录原件（示例）")
    hands.follow("form:has(#how-months) button")
    assert "工作人员核实过" in officer.locator("main").inner_text()
    simulator.modes = {}
    own_world.manage(
        "registers"
    )  # the register answers again: nobody need wait out the minute in which it is left alone
    hands.follow('main form[action$="/register/"] button')
    told = officer.locator("main").inner_text()
    assert "待核实" not in told
    assert "社会保险登记说的一样" in told
    hands.follow('main button[value="accept"]')
