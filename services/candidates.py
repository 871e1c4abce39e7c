"""Who fits a vacancy (岗位找人): the same matching from the other side, and as fast among ten thousand seekers.

What tells of a disability is sealed, and unsealing everybody would take too long. So the seekers come in the order of what
is open (skills, wishes, town), and are unsealed only as long as somebody further down could still be among the best.
"""

from dataclasses import replace
from heapq import heappush, heappushpop
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from casework.sealing import Erased, unsealing
from services.jobs import as_seeker, offers
from services.lists import EDUCATION
from services.matching import FIELD, LACKS, NEED, PAY, SKILL, TOWN, Match, Offer, judge
from services.models import JobSeeker, Vacancy

CHUNK = 2000  # seekers that are read at a time


def seekers_for(vacancy: Vacancy, most: int) -> list[tuple[JobSeeker, Match]]:
    """The seekers that fit best with the reasons, best first and of equals who registered first; at most so many. Who was
    introduced to the vacancy already is left out, and who is switched off."""
    offer = next(iter(offers(Vacancy.objects.filter(pk=vacancy.pk))))
    rows = _possible(vacancy, offer).annotate(points=_points(offer), key=Cast("person__key_id", TextField()))
    rows = rows.filter(person__key__isnull=False).order_by("-points", "pk")
    sealed = rows.values_list("points", "pk", "key", "person__key__wrapped", "private")
    most_more = NEED * len(offer.offers) + (PAY if offer.pay is not None else 0)  # that the sealed part can add
    best: list[tuple[int, int]] = []  # a heap: points, and the seeker with a minus
    opened = unsealing()
    for points, pk, key, wrapped, private in sealed.iterator(chunk_size=CHUNK):
        if len(best) == most and points + most_more < best[0][0]:
            break
        try:
            row = points + _more(opened(key, wrapped, private), offer), -pk
        except Erased:
            continue
        (heappush if len(best) < most else heappushpop)(best, row)
    return _told([-pk for _, pk in sorted(best, reverse=True)], offer)


def _possible(vacancy: Vacancy, offer: Offer) -> QuerySet[JobSeeker]:
    """Those whom no hard condition excludes."""
    rows = JobSeeker.objects.filter(district_id=vacancy.district_id, is_on=True).exclude(introductions__vacancy=vacancy)
    if offer.must:
        rows = rows.filter(skills__contains=sorted(offer.must))
    if offer.education:
        levels = list(EDUCATION)
        rows = rows.filter(education__in=levels[levels.index(offer.education) :])
    if offer.hours:
        fits = Q(hours=[])
        for one in sorted(offer.hours):
            fits |= Q(hours__contains=[one])
        rows = rows.filter(fits)
    return rows


def _points(offer: Offer) -> Any:
    """The points of what is open, as `matching.judge` counts them."""
    parts = [_worth(Q(fields__contains=[offer.field]), FIELD), _worth(Q(town=offer.town), TOWN)]
    parts += [_worth(Q(skills__contains=[skill]), SKILL) for skill in sorted(offer.must | offer.useful)]
    return sum(parts[1:], start=parts[0])


def _worth(fits: Q, points: int) -> Case:
    return Case(When(fits, then=Value(points)), default=Value(0), output_field=IntegerField())


def _more(private: dict[str, Any], offer: Offer) -> int:
    """The points of what is sealed, as `matching.judge` counts them."""
    needs, pay = private["needs"], private["pay"]
    met = len(offer.offers.intersection(needs))
    more = NEED * met + LACKS * (len(needs) - met)
    if pay is None or offer.pay is None:
        return more
    return more + (PAY if offer.pay >= pay else -PAY)


def _told(keys: list[int], offer: Offer) -> list[tuple[JobSeeker, Match]]:
    """The same seekers with the reasons in words."""
    rows = JobSeeker.objects.select_related("person__key", "town").in_bulk(keys)
    judged = [(rows[pk], judge(as_seeker(rows[pk]), offer)) for pk in keys]
    return [(one, replace(match, key=one.pk)) for one, match in judged if match is not None]
