"""Yearly subsidy for units that concentrate disabled staff (集中就业单位补贴), clause 三（八）."""

from collections.abc import Iterator
from datetime import date

from policy.claim import NOTHING, Claim, half_up
from policy.conditions import Listed, not_twice
from policy.days import day_of_year
from policy.exclusions import BY_TYPE
from policy.examples import LAST_YEAR, Example
from policy.facts import Fact, Integer, Money, OpenChoice, Option, Table, Text
from policy.measure import ORGANISATION, Evidence, Measure, Section
from policy.shared.employers import (
    DISTRICT_OWNED, OPENED_ON, STAFF_OF_12_MONTHS, UNIT, InvoicesOnce, OpenLongEnough, concentrated_employer,
)
from policy.sums import Item, Sum, capped, lacking
from policy.text import T

CAP = "concentrated_employer.yearly_cap"
ALLOWED = {
    "premises": T("场地维护", "premises"), "equipment_running": T("设备运行和维护", "running and upkeep of equipment"),
    "equipment_replacement": T("更换旧设备", "replacing worn equipment"), "accessibility": T("无障碍改建", "accessibility works"),
}
# Anything else is claimed as "other" on a form, and by any name in a file; neither is covered.
KIND = OpenChoice(
    (
        *(Option(code, label) for code, label in ALLOWED.items()),
        Option("other", T("别的", "something else"), T("不在补贴范围，算 0 元。", "Not covered: 0 yuan.")),
    )
)
YEAR = Fact("year", Integer(), T("申请哪一年的补贴？", "For which year?"), hint=T("比如 2025。", "Such as 2025."))
EXPENSES = Fact(
    "expenses", Table((
        Fact("kind", KIND, T("用在哪里", "Kind of expense")),
        Fact("amount", Money(), T("金额（元）", "Amount in yuan")),
        Fact("invoice", Text(), T("发票号码", "Invoice number")),
    )),
    T("这一年花了哪些钱？", "What was spent in that year?"),
    hint=T("一张发票填一行。", "One row for each invoice."),
    why=T("补贴按实际花的钱算。", "The subsidy follows what was spent."),
)
NO_PAY = T("发票 {invoice}：“{kind}”不在补贴范围，0 元。", "Invoice {invoice}: {kind} is not covered, 0 yuan.")
PAYS = T("发票 {invoice}：{kind} {amount} 元。", "Invoice {invoice}: {kind}, {amount} yuan.")


class ConcentratedEmployerSubsidy(Measure):
    code, clause = "concentrated_employer_subsidy", "三（八）"
    title = T("集中就业单位补贴", "Subsidy for units that concentrate disabled staff")
    summary = T(
        "集中安排残疾人的单位，场地、设备和无障碍改建的花费，每年在限额内按实补。",
        "Units that concentrate disabled staff get their spending on premises, equipment and access, up to a yearly limit.",
    )
    applicant, pays, fact_date = ORGANISATION, True, "year"
    sections = (
        UNIT, STAFF_OF_12_MONTHS,
        Section("opening", T("开办时间", "Opening"), (DISTRICT_OWNED, OPENED_ON)),
        Section("expenses", T("花费", "Expenses"), (YEAR, EXPENSES), (
            Evidence("invoices", T("发票", "Invoices"), T("每一行一张。", "One for each row."), original_seen=True),
        )),
    )
    example = {
        "year": LAST_YEAR,
        "expenses": Example(
            lambda today: [{"kind": "premises", "invoice": "1"}],
            T("按一笔场地维护的花费来算。", "Worked out for one expense on premises."),
            {"amount": T(
                "例如去年，场地、设备和无障碍改建一共花了多少元？",
                "Last year, say: how much went into premises, equipment and accessibility works, in yuan?",
            )},
            T("这样的一年，大约", "for such a year, about"),
        ),
    }
    conditions = (
        *concentrated_employer(code, clause),
        OpenLongEnough(
            rule=f"{code}.open_long_enough", clause=clause, quote="在正常开办12个月以后可申请上述补贴",
            title=T("新开办的区属单位满 12 个月", "A new unit of the district has been open for 12 months"),
        ),
        Listed(rule=f"{code}.expenses", clause=clause, title=T("写明了花费", "Expenses are named"),
               quote="场地维护、设施设备运行和维护、耗损设备重置、无障碍设施改建补贴", needs=("expenses",)),
        InvoicesOnce(
            rule=f"{code}.invoices", clause="四（二）", title=T("一张发票只用一次", "Each invoice is used once"),
            quote="避免交叉使用", needs=("expenses",),
            because_not=T("发票 {invoice}：{which}，不能再用。", "Invoice {invoice}: {which}. It cannot be used again."),
        ),
        not_twice(code, BY_TYPE[code]),
    )

    def date_of(self, claim: Claim) -> date | None:
        year = claim.number("year")
        return None if year is None else day_of_year(year, 12, 31)

    def items(self, claim: Claim) -> Iterator[Item]:
        for path, row in claim.rows("expenses"):
            key, kind, amount = row["invoice"] or path, row["kind"], row["amount"]
            if kind is not None and kind not in ALLOWED:
                yield Item(key, NOTHING, NO_PAY.filled_from({"invoice": key, "kind": KIND.say(kind)}))
            elif missing := [f"{path}.{name}" for name in ("kind", "amount") if row[name] is None]:
                yield lacking(key, missing)
            else:
                yield Item(key, half_up(amount), PAYS.filled_from({"invoice": key, "kind": ALLOWED[kind], "amount": amount}))

    def total(self, claim: Claim, items: tuple[Item, ...]) -> Sum:
        return capped(claim, items, CAP)
