"""How a message leaves the house. A channel takes the message in words; it must bear the same one twice (`key`)."""

import json
from dataclasses import asdict, dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Outgoing:
    """A message in words, without personal data beyond the reference. `to` is the account or the department."""

    key: str
    audience: str
    to: str
    reference: str
    title: str
    text: str


class Channel(Protocol):
    def send(self, message: Outgoing) -> None:
        """Hand it over; raises OSError where that fails, and it is tried again."""


class FileChannel:
    """The demonstration's channel: one line of JSON a message into a file."""

    def send(self, message: Outgoing) -> None:
        path = settings.OUTBOX_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")


def channel() -> Channel:
    """The channel that the settings name."""
    made: Channel = import_string(settings.MESSAGE_CHANNEL)()
    return made
