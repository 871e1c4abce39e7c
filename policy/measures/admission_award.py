"""Award for admission to a school or college (入学奖励), clause 三（九）."""

from collections.abc import Iterator

from policy.claim import Claim
from policy.conditions import Condition, holds, not_twice
from policy.exclusions import BY_TYPE
from policy.facts import Bool, Choice, Date, Fact, Option
from policy.measure import PERSON, Evidence, Measure, Section
from policy.shared.awards import fixed_sum
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.sums import Item, lacking
from policy.text import T

PARAMETER = {
    "bachelor_or_above": "admission_award.bachelor_or_above", "junior_college": "admission_award.junior_college",
    "senior_high": "admission_award.senior_secondary", "secondary_vocational": "admission_award.senior_secondary",
}
LEVEL = Fact(
    "level", Choice((
        Option("bachelor_or_above", T("本科或者更高", "Bachelor's degree or above"), T("研究生也算。", "Postgraduates too.")),
        Option("junior_college", T("大专", "Junior college")),
        Option("senior_high", T("高中", "Senior high school")),
        Option("secondary_vocational", T("中等职业学校", "Secondary vocational school"),
               T("中专、职高、技校都算。", "All kinds of vocational schools.")),
    )),
    T("您考上了哪一种学校？", "To which school were you admitted?"),
    why=T("奖励多少，看学校的层次。", "The award depends on the level."), source="admission",
)
FULL_TIME = Fact(
    "full_time", Bool(), T("是全日制吗？", "Is it full-time?"),
    hint=T("白天上课、脱产学习的是全日制。", "Full-time means study during the day, without a job beside it."),
    source="admission",
)
ADMITTED_ON = Fact(
    "admitted_on", Date(past=True), T("录取通知书上的日期是哪一天？", "What is the date on the letter of admission?"),
    source="admission",
)
WHAT = T("入学奖励（{level}）", "Admission award ({level})")


class AdmissionAward(Measure):
    code, clause = "admission_award", "三（九）"
    title = T("入学奖励", "Award for admission to a school or college")
    summary = T(
        "残疾学生考上全日制的高中、中职、大专或本科，一次性奖励。",
        "Disabled students admitted full-time to senior high, vocational school or college get a one-off award.",
    )
    applicant, pays, fact_date = PERSON, True, "admitted_on"
    sections = (
        RESIDENT,
        Section("school", T("您的学校", "Your school"), (LEVEL, FULL_TIME, ADMITTED_ON), (
            Evidence("admission_letter", T("录取通知书", "Letter of admission"), T("拍照就行。", "A photo is fine."),
                     original_seen=True, told_by="admitted_on"),
        )),
        PAPERS_HELD,
    )
    conditions = (
        *resident_with_certificate(code, clause, "对于本区户籍残疾学生"),
        Condition(rule=f"{code}.level", clause=clause, title=T("学校的层次", "The level of the school"),
                  quote="被录取进入全日制普通高等院校（本科及以上）学习的，给予区级一次性1万元入学奖励", needs=("level",),
                  because_met=T("层次是：{level}。", "The level is: {level}.")),
        holds(code, clause, "full_time", T("是全日制", "Full-time"), "全日制"),
        not_twice(code, BY_TYPE[code]),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        level = claim.facts["level"]
        if level is None:
            yield lacking("award", ["level"])
        else:
            yield fixed_sum(claim, "award", PARAMETER[str(level)], WHAT.filled_from(claim.words))
