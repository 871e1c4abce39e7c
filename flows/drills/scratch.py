"""A database of the drill's own, made and dropped by it: a drill never touches one that holds anything."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import override_settings


def refuse_where_cases_are_real() -> None:
    """Raises CommandError in production: a drill writes invented people, and kills what serves them."""
    if settings.MODE not in ("demonstration", "test"):
        raise CommandError("Drills run on a demonstration or a test installation only.")


@contextmanager
def database() -> Iterator[None]:
    """This process works on an empty, migrated database of its own, with a folder of its own for files."""
    refuse_where_cases_are_real()
    name, real = f"drill_{os.getpid()}", connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(**_places(Path(folder))):
            yield
    finally:
        connection.close()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = real
        on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # a pooler keeps connections to it


def _places(folder: Path) -> dict[str, Path]:
    return {
        "EVIDENCE_DIR": folder / "evidence", "LETTERS_DIR": folder / "letters", "LEDGER_DIR": folder / "ledger",
        "LEDGER_KEY_FILE": folder / "ledger.key",
    }  # fmt: skip


@contextmanager
def served() -> Iterator[tuple[str, Path]]:
    """An empty database of its own for processes that this one starts, which works on it too; its address, and a folder
    for files."""
    refuse_where_cases_are_real()
    name, real = f"drill_{os.getpid()}", connection.settings_dict["NAME"]
    on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    on_the_server(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        with tempfile.TemporaryDirectory() as folder, override_settings(**_places(Path(folder))):
            yield _at(name), Path(folder)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = real
        on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _at(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + quote(name)))


def on_the_server(statement: str) -> None:
    """One statement outside any database of ours."""
    opened = psycopg2.connect(_at("postgres"))
    opened.autocommit = True
    try:
        with opened.cursor() as cursor:
            cursor.execute(statement)
    finally:
        opened.close()
