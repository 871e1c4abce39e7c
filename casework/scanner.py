"""A virus scanner (clamd), where one is configured: each upload is shown to it before anything of it is kept.

`CLAMD` is `host:port` or the path of a socket; empty: there is none. The protocol is clamd's INSTREAM: the length of a piece
in four bytes, the piece, at last a length of zero; the answer is one line.
"""

import socket
import struct
from contextlib import closing
from typing import Final

from django.conf import settings

SECONDS: Final = 20
_PIECE, _LONGEST_ANSWER = 65_536, 4_096


class NotScanned(Exception):
    """The scanner did not answer, or not as agreed."""


def is_on() -> bool:
    return bool(settings.CLAMD)


def knows(content: bytes) -> bool:
    """Whether the scanner knows the bytes as harmful. Raises NotScanned."""
    try:
        with closing(_connected()) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _PIECE):
                piece = content[start : start + _PIECE]
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
            said = _line(line)
    except (OSError, ValueError) as error:
        raise NotScanned(type(error).__name__) from None
    if said.endswith(b" FOUND"):
        return True
    if said.endswith(b": OK"):
        return False
    raise NotScanned("answer")


def _connected() -> socket.socket:
    host, colon, port = settings.CLAMD.rpartition(":")
    if colon and port.isdigit():
        return socket.create_connection((host.strip("[]"), int(port)), SECONDS)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS)
    try:
        line.connect(settings.CLAMD)
    except OSError:
        line.close()
        raise
    return line


def _line(line: socket.socket) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < _LONGEST_ANSWER:
        if not (more := line.recv(_LONGEST_ANSWER)):
            break
        said += more
    return said.rstrip(b"\0\n ")
