"""Which rule, chain, reading or page carries each sentence of the policy's text (条文覆盖).

``STATEMENTS`` says of every sentence what it states and what carries it beside the rules that quote it. A sentence that
states nothing to anybody (an aim, a principle) is listed as such, so that none is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from policy.assessment import PERIOD
from policy.clauses import Clause, clauses
from policy.registry import measures


class States(StrEnum):
    """What a sentence states."""

    RIGHT = "right"
    DUTY = "duty"
    AMOUNT = "amount"
    DATE = "date"
    DEPARTMENT = "department"


RIGHT, DUTY, AMOUNT, DATE, DEPARTMENT = States


@dataclass(frozen=True)
class Statement:
    """A sentence by its clause and its first characters; ``carriers`` as ``kind:name`` beside the quoting rules."""

    clause: str
    begins: str
    states: tuple[States, ...] = ()
    carriers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Covered:
    """A sentence with what it states and everything that carries it."""

    clause: Clause
    sentence: str
    states: tuple[States, ...]
    carriers: tuple[str, ...]


STATEMENTS = (
    Statement("题注", "为深入实施"),
    Statement("一", "以习近平"),
    Statement("二", "就业是最基本的民生"),
    Statement("二", "残疾劳动者是"),
    Statement("二", "残疾人就业工作坚持"),
    Statement("二", "2024—2029年", (DUTY, DATE), ("reading:newly_employed",)),
    Statement("三（一）", "按照本市机关", (DUTY, AMOUNT), ("parameter:quota.organ_establishment", "parameter:quota.institution_establishment", "reading:five_year_period")),
    Statement("三（一）", "区残疾人联合会机关", (DUTY, AMOUNT, DEPARTMENT), ("parameter:federation.cadre_share", "rule:public_sector_quota.enough", "guide:public_sector_quota")),
    Statement("三（二）", "政府雇员队伍招录", (DUTY, AMOUNT, DEPARTMENT), ("parameter:recruitment.reserved_share", "reading:sharing_out")),
    Statement("三（二）", "符合条件的残疾人", (RIGHT, DEPARTMENT), ("guide:government_employee_recruitment",)),
    Statement("三（三）", "将社区工作者队伍", (DUTY, AMOUNT, DEPARTMENT), ("parameter:recruitment.reserved_share", "reading:sharing_out")),
    Statement("三（三）", "招录方式采用", (RIGHT,), ("guide:community_worker_recruitment", "guide:direct_admission")),
    Statement("三（三）", "专项招录是指", (RIGHT,), ("guide:community_worker_recruitment",)),
    Statement("三（三）", "直接纳入是指", (RIGHT, DEPARTMENT), ("chain:direct_admission", "guide:direct_admission")),
    Statement("三（四）", "区管国有企业", (DUTY, AMOUNT, DEPARTMENT), ("parameter:enterprise.required_share", "reading:a_certain_number", "reading:no_suitable_post", "guide:soe_recruitment_plan")),
    Statement("三（五）", "本区户籍残疾人", (RIGHT,), ("guide:flexible_employment_subsidy",)),
    Statement("三（五）", "补贴标准为", (AMOUNT, DEPARTMENT), ("parameter:contribution_base_floor", "parameter:flexible_worker_rate", "parameter:flexible_employment.share", "guide:flexible_employment_subsidy")),
    Statement("三（六）", "鼓励和支持各镇", (DUTY,), ("measure:sheltered_employment_project", "guide:sheltered_employment_project")),
    Statement("三（六）", "积极开展残疾人", (DUTY, DEPARTMENT), ("reading:projects_shared_out", "guide:sheltered_employment_project")),
    Statement("三（七）", "本区户籍残疾人在本区", (RIGHT, AMOUNT, DEPARTMENT), ("parameter:employee_rate", "parameter:contribution_base_floor", "reading:remainder", "guide:self_employment_subsidy")),
    Statement("三（八）", "对按规定支付", (RIGHT, AMOUNT), ("parameter:concentrated_employer.yearly_cap", "parameter:concentrated_employer.district_share", "reading:yearly_average")),
    Statement("三（八）", "对新开办的", (RIGHT, AMOUNT, DATE, DEPARTMENT), ("parameter:concentrated_employer.startup_grant", "reading:newly_opened", "guide:concentrated_employer_startup_grant")),
    Statement("三（九）", "对本区户籍残疾人就读", (RIGHT, AMOUNT), ("parameter:tuition.yearly_cap", "reading:remainder", "reading:school_year")),
    Statement("三（九）", "对于本区户籍残疾学生", (RIGHT, AMOUNT), ("parameter:admission_award.bachelor_or_above",)),
    Statement("三（九）", "被录取进入全日制普通高等院校（大专）", (RIGHT, AMOUNT), ("parameter:admission_award.junior_college", "rule:admission_award.level")),
    Statement("三（九）", "被录取进入全日制普通高中", (RIGHT, AMOUNT, DEPARTMENT), ("parameter:admission_award.senior_secondary", "reading:full_time_at_every_level", "rule:admission_award.level", "guide:admission_award")),
    Statement("三（十）", "以培训需求为导向"),
    Statement("三（十）", "本区户籍就业年龄段", (RIGHT, AMOUNT, DEPARTMENT), ("parameter:skills_training.share", "reading:working_age", "guide:skills_training_match")),
    Statement("三（十一）", "鼓励残疾人积极参加", (RIGHT, AMOUNT), ("parameter:competition_award.city_share", "reading:event_and_edition")),
    Statement("三（十一）", "对在区级残疾人", (RIGHT, AMOUNT, DEPARTMENT), ("parameter:competition_award.district_first", "parameter:competition_award.district_second", "parameter:competition_award.district_third", "guide:competition_award")),
    Statement("三（十二）", "充分调动社会资源", (DUTY,), ("guide:employment_service",)),
    Statement("三（十二）", "运用信息化手段", (DUTY,), ("guide:employment_service", "page:what_can_i_get")),
    Statement("三（十二）", "通过政府购买服务", (DUTY,), ("guide:employment_service",)),
    Statement("三（十二）", "在为残疾创业者", (DUTY,), ("guide:employment_service",)),
    Statement("三（十二）", "引导本区各类单位", (DUTY, DEPARTMENT), ("guide:employment_service",)),
    Statement("四（一）", "各单位要充分认识", (DUTY,), ("page:audit", "reading:decision_days")),
    Statement("四（二）", "落实《上海市残疾人就业保障金", (DUTY,), ("page:rules", "reading:who_decides")),
    Statement("四（二）", "统筹用好各类", (DUTY,), ("table:exclusions",)),
    Statement("四（二）", "对各类就业帮扶", (RIGHT,), ("reading:support_of_bases",)),
    Statement("四（二）", "继续做好超比例", (DUTY,), ("parameter:enterprise.required_share", "reading:amount_not_entered", "guide:over_quota_reward")),
    Statement("四（三）", "做好全国残疾人", (DUTY,), ("reading:certified_counts", "guide:over_quota_reward")),
    Statement("四（三）", "充分利用信息化手段", (DUTY,), ("page:guides", "page:what_can_i_get", "page:track")),
    Statement("四（四）", "充分利用就业援助月", (DUTY,), ("page:guides",)),
    Statement("四（四）", "用通俗易懂", (DUTY,), ("page:guide", "page:guide_easy")),
    Statement("四（五）", "进一步明确各项工作", (DUTY,), ("reading:supervision", "page:audit")),
    Statement("四（五）", "要依法维护", (DUTY,), ("guide:employment_fraud_report", "reading:anonymous_reports")),
    Statement("四（五）", "坚持“以人为本、分类服务”", (DUTY,), ("guide:employment_service", "page:display")),
    Statement("五1", "本实施意见中各类政策", (DUTY,), ("table:exclusions", "reading:not_twice")),
    Statement("五2", "本实施意见自2024年", (DATE,), ("parameter:policy", "reading:fact_date")),
    Statement("五3", "本实施意见实施期间", (DUTY,), ("page:rules", "reading:version")),
    Statement("五4", "本实施意见由区残联", (RIGHT, DEPARTMENT), ("page:public_interpretations", "page:interpretations")),
)  # fmt: skip


def covered() -> tuple[Covered, ...]:
    """Every sentence of the document, in its order. Raises LookupError where a sentence has not exactly one statement."""
    rules = [PERIOD, *(rule for one in measures() for rule in (*one.conditions, *one.checks))]
    found = []
    for clause in clauses():
        for sentence in clause.sentences:
            about = [one for one in STATEMENTS if one.clause == clause.number and sentence.startswith(one.begins)]
            if len(about) != 1:
                raise LookupError(f"{clause.number}: {len(about)} statements for {sentence[:12]}")
            quoting = dict.fromkeys(
                f"rule:{rule.rule}" for rule in rules if rule.clause == clause.number and _quotes(rule.quote, sentence)
            )
            carriers = dict.fromkeys((*quoting, *about[0].carriers)) if about[0].states else {}
            found.append(Covered(clause, sentence, about[0].states, tuple(carriers)))
    return tuple(found)


def _quotes(quote: str, sentence: str) -> bool:
    return len(quote) >= _SHORTEST and quote in sentence


_SHORTEST = 4  # shorter quotes stand in many sentences
