"""Recruitment plans of the district's state-owned enterprises (区管国有企业招聘计划), clause 三（四）."""

from dataclasses import dataclass

from policy.claim import Claim
from policy.conditions import Condition, Finding
from policy.facts import Bool, Fact, Integer, Text
from policy.measure import ORGANISATION, Evidence, Measure, Section
from policy.predicates import Is
from policy.shared.quota import DISABLED_EMPLOYED, STAFF, share_of_staff, shortfall, shown
from policy.text import T

SHARE, MINIMUM = "enterprise.required_share", "enterprise.planned_posts_minimum"

PLANNED_POSTS = Fact(
    "planned_posts", Integer(), T("招聘计划里给残疾人安排了几个岗位？", "How many posts does your plan keep for them?"),
    hint=T("没有就写 0。", "0 if none."),
)
SUITABLE = Fact(
    "suitable_posts_exist", Bool(T("有", "Yes"), T("没有", "No")),
    T("有没有适合残疾人做的岗位？", "Are there posts that suit disabled people?"),
    hint=T("说没有的，要写明理由，由区国资委判断。", "If not, give your reasons; State Assets judges them."),
)
REASON = Fact(
    "no_suitable_posts_reason", Text(max_length=2000, lines=6), T("没有适合的岗位，为什么？", "Why are there none?"),
    error=T("请写明理由。", "Please give your reasons."), asked_if=Is("suitable_posts_exist", False), rule=False,
)


@dataclass(frozen=True, kw_only=True)
class Compliant(Condition):
    """Any one is enough: no shortfall, enough planned posts, or no suitable post."""

    def judge(self, claim: Claim) -> Finding:
        short, lacking = shortfall(claim, share_of_staff(claim, SHARE, "staff"))
        missing, planned, suitable = list[str](), claim.number("planned_posts"), claim.truth("suitable_posts_exist")
        minimum = claim.figure(MINIMUM, missing)
        if planned is None:
            missing.append("planned_posts")
        enough = None if planned is None or minimum is None else planned >= minimum
        if short == 0 or enough or suitable is False:
            return self.met(claim)
        missing = [*lacking, *missing, *(["suitable_posts_exist"] if suitable is None else [])]
        return self.unknown(claim, missing) if missing else self.not_met(claim)


class SoeRecruitmentPlan(Measure):
    code, clause = "soe_recruitment_plan", "三（四）"
    title = T("国有企业招聘计划", "Recruitment plans of state-owned enterprises")
    summary = T(
        "区管国有企业安排残疾人不到规定比例的，在招聘计划里留出岗位。",
        "State-owned enterprises of the district below the ratio keep posts for disabled people in their plans.",
    )
    applicant = ORGANISATION
    sections = (
        Section("staff", T("职工人数", "Staff"), (STAFF, DISABLED_EMPLOYED)),
        Section("plan", T("招聘计划", "Recruitment plan"), (PLANNED_POSTS, SUITABLE, REASON), (
            Evidence("recruitment_plan", T("招聘计划", "The recruitment plan"),
                     T("上传今年的计划。", "Upload this year's plan.")),
        )),
    )
    conditions = (
        Compliant(
            rule=f"{code}.compliant", clause=clause, title=T("够比例，或者计划里留了岗位", "Ratio reached or posts planned"),
            quote="区管国有企业安排残疾人就业未达到1.5%比例的，应根据行业特点，在有适合岗位的情况下，选择符合残疾人就业特点、适合残疾人工作的工种和岗位，在招聘计划中安排一定数量的岗位",
            needs=("staff", "disabled_employed", "planned_posts", "suitable_posts_exist"),
            because_met=T("够比例，或者留了岗位，或者没有适合的岗位。", "The ratio is reached, posts are planned, or none suits."),
            because_not=T("不够比例，也没有留够岗位。", "The ratio is not reached and too few posts are planned."),
            because_unknown=T("人数或岗位还没有写全。", "Numbers or posts are not complete yet."),
        ),
    )

    def values(self, claim: Claim) -> dict[str, object]:
        needed = share_of_staff(claim, SHARE, "staff")
        return shown(required=needed.number, shortfall=shortfall(claim, needed)[0])
