"""Matching subsidy for skills training (技能培训配套补贴), clause 三（十）."""

from collections.abc import Iterator

from policy.claim import Claim
from policy.conditions import Condition, not_twice
from policy.exclusions import BY_TYPE
from policy.facts import Choice, Date, Fact, Money, Option, Text
from policy.measure import PERSON, Evidence, Measure, Section
from policy.predicates import Is
from policy.shared.awards import share_of
from policy.shared.residents import PAPERS_HELD, RESIDENT, resident_with_certificate
from policy.shared.working_age import working_age
from policy.sums import Item
from policy.text import T

SHARE = "skills_training.share"
BIRTH_DATE = Fact(
    "birth_date", Date(past=True), T("您哪一天出生？", "When were you born?"),
    why=T("要在就业年龄段。", "You must be of working age."), source="identity",
)
GENDER = Fact(
    "gender", Choice((Option("male", T("男", "Male")), Option("female", T("女", "Female"))), may_be_unsure=True),
    T("您的性别？", "Your gender?"), why=T("退休年龄不一样。", "Retirement ages differ."), source="identity",
)
RETIREMENT_CLASS = Fact(
    "retirement_class", Choice((
        Option("women_55", T("55 岁退休的一类", "Those who retire at 55"), T("管理和技术岗位。", "Managers, technicians.")),
        Option("women_50", T("50 岁退休的一类", "Those who retire at 50"), T("其他岗位。", "Others.")),
    ), may_be_unsure=True),
    T("您属于哪一类退休年龄？", "Which retirement age applies to you?"),
    asked_if=Is("gender", "female"),
)
CERTIFICATE_KIND = Fact(
    "certificate_kind", Choice((
        Option("vocational_qualification", T("职业资格证书", "Vocational qualification certificate")),
        Option("skill_level", T("职业技能等级证书", "Skill-level certificate")),
        Option("other", T("其他证书", "Another certificate")),
    )),
    T("您拿到的是哪一种证书？", "Which certificate did you gain?"), why=T("前两种才算。", "Only the first two count."),
    source="training",
)
CERTIFICATE = Fact(
    "certificate", Text(), T("证书编号是多少？", "What is its number?"),
    error=T("请写证书编号。", "Please write the number of the certificate."), hint=T("照证书上的写。", "As it stands on it."),
    why=T("一张证书补一次。", "Each certificate counts once."), source="training",
)
CERTIFIED_ON = Fact(
    "certified_on", Date(past=True), T("证书是哪一天发的？", "On which day was it issued?"), source="training"
)
HRSS_SUBSIDY = Fact(
    "hrss_subsidy", Money(), T("人社部门补了您多少元？", "How much did HR&SS pay you, in yuan?"),
    hint=T("没有补就写 0。", "0 if nothing."), why=T("区里按它再给一份。", "The district adds a share of it."),
    source="training",
)


class SkillsTrainingMatch(Measure):
    code, clause = "skills_training_match", "三（十）"
    title = T("技能培训配套补贴", "Matching subsidy for skills training")
    summary = T(
        "参加技能培训拿到证书、领了人社补贴的残疾人，区里再给一半。",
        "Disabled people with a certificate and the HR&SS skill subsidy get half of that subsidy again.",
    )
    applicant, pays, fact_date = PERSON, True, "certified_on"
    sections = (
        RESIDENT,
        Section("age", T("年龄", "Age"), (BIRTH_DATE, GENDER, RETIREMENT_CLASS)),
        Section(
            "certificate", T("证书和补贴", "Certificate and subsidy"),
            (CERTIFICATE_KIND, CERTIFICATE, CERTIFIED_ON, HRSS_SUBSIDY),
            (Evidence("certificate_document", T("证书", "The certificate"), T("拍照就行。", "A photo is fine."),
                      original_seen=True, told_by="certificate"),),
        ),
        PAPERS_HELD,
    )
    conditions = (
        *resident_with_certificate(code, clause, "本区户籍就业年龄段残疾人"),
        working_age(code, clause, "本区户籍就业年龄段残疾人参加职业技能培训"),
        Condition(
            rule=f"{code}.certificate_kind", clause=clause, title=T("证书属于范围", "The certificate counts"),
            quote="获得相应职业资格证书或职业技能等级证书", needs=("certificate_kind",),
            test=lambda facts: facts["certificate_kind"] != "other",
        ),
        Condition(
            rule=f"{code}.hrss_subsidy", clause=clause, title=T("领了人社补贴", "HR&SS subsidy received"),
            quote="取得人社部门职业技能提升补贴后", needs=("hrss_subsidy",),
            test=lambda facts: bool(facts["hrss_subsidy"]),
        ),
        not_twice(code, BY_TYPE[code]),
    )

    def items(self, claim: Claim) -> Iterator[Item]:
        yield share_of(claim, "match", SHARE, "hrss_subsidy", T("人社补贴", "HR&SS subsidy"))
