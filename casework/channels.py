"""How a message leaves the house: adapters for e-mail and text messages. Each must bear the same one twice (`key`)."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

_SECONDS: Final = 5


@dataclass(frozen=True)
class Outgoing:
    """A message in words, without personal data beyond the reference and the address that it goes to.

    An e-mail takes `subject` and `text`; a text message is `line`: one line of 70 Chinese characters at most.
    """

    key: str
    to: str
    language: str
    subject: str
    text: str
    line: str


class Unreachable(OSError):
    """Nobody answers at the other end: nothing else can be sent there now either."""


class Channel(Protocol):
    def send(self, message: Outgoing) -> None:
        """Hand it over; raises OSError where that fails, and it is tried again."""


class Email:
    """E-mail by Django's mail, in plain text. One connection for all that is sent; a broken one is opened anew."""

    def __init__(self) -> None:
        self._connection = get_connection()
        self._is_open = False

    def send(self, message: Outgoing) -> None:
        sender = settings.DEFAULT_FROM_EMAIL
        mail = EmailMessage(
            message.subject,
            message.text,
            sender,
            [message.to],
            headers={
                "Message-ID": f"<{message.key}@{parseaddr(sender)[1].rpartition('@')[2]}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": "en" if message.language.startswith("en") else "zh-Hans",
            },
            connection=self._opened(),
        )
        try:
            mail.send()
        except (OSError, ValueError) as error:  # a ValueError is an address or a header that cannot be written
            self.close()
            raise OSError(type(error).__name__) from error

    def close(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except OSError:  # it was broken: there is nothing left to close
            self._connection = get_connection()

    def _opened(self) -> object:
        if not self._is_open:
            try:
                self._connection.open()
            except OSError as error:
                raise Unreachable(type(error).__name__) from error
            self._is_open = True
        return self._connection


class FileSms:
    """The demonstration's text messages: one line of JSON each, into a file."""

    def send(self, message: Outgoing) -> None:
        path = settings.SMS_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(_said(message), ensure_ascii=False) + "\n")


class HttpSms:
    """Text messages by a gateway: a POST of JSON to SMS_URL, with SMS_TOKEN. Anything but a 2xx is a failure.

    It follows no redirect, so that the token goes nowhere else.
    """

    def send(self, message: Outgoing) -> None:
        where = urlsplit(settings.SMS_URL)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname or "", where.port, timeout=_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable(type(error).__name__) from error
        try:
            status = self._answer(connection, where.path + (f"?{where.query}" if where.query else ""), message)
        except http.client.HTTPException as error:
            raise OSError(type(error).__name__) from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise OSError(f"the gateway answered {status}")

    def _answer(self, connection: http.client.HTTPConnection, path: str, message: Outgoing) -> int:
        headers = {
            "Authorization": f"Bearer {settings.SMS_TOKEN}", "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.key,
        }  # fmt: skip
        connection.request("POST", path or "/", json.dumps(_said(message), ensure_ascii=False).encode(), headers)
        response = connection.getresponse()
        return response.status


def _said(message: Outgoing) -> dict[str, str]:
    return {"key": message.key, "to": message.to, "text": " ".join(message.line.split())}


def kinds() -> tuple[str, ...]:
    """The kinds of channel that this installation has: readers choose among them."""
    return (*(("email",) if settings.MAIL_IS_ON else ()), *(("sms",) if settings.SMS_IS_ON else ()))


@contextlib.contextmanager
def opened() -> Iterator[dict[str, Channel]]:
    """The adapter of every kind that this installation has, closed afterwards."""
    mail = Email()
    with contextlib.closing(mail):
        adapters: dict[str, Channel] = {"email": mail, "sms": import_string(settings.SMS_ADAPTER)()}
        yield {kind: adapters[kind] for kind in kinds()}
