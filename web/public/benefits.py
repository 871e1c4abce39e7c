"""The measures of the policy by the situation that somebody is in."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.timezone import localdate

from flows.engine import online_purpose
from policy import T, measure
from policy.measure import Measure
from recruitment.queries import PLANS, plans_taking_applications

# Each with a word on whom or what it is for.
_WORK = (
    ("direct_admission", T("有全国、国际奖项，市级以上荣誉或特殊贡献", "for a major award, a title or a special contribution")),
    ("community_worker_recruitment", T("每次招录都留名额，统一考试", "places are reserved in each round; one exam")),
    ("government_employee_recruitment", T("每次招录都留名额，统一考试", "places are reserved in each round; one exam")),
    ("sheltered_employment_project", T("离家近，按能力做", "near home, at your own pace")),
    ("employment_service", T("招聘会、就业推荐、创业辅导", "job fairs, job referral, coaching for founders")),
)  # fmt: skip
_INSURANCE = (
    ("flexible_employment_subsidy", T("按最低基数算，补一半", "half of what is due on the lowest base")),
    ("self_employment_subsidy", T("人社补过以后，剩下的在限额内补", "what is left after the HR&SS subsidy, up to a limit")),
)  # fmt: skip
_LEARNING = (
    ("admission_award", T("考上高中、中职或大学", "for senior high, vocational school or college")),
    ("tuition_subsidy", T("读大学，或者成人中高等教育", "for college or adult education")),
    ("skills_training_match", T("拿到证书和人社补贴以后，再给一半", "half again on top of the HR&SS subsidy")),
    ("competition_award", T("区级前三名，或者代表闵行参赛得奖", "the first three in the district, or a prize won for Minhang")),
)  # fmt: skip
_UNITS = (
    ("concentrated_employer_subsidy", T("场地、设备和无障碍改建", "premises, equipment and accessibility works")),
    ("concentrated_employer_startup_grant", T("区属单位正常办满 12 个月", "district-owned, after 12 months of operation")),
    ("over_quota_reward", T("每年一次", "once a year")),
    ("public_sector_quota", T("区级机关和事业单位每年报告", "yearly return of the district's organs and institutions")),
    ("soe_recruitment_plan", T("区管国有企业", "enterprises managed by the district")),
)  # fmt: skip
_REPORT = (
    ("employment_fraud_report", T("谁都可以，可以不写名字", "anyone may, without a name")),
)  # fmt: skip
SITUATIONS = (
    (T("我想找一份工作", "I am looking for work"), _WORK),
    (T("我自己缴社保", "I pay my own social insurance"), _INSURANCE),
    (T("我在上学、学技能", "I am studying or learning a skill"), _LEARNING),
    (T("我们是用人单位", "We are an employer"), _UNITS),
    (T("我看到有问题", "I noticed something wrong"), _REPORT),
)


@dataclass(frozen=True)
class Benefit:
    """One measure as the first page lists it; `way`: how it is applied for (`way_of`)."""

    measure: Measure
    what: T
    way: str


def way_of(code: str, open_now: Collection[str]) -> str:
    """How a measure is applied for: `online`; by its rounds, of which one takes applications (`round`) or none does now
    (`rounds`); else `call`. `open_now`: the measures whose rounds take applications."""
    if code in PLANS:
        return "round" if code in open_now else "rounds"
    return "online" if online_purpose(code) is not None else "call"


def by_situation(district_id: int) -> list[tuple[T, list[Benefit]]]:
    """Every measure, grouped."""
    open_now = plans_taking_applications(district_id, localdate())
    return [
        (situation, [Benefit(measure(code), what, way_of(code, open_now)) for code, what in those])
        for situation, those in SITUATIONS
    ]
