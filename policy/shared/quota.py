"""Required and missing numbers of disabled staff (按比例安排): what is required, what is employed, what is short."""

from __future__ import annotations

from dataclasses import dataclass

from policy.claim import Claim
from policy.facts import Fact, Integer
from policy.sums import ceil_share
from policy.text import T

CERTIFICATION = "certification"  # the yearly certification of units tells it (按比例就业网上认证)
STAFF = Fact(
    "staff", Integer(), T("单位一共有多少在职职工？", "How many people does the unit employ?"),
    hint=T("按全年平均在职人数填。", "The yearly average."),
    why=T("应当安排的人数按它算。", "The required number is worked out from it."), source=CERTIFICATION,
)  # fmt: skip
DISABLED_EMPLOYED = Fact(
    "disabled_employed", Integer(), T("在职职工里，有多少残疾人？", "How many of the staff are disabled?"),
    hint=T("持有效残疾人证的在职职工。", "Staff with a valid disability certificate."),
    why=T("和应当安排的人数比一比。", "We compare it with the required number."), source=CERTIFICATION,
)  # fmt: skip


@dataclass(slots=True)
class Required:
    """The required number; None while ``missing`` names what it lacks. ``at_most`` bounds it where it is unknown."""

    number: int | None
    missing: tuple[str, ...] = ()
    at_most: int | None = None


def share_of_staff(claim: Claim, share: str, staff: str) -> Required:
    """The parameter ``share`` of the fact ``staff``, rounded up."""
    missing, whole = list[str](), claim.number(staff)
    rate = claim.figure(share, missing)
    if whole is None:
        missing.append(staff)
    if rate is None or whole is None:
        return Required(None, tuple(missing))
    return Required(ceil_share(rate, whole))


def shown(**numbers: int | None) -> dict[str, object]:
    """The numbers that are known, as values beside the outcome."""
    return {name: number for name, number in numbers.items() if number is not None}


def shortfall(claim: Claim, required: Required) -> tuple[int | None, tuple[str, ...]]:
    """How many are short of the required number, at least 0; decided as soon as what is known decides it."""
    employed = claim.number("disabled_employed")
    if required.number == 0 or (employed is not None and required.at_most is not None and employed >= required.at_most):
        return 0, ()
    if required.number is not None and employed is not None:
        return max(0, required.number - employed), ()
    return None, (*required.missing, *(("disabled_employed",) if employed is None else ()))
