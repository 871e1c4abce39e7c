"""Units that concentrate disabled staff (残疾人集中就业单位): what both subsidies of clause 三（八） ask of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import cast

from policy.claim import Claim
from policy.conditions import NOT_MET, Condition, Finding, holds, named
from policy.days import add_months
from policy.facts import Bool, Date, Fact, Monthly
from policy.measure import Evidence, Section
from policy.sums import reaches_share
from policy.text import T

DISTRICT_SHARE = "concentrated_employer.district_share"
MONTHS_OF_OPERATION = 12  # 正常开办12个月以后

REGISTERED = Fact(
    "registered_in_district", Bool(), T("单位注册地在闵行区吗？", "Is the unit registered in Minhang?"),
    hint=T("看营业执照或登记证书上的住所。", "See the address on its licence."),
)  # fmt: skip
RECOGNISED = Fact(
    "recognised", Bool(), T("有残疾人集中就业单位证书吗？", "Is it recognised as concentrating disabled staff?"),
    hint=T("民政或残联发的证书。", "There is a certificate."),
)  # fmt: skip
WAGES = Fact("wages_paid", Bool(), T("按规定发了残疾职工的工资吗？", "Were the disabled staff's wages paid as ruled?"))
INSURANCE = Fact(
    "insurance_paid", Bool(), T("按规定给残疾职工缴了社保吗？", "Was their social insurance paid as ruled?")
)
MONTHLY_DISABLED = Fact(
    "monthly_disabled", Monthly(), T("12 个月里，每个月有多少残疾职工？", "Disabled staff in each of the 12 months?"),
    hint=T(
        "每个月一样的，写一个数就行。不一样的，从第一个月写到第十二个月，中间空一格。",
        "If it is the same every month, one number is enough. Otherwise twelve, with spaces between them.",
    ),
)  # fmt: skip
MONTHLY_DISTRICT = Fact(
    "monthly_district_disabled", Monthly(),
    T("其中闵行户口的，每个月有多少？", "How many of them, each month, were registered in Minhang?"),
    hint=T("写一个数或者 12 个数，顺序和上一题一样。", "One number or twelve, in the same order."),
    why=T("闵行户口的要占一半以上。", "They must be at least half."),
)  # fmt: skip
DISTRICT_OWNED = Fact(
    "district_owned", Bool(), T("是区属单位吗？", "Is the unit owned by the district?"),
    hint=T("区里办的，或者区里出资的。", "Run or funded by the district."), required=False,
)  # fmt: skip
OPENED_ON = Fact(
    "opened_on", Date(past=True), T("单位是哪一天开办的？", "On which day did the unit open?"), required=False
)
UNIT = Section("unit", T("您的单位", "Your unit"), (REGISTERED, RECOGNISED, WAGES, INSURANCE))
STAFF_OF_12_MONTHS = Section(
    "staff", T("12 个月的残疾职工", "Disabled staff over 12 months"), (MONTHLY_DISABLED, MONTHLY_DISTRICT),
    (Evidence("staff_list", T("残疾职工名单", "List of disabled staff"),
              T("每个月一份，写明户口所在区。", "One a month, with the district of registration.")),),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DistrictShare(Condition):
    """District residents are at least the share of the disabled staff, over the twelve months, without rounding."""

    def judge(self, claim: Claim) -> Finding:
        missing, sums = list[str](), dict[str, int]()
        share = claim.figure(DISTRICT_SHARE, missing)
        for name in self.needs:
            value = claim.facts[name]
            if value is None:
                missing.append(name)
            else:
                sums[name] = sum(cast(tuple[int, ...], value))
        if 0 in sums.values() and (share is None or share > 0):
            return self.not_met(claim)  # of nobody, or nobody of them: at no share above 0
        if missing or share is None:
            return self.unknown(claim, missing)
        part, whole = sums["monthly_district_disabled"], sums["monthly_disabled"]
        return self.met(claim) if reaches_share(part, whole, share) else self.not_met(claim)


def concentrated_employer(code: str, clause: str) -> tuple[Condition, ...]:
    """Registered here, recognised, wages and insurance paid, half of the disabled staff from the district."""
    return (
        holds(code, clause, "registered_in_district", T("注册地在本区", "Registered in the district"), "注册地在本区"),
        holds(code, clause, "recognised", T("是残疾人集中就业单位", "Recognised as concentrating disabled staff"),
              "残疾人集中就业单位"),
        holds(code, clause, "wages_paid", T("按规定发了工资", "Wages paid as ruled"), "按规定支付残疾职工工资"),
        holds(code, clause, "insurance_paid", T("按规定缴了社保", "Insurance paid as ruled"), "缴纳社会保险费"),
        DistrictShare(
            rule=f"{code}.district_share", clause=clause,
            title=T("闵行户口的残疾职工占一半以上", "At least half of the disabled staff are from Minhang"),
            quote="本区户籍残疾职工人数占单位残疾职工年平均人数50%及以上",
            needs=("monthly_district_disabled", "monthly_disabled"),
            because_met=T("闵行户口的残疾职工够一半。", "District residents are half of the disabled staff or more."),
            because_not=T("闵行户口的残疾职工不到一半。", "District residents are less than half of the disabled staff."),
            because_unknown=T("还不知道每个月的人数。", "The monthly numbers are not known yet."),
        ),
    )  # fmt: skip


def open_long_enough(opened_on: date, on: date) -> bool:
    """Twelve months of operation: the same day of the month, a year later."""
    return on >= add_months(opened_on, MONTHS_OF_OPERATION)


@dataclass(frozen=True, kw_only=True)
class InvoicesOnce(Condition):
    """四（二）, 五1: an invoice stands once in the claim and in no earlier claim."""

    def judge(self, claim: Claim) -> Finding:
        rows = list(claim.rows("expenses"))
        known = Counter(row["invoice"] for _, row in rows if row["invoice"] is not None)
        earlier = {invoice: one for one in claim.history for invoice in one.keys.get("invoice", ())}
        for invoice, times in known.items():
            if times > 1 or invoice in earlier:
                which = named(earlier[invoice]) if invoice in earlier else _TWICE
                return Finding(NOT_MET, self.because_not.fill(invoice=str(invoice), which=which))
        unknown = [f"{path}.invoice" for path, row in rows if row["invoice"] is None]
        return self.unknown(claim, unknown) if unknown and (len(rows) > 1 or earlier) else self.met(claim)


@dataclass(frozen=True, kw_only=True)
class OpenLongEnough(Condition):
    """A new unit of the district claims after twelve months; what is not told counts as not new."""

    def judge(self, claim: Claim) -> Finding:
        opened, first = claim.facts["opened_on"], claim.parameters.period().first
        if claim.truth("district_owned") and isinstance(opened, date) and opened >= first:
            return self.met(claim) if open_long_enough(opened, claim.as_of) else self.not_met(claim)
        return self.met(claim)


_TWICE = T("这次填了两遍", "It stands here twice")
