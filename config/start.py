"""`make run`: database, migrations, demonstration district, server; Ctrl-C ends all that this command began.

HOST and PORT say where to serve (127.0.0.1, 8000). DATABASE_URL names a server of one's own.
"""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config import postgres
from config.env import ROOT, checkout_lock

HOST = os.environ.get("HOST", "127.0.0.1").strip("[]")
PORT = int(os.environ.get("PORT", "8000"))
ADDRESS = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
JOBS = ("sweep", "relay", "sequence")
JOB_EVERY = 60  # seconds; all of them may run twice, so no exact beat is needed
LOOK_EVERY = 2  # seconds between looks at the server and the database


def main() -> None:
    """Serve until Ctrl-C or SIGTERM; leave a database alone that ran before."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    _refuse_a_taken_port()
    os.environ.setdefault("SITE_URL", f"http://{ADDRESS}")
    with contextlib.suppress(KeyboardInterrupt), _database() as is_embedded:
        with checkout_lock():  # a second `make run` waits, and finds the work done
            _prepare()
        with _registers(), _server() as server:
            _wait_until_served(server)
            print(f"\nServing at http://{ADDRESS}/ (Ctrl-C ends it)\n", flush=True)
            manage("demo", "--accounts")
            threading.Thread(target=_run_jobs, daemon=True).start()
            while server.poll() is None:
                time.sleep(LOOK_EVERY)
                if is_embedded and not postgres.is_running():
                    print("The database has ended; starting it again.", flush=True)
                    postgres.ensure()
            sys.exit(f"The server has ended by itself (code {server.returncode}).")


def manage(*arguments: str, quiet: bool = False) -> bool:
    """Run a management command; whether it succeeded. Quiet: its output is shown only as one line if it fails."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C comes to this process alone, which then ends the others in order
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
    )
    try:
        output, _ = process.communicate()
    except BaseException:
        _end(process)
        raise
    if process.returncode and quiet:
        lines = [line for line in output.splitlines() if line and not line.startswith("Type 'manage.py help")]
        print(f"manage.py {' '.join(arguments)} failed: {lines[-1] if lines else 'it said nothing'}", flush=True)
    return process.returncode == 0


def _prepare() -> None:
    steps = [("migrate", "-v0"), ("demo", "--if-empty")]
    (Path(os.environ.get("VAR_DIR", ROOT / "var")) / "static").mkdir(
        parents=True, exist_ok=True
    )  # whitenoise asks for it
    for step in steps:
        if not manage(*step):
            sys.exit(f"manage.py {' '.join(step)} failed; the lines above say why.")


@contextlib.contextmanager
def _database() -> Iterator[bool]:
    """DATABASE_URL for all that follows; whether it is the embedded one."""
    if os.environ.get("DATABASE_URL"):
        yield False
        return
    is_ours = not postgres.is_running()
    try:
        os.environ["DATABASE_URL"] = postgres.ensure()
        yield True
    finally:
        if is_ours:
            _ignore_signals()
            postgres.stop()


@contextlib.contextmanager
def _registers() -> Iterator[None]:
    """The simulator of the registers, for a demonstration that is connected to none; its addresses for all that follows."""
    names = [
        f"REGISTER_{code}_URL" for code in ("IDENTITY", "DISABILITY_CERTIFICATE", "SOCIAL_INSURANCE", "BANK_ACCOUNT")
    ]
    if os.environ.get("MODE", "demonstration") == "production" or any(os.environ.get(name) for name in names):
        yield
        return
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", "demo.registers", str(port)], cwd=ROOT, start_new_session=True)
    where = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "registers.url"
    try:
        where.write_text(f"http://127.0.0.1:{port}", encoding="utf-8")
        for name in names:
            os.environ[name] = f"http://127.0.0.1:{port}"
        yield
    finally:
        _ignore_signals()
        where.unlink(missing_ok=True)
        _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _server() -> Iterator[subprocess.Popen[bytes]]:
    shared = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "metrics"  # what the workers count together
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(parents=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(shared))
    options = ["--bind", ADDRESS, "--workers", "2", "--threads", "4", "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", *options],
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        _ignore_signals()
        _end(process)


def _wait_until_served(server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < deadline:
        if _answers():
            return
        time.sleep(0.1)
    sys.exit("The server did not start; the lines above say why.")


def _answers() -> bool:
    """Any answer counts: an error page means that the application was loaded. No urllib, which would ask a proxy."""
    connection = http.client.HTTPConnection({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(HOST, HOST), PORT, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _run_jobs() -> None:
    while True:
        for job in JOBS:
            manage(job, quiet=True)
        time.sleep(JOB_EVERY)


def _refuse_a_taken_port() -> None:
    family = socket.AF_INET6 if ":" in HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            sys.exit(f"Cannot serve at {ADDRESS} ({error.strerror}); choose another port: make run PORT={PORT + 1}")


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """A second Ctrl-C must not leave a server or a database behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    main()
