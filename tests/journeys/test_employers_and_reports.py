"""In a browser: the certification of employers to the board and the goal; a report of fraud under its code; a campaign."""

import re
from pathlib import Path

import pytest
from stdnum.cn import uscc

from tests.browser.fixtures import OpenTab
from tests.browser.served import World
from tests.factories import identity_number, picture
from tests.journeys.applying import main
from tests.journeys.hands import Keyboard

pytestmark = pytest.mark.xdist_group("around")
UNIT = "91310112MA1GTEXA0" + str(uscc.calc_check_digit("91310112MA1GTEXA0"))


def test_a_certification_is_imported_and_counts_on_the_board_and_for_the_goal(
    open_tab: OpenTab, own_world: World, tmp_path: Path
):
    table = tmp_path / "certification.csv"
    head = "统一社会信用代码,单位名称,年度,在职职工人数,在职残疾人的残疾人证号"
    wrong = f"{UNIT},示例科技有限公司（示例）,2026,40,{identity_number(801)}91"
    right = f"{UNIT},示例科技有限公司（示例）,2026,40,{identity_number(801)}43"
    office = open_tab("fed-intake-1", own_world)
    for content in (wrong, right):
        table.write_text(f"{head}\n{content}\n", encoding="utf-8")
        office.goto("/work/records/")
        office.select_option("select[name=kind]", "certification")
        office.set_input_files("input[name=file]", table)
        office.locator("main form[enctype] button[type=submit]").click()
        if content is wrong:
            assert "第 1 个残疾人证号不对" in main(office)
    office.locator('main button[value="import"]').click()
    assert "导入好了" in main(office)
    office.goto("/work/employers/?year=2026")
    assert "职工 40 人，残疾职工 1 人" in main(office)
    supervisor = open_tab("supervisor", own_world)
    supervisor.goto("/goal/board/?by=measure")
    supervisor.locator('main a[href*="key=certification"]').click()
    assert "不存姓名" in main(supervisor)
    anybody = open_tab("anonymous", own_world)
    anybody.goto("/goal/")
    assert "1500" in main(anybody)


def test_somebody_reports_without_a_name_and_triage_answers_under_the_code(
    open_tab: OpenTab, own_world: World, tmp_path: Path
):
    proof = tmp_path / "my-name.jpg"
    proof.write_bytes(picture())
    reporter, hands = (tab := open_tab("anonymous", own_world)), Keyboard(tab)
    reporter.goto("/report/")
    hands.follow("main form .actions button")
    assert "请" in main(reporter)
    reporter.check('input[name="what"][value="wages"]', force=True)
    reporter.fill('[name="unit_name"]', "示例公司")
    reporter.fill('[name="story"]', "拖欠工资三个月。（示例）")
    reporter.set_input_files('[name="file_1"]', proof)
    hands.follow("main form .actions button")
    code = re.search(r"\d{4} \d{4} \d{4}", main(reporter))
    assert code is not None
    triage = open_tab("fed-triage", own_world)
    triage.goto("/work/inbox/?view=department")
    triage.locator('main tr:has-text("举报") a[href^="/work/cases/"]').first.click()
    assert "拖欠工资三个月" in main(triage)
    assert "my-name" not in main(triage)
    address = triage.url
    assert triage.locator("main button", has_text="看举报人").count() == 0  # nobody gave a name
    triage.goto(f"{address}do/comment/")
    triage.fill('[name="text"]', "哪几个月？（示例）")
    triage.locator('[name="audience"]').select_option("applicant") if triage.locator(
        "select[name=audience]"
    ).count() else (triage.check('input[name="audience"][value="applicant"]', force=True))
    triage.locator("main form button[type=submit]").last.click()
    reporter.goto("/report/follow/")
    reporter.fill('[name="code"]', code[0])
    hands.follow("main form .actions button")
    assert "哪几个月" in main(reporter)
    reporter.fill('[name="text"]', "六月到八月。（示例）")
    hands.follow("main form .actions button")
    assert "六月到八月" in main(reporter)
    triage.goto(address)
    assert "举报人写的" in main(triage)


def test_a_head_publishes_a_campaign_that_everybody_reads(open_tab: OpenTab, own_world: World):
    head, anybody = open_tab("fed-head", own_world), open_tab("anonymous", own_world)
    head.goto("/work/campaigns/")
    for name, words in (
        ("title", "就业援助月（示例）"), ("title_en", "Employment-aid month (sample)"), ("starts_on", "2026-11-01"),
        ("ends_on", "2099-12-31"), ("text", "一起来。"), ("text_en", "Come along."),
    ):  # fmt: skip
        head.fill(f'[name="{name}"]', words)
    head.locator("main form button", has_text="发布").click()
    assert "发布了" in main(head)
    anybody.goto("/campaigns/")
    anybody.locator("main a", has_text="就业援助月").click()
    assert "一起来" in main(anybody)
    anybody.goto("/guides/flexible_employment_subsidy/easy/")
    with anybody.expect_download() as leaflet:
        anybody.locator('main a[href$="leaflet.pdf"]').click()
    assert Path(leaflet.value.path()).read_bytes().startswith(b"%PDF")
