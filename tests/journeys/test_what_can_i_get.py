"""From the first page to what fits and into the application, with the keyboard alone and without script."""

import pytest

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.hands import Hands, Keyboard, Mouse

NEXT = "main .actions button:not([name])"


@pytest.mark.parametrize("way", ["keyboard", "without script"])
def test_from_a_life_event_into_the_application(open_tab: OpenTab, world: World, way: str):
    tab = open_tab("anonymous", world, javascript=way != "without script")
    hands: Hands = Keyboard(tab) if way == "keyboard" else Mouse(tab)
    tab.goto("/")
    hands.follow('main a[href="/check/"]')
    hands.follow(NEXT)  # nothing chosen
    assert "请选一种情况" in tab.locator(".errors").inner_text()
    hands.pick('main input[value="competition"]')
    hands.follow(NEXT)
    hands.pick('main input[value="international_competition"]')
    hands.follow(NEXT)
    hands.write('main input[name="direct_admission-place"]', "第二名")
    hands.follow(NEXT)
    assert "我们记下的是：2" in tab.locator("main").inner_text()
    hands.pick('main input[value="municipal"]')
    hands.follow(NEXT)
    hands.follow("main button[name=again]")  # back, and on again: the answer is still there
    assert tab.locator('main input[value="municipal"]').is_checked()
    hands.follow(NEXT)
    hands.pick('main input[value="yes"]')
    hands.follow(NEXT)
    hands.write('main input[name="competition_award-awarded_on"]', "２０２５．６．１")
    hands.follow(NEXT)
    hands.write('main input[name="competition_award-city_prize"]', "很多")
    hands.follow(NEXT)
    assert "请只写金额" in tab.locator(".errors").inner_text()
    hands.write('main input[name="competition_award-city_prize"]', "1,000 元")
    hands.follow(NEXT)
    told = tab.locator("main").inner_text()
    assert "2 项符合" in told
    assert "500.00 元" in told
    assert "?" not in tab.url
    hands.follow('main button[name=again][value="direct_admission-place"]')
    hands.write('main input[name="direct_admission-place"]', "4")
    hands.follow(NEXT)
    assert "第 4 名，不符合" in tab.locator("main").inner_text()
    hands.follow('main a[href="/my/apply/direct_admission/"]')
    assert "/signin/" in tab.url
