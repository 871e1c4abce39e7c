"""`python -m benchmarks.matching [SEEKERS] [VACANCIES]`: milliseconds for the matches of one seeker, and for the seekers that
fit one vacancy, by default among 10,000 seekers and 2,000 vacancies.
It runs on a database of its own.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sized
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection, transaction  # noqa: E402

from accounts.models import Department, District, User  # noqa: E402
from casework.models import Organisation, Person  # noqa: E402
from casework.sealing import index, new_key, new_keys, seal  # noqa: E402
from flows.drills import scratch  # noqa: E402
from services.candidates import seekers_for  # noqa: E402
from services.jobs import matches_of  # noqa: E402
from services.lists import ACCOMMODATIONS, EDUCATION, FIELDS, HOURS, SKILLS  # noqa: E402
from services.models import JobSeeker, Vacancy  # noqa: E402

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, ASKED, SHOWN = date(2026, 11, 2), 100, 20


def main(seekers: int, vacancies: int) -> None:
    with scratch.database(), transaction.atomic():
        fill(seekers, vacancies)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        profiles = JobSeeker.objects.select_related("person__key", "town").order_by("?")[:ASKED]
        print(f"{seekers:,} seekers, {vacancies:,} vacancies")
        jobs = timed("vacancies for a seeker", profiles, lambda one: matches_of(one, TODAY, SHOWN))
        people = timed(
            "seekers for a vacancy", Vacancy.objects.order_by("?")[:ASKED], lambda one: seekers_for(one, SHOWN)
        )
        transaction.set_rollback(True)
    print(json.dumps({"p95_ms_vacancies": round(jobs, 1), "p95_ms_seekers": round(people, 1), "seekers": seekers}))


def timed(what: str, asked: Iterable[Any], matches: Callable[[Any], Sized]) -> float:
    """Each one asked, and how long that took; milliseconds within which 95 % were answered."""
    taken, found = [], 0
    for one in asked:
        began = time.perf_counter()
        found += len(matches(one))
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    print(
        f"{what}: {len(taken)} asked, {found / len(taken):.1f} matches each: median {statistics.median(taken):.0f} ms, "
        f"95 % within {taken[int(len(taken) * 0.95)]:.0f} ms, slowest {taken[-1]:.0f} ms"
    )
    return taken[int(len(taken) * 0.95)]


def fill(seekers: int, vacancies: int) -> None:
    """Invented people and units; few hard conditions, so that most vacancies have to be scored."""
    chance = random.Random(7)
    district = District.objects.get(code="minhang")
    towns = list(Department.objects.filter(district=district, kind=Department.TOWN))
    user = User.objects.create_applicant("示例")
    key = new_key("organisation", district.pk)

    def some(keys: object, most: int) -> list[str]:
        return chance.sample(sorted(keys), chance.randint(0, most))  # type: ignore[call-overload]

    unit = Organisation.objects.create(
        district=district,
        key=key,
        name="示例单位",
        number=seal(key, "0"),
        number_index=index("benchmark"),
        number_tail_index="",
    )
    Vacancy.objects.bulk_create(
        Vacancy(
            district=district, organisation=unit, title=f"示例{n}", field=chance.choice(list(FIELDS)), number=1, made_at=NOW,
            made_by=user, town=chance.choice(towns), open_until=TODAY + timedelta(days=chance.randint(0, 90)),
            hours=some(HOURS, 3), must=some(SKILLS, 1), useful=some(SKILLS, 4), accommodations=some(ACCOMMODATIONS, 6),
            education=chance.choice(list(EDUCATION)[:4]), pay_from=3000, pay_to=chance.randint(3000, 9000),
        )
        for n in range(vacancies)
    )  # fmt: skip
    people = Person.objects.bulk_create(
        Person(
            district=district, key=own, name="示例", number=seal(own, str(n)), number_index=index(f"benchmark {n}"), number_tail_index=""
        )
        for n, own in enumerate(new_keys("person", district.pk, seekers))
    )  # fmt: skip
    JobSeeker.objects.bulk_create(
        JobSeeker(
            district=district, person=person, skills=some(SKILLS, 6), fields=some(FIELDS, 3), hours=some(HOURS, 2),
            education=chance.choice(list(EDUCATION)), town=chance.choice(towns), changed_by=user, changed_at=NOW,
            private=seal(person.key, {"needs": some(ACCOMMODATIONS, 4), "pay": chance.randint(2500, 6000), "words": "", "kind": "4"}),
        )
        for person in people
    )  # fmt: skip


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*(given if len(given) == 2 else (10_000, 2_000)))
