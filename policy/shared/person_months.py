"""A person's month of social insurance (按人按月): what is left after the HR&SS subsidy, each person capped by themselves."""

from datetime import date
from decimal import Decimal

from policy.claim import NOTHING, Claim, half_up
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
NOBODY, MANY = T("没有残疾人", "nobody disabled"), T("{lines}（{floor}）", "{lines} ({floor})")


def people_of_month(
    claim: Claim, month: date, rate: str, people: list[tuple[str, Row]]
) -> tuple[Decimal | None, T, tuple[str, ...]]:
    """The sum of the disabled people of one month, each capped by themselves."""
    total, lines, missing = NOTHING, list[T](), list[str]()
    limit, floor, lacks = on_base_floor(claim, month, rate)
    for path, one in people:
        if one["disabled"] is False:
            continue
        bars = (unpaid(path, one), _covered(claim, month, path, one))
        why = next((bar.why for bar in bars if bar.why is not None), None)
        if why is not None:
            lines.append(PERSON_ZERO.filled_from({"name": one["name"] or "", "why": why}))
            continue
        unknown = [f"{path}.{name}" for name in ("disabled", "paid", "hrss_subsidy") if one[name] is None]
        unknown += [name for bar in bars for name in bar.missing]
        missing += [*unknown, *lacks]
        if not unknown and limit is not None:
            rest = half_up(one["paid"] - one["hrss_subsidy"])
            amount = min(rest, limit)
            total += amount
            lines.append(
                PERSON_SUM.filled_from(
                    {
                        "name": one["name"] or "",
                        "paid": one["paid"],
                        "subsidy": one["hrss_subsidy"],
                        "rest": rest,
                        "limit": limit,
                        "amount": amount,
                    }
                )
            )
    working = MANY.filled_from({"lines": Lines(lines), "floor": floor}) if lines else NOBODY
    return (None if missing else total), working, tuple(dict.fromkeys(missing))


def _covered(claim: Claim, month: date, path: str, one: Row) -> Bar:
    """五1: an earlier 6 concerns the owner, an earlier 8 everyone of the month, one with a name that person."""
    missing = list[str]()
    for earlier in claim.earlier(INSURANCE):
        if month not in earlier.keys.get("month", ()):
            continue
        column, wanted = ("name", earlier.name) if earlier.name is not None else ("role", "owner")
        everyone = earlier.name is None and not earlier.own and earlier.type != "flexible_employment_subsidy"
        if everyone or one[column] == wanted:
            return Bar(COVERED.fill(which=named(earlier)))
        if one[column] is None:
            missing.append(f"{path}.{column}")
    return Bar(missing=tuple(missing)) if missing else CLEAR
