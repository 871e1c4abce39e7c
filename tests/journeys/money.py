"""The nine measures that pay, as people meet them: their claims, who signs them, why one is refused; and the district in
which the journeys of `test_money.py` are made.
"""

import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
from playwright.sync_api import Page as Tab

from demo.invented import identity_number
from demo.people import OFFICERS
from policy import assess, measure
from policy.examples import last_month
from policy.measure import ORGANISATION
from policy.samples import SAMPLES
from tests.factories import picture
from tests.journeys.applying import Applicant, main
from tests.journeys.hands import Hands, Keyboard, Mouse
from tests.journeys.office import acts, proposes_figure, publishes, signs, taken_on
from tests.journeys.seats import Seat
from tests.policy.claims import PUBLISHED

FLEXIBLE, TRADER, OVER_QUOTA = "flexible_employment_subsidy", "self_employment_subsidy", "over_quota_reward"
UNIT = "applicant-5"  # manages the demonstration's unit
UNIT_NAME = "示例科技有限公司（示例）"
TODAY = date.today()
ACCOUNT = "6222000000000000004"
REVIEW_BODY, COURT = "闵行区人民政府", "上海铁路运输法院"
REVIEWS = "review"  # in the work number of whoever reviews
REWARD = "over_quota.amount_per_person_year"
NAMES = {login: name for login, name, *_ in OFFICERS}


@dataclass(frozen=True)
class Told:
    """One measure's claim: the facts, the sum as people read it, and who signs, in the chain's order."""

    facts: dict[str, Any]
    amount: str
    signers: tuple[tuple[str, str], ...]
    hands: Callable[[Tab], Hands] = Mouse


def sample(code: str, **more: Any) -> dict[str, Any]:
    """The guide's own example, and what no rule asks."""
    return {**SAMPLES[code][1](TODAY), **more}


def two_months() -> dict[str, Any]:
    """The example's month and the one before."""
    facts = sample(FLEXIBLE)
    first = date.fromisoformat(f"{last_month(TODAY)}-01")
    return {**facts, "months": [{**facts["months"][0], "month": last_month(first)}, *facts["months"]]}


def by_the_rules(code: str, facts: dict[str, Any]) -> str:
    return f"{assess(code, TODAY, facts, [], PUBLISHED).amount:,.2f}"


TOWN, FEDERATION = ("meilong-intake", "accept"), ("fed-intake-1", "accept")
REVIEW, DECISION = ("fed-review-1", "approve"), ("fed-approve-1", "approve")
AT_TOWN, AT_CIVIL = (TOWN, REVIEW, DECISION), (FEDERATION, REVIEW, ("civil-head", "approve"))
PAID = {
    FLEXIBLE: Told(two_months(), by_the_rules(FLEXIBLE, two_months()), AT_TOWN, Keyboard),
    TRADER: Told(sample(TRADER), "2,500.00", (TOWN, ("meilong-visit-1", "inspect"), REVIEW, DECISION)),
    "concentrated_employer_subsidy": Told(sample("concentrated_employer_subsidy"), "10,000.00", AT_CIVIL),
    "concentrated_employer_startup_grant": Told(sample("concentrated_employer_startup_grant"), "30,000.00", AT_CIVIL),
    "tuition_subsidy": Told(sample("tuition_subsidy"), "6,500.00", AT_TOWN),
    "admission_award": Told(sample("admission_award"), "8,000.00", AT_TOWN),
    "skills_training_match": Told(
        sample("skills_training_match", gender="male", certificate="示例-2026-0001"), "750.00",
        (TOWN, REVIEW, ("hrss-1", "confirm"), DECISION),
    ),
    "competition_award": Told(
        sample("competition_award", event="上海市残疾人职业技能竞赛·茶艺（示例）"), "750.00", (FEDERATION, REVIEW, DECISION)
    ),
    OVER_QUOTA: Told({"year": TODAY.year - 1, "staff": 320, "disabled_employed": 8}, "9,000.00", AT_TOWN),
}  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """Why a claim is refused: by the facts that the rules find wrong, which is `seen` before it is sent, or by what an
    officer finds of the clause with this title; and whether it is granted when it comes back from the appeal."""

    clause: str
    changed: dict[str, Any] = field(default_factory=dict)
    seen: str = ""
    visit: str = "yes"

    @property
    def by_the_rules(self) -> bool:
        return bool(self.changed)


REFUSED = {
    "tuition_subsidy": Refusal("学校属于补贴范围"),
    "concentrated_employer_subsidy": Refusal(
        "闵行户口的残疾职工占一半以上", {"monthly_district_disabled": [4] * 12}, "闵行户口的残疾职工不到一半"
    ),
    FLEXIBLE: Refusal("登记了灵活就业", {"flexible_employment_registered": False}, "没有做到：登记了灵活就业"),
    TRADER: Refusal("实际营业", visit="no"),
    "concentrated_employer_startup_grant": Refusal(
        "开办满 12 个月", {"opened_on": (TODAY - timedelta(days=300)).isoformat()}, "申请时开办还不满 12 个月"
    ),
    "admission_award": Refusal("是全日制", {"full_time": False}, "全日制"),
    "skills_training_match": Refusal("领了人社补贴", {"hrss_subsidy": "0"}, "人社补贴"),
    "competition_award": Refusal("代表闵行参加"),
    OVER_QUOTA: Refusal("超过比例", {"disabled_employed": 5}, "安排的人数没有超过比例"),
}  # fmt: skip
OFTEN = ("tuition_subsidy", "concentrated_employer_subsidy")  # one by an officer, one by the rules
ANOTHER = {
    "fed-review-1": "fed-review-2", "fed-approve-1": "fed-approve-2", "civil-head": "civil-approve-2", "hrss-1": "hrss-2",
}  # fmt: skip
WHY, STILL = "材料对不上这一条，不能批准。（示例）", "重新看过，还是不符合这一条。（示例）"
TOTAL = f"{sum(Decimal(one.amount.replace(',', '')) for one in PAID.values()):,.2f}"


@dataclass
class Case:
    """A case as its applicant knows it: who sits down for it, how, and its reference."""

    code: str
    who: str
    hands: Callable[[Tab], Hands]
    reference: str = ""

    @property
    def address(self) -> str:
        return f"/my/cases/{self.reference}/"


class District:
    """The district in which the journeys are made, at one tab."""

    def __init__(self, at: Seat, folder: Path) -> None:
        self.at, self.folder, self.pictures = at, folder, 0
        self.granted = cache(self._granted)  # each once, whoever asks for it
        self.reward_is_published = cache(self._publish_the_reward)

    def paper(self) -> Path:
        """A picture unlike the others: the same one in two cases is told to the officers."""
        self.pictures += 1
        file = self.folder / f"示例{self.pictures}.jpg"
        file.write_bytes(picture(self.pictures))
        return file

    def sits(self, who: str, hands: Callable[[Tab], Hands] = Mouse) -> tuple[Tab, Hands]:
        tab = self.at.sits(who)
        return tab, hands(tab)

    # --- the applicant

    def sent(self, code: str, facts: dict[str, Any], serial: int, hands_of: Callable[[Tab], Hands] = Mouse) -> Case:
        """From the guide to the confirmation: somebody whom nobody knew before, or the unit's manager."""
        if code == OVER_QUOTA:
            self.reward_is_published()
        case = Case(code, UNIT if measure(code).applicant == ORGANISATION else f"anonymous-{serial}", hands_of)
        tab, hands = self.sits(case.who, hands_of)
        self._begins(tab, hands, case, serial)
        applicant = Applicant(tab, hands, self.paper())
        applicant.fills_in(facts)
        self.read_back = main(tab)
        case.reference = applicant.sends()
        assert case.reference in main(tab)
        return case

    def _begins(self, tab: Tab, hands: Hands, case: Case, serial: int) -> None:
        tab.goto(f"/guides/{case.code}/")
        hands.follow(f'main a[href^="/my/apply/{case.code}/"]')
        if case.who != UNIT:
            hands.write("input[name=number]", identity_number("19900505", serial))
            hands.write("input[name=name]", "示例甲")
            hands.follow('main button[type="submit"]')
        elif "这一项由单位申请" in main(tab):
            tab.goto("/my/")
            hands.pick('main label:has-text("' + UNIT_NAME + '") >> xpath=preceding-sibling::input')
            hands.follow("main form.sheet button")
            tab.goto(f"/guides/{case.code}/")
            hands.follow(f'main a[href^="/my/apply/{case.code}/"]')

    def reads(self, case: Case, *words: str) -> str:
        """The applicant's page of the case says this now; all that it says."""
        tab, _ = self.sits(case.who, case.hands)
        tab.goto(case.address)
        told = main(tab)
        for one in words:
            assert one in told, f"{one!r} is not on the page of {case.code}: {told}"
        return told

    def letter(self, case: Case) -> str:
        """The newest decision, opened by its applicant: what its paper says."""
        tab, _ = self.sits(case.who, case.hands)
        tab.goto(case.address)
        with tab.expect_download() as taken:
            tab.locator('dl.five a[href^="/letters/"]').last.click()
        return text_of(Path(taken.value.path()).read_bytes())

    # --- the office

    def signed(self, case: Case, login: str, verb: str, **more: str) -> str:
        """The step's officer takes the case on and signs; what the page said before."""
        by_inbox = case.hands is Keyboard
        tab, hands = self.sits(login, case.hands)
        taken_on(tab, hands, case.reference, by_inbox=by_inbox)
        shown = main(tab)
        if verb == "inspect":
            self._visit(tab, hands, case, **more)
        else:
            signs(tab, hands, verb, **more)
        return shown

    def _visit(self, tab: Tab, hands: Hands, case: Case, found: str = "yes") -> None:
        """Two inspectors went: one writes, the other signs it too."""
        first, second = "meilong-visit-1", "meilong-visit-2"
        asked = {"kind": "parallel", "to": NAMES[second], "question": "一起去看过，请签。（示例）"}
        acts(tab, hands, case.reference, "add_signer", **asked)
        acts(*self.sits(second, case.hands), case.reference, "give_opinion", outcome="agreed", opinion="在场。（示例）")
        acts(*self.sits(first, case.hands), case.reference, "inspect", found=found, record="今天两人去看了。（示例）")

    def refused(self, code: str) -> Case:
        """Sent although it does not fit, or so that an officer finds it does not; advised against and refused."""
        told, refusal = PAID[code], REFUSED[code]
        serial = 650 + [*PAID].index(code)
        case = self.sent(code, {**told.facts, **once_more(code), **refusal.changed}, serial)
        assert ("按您填的，可能不符合" in self.read_back) == refusal.by_the_rules
        assert refusal.seen in self.read_back
        self.decided(case, told.signers, granted=False)
        return case

    def decided(self, case: Case, signers: Iterable[tuple[str, str]], *, granted: bool, why: str = WHY) -> None:
        """Through the chain to the decision; who reviews judges the clause of the refusal."""
        refusal = REFUSED[case.code]
        for login, verb in signers:
            if verb == "inspect":
                self.signed(case, login, verb, found=refusal.visit)
            elif granted or verb in ("accept", "confirm"):
                self.signed(case, login, verb)
            elif REVIEWS in login:
                shown = self.signed(case, login, "advise_against", opinion=why, against=refusal.clause)
                assert ("系统：不符合" in shown) == refusal.by_the_rules
            else:
                self.signed(case, login, "refuse", opinion=why)

    def appeals(self, case: Case, why: str) -> None:
        """What somebody who was refused reads: the reason, the letter, to whom they may go, and by when."""
        assert "没有批准" in self.reads(case, "请看决定书", "不同意的话，可以复议或者起诉")
        letter = self.letter(case)
        tab, hands = self.sits(case.who, case.hands)
        hands.follow(f'main a[href="{case.address}appeal/"]')
        until = TODAY + timedelta(days=60)
        shown = main(tab)
        last = f"最晚 {until.year}年{until.month}月{until.day}日"
        for words in (f"60 天内，向{REVIEW_BODY}提出", last, f"6 个月内，向{COURT}起诉"):
            assert words in shown, shown
        found = f"{REFUSED[case.code].clause}不符合"
        for words in ("不予批准您的申请", why, found, f"60日内，向{REVIEW_BODY}", f"6个月内，向{COURT}"):
            assert re.sub(r"\s", "", words) in re.sub(r"\s", "", letter), letter

    def _publish_the_reward(self) -> None:
        """The city's figure, which no document of the district has: proposed by one administrator, published by another."""
        proposal = proposes_figure(
            *self.sits("admin"), REWARD, value="3000", announced_on="2024-06-03", source="示例：市级文件第 0 条",
            document="示例：市级文件〔2024〕0号", reason="市里公布了奖励标准。（示例）",
        )  # fmt: skip
        publishes(*self.sits("admin-2"), proposal)

    def _granted(self, code: str) -> Case:
        told = PAID[code]
        case = self.sent(code, told.facts, 600 + [*PAID].index(code), told.hands)
        for login, verb in told.signers:
            shown = self.signed(case, login, verb)
        assert f"一共 {told.amount} 元" in shown  # whoever decided saw the sum
        return case


def once_more(code: str) -> dict[str, Any]:
    """What another claim of the same person or unit can't have in common with an earlier one."""
    rows = [{**one, "invoice": f"7{number}"} for number, one in enumerate(PAID[code].facts.get("expenses", ()))]
    return {"expenses": rows, "year": TODAY.year - 2} if rows else {}


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).replace("\u200b", "")
