"""Backups (备份): the database and the files that belong to it, as they were at one moment, checked before they are trusted.

A backup is a folder:

    manifest.json     when, by which server, the newest migration of each app, rows of each table, size and SHA-256 of every file
    database.dump     `pg_dump` in its custom format
    evidence/ letters/ ledger/

Keys are in none of it: MASTER_KEY, INDEX_KEY and the log's signing key are kept apart (docs/operations.md), and the manifest
holds a mark of the first two by which a restore says at once that they are others. The log is copied before the database
is read and holds no more than it, so that a backup is whole by itself; the files after it, as a file never changes and is
there before the row that names it.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from casework.models import Evidence, Letter
from casework.sealing import keys_in, mark_of
from casework.sequencer import standing_still
from config.postgres import program

MANIFEST, DUMP = "manifest.json", "database.dump"
FORMAT: Final = 1
Tell = Callable[[str], object]


class CannotBackUp(Exception):
    """One sentence for the person at the terminal; what was begun is taken away."""


class CannotRestore(Exception):
    """One sentence for the person at the terminal; nothing was changed, or the database is empty again."""


def folders() -> dict[str, Path]:
    """What lies beside the database, by its name in a backup."""
    return {"evidence": settings.EVIDENCE_DIR, "letters": settings.LETTERS_DIR, "ledger": settings.LEDGER_DIR}


def back_up(to: Path, *, now: datetime, after: Path | None = None, tell: Tell = lambda words: None) -> dict[str, Any]:
    """Write a backup into the new folder `to`; its manifest. A file that the backup `after` has is linked, not copied.

    Raises CannotBackUp where `to` exists or `pg_dump` fails.
    """
    before = _files_of(after) if after is not None else {}
    aside = to.with_name(f"{to.name}.unfinished")
    if to.exists():
        raise CannotBackUp(f"{to} exists already")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)
    try:
        with standing_still():
            files = dict(_copied(folders()["ledger"], aside / "ledger", "ledger", {}))
        tell("database")
        tables = _dump(aside / DUMP)
        files[DUMP] = _told(aside / DUMP)
        for name in ("evidence", "letters"):
            tell(name)
            files |= dict(_copied(folders()[name], aside / name, name, before, after))
        manifest = {
            "format": FORMAT, "made_at": now.isoformat(), "server": _server(), "origin": settings.LEDGER_ORIGIN,
            "keys": _marks(), "migrations": _migrations(), "tables": tables, "files": files,
        }  # fmt: skip
        (aside / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8")
        aside.rename(to)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return manifest


def read(folder: Path) -> dict[str, Any]:
    """The manifest. Raises CannotRestore where there is none that this version reads."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRestore(f"{folder} is no backup: it has no readable {MANIFEST}") from error
    if not known:
        raise CannotRestore(f"{folder} was made by another version")
    return manifest


def damaged(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    """The files of the backup that are gone, not as they were when it was made, or that somebody has put in since."""
    there = {f"{name}/{path.relative_to(folder / name)}" for name in folders() for path in _below(folder / name)}
    changed = [name for name, told in manifest["files"].items() if not _is_as_told(folder / name, told)]
    return [*changed, *sorted(there - set(manifest["files"]))]


def restore(folder: Path, *, tell: Tell = lambda words: None) -> dict[str, Any]:
    """Put the backup into the empty database and the empty folders of the settings; its manifest.

    Raises CannotRestore: the backup is damaged, something is there already, the keys are others, or `pg_restore` fails.
    """
    manifest = read(folder)
    tell("files")
    if wrong := damaged(folder, manifest):
        raise CannotRestore(f"{len(wrong)} files of the backup are damaged, such as {wrong[0]}")
    if not _keys_are_here(manifest["keys"]):
        raise CannotRestore("MASTER_KEY or INDEX_KEY lacks a key that the backup was sealed with")
    if connection.introspection.table_names():
        raise CannotRestore("the database is not empty")
    for name, place in folders().items():
        if place.exists() and any(place.iterdir()):
            raise CannotRestore(f"the folder for {name} is not empty")
    tell("database")
    connection.close()
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run("pg_restore", *options, "--dbname", _environment()["PGDATABASE"], str(folder / DUMP), fails=CannotRestore)
    for name, place in folders().items():
        tell(name)
        for path in _below(folder / name):
            target = place / path.relative_to(folder / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    return manifest


def differences(manifest: Mapping[str, Any]) -> list[str]:
    """What is not as the manifest says after a restore: rows of a table, or a file that a row names and nobody has."""
    found = [
        f"{table}: {now} rows, {manifest['tables'].get(table, 0)} in the backup"
        for table, now in _counts().items() if now != manifest["tables"].get(table, 0)
    ]  # fmt: skip
    for rows, folder in ((Evidence.objects.all(), "evidence"), (Letter.objects.exclude(stored_as=""), "letters")):
        gone = sum(
            not (folders()[folder] / name[:2] / name).is_file() for name in rows.values_list("stored_as", flat=True)
        )
        found += [f"{folder}: {gone} files are missing"] if gone else []
    return found


# --- the database


def _dump(to: Path) -> dict[str, int]:
    """The rows of each table, counted in the very snapshot that was dumped."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = str(cursor.fetchone()[0])
        counts = _counts()
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}",
            fails=CannotBackUp,
        )  # fmt: skip
    to.chmod(0o600)
    return counts


def _server() -> int:
    """The server's version, such as 180003."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0])


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table's own name
            found[table] = int(cursor.fetchone()[0])
        return found


def _migrations() -> dict[str, str]:
    """The newest migration of each app, by which a reader knows which version of the project made it."""
    applied = MigrationRecorder(connection).applied_migrations()
    ours = {config.label for config in apps.get_app_configs()}
    return {app: max(name for label, name in applied if label == app) for app, _ in applied if app in ours}


def _run(name: str, *arguments: str, fails: type[Exception]) -> None:
    binary = program(name, _server() // 10_000)
    if binary is None:
        raise fails(f"{name} of the server's version, or a newer one, was not found")
    done = subprocess.run(
        [binary, *arguments], env=_environment(), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise fails(
            f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}"
        )


def _environment() -> dict[str, str]:
    """The settings' database for the PostgreSQL programs: a password never stands in a list of processes."""
    at = connection.get_connection_params()
    told = {
        "PGHOST": at.get("host"), "PGPORT": at.get("port"), "PGUSER": at.get("user"), "PGPASSWORD": at.get("password"),
        "PGDATABASE": at.get("dbname") or at.get("database"), "PGSSLMODE": at.get("sslmode"),
    }  # fmt: skip
    return os.environ | {name: str(value) for name, value in told.items() if value}


# --- files


def _copied(
    source: Path, to: Path, name: str, before: Mapping[str, Any], after: Path | None = None
) -> Iterator[tuple[str, Any]]:  # fmt: skip
    """Every file below, copied or linked; what the manifest says of it."""
    for path in _below(source):
        within = f"{name}/{path.relative_to(source)}"
        target = to / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        known = before.get(within)
        if known is not None and after is not None and known["size"] == path.stat().st_size:
            try:
                os.link(after / within, target)
            except OSError:  # another file system
                shutil.copy2(after / within, target)
            yield within, known
        else:
            shutil.copy2(path, target)
            yield within, _told(target)


def _below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file()) if folder.exists() else iter(())


def _files_of(folder: Path) -> dict[str, Any]:
    try:
        return dict(read(folder)["files"])
    except CannotRestore as error:
        raise CannotBackUp(str(error)) from error


def _told(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def _is_as_told(path: Path, told: Mapping[str, Any]) -> bool:
    return path.is_file() and _told(path) == told


def _marks() -> dict[str, list[str]]:
    """Of each key, oldest first, a mark by which another one is noticed."""
    return {name: [mark_of(key) for key in keys_in(getattr(settings, name))] for name in ("MASTER_KEY", "INDEX_KEY")}


def _keys_are_here(needed: Mapping[str, list[str]]) -> bool:
    """Whether the settings have every key that the backup was made with; they may have newer ones too."""
    return all(set(marks) <= set(_marks()[name]) for name, marks in needed.items())
