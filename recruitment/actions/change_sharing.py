"""Change by hand how a plan's reserved posts are shared out (人工调整), before the plan is decided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.sealing import seal
from flows import engine
from flows.conclude import note
from flows.errors import Invalid, NotAllowed
from policy import T
from recruitment.models import SharingChange
from recruitment.queries import PLANS, sharing_of
from recruitment.rules import wrong_shares

SPEC = access.register_action(
    ActionSpec(
        "change_sharing", needs="open_case", holder="round_leaders", proof=True, states=frozenset({states.IN_REVIEW})
    )
)
LONGEST: Final = 1000
UNIT: Final = "unit:"  # before a unit's name, where its number is wrong
_WRONG: Final = {
    "units": T("单位和计划里的不一样。请按计划里的单位填。", "The units are not those of the plan."),
    "number": T("名额最少是 0。", "The number is 0 at least."),
    "above": T("名额不能多过这个单位的计划人数。", "No unit gets more reserved posts than it plans."),
}


def change_sharing(
    *, case_id: int, by: Actor, now: datetime, allocation: Mapping[str, int], reason: str, seen: int | None = None
) -> SharingChange:
    """The plan's sharing from now on; the total stays, no unit gets more than its plan, and there is a reason.

    Raises Invalid: a mistake at a unit under `unit:` and its name, the others under `total` and `reason`.
    """
    with engine.at_work(case_id=case_id, by=by, verb="change_sharing", now=now, seen=seen) as work:
        case = work.case
        sharing = sharing_of(case) if case.measure in PLANS else None
        if sharing is None:
            raise NotAllowed("not_at_this_step")
        _check(sharing.reserved, sharing.plan, allocation, reason)
        if dict(allocation) == sharing.stands:
            raise Invalid(total=T("和现在的分配一样，没有要改的。", "This is how it stands already; nothing changes."))
        made = SharingChange.objects.create(
            district_id=case.district_id, case=case, allocation=dict(allocation),
            reason=seal(case.key, reason.strip()), by_id=by.user_id, at=now,
        )  # fmt: skip
        note(
            work, "sharing_changed", raises_version=True, sealed={"reason": reason.strip()},
            details={"before": sharing.stands, "after": dict(allocation)},
        )  # fmt: skip
        return made


def _check(reserved: int, plan: Mapping[str, int], allocation: Mapping[str, int], reason: str) -> None:
    wrong: dict[str, T] = {}
    for unit, what in wrong_shares(reserved, plan, allocation).items():
        total = T("加起来要正好是 {n}，现在是 {now}。", "In all there must be {n}; there are {now}.")
        words = total.fill(n=reserved, now=sum(allocation.values())) if what == "total" else _WRONG[what]
        wrong[f"{UNIT}{unit}" if unit else "total"] = words
    if not reason.strip():
        wrong["reason"] = T("请写明为什么要调整。", "Please say why it is changed.")
    elif len(reason) > LONGEST:
        wrong["reason"] = T("理由最多 {most} 个字。", "The reason has {most} characters at most.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)
