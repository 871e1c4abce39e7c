"""From an empty form to taken in, with every signer, in a browser; the tracking page right at each stop."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab

from demo.invented import identity_number
from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.factories import picture
from tests.journeys.hands import Hands, Keyboard, Mouse

NAME = "新来的（示例）"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "获奖证书.jpg"
    file.write_bytes(picture())
    return file


def apply(tab: Tab, hands: Hands, photo: Path, serial: int) -> str:
    """Everything the applicant does, from the start page to the confirmation; the reference as it is shown."""
    tab.goto("/")
    hands.follow('a[href="/guides/direct_admission/"]')
    hands.follow('a[href="/my/apply/direct_admission/"]')
    hands.write("input[name=number]", identity_number("19950505", serial))
    hands.write("input[name=name]", NAME)
    hands.follow('main button[type="submit"]')
    hands.follow('main button[type="submit"]')  # begin
    hands.follow('.tasks a[href$="/about/"]')
    hands.write("input[name=telephone]", "１０６０－０００ ０１２３")
    hands.write("input[name=address]", "示例路 7 号")
    hands.select("select[name=town]", "梅陇镇")
    hands.follow('main button[type="submit"]')
    assert tab.url.endswith("/ground/")
    hands.pick("#f-ground_0")
    hands.follow("main button[name=go]")
    hands.write("input[name=event_name]", "全国残疾人职业技能竞赛（示例）")
    hands.write("input[name=organisers]", "示例部")
    hands.write("input[name=awarded_on]", "2025.13.8")
    hands.write("input[name=place]", "第1名")
    hands.pick("#f-organiser_is_government_0")
    hands.follow("main button[name=go]")
    assert "一年里没有 13 月" in tab.locator(".errors").inner_text()
    assert tab.locator("input[name=event_name]").input_value() == "全国残疾人职业技能竞赛（示例）"
    hands.write("input[name=awarded_on]", "2025年9月18日")
    hands.hand_in("input[name=file-award_document]", photo)
    hands.follow('button[name=upload][value="award_document"]')
    hands.hand_in("input[name=file-organiser_document]", photo)
    hands.follow("main button[name=go]")
    assert tab.url.split("#")[0].endswith("/statement/")
    hands.write("textarea[name=statement]", "用读屏软件。")
    hands.follow("main button[name=go]")
    hands.follow('.tasks a[href$="/check/"]')
    assert "2025年9月18日" in tab.locator("main").inner_text()
    hands.follow('main form button[type="submit"]')
    assert "/sent/" in tab.url
    shown = tab.locator(".confirm .ref").first.inner_text()
    return re.sub(r"[^0-9A-Z-]", "", shown.replace("\u2011", "-").split()[-1])


@pytest.mark.parametrize(("way", "serial"), [("keyboard", 501), ("without script", 502)])
def test_the_applicant_applies(open_tab: OpenTab, own_world: World, photo: Path, way: str, serial: int):
    tab = open_tab("anonymous", own_world, javascript=way != "without script")
    hands: Hands = Keyboard(tab) if way == "keyboard" else Mouse(tab)
    reference = apply(tab, hands, photo, serial)
    hands.follow(f'a[href="/my/cases/{reference}/"]')
    assert "第 1 步，一共 6 步" in five(tab)


def five(tab: Tab) -> str:
    return str(tab.locator(".five").inner_text())


class Story:
    """One case through everybody's hands; after each signature the applicant's page is looked at."""

    def __init__(self, open_tab: OpenTab, world: World, reference: str, applicant: Tab) -> None:
        self.open_tab, self.world, self.reference, self.applicant = open_tab, world, reference, applicant

    def officer(self, role: str) -> Tab:
        """The case, claimed by the officer through the inbox."""
        tab = self.open_tab(role, self.world)
        tab.goto("/work/inbox/?view=department")
        row = tab.locator("tr", has=tab.locator(f'a[href="/work/cases/{self.reference}/"]'))
        row.locator("button").click()
        assert tab.url.endswith(f"/work/cases/{self.reference}/")
        return tab

    def sign(self, tab: Tab, button: str, opinion: str = "") -> None:
        tab.wait_for_load_state()  # a page that is still arriving has not all its questions
        for group in tab.locator(".clause").all():
            asked, chosen = group.locator("input[type=radio]"), group.locator("input[type=radio]:checked")
            if asked.count() and not chosen.count():
                radio = group.locator('input[value="met"]')
                tab.locator(f'label[for="{radio.get_attribute("id")}"]').click()
        if opinion:
            tab.locator("#f-opinion").fill(opinion)
        tab.locator(f'button[name=do][value="{button}"]').click()
        assert "/sign/" not in tab.url, tab.locator("main").inner_text()[:400]

    def stands(self, *words: str) -> None:
        """The tracking page says this now."""
        self.applicant.goto(f"/my/cases/{self.reference}/")
        told = self.applicant.locator("h1").inner_text() + five(self.applicant)
        for word in words:
            assert word in told, f"{word!r} is not on the tracking page: {told}"


def test_one_case_from_an_empty_form_to_taken_in(open_tab: OpenTab, own_world: World, photo: Path):
    applicant = open_tab("anonymous", own_world)
    reference = apply(applicant, Mouse(applicant), photo, 503)
    told = Story(open_tab, own_world, reference, applicant)
    told.stands("您的申请收到了", "第 1 步，一共 6 步", "区残联", "现在什么都不用做")

    intake = told.officer("fed-intake-1")
    intake.locator("button[formaction$='/original/']").first.click()
    told.sign(intake, "accept", "材料齐全")
    told.stands("区残联正在审", "第 1 步，一共 6 步")

    told.sign(told.officer("fed-review-1"), "approve", "奖项属实")
    told.stands("区民政局正在审", "第 2 步，一共 6 步")
    told.sign(told.officer("civil-1"), "approve", "同意")
    told.stands("区人社局正在审", "第 3 步，一共 6 步")
    told.sign(told.officer("hrss-1"), "approve", "同意")
    told.stands("区政府正在审", "第 4 步，一共 6 步", "批准的话就公示")
    told.sign(told.officer("gov-1"), "approve", "批准")
    own_world.manage("relay")
    told.stands("批准了，正在公示", "第 5 步，一共 6 步", "区民政局")

    publisher = told.officer("civil-2")
    publisher.locator("#f-award").fill("全国残疾人职业技能竞赛（示例）第一名")
    told.sign(publisher, "publish")
    told.stands("批准了，正在公示")
    after = date.today() + timedelta(days=21)
    own_world.manage("sweep", "--at", f"{after.isoformat()}T09:00")
    told.stands("区民政局正在安排", "第 5 步，一共 6 步")

    assigner = told.officer("civil-2")
    position = assigner.locator("#f-position option", has_text="梅陇镇").first.get_attribute("value")
    assigner.locator("#f-position").select_option(position)
    told.sign(assigner, "assign", "和本人商量过")
    told.stands("梅陇镇正在安排", "第 6 步，一共 6 步", "社区工作者")
    told.sign(told.officer("town-meilong"), "confirm", "已经到岗")
    told.stands("办完了，您已被接收", "没有下一步了")

    told.applicant.goto(f"/my/cases/{reference}/")
    with told.applicant.expect_download() as download:
        told.applicant.locator('dl a[href^="/letters/"]').click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    supervisor = open_tab("supervisor", own_world)
    supervisor.goto(f"/audit/?event=signed&ref={reference}")
    sentences = supervisor.locator("ol.says").inner_text()
    for words in ("林知夏", "沈若川", "叶明", "唐嘉木", "纪春和", "区政府 · 审批", "批准"):
        assert words in sentences
    supervisor.locator(f'ol.says a[href="/work/cases/{reference}/history/"]').first.click()
    assert "条记录相扣" in supervisor.locator("main").inner_text()


def test_a_correction_and_a_return_as_people_meet_them(open_tab: OpenTab, own_world: World, photo: Path):
    applicant = open_tab("anonymous", own_world)
    reference = apply(applicant, Mouse(applicant), photo, 504)
    told = Story(open_tab, own_world, reference, applicant)
    told.sign(told.officer("fed-intake-1"), "accept")
    reviewer = told.officer("fed-review-1")
    reviewer.goto(f"/work/cases/{reference}/correction/")
    reviewer.locator('label[for="i-awarded_on"]').click()
    reviewer.locator("#n-awarded_on").fill("请再看一下证书上的日期")
    reviewer.locator("main form button[type=submit]").last.click()
    told.stands("请您补材料", "在您手里", "请补材料，最晚")

    applicant.locator(f'a[href="/my/cases/{reference}/correction/"]').click()
    assert "请再看一下证书上的日期" in applicant.locator("main").inner_text()
    applicant.locator("input[name=awarded_on]").fill("2025.9.19")
    applicant.locator("button[name=hand_in]").click()
    told.stands("区残联正在审")
    applicant.locator('a[href*="/changes/"]').click()
    changes = applicant.locator("main").inner_text()
    assert "2025年9月18日" in changes
    assert "2025年9月19日" in changes

    reviewer.goto(f"/work/cases/{reference}/")
    assert "补正：原来的和新的" in reviewer.locator("main").inner_text()
    told.sign(reviewer, "approve", "补得清楚")
    second = told.officer("civil-1")
    second.locator("summary", has_text="退回前面的步骤").click()
    second.locator("#f-opinion").fill("请补看原件")
    second.locator('button[name=do][value="return_to"]').click()
    told.stands("区残联正在审")
    reviewer.goto(f"/work/cases/{reference}/")
    assert "请补看原件" in reviewer.locator("main").inner_text()


def test_an_objection_is_made_read_and_answered(open_tab: OpenTab, own_world: World):
    visitor = open_tab("anonymous", own_world, javascript=False)
    visitor.goto("/notices/")
    visitor.locator('main a[href^="/notices/"]').first.click()
    visitor.locator('a[href$="/object/"]').first.click()
    visitor.locator("textarea").fill("请核实这件事（示例）")
    visitor.locator("main form button[type=submit]").click()
    code = visitor.locator("main .ref").first.inner_text().replace("\u2011", "-").strip()
    visitor.goto("/objections/")
    visitor.locator("main input[name=code]").fill(code.lower())
    visitor.locator("main form button[type=submit]").click()
    assert "10 个工作日" in visitor.locator("main").inner_text()
