"""Vacancies, profiles and introductions as pages and actions read them. Nothing here changes anything."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from casework.acting import mandates_of
from casework.assessment import newest_answers
from casework.models import Case, Mandate, Organisation, Person
from casework.sealing import unseal
from casework.sight import visible_to
from services.matching import Match, Offer, Seeker, ranked
from services.models import Introduction, JobSeeker, Vacancy

PLAN = "soe_recruitment_plan"


def open_vacancies(district_id: int, today: date) -> QuerySet[Vacancy]:
    """What is public: open, and its last day not over."""
    return Vacancy.objects.filter(district_id=district_id, state=Vacancy.OPEN, open_until__gte=today)


def filtered(found: QuerySet[Vacancy], town: int = 0, accommodation: str = "", field: str = "") -> QuerySet[Vacancy]:
    """Those of a town, with an accommodation, of a kind of work, where one is asked for."""
    found = found.filter(town_id=town) if town else found
    found = found.filter(accommodations__contains=[accommodation]) if accommodation else found
    return found.filter(field=field) if field else found


def page_of(found: QuerySet[Vacancy], after: tuple[date, int] | None, size: int) -> list[Vacancy]:
    """The next vacancies by last day, keyset; one more than `size`."""
    if after is not None:
        found = found.filter(open_until__gte=after[0]).filter(Q(open_until__gt=after[0]) | Q(pk__gt=after[1]))
    return list(found.select_related("organisation", "town").order_by("open_until", "pk")[: size + 1])


def units_of(by: Actor, on: date, *, to_change: bool = False) -> QuerySet[Organisation]:
    """The units that the account acts for; with `to_change` only where it may do more than read."""
    held = mandates_of(by, on).filter(organisation__isnull=False)
    held = held.exclude(role=Mandate.READER) if to_change else held
    return Organisation.objects.filter(pk__in=held.values("organisation")).order_by("pk")


def own_vacancies(by: Actor, on: date) -> QuerySet[Vacancy]:
    """The vacancies of the account's units; every one of the district for an officer of services."""
    if by.is_applicant:
        return Vacancy.objects.filter(organisation__in=units_of(by, on))
    return Vacancy.objects.filter(district_id=by.post.district_id) if by.post else Vacancy.objects.none()


def plans_to_publish(by: Actor) -> QuerySet[Case]:
    """The recorded plans that the actor may see and that are no vacancy yet."""
    found = visible_to(by).filter(measure=PLAN, outcome="recorded", organisation__isnull=False, vacancies=None)
    return found.select_related("organisation__key").order_by("pk")


def planned_posts(case: Case) -> int:
    """How many posts the plan keeps, as answered; 0 where it does not say."""
    value = unseal(case.key, newest_answers(case).answers)["facts"].get("planned_posts")
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def profile_of(person: Person) -> JobSeeker | None:
    return JobSeeker.objects.select_related("person__key", "town").filter(person=person).first()


def private_of(seeker: JobSeeker) -> dict[str, Any]:
    """What a profile says under seal: wishes, needs, pay, kind. Raises Erased where the key is gone."""
    found: dict[str, Any] = unseal(seeker.person.key, seeker.private)
    return found


def as_seeker(profile: JobSeeker) -> Seeker:
    """The profile as matching reads it."""
    private = private_of(profile)
    return Seeker(
        skills=frozenset(profile.skills), fields=frozenset(profile.fields), hours=frozenset(profile.hours),
        education=profile.education, town=profile.town_id, needs=frozenset(private["needs"]), pay=private["pay"],
    )  # fmt: skip


COLUMNS = (
    "pk",
    "open_until",
    "field",
    "must",
    "useful",
    "hours",
    "education",
    "town_id",
    "accommodations",
    "pay_to",
    "pay_from",
)


def offers(found: QuerySet[Vacancy]) -> Iterable[Offer]:
    """The vacancies as matching reads them, in one statement."""
    for pk, until, field, must, useful, hours, education, town, has, most, least in found.values_list(*COLUMNS):
        yield Offer(
            key=pk, until=until, field=field, must=frozenset(must), useful=frozenset(useful), hours=frozenset(hours),
            education=education, town=town, offers=frozenset(has), pay=most if most is not None else least,
        )  # fmt: skip


def matches_of(profile: JobSeeker, today: date, most: int) -> list[tuple[Vacancy, Match]]:
    """The best open vacancies for a profile, with the reasons; those it was introduced to already are left out."""
    found = open_vacancies(profile.district_id, today).exclude(introductions__seeker=profile)
    best = ranked(as_seeker(profile), offers(found), most)
    rows = Vacancy.objects.select_related("organisation", "town").in_bulk([one.key for one in best])
    return [(rows[one.key], one) for one in best]


def introductions_for(by: Actor, on: date) -> QuerySet[Introduction]:
    """Introductions that the actor may open as the person, or as an officer of services."""
    found = Introduction.objects.select_related(
        "vacancy__organisation", "vacancy__town", "seeker__person__key", "seeker__town", "key"
    )
    if by.is_applicant:
        return found.filter(seeker__person__in=mandates_of(by, on).values("person"))
    return found.filter(district_id=by.post.district_id) if by.post else found.none()


def candidates(vacancy: Vacancy) -> QuerySet[Introduction]:
    """Who was introduced to a vacancy, in the order of their numbers: those who were, and stand."""
    found = vacancy.introductions.exclude(state__in=("declined", "withdrawn"))
    return found.select_related("seeker__person", "key").order_by("number")
