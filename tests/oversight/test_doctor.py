"""The doctor: each part well or ill, with what to do; it never falls over and never says a value."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from accounts.models import District
from casework.models import Holiday, Message, RegisterState
from casework.outbox import put, to_applicant
from casework.sequencer import new_key, sequence
from config import replica
from oversight.doctor import ILL, LOOK, WELL, examine
from oversight.models import PatternRun
from tests.factories import NOW, district, story
from tests.ledger.test_verify import settled

pytestmark = pytest.mark.django_db


def told(now: Any = NOW) -> dict[str, str]:
    return {one.what: one.how for one in examine(now)}


@pytest.fixture
def well(settings: Any, tmp_path: Path) -> None:
    """Everything that runs has run: nothing waits, the log is signed, there is a backup of today."""
    story()
    settled()  # else nothing may be final yet, while another worker's test is at work on the same server
    sequence(new_key(settings.LEDGER_KEY_FILE))
    Message.objects.update(sent_at=NOW)
    for one in District.objects.all():
        PatternRun.objects.create(district=one, day=NOW.date(), at=NOW)
        Holiday.objects.get_or_create(district=one, day=f"{NOW.year}-01-01", defaults={"works": False, "name": "元旦"})
    settings.BACKUP_DIR = tmp_path / "backups"
    (tmp_path / "backups" / "one").mkdir(parents=True)
    (tmp_path / "backups" / "one" / "manifest.json").write_text("{}")


def test_where_everything_runs_nothing_is_ill(well: None, settings: Any):
    settings.BACKUP_DIR = None
    found = told()
    found.pop("clock")  # the test's moment is not the database's
    assert ILL not in found.values(), found
    assert (
        found["database"] == found["migrations"] == found["master key"] == found["relay"] == found["sequencer"] == WELL
    )
    assert found["checkpoint"] == WELL
    assert (found["mode"], found["backup"]) == (LOOK, LOOK)


def test_each_job_that_stopped_is_named(well: None, settings: Any):
    later = NOW + timedelta(hours=30)
    case = story().case
    put(to_applicant(case, "accepted", NOW))
    found = told(later)
    code = district().code
    assert [found[what] for what in ("relay", "sequencer", f"sweep of {code}")] == [ILL, ILL, ILL]
    RegisterState.objects.create(
        district=district(), register="identity", failing_since=NOW, failures=4, reason="timeout"
    )
    assert told(later)["register identity"] == LOOK
    settings.BACKUP_DIR = settings.BACKUP_DIR / "nowhere"
    assert told(later)["backup"] == ILL


def test_another_master_key_a_damaged_log_and_a_year_without_calendar_are_ill(well: None, settings: Any):
    (settings.LEDGER_DIR / "latest").write_text("nonsense")
    settings.MASTER_KEY = "another"
    found = told()
    assert (found["master key"], found["log"]) == (ILL, ILL)
    assert told(NOW.replace(year=NOW.year + 9))[f"calendar of {district().code}"] == ILL


def test_a_database_that_does_not_answer_is_said_and_the_rest_not_asked(monkeypatch: Any, capsys: Any):
    def down(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", down)
    with pytest.raises(SystemExit):
        call_command("doctor", "--json")
    found = {one["what"]: one["how"] for one in json.loads(capsys.readouterr().out)}
    assert found["database"] == ILL
    assert "relay" not in found


@pytest.mark.parametrize(
    ("state", "how"),
    [
        ((True, 9, 1.0), WELL),
        ((True, 9, 31.0), LOOK),
        ((True, 9, None), LOOK),
        ((False, 0, None), ILL),
        (DatabaseError("no"), ILL),
    ],
)
def test_a_replica_that_does_not_follow_is_named(state: Any, how: str, settings: Any, monkeypatch: pytest.MonkeyPatch):
    def said() -> Any:
        if isinstance(state, Exception):
            raise state
        return state

    assert "replica" not in told()
    monkeypatch.setitem(settings.DATABASES, replica.REPLICA, settings.DATABASES["default"])
    monkeypatch.setattr(replica, "state", said)
    found = told()
    assert found["replica"] == how
    assert found.get("commits", LOOK) == LOOK  # the test's server waits for nobody
