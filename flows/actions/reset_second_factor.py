"""An administrator resets an officer's second factor (重设第二道验证): the phone is lost, the recovery codes too."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid
from flows.officers import district_of, locked_factor, officer_for
from policy import T

SPEC = access.register_action(ActionSpec("reset_second_factor", needs="any_case", holder="administrators", proof=True))
MOST = 500
WHY = T(
    "请写明为什么重设，比如“手机丢了，本人当面来说的”。",
    "Please say why, such as “the phone is lost; they came in person”.",
)
SHORTER = T("理由最多 500 个字。请写短一些。", "The reason may have 500 characters. Please shorten it.")


def reset_second_factor(*, user_id: int, reason: str, by: Actor, now: datetime) -> None:
    """The device and its recovery codes are forgotten and every session of the officer ends; they set up a new one.

    Raises NotThere, NotAllowed("not_ones_own_account"), ProofNeeded, Invalid without a reason, and
    AlreadyDone("no_second_factor") where none is set up.
    """
    user = officer_for(by, "reset_second_factor", user_id, now)
    if not reason.strip():
        raise Invalid(reason=WHY)
    if len(reason) > MOST:
        raise Invalid(reason=SHORTER)
    with transaction.atomic():
        factor = locked_factor(user)
        if factor is None or factor.confirmed_at is None:
            raise AlreadyDone("no_second_factor")
        factor.secret, factor.confirmed_at, factor.recovery = None, None, []
        factor.save()
        write_on(
            user, "second_factor_reset", by, now, district_id=district_of(user), sealed={"reason": reason.strip()},
            key=factor.key,
        )  # fmt: skip
