"""Life events (人生大事): what somebody is about to do, and the measures that it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policy.facts import Bool, Fact
from policy.predicates import Is, Not, Predicate
from policy.text import T


@dataclass(frozen=True)
class Event:
    """``codes`` are the measures that one set of answers decides; ``told`` those that nobody applies for by themselves:
    recruitment rounds and the work of the bases."""

    key: str
    title: T
    hint: T
    codes: tuple[str, ...]
    told: tuple[str, ...] = ()
    for_units: bool = False


_ROUNDS = ("government_employee_recruitment", "community_worker_recruitment")

LIFE_EVENTS: Final[tuple[Event, ...]] = (
    Event(
        "studying", T("我在上学，或者快毕业了", "I am studying, or about to graduate"),
        T("学费、升学的奖励，毕业以后找工作。", "Tuition, the award for admission, and work after school."),
        ("tuition_subsidy", "admission_award", "employment_service"), _ROUNDS,
    ),
    Event(
        "work", T("我要找工作，或者刚开始工作", "I am looking for work, or starting my first job"),
        T("招聘会、就业推荐、留给残疾人的岗位。", "Job fairs, referral, and posts that are reserved."),
        ("direct_admission", "employment_service"), (*_ROUNDS, "sheltered_employment_project"),
    ),
    Event(
        "business", T("我要开店、创业", "I am starting a business"),
        T("自己缴社保的补贴、创业辅导。", "A subsidy for your social insurance, and coaching."),
        ("self_employment_subsidy", "employment_service"),
    ),
    Event(
        "insurance", T("我自己缴社保", "I pay my own social insurance"),
        T("灵活就业，或者自己开店。", "As a flexible worker, or with a shop of your own."),
        ("flexible_employment_subsidy", "self_employment_subsidy"),
    ),
    Event(
        "skill", T("我在学技能、考证书", "I am learning a skill or taking a certificate"),
        T("技能培训、成人教育。", "Skills training and adult education."),
        ("tuition_subsidy", "skills_training_match", "employment_service"),
    ),
    Event(
        "competition", T("我比赛得了奖", "I won a prize in a competition"),
        T("技能竞赛、全国和国际的比赛。", "Skills competitions, national and international ones."),
        ("direct_admission", "competition_award"),
    ),
    Event(
        "sheltered_unit", T("我们要办残疾人集中就业单位", "We are opening a unit that concentrates disabled staff"),
        T("场地、设备的花费，一次性的开办费。", "Premises, equipment, and the one-off start-up grant."),
        ("concentrated_employer_subsidy", "concentrated_employer_startup_grant", "over_quota_reward"), for_units=True,
    ),
    Event(
        "employer", T("我们单位有残疾职工，或者想招", "We employ disabled people, or want to"),
        T("应当安排几个人，多安排了有没有奖励。", "How many you should employ, and the reward for more."),
        ("public_sector_quota", "soe_recruitment_plan", "over_quota_reward"), for_units=True,
    ),
    Event(
        "everything", T("我想把个人的都看一遍", "Show me everything for a person"),
        T("题目多一些，一项都不漏。", "More questions, and nothing is left out."),
        (
            "direct_admission", "flexible_employment_subsidy", "self_employment_subsidy", "tuition_subsidy",
            "admission_award", "skills_training_match", "competition_award", "employment_service",
        ),
        (*_ROUNDS, "sheltered_employment_project"),
    ),
    Event(
        "everything_unit", T("我想把单位的都看一遍", "Show me everything for a unit"),
        T("题目多一些，一项都不漏。", "More questions, and nothing is left out."),
        (
            "public_sector_quota", "soe_recruitment_plan", "concentrated_employer_subsidy",
            "concentrated_employer_startup_grant", "over_quota_reward",
        ),
        for_units=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Gate:
    """A yes-or-no question before a measure's own, where several are checked at once: for whom the measure is at all.

    It is not asked, and the measure left out, where the answers so far (by their keys) say that it is for others.
    """

    fact: Fact
    not_for: Predicate


GATES: Final[Mapping[str, Gate]] = {
    "soe_recruitment_plan": Gate(
        Fact(
            "district_enterprise", Bool(),
            T("单位是区管国有企业吗？", "Is the unit a state-owned enterprise of the district?"),
            hint=T("由区国资委管理的企业。", "One that the district's State Assets commission manages."),
            why=T("招聘计划里留岗位，是对区管国有企业的要求。", "Only these must keep posts in their recruitment plans."),
        ),
        Not(Is("public_sector_quota-unit_kind", "none_of_these")),
    ),
}  # fmt: skip


def event_of(key: str) -> Event | None:
    """The event of a key; None for a key that is none."""
    return next((event for event in LIFE_EVENTS if event.key == key), None)
