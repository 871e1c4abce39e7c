"""Look for the patterns (找值得一看的情形): the clock does once a day, a supervisor whenever they like."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from accounts.actor import CLOCK, Actor
from accounts.models import District
from casework import access
from casework.access import ActionSpec
from casework.published import parameters
from casework.record import write_on
from casework.sealing import fixed_index
from flows.errors import AlreadyDone, NotAllowed
from flows.sweep import register_daily
from oversight.models import PatternHit, PatternRun
from oversight.patterns import PATTERNS, Pattern, values_of

SPEC = access.register_action(ActionSpec("find_hits", needs="any_case", holder="supervisors", by_clock=True))
_FOUND: Final = ("subject", "size", "users", "cases", "details")


def find_hits(*, district: District, by: Actor, now: datetime) -> Counter[str]:
    """How many new hits each pattern has. What was found before is the same hit; while nobody has looked at it, its
    numbers are brought up to date. Raises NotAllowed; AlreadyDone where the clock has looked today."""
    verdict = access.may(by, "find_hits", on=localdate(now))
    if not verdict or (by.post is not None and by.post.district_id != district.pk):
        raise NotAllowed(verdict.reason or "other_department")
    new: Counter[str] = Counter()
    with transaction.atomic():
        run = _begun(district, by, now)
        with connection.cursor() as cursor:  # one look at a time: another waits, and finds what this one found
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('patterns'), %s)", [district.pk])
        figures = parameters(district.pk)
        for pattern in PATTERNS:
            new[pattern.code] = _keep(
                pattern, district, now, _rows(pattern, values_of(pattern, district.pk, figures, now))
            )
        write_on(run, "patterns_looked_for", by, now, details={"new": {code: n for code, n in new.items() if n}})
    return new


def _begun(district: District, by: Actor, now: datetime) -> PatternRun:
    """The look. Where two sweeps begin it at once, the second waits for the first and is done."""
    try:
        with transaction.atomic():
            return PatternRun.objects.create(district=district, day=localdate(now), at=now, by_id=by.user_id)
    except IntegrityError as error:
        raise AlreadyDone("looked_for_today") from error


def _rows(pattern: Pattern, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(pattern.sql, values)
        for row in cursor.fetchall():
            found = dict(zip(_FOUND, row, strict=True))
            for name in ("users", "cases", "details"):
                found[name] = json.loads(found[name]) if isinstance(found[name], str) else found[name]
            yield found | {"key": fixed_index(f"pattern {pattern.code} {found.pop('subject')}")}


def _keep(pattern: Pattern, district: District, now: datetime, rows: Iterator[dict[str, Any]]) -> int:
    """Add what is new, and bring up to date what nobody has looked at: three statements, however many there are."""
    found = {row["key"]: row for row in rows}
    known: dict[str, PatternHit] = {}
    for each in PatternHit.objects.filter(district=district, pattern=pattern.code, key__in=found).order_by("turn"):
        known[each.key] = each
    new, changed = [], []
    for key, row in found.items():
        hit = known.get(key)
        if hit is None or (hit.result and pattern.again and row["size"] > hit.size * pattern.again):
            turn = hit.turn + 1 if hit else 1
            new.append(PatternHit(district=district, pattern=pattern.code, turn=turn, found_at=now, **row))
        elif not hit.result and (hit.size, hit.details) != (row["size"], row["details"]):
            hit.size, hit.users, hit.cases, hit.details = row["size"], row["users"], row["cases"], row["details"]
            changed.append(hit)
    PatternHit.objects.bulk_create(new, batch_size=500)
    PatternHit.objects.bulk_update(changed, ["size", "users", "cases", "details"], batch_size=500)
    return len(new)


def _daily(now: datetime) -> Counter[str]:
    """What the sweep does once a day, in every district."""
    done: Counter[str] = Counter()
    looked = PatternRun.objects.filter(day=localdate(now), by=None).values("district")
    for district in District.objects.exclude(pk__in=looked).order_by("pk"):
        try:
            done["pattern_hits"] += find_hits(district=district, by=CLOCK, now=now).total()
        except AlreadyDone:  # another sweep was faster
            continue
    return done


register_daily(_daily)
