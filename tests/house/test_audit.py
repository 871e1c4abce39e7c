"""`make audit`'s own part, and what it needs: answers that fit, pinned libraries, a clean deploy check."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.audit import Answer, Finding, answers, unanswered

ROOT = Path(__file__).resolve().parents[2]


def test_a_finding_without_an_answer_and_an_answer_without_a_finding_are_told():
    here, there = Finding("B608", "a.py", 3, "sql"), Finding("B608", "b.py", 9, "sql")
    left, idle = unanswered([here, there], [Answer("B608", ("a.py", "c.py"), "our own names"), Answer("B101", (), "x")])
    assert left == [there]
    assert idle == ["B101", "B608 c.py"]
    assert unanswered([here], [Answer("B608", (), "x")]) == ([], [])


def test_every_answer_has_a_reason_and_names_files_that_are_there():
    for answer in answers():
        assert len(answer.why) > 10
        assert all((ROOT / file).is_file() for file in answer.files), answer


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-audit.txt"])
def test_every_library_is_pinned(file: str):
    lines = [line for line in (ROOT / file).read_text(encoding="utf-8").splitlines() if line and line[0] not in "#-"]
    assert lines
    assert [line for line in lines if not re.match(r"[\w.-]+(\[[\w,]+\])?==[\w.!+-]+( *[;#].*)?$", line)] == []


def test_djangos_deploy_check_has_nothing_to_say():
    keys = {name: f"{name.lower()}-{'k' * 60}Zq7" for name in ("SECRET_KEY", "MASTER_KEY", "INDEX_KEY")}
    here = {
        name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"
    }  # the browser tests'
    environment = {**here, **keys, "MODE": "production", "IDENTITY_ADAPTER": "office.Identity", "SMS": "off"}
    run = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
