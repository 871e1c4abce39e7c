"""In a browser, for each of the nine measures that pay: from the guide to the money, and from the guide to a refusal, the
appeal, and the decision that comes then. One world and one tab; the nine sums go to the bank in one batch.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.served import World
from tests.journeys.applying import main
from tests.journeys.money import ACCOUNT, ANOTHER, OFTEN, PAID, REFUSED, REVIEWS, STILL, TOTAL, WHY, District
from tests.journeys.office import reopens
from tests.journeys.paying import answered, batch_made, batch_released, give_account
from tests.journeys.seats import seat

pytestmark = pytest.mark.xdist_group("money")


@pytest.fixture(scope="module")
def district(browser: Browser, own_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[District]:
    with seat(browser, own_world) as at:
        yield District(at, tmp_path_factory.mktemp("papers"))


@pytest.mark.parametrize("code", PAID)
def test_an_application_goes_from_the_guide_to_the_grant(district: District, code: str) -> None:
    case = district.granted(code)
    district.reads(case, "批准了，等您写收款账户", "请写收款账户", f"{PAID[code].amount} 元")


def test_the_nine_sums_are_paid_in_one_batch(district: District, own_world: World, tmp_path: Path) -> None:
    cases = [district.granted(code) for code in PAID]
    own_world.manage("relay")
    for case in cases:
        letter = district.letter(case)
        assert PAID[case.code].amount in letter
        tab, hands = district.sits(case.who, case.hands)
        hands.follow(f'main a[href="{case.address}do/give_account/"]')
        give_account(hands, ACCOUNT)
        assert "收款账户存好了" in main(tab)
    batch = batch_made(district.sits("finance-1")[0])
    assert f"{len(cases)} 笔，{TOTAL} 元" in main(district.at.tab)
    batch_released(district.sits("finance-approve")[0], batch)
    sent = answered(district.sits("finance-1")[0], batch, "paid", tmp_path)
    assert len(sent) == len(cases)
    for case in cases:
        district.reads(case, "已拨付", "办完了", f"{PAID[case.code].amount} 元")
    assert own_world.manage("funds", "--check").endswith(", 0 differences\n")


@pytest.mark.parametrize(
    "code", [code if code in OFTEN else pytest.param(code, marks=pytest.mark.long) for code in REFUSED]
)
def test_a_refusal_is_appealed_and_decided_again_by_others(district: District, own_world: World, code: str) -> None:
    case, refusal = district.refused(code), REFUSED[code]
    own_world.manage("relay")
    district.appeals(case, WHY)
    reopens(*district.sits("admin"), case.reference, "federation_review", district.paper())
    district.reads(case, "您的申请，区残联正在审", "现在什么都不用做", "重新")
    first, *_ = (login for login, _ in PAID[code].signers if REVIEWS in login)
    tab, _ = district.sits(first)
    tab.goto(f"/work/cases/{case.reference}/")
    assert "您签过这件的前一轮。重新办理要换人。" in main(tab)
    assert tab.locator('main form[action$="/claim/"]').count() == 0
    again = [(ANOTHER[login], verb) for login, verb in PAID[code].signers if login in ANOTHER]
    district.decided(case, again, granted=not refusal.by_the_rules, why=STILL)
    if refusal.by_the_rules:
        own_world.manage("relay")
        district.appeals(case, STILL)
    else:
        district.reads(case, "批准了，等您写收款账户", "请写收款账户", f"{PAID[code].amount} 元")
