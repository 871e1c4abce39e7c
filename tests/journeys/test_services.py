"""In a browser: an employer notes a vacancy, the federation suggests it, the person consents, the employer answers; then a
provider records a founder's service, and the person reads it. Four roles, each at a tab of their own.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page as Tab

from demo.around import UNIT
from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.journeys.applying import main
from tests.journeys.hands import Keyboard

pytestmark = pytest.mark.xdist_group("around")
EMPLOYER, SEEKER, FEDERATION, PROVIDER, FOUNDER = (
    "applicant-5",
    "applicant-7",
    "fed-review-1",
    "applicant-9",
    "applicant-16",
)
TITLE = "缝纫工（示例）"
UNIT_NAME = UNIT[1]
SOON = (date.today() + timedelta(days=25)).isoformat()


def tick(tab: Tab, name: str, value: str) -> None:
    box = tab.locator(f'input[name="{name}"][value="{value}"]')
    tab.locator(f'label[for="{box.get_attribute("id")}"]').click()


def send(tab: Tab, button: str) -> None:
    """Press the button with these words in the page's main part."""
    tab.locator(f'main button:has-text("{button}")').first.click()
    tab.wait_for_load_state()


def test_from_a_vacancy_to_somebody_employed(open_tab: OpenTab, own_world: World) -> None:
    employer, seeker, federation = (open_tab(role, own_world) for role in (EMPLOYER, SEEKER, FEDERATION))

    # The employer notes a vacancy; anybody reads it.
    employer.goto("/my/")
    employer.locator('main a[href="/vacancies/"]').click()
    employer.locator('main a[href="/vacancies/new/"]').first.click()
    send(employer, "登出来")
    assert "请写岗位名称" in main(employer)
    employer.locator("select[name=unit]").select_option(label=UNIT_NAME)
    employer.locator("input[name=title]").fill(TITLE)
    employer.locator("select[name=field]").select_option("production")
    employer.locator("input[name=number]").fill("两")
    employer.locator("select[name=town]").select_option(label="梅陇镇")
    employer.locator("input[name=pay_from]").fill("3600")
    employer.locator("input[name=open_until]").fill(SOON)
    tick(employer, "must", "sewing")
    tick(employer, "accommodations", "sign_language")
    send(employer, "登出来")
    assert TITLE in main(employer)
    vacancy = re.sub(r"^https?://[^/]+", "", employer.url)
    seeker.goto("/jobs/?accommodation=sign_language")
    assert TITLE in main(seeker)

    # The seeker makes a profile with the keyboard's send, and sees why it fits.
    seeker.goto("/my/work/profile/")
    tick(seeker, "skills", "sewing")
    tick(seeker, "fields", "production")
    tick(seeker, "needs", "sign_language")
    send(seeker, "存下")
    assert "有需要的手语" in main(seeker)

    # The federation suggests it; the employer sees a number and skills, no name.
    federation.goto("/work/seekers/?skill=sewing")
    name = federation.locator('main a[href^="/work/seekers/"]').first.inner_text()
    federation.locator('main a[href^="/work/seekers/"]').first.click()
    item = federation.locator(f'main li:has-text("{TITLE}")')
    item.locator("button").click()
    assert "推荐了，本人会收到消息" in main(federation)
    employer.goto(vacancy)
    assert "求职者 A1" in main(employer)
    assert "缝纫" in main(employer)
    assert name not in main(employer)

    # The person consents by keyboard alone; now the employer sees who it is, and employs them.
    seeker.goto("/my/work/")
    Keyboard(seeker).follow('button[name="do"][value="consent"]')
    assert "您同意了" in main(seeker)
    employer.goto(vacancy)
    assert name in main(employer)
    employer.locator('main a[href^="/vacancies/candidates/"]').first.click()
    employer.locator("select[name=state]").select_option("employed")
    employer.locator("input[name=employed_on]").fill(SOON)
    employer.locator("textarea[name=note]").fill("欢迎。（示例）")
    send(employer, "答复本人")
    seeker.goto("/my/work/")
    assert "录用了" in main(seeker)
    assert "欢迎。（示例）" in main(seeker)


def test_a_provider_records_a_service_and_the_person_reads_it(open_tab: OpenTab, own_world: World) -> None:
    provider, founder, federation = (open_tab(role, own_world) for role in (PROVIDER, FOUNDER, FEDERATION))
    provider.goto("/my/")
    provider.locator('main a[href="/my/services/"]').click()
    provider.locator('main a[href^="/my/services/"]').first.click()
    assert "想开网店卖手工" in main(provider)
    provider.locator("select[name=service]").select_option(label="创业辅导")
    provider.locator("select[name=done]").select_option("yes")
    provider.locator("input[name=done_on]").fill(date.today().isoformat())
    provider.locator("textarea[name=record]").fill("一起做了一本账。（示例）")
    send(provider, "记下")
    assert "一起做了一本账" in main(provider)

    founder.goto("/my/")
    founder.locator('main a[href^="/my/cases/"]').first.click()
    founder.locator('main a[href$="/services/"]').click()
    assert "一起做了一本账" in main(founder)
    assert "风险高" in main(founder)

    # The federation may not advise aid before a second opinion; the other unit is asked for it.
    address = re.sub(r"^https?://[^/]+/my/", "/work/", founder.url)
    federation.goto(address)
    assert "先请另一个机构出第二意见" in main(federation)
    federation.locator("input[name=unit]").fill(UNIT[0])
    send(federation, "请第二意见")
    assert "等机构评估" in main(federation)


def test_a_visitor_registers_for_the_fair_and_a_founder_books_a_place(open_tab: OpenTab, own_world: World) -> None:
    visitor, federation = open_tab(SEEKER, own_world), open_tab("fed-intake-1", own_world)
    visitor.goto("/fairs/")
    visitor.locator('main a[href^="/fairs/"]').first.click()
    assert "手语翻译" in main(visitor)
    visitor.locator('main a[href^="/my/fairs/"]').click()
    tick(visitor, "needs", "captions")
    send(visitor, "报名")
    assert "报好名了" in main(visitor)
    visitor.goto("/my/places/")
    visitor.locator("select[name=space]").select_option(index=1)
    visitor.locator("input[name=day]").fill((date.today() + timedelta(days=4)).isoformat())
    send(visitor, "订")
    assert "订好了，1 号位子" in main(visitor)
    federation.goto("/work/fairs/")
    federation.locator('main a[href^="/work/fairs/"]').first.click()
    assert "字幕、文字沟通" in main(federation)
