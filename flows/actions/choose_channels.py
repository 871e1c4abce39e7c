"""How somebody wants to be reached (怎样通知您): add an address, confirm it by a one-time code, switch it, remove it.

The code goes straight to the address, after the commit, and is kept as a digest only. The record says which kind of
channel, never which address.
"""

import hmac
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from accounts.models import District, User
from casework.channels import Channel
from casework.models import ContactChannel, Mandate, SubjectKey
from casework.record import write_on
from casework.sealing import Erased, keyed_digest, new_key, seal, unseal
from casework.telling import outgoing_code
from flows.errors import Invalid, NotThere
from policy import T

CODE_LASTS: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
IN_USE: Final = T("这个地址已经在用了，不用再加。", "This one is in use already; there is nothing to add.")
NOT_SENT: Final = T(
    "验证码没有发出去。请再看一下写得对不对；过几分钟也可以再试。",
    "The code could not be sent. Please check what you wrote, or try again in a few minutes.",
)
OVER: Final = T(
    "验证码过了时间，或者试了太多次。请按“重新发验证码”。",
    "The code is too old, or was tried too often. Please press “Send a new code”.",
)
WRONG: Final = T(
    "验证码不对。请照收到的那 6 位数字再填一遍，还能试 {left} 次。",
    "The code is not right. Please type the 6 digits that you received; {left} tries are left.",
)


def add_channel(
    *, kind: str, address: str, by: Actor, now: datetime, district: District, language: str, through: Channel
) -> ContactChannel:
    """The address waits for the code that is sent to it; another one of the kind goes on until then.

    `address` is normalised. Raises Invalid at `address` where it is in use already or the code could not be sent: it
    waits all the same, and the code can be asked for again.
    """
    with transaction.atomic():
        user = _locked(by)
        for old in user.channels.filter(kind=kind, removed_at=None).select_related("key"):
            if old.confirmed_at is None:
                _remove(old, now)
            elif _address(old) == address:
                raise Invalid(address=IN_USE)
        key = _key_of(user, district)
        channel = ContactChannel.objects.create(
            district=district, user=user, kind=kind, key=key, address=seal(key, address), added_at=now
        )
        code = _new_code(channel, now)
        write_on(channel, "channel_added", by, now, details={"kind": kind})
    _send(channel, code, address, language, through)
    return channel


def send_code(*, channel_id: int, by: Actor, now: datetime, language: str, through: Channel) -> None:
    """A new code to an address that waits for one; the former is worth nothing any more. Raises NotThere, Invalid."""
    with transaction.atomic():
        channel = _own(channel_id, by)
        if channel.confirmed_at is not None:
            return
        if channel.key is None:
            raise NotThere
        code = _new_code(channel, now)
    _send(channel, code, unseal(channel.key, channel.address), language, through)


def confirm_channel(*, channel_id: int, code: str, by: Actor, now: datetime) -> None:
    """Messages go to the address from now on, and no more to the former of its kind.

    Raises NotThere where it is not the actor's, Invalid at `code`: a wrong one counts, five end it.
    """
    with transaction.atomic():
        channel = _own(channel_id, by)
        problem = None if channel.confirmed_at else _try_code(channel, code, now)
        if problem is None and channel.confirmed_at is None:
            for old in ContactChannel.objects.filter(
                user=channel.user, kind=channel.kind, removed_at=None, confirmed_at__isnull=False
            ):
                _remove(old, now)
            channel.confirmed_at, channel.code_digest, channel.code_until = now, "", None
            channel.save(update_fields=["confirmed_at", "code_digest", "code_until"])
            write_on(channel, "channel_confirmed", by, now, details={"kind": channel.kind})
    if problem is not None:  # outside, so that the try that was counted stays counted
        raise Invalid(code=problem)


def switch_channel(*, channel_id: int, on: bool, by: Actor, now: datetime) -> None:
    """On or off, at once; the relay sends nothing to one that is off, not even what waited. Raises NotThere."""
    with transaction.atomic():
        channel = _own(channel_id, by)
        if channel.is_on != on:
            channel.is_on = on
            channel.save(update_fields=["is_on"])
            write_on(channel, "channel_on" if on else "channel_off", by, now, details={"kind": channel.kind})


def remove_channel(*, channel_id: int, by: Actor, now: datetime) -> None:
    """The address is forgotten. Raises NotThere."""
    with transaction.atomic():
        channel = _own(channel_id, by)
        _remove(channel, now)
        write_on(channel, "channel_removed", by, now, details={"kind": channel.kind})


def _locked(by: Actor) -> User:
    """The account, locked: what is done to its channels at once happens one after the other."""
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id)


def _own(channel_id: int, by: Actor) -> ContactChannel:
    """The actor's own channel, with its account locked."""
    user = _locked(by)
    channel = user.channels.select_related("key", "district").filter(pk=channel_id, removed_at=None).first()
    if channel is None:
        raise NotThere
    return channel


def _key_of(user: User, district: District) -> SubjectKey:
    """The key of whoever has the account: the person's where it is their own, else one of the account's channels."""
    own = Mandate.objects.filter(user=user, capacity="self", until=None, person__isnull=False)
    mandate = own.select_related("person__key").first()
    if mandate is not None and mandate.person is not None and mandate.person.key is not None:
        return mandate.person.key
    earlier = user.channels.filter(key__isnull=False).select_related("key").first()
    if earlier is not None and earlier.key is not None:
        return earlier.key
    return new_key("officer" if user.kind == User.OFFICER else "person", district.pk)


def _address(channel: ContactChannel) -> str | None:
    try:
        address: str | None = unseal(channel.key, channel.address)
    except Erased:
        return None
    return address


def _new_code(channel: ContactChannel, now: datetime) -> str:
    code = f"{secrets.randbelow(1_000_000):06d}"
    channel.code_digest, channel.code_until, channel.code_tries = _digest(channel, code), now + CODE_LASTS, 0
    channel.save(update_fields=["code_digest", "code_until", "code_tries"])
    return code


def _digest(channel: ContactChannel, code: str) -> str:
    return keyed_digest(channel.key, f"{channel.pk}:{code}".encode())


def _try_code(channel: ContactChannel, code: str, now: datetime) -> T | None:
    """What is wrong with it; the try is counted before it is judged."""
    if channel.key is None or not channel.code_digest or channel.code_until is None or now >= channel.code_until:
        return OVER
    channel.code_tries += 1
    is_right = hmac.compare_digest(_digest(channel, code), channel.code_digest)
    if not is_right and channel.code_tries >= MOST_TRIES:
        channel.code_digest = ""
    channel.save(update_fields=["code_tries", "code_digest"])
    if is_right:
        return None
    left = MOST_TRIES - channel.code_tries
    return WRONG.fill(left=left) if left else OVER


def _send(channel: ContactChannel, code: str, to: str, language: str, through: Channel) -> None:
    try:
        through.send(outgoing_code(channel.district, code, key=str(uuid.uuid4()), to=to, language=language))
    except OSError as error:
        raise Invalid(address=NOT_SENT) from error


def _remove(channel: ContactChannel, now: datetime) -> None:
    channel.removed_at, channel.address, channel.code_digest = now, None, ""
    channel.save(update_fields=["removed_at", "address", "code_digest"])
