"""One-off start-up grant for new units of the district (一次性开办费补贴), clause 三（八）."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policy.claim import Claim
from policy.conditions import Condition, Finding, holds, not_twice
from policy.exclusions import BY_TYPE
from policy.examples import TODAY
from policy.facts import Bool, Date, Fact
from policy.measure import ORGANISATION, Evidence, Measure, Section
from policy.shared.awards import fixed_sum
from policy.shared.employers import (
    DISTRICT_OWNED, OPENED_ON, STAFF_OF_12_MONTHS, UNIT, concentrated_employer, open_long_enough,
)
from policy.sums import Item
from policy.text import T

GRANT = "concentrated_employer.startup_grant"
QUOTE = "在正常开办12个月以后可申请上述补贴及一次性开办费补贴3万元"
APPLIED_ON = Fact("applied_on", Date(), T("哪一天申请的？", "On which day do you apply?"))
OPERATING = Fact("operating_normally", Bool(), T("12 个月里正常开办吗？", "Did it operate normally for 12 months?"))


@dataclass(frozen=True, kw_only=True)
class NewlyOpened(Condition):
    """Opened in the policy's period."""

    def judge(self, claim: Claim) -> Finding:
        opened = claim.facts["opened_on"]
        if not isinstance(opened, date):
            return self.unknown(claim, self.needs)
        return self.met(claim) if opened >= claim.parameters.period().first else self.not_met(claim)


@dataclass(frozen=True, kw_only=True)
class TwelveMonths(Condition):
    """Applied for on or after the same day a year after the opening."""

    def judge(self, claim: Claim) -> Finding:
        opened, applied = claim.facts["opened_on"], claim.facts["applied_on"]
        period = claim.parameters.period()
        earliest = opened if isinstance(opened, date) else period.first
        latest = applied if isinstance(applied, date) else period.last or date.max
        if not open_long_enough(earliest, latest):
            return self.not_met(claim)
        missing = tuple(name for name in self.needs if claim.facts[name] is None)
        return self.unknown(claim, missing) if missing else self.met(claim)


class ConcentratedEmployerStartupGrant(Measure):
    code, clause = "concentrated_employer_startup_grant", "三（八）"
    title = T("集中就业单位开办费", "Start-up grant for units that concentrate disabled staff")
    summary = T(
        "新开办的区属集中就业单位，正常开办满 12 个月，一次性补开办费。",
        "New units of the district that concentrate disabled staff get a one-off grant after 12 months of operation.",
    )
    applicant, pays, fact_date = ORGANISATION, True, "applied_on"
    sections = (
        UNIT, STAFF_OF_12_MONTHS,
        Section("opening", T("开办", "Opening"), (DISTRICT_OWNED, OPENED_ON, APPLIED_ON, OPERATING), (
            Evidence("opening_document", T("开办的文件", "Document of the opening"),
                     T("批准文件或登记证书。", "The approval or the registration.")),
        )),
    )
    example = {"applied_on": TODAY}
    conditions = (
        *concentrated_employer(code, clause),
        holds(code, clause, "district_owned", T("是区属单位", "Owned by the district"), "区属残疾人集中就业单位"),
        NewlyOpened(
            rule=f"{code}.newly_opened", clause=clause, title=T("是新开办的", "Newly opened"), quote="新开办的区属残疾人集中就业单位",
            needs=("opened_on",),
            because_not=T("{opened_on}开办，在政策开始以前。", "Opened on {opened_on}, before the policy began."),
        ),
        TwelveMonths(
            rule=f"{code}.twelve_months", clause=clause, title=T("开办满 12 个月", "Open for 12 months"), quote=QUOTE,
            needs=("opened_on", "applied_on"),
            because_not=T("申请时开办还不满 12 个月。", "Not yet open for 12 months when applied for."),
        ),
        holds(code, clause, "operating_normally", T("正常开办", "Operating normally"), "正常开办"),
        not_twice(code, BY_TYPE[code]),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        yield fixed_sum(claim, "startup_grant", GRANT, T("一次性开办费", "One-off start-up grant"))
