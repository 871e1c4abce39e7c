"""`manage.py registers`: says which register answers, and switches the simulator."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demo.management.commands import registers as command
from tests.registers.served import registers

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    out = io.StringIO()
    call_command("registers", *arguments, stdout=out)
    return out.getvalue()


def test_it_says_which_answers(settings: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())
    assert "人口登记：没有连接" in told()
    with registers(settings, identity="down"):
        said = told("--lang", "en")
    assert "Population register: busy" in said
    assert "Social insurance register: answers" in said


def test_it_switches_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any):
    modes = tmp_path / "var" / "registers.json"
    monkeypatch.setattr(command, "MODES", modes)
    told("--down", "identity", "--slow", "bank_account")
    told("--up", "bank_account")
    assert json.loads(modes.read_text()) == {"identity": "down"}
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError):
        told("--up", "identity")
