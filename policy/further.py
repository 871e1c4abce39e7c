"""Further kinds of case: no application types, unknown to ``assess``; people decide them, on chains of their own.

A kind of a measure's purpose (the allocation of sheltered work) stands here too: ``measure(code, purpose)`` finds it.
"""

from policy.conditions import Check
from policy.facts import Bool, Choice, Date, Fact, Integer, Money, Option, Text
from policy.measure import DEPARTMENT, ORGANISATION, PERSON, Evidence, Measure, Section
from policy.text import T

WHAT = Fact(
    "what", Text(max_length=2000, lines=6), T("要办什么？", "What is it about?"), rule=False,
    hint=T("写清楚是什么事，为什么。", "Say what it is and why."),
)  # fmt: skip
PAPER = Evidence("papers", T("有关材料", "Papers"), T("拍照或者扫描。", "A photo or a scan."), required=False)


_NEEDED = Bool(yes=T("要", "Yes"), no=T("不要", "No"), may_be_unsure=False)  # what somebody needs, they know


class FurtherKind(Measure):
    """Base of the kinds below: no rule judges them, the period plays no part."""

    purpose = ""
    period_by_item = True


class ShelteredAllocation(FurtherKind):
    """A sunshine base asks for work of the reserve (劳动项目调配)."""

    code, purpose, clause = "sheltered_employment_project", "allocation", "三（六）"
    title = T("阳光基地要活", "Work for a sunshine base")
    summary = T(
        "阳光基地说能做什么、能做多少，区残联从储备里分。",
        "A base says what it can do; the federation shares the reserve out.",
    )
    applicant = ORGANISATION
    sections = (
        Section("wish", T("要什么活", "The work you ask for"), (
            Fact("work", Text(max_length=1000, lines=4), T("想做什么样的活？", "What kind of work?"), rule=False),
            Fact("volume", Integer(), T("一个月能做多少件？", "How many pieces a month?"), rule=False),
            Fact("members", Integer(), T("有多少学员一起做？", "How many members work on it?"), rule=False),
            Fact("from_on", Date(past=False), T("从哪一天可以开始？", "From which day?"), rule=False),
        )),
    )  # fmt: skip
    checks = (
        Check(rule=f"{code}.share", clause=clause,
              quote="积极开展残疾人辅助性就业劳动项目调配工作，开发、收集、储备适合残疾人的劳动项目，打造产品和服务品牌。",
              judged_by=("federation",), title=T("分得公平，做得了", "Shared fairly, and within what it can do"),
              hint=T("看能力、人数、上次分了多少。", "Capacity, members, and what it got last time.")),
    )  # fmt: skip


class PostApplication(FurtherKind):
    """An application to a reserved post of a recruitment round (报考)."""

    code, clause = "post_application", "三（二）、三（三）"
    title = T("报考专项岗位", "Application to a reserved post")
    summary = T(
        "报名面向残疾人的岗位，一次招录报一个。", "Apply to a post reserved for disabled people: one post a round."
    )
    applicant = PERSON
    sections = (
        Section("post", T("报哪个岗位", "Which post"), (
            Fact("post_code", Text(max_length=20), T("岗位编号是多少？", "The number of the post"), rule=False,
                 hint=T("在“招录”页上，比如 GY26-1-01。", "It stands on the page “Recruitment”, such as GY26-1-01.")),
            Fact("large_print", _NEEDED, T("考试时要大字卷吗？", "Do you need large print in the examination?"), rule=False),
            Fact("extra_time", _NEEDED, T("考试时要延长时间吗？", "Do you need more time in the examination?"), rule=False),
            Fact("sign_language", _NEEDED, T("考试时要手语翻译吗？", "Do you need a sign-language interpreter?"), rule=False),
            Fact("ground_floor", _NEEDED, T("考场要在一楼吗？", "Do you need a room on the ground floor?"), rule=False),
            Fact("accommodations", Text(max_length=1000, lines=3), T("考试时还需要什么便利？", "What else do you need in the examination?"),
                 rule=False, required=False, hint=T("比如读屏软件、陪同的人。", "Such as a screen reader, or somebody with you.")),
        ), (PAPER,)),
    )  # fmt: skip


class Rectification(FurtherKind):
    """How a shortfall of a unit is put right (整改), clause 三（一）."""

    code, clause = "rectification", "三（一）"
    title = T("安排残疾人就业整改", "Rectification of a shortfall")
    summary = T(
        "没有达到比例的单位写出怎么改、哪天改好。", "A unit below its quota says how and by when it puts that right."
    )
    applicant, imposed = ORGANISATION, True
    sections = (
        Section("plan", T("怎么改", "The plan"), (
            Fact("shortfall", Integer(), T("还差多少人？", "How many are lacking?"), rule=False),
            Fact("measures", Text(max_length=2000, lines=5), T("打算怎么改？", "What will you do?"), rule=False),
            Fact("done_by", Date(past=False), T("哪一天改好？", "By which day?"), rule=False),
        ), (PAPER,)),
    )  # fmt: skip


class InterpretationCase(FurtherKind):
    """An interpretation signed by three departments at once (解释), clause 五."""

    code, clause = "interpretation_note", "五4"
    title = T("解释会签", "Interpretation, signed by three departments")
    summary = T("三个部门一起签一份解释。", "Three departments sign an interpretation.")
    applicant = DEPARTMENT
    sections = (Section("note", T("解释什么", "What it interprets"), (WHAT,), (PAPER,)),)


class BaseSupport(FurtherKind):
    """Support of an employment-aid or training base (就业帮扶、培训基地扶持), clause 四（二）. The sum granted is a parameter."""

    code, clause, sum_parameter = "base_support", "四（二）", "base_support.amount"
    sum_limit = "asked_amount"
    title = T("就业帮扶、培训基地扶持", "Support of an employment-aid or training base")
    summary = T("给就业帮扶、培训基地的场地、设备和运行支持。", "Support for a base's place, equipment and running.")
    applicant = ORGANISATION
    sections = (
        Section("support", T("要什么支持", "The support"), (
            Fact("base_kind", Choice((
                Option("employment", T("就业帮扶基地", "Employment-aid base")), Option("training", T("培训基地", "Training base")),
                Option("sunshine", T("阳光基地", "Sunshine base")),
            )), T("是哪一种基地？", "What kind of base is it?"), rule=False),
            WHAT,
            Fact("asked_amount", Money(), T("预计要用多少元？", "How much will it cost, in yuan?"), rule=False,
                 hint=T("批多少按区里公布的标准，不超过您写的数。", "What is granted follows the district's published figure, and is never more than you ask.")),
        ), (PAPER,)),
    )  # fmt: skip


class Reclaim(FurtherKind):
    """A sum that was paid wrongly is asked back (追回), clause 四（五）."""

    code, clause, sum_fact = "reclaim", "四（五）", "reclaimed"
    title = T("追回多发的款", "Reclaim of a wrong payment")
    summary = T(
        "发错、骗领的钱，查清以后追回，可以分期还。",
        "Money paid by mistake or by deceit is asked back, in instalments if need be.",
    )
    applicant, imposed = PERSON, True
    sections = (
        Section("reclaim", T("追回什么", "What is asked back"), (
            Fact("case_reference", Text(), T("是哪一件的款？写编号。", "Which case was it paid in?"), rule=False),
            Fact("reclaimed", Money(), T("要追回多少元？", "How much, in yuan?"), rule=False),
            Fact("instalments", Bool(), T("要分期还吗？", "In instalments?"), rule=False),
            WHAT,
        ), (PAPER,)),
    )  # fmt: skip


class AuditReview(FurtherKind):
    """Something that supervision found worth a look (督查核查), clause 四（三）."""

    code, clause = "audit_review", "四（三）"
    title = T("督查核查", "Review by supervision")
    summary = T("督查发现的问题，由督查核实、定性。", "What supervision found is looked into and decided there.")
    applicant = DEPARTMENT
    sections = (Section("matter", T("发现了什么", "What was found"), (WHAT,), (PAPER,)),)


FURTHER: tuple[type[FurtherKind], ...] = (
    ShelteredAllocation, PostApplication, Rectification, InterpretationCase, BaseSupport, Reclaim, AuditReview,
)  # fmt: skip
