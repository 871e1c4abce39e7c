"""What every test shares: caches forgotten between tests, files and messages in a folder of the test's own."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connections

from accounts import districts
from casework import published
from flows.steps import department_id
from tests import copies, databases
from tests.browser.fixtures import browser, judge_for, judged, open_tab, own_world, pages_of, world

# One browser a worker, whoever asks for it.
__all__ = ["browser", "judge_for", "judged", "open_tab", "own_world", "pages_of", "world"]


NO_DATABASE = ("tests/policy/", "tests/house/", "tests/config/")
LONG = ("tests/browser/", "tests/journeys/", "tests/flows/test_race_pairs.py")
_migrating = pytest.StashKey[subprocess.Popen[bytes]]()
_places = itertools.count()


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Where there are workers, the template database is migrated while they collect and run what needs none."""
    if session.config.getoption("numprocesses", None) and databases.WORKER == "alone":
        shared = session.config._tmp_path_factory.getbasetemp() / "shared"  # type: ignore[attr-defined]
        shared.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.databases", str(shared)]
        mine = os.environ | {"PYTEST_XDIST_WORKER": "template"}
        session.config.stash[_migrating] = subprocess.Popen(command, env=mine, cwd=databases.ROOT)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _migrating in session.config.stash:
        session.config.stash[_migrating].kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what needs no database; of what pytest-django runs last, the longest first, so that the workers end together."""

    def place(item: pytest.Item) -> tuple[bool, bool, bool]:
        name, last = item.nodeid, item.get_closest_marker("django_db") is None
        return not name.startswith(NO_DATABASE), last, last and not name.startswith(LONG)

    items.sort(key=place)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if databases.WORKER == "alone" else base.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, shared_folder: Path) -> None:
    """Each worker's database is a copy of one that was migrated once."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = databases.migrated(shared_folder)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest, monkeypatch_session: None) -> None:
    """As a process that has served before: it knows the districts, and looks for others only when it is told to."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        districts.every()


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(districts, "KEPT_SECONDS", 10**9)
        yield


@pytest.fixture(autouse=True)
def _own_places(
    settings: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[None]:
    # Made by who writes there: a folder for each of thousands of tests costs more than many a test.
    tmp_path = tmp_path_factory.getbasetemp() / f"places-{next(_places)}"
    settings.EVIDENCE_DIR, settings.LETTERS_DIR = tmp_path / "evidence", tmp_path / "letters"  # type: ignore[attr-defined]
    settings.LEDGER_DIR, settings.LEDGER_KEY_FILE = tmp_path / "ledger", tmp_path / "ledger.key"  # type: ignore[attr-defined]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    settings.SMS_FILE, settings.EMAIL_FILE_PATH = tmp_path / "sms.log", tmp_path / "mail"  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    with copies.test_of_its_own(request, tmp_path):
        yield
    published.forget()
    districts.forget_departments()
    department_id.cache_clear()
    cache.clear()


SEEDED = {
    "accounts_district", "accounts_department", "casework_parameter", "casework_policyversion", "casework_holiday",
    "django_content_type", "auth_permission", "django_migrations",
}  # fmt: skip


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A test whose transactions really commit, for threads; afterwards everything but the migrations' rows goes."""
    from django.db import connection

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        name = str(connection.settings_dict["NAME"])
        # Run with nothing but such tests, pytest-django makes no database of its own: never empty a real one.
        assert name.startswith("test_"), "Run these together with a test marked django_db."
        yield
        tables = [name for name in connection.introspection.table_names() if name not in SEEDED]
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # the record's triggers refuse it
            # TRUNCATE would make hundreds of new files, for tables that are mostly empty.
            cursor.execute("".join(f'DELETE FROM "{name}";' for name in tables))
            for published in ("casework_parameter", "casework_policyversion"):
                cursor.execute(f"DELETE FROM {published} WHERE published_at > '2024-03-02'")
            cursor.execute("SET session_replication_role = DEFAULT")
        connection.close()
