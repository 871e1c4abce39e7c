"""The published parameters in the database say what the file says; `assess --published` agrees with every example."""

import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from casework.models import Parameter, PolicyVersion
from casework.published import parameters
from policy.parameters import load
from tests.policy.test_examples import EXAMPLES, disagreement

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "casework" / "migrations" / "parameters_2024_03.toml"


def test_the_frozen_copy_is_how_the_live_file_begins():
    """What was published since stands after it, and in a migration of its own."""
    live = (ROOT / "policy" / "parameters.toml").read_text("utf-8")
    frozen = FROZEN.read_text("utf-8")
    assert live.startswith(frozen)
    assert re.findall(r"^\[\[(.+)\]\]", live[len(frozen) :], re.M) == [
        "clock.unclaimed_payment", "clock.known_fact", "clock.prepared", "clock.prepared_reminder",
        "clock.claim_reminder", "goal.newly_employed", "goal.first_year", "goal.last_year", "clock.base_review",
        "pattern.look_back", "pattern.seconds_per_paper", "pattern.pair_cases", "pattern.pair_times",
        "pattern.below_cap_share", "pattern.same_account", "pattern.same_telephone", "pattern.same_address",
        "pattern.office_opens", "pattern.office_closes",
        "clock.rating", "clock.erasure",
    ]  # fmt: skip


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
    file = tmp_path / "claims.jsonl"
    file.write_text("\n".join(json.dumps(example["input"]) for example in EXAMPLES), encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(SystemExit) as left:  # some examples are wrong on purpose
        call_command("assess", str(file), "--published", stdout=out)
    assert left.value.code == 1
    for line, example in zip(out.getvalue().splitlines(), EXAMPLES, strict=True):
        assert disagreement(json.loads(line), example["expect"]) == ""
