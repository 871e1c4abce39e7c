"""The way of an act on what a pattern found: the right judged, the hit locked, whoever it is about left out."""

from datetime import datetime

from django.db import connection
from django.db.models import Max
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Post
from casework import access
from casework.models import SubjectKey
from casework.sealing import new_key
from flows.errors import Invalid, NotAllowed, NotThere
from oversight.hits import cases_of, why_not_judge
from oversight.models import PatternHit, Sample
from policy import T

LONGEST = 1000


def allowed(by: Actor, verb: str, now: datetime) -> Post:
    """The supervisor's post. Raises NotAllowed."""
    verdict = access.may(by, verb, on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    return by.post


def locked_hit(hit_id: int, by: Actor, verb: str, now: datetime) -> PatternHit:
    """The hit, locked until the transaction ends, for a supervisor whom it is not about. Raises NotThere, NotAllowed."""
    post = allowed(by, verb, now)
    rows = PatternHit.objects.select_for_update(of=("self",), no_key=True)
    hit = rows.filter(pk=hit_id, district_id=post.district_id).first()
    if hit is None:
        raise NotThere
    if reason := why_not_judge(by, hit, cases_of(hit)):
        raise NotAllowed(reason)
    return hit


def written(text: str, name: str, wrong: T) -> str:
    """The words of whoever acts. Raises Invalid where there are none, or too many."""
    said = text.strip()
    if not said:
        raise Invalid(**{name: wrong})
    if len(said) > LONGEST:
        raise Invalid(**{name: T("最多 {most} 个字。", "{most} characters at most.").fill(most=LONGEST)})
    return said


def key_for(hit: PatternHit) -> SubjectKey:
    """What words about the hit are sealed under: the applicant's key where it is about one case, else one of its own."""
    cases = cases_of(hit)
    key = cases[0].key if len(cases) == 1 else None
    return key or new_key("officer", hit.district_id)


def next_number(district_id: int, year: int) -> int:
    """The next sample's number in the year; whoever draws at the same time waits for the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [f"sample {year}", district_id])
    found = Sample.objects.filter(district_id=district_id, year=year).aggregate(last=Max("number"))["last"]
    return (found or 0) + 1
