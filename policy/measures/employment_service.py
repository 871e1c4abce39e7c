"""Public employment and start-up services (就业创业服务), clause 三（十二）. A person decides; no rule does."""

from policy.conditions import Check, decided_by_person
from policy.facts import Choice, Fact, Option, Text
from policy.measure import PERSON, Measure, Section
from policy.shared.residents import CERTIFICATE_HELD
from policy.text import T

QUOTE = "为残疾人提供就业推荐、就业指导等专业化服务，加强人岗匹配，提高就业成功率，实现精准就业。"
FOUNDERS = "在为残疾创业者提供创业辅导、政策咨询、心理疏导、跟踪指导等服务的基础上，同时引入专业机构，为他们提供可行性评估和风险预警，降低创业风险率。"
GOAL = Fact(
    "goal", Choice((
        Option("find_work", T("想找工作", "Find work")),
        Option("keep_work", T("工作上遇到困难", "Keep the work that I have")),
        Option("start_business", T("想创业", "Start a business")),
        Option("learn", T("想学技能", "Learn a skill")),
        Option("fair", T("想参加招聘会", "Go to a job fair")),
    )),
    T("您想要什么帮助？", "What help do you want?"), rule=False, why=T("好安排合适的人来帮您。", "So that the right person helps."),
)
SKILLS = Fact(
    "skills", Text(max_length=1000, lines=4), T("您会做什么？做过什么？", "What can you do, and what have you done?"),
    rule=False, required=False, hint=T("想写就写几句，也可以说给我们听。", "A few words if you like; you may also tell us."),
)
WISHES = Fact(
    "wishes", Text(max_length=1000, lines=4), T("您想要什么样的工作？", "What kind of work do you wish for?"),
    rule=False, required=False, hint=T("地方、时间、工资都可以写。", "Place, hours and pay, for example."),
)
ACCOMMODATIONS = Fact(
    "accommodations", Text(max_length=1000, lines=4), T("工作时需要什么便利？", "What do you need at work?"),
    rule=False, required=False, hint=T("比如手语翻译、大字、轮椅通道。", "Such as sign language, large print, a ramp."),
)


class EmploymentService(Measure):
    code, clause = "employment_service", "三（十二）"
    title = T("招聘会和就业创业服务", "Job fairs, referral and guidance")
    summary = T(
        "帮您找工作、参加招聘会、学技能、创业，有专人跟到底。",
        "Help to find work, job fairs, skills and founding a business, with somebody who stays with you.",
    )
    applicant, period_by_item = PERSON, True
    sections = (
        Section("goal", T("您要的帮助", "The help you want"), (GOAL,)),
        Section("wishes", T("您的情况", "About you"), (SKILLS, WISHES, ACCOMMODATIONS)),
        CERTIFICATE_HELD,
    )
    conditions = (decided_by_person(code, clause, QUOTE),)
    checks = (
        Check(rule=f"{code}.need", clause=clause, quote=QUOTE, title=T("需要弄清楚了", "The need is clear"),
              hint=T("和本人谈过，写下了需要什么。", "Talked with the person and wrote down what is needed.")),
        Check(rule=f"{code}.plan", clause=clause, quote=FOUNDERS, judged_by=("federation",),
              title=T("计划合适", "The plan fits"),
              hint=T("看服务、单位和日子对不对得上需要。", "Do services, provider and dates fit the need?")),
    )
