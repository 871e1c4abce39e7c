"""A person's month of social insurance (按人按月): what is left after the HR&SS subsidy, each person capped by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.claim import NOTHING, Claim, Earlier, half_up
from policy.conditions import named
from policy.facts import Bool, Choice, Fact, Money, Option, Row, Table, Text
from policy.shared.insurance import CLEAR, IN_FULL, INSURANCE, ON_TIME, Bar, on_base_floor, unpaid
from policy.text import Lines, T

OWNER = Choice((Option("owner", T("业主", "owner")), Option("employee", T("雇员", "employee"))), may_be_unsure=True)
PEOPLE = Table(
    (
    Fact("name", Text(), T("姓名", "Name")),
    Fact("disabled", Bool(), T("是残疾人吗", "Disabled?")),
    Fact("role", OWNER, T("业主还是雇员", "Owner or employee")),
    ON_TIME, IN_FULL,
    Fact("paid", Money(), T("缴了多少元", "Paid, in yuan"), hint=T("单位和个人两部分加起来。", "Both parts together.")),
    Fact("hrss_subsidy", Money(), T("人社补了多少元", "HR&SS subsidy, in yuan"), hint=T("没有补就写 0。", "0 if none.")),
    )
)  # fmt: skip

COVERED = T("{which}，不能重复享受", "{which}; not enjoyed twice")
PERSON_ZERO, PERSON_SUM = (
    T("{name}：{why}，0 元", "{name}: {why}, 0"),
    T(
        "{name}：{paid} − {subsidy} = {rest}，限额 {limit}，补 {amount} 元",
        "{name}: {paid} − {subsidy} = {rest}, limit {limit}: {amount}",
    ),
)
PERSON_OPEN, _NAMELESS = T("{name}：还不能算", "{name}: not worked out yet"), T("这个人", "this person")
NOBODY, MANY = T("没有残疾人", "nobody disabled"), T("{lines}（{floor}）", "{lines} ({floor})")


@dataclass(slots=True)
class Part:
    """One disabled person's part of a month, in yuan; None while ``missing`` names what it lacks."""

    person: Row
    amount: Decimal | None
    why: T
    missing: tuple[str, ...] = ()


def parts_of_month(claim: Claim, path: str, row: Row, rate: str) -> Iterator[Part]:
    """The parts of the disabled people of a month, each capped by themselves; nobody while they are unknown."""
    limit, _, lacks = on_base_floor(claim, row["month"], rate)
    for number, one in enumerate(row["people"] or ()):
        if one["disabled"] is False:
            continue
        where, words = f"{path}.people[{number}]", {"name": one["name"] or _NAMELESS}
        bars = (unpaid(where, one), _covered(claim, row["month"], where, one))
        why = next((bar.why for bar in bars if bar.why is not None), None)
        if why is not None:
            yield Part(one, NOTHING, PERSON_ZERO.filled_from({**words, "why": why}))
            continue
        missing = [f"{where}.{name}" for name in ("disabled", "paid", "hrss_subsidy") if one[name] is None]
        missing += [name for bar in bars for name in bar.missing]
        if missing or limit is None:
            yield Part(one, None, PERSON_OPEN.filled_from(words), (*missing, *lacks))
            continue
        rest = half_up(one["paid"] - one["hrss_subsidy"])
        sums = {"paid": one["paid"], "subsidy": one["hrss_subsidy"], "rest": rest, "limit": limit}
        amount = min(rest, limit)
        yield Part(one, amount, PERSON_SUM.filled_from({**words, **sums, "amount": amount}))


def people_of_month(claim: Claim, path: str, row: Row, rate: str) -> tuple[Decimal | None, T, tuple[str, ...]]:
    """The sum of a month's disabled people, its working, and what it lacks."""
    if row["people"] is None:
        return None, NOBODY, (f"{path}.people",)
    parts = list(parts_of_month(claim, path, row, rate))
    missing = dict.fromkeys(name for part in parts for name in part.missing)
    floor = on_base_floor(claim, row["month"], rate)[1]
    working = MANY.filled_from({"lines": Lines(part.why for part in parts), "floor": floor}) if parts else NOBODY
    total = sum([part.amount for part in parts if part.amount is not None], NOTHING)
    return (None if missing else total), working, tuple(missing)


def covered_for_everyone(claim: Claim, month: date) -> Bar:
    """五1: an earlier benefit that concerns everyone of the month, whoever they are."""
    for earlier in claim.earlier(INSURANCE):
        if month in earlier.keys.get("month", ()) and _is_for_everyone(earlier):
            return Bar(COVERED.fill(which=named(earlier)))
    return CLEAR


def _covered(claim: Claim, month: date, path: str, one: Row) -> Bar:
    """五1: an earlier 6 concerns the owner, an earlier 8 everyone of the month, one with a name that person."""
    missing = list[str]()
    for earlier in claim.earlier(INSURANCE):
        if month not in earlier.keys.get("month", ()):
            continue
        column, wanted = ("name", earlier.name) if earlier.name is not None else ("role", "owner")
        if _is_for_everyone(earlier) or one[column] == wanted:
            return Bar(COVERED.fill(which=named(earlier)))
        if one[column] is None:
            missing.append(f"{path}.{column}")
    return Bar(missing=tuple(missing)) if missing else CLEAR


def _is_for_everyone(earlier: Earlier) -> bool:
    return earlier.name is None and not earlier.own and earlier.type != "flexible_employment_subsidy"
