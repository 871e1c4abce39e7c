"""In a browser: a recruitment round, by who applies, the federation, the department that leads it, and two who enter scores."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page as Tab

from tests import databases
from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.factories import picture
from tests.journeys.applying import Applicant, main
from tests.journeys.hands import Keyboard, Mouse
from tests.journeys.office import acts, signs, taken_on

pytestmark = pytest.mark.xdist_group("round")
APPLICANT, CANDIDATE, FEDERATION, TOWNS_LEADER = "applicant-16", "applicant-14", "fed-intake-1", "civil-1"
FIRST_CLERK, SECOND_CLERK, THIRD, APPROVER = "hrss-1", "hrss-2", "hrss-head", "hrss-approve"
NEEDS = {
    "large_print": True,
    "extra_time": False,
    "sign_language": False,
    "ground_floor": True,
    "accommodations": "读屏软件（示例）",
}


def test_somebody_applies_to_a_reserved_post_and_both_departments_accept_it(
    open_tab: OpenTab, own_world: World, tmp_path: Path
):
    paper = tmp_path / "paper.jpg"
    paper.write_bytes(picture())
    tab = open_tab(APPLICANT, own_world)
    tab.goto("/rounds/")
    tab.locator("main a", has_text="社区工作者").first.click()
    hands = Keyboard(tab)
    hands.follow('main a[href$="/apply/"]')
    applicant = Applicant(tab, hands, paper)
    applicant.fills_in(NEEDS)
    reference = applicant.sends()
    tab.goto(f"/my/cases/{reference}/exam/")
    assert "还没有排座位" in main(tab)
    for role, verb in ((FEDERATION, "accept"), (TOWNS_LEADER, "approve")):
        office = open_tab(role, own_world)
        taken_on(office, Mouse(office), reference)
        signs(office, Mouse(office), verb, "材料齐全，符合岗位条件。（示例）")
    tab.goto("/rounds/")
    tab.locator("main a", has_text="社区工作者").first.click()
    tab.locator('main a[href$="/apply/"]').last.click()
    tab.locator("main form.actions button").click()
    assert "一批只能报一个" in main(tab)


def test_seats_scores_by_two_ranking_results_and_check(open_tab: OpenTab, own_world: World):
    first, second = open_tab(FIRST_CLERK, own_world), open_tab(SECOND_CLERK, own_world)
    first.goto("/work/rounds/")
    first.locator('main a[href^="/work/rounds/"]', has_text="-2").first.click()
    base = first.url
    seats_shared(first, base)
    first.goto(f"{base}scores/written/")
    assert "考完再录分" in main(first)
    the_day_has_come(own_world)
    for part in ("written", "interview"):
        entered(first, f"{base}scores/{part}/", "80", "85.5")
        entered(second, f"{base}scores/{part}/", "80", "58.5" if part == "written" else "85.5")
    third = open_tab(THIRD, own_world)
    third.goto(f"{base}scores/written/")
    assert "两遍不一样" in main(third)
    third.locator("main input[name^=a]").fill("85.5")
    third.locator("main textarea[name^=r]").fill("对了试卷，第二遍录反了。（示例）")
    third.locator("main button[type=submit]").click()
    assert "核定了" in main(third)

    second.goto(f"{base}ranking/")
    second.locator('main button[value="release"]').click()
    assert "171" in main(second)
    second.locator('main a[href*="/checks/"]').first.click()
    second.locator('label[for="f-passed_0"]').click()
    second.locator("main form button[type=submit]").click()
    assert "记下了" in main(second)
    post_filled_and_given_up(second, open_tab(APPROVER, own_world), base)
    second.goto(f"{base}report/")
    assert "每个岗位的结果" in main(second)

    candidate = open_tab(CANDIDATE, own_world)
    candidate.goto("/my/")
    for link in [one.get_attribute("href") for one in candidate.locator('main a[href^="/my/cases/"]').all()]:
        candidate.goto(f"{link}exam/")
        if "准考证" in main(candidate):
            break
    assert "总分" in main(candidate)
    candidate.locator("main .actions a").first.click()
    assert "手语翻译" in main(candidate)


def post_filled_and_given_up(clerk: Tab, approver: Tab, base: str) -> None:
    """The first in rank is granted the post and put on notice, then says no: the second moves up."""
    clerk.goto(f"{base}appointments/")
    reference = (clerk.locator("main a.ref").first.get_attribute("href") or "").split("/")[3]
    taken_on(clerk, Mouse(clerk), reference)
    signs(clerk, Mouse(clerk), "confirm", "体检合格，排名第一。（示例）")
    taken_on(approver, Mouse(approver), reference)
    approver.goto(f"/work/cases/{reference}/")
    assert "第 1 名" in main(approver)
    signs(approver, Mouse(approver), "approve", "同意录用。（示例）")
    clerk.goto(f"{base}appointments/")
    assert "名额满了" in main(clerk)
    clerk.locator('main button[value="publish"]').click()
    assert "公示了 1 个人" in main(clerk)
    acts(clerk, Mouse(clerk), reference, "note_declined", reason="电话里说不来了。（示例）")
    clerk.goto(f"{base}appointments/")
    assert "轮到了，要记体检结果" in main(clerk)


def seats_shared(tab: Tab, base: str) -> None:
    """A time ahead, a room on the ground floor, and a seat for everybody accepted."""
    tab.goto(f"{base}exam/")
    tab.locator("#f-exam_on").fill((timezone.localdate() + timedelta(days=7)).isoformat())
    tab.locator("#f-exam_time").fill("9:30")
    tab.locator('main button[value="exam"]').click()
    tab.locator("#f-name").fill("第一考场（示例）")
    tab.locator("#f-place").fill("示例路 8 号")
    tab.locator("#f-seats").fill("10")
    tab.locator('label[for="f-ground_floor_0"]').click()
    tab.locator('main button[value="room"]').click()
    tab.locator('main button[value="seats"]').click()
    assert "排好了 2 个人的座位" in main(tab)


def the_day_has_come(world: World) -> None:
    """The examination that was just set is over."""
    databases.answer(
        "UPDATE recruitment_round SET exam_at = now() - interval '3 hours' WHERE exam_at > now()",
        dsn=databases.url(world.database),
    )


def entered(tab: Tab, address: str, *scores: str) -> None:
    """These scores, in the order of the tickets."""
    tab.goto(address)
    inputs = tab.locator("main input[name^=a]").all()
    for place, score in zip(inputs, scores, strict=True):
        place.fill(score)
    tab.locator("main button[type=submit]").click()
    assert "存好了 2 个分数" in main(tab)
