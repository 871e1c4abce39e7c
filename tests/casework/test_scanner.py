"""The virus scanner at the other end of a socket: asked for each upload where one is configured, and never assumed."""

import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from casework import scanner
from casework.evidence import BadFile, read_upload
from tests.casework.test_evidence import picture

HARMFUL = b"X5O!P%@AP-invented-and-harmless"


class Clamd:
    """One that knows one file; `answers` is what it says of others."""

    def __init__(self, answers: bytes = b"stream: OK\0") -> None:
        self.answers, self.seen = answers, b""
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as read:
                assert read.read(10) == b"zINSTREAM\0"
                self.seen = b""
                while size := struct.unpack("!L", read.read(4))[0]:
                    self.seen += read.read(size)
                line.sendall(b"stream: Invented-1 FOUND\0" if HARMFUL in self.seen else self.answers)


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    one = Clamd()
    settings.CLAMD = one.address
    yield one
    one.server.close()


def test_what_the_scanner_knows_is_refused(clamd: Clamd):
    with pytest.raises(BadFile, match="knows this file as harmful"):
        read_upload("a.jpg", picture("JPEG") + HARMFUL)


def test_what_it_does_not_know_is_shown_to_it_whole_and_taken(clamd: Clamd):
    content = picture("JPEG")
    assert read_upload("a.jpg", content).media_type == "image/jpeg"
    assert clamd.seen == content


def test_a_large_file_goes_in_pieces(clamd: Clamd):
    content = b"x" * 200_000
    assert not scanner.knows(content)
    assert clamd.seen == content


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"\xff\0"])
def test_an_answer_that_is_none_lets_nothing_through(clamd: Clamd, answer: bytes):
    clamd.answers = answer
    with pytest.raises(BadFile, match="cannot be checked"):
        read_upload("a.jpg", picture("JPEG"))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock"])
def test_a_scanner_that_does_not_answer_lets_nothing_through(settings: Any, address: str):
    settings.CLAMD = address
    with pytest.raises(BadFile, match="cannot be checked"):
        read_upload("a.jpg", picture("JPEG"))


def test_without_one_nobody_is_asked(settings: Any):
    settings.CLAMD = ""
    assert read_upload("a.jpg", picture("JPEG")).pages == 1
