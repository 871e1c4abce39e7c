"""Whose claims are certain by now (免申即享): looked up, judged and offered, any number of times at once.

Registers are asked before anything is locked. Where one does not answer, the person is looked at again next time.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.actor import CLOCK
from accounts.models import User
from casework.certain import claims_of, sources
from casework.models import Case, IncomingRecord, Mandate, Person, Preparation, PreparedClaim, RegisterAnswer
from casework.registers import INSURANCE, about_a_person
from flows.actions.look_up import FOUND, KEPT, NONE, look_up
from flows.actions.prepare import prepare

BATCH = 200
MOST = 2_000  # people in one run: a sweep comes every minute
AGAIN_AFTER = timedelta(hours=20)


def prepare_all(now: datetime, person_id: int | None = None, most: int = MOST) -> Counter[str]:
    """Offer what is certain to whom it was not offered; how many people were looked at, and how many offers made."""
    done: Counter[str] = Counter()
    for person, user in _each(now, person_id, most):
        registers = about_a_person(sources())
        asked = look_up(person=person, registers=registers, by=CLOCK, now=now) if registers else {}
        if any(outcome not in (FOUND, NONE, KEPT) for outcome in asked.values()):
            done["waits for a register"] += 1
            continue
        made = prepare(person=person, user=user, claims=claims_of(person, localdate(now)), by=CLOCK, now=now)
        done["looked at"] += 1
        done["prepared"] += len(made)
    return done


def _each(now: datetime, person_id: int | None, most: int) -> Iterator[tuple[Person, User]]:
    """People with an account of whom something came in, or not looked at for a day, with who acts for them."""
    found = candidates(now) if person_id is None else Person.objects.filter(pk=person_id)
    for person in found.select_related("key", "district").order_by("pk")[:most].iterator(chunk_size=BATCH):
        user = account_of(person, now)
        if user is not None:
            yield person, user


def candidates(now: datetime) -> QuerySet[Person]:
    """Whose records, register's answers or former claims say that something may be due, and who may be looked at again."""
    today = localdate(now)
    records = IncomingRecord.objects.filter(
        district_id=OuterRef("district_id"), number_index=OuterRef("number_index"), in_force=True
    )  # fmt: skip
    answers = RegisterAnswer.objects.filter(
        person=OuterRef("pk"), register=INSURANCE.code, answer__isnull=False, valid_until__gte=today
    )  # fmt: skip
    offers = PreparedClaim.objects.filter(person=OuterRef("pk"), state=PreparedClaim.OFFERED)
    granted = Case.objects.filter(person=OuterRef("pk"), measure="flexible_employment_subsidy", outcome="granted")
    seen = Preparation.objects.filter(person=OuterRef("pk"), judged_at__gt=now - AGAIN_AFTER)
    newer = IncomingRecord.objects.filter(
        district_id=OuterRef("district_id"), number_index=OuterRef("number_index"),
        batch__decided_at__gt=OuterRef("preparation__judged_at"),
    )  # fmt: skip
    mandates = Mandate.objects.in_force(today).filter(person=OuterRef("pk"))
    return Person.objects.filter(
        Exists(mandates), Q(Exists(records)) | Q(Exists(answers)) | Q(Exists(offers)) | Q(Exists(granted))
    ).filter(~Exists(seen) | Exists(newer))


def account_of(person: Person, now: datetime) -> User | None:
    """The account of the person themselves, else of who acts for them."""
    today = localdate(now)
    mandates = Mandate.objects.in_force(today).filter(person=person)
    every = sorted(mandates.select_related("user"), key=lambda one: (one.capacity != "self", one.pk))
    return every[0].user if every else None
