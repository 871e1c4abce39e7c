"""The adapters: e-mail, text messages into a file, and a gateway on this machine that answers as it likes."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from casework.channels import Email, FileSms, HttpSms, Outgoing, Unreachable, kinds, opened

ROOT = Path(__file__).resolve().parents[2]
MESSAGE = Outgoing("a-key", "10600000001", "zh-hans", "标题", "正文", "一行，\n编号 MH26")


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.asked.append((self.path, dict(self.headers), json.loads(body)))
        if server.status:
            self.send_response(server.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

    def log_message(self, *given: Any) -> None:
        pass


@pytest.fixture
def gateway(settings: Any) -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Gateway)
    server.asked, server.status = [], 202
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/send?v=1", "a-secret"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_gateway_gets_key_number_and_one_line_with_the_token(gateway: Any):
    HttpSms().send(MESSAGE)
    path, headers, said = gateway.asked[0]
    assert path == "/send?v=1"
    assert said == {"key": "a-key", "to": "10600000001", "text": "一行， 编号 MH26"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer a-secret", "a-key")


@pytest.mark.parametrize("status", [301, 307, 400, 401, 429, 500, 503, 0])
def test_any_other_answer_or_none_is_a_failure_and_nothing_is_followed(gateway: Any, status: int):
    gateway.status = status
    with pytest.raises(OSError, match="answered|RemoteDisconnected"):
        HttpSms().send(MESSAGE)
    assert len(gateway.asked) == 1


def test_a_gateway_that_is_not_there_is_told_from_one_that_refuses(gateway: Any, settings: Any):
    settings.SMS_URL = "http://127.0.0.1:9/"
    with pytest.raises(Unreachable):
        HttpSms().send(MESSAGE)


def test_a_gateway_that_keeps_silent_is_left_after_five_seconds(monkeypatch: pytest.MonkeyPatch, gateway: Any):
    given: list[Any] = []
    import http.client

    original = http.client.HTTPConnection.__init__

    def noted(self: Any, *args: Any, **kwargs: Any) -> None:
        given.append(kwargs["timeout"])
        original(self, *args, **kwargs)

    monkeypatch.setattr(http.client.HTTPConnection, "__init__", noted)
    HttpSms().send(MESSAGE)
    assert given == [5]


def test_the_demonstration_writes_one_line_each(settings: Any):
    for _ in range(2):
        FileSms().send(MESSAGE)
    lines = settings.SMS_FILE.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"key": "a-key", "to": "10600000001", "text": "一行， 编号 MH26"}
    ] * 2


def test_an_address_that_cannot_be_written_is_a_failure_of_its_own():
    adapter = Email()
    with pytest.raises(OSError, match="Error"):
        adapter.send(Outgoing("k", "a@example.invalid\nBcc: b@example.invalid", "en", "s", "t", "l"))
    adapter.send(Outgoing("k", "a@example.invalid", "en", "s", "t", "l"))
    assert [one.to for one in mail.outbox] == [["a@example.invalid"]]


def test_a_mail_server_that_is_not_there_is_unreachable(settings: Any):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(Unreachable):
        Email().send(MESSAGE)


def test_what_the_installation_does_not_have_is_not_offered(settings: Any):
    assert kinds() == ("email", "sms")
    settings.SMS_IS_ON = False
    with opened() as through:
        assert set(through) == set(kinds()) == {"email"}


SECRETS = {"SECRET_KEY": "s" * 50, "MASTER_KEY": "m" * 50, "INDEX_KEY": "i" * 50, "IDENTITY_ADAPTER": "office.Identity"}
HTTP = {"SMS": "on", "SMS_ADAPTER": "casework.channels.HttpSms", "SMS_TOKEN": "t"}


def starts(**changes: str) -> bool:
    left_out = {"SMS", "SMS_ADAPTER", "SMS_URL", "SMS_TOKEN", "EMAIL_HOST", "DEFAULT_FROM_EMAIL"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**environment, "MODE": "production", **SECRETS, **changes},
    )  # fmt: skip
    assert done.returncode == 0 or "ImproperlyConfigured" in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize(
    ("changes", "does"),
    [
        ({}, True), ({"SMS": "on"}, False), ({**HTTP, "SMS_URL": "https://sms.example.invalid/"}, True),
        ({**HTTP, "SMS_URL": "http://sms.example.invalid/"}, False), (HTTP, False),
        ({"SMS": "on", "SMS_ADAPTER": "casework.channels.HttpSms", "SMS_URL": "https://sms.example.invalid/"}, False),
        ({"EMAIL_HOST": "mail.example.invalid"}, False),
        ({"EMAIL_HOST": "mail.example.invalid", "DEFAULT_FROM_EMAIL": "office@example.org"}, True),
    ],
)  # fmt: skip
def test_production_refuses_the_demonstrations_text_messages_only_where_they_are_on(
    changes: dict[str, str], does: bool
):
    assert starts(**changes) is does
