"""A register asked over HTTP, against the demonstration's simulator and worse: what is tried again, what is not, and that
nothing personal is left anywhere."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts.identity import IdentityRefused
from casework.registers import BANK, CERTIFICATE, IDENTITY, INSURANCE, REGISTERS, Register, client
from casework.registers.client import BACK_OFF, Unanswered, ask, ask_several
from casework.registers.identity import RegisterIdentity
from demo import registers as simulator
from demo.invented import APPLICANTS, number_of
from tests.registers.served import registers

WHO = {"number": number_of(3), "name": APPLICANTS[3][0]}


def reason_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Unanswered) as failed:
        act()
    return failed.value.reason


@pytest.fixture
def answering(settings: Any) -> Iterator[Any]:
    with registers(settings) as server:
        yield server


@pytest.fixture
def scripted(settings: Any) -> Iterator[Any]:
    """A register that answers as it is told, one try after the other: (status, bytes)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            server.paths.append(self.path)
            status, content = server.script.pop(0) if server.script else (503, b"")
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.script, server.bodies, server.paths = [], [], []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.REGISTERS = {"identity": f"http://127.0.0.1:{server.server_address[1]}"}
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("register", [IDENTITY, CERTIFICATE, INSURANCE], ids=lambda one: one.code)
def test_each_register_knows_the_invented_people_and_nobody_else(answering: Any, register: Register):
    assert ask(register, WHO)
    assert ask(register, {"number": "999999199001010000", "name": ""}) is None


def test_an_account_is_checked_with_its_holder(answering: Any):
    assert ask(BANK, {"account": "6210000000000000", "name": "示例"}) == {"matches": True}
    assert ask(BANK, {"account": "9", "name": "示例"}) is None


def test_a_busy_register_is_asked_again_and_then_answers(scripted: Any):
    good = b'{"found": true, "birth_date": "1990-01-01", "gender": "male", "district_resident": true, "more": 1}'
    scripted.script = [(503, b""), (502, b""), (200, good)]
    pauses: list[float] = []
    assert ask(IDENTITY, WHO, sleep=pauses.append) == {
        "birth_date": "1990-01-01", "gender": "male", "district_resident": True,
    }  # fmt: skip
    assert pauses == list(BACK_OFF)
    assert len(scripted.bodies) == 3


def test_it_is_asked_three_times_at_most(scripted: Any):
    assert reason_of(lambda: ask(IDENTITY, WHO, sleep=lambda _: None)) == "busy"
    assert len(scripted.bodies) == 3


def test_what_must_not_be_asked_twice_is_asked_once(scripted: Any):
    once = Register("identity", IDENTITY.title, IDENTITY.asks, IDENTITY.answers, "/x", IDENTITY.read, idempotent=False)
    assert reason_of(lambda: ask(once, WHO)) == "busy"
    assert len(scripted.bodies) == 1


@pytest.mark.parametrize(
    ("status", "content", "reason"),
    [
        (400, b"{}", "refused"), (404, b"{}", "refused"), (500, b"{}", "refused"), (302, b"", "refused"),
        (200, b"<html>", "garbage"), (200, b"[]", "garbage"), (200, b'{"found": "yes"}', "garbage"),
        (200, b'{"found": true}', "garbage"), (200, b"\xff\xfe", "garbage"),
        (200, b'{"found": true, "birth_date": "1990-13-01", "gender": "male", "district_resident": true}', "garbage"),
        (200, b'{"found": true, "birth_date": "1990-01-01", "gender": "x", "district_resident": true}', "garbage"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_no_answer_and_not_asked_for_again(scripted: Any, status: int, content: bytes, reason: str):
    scripted.script = [(status, content)]
    assert reason_of(lambda: ask(IDENTITY, WHO)) == reason
    assert len(scripted.bodies) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"flexible_employment": True, "months": "all"},
        {"flexible_employment": True, "months": ["2026-01"]},
        {"flexible_employment": True, "months": [{"month": "2026-01", "paid_on_time": True}]},
        {"flexible_employment": True, "months": [{"month": "2026-01", "paid_on_time": True, "paid_in_full": True}] * 2},
        {"months": []},
    ],
)
def test_months_that_are_not_as_agreed_are_garbage(said: dict[str, Any]):
    from policy import FormError

    with pytest.raises(FormError):
        INSURANCE.read(said)


def test_an_answer_without_end_is_not_read_to_the_end(settings: Any):
    with registers(settings, identity="large"):
        assert reason_of(lambda: ask(IDENTITY, WHO)) == "too_large"


def test_a_page_of_maintenance_is_no_answer(settings: Any):
    with registers(settings, identity="garbage"):
        assert reason_of(lambda: ask(IDENTITY, WHO)) == "garbage"


def test_a_slow_register_is_not_waited_for(settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "READ_SECONDS", 0.1)
    monkeypatch.setattr(simulator, "SLOW_SECONDS", 0.5)
    with registers(settings, identity="slow") as server:
        assert reason_of(lambda: ask(IDENTITY, WHO, sleep=lambda _: None)) == "timeout"
        assert server.asked == ["identity"] * 3


def test_the_whole_ends_even_where_tries_are_left(settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client, "BACK_OFF", (client.WHOLE_SECONDS,))  # the next try would be too late
    with registers(settings, identity="down") as server:
        assert reason_of(lambda: ask(IDENTITY, WHO)) == "busy"
        assert server.asked == ["identity"]


def test_a_closed_port_is_unreachable(settings: Any):
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        settings.REGISTERS = {"identity": f"http://127.0.0.1:{place.getsockname()[1]}"}
    assert reason_of(lambda: ask(IDENTITY, WHO, sleep=lambda _: None)) == "unreachable"


def test_a_register_without_tls_where_tls_was_named_is_refused(answering: Any, settings: Any):
    settings.REGISTERS = {"identity": answering.url.replace("http://", "https://")}
    assert reason_of(lambda: ask(IDENTITY, WHO, sleep=lambda _: None)) == "tls"


def test_what_is_not_connected_is_not_asked(settings: Any):
    settings.REGISTERS = {}
    assert reason_of(lambda: ask(IDENTITY, WHO)) == "not_connected"


def test_several_are_asked_at_once_and_one_that_fails_stops_none(settings: Any):
    with registers(settings, identity="garbage"):
        answers = ask_several({IDENTITY: WHO, CERTIFICATE: WHO})
    assert isinstance(answers["identity"], Unanswered)
    assert answers["disability_certificate"]["level"] == "4"  # type: ignore[index,call-overload]
    assert ask_several({}) == {}


def test_numbers_stand_in_no_address_log_or_error(scripted: Any, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    with pytest.raises(Unanswered) as failed:
        ask(IDENTITY, WHO, sleep=lambda _: None)
    assert set(scripted.paths) == {"/identity"}
    told = caplog.text + repr(failed.value) + repr(failed.value.__cause__)
    assert WHO["number"] not in told
    assert WHO["number"].encode() in scripted.bodies[0]


def test_every_failure_has_its_words():
    from casework.wording import REGISTER_FAILURES

    assert {"busy", "refused", "garbage", "too_large", "timeout", "unreachable", "tls", "not_connected"} <= set(
        REGISTER_FAILURES
    )
    assert set(REGISTERS) == set(simulator.PATHS.values())


class TestSigningInByTheRegister:
    def test_it_vouches_for_whom_it_knows(self, answering: Any):
        assert RegisterIdentity().prove(f" {WHO['number']} ", WHO["name"]).number == WHO["number"]

    @pytest.mark.parametrize(("number", "reason"), [("123", "number"), ("99999919000101001X", "number")])
    def test_a_wrong_number_is_told_before_anybody_is_asked(self, answering: Any, number: str, reason: str):
        with pytest.raises(IdentityRefused, match=reason):
            RegisterIdentity().prove(number, "示例")
        assert answering.asked == []

    def test_somebody_else_is_unknown_and_an_outage_is_no_ones_mistake(self, settings: Any):
        from tests.factories import identity_number

        with registers(settings), pytest.raises(IdentityRefused, match="unknown"):
            RegisterIdentity().prove(identity_number(7), "示例")
        with registers(settings, identity="garbage"), pytest.raises(IdentityRefused, match="unreachable"):
            RegisterIdentity().prove(WHO["number"], WHO["name"])
