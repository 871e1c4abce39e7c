"""Channels for the tests: an address confirmed as its reader would, and adapters that count what they are given."""

import re
from typing import Any

from accounts.actor import Actor
from casework.channels import Outgoing
from casework.models import ContactChannel
from flows.actions.choose_channels import add_channel, confirm_channel
from tests.factories import NOW, district

ADDRESSES = {"email": "reader-{n}@example.invalid", "sms": "1060000{n:04d}"}


class Counting:
    """An adapter that keeps what it is given; the first `failing` fail, and all to `never`."""

    def __init__(self, failing: int = 0, never: str = "", error: type[Exception] = OSError) -> None:
        self.sent: list[Outgoing] = []
        self.asked: list[str] = []
        self.failing, self.never, self.error = failing, never, error

    def send(self, message: Outgoing) -> None:
        self.asked.append(message.key)
        if self.failing or message.to == self.never:
            self.failing -= 1 if self.failing else 0
            raise self.error
        self.sent.append(message)

    @property
    def code(self) -> str:
        return re.findall(r"\d{6}", self.sent[-1].line)[-1]

    def to(self, address: str) -> list[Outgoing]:
        return [message for message in self.sent if message.to == address]


def reached(by: Actor, kind: str = "email", address: str = "", now: Any = NOW) -> str:
    """The actor has confirmed an address of the kind; which."""
    address = address or ADDRESSES[kind].format(n=by.user_id % 10_000)
    waiting = waits(by, kind, address, now)
    confirm_channel(channel_id=waiting[0].pk, code=waiting[1], by=by, now=now)
    return address


def waits(
    by: Actor, kind: str = "email", address: str = "me@example.invalid", now: Any = NOW
) -> tuple[ContactChannel, str]:
    """An address that waits for its code, and the code."""
    box = Counting()
    channel = add_channel(
        kind=kind, address=address, by=by, now=now, district=district(), language="zh-hans", through=box
    )
    return channel, box.code
