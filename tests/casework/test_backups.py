"""Backups: whole by themselves, refused where they are damaged or would overwrite something, restored and verified."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from casework.backups import DUMP, CannotBackUp, CannotRestore, back_up, damaged, differences, read, restore
from casework.models import Action
from casework.sequencer import new_key
from flows.drills import restoring
from flows.drills.scene import Scene
from tests.factories import NOW


@pytest.mark.usefixtures("committed")
def test_what_is_restored_is_verified_and_what_came_after_is_named(tmp_path: Path):
    told = restoring.run(Scene("b"), new_key(settings.LEDGER_KEY_FILE), tmp_path, lambda words: None)
    assert told.is_whole, told.words
    assert f"verified {Action.objects.count() - told.lost} records" in told.words
    assert told.found_lost == told.lost > 0


@pytest.mark.usefixtures("committed")
def test_a_backup_is_refused_where_it_is_damaged_sealed_otherwise_or_something_is_there(
    tmp_path: Path, settings: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
):
    name = "ab" + "0" * 62
    file = settings.EVIDENCE_DIR / "ab" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sealed")
    first, second = tmp_path / "one", tmp_path / "two"
    manifest = back_up(first, now=NOW)
    assert set(manifest["files"]) == {DUMP, f"evidence/ab/{name}"}
    assert damaged(first, manifest) == differences(manifest) == []
    with pytest.raises(CannotBackUp, match="exists already"):
        back_up(first, now=NOW)
    back_up(second, now=NOW, after=first)
    assert (second / "evidence/ab" / name).samefile(first / "evidence/ab" / name)
    with pytest.raises(CannotRestore, match="database is not empty"):
        restore(first)
    call_command("restore", str(first), "--check")
    stranger = first / "evidence" / "ab" / ("f" * 64)
    stranger.write_bytes(b"put in by somebody")
    with pytest.raises(CannotRestore, match="damaged"):
        restore(first)
    stranger.unlink()
    settings.MASTER_KEY = "another"
    with pytest.raises(CannotRestore, match="MASTER_KEY"):
        restore(first)
    (first / DUMP).write_bytes(b"cut off")
    with pytest.raises(CannotRestore, match="damaged"):
        restore(first)
    with pytest.raises(SystemExit):
        call_command("restore", str(first), "--check")
    assert DUMP in capsys.readouterr().out


def test_a_folder_that_is_no_backup_is_named(tmp_path: Path):
    with pytest.raises(CannotRestore, match="no backup"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(CommandError, match="another version"):
        call_command("restore", str(tmp_path))
