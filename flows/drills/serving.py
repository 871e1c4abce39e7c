"""gunicorn as it serves an office, started, killed and replaced by a drill on a database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flows.drills.visitor import BROKEN_OFF, Officer

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 120  # seconds for the first answer of a server, and for the next of its officers


class Server:
    """A web server on a port that it keeps through every restart.

    With `keeps_socket` the drill holds the listening socket, as a socket unit of systemd does: while one server ends and
    the next begins, visitors wait in it and nobody is refused.
    """

    def __init__(
        self, url: str, var: Path, *, code: Path = ROOT, workers: int = 2, keeps_socket: bool = False,
        more: Mapping[str, str] | None = None, application: str = "config.wsgi", ready: str = "/readyz",
    ) -> None:  # fmt: skip
        self.environment = {
            **os.environ, "DATABASE_URL": url, "VAR_DIR": str(var), "MODE": "demonstration", **(more or {}),
        }  # fmt: skip
        self.code, self.workers, self.application, self.ready = code, workers, application, ready
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.keeps_socket = keeps_socket
        if keeps_socket:
            self.socket.listen(256)
        else:
            self.socket.close()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.log = var / f"server-{self.port}.log"

    def manage(self, *arguments: str) -> str:
        """Run a management command on the drill's database; what it printed."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=self.code, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed: {done.stderr[-2000:]}")
        return done.stdout

    def start(self) -> None:
        where = f"fd://{self.socket.fileno()}" if self.keeps_socket else f"127.0.0.1:{self.port}"
        options = ["--bind", where, "--workers", str(self.workers), "--threads", "4", "--log-level", "error"]
        passed: dict[str, Any] = {"pass_fds": [self.socket.fileno()]} if self.keeps_socket else {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", self.application, "--no-control-socket", *options],
                cwd=self.code, env=self.environment, start_new_session=True, stdout=log, stderr=log, **passed,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError(f"The server did not start: {self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def kill(self) -> None:
        """All of its processes at once, with no chance to finish anything."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def end(self) -> None:
        """As an operator does: what was begun is finished first."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(PATIENCE)
            self.process = None

    def _answers(self) -> bool:
        try:
            return Officer(self.origin, "").ask(self.ready)[0] == 200
        except BROKEN_OFF:
            return False
