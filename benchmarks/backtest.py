"""`python -m benchmarks.backtest [N]`: seconds for a back-test of 100,000 cases.

It runs on a database of its own. Claims of one month to a year for social insurance, and of tuition, half and half; every
case is worked out, one in a hundred of the insured has taken months before.
"""

import gc
import json
import os
import random
import sys
import time
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from accounts.models import Department, District, User  # noqa: E402
from casework.backtest import Run  # noqa: E402
from casework.models import AnswerSet, Assessment, Case, ExclusionKey, Person  # noqa: E402
from casework.published import read  # noqa: E402
from casework.sealing import index, new_key, seal  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.engine import REGISTRY  # noqa: E402
from policy import assess  # noqa: E402
from policy.explanation import explain  # noqa: E402
from policy.parameters import Parameters  # noqa: E402

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
PEOPLE, BATCH = 500, 2000
RESIDENT = {"district_resident": True, "certificate_valid": True}
CHANGES = {"tuition.yearly_cap": "9000", "flexible_employment.share": "0.60"}


def main(number: int) -> None:
    with scratch.database(), transaction.atomic():
        fill(number)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        district_id = District.objects.get(code="minhang").pk
        before = read(district_id)
        after = Parameters.from_rows(
            [row | ({"value": CHANGES[str(row["name"])]} if row["name"] in CHANGES else {}) for row in before.rows()]
        )
        gc.freeze()  # as the command does
        for title, everything, helpers in (
            ("a change of what all use", False, 0), ("every case, as for a new version", True, 0),
            ("every case, with a helper, as the page runs it", True, 1),
        ):  # fmt: skip
            begun, worked = time.perf_counter(), time.process_time()
            run = Run(district_id, before, after, everything=everything, helpers=helpers)
            changed = sum(len(page) for page in run)
            took, own = time.perf_counter() - begun, time.process_time() - worked
            print(
                f"{title}: {run.done} cases, {changed} changed, {took:.1f} s ({own:.1f} s of this process); "
                f"per 100,000: {took / max(run.done, 1) * 100_000:.1f} s",
                flush=True,
            )
        transaction.set_rollback(True)
    print(json.dumps({"seconds_per_100000": round(took / max(run.done, 1) * 100_000, 1), "cases": run.done}))


def fill(number: int) -> None:
    """N cases with an answer set and an assessment each."""
    district, chance = District.objects.get(code="minhang"), random.Random(1)
    towns = list(Department.objects.filter(district=district, kind="town"))
    flow, clerk = REGISTRY["direct_admission", "", 1], User.objects.create_officer("benchmark", "示例")
    figures, people = read(district.pk), []
    for serial in range(PEOPLE):
        key, own = new_key("person", district.pk), index(f"benchmark {serial}")
        people.append(
            Person.objects.create(
                district=district, key=key, name="示例", number=b"", number_index=own, number_tail_index=own,
                town=chance.choice(towns),
            )
        )  # fmt: skip
    for first in range(0, number, BATCH):
        made = [_claim(chance) for _ in range(min(BATCH, number - first))]
        cases = Case.objects.bulk_create(
            Case(
                district=district, reference=f"B{first + place:013d}"[:14], measure=code, policy_version="2024-03", as_of=NOW.date(),
                person=(who := chance.choice(people)), town=who.town, opened_at=NOW, flow_class=flow,
                outcome=chance.choice(("", "granted")),
            )
            for place, (code, _) in enumerate(made)
        )  # fmt: skip
        answers = AnswerSet.objects.bulk_create(
            AnswerSet(district=district, case=case, number=1, answers=b"", submitted_at=NOW, submitted_by=clerk)
            for case in cases
        )
        Assessment.objects.bulk_create(
            _assessment(case, told, facts, figures) for case, told, (_, facts) in zip(cases, answers, made, strict=True)
        )
        ExclusionKey.objects.bulk_create(
            (
                ExclusionKey(
                    district=district, kind="social_insurance", subject=case.person.number_index, case=case, taken_at=NOW,
                    key=chance.choice(facts["months"])["month"],
                )
                for case, (code, facts) in zip(cases, made, strict=True)
                if code == "flexible_employment_subsidy" and chance.random() < 0.02
            ),
            ignore_conflicts=True,
        )  # fmt: skip


def _claim(chance: random.Random) -> tuple[str, dict[str, Any]]:
    if chance.random() < 0.5:
        paid = Decimal(chance.randint(100_000, 1_500_000)) / 100
        return "tuition_subsidy", {
            **RESIDENT, "school_kind": "adult_higher", "school_year": "2026-2027", "tuition_paid": str(paid), "city_aid": "0",
        }  # fmt: skip
    first, months = chance.randint(0, 18), chance.randint(1, 12)
    rows = [
        {"month": f"{2025 + month // 12}-{month % 12 + 1:02d}", "paid_on_time": True, "paid_in_full": True}
        for month in range(first, min(first + months, 22))
    ]
    return "flexible_employment_subsidy", {**RESIDENT, "flexible_employment_registered": True, "months": rows}


def _assessment(case: Case, answers: AnswerSet, facts: dict[str, Any], figures: Parameters) -> Assessment:
    found = assess(case.measure, case.as_of, facts, [], figures)
    told = explain(found).as_json()
    kept = {"facts": facts, "trace": told["reasons"], "explanation": told}
    return Assessment(
        district_id=case.district_id, case=case, answers=answers, outcome=found.outcome, amount=found.amount,
        policy_version=found.policy_version, parameters=found.parameters, missing=list(found.missing),
        trace=seal(case.person.key, kept), at=NOW,
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
