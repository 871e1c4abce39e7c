"""The figures' names, units and sources in plain words.

`LABELS` has every name of `parameters.toml`, and those that the policy asks for without a figure yet; a test holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from policy.text import T

READING: Final = T("本区口径", "the district's reading")
_READING_IN_SOURCE: Final = "district's reading"

# Groups of the list, by the beginning of a name, in the order of the page; a new name falls into the last.
GROUPS: Final[tuple[tuple[T, tuple[str, ...]], ...]] = (
    (T("社会保险缴费", "Social insurance"), ("contribution_base_floor", "flexible_worker_rate", "employee_rate")),
    (
        T("补贴和奖励", "Subsidies and awards"),
        (
            "flexible_employment.", "concentrated_employer.", "tuition.", "admission_award.", "skills_training.",
            "competition_award.", "over_quota.", "base_support.",
        ),
    ),
    (
        T("安排残疾人就业的比例和人数", "Shares and numbers of posts"),
        ("recruitment.", "enterprise.", "federation.", "quota."),
    ),
    (T("新增就业目标", "The goal"), ("goal.",)),
    (T("年龄", "Ages"), ("retirement_age.", "working_age.")),
    (T("值得一看的情形", "Patterns worth a look"), ("pattern.",)),
    (T("办理期限", "Time limits"), ("clock.",)),
    (T("其他", "Others"), ("",)),
)  # fmt: skip

LABELS: Final[dict[str, T]] = {
    "contribution_base_floor": T("职工社保缴费基数下限", "floor of the contribution base for employees"),
    "flexible_worker_rate": T("灵活就业人员缴费比例", "contribution rate of flexible workers"),
    "employee_rate": T("职工缴费比例（单位加个人）", "contribution rate of employees, unit and person together"),
    "flexible_employment.share": T("灵活就业社保补贴的比例", "share of the flexible employment subsidy"),
    "flexible_employment.arrears_months": T("灵活就业补缴最多认几个月", "months of arrears that count, flexible employment"),
    "concentrated_employer.yearly_cap": T("集中就业单位：每年补贴上限", "concentrated employers: yearly cap"),
    "concentrated_employer.district_share": T("集中就业单位：闵行户口职工要占的比例", "concentrated employers: share of staff from the district"),
    "concentrated_employer.startup_grant": T("集中就业单位：一次性开办费", "concentrated employers: one-off start-up grant"),
    "tuition.yearly_cap": T("学费补贴每年上限", "yearly cap of the tuition subsidy"),
    "admission_award.bachelor_or_above": T("升学奖励：本科及以上", "admission award: bachelor or above"),
    "admission_award.junior_college": T("升学奖励：大专", "admission award: junior college"),
    "admission_award.senior_secondary": T("升学奖励：高中、中职", "admission award: senior secondary"),
    "skills_training.share": T("技能培训补贴的比例", "share of the skills training subsidy"),
    "competition_award.city_share": T("市级技能竞赛：区里配套的比例", "city competitions: the district's share of the award"),
    "competition_award.district_first": T("区级技能竞赛：第一名", "district competitions: first place"),
    "competition_award.district_second": T("区级技能竞赛：第二名", "district competitions: second place"),
    "competition_award.district_third": T("区级技能竞赛：第三名", "district competitions: third place"),
    "over_quota.amount_per_person_year": T("超比例安排奖励：每人每年", "reward for employing above the ratio, a person and year"),
    "base_support.amount": T("就业帮扶、培训基地扶持：每次批多少", "support of a base: sum granted each time"),
    "recruitment.reserved_share": T("定向招录的岗位比例", "share of posts reserved in recruitment"),
    "enterprise.required_share": T("企业安排残疾人的比例", "share of disabled employees required of enterprises"),
    "enterprise.planned_posts_minimum": T("国有企业招聘计划里最少留几个岗位", "fewest posts that a state enterprise plans"),
    "federation.cadre_share": T("区残联机关残疾人干部的比例", "share of disabled cadres in the federation"),
    "quota.organ_establishment": T("机关：编制满多少人要安排", "organs: establishment from which a post is due"),
    "quota.institution_establishment": T("事业单位：编制满多少人要安排", "institutions: establishment from which a post is due"),
    "goal.newly_employed": T("新增残疾人就业的目标", "goal of newly employed disabled people"),
    "goal.first_year": T("目标从哪年开始数", "first year of the goal"),
    "goal.last_year": T("目标数到哪年", "last year of the goal"),
    "retirement_age.men": T("男职工退休年龄", "retirement age: men"),
    "retirement_age.women_55": T("女职工退休年龄（55 岁的一类）", "retirement age: women, class 55"),
    "retirement_age.women_50": T("女职工退休年龄（50 岁的一类）", "retirement age: women, class 50"),
    "working_age.from": T("最低就业年龄", "lowest working age"),
    "clock.intake": T("受理期限", "time limit of acceptance"),
    "clock.review": T("部门审核期限", "time limit of a review by a department"),
    "clock.government": T("区政府审批期限", "time limit of the district government"),
    "clock.decision": T("从受理到作出决定的期限", "time limit from acceptance to the decision"),
    "clock.notice": T("公示期", "length of the public notice"),
    "clock.objection_answer": T("答复异议的期限", "time limit of the answer to an objection"),
    "clock.assignment": T("安排岗位的期限", "time limit of the assignment of a position"),
    "clock.confirmation": T("镇、街道确认的期限", "time limit of the confirmation by the town"),
    "clock.correction": T("申请人补正的期限", "time limit of the applicant's correction"),
    "clock.urge_every": T("隔多久可以再催办", "time between two urges"),
    "clock.warn_before": T("到期前多久提醒", "warning before a date"),
    "clock.red_card_after": T("过期多久发红牌", "red card after a date"),
    "clock.deemed_served": T("发出消息多久算送达", "deemed served after the message"),
    "clock.draft": T("没交的申请保留多久", "drafts are kept"),
    "clock.appeal_review": T("申请行政复议的时间", "time to apply for administrative review"),
    "clock.unclaimed_payment": T("批下来的款没有账户，保留多久", "sums without an account are kept"),
    "clock.appeal_court": T("提起行政诉讼的时间", "time to go to court"),
    "clock.prepared": T("替人填好的申请留多久", "a prepared claim is offered"),
    "clock.claim_reminder": T("月份快领不到时提前多久提醒", "reminder before a month can no longer be claimed"),
    "clock.prepared_reminder": T("填好的申请到期前多久提醒", "reminder before a prepared claim lapses"),
    "clock.base_review": T("受扶持的基地隔多久复核一次", "time between two reviews of a supported base"),
    "clock.erasure": T("答复删除个人信息的申请", "answer to a request to erase personal data"),
    "clock.rating": T("评价可以改多久", "an answer about the service may be changed"),
    "clock.known_fact": T("登记系统查到的，多久内算数", "a register's answer is good for"),
    "pattern.look_back": T("往回看多久", "how far back patterns look"),
    "pattern.seconds_per_paper": T("看一份材料至少要几秒", "seconds that reading a paper takes at least"),
    "pattern.pair_cases": T("同样两个人接着签，从几件起看", "cases of the same pair from which it is looked at"),
    "pattern.pair_times": T("比碰巧多几倍起看", "times more than chance from which a pair is looked at"),
    "pattern.below_cap_share": T("离上限差多少以内算刚好不到", "how close below a cap counts as just under it"),
    "pattern.same_account": T("几个申请人同一个账户起看", "applicants with one account from which it is looked at"),
    "pattern.same_telephone": T("几个申请人同一个电话起看", "applicants with one telephone from which it is looked at"),
    "pattern.same_address": T("几个申请人同一个地址起看", "applicants with one address from which it is looked at"),
    "pattern.office_opens": T("几点上班", "hour at which offices open"),
    "pattern.office_closes": T("几点下班", "hour at which offices close"),
}  # fmt: skip

_SHARE = T("{value}%", "{value}%")
_YUAN = T("{value} 元", "{value} yuan")
_YUAN_YEAR = T("{value} 元/年", "{value} yuan a year")
_MONTHS = T("{value} 个月", "{value} months")
_YEARS = T("{value} 岁", "{value} years")
_PEOPLE = T("{value} 人", "{value} people")
UNITS: Final[dict[str, T]] = {
    "": T("不是期限", "not a time"), "working": T("工作日", "working days"), "calendar": T("天（自然日）", "calendar days"),
    "months": T("月", "months"),
}  # fmt: skip
_IN_UNITS = {
    "working": T("{value} 个工作日", "{value} working days"), "calendar": T("{value} 天", "{value} days"), "months": _MONTHS,
}  # fmt: skip
_MEANT: Final[dict[str, T]] = {
    "contribution_base_floor": T("{value} 元/月", "{value} yuan a month"),
    "flexible_employment.arrears_months": _MONTHS, "concentrated_employer.yearly_cap": _YUAN_YEAR,
    "concentrated_employer.startup_grant": _YUAN, "tuition.yearly_cap": _YUAN_YEAR,
    "base_support.amount": _YUAN, "over_quota.amount_per_person_year": _YUAN_YEAR, "enterprise.planned_posts_minimum": T("{value} 个", "{value}"),
    "quota.organ_establishment": _PEOPLE, "quota.institution_establishment": _PEOPLE, "working_age.from": _YEARS,
    "goal.newly_employed": _PEOPLE, "goal.first_year": T("{value} 年", "{value}"), "goal.last_year": T("{value} 年", "{value}"),
    "pattern.seconds_per_paper": T("{value} 秒", "{value} seconds"), "pattern.pair_cases": T("{value} 件", "{value} cases"),
    "pattern.pair_times": T("{value} 倍", "{value} times"), "pattern.same_account": _PEOPLE, "pattern.same_telephone": _PEOPLE,
    "pattern.same_address": _PEOPLE, "pattern.office_opens": T("{value} 点", "{value}:00"), "pattern.office_closes": T("{value} 点", "{value}:00"),
}  # fmt: skip

# What a figure says beside its value: parts that add up to it, the delay of a retirement age.
EXTRA: Final[dict[str, T]] = {
    "pension": T("养老保险", "pension"), "medical": T("医疗保险", "medical"),
    "unit_pension": T("单位：养老", "unit: pension"), "unit_medical": T("单位：医疗", "unit: medical"),
    "unit_unemployment": T("单位：失业", "unit: unemployment"), "unit_injury": T("单位：工伤", "unit: injury"),
    "person_pension": T("个人：养老", "person: pension"), "person_medical": T("个人：医疗", "person: medical"),
    "person_unemployment": T("个人：失业", "person: unemployment"), "from": T("从哪天开始延迟", "delayed from"),
    "every_months": T("每几个月延迟 1 个月", "one month later every … months"), "at_most_months": T("最多延迟几个月", "at most … months later"),
    "announced_on": T("公布的日子", "announced on"),
}  # fmt: skip

# The sources of the first figures, as the file says them; what an administrator enters stands as it was entered.
SOURCES: Final[dict[str, T]] = {
    **{f"Shanghai, contribution year {year}": T(f"上海市 {year} 缴费年度", f"Shanghai, contribution year {year}") for year in range(2023, 2027)},
    "Shanghai, flexible workers from March 2024": T("上海市灵活就业人员缴费标准，2024年3月起", "Shanghai, flexible workers from March 2024"),
    "Shanghai; injury class 1": T("上海市；工伤保险一类行业", "Shanghai; injury class 1"),
    "clause 二": T("《实施意见》二", "clause 2"),
    "clause 三（一）": T("《实施意见》三（一）", "clause 3 (1)"), "clause 三（四）": T("《实施意见》三（四）", "clause 3 (4)"),
    "clause 三（五）": T("《实施意见》三（五）", "clause 3 (5)"), "clause 三（八）": T("《实施意见》三（八）", "clause 3 (8)"),
    "clause 三（九）": T("《实施意见》三（九）", "clause 3 (9)"), "clause 三（十）": T("《实施意见》三（十）", "clause 3 (10)"),
    "clause 三（十一）": T("《实施意见》三（十一）", "clause 3 (11)"),
    "clauses 三（二）, 三（三）": T("《实施意见》三（二）、三（三）", "clauses 3 (2), 3 (3)"),
    "national rule of 2024-09-13": T("国家 2024年9月13日的规定", "national rule of 13 September 2024"),
    "labour law": T("劳动法", "labour law"), "公示": T("公示", "public notice"),
    "one notice of everything to correct, else deemed accepted": T(
        "一次告知要补的内容，否则视为受理", "one notice of everything to correct, else deemed accepted"
    ),
    "time that an applicant has for corrections": T("申请人补正的时间", "time that an applicant has for corrections"),
    "time to give an account for a sum that was granted": T("批准以后给收款账户的时间", "time to give an account for a sum that was granted"),
    "how long a prepared claim is offered": T("替人填好的申请留多久", "how long a prepared claim is offered"),
    "how long a register's answer is good for": T("登记系统查到的，多久内算数", "how long a register's answer is good for"),
    "from acceptance": T("从受理起算", "from acceptance"), "administrative reconsideration": T("行政复议法", "administrative reconsideration"),
    "administrative litigation": T("行政诉讼法", "administrative litigation"),
}  # fmt: skip


def label(name: str) -> T:
    """The name in words; one that nobody has put into words yet says itself."""
    return LABELS.get(name) or T(name, name)


def is_share(name: str) -> bool:
    """Whether the figure is a share or a rate, at most 1."""
    return name.endswith(("share", "rate"))


def is_whole(name: str, unit: str) -> bool:
    """Whether the figure counts something: days, months, years, people."""
    return bool(unit) or name.startswith(("retirement_age.", "working_age.", "quota.", "clock.", "goal.", "pattern."))


def amount(name: str, value: Decimal | str, unit: str = "") -> T:
    """The figure with its unit: 50%, 7,384 yuan a month, 5 working days."""
    number = Decimal(value)
    if is_share(name):
        return _SHARE.fill(value=f"{(number * 100).normalize():f}")
    # A year is no quantity: it has no comma.
    return _shape(name, unit).fill(value=str(number) if name.endswith("_year") and name.startswith("goal.") else number)


def _shape(name: str, unit: str) -> T:
    if unit in _IN_UNITS:
        return _IN_UNITS[unit]
    if name.startswith("retirement_age."):
        return _YEARS
    if name.startswith(("admission_award.", "competition_award.")):
        return _YUAN
    return _MEANT.get(name) or T("{value}", "{value}")


def is_reading(source: str, extra: Mapping[str, object]) -> bool:
    """Whether the figure is the district's reading, which the office may change."""
    return bool(extra.get("reading")) or _READING_IN_SOURCE in source


def source_words(source: str) -> T | str:
    """Where the figure comes from, without the note that it is the district's reading; empty where that is all."""
    for rest in ("; " + _READING_IN_SOURCE, _READING_IN_SOURCE + ", ", _READING_IN_SOURCE):
        source = source.replace(rest, "")
    return SOURCES.get(source, source)
