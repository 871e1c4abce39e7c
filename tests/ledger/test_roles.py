"""The roles of the database: what each may not do, the database itself refuses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from accounts.models import Role
from casework.models import Action
from casework.sequencer import new_key, sequence
from config.env import ROOT
from flows.actions.comment import comment
from flows.actions.interpret import sign_note
from flows.management.commands.database_roles import INSERT_ONLY
from tests.factories import NOW, officer, story
from tests.flows.test_interpret import drafted
from tests.ledger.test_verify import settled

pytestmark = pytest.mark.django_db


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE tried_{role}")
        yield
        cursor.execute("RESET ROLE")


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


@pytest.fixture
def roles() -> None:
    # Within the test's transaction: they are gone with it.
    call_command("database_roles", "--prefix", "tried")


@pytest.mark.usefixtures("roles")
def test_the_app_works_and_can_neither_change_nor_delete_a_record():
    made = story().to("federation_review")
    with acting_as("app"):
        given = made.claimed()
        comment(case_id=given["case_id"], by=given["by"], now=given["now"], text="示例")
        for statement in (
            "UPDATE casework_action SET event = 'x'", "DELETE FROM casework_action", "TRUNCATE casework_action",
            "DELETE FROM casework_look", "UPDATE casework_parameter SET value = '1'", "DROP TABLE casework_case",
            "ALTER TABLE casework_action DISABLE TRIGGER ALL", "DELETE FROM django_migrations", "CREATE TABLE other (a int)",
            "SET session_replication_role = replica",
        ):  # fmt: skip
            assert refused(statement), statement
    assert Action.objects.filter(event="commented").count() == 1


@pytest.mark.usefixtures("roles")
def test_the_sequencer_reads_the_record_and_nothing_else():
    with acting_as("sequencer"):
        assert not refused("SELECT id, hash, xid FROM casework_action")
        assert not refused("SELECT system_identifier FROM pg_control_system()")
        assert not refused("SELECT pg_try_advisory_xact_lock(77001)")
        for statement in (
            "SELECT * FROM casework_person",
            "INSERT INTO casework_action (id) VALUES (1)",
            "SELECT * FROM accounts_user",
        ):
            assert refused(statement), statement


@pytest.mark.usefixtures("roles")
def test_the_sequencer_does_its_work_with_that_alone():
    story()
    settled()
    with acting_as("sequencer"):
        assert sequence(new_key(settings.LEDGER_KEY_FILE)).taken == Action.objects.count()


@pytest.mark.usefixtures("roles")
def test_the_auditor_reads_everything_and_writes_nothing():
    with acting_as("auditor"):
        assert not refused("SELECT count(*) FROM casework_action, casework_case")
        for statement in (
            "UPDATE casework_case SET state = 'closed'",
            "DELETE FROM casework_message",
            "INSERT INTO casework_look (id) VALUES (1)",
        ):
            assert refused(statement), statement


@pytest.mark.usefixtures("roles")
def test_made_again_it_is_the_same(capsys: pytest.CaptureFixture[str]):
    call_command("database_roles", "--prefix", "tried")
    call_command("database_roles", "--prefix", "tried", "--show")
    said = capsys.readouterr().out
    assert "CREATE ROLE" not in said
    assert 'REVOKE UPDATE, DELETE ON "casework_action" FROM "tried_app"' in said


@pytest.mark.usefixtures("roles")
def test_no_action_locks_a_row_that_the_app_may_not_change():
    """`SELECT … FOR UPDATE` asks for the right to update: on a table that nobody changes it would fail in an office alone."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT_ONLY)
        tables = {row[0] for row in cursor.fetchall()}
    models = {model.__name__ for model in apps.get_models() if model._meta.db_table in tables}
    assert {"Action", "Interpretation", "Look"} <= models
    code = "\n".join(path.read_text("utf-8") for path in ROOT.glob("*/**/*.py") if path.parts[-2] != "migrations")
    locked = set(re.findall(r"\b([A-Z]\w+)\.objects(?:\.\w+\([^()]*\))*\.select_for_update\(", code))
    assert {"Case", "Deputy"} <= locked
    assert models & locked == set()


@pytest.mark.usefixtures("roles")
def test_an_officer_signs_a_note_as_the_app():
    note, by = drafted(officer("federation", Role.HEAD)), officer("hrss", Role.HEAD)
    with acting_as("app"):
        assert sign_note(note_id=note.pk, by=by, now=NOW, agrees=True).note == note


@pytest.mark.usefixtures("roles")
def test_an_extensions_functions_stay_its_own():
    """Whoever owns the tables need not own pg_trgm, and could not give it away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE p.proowner::regrole::text = 'tried_owner') FROM pg_proc p "
            "JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'"
        )
        functions, handed_over = cursor.fetchone()
    assert (functions > 10, handed_over) == (True, 0)
