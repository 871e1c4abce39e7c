"""Tuition subsidy (学费补贴), clause 三（九）."""

from collections.abc import Iterable, Iterator
from datetime import date

from policy.claim import NOTHING, Claim, half_up
from policy.conditions import Condition
from policy.days import day_of_year
from policy.exclusions import BY_TYPE
from policy.examples import Example, this_school_year
from policy.facts import Choice, Fact, Money, Option, SchoolYear
from policy.measure import PERSON, Evidence, Measure, Section
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.sums import Item, Sum, capped, lacking
from policy.taken import Taken
from policy.text import T

CAP = "tuition.yearly_cap"
SCHOOL_KIND = Fact(
    "school_kind", Choice((
        Option("fulltime_higher", T("全日制普通高校", "A full-time regular college")),
        Option("adult_secondary", T("成人中等学校", "An adult secondary course")),
        Option("adult_higher", T("成人高等学校", "An adult higher course"),
               T("夜大、函授、自考、开放大学都算。", "Evening, correspondence and open university count.")),
    )),
    T("您读的是哪一种学校？", "Which kind of school?"), why=T("这几种学校可以补学费。", "These kinds are covered."),
    source="enrolment",
)
SCHOOL_YEAR_FACT = Fact(
    "school_year", SchoolYear(), T("申请哪一个学年？", "For which school year?"),
    hint=T("九月开始，到第二年八月。比如 2025-2026。", "From September to August, such as 2025-2026."), source="enrolment",
)
TUITION = Fact(
    "tuition_paid", Money(), T("这一学年缴了多少学费？", "How much tuition was paid for it?"),
    hint=T("只算学费，不算住宿费、书本费。", "Tuition alone, no boarding or books."), source="enrolment",
)
CITY_AID = Fact(
    "city_aid", Money(), T("市里补了多少？", "How much did the city pay?"),
    hint=T("没有补，写 0，并交说明。", "If nothing, write 0 and hand in why."),
    why=T("区里补的是市里补过以后剩下的。", "The district pays what is left after the city's aid."), source="enrolment",
)
REST = T("学费 {paid} − 市里补的 {aid} = {rest} 元。", "Tuition {paid} − city aid {aid} = {rest} yuan.")


class TuitionSubsidy(Measure):
    code, clause = "tuition_subsidy", "三（九）"
    title = T("学费补贴", "Tuition subsidy")
    summary = T(
        "残疾人读大学或成人中高等教育，市里补过以后，剩下的学费在限额内补。",
        "Disabled students get what is left of their tuition after the city's aid, up to a yearly limit.",
    )
    applicant, pays, fact_date = PERSON, True, "school_year"
    sections = (
        RESIDENT,
        Section("school", T("学校和学费", "School and tuition"), (SCHOOL_KIND, SCHOOL_YEAR_FACT, TUITION, CITY_AID), (
            Evidence("enrolment", T("学籍证明", "Proof of enrolment"), T("学生证或学校证明。", "Student card or letter."),
                     told_by="school_kind"),
            Evidence("tuition_receipt", T("学费票据", "Tuition receipt"), T("看得清金额。", "The sum must be legible."),
                     original_seen=True, told_by="tuition_paid"),
            Evidence("city_aid_decision", T("市级补贴的通知", "Decision on the city's aid"),
                     T("没有补贴的，写明为什么。", "If there was none, say why."), told_by="city_aid"),
        )),
        PAPERS_HELD,
    )
    example = {"school_year": Example(
        this_school_year, T("按这个学年来算。", "Worked out for this school year."),
        each=T("这个学年，大约", "for this school year, about"),
    )}
    conditions = (
        *resident_with_certificate(code, clause, "对本区户籍残疾人"),
        Condition(rule=f"{code}.school_kind", clause=clause, title=T("学校属于补贴范围", "The school is covered"),
                  quote="就读全日制普通高等院校和参加各类成人中、高等院校学历进修", needs=("school_kind",)),
    )

    def date_of(self, claim: Claim) -> date | None:
        year = claim.facts["school_year"]
        return None if year is None else day_of_year(int(str(year)[:4]), 9, 1)

    def items(self, claim: Claim) -> Iterator[Item]:
        paid, aid, key = claim.money("tuition_paid"), claim.money("city_aid"), str(claim.facts["school_year"] or "")
        if paid is None or aid is None:
            yield lacking(key, [name for name in ("tuition_paid", "city_aid") if claim.facts[name] is None])
        else:
            rest = half_up(paid - aid)
            yield Item(key, rest, REST.filled_from({"paid": paid, "aid": aid, "rest": rest}))

    def total(self, claim: Claim, items: tuple[Item, ...]) -> Sum:
        earlier = [one for one in claim.earlier(BY_TYPE[self.code]) if items[0].key in one.keys.get("school_year", ())]
        if items[0].amount != 0 and (untold := [f"history[{one.number}].amount" for one in earlier if one.amount is None]):
            return Sum(None, lacking("", untold).why, tuple(untold))
        return capped(claim, items, CAP, sum((one.amount for one in earlier if one.amount is not None), NOTHING))

    def takes(self, claim: Claim, items: tuple[Item, ...]) -> Iterable[Taken]:
        cap = claim.figure(CAP, [])
        yield Taken(BY_TYPE[self.code].kind, items[0].key, amount=self.total(claim, items).amount, cap=cap)
