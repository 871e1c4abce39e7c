"""Social insurance subsidy for flexible employment (灵活就业社会保险补贴), clause 三（五）."""

from collections.abc import Iterator
from functools import partial

from policy.claim import Claim
from policy.conditions import Listed, holds
from policy.examples import Example, last_month
from policy.facts import Bool, Fact, Table
from policy.measure import PERSON, Evidence, Measure, Section
from policy.shared.insurance import (
    EACH_MONTH, IN_FULL, LAST_IN_FULL, LAST_ON_TIME, MONTH, ON_TIME, covered, in_arrears, month_item, on_base_floor, outside_period, unpaid,
)
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.sums import Item
from policy.text import T

SHARE, RATE, ARREARS = "flexible_employment.share", "flexible_worker_rate", "flexible_employment.arrears_months"
QUOTE = "本区户籍残疾人实现灵活就业并按时足额缴纳社会保险费的，可按规定申请社会保险补贴。"

REGISTERED = Fact(
    "flexible_employment_registered", Bool(),
    T("您办过灵活就业登记吗？", "Are you registered as flexibly employed?"),
    hint=T("在街镇的社区事务受理服务中心办的。", "This is done at the community affairs centre of your town."),
    why=T("这项补贴给登记了灵活就业的人。", "The subsidy is for people registered as flexibly employed."),
    source="social_insurance",
)
MONTHS = Fact(
    "months", Table((MONTH, ON_TIME, IN_FULL), key="month"),
    T("您要申请哪几个月？", "Which months do you apply for?"),
    error=T("请至少填一个月。", "Please give at least one month."),
    hint=T("写自己缴了社保的月份。", "Months for which you paid your own social insurance."),
    why=T("补贴按月算，一个月一个月地看。", "The subsidy is worked out month by month."),
    source="social_insurance",
)


class FlexibleEmploymentSubsidy(Measure):
    code, clause = "flexible_employment_subsidy", "三（五）"
    title = T("灵活就业社会保险补贴", "Social insurance subsidy for flexible employment")
    summary = T(
        "自己缴社保的灵活就业残疾人，每月按最低基数补一半。",
        "Disabled people in flexible employment get half of what is due on the lowest base, month by month.",
    )
    applicant, pays, period_by_item, arrears = PERSON, True, True, ARREARS
    sections = (
        RESIDENT,
        Section("work", T("您的就业", "Your work"), (REGISTERED,)),
        Section(
            "months", T("要申请的月份", "The months"), (MONTHS,),
            (Evidence(
                "contribution_record", T("社会保险缴费记录", "Record of contributions"),
                T("手机上截图就行，要看得到月份和金额。", "A screenshot is fine; months and sums must show."),
                told_by="months",
            ),),
        ),
        PAPERS_HELD,
    )
    example = {"months": Example(
        lambda today: [{"month": last_month(today)}], T("按上个月来算。", "Worked out for last month."),
        {"paid_on_time": LAST_ON_TIME, "paid_in_full": LAST_IN_FULL}, EACH_MONTH,
    )}
    conditions = (
        *resident_with_certificate(code, clause, "本区户籍残疾人"),
        holds(code, clause, "flexible_employment_registered",
              T("登记了灵活就业", "Registered as flexibly employed"), "实现灵活就业"),
        Listed(rule=f"{code}.months", clause=clause, title=T("写明了月份", "Months are named"), quote=QUOTE,
               needs=("months",)),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        for path, row in claim.rows("months"):
            month = row["month"]
            bars = (
                outside_period(claim, month), unpaid(path, row), covered(claim, month),
                in_arrears(claim, month, ARREARS),
            )
            yield month_item(month, bars, partial(on_base_floor, claim, month, RATE, SHARE))
