"""A world to look at: the demonstration district in a database of its own, served by the program that serves it really.

The district is built once in a run, as a template; every worker, and every test that wants to change something, takes
a copy of it, which costs a second instead of twenty.
"""

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config.env import ROOT
from tests import databases
from tests.browser.visitor import Visitor, sign_in

PATIENCE = 60  # seconds for the server's first answer
# A request that failed, the server's own alarm, and the line that ends a traceback.
COMPLAINTS = re.compile(
    r"^Internal Server Error: .*|^\[.*\[CRITICAL\].*|^Traceback[^\n]*\n(?:[ ].*\n|\n)*(?P<error>\S.*)", re.M
)


@dataclass
class World:
    """A database with its folder of files, and, once `start` was called, its server."""

    name: str
    var: Path
    cookies: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    url: str = ""
    server: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> str:
        return databases.named(self.name)

    @property
    def log(self) -> Path:
        return self.var / "server.log"

    def manage(self, *arguments: str) -> str:
        """Run a management command on this world; what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def signed_in(self, role: str) -> list[dict[str, str]]:
        """The cookies of somebody who has really signed in; once for each role, as it costs a password's hash."""
        if role not in self.cookies:
            self.cookies[role] = sign_in(Visitor(self.url), role)
        return self.cookies[role]

    def start(self) -> None:
        """Serve on a port that the kernel chooses; the socket is handed on, so that nobody can take it in between."""
        with socket.socket() as place:
            place.bind(("127.0.0.1", 0))
            place.listen(64)
            self.url = f"http://127.0.0.1:{place.getsockname()[1]}"
            options = ["--no-control-socket", "--workers", "2", "--threads", "2", "--log-level", "warning"]
            with self.log.open("ab") as log:
                self.server = subprocess.Popen(
                    [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"fd://{place.fileno()}", *options],
                    cwd=ROOT, env=self._environment(), stdout=log, stderr=log, pass_fds=[place.fileno()],
                )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("The server did not start:\n" + self.log.read_text(errors="replace"))
            time.sleep(0.1)

    def stop(self) -> None:
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(15)
            except subprocess.TimeoutExpired:
                self.server.kill()
                self.server.wait()

    def complaints(self) -> list[str]:
        """What the server's log has to say: the requests that failed, each once, and the tracebacks' last lines."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return list(dict.fromkeys(found["error"] or found[0] for found in COMPLAINTS.finditer(text)))

    def _is_ready(self) -> bool:
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _environment(self) -> dict[str, str]:
        left_out = {"EVIDENCE_DIR", "LETTERS_DIR", "EMAIL_HOST", "SMS_ADAPTER", "DEBUG", "PYTEST_CURRENT_TEST"}
        mine = {"DATABASE_URL": databases.url(self.database), "VAR_DIR": str(self.var), "MODE": "demonstration"}
        return {name: value for name, value in os.environ.items() if name not in left_out} | mine


@contextlib.contextmanager
def served(name: str, shared: Path) -> Iterator[World]:
    """A copy of the district, served; gone at the end, and an error if the server failed at anything meanwhile."""
    template = _template(shared)
    world = World(f"{databases.WORKER}_{name}", shared / f"{databases.WORKER}_{name}")
    shutil.copytree(template.var, world.var)
    with databases.lock(shared):  # the template may have one copier at a time
        databases.sql(f"CREATE DATABASE {world.database} TEMPLATE {template.database}")
    try:
        world.start()
        yield world
    finally:
        world.stop()
        databases.drop(world.database)
    assert not world.complaints(), "The server failed:\n" + "\n".join(world.complaints())


def _template(shared: Path) -> World:
    """The district, built for today by the first who comes."""
    template, built, migrated = World("template", shared / "template"), shared / "built", databases.migrated(shared)
    with databases.lock(shared):
        if not built.exists():
            databases.drop(template.database)
            shutil.rmtree(template.var, ignore_errors=True)
            template.var.mkdir()
            databases.sql(f"CREATE DATABASE {template.database} TEMPLATE {migrated}")
            template.manage("demo")
            template.manage("relay")
            built.touch()
    return template
