"""The databases of a run: migrated once as a template, which every other one is a copy of.

The migrations take a quarter of a minute, a copy a second.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2

from config.env import ROOT

# The run that owns a database: the workers' parent, or this process where there are no workers.
RUN = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


def named(name: str) -> str:
    """The name of a database of this run."""
    return f"tests_{RUN}_{name}"


def migrated(shared: Path) -> str:
    """A database with all migrations and nothing else, made by the first who asks; nobody works in it."""
    name, made = named("migrated"), shared / "migrated"
    with lock(shared):
        if not made.exists():
            _forget_ended_runs()
            drop(name)
            sql(f"CREATE DATABASE {name}")
            mine = {"DATABASE_URL": url(name), "VAR_DIR": str(shared / "migrating")}
            command = [sys.executable, "manage.py", "migrate", "-v0"]
            subprocess.run(command, cwd=ROOT, env=os.environ | mine, check=True)
            made.touch()
    return name


def drop(name: str) -> None:
    sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def lock(shared: Path) -> Iterator[None]:
    """One worker at a time."""
    with (shared / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def url(database: str) -> str:
    """DATABASE_URL, with another database's name."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + quote(database)))


def sql(statement: str) -> list[Any]:
    return answer(statement, dsn=url("postgres"))


def answer(statement: str, **where: str) -> list[Any]:
    """The rows of one statement outside a transaction; `where` is psycopg2's."""
    connection = psycopg2.connect(**where)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def _forget_ended_runs() -> None:
    """Drop what runs left behind that were killed, and the templates of those that ended."""
    for (name,) in sql(r"SELECT datname FROM pg_database WHERE datname ~ '^tests_\d+_'"):
        if not Path("/proc", name.split("_")[1]).exists():
            drop(name)


if __name__ == "__main__":
    migrated(Path(sys.argv[1]))
