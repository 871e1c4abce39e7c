"""`python -m benchmarks.audit [N]`: the first page of the audit over N records (10,000,000), every condition and twelve mixes.

On a database of its own: made-up records of N/10 cases over three years, by 400 officers, common and rare values among them. Each
question is asked 20 times; the last line is JSON with the slowest 95th percentile in milliseconds of both kinds.
"""

import json
import os
import sys
import time
from typing import Any

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402

from accounts.models import District, User  # noqa: E402
from benchmarks.audit_mixes import MIXES, SINGLE  # noqa: E402
from casework.models import Action, Case  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402
from oversight.records import Filter, page, records  # noqa: E402

TIMES, OFFICERS = 20, 400
FILL = """
INSERT INTO casework_action (district_id, schema, subject_kind, subject_id, number, event, actor_kind, user_id, role, acts_for_kind,
  acts_for_id, department_id, step, outcome, clause, measure, policy_version, amount, state, person_index, request_id, details, at,
  commitments, previous, hash)
SELECT %(district)s, 1, 'case', %(cases)s + n / 10, n %% 10 + 1,
  CASE WHEN n %% 100000 = 7 THEN 'waived'
       ELSE (ARRAY['submitted','claimed','accepted','claimed','agreed','claimed','agreed','claimed','granted','confirmed'])[n %% 10 + 1] END,
  'officer', %(users)s + n %% %(officers)s, 'reviewer', CASE WHEN n %% 1000 = 3 THEN 'officer' ELSE '' END,
  CASE WHEN n %% 1000 = 3 THEN %(users)s + 1 END, %(departments)s + n %% 9,
  (ARRAY['federation_intake','federation_review','civil_affairs_review','hrss_review','government_approval'])[n %% 5 + 1], '',
  CASE WHEN n %% 10 <> 8 THEN '' WHEN n %% 50000 = 8 THEN '三（十一）' ELSE '三（九）' END,
  (ARRAY['direct_admission','tuition_subsidy','flexible_employment_subsidy','self_employment_subsidy'])[(n / 10) %% 4 + 1], '2024-03',
  CASE WHEN n %% 10 = 8 THEN (n %% 50000)::numeric END, 'in_review', md5((n / 30)::text) || md5((n / 30)::text), '', '{}',
  timestamptz '2024-03-01' + (n::float8 / %(many)s) * interval '94608000 seconds', '{}', repeat('0', 64), md5(n::text) || md5(n::text)
FROM generate_series(1, %(many)s) n
"""


def main(many: int) -> None:
    with scratch.database():
        district = District.objects.get(code="minhang")
        scene = Scene("b")
        scene.everybody()
        base = scene.begin(ADMISSION)
        users = [User.objects.create_officer(f"bench{number}", f"示例{number}") for number in range(OFFICERS)]
        begun = time.perf_counter()
        fill(district, base, users[0].pk, many)
        print(f"{many} records made in {time.perf_counter() - begun:.0f} s", flush=True)
        some = Action.objects.filter(subject_id=base.pk + many // 20).order_by("number")[0]
        known = {"applicant": some.person_index, "case": Case.objects.get(pk=some.subject_id).reference}
        slowest = {}
        for title, questions in (("single", SINGLE), ("mixes", MIXES)):
            slowest[title] = max(asked(district.pk, name, given, known) for name, given in questions.items())
    print(json.dumps({"records": many, **{f"p95_ms_{title}": round(ms, 1) for title, ms in slowest.items()}}))


def asked(district_id: int, name: str, given: dict[str, Any], known: dict[str, str]) -> float:
    """The 95th percentile of a question, in milliseconds."""
    asked_for = Filter(
        **{part: known.get(value, value) if isinstance(value, str) else value for part, value in given.items()}
    )
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        rows = page(records(district_id, asked_for), None)
        took.append(1000 * (time.perf_counter() - begun))
    p95 = sorted(took)[int(TIMES * 0.95) - 1]
    print(f"{name}: {p95:.1f} ms, {len(rows)} rows", flush=True)
    return p95


def fill(district: District, base: Case, first_user: int, many: int) -> None:
    """N records and the rows of their cases, one in 21 refused."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        names = [column.name for column in connection.introspection.get_table_description(cursor, "casework_case")]
        changed = {
            "id": "id + g", "reference": "'MH' || lpad(g::text, 12, '0')", "submission_key": "gen_random_uuid()",
            "outcome": "CASE WHEN g % 21 = 0 THEN 'refused' ELSE 'granted' END",
        }  # fmt: skip
        columns = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(changed.get(name, f'"{name}"') for name in names)
        cursor.execute(
            f"INSERT INTO casework_case ({columns}) SELECT {values} FROM casework_case, generate_series(1, {many // 10}) g "
            f"WHERE id = {base.pk}"
        )
        cursor.execute("SELECT min(id) FROM accounts_department")
        given = {
            "district": district.pk, "cases": base.pk, "many": many, "users": first_user, "officers": OFFICERS,
            "departments": cursor.fetchone()[0],
        }  # fmt: skip
        cursor.execute(FILL, given)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE casework_action")
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
