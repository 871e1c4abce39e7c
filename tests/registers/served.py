"""The demonstration's registers, in a thread of the test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo.registers import Registers

CODES = ("identity", "disability_certificate", "social_insurance", "bank_account")


@contextmanager
def registers(settings: Any, **modes: str) -> Iterator[Registers]:
    """They answer while it lasts, each as `modes` says; the settings lead to them."""
    server = Registers(0, dict(modes))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    before = settings.REGISTERS
    settings.REGISTERS = dict.fromkeys(CODES, server.url)
    try:
        yield server
    finally:
        settings.REGISTERS = before
        server.shutdown()
        server.server_close()
