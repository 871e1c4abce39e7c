"""Social insurance subsidy for sole traders (自主创业社会保险补贴), clause 三（七）."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial

from policy.claim import NOTHING, Claim, half_up
from policy.conditions import Listed, holds, named
from policy.examples import Example, last_month
from policy.facts import Bool, Choice, Fact, Money, Option, Row, Table, Text
from policy.measure import PERSON, Evidence, Measure, Section
from policy.shared.insurance import (
    CLEAR, EACH_MONTH, IN_FULL, INSURANCE, LAST_IN_FULL, LAST_ON_TIME, MONTH, ON_TIME, Bar, month_item, on_base_floor, outside_period, unpaid,
)
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.sums import Item
from policy.taken import Taken
from policy.text import Lines, T

RATE = "employee_rate"
QUOTE = "本区户籍残疾人在本区取得《个体工商户营业执照》且实际开业营业"
OWNER = Choice((Option("owner", T("业主", "owner")), Option("employee", T("雇员", "employee"))), may_be_unsure=True)
PEOPLE = Table((
    Fact("name", Text(), T("姓名", "Name")),
    Fact("disabled", Bool(), T("是残疾人吗", "Disabled?")),
    Fact("role", OWNER, T("业主还是雇员", "Owner or employee")),
    ON_TIME, IN_FULL,
    Fact("paid", Money(), T("缴了多少元", "Paid, in yuan"), hint=T("单位和个人两部分加起来。", "Both parts together.")),
    Fact("hrss_subsidy", Money(), T("人社补了多少元", "HR&SS subsidy, in yuan"), hint=T("没有补就写 0。", "0 if none.")),
))
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
COVERED = T("{which}，不能重复享受", "{which}; not enjoyed twice")
PERSON_ZERO, PERSON_SUM = T("{name}：{why}，0 元", "{name}: {why}, 0"), T(
    "{name}：{paid} − {subsidy} = {rest}，限额 {limit}，补 {amount} 元",
    "{name}: {paid} − {subsidy} = {rest}, limit {limit}: {amount}",
)
NOBODY, MANY = T("没有残疾人", "nobody disabled"), T("{lines}（{floor}）", "{lines} ({floor})")


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
            month, people = row["month"], row["people"]
            known = CLEAR if people is not None else Bar(missing=(f"{path}.people",))
            listed = [(f"{path}.people[{number}]", one) for number, one in enumerate(people or ())]
            yield month_item(month, (outside_period(claim, month), known), partial(_month, claim, month, listed))

    def takes(self, claim: Claim, items: tuple[Item, ...]) -> Iterable[Taken]:
        """By person and month: the owner's month is the one that type 6 takes too."""
        for _, row in claim.rows("months"):
            for one in row["people"]:
                if one["disabled"]:
                    other = "" if one["role"] == "owner" else str(one["name"])
                    yield Taken(INSURANCE.kind, f"{row['month']:%Y-%m}", person=other)


def _month(claim: Claim, month: date, people: list[tuple[str, Row]]) -> tuple[Decimal | None, T, tuple[str, ...]]:
    """The sum of the disabled people of one month, each capped by themselves."""
    total, lines, missing = NOTHING, list[T](), list[str]()
    limit, floor, lacks = on_base_floor(claim, month, RATE)
    for path, one in people:
        if one["disabled"] is False:
            continue
        bars = (unpaid(path, one), _covered(claim, month, path, one))
        why = next((bar.why for bar in bars if bar.why is not None), None)
        if why is not None:
            lines.append(PERSON_ZERO.filled_from({"name": one["name"] or "", "why": why}))
            continue
        unknown = [f"{path}.{name}" for name in ("disabled", "paid", "hrss_subsidy") if one[name] is None]
        unknown += [name for bar in bars for name in bar.missing]
        missing += [*unknown, *lacks]
        if not unknown and limit is not None:
            rest = half_up(one["paid"] - one["hrss_subsidy"])
            amount = min(rest, limit)
            total += amount
            lines.append(PERSON_SUM.filled_from({
                "name": one["name"] or "", "paid": one["paid"], "subsidy": one["hrss_subsidy"], "rest": rest,
                "limit": limit, "amount": amount,
            }))
    working = MANY.filled_from({"lines": Lines(lines), "floor": floor}) if lines else NOBODY
    return (None if missing else total), working, tuple(dict.fromkeys(missing))


def _covered(claim: Claim, month: date, path: str, one: Row) -> Bar:
    """五1: an earlier 6 concerns the owner, an earlier 8 everyone of the month, one with a name that person."""
    missing = list[str]()
    for earlier in claim.earlier(INSURANCE):
        if month not in earlier.keys.get("month", ()):
            continue
        column, wanted = ("name", earlier.name) if earlier.name is not None else ("role", "owner")
        everyone = earlier.name is None and not earlier.own and earlier.type != "flexible_employment_subsidy"
        if everyone or one[column] == wanted:
            return Bar(COVERED.fill(which=named(earlier)))
        if one[column] is None:
            missing.append(f"{path}.{column}")
    return Bar(missing=tuple(missing)) if missing else CLEAR
