"""The restore drill: cases of a district backed up, restored into an empty place by another process, and verified there.

What is lost by going back to a backup is found too: the newer log, kept elsewhere, names each record that it has and the
restored database has not.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from casework.backups import back_up
from casework.models import Action
from casework.sequencer import sequence, the_log
from flows.drills.places import Stage
from flows.drills.scene import ADMISSION, Scene
from flows.drills.scratch import on_the_server

PATIENCE: Final = 900  # tenths of a second


@dataclass(frozen=True)
class Restored:
    """What the restoring process said, what it said of the newer log, and the records that were written after the backup."""

    is_whole: bool
    words: str
    lost: int
    found_lost: int


def run(scene: Scene, key: Ed25519PrivateKey, folder: Path, tell: Callable[[str], object]) -> Restored:
    """Make cases, back up, act on, restore into a database and folders that are empty, and verify there."""
    scene.everybody()
    stages = [Stage(scene, scene.begin(ADMISSION).pk, ADMISSION.sent_at) for _ in range(2)]
    stages[0].to("civil_affairs_review")
    _all_taken(key)
    backup, place = folder / "backup", folder / "restored"
    back_up(backup, now=now(), tell=tell)
    before = Action.objects.count()
    stages[1].to("federation_review")
    lost = Action.objects.count() - before
    _all_taken(key)
    name = f"restored_{os.getpid()}"
    on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    on_the_server(f"CREATE DATABASE {name}")
    try:
        done = _manage(name, place, "restore", str(backup))
        shutil.rmtree(place / "ledger")
        shutil.copytree(settings.LEDGER_DIR, place / "ledger")  # the log as it lies elsewhere, newer than the backup
        newer = _manage(name, place, "verify")
    finally:
        on_the_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    found = sum(line.startswith("missing:") for line in newer.stdout.splitlines())
    return Restored(done.returncode == 0, (done.stdout + done.stderr).strip(), lost, found)


def _all_taken(key: Ed25519PrivateKey) -> None:
    """The log has every record: whoever began a transaction on this server before is waited for, as the sequencer does."""
    for _ in range(PATIENCE):
        sequence(key)
        if the_log().size >= Action.objects.count():
            return
        time.sleep(0.1)
    raise RuntimeError("a transaction on this server has been open for long; the log waits for it")


def _manage(name: str, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, on that database and with folders below `place`."""
    at = connection.get_connection_params()
    host = quote(str(at.get("host") or ""), safe="")
    user = quote(str(at.get("user") or ""))
    given = urlsplit(os.environ.get("DATABASE_URL") or f"postgres://{user}@{host}/")
    mine = {
        "DATABASE_URL": urlunsplit(given._replace(path="/" + quote(name))), "VAR_DIR": str(place), "MODE": settings.MODE,
        "EVIDENCE_DIR": str(place / "evidence"), "LETTERS_DIR": str(place / "letters"),
        "LEDGER_DIR": str(place / "ledger"), "LEDGER_KEY_FILE": str(settings.LEDGER_KEY_FILE),
        "MASTER_KEY": settings.MASTER_KEY, "INDEX_KEY": settings.INDEX_KEY, "SECRET_KEY": settings.SECRET_KEY,
    }  # fmt: skip
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=os.environ | mine, capture_output=True, text=True, check=False)
