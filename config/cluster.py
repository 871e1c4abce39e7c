"""A primary, a streaming replica that every commit waits for, and PgBouncer before them, from local programs, in one folder.

For drills: what `deploy/` sets up on machines of their own stands here in a folder that is thrown away. Everything listens
on Unix sockets in folders that only the database's account (and root) can enter.

    servers = Servers(folder)      # attaches to what stands there, or to nothing yet
    servers.start()
    servers.kill_primary()
    servers.promote()
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.env import ROOT, apt_install
from config.postgres import DATABASE, SUPERUSER, CannotStart, Cluster, _signal

PACKAGE = "pgbouncer"
PORT = 6432
PATIENCE = 60  # seconds for a server to follow, to be promoted, or to be gone
# As on a machine of its own, and small; what `deploy/postgresql/` says of commits and replication holds here too.
SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "80",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "synchronous_commit": "on",
}
LOCK_TIMEOUT = "5s"  # by role: a pooler takes no options of a connection


class Replica(Cluster):
    """A copy of another cluster that follows it."""

    def __init__(self, name: str, root: Path, of: Cluster) -> None:
        super().__init__(name, root, SETTINGS)
        self.of = of

    def _initdb(self, binaries: Path) -> None:
        """Copied aside, renamed when whole; `-R` writes down whom it follows, and its name, which the primary waits for."""
        aside = self.home / "data.new"
        shutil.rmtree(aside, ignore_errors=True)
        where = f"host={self.of.home} user={SUPERUSER} application_name={self.name}"
        answer = self._run(
            binaries / "pg_basebackup", "-D", str(aside), "-d", where, "-R", "-X", "stream", "-c", "fast"
        )
        if answer.returncode != 0:
            raise CannotStart(f"{answer.stderr.strip()}\nThe replica could not be copied from {self.of.home}.")
        aside.rename(self.data)


class Pooler:
    """PgBouncer in transaction mode, on a socket of its own."""

    def __init__(self, folder: Path, account: tuple[int, int]) -> None:
        self.folder, self.account = folder, account
        self.ini, self.pid = folder / "pgbouncer.ini", folder / "pgbouncer.pid"

    def url(self, database: str) -> str:
        return f"postgres://{SUPERUSER}@{quote(str(self.folder), safe='')}:{PORT}/{database}"

    def start(self, program: Path, databases: dict[str, Path]) -> None:
        self.folder.mkdir(mode=0o700)
        (self.folder / "users.txt").write_text(f'"{SUPERUSER}" ""\n', encoding="utf-8")
        self._write(databases)
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, *self.account)
        drop = {"user": self.account[0], "group": self.account[1], "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run([program, "-q", "-d", self.ini], cwd="/", capture_output=True, text=True, **drop)  # type: ignore[call-overload]
        if done.returncode or not _until(lambda: (self.folder / f".s.PGSQL.{PORT}").exists()):
            raise CannotStart(f"{done.stderr.strip()}\nPgBouncer did not start.")

    def point(self, databases: dict[str, Path]) -> None:
        """Other servers behind the same address: connections to the old ones are given up, waiting clients go on."""
        self._write(databases)
        os.kill(self.process, signal.SIGHUP)

    def stop(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            number = self.process
            os.kill(number, signal.SIGTERM)
            _until(lambda: not Path("/proc", str(number)).exists())

    @property
    def process(self) -> int:
        return int(self.pid.read_text())

    def _write(self, databases: dict[str, Path]) -> None:
        self.ini.write_text(written(self.folder, databases), encoding="utf-8")


def written(folder: Path, databases: dict[str, Path]) -> str:
    """The pooler's settings: each database's name, or `*` for any other, and the folder of the server that has it.

    A name like `reads.minhang` stands for `minhang` on that server.
    """
    lines = ["[databases]"]
    for name, home in databases.items():
        real = f" dbname={name.partition('.')[2]}" if "." in name else ""
        lines.append(f"{name} = host={home} port=5432{real}")
    shared = (ROOT / "deploy" / "pgbouncer" / "pgbouncer.ini").read_text(encoding="utf-8")
    own = {
        "listen_addr": "", "listen_port": str(PORT), "unix_socket_dir": str(folder), "auth_type": "trust",
        "auth_file": str(folder / "users.txt"), "logfile": str(folder / "pgbouncer.log"), "pidfile": str(folder / "pgbouncer.pid"),
        "server_tls_sslmode": "disable",
    }  # fmt: skip
    for line in shared.partition("[pgbouncer]")[2].splitlines():
        key = line.partition("=")[0].strip()
        if line.strip() and not line.startswith((";", "server_tls_")) and key not in own:
            own[key] = line.partition("=")[2].strip()
    return "\n".join([*lines, "", "[pgbouncer]", *(f"{key} = {value}" for key, value in own.items()), ""])


class Servers:
    """All of it in `root`, a short folder that the database's account can enter."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.primary = Cluster("primary", root, SETTINGS)
        self.replica = Replica("replica", root, self.primary)
        self.pooler = Pooler(root / "pooler", (self.primary.uid, self.primary.gid))

    def url(self, database: str = DATABASE) -> str:
        """Where the application connects: the pooler."""
        return self.pooler.url(database)

    def start(self, program: Path) -> None:
        """Raises CannotStart."""
        self.primary.ensure()
        self._on(self.primary, f"ALTER ROLE {SUPERUSER} SET lock_timeout = '{LOCK_TIMEOUT}'")
        self.replica.ensure()
        # Only now: without a replica, no commit would ever be acknowledged.
        self._on(self.primary, "ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        self._on(self.primary, "SELECT pg_reload_conf()")
        if not _until(lambda: self._on(self.primary, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")):
            raise CannotStart("The primary does not wait for the replica.")
        self.pooler.start(program, {"*": self.primary.home})

    def serve_reads_of(self, database: str) -> str:
        """The address of that database on the replica, through the pooler."""
        self.pooler.point({f"reads.{database}": self.replica.home, "*": self.primary.home})
        return self.pooler.url(f"reads.{database}")

    def reads_answered(self, database: str) -> int:
        """Transactions that the replica has answered in that database."""
        statement = "SELECT xact_commit FROM pg_stat_database WHERE datname = %s"
        return int(str(self.replica._rows("postgres", statement, database)[0][0]))

    def processes(self) -> dict[str, int]:
        """The first process of each part."""
        found = {"pooler": self.pooler.process}
        for name, cluster in (("primary", self.primary), ("replica", self.replica)):
            found[name] = next(pid for pid, is_postmaster in cluster._processes().items() if is_postmaster)
        return found

    def kill_primary(self) -> None:
        """All of its processes with -9; returns when none is left."""
        while running := self.primary._processes():
            _signal(running, signal.SIGKILL)
            time.sleep(0.01)

    def promote(self, database: str) -> None:
        """The replica becomes the primary, and everything behind the pooler goes there."""
        self._on(self.replica, "SELECT pg_promote(true, 60)")
        if not _until(lambda: self._on(self.replica, "SELECT 1 WHERE NOT pg_is_in_recovery()")):
            raise CannotStart("The replica was not promoted.")
        self.pooler.point({f"reads.{database}": self.replica.home, "*": self.replica.home})

    def remove(self) -> None:
        self.pooler.stop()
        self.replica.remove()
        self.primary.remove()
        shutil.rmtree(self.root, ignore_errors=True)

    def _on(self, cluster: Cluster, statement: str) -> list[object]:
        return cluster._rows("postgres", statement)


@contextlib.contextmanager
def running() -> Iterator[Servers]:
    """Everything started in a folder of its own, and thrown away afterwards."""
    program = pgbouncer()
    root = Path(tempfile.mkdtemp(prefix="minhang-", dir="/tmp"))
    root.chmod(0o755)
    servers = Servers(root)
    try:
        servers.start(program)
        yield servers
    finally:
        servers.remove()


def pgbouncer() -> Path:
    """The program, installed where it is missing and may be; else ends with what to install."""
    if (found := _found()) is None:
        line = f"apt-get update && apt-get install -y --no-install-recommends {PACKAGE}"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise CannotStart(f"The pooler is missing. Run once as root: {line}")
        apt_install(PACKAGE)
        found = _found()
    if found is None:
        raise CannotStart(f"{PACKAGE} was installed, and still is not there.")
    return found


def _found() -> Path | None:
    where = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    found = shutil.which(PACKAGE, path=where)
    return Path(found) if found else None


def _until(is_so: Callable[[], object], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(psycopg2.Error):
            if is_so():
                return True
        time.sleep(0.05)
    return False
