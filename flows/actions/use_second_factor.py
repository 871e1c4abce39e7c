"""An officer proves themselves by their second factor (使用第二道验证): the phone's code, or a recovery code."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework.record import write_on
from casework.second_factor import RECOVERY_DIGITS, matching_recovery, matching_steps, secret_of
from flows.errors import Invalid, NotAllowed
from flows.officers import district_of, locked_factor
from policy import T

CODE = "one_time_code"
WRONG = T(
    "这个码不对。请看手机上现在的 6 位码再输；总是不对，请把手机的时间改成自动。",
    "This code is not right. Please type the one on the phone now; if it fails again, set the phone's clock to automatic.",
)
USED = T(
    "这个码刚才用过了，一个码只能用一次。请等手机上换了新的再输。",
    "This code has been used, and each works once. Please wait until the phone shows the next one.",
)
WRONG_RECOVERY = T(
    "这个恢复码不对，或者已经用过了。请换一个没用过的，12 位数字。",
    "This recovery code is not right or has been used. Please type one that was not, 12 digits.",
)


def use_second_factor(*, code: str, by: Actor, now: datetime, recovery: bool = True) -> str:
    """How the officer proved themselves: `code` or `recovery`. Digits alone: six, or twelve where those may be used.

    Each code works once: what was taken is written while the account is locked. Raises Invalid where it does not count.
    """
    if recovery and len(code) == RECOVERY_DIGITS:
        use_recovery_code(code=code, by=by, now=now)
        return "recovery"
    use_code(code=code, by=by, now=now)
    return "code"


def use_code(*, code: str, by: Actor, now: datetime) -> None:
    """The phone's code of now, or of 30 seconds earlier or later, is taken. Raises Invalid."""
    if by.user is None:
        raise NotAllowed("no_post")
    with transaction.atomic():
        factor = locked_factor(by.user)
        secret = secret_of(factor)
        steps = matching_steps(secret, code, now) if secret else []
        if factor is None or not steps:
            raise Invalid(**{CODE: WRONG})
        if steps[0] <= factor.last_step:
            raise Invalid(**{CODE: USED})
        factor.last_step = steps[0]
        factor.save(update_fields=["last_step"])


def use_recovery_code(*, code: str, by: Actor, now: datetime) -> None:
    """One of the ten recovery codes is crossed out, and that is recorded. Raises Invalid."""
    if by.user is None:
        raise NotAllowed("no_post")
    with transaction.atomic():
        factor = locked_factor(by.user)
        found = matching_recovery(factor, code) if factor is not None and secret_of(factor) else None
        if factor is None or found is None:
            raise Invalid(**{CODE: WRONG_RECOVERY})
        found["used_at"] = now.isoformat(timespec="seconds")
        factor.save(update_fields=["recovery"])
        write_on(
            by.user, "recovery_code_used", by, now, district_id=district_of(by.user),
            details={"left": factor.recovery_left},
        )  # fmt: skip
