"""Reward for employing more than the ratio (超比例安排奖励), clause 四（二）."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policy.claim import Claim, half_up
from policy.conditions import Condition, Finding, not_twice
from policy.days import day_of_year
from policy.exclusions import BY_TYPE
from policy.examples import LAST_YEAR
from policy.facts import Fact, Integer
from policy.measure import ORGANISATION, Evidence, Measure, Section
from policy.shared.quota import CERTIFICATION, DISABLED_EMPLOYED, STAFF, share_of_staff, shown
from policy.sums import Item, lacking
from policy.text import T

SHARE, REWARD = "enterprise.required_share", "over_quota.amount_per_person_year"

YEAR = Fact("year", Integer(), T("申报哪一年？", "For which year?"), hint=T("比如 2025。", "Such as 2025."), source=CERTIFICATION)
WORKING = T("超出 {above} 人 × {reward} 元 = {amount} 元。", "{above} people above × {reward} yuan = {amount} yuan.")


def above_quota(claim: Claim) -> tuple[int | None, tuple[str, ...]]:
    """How many above the required number, at least 0; the facts and parameters that it lacks."""
    needed, employed = share_of_staff(claim, SHARE, "staff"), claim.number("disabled_employed")
    if employed == 0:
        return 0, ()
    if needed.number is not None and employed is not None:
        return max(0, employed - needed.number), ()
    return None, (*needed.missing, *(("disabled_employed",) if employed is None else ()))


@dataclass(frozen=True, kw_only=True)
class Above(Condition):
    def judge(self, claim: Claim) -> Finding:
        above, missing = above_quota(claim)
        if above is None:
            return self.unknown(claim, missing)
        return self.met(claim) if above else self.not_met(claim)


class OverQuotaReward(Measure):
    code, clause = "over_quota_reward", "四（二）"
    title = T("超比例安排就业的申报", "Reward for employing more than the ratio")
    summary = T(
        "安排残疾人超过规定比例的单位，每年可以申报。",
        "Units that employ more disabled people than the ratio asks may apply each year.",
    )
    applicant, pays, fact_date = ORGANISATION, True, "year"
    sections = (
        Section("staff", T("职工人数", "Staff"), (YEAR, STAFF, DISABLED_EMPLOYED), (
            Evidence("certified_count", T("按比例就业认证结果", "Certified count"),
                     T("联网认证的，我们能查到。", "We can look up the network certification."), held_by_office=True),
        )),
    )
    example = {"year": LAST_YEAR}
    conditions = (
        Above(
            rule=f"{code}.above", clause=clause, title=T("超过比例", "Above the ratio"),
            quote="继续做好超比例安排残疾人就业单位的申报工作。", needs=("year", "staff", "disabled_employed"),
            because_met=T("安排的人数超过比例。", "More are employed than the ratio asks."),
            because_not=T("安排的人数没有超过比例。", "No more are employed than the ratio asks."),
            because_unknown=T("还不知道人数。", "The numbers are not known yet."),
        ),
        not_twice(code, BY_TYPE[code]),
    )

    def date_of(self, claim: Claim) -> date | None:
        year = claim.number("year")
        return None if year is None else day_of_year(year, 12, 31)

    def values(self, claim: Claim) -> dict[str, object]:
        return shown(required=share_of_staff(claim, SHARE, "staff").number, above_quota=above_quota(claim)[0])

    def items(self, claim: Claim) -> Iterator[Item]:
        above, missing = above_quota(claim)[0], list[str]()
        reward = claim.figure(REWARD, missing)
        key = str(claim.facts["year"])
        if reward is None or above is None:
            yield lacking(key, missing)
        else:
            amount = half_up(above * reward)
            yield Item(key, amount, WORKING.filled_from({"above": above, "reward": reward, "amount": amount}))
