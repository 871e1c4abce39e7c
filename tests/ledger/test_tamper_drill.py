"""The tamper drill finds five of five, each named with its case and record."""

import pytest
from django.conf import settings

from casework.sequencer import new_key
from casework.verifying import verify_all
from flows.drills import tamper
from flows.drills.scene import Scene


@pytest.mark.usefixtures("committed")
def test_five_attacks_are_found_and_named():
    attacks = tamper.run(Scene("t"), new_key(settings.LEDGER_KEY_FILE))
    assert {one.words: (one.is_named, sorted({found.kind for found in one.found})) for one in attacks} == {
        "a row changed": (True, ["changed"]),
        "a row deleted": (True, ["missing", "numbers"]),
        "a row inserted between two others": (True, ["inserted", "rewritten"]),
        "a whole chain rewritten with all its hashes": (True, ["rewritten"]),
        "an old copy of the database replayed": (True, ["missing"]),
    }
    assert verify_all().is_whole
