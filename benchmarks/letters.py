"""`python -m benchmarks.letters [N]`: decision letters a second, one by one as they are first read, and in batches of fifty.

The letter is a real one: the grant of a direct admission that went through its chain. Rendering is all that is timed: fonts,
layout, tags, the code to verify it by. The last line is JSON.
"""

import json
import os
import statistics
import sys
import time

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from casework.letters import render, render_batch  # noqa: E402
from casework.models import Letter  # noqa: E402
from casework.sealing import unseal  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.places import Stage  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402

BATCH = 50


def main(number: int) -> None:
    with scratch.database():
        scene = Scene("b")
        scene.everybody()
        stage = Stage(scene, scene.begin(ADMISSION, scene.person()).pk, ADMISSION.sent_at).to("public_notice")
        letter = Letter.objects.select_related("case__person__key").filter(case=stage.case_id, kind="granted").get()
        facts = unseal(letter.case.key, letter.facts) | {"number": letter.number}
    render(facts, "zh")  # the fonts are read once a process
    others = [
        facts | {"number": f"{facts['number']}-{place}"} for place in range(number + BATCH)
    ]  # none was laid out before
    taken = [_seconds(lambda: render(one, "zh")) for one in others[:number]]  # noqa: B023
    batches = [_seconds(lambda: render_batch([(one, "zh") for one in others[-BATCH:]]))]
    one, many = 1 / statistics.median(taken), BATCH / statistics.median(batches)
    size = len(render(facts, "zh"))
    print(f"one by one {one:.1f} a second, in batches of {BATCH} {many:.1f} a second; {size / 1024:.0f} KB each")
    print(json.dumps({"letters_a_second": round(one, 1), "in_batches_a_second": round(many, 1), "bytes": size}))


def _seconds(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
