"""Asking a register over HTTP: short time-outs, few retries, nothing personal in an address, a log or an error.

Plain functions that know no database: they are called before a transaction, and what they bring is handed to actions.
"""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError, TimeoutError

from casework.registers import Register
from policy import FormError

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 1.0, 3.0, 5.0
BACK_OFF: Final = (0.2, 0.4)  # before the second try and the third, the last
LARGEST: Final = 256 * 1024
BUSY: Final = frozenset({502, 503, 504})

_pool = urllib3.PoolManager(num_pools=8, maxsize=8, block=False, retries=False, cert_reqs="CERT_REQUIRED")


class Unanswered(Exception):
    """No answer that can be used. `reason` is a key of `wording.REGISTER_FAILURES`, and says nothing of whom it was about."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Passing(Unanswered):
    """What may be over in a moment: the line or the server, not what was asked."""


def ask(
    register: Register, body: Mapping[str, Any], *, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any] | None:
    """What the register answers, checked; None where it does not know what was asked about. Raises Unanswered.

    The whole takes `WHOLE_SECONDS` at most. What was asked stands in the body, never in the address.
    """
    if not register.is_connected:
        raise Unanswered("not_connected")
    end = time.monotonic() + WHOLE_SECONDS
    pauses = BACK_OFF if register.idempotent else ()
    for pause in (*pauses, None):
        try:
            return _understood(register, _sent(register, body, end))
        except _Passing:
            if pause is None or time.monotonic() + pause >= end:
                raise
            sleep(pause)
    raise AssertionError("the last try returns or raises")


def ask_several(asked: Mapping[Register, Mapping[str, Any]]) -> dict[str, dict[str, Any] | Unanswered | None]:
    """Several registers at once; by code what each answered, or why not."""

    def one(register: Register) -> dict[str, Any] | Unanswered | None:
        try:
            return ask(register, asked[register])
        except Unanswered as failure:
            return failure

    if not asked:
        return {}
    with ThreadPoolExecutor(max_workers=len(asked)) as workers:
        return {register.code: answer for register, answer in zip(asked, workers.map(one, asked), strict=True)}


def _sent(register: Register, body: Mapping[str, Any], end: float) -> bytes:
    """The bytes of a 200. Raises Unanswered, or _Passing where another try may help."""
    left = max(0.1, end - time.monotonic())
    try:
        response = _pool.request(
            "POST", register.url.rstrip("/") + register.path, body=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json", "Accept": "application/json",
                "Authorization": f"Bearer {settings.REGISTER_TOKEN}",
            },
            timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=min(READ_SECONDS, left)),
            redirect=False, preload_content=False,
        )  # fmt: skip
        try:
            return _read(response, end)
        finally:
            response.release_conn()
    except HTTPError as error:
        raise _failed(error) from None  # urllib3 names the address; its message stays here


def _read(response: Any, end: float) -> bytes:
    if response.status in BUSY:
        response.close()
        raise _Passing("busy")
    if response.status != 200:
        response.close()
        raise Unanswered("refused")
    content = bytearray()
    while chunk := response.read1(16 * 1024):
        content += chunk
        if len(content) > LARGEST:
            response.close()
            raise Unanswered("too_large")
        if time.monotonic() > end:  # a drop at a time is no answer either
            response.close()
            raise Unanswered("timeout")
    return bytes(content)


def _failed(error: HTTPError) -> Unanswered:
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason is not None else error
    if isinstance(cause, SSLError):
        return Unanswered("tls")
    if isinstance(cause, NewConnectionError):  # also a TimeoutError by its class: the port is closed
        return _Passing("unreachable")
    return _Passing("timeout" if isinstance(cause, TimeoutError) else "unreachable")


def _understood(register: Register, content: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(content)
    except ValueError:
        raise Unanswered("garbage") from None
    if not isinstance(said, dict) or not isinstance(said.get("found"), bool):
        raise Unanswered("garbage")
    if not said["found"]:
        return None
    try:
        return register.read(said)
    except FormError:
        raise Unanswered("garbage") from None
