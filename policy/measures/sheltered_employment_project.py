"""Labour projects for sunshine bases (阳光基地劳动项目), clause 三（六）. A person decides; no rule does."""

from policy.conditions import Check, decided_by_person
from policy.facts import Choice, Date, Fact, Integer, Money, Option, Text
from policy.measure import DEPARTMENT, Evidence, Measure, Section
from policy.text import T

QUOTE = "积极开展残疾人辅助性就业劳动项目调配工作，开发、收集、储备适合残疾人的劳动项目，打造产品和服务品牌。"
SUPPLIER = Fact(
    "supplier", Text(), T("活是谁提供的？", "Who supplies the work?"), rule=False,
    error=T("请写活是谁提供的。", "Please write who supplies the work."),
)
WORK = Fact(
    "work", Text(max_length=1000, lines=4), T("要做什么？", "What is to be done?"), rule=False,
    error=T("请写要做什么。", "Please write what is to be done."),
)
UNIT_PRICE = Fact("unit_price", Money(), T("做一件多少元？", "How much is paid a piece, in yuan?"), rule=False)
VOLUME = Fact("volume", Integer(), T("一共多少件？", "How many pieces in all?"), rule=False)
SKILLS = Fact("skills", Text(), T("要会做什么？", "Which skills does it need?"), rule=False, required=False)
SUITS = Fact(
    "suits", Text(), T("适合哪几类残疾人？", "Which kinds of disability does it suit?"), rule=False,
    error=T("请写适合哪几类残疾人。", "Please write which kinds of disability it suits."),
    hint=T("比如智力、精神、肢体。", "Such as intellectual, mental or physical."),
)
DEADLINE = Fact("deadline", Date(), T("哪一天要交货？", "When is it due?"), rule=False)
RISK = Fact(
    "risk", Choice((
        Option("low", T("没有明显危险", "No clear danger")),
        Option("needs_care", T("要有人看着做", "Needs somebody beside")),
        Option("too_high", T("太危险，不能做", "Too dangerous")),
    )),
    T("做的时候有危险吗？", "Is there any danger in the work?"), rule=False,
    hint=T("想想工具、材料和场地。", "Think of tools, materials and the place."),
)


class ShelteredEmploymentProject(Measure):
    code, clause = "sheltered_employment_project", "三（六）"
    title = T("阳光基地劳动项目", "Labour projects for sunshine bases")
    summary = T(
        "把适合残疾人的活收集起来，分给各镇、街道的阳光基地做。",
        "Work that suits disabled people is collected and shared out among the sunshine bases of the towns.",
    )
    applicant, period_by_item = DEPARTMENT, True
    sections = (
        Section("work", T("要做的活", "The work"), (SUPPLIER, WORK, UNIT_PRICE, VOLUME, DEADLINE), (
            Evidence("contract", T("合同或订单", "Contract or order"), T("拍照就行。", "A photo is fine.")),
        )),
        Section("suits", T("适合谁做", "Whom it suits"), (SKILLS, SUITS, RISK)),
    )
    conditions = (decided_by_person(code, clause, QUOTE),)
    checks = (
        Check(rule=f"{code}.suitable", clause=clause, quote=QUOTE, judged_by=("federation",),
              title=T("活适合残疾人做", "The work suits disabled people"),
              hint=T("看技能要求和残疾类别是不是合得上。", "Do the skills fit the kinds of disability?")),
        Check(rule=f"{code}.safe", clause=clause, quote=QUOTE, judged_by=("federation",),
              title=T("做起来安全", "The work is safe"),
              hint=T("看工具、材料和场地。", "Look at tools, materials and the place.")),
    )
