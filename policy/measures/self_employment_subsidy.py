"""Social insurance subsidy for sole traders (自主创业社会保险补贴), clause 三（七）."""

from collections.abc import Iterable, Iterator
from functools import partial

from policy.claim import Claim
from policy.conditions import Listed, holds
from policy.examples import Example, last_month
from policy.facts import Bool, Fact, Table
from policy.measure import PERSON, Evidence, Measure, Section
from policy.shared.insurance import EACH_MONTH, INSURANCE, LAST_IN_FULL, LAST_ON_TIME, MONTH, month_item, outside_period
from policy.shared.person_months import PEOPLE, covered_for_everyone, parts_of_month, people_of_month
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.sums import Item
from policy.taken import Taken
from policy.text import T

RATE = "employee_rate"
QUOTE = "本区户籍残疾人在本区取得《个体工商户营业执照》且实际开业营业"
LICENCE = Fact(
    "licence_in_district", Bool(), T("您的个体工商户执照是闵行区发的吗？", "Is your sole-trader licence from Minhang?"),
    hint=T("看执照上的登记机关。", "See the registering authority on it."),
    why=T("执照在本区的才能申请。", "The licence must be from this district."),
)
TRADING = Fact(
    "trading", Bool(), T("店真的在营业吗？", "Is the business really open?"),
    hint=T("镇或街道会来看一次。", "The town-level office will come and look once."),
    why=T("只有执照、没有开业的，不能申请。", "A licence without a business is not enough."),
)
MONTHS = Fact(
    "months", Table((MONTH, Fact("people", PEOPLE, T("这个月有谁", "Who in this month"))), key="month"),
    T("哪几个月，给谁缴了社保？", "Which months, and for whom did you pay?"),
    hint=T("只算残疾人，您自己也算。", "Only disabled people count, you included."),
    why=T("补贴按人、按月算。", "The subsidy is worked out for each person and month."),
)



class SelfEmploymentSubsidy(Measure):
    code, clause = "self_employment_subsidy", "三（七）"
    title = T("个体工商户社会保险补贴", "Social insurance subsidy for sole traders")
    summary = T(
        "残疾人自己开店，给自己和残疾雇员缴社保，人社补过以后，剩下的在限额内补。",
        "Disabled sole traders get what is left of their social insurance after the HR&SS subsidy, up to a limit.",
    )
    applicant, pays, period_by_item = PERSON, True, True
    sections = (
        RESIDENT,
        Section("business", T("您的店", "Your business"), (LICENCE, TRADING), (
            Evidence("licence", T("个体工商户营业执照", "Sole-trader licence"), T("拍照就行。", "A photo is fine.")),
        )),
        Section("months", T("月份和人", "Months and people"), (MONTHS,), (
            Evidence("contribution_record", T("社会保险缴费记录", "Record of contributions"),
                     T("要看得到每个人、每个月的金额。", "Each person's sum of each month must show.")),
            Evidence("hrss_decision", T("人社补贴的通知", "HR&SS decision on the subsidy"),
                     T("没有补贴的，不用交。", "Not needed if there was none."), required=False),
        )),
        PAPERS_HELD,
    )
    example = {"months": Example(
        lambda today: [{
            "month": last_month(today), "people": [{"name": "A", "disabled": True, "role": "owner"}],
        }],
        T("按上个月、您自己一个人（写作 A）来算。", "Worked out for last month and for yourself alone (named A)."),
        {
            "people.paid_on_time": LAST_ON_TIME, "people.paid_in_full": LAST_IN_FULL,
            "people.paid": T("例如上个月，给您自己缴了多少元社保？", "Last month, say: how much was paid for yourself, in yuan?"),
            "people.hrss_subsidy": T("同一个月，人社补了您多少元？", "For the same month, how much did HR&SS pay you, in yuan?"),
        },
        EACH_MONTH,
    )}
    conditions = (
        *resident_with_certificate(code, clause, "本区户籍残疾人"),
        holds(code, clause, "licence_in_district", T("执照在本区", "Licence of this district"),
              "在本区取得《个体工商户营业执照》"),
        holds(code, clause, "trading", T("实际营业", "Really trading"), "实际开业营业"),
        Listed(rule=f"{code}.months", clause=clause, title=T("写明了月份", "Months are named"), quote=QUOTE,
               needs=("months",)),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        for path, row in claim.rows("months"):
            month = row["month"]
            bars = (outside_period(claim, month), covered_for_everyone(claim, month))
            yield month_item(month, bars, partial(people_of_month, claim, path, row, RATE))

    def takes(self, claim: Claim, items: tuple[Item, ...]) -> Iterable[Taken]:
        """By person and month: the owner's month is the one that type 6 takes too."""
        for (path, row), item in zip(claim.rows("months"), items, strict=True):
            for part in parts_of_month(claim, path, row, RATE) if item.amount else ():
                if part.amount:
                    other = "" if part.person["role"] == "owner" else str(part.person["name"])
                    yield Taken(INSURANCE.kind, item.key, person=other)
