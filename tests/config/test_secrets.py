"""What the settings say of a secret that is missing or empty: a sentence, never a start without one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    given = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_KEY_FILE"))}
    return subprocess.run(
        [sys.executable, "-c", "import config.settings as s; print(len(s.SECRET_KEY_FALLBACKS), s.MASTER_KEY.count(chr(10)))"],
        cwd=ROOT, env={**given, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["SECRET_KEY", "MASTER_KEY", "INDEX_KEY"])
def test_an_empty_secret_is_named(name: str, tmp_path: Path):
    empty = tmp_path / "empty"
    empty.write_text("\n")
    for told in (started(**{name: " "}), started(**{f"{name}_FILE": str(empty)})):
        assert told.returncode != 0
        assert f"{name} is empty" in told.stderr


def test_a_file_holds_several_keys_a_line_each(tmp_path: Path):
    keys = tmp_path / "keys"
    keys.write_text("an old key with spaces\nthe new one\n")
    told = started(SECRET_KEY_FILE=str(keys), MASTER_KEY_FILE=str(keys))
    assert told.stdout.split() == ["1", "1"]
