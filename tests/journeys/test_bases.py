"""In a browser: a base applies for support, two officers visit it, the district's figure is published, support is granted and
paid; a year later its review is signed, and what the review asks back is decided by others."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.served import World
from tests.journeys.applying import Applicant, main
from tests.journeys.hands import Keyboard
from tests.journeys.money import ACCOUNT, NAMES, UNIT, UNIT_NAME, Case, District
from tests.journeys.office import acts, proposes_figure, publishes, signs, taken_on
from tests.journeys.paying import answered, batch_made, batch_released, give_account
from tests.journeys.seats import seat

pytestmark = pytest.mark.xdist_group("around")
FACTS = {"base_kind": "training", "what": "添一套无障碍电脑桌。（示例）", "asked_amount": "30000"}
A_YEAR = "from casework.models import Case; from datetime import timedelta; from django.db.models import F; print(Case.objects.filter(measure='base_support', outcome='granted').update(decided_at=F('decided_at') - timedelta(days=400)))"


def test_a_base_is_supported_reviewed_after_a_year_and_asked_for_the_money_back(
    browser: Browser, own_world: World, tmp_path: Path
) -> None:
    with seat(browser, own_world) as at:
        house = District(at, tmp_path)

        # The base's manager, with the keyboard alone, from the guides.
        tab, hands = house.sits(UNIT, Keyboard)
        tab.goto("/my/")
        tab.locator(f'main label:has-text("{UNIT_NAME}")').click()
        tab.locator("main form.sheet button").first.click()
        tab.goto("/guides/")
        hands.follow('main a[href="/my/apply/base_support/"]')
        who = Applicant(tab, hands, house.paper())
        who.fills_in(FACTS)
        case = Case("base_support", UNIT, Keyboard, who.sends())

        # The federation takes it in; two go there; the figure that the sum needs is published by two administrators.
        tab, hands = house.sits("fed-intake-1")
        taken_on(tab, hands, case.reference)
        signs(tab, hands, "accept")
        tab, hands = house.sits("fed-visit-1")
        taken_on(tab, hands, case.reference)
        asked = {"kind": "parallel", "to": NAMES["fed-visit-2"], "question": "一起去看过，请签。（示例）"}
        acts(tab, hands, case.reference, "add_signer", **asked)
        acts(*house.sits("fed-visit-2"), case.reference, "give_opinion", outcome="agreed", opinion="在场。（示例）")
        acts(*house.sits("fed-visit-1"), case.reference, "inspect", found="yes", record="两人到场，场地合适。（示例）")
        proposal = proposes_figure(
            *house.sits("admin"), "base_support.amount", value="20000", announced_on="2024-06-03", source="示例：区级文件第 0 条",
            document="示例：区级文件〔2024〕0号", reason="区里公布了基地扶持标准。（示例）",
        )  # fmt: skip
        publishes(*house.sits("admin-2"), proposal)
        tab, hands = house.sits("fed-approve-1")
        taken_on(tab, hands, case.reference)
        signs(tab, hands, "approve")
        house.reads(case, "批准了，等您写收款账户")

        # The money, through a batch of two.
        tab, hands = house.sits(UNIT, Keyboard)
        hands.follow(f'main a[href="{case.address}do/give_account/"]')
        give_account(hands, ACCOUNT)
        batch = batch_made(house.sits("finance-1")[0])
        batch_released(house.sits("finance-approve")[0], batch)
        answered(house.sits("finance-1")[0], batch, "paid", tmp_path)
        house.reads(case, "已拨付", "20,000.00")

        # A year passes: the review is work by itself, signed, and asks the money back.
        assert own_world.manage("shell", "-v0", "-c", A_YEAR).strip() == "1"
        tab, hands = house.sits("fed-review-1")
        tab.goto("/work/inbox/")
        assert "有受扶持的基地该复核了" in main(tab)
        tab.goto("/work/bases/?show=due")
        tab.locator('main a[href^="/work/bases/"]', has_text=UNIT_NAME[:6]).first.click()
        tab.locator("#f-visited_on").fill(date.today().isoformat())
        tab.locator("#f-findings").fill("设备不在，场地空着。（示例）")
        tab.locator("main select[name=outcome]").select_option("reclaim")
        tab.locator("main form .actions button").last.click()
        told = main(tab)
        assert "复核签好了" in told
        tab.locator("main .notice--ask a.ref").click()
        assert "追回多发的款" in main(tab)
        assert tab.locator('main form[action$="/claim/"]').count() == 0  # who found it signs nothing of it
        reclaim = Case("reclaim", UNIT, Keyboard, tab.url.rstrip("/").rpartition("/")[2])
        house.reads(reclaim, "区残联")
        for login in ("fed-review-2", "fed-approve-2"):
            tab, hands = house.sits(login)
            taken_on(tab, hands, reclaim.reference)
            signs(tab, hands, "approve")
        assert "收款" in house.reads(reclaim)
