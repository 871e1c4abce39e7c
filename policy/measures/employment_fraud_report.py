"""Reports of sham employment (举报虚假安排就业), clause 四（五）. A person decides; no rule does."""

from policy.conditions import Check, decided_by_person
from policy.facts import Choice, Fact, Option, Text
from policy.measure import ANONYMOUS, Evidence, Measure, Section
from policy.text import T

QUOTE = "坚决防范和打击虚假安排残疾人就业、侵害残疾人就业权益的行为，及时发现和解决实施中出现的问题。"
WHAT = Fact(
    "what", Choice((
        Option("sham_employment", T("挂名不上班", "Named as staff, but does not work there")),
        Option("certificate_used", T("拿别人的残疾人证去报", "A certificate used without its holder")),
        Option("wages", T("不给工资，或者少给", "Wages not paid, or too little")),
        Option("insurance", T("不缴社保", "Insurance not paid")),
        Option("false_claim", T("假材料骗补贴", "A benefit claimed with false papers")),
        Option("other", T("别的事情", "Something else")),
    )),
    T("您要举报什么？", "What do you report?"), rule=False,
    error=T("请选要举报什么。都不像，就选“别的事情”。", "Please choose what you report. If none fits, choose “Something else”."),
)
UNIT_NAME = Fact(
    "unit_name", Text(), T("是哪个单位，或者哪个人？", "Which unit or person is it about?"), rule=False,
    error=T("请写是哪个单位，或者哪个人。", "Please write which unit or person it is about."),
    hint=T("不知道全名，写您知道的。", "If you do not know the full name, write what you know."),
)
STORY = Fact(
    "story", Text(max_length=4000, lines=10), T("发生了什么？", "What happened?"), rule=False,
    error=T("请写发生了什么。几句话就行。", "Please write what happened. A few sentences are enough."),
    hint=T("什么时候、在哪里、谁看见的。", "When, where, and who saw it."),
)
CONTACT = Fact(
    "contact", Text(), T("怎么找到您？", "How can we reach you?"), rule=False, required=False,
    hint=T("可以不留。不留的，用查询码看结果。", "You may leave this out and read the answer under a code."),
)


class EmploymentFraudReport(Measure):
    code, clause = "employment_fraud_report", "四（五）"
    title = T("举报虚假安排就业", "Report sham employment")
    summary = T(
        "看到假安排、拿别人的证去报、欠薪，都可以举报。可以不写名字。",
        "Sham employment, misuse of a certificate, unpaid wages: anyone may report it, without a name.",
    )
    applicant, period_by_item = ANONYMOUS, True
    sections = (
        Section("report", T("您看到的事", "What you saw"), (WHAT, UNIT_NAME, STORY), (
            Evidence("proof", T("能证明的东西", "What shows it"), T("照片、聊天记录都可以，没有也行。", "Photos or messages; none is fine too."),
                     required=False),
        )),
        Section("contact", T("怎么找您", "How to reach you"), (CONTACT,)),
    )
    conditions = (decided_by_person(code, clause, QUOTE),)
    checks = (
        Check(rule=f"{code}.founded", clause=clause, quote=QUOTE, judged_by=("federation",),
              title=T("情况属实", "The report is founded"),
              hint=T("两个人一起查，凭看到的写。", "Two officers look into it and write what they saw."),
              because_met=T("查了，情况属实。", "It was looked into and is founded."),
              because_not=T("查了，没有这样的事。", "It was looked into and is not founded."),
              because_unknown=T("还没查完。", "The inquiry is not finished.")),
    )
