"""A pytest plugin, loaded before the settings: the test database, and no way out to the network.

It is named in pyproject.toml with `-p`, as pytest-django reads the settings before any conftest.py is read. Under
xdist the workers inherit the controller's DATABASE_URL and give their own databases a suffix.
"""

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import Any

from config import postgres

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = postgres.ensure("postgres-test")
os.environ.setdefault("MODE", "test")
# Playwright's synchronous API runs an event loop in the test's thread; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


class NetworkBlocked(RuntimeError):
    """A test tried to reach another machine."""


def pytest_configure() -> None:
    """Let connections reach this machine alone, so that no test depends on, or talks to, anything else."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
            raise NetworkBlocked(f"A test tried to connect to {address[0]}.")
        return original(self, address)

    return connect


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
