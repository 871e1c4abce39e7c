"""The published parameters in the database say what the file says; `assess --published` agrees with every example."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.models import Parameter, PolicyVersion
from casework.published import parameters
from policy.parameters import load

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "policy" / "examples" / "direct_admission.jsonl"
FROZEN = ROOT / "casework" / "migrations" / "parameters_2024_03.toml"


def test_the_frozen_copy_and_the_live_file_agree():
    assert FROZEN.read_bytes() == (ROOT / "policy" / "parameters.toml").read_bytes()


def test_the_database_says_what_the_file_says():
    published, live = parameters(), load()
    assert Parameter.objects.count() > 40
    assert PolicyVersion.objects.get().code == "2024-03"
    for entry in live.entries:
        if entry.name != "policy":
            on = entry.period.first
            assert published.value(entry.name, on) == entry.value, entry.name
            assert published.entry(entry.name, on).unit == entry.unit
    assert published.period() == live.period()


def test_every_example_agrees_with_the_published_parameters(tmp_path: Path):
    lines = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(json.dumps(line["input"]) for line in lines), encoding="utf-8")
    out = io.StringIO()
    call_command("assess", str(file), "--published", stdout=out)
    found = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["outcome"] for one in found] == [line["expect"]["outcome"] for line in lines]
    for one, line in zip(found, lines, strict=True):
        if "missing" in line["expect"]:
            assert set(one["missing"]) == set(line["expect"]["missing"])
