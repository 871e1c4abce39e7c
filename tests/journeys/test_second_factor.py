"""An officer's way in, with the keyboard alone and without script: password, phone, recovery codes, and a lost phone."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from casework.second_factor import code_at
from demo.people import PASSWORD
from tests.browser.fixtures import OpenTab
from tests.browser.probes import MIDDLE, NARROW, Judge, validate
from tests.browser.served import World
from tests.browser.test_every_page import mode, tell
from tests.journeys.hands import Hands, Keyboard, Mouse

SEND = 'main button[type="submit"]'
CODE = "#f-one_time_code"


def give_password(tab: Tab, hands: Hands, login: str) -> None:
    tab.goto("/officers/signin/")
    hands.write("input[name=login]", login)
    hands.write("input[name=password]", PASSWORD)
    hands.follow(SEND)
    assert "/officers/code/" in tab.url


def code_of(secret: str, late: int = 0) -> str:
    return code_at(secret, int(time.time()) // 30 + late)


def secret_on(tab: Tab) -> str:
    return tab.locator("#secret").inner_text().replace(" ", "")


def sign_out(tab: Tab, hands: Hands) -> None:
    hands.follow('form[action="/signout/"] button')


def reset(tab: Tab, login: str) -> None:
    """The administrator finds the officer and resets their phone."""
    tab.goto("/work/people/")
    tab.locator("#q").fill(login)
    tab.locator("form[role=search] button").click()
    tab.locator("main tbody a").click()
    tab.locator("#f-reason").fill("手机丢了，本人当面来说的（示例）")
    tab.locator('button[value="reset"]').click()
    assert "重设好了" in tab.locator("main").inner_text()


@pytest.mark.parametrize(("way", "login"), [("keyboard", "town-gumei"), ("without script", "town-pujin")])
def test_from_a_lost_phone_to_the_workbench_and_in_again(open_tab: OpenTab, own_world: World, way: str, login: str):
    reset(open_tab("admin", own_world), login)
    tab = open_tab("anonymous", own_world, javascript=way != "without script")
    hands: Hands = Keyboard(tab) if way == "keyboard" else Mouse(tab)
    give_password(tab, hands, login)
    secret = secret_on(tab)
    hands.write(CODE, "1234")
    hands.follow(SEND)
    assert "6 位数字" in tab.locator(".errors").inner_text()
    hands.write(CODE, code_of(secret))
    hands.follow(SEND)
    codes = tab.locator("main ol strong").all_inner_texts()
    assert len(codes) == 10
    hands.follow("main .actions a")
    assert tab.url.endswith("/work/inbox/")
    sign_out(tab, hands)

    give_password(tab, hands, login)
    hands.write(CODE, code_of(secret, 1))
    hands.follow(SEND)
    assert tab.url.endswith("/work/inbox/")
    sign_out(tab, hands)

    give_password(tab, hands, login)
    hands.write(CODE, codes[0])
    hands.follow(SEND)
    assert "还剩 9 个" in tab.locator("main").inner_text()
    sign_out(tab, hands)
    tab.goto("/work/inbox/")
    assert "/officers/signin/" in tab.url


def test_a_visitor_of_the_demonstration_finds_the_code_on_the_page(open_tab: OpenTab, own_world: World):
    tab = open_tab("anonymous", own_world)
    give_password(tab, Mouse(tab), "town-qibao")
    shown = tab.locator("main .notice strong").inner_text()
    tab.locator(CODE).fill(shown)
    tab.locator(SEND).click()
    assert tab.url.endswith("/work/inbox/")


class Walk:
    """A tab whose every page is judged, as the walk of the whole site does not come here; with the server's own HTML."""

    def __init__(self, judge: Judge) -> None:
        self.judge, self.tab = judge, judge.tab
        self.sources: list[tuple[str, str]] = []

    def send(self, label: str, text: str | None = None, *, airy: bool = True) -> None:
        """Type the code, press the first button, and judge the page that comes."""
        if text is not None:
            self.tab.locator(CODE).fill(text)
        with self.tab.expect_navigation() as sent:
            self.tab.locator(SEND).first.click()
        if self.tab.locator(".errors").count():
            assert self.tab.evaluate("() => document.activeElement.matches('.errors')"), label
        self.judged(label, sent.value.text(), airy)

    def judged(self, label: str, source: str, airy: bool) -> None:
        judge = self.judge
        judge.label = label
        judge.axe(enhanced=airy)
        for probe in ("head", "fields", "language"):
            judge.probe(probe)
        judge.probe("targets", 44 if airy else 24, not airy)
        judge.at(MIDDLE, "sideways")
        judge.at(NARROW, "sideways")
        judge.walk()
        with mode(judge, "text 200 %", "text", "200"):
            judge.at(NARROW, "sideways", "clipped")
        self.sources.append((label, source))


@pytest.mark.parametrize(("language", "login"), [("zh-hans", "town-huacao"), ("en", "town-xinhong")])
def test_the_pages_on_the_way_in_are_for_everybody(
    open_tab: OpenTab, own_world: World, judge_for: Callable[..., Judge], tmp_path: Path, language: str, login: str
):
    reset(open_tab("admin", own_world), login)
    walk = Walk(judge_for("anonymous", own_world))
    tab, hands = walk.tab, Mouse(walk.tab)
    tab.context.add_cookies([{"name": "language", "value": language, "url": own_world.url}])

    def password() -> None:
        tab.goto("/officers/signin/")
        tab.locator("input[name=login]").fill(login)
        tab.locator("input[name=password]").fill(PASSWORD)

    password()
    walk.send("set up")
    secret = secret_on(tab)
    walk.send("set up, sent empty", "")
    walk.send("recovery codes", code_of(secret))
    tab.goto("/work/phone/")
    walk.send("phone, wrong code", "000000", airy=False)
    walk.send("another phone", code_of(secret, 1), airy=False)
    walk.send("recovery codes on the workbench", code_of(secret_on(tab)), airy=False)
    sign_out(tab, hands)
    password()
    walk.send("code")
    for number in range(5):
        walk.send("code, wrong", f"{number:06d}")
    walk.send("locked out", "000000")
    assert re.search(r"1[45]", tab.locator("h1 + .lead").inner_text())
    tell(walk.judge.findings + validate(walk.sources, tmp_path))
