"""`python -m benchmarks.ledger [N]`: what the proof costs a sign-off, and how fast the sequencer is.

On a database of its own, on a server that does not wait for the disk, so that the proof's share is as large as it gets. N
sign-offs with the proof (canonical bytes, hash, commitments, the sequencer's index) and N without, in turns of one; then
the sequencer takes a hundred thousand made-up records. The last line is JSON; `with_over_without` must be 0.85 at least, and
`sequenced_a_second` 500.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from casework.sequencer import new_key, sequence, the_log  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.places import HANDLER, Stage  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402

RECORDS = 100_000


@contextmanager
def without() -> Iterator[None]:
    """The same sign-off with no hash, no commitment."""
    with (
        mock.patch("casework.record.link", lambda fields, previous: previous),
        mock.patch("casework.record.hashed_fields", return_value={}),
        mock.patch("casework.record.commit", return_value=("", "")),
    ):
        yield


def signed(stage: Stage) -> float:
    """Seconds of one acceptance, the signature alone."""
    stage.claim()
    begun = time.perf_counter()
    stage.do("accept", HANDLER["federation_intake"])
    return time.perf_counter() - begun


def main(number: int) -> None:
    with scratch.database():
        scene = Scene("b")
        scene.everybody()
        took: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(-10, 2 * number):
            stage = Stage(scene, scene.begin(ADMISSION, scene.person()).pk, ADMISSION.sent_at)
            is_proved = turn % 2 == 0
            if is_proved:
                seconds = signed(stage)
            else:
                with connection.cursor() as cursor, without():
                    cursor.execute("DROP INDEX IF EXISTS action_by_xid")
                    seconds = signed(stage)
                    cursor.execute("CREATE INDEX action_by_xid ON casework_action (xid, id)")
            if turn >= 0:
                took[is_proved].append(seconds)
        fill(RECORDS)
        with TemporaryDirectory() as folder:
            begun = time.perf_counter()
            taken = sequence(new_key(Path(folder) / "key")).taken
            rate = taken / (time.perf_counter() - begun)
            assert the_log().size == taken
    ours, bare = statistics.median(took[True]), statistics.median(took[False])
    print(f"a sign-off with the proof {1000 * ours:.2f} ms, without {1000 * bare:.2f} ms (medians of {number})")
    print(json.dumps({"with_over_without": round(bare / ours, 3), "sequenced_a_second": round(rate), "records": taken}))


def fill(number: int) -> None:
    """So many records of a subject that there is none of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_action (district_id, schema, subject_kind, subject_id, number, event, actor_kind, role,"
            " acts_for_kind, step, outcome, clause, measure, policy_version, state, person_index, request_id, details, at,"
            " commitments, previous, hash) SELECT d.id, 1, 'case', 900000000 + n / 10, n %% 10 + 1, 'commented', 'clock', '',"
            " '', '', '', '', '', '', '', '', '', '{}', now(), '{}', repeat('0', 64), md5(n::text) || md5(n::text)"
            " FROM accounts_district d, generate_series(1, %s) n WHERE d.code = 'minhang'",
            [number],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
