"""An officer sets up their second factor (设置第二道验证), the first time or with another phone."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework.models import SecondFactor
from casework.record import write_on
from casework.sealing import new_key, seal
from casework.second_factor import digested, matching_steps, new_recovery_codes
from flows.actions.use_second_factor import CODE, WRONG
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.officers import district_of, locked_factor


def set_up_second_factor(*, secret: str, code: str, replaces: datetime | None, by: Actor, now: datetime) -> list[str]:
    """The ten recovery codes, to be shown once. The device is in force from now, and what the old one gave is not.

    `secret` is what the phone was given, `code` what it shows for it. `replaces` is the moment at which the device that
    is given up was confirmed, None for the first: who proved themselves by a device that was replaced or reset since
    gets AlreadyDone("factor_set_up"). Raises Invalid where the code is not the secret's.
    """
    user = by.user
    if user is None or by.kind != "officer":
        raise NotAllowed("no_post")
    with transaction.atomic():
        factor = locked_factor(user)
        if (factor.confirmed_at if factor else None) != replaces:
            raise AlreadyDone("factor_set_up")
        steps = matching_steps(secret, code, now)
        if not steps:
            raise Invalid(**{CODE: WRONG})
        district_id = district_of(user)
        if factor is None:
            factor = SecondFactor(district_id=district_id, user=user)
        if factor.key is None:
            factor.key = new_key("officer", district_id)
        codes = new_recovery_codes()
        factor.secret, factor.confirmed_at, factor.last_step = seal(factor.key, secret), now, steps[0]
        factor.recovery = [digested(factor.key, one) for one in codes]
        factor.save()
        event = "second_factor_replaced" if replaces else "second_factor_set_up"
        write_on(user, event, by, now, district_id=district_id)
        return codes
