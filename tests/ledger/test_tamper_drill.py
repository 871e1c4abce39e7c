"""The tamper drill finds five of five, each named with its case and record."""

from threading import Timer

import psycopg2
import pytest
from django.conf import settings
from django.db import connection

from casework.models import Action
from casework.sequencer import new_key, sequence
from casework.verifying import verify_all
from flows.drills import tamper
from flows.drills.scene import Scene
from tests.factories import story


@pytest.mark.usefixtures("committed")
def test_it_waits_for_an_older_transaction_of_somebody_else():
    story()
    params = {**connection.get_connection_params(), "cursor_factory": None}
    elsewhere = psycopg2.connect(**params)
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    key = new_key(settings.LEDGER_KEY_FILE)
    story()
    assert sequence(key).taken < Action.objects.count()
    ends = Timer(1, elsewhere.close)
    ends.start()
    try:
        tamper.all_in_the_log(key)
    finally:
        ends.join()
    assert verify_all().pending == 0


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
