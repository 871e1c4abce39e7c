"""In a browser: an organ's shortfall from its return to the proof that it is put right; and a report of fraud from triage over a
visit of two to the finding, the unit's payments held and let go. Each step by whoever it is for.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from demo.around import UNIT
from demo.employers import UNITS
from tests.browser.served import World
from tests.journeys.applying import main
from tests.journeys.money import NAMES, District
from tests.journeys.office import acts, signs, taken_on
from tests.journeys.seats import seat

pytestmark = pytest.mark.xdist_group("around")
STAFF = "applicant-13"  # acts for both units
ORGAN, MUSEUM = (name for _, name in UNITS)


@pytest.fixture(scope="module")
def house(browser: Browser, own_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    with seat(browser, own_world) as at:
        yield District(at, tmp_path_factory.mktemp("papers"))


def cases_of(house: District, name: str) -> list[str]:
    """As the unit: the addresses of its cases, the newest first."""
    tab, _ = house.sits(STAFF)
    tab.goto("/my/")
    tab.locator(f'main label:has-text("{name}")').click()
    tab.locator("main form.sheet button").first.click()
    found = [one.get_attribute("href") or "" for one in tab.locator('main a[href^="/my/cases/"]').all()]
    return list(dict.fromkeys(found))


def case_that_says(house: District, name: str, words: str) -> str:
    """As the unit: the address of the case whose page says this, which is open now."""
    tab, _ = house.sits(STAFF)
    for address in cases_of(house, name):
        tab.goto(address)
        if words in main(tab):
            return address
    raise AssertionError(f"no case of the unit says {words}")


def test_a_shortfall_is_put_right_and_closed_on_proof(house: District) -> None:
    address = case_that_says(house, ORGAN, "整改完成报送")
    tab, _ = house.sits(STAFF)
    assert tab.locator('main a[href$="/withdraw/"]').count() == 0
    reference = address.strip("/").rpartition("/")[2]
    tab.locator('main a[href$="/do/deliver/"]').first.click()
    tab.locator("main form button[type=submit]").last.click()
    assert "请写做到了什么" in main(tab)
    assert "请交能证明的材料" in main(tab)
    tab.locator("#f-record").fill("招了一名档案整理员，三月一日签了合同。（示例）")
    tab.locator("main input[type=file]").set_input_files(house.paper())
    tab.locator("main form button[type=submit]").last.click()

    tab, hands = house.sits("fed-review-1")
    tab.goto("/work/employers/")
    assert "整改中" in tab.locator(f'main tr:has-text("{ORGAN}")').inner_text()
    taken_on(tab, hands, reference)
    assert "春节后招一名档案整理员" in main(tab)  # the plan, beside the proof
    signs(tab, hands, "confirm")
    tab, hands = house.sits("org-approve")
    taken_on(tab, hands, reference)
    assert tab.locator('main button[value="approve"]').inner_text() == "同意办结"
    signs(tab, hands, "approve")
    tab.goto("/work/employers/")
    assert "改好了" in tab.locator(f'main tr:has-text("{ORGAN}")').inner_text()
    tab, _ = house.sits(STAFF)
    tab.goto(address)
    assert "全部办完了" in main(tab)


def test_a_return_that_is_enough_is_recorded(house: District) -> None:
    address = case_that_says(house, MUSEUM, "示例文化馆")
    reference = address.strip("/").rpartition("/")[2]
    for login, verb in (("fed-review-2", "confirm"), ("hrss-1", "approve"), ("org-approve", "approve")):
        tab, hands = house.sits(login)
        taken_on(tab, hands, reference)
        signs(tab, hands, verb)
    tab, _ = house.sits(STAFF)
    tab.goto(address)
    assert "办完了，已备案" in main(tab)
    assert "整改" not in main(tab)


def test_a_report_is_looked_into_found_and_the_units_payments_are_held(house: District) -> None:
    tab, hands = house.sits("anonymous-77")
    tab.goto("/report/")
    tab.check('input[name="what"][value="wages"]', force=True)
    tab.fill('[name="unit_name"]', UNIT[1])
    tab.fill('[name="story"]', "社保交了，工资没有发。（示例）")
    hands.follow("main form .actions button")
    code = re.search(r"\d{4} \d{4} \d{4}", main(tab))
    assert code is not None

    tab, hands = house.sits("fed-triage")
    tab.goto("/work/inbox/?view=department")
    tab.locator('main tr:has-text("举报") a[href^="/work/cases/"]').last.click()
    reference = tab.url.rstrip("/").rpartition("/")[2]
    assert "工资没有发" in main(tab)
    taken_on(tab, hands, reference)
    signs(tab, hands, "accept")

    tab, hands = house.sits("fed-visit-1")
    taken_on(tab, hands, reference)
    acts(tab, hands, reference, "name_party", role="被举报的单位", number=UNIT[0], name=UNIT[1])
    asked = {"kind": "parallel", "to": NAMES["fed-visit-2"], "question": "一起去看过，请签。（示例）"}
    acts(tab, hands, reference, "add_signer", **asked)
    acts(*house.sits("fed-visit-2"), reference, "give_opinion", outcome="agreed", opinion="在场。（示例）")
    acts(*house.sits("fed-visit-1"), reference, "inspect", found="yes", record="工资表和打卡对不上。（示例）")

    tab, hands = house.sits("fed-approve-1")
    taken_on(tab, hands, reference)
    acts(tab, hands, reference, "hold_claims", reason="查清以前先不拨。（示例）")
    assert "暂缓了" in main(tab)
    tab.goto(f"/work/cases/{reference}/")
    assert tab.locator('main button[value="refuse"]').inner_text() == "不属实"
    signs(tab, hands, "approve", opinion="情况属实。（示例）")

    tab, hands = house.sits("fed-head")
    acts(tab, hands, reference, "lift_hold", reason="工资补发了，凭证看过。（示例）")
    assert "恢复了" in main(tab)
    tab, hands = house.sits("fed-review-3")
    taken_on(tab, hands, reference)
    signs(tab, hands, "confirm", opinion="工资已经补发。（示例）")

    tab, hands = house.sits("anonymous-77")
    tab.goto("/report/follow/")
    tab.fill('[name="code"]', code[0])
    hands.follow("main form .actions button")
    assert "属实" in main(tab)
