"""A recruitment round (招录): the reserved number and its sharing out among the recruiting units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from policy.claim import Claim
from policy.conditions import Condition, Finding
from policy.facts import Fact, Integer, Row, Table, Text
from policy.measure import DEPARTMENT, Evidence, Measure, Section
from policy.sums import ceil_share, shared_out
from policy.text import T

RESERVED_SHARE = "recruitment.reserved_share"


def _wrong_plan(rows: tuple[Row, ...]) -> T | None:
    if any(row["unit"] == "" for row in rows):
        return T("有一行没有写单位。请补上。", "A row names no unit. Please fill it in.")
    if None not in (posts := [row["posts"] for row in rows]) and sum(posts) < 1:
        return T(
            "计划总人数至少是 1。请核对每个单位的人数。", "The plan needs at least one post in all. Please check it."
        )
    return None


PLAN = Fact(
    "plan",
    Table(
        (
            Fact("unit", Text(), T("招录单位", "Recruiting unit")),
            Fact("posts", Integer(), T("计划招录人数", "Planned posts")),
        ),
        key="unit", keyed=False, check=_wrong_plan,
    ),
    T("这一次每个单位计划招多少人？", "How many posts does each unit plan in this round?"),
    hint=T("一个单位填一行，人数可以是 0。", "One row a unit; 0 is possible."),
    why=T("面向残疾人的名额按它算，再分给各单位。", "The reserved posts are worked out from it and shared out."),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WholePlan(Condition):
    """Every row of the plan names its unit and its posts."""

    def judge(self, claim: Claim) -> Finding:
        missing = ["plan"] if claim.facts["plan"] is None else []
        for path, row in claim.rows("plan"):
            missing += [f"{path}.{name}" for name in ("unit", "posts") if row[name] is None]
        claim.figure(RESERVED_SHARE, missing)
        return self.unknown(claim, missing) if missing else self.met(claim)


class RecruitmentRound(Measure):
    """The rule of both recruitments: at least the reserved share, at least one; by largest remainder."""

    applicant = DEPARTMENT
    quote: ClassVar[str]
    sections = (
        Section(
            "plan", T("招录计划", "Recruitment plan"), (PLAN,),
            (Evidence("plan_document", T("招录计划文件", "The plan's document"),
                      T("上传批准的计划。", "Upload the approved plan.")),),
        ),
    )  # fmt: skip

    def __init_subclass__(cls) -> None:
        cls.conditions = (
            WholePlan(
                rule=f"{cls.code}.plan", clause=cls.clause, quote=cls.quote, needs=("plan",),
                title=T("计划写全了", "The plan is complete"),
            ),
        )  # fmt: skip

    def values(self, claim: Claim) -> dict[str, object]:
        rows = [row for _, row in claim.rows("plan")]
        share = claim.figure(RESERVED_SHARE, [])
        if share is None or not rows or any(row["posts"] is None for row in rows):
            return {}
        reserved = reserved_posts(share, sum(row["posts"] for row in rows))
        if any(row["unit"] is None for row in rows):
            return {"reserved": reserved}
        return {"reserved": reserved, "allocation": shared_out(reserved, {row["unit"]: row["posts"] for row in rows})}


def reserved_posts(share: Decimal, total: int) -> int:
    """At least the share of the planned total, less than 1 counts as 1."""
    return max(1, ceil_share(share, total))
