"""The same paper, invoice or certificate in another application (相同材料): found for whoever examines a case.

Files are compared by a blind index of their content, objects by the digests that the exclusions use. Of a case that is
out of the officer's sight nothing is told but that there is one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.actor import Actor
from casework.exclusions import claims_objects
from casework.models import Case, ClaimMark, Evidence
from casework.sight import visible_to
from policy import measure

MOST = 5


@dataclass(frozen=True)
class Likeness:
    """Another case with the same thing. `case` is None where the officer may not see it."""

    case: Case | None
    same_applicant: bool


def same_files(by: Actor, case: Case, files: Iterable[Evidence]) -> dict[int, list[Likeness]]:
    """For each file, by its key: the other cases that hold the same one. Two statements."""
    of = {file.pk: file.content_index for file in files if file.content_index}
    if not of:
        return {}
    rows = Evidence.objects.filter(
        district_id=case.district_id, content_index__in=set(of.values()), case__isnull=False, removed_at=None
    ).exclude(case=case)
    found = defaultdict(set)
    for index, pk in rows.values_list("content_index", "case_id").order_by("-case_id")[:200]:
        found[index].add(pk)
    seen = _seen(by, {pk for keys in found.values() for pk in keys})
    return {pk: _told(case, found[index], seen) for pk, index in of.items() if index in found}


def same_objects(by: Actor, case: Case) -> list[Likeness]:
    """The other cases, granted or not, that claim the same invoice, certificate or event. Two statements, none where the
    measure has no such thing."""
    row = measure(case.measure, case.purpose).excludes
    if row is None or not claims_objects(row):
        return []
    mine = ClaimMark.objects.filter(case=case).values("key")
    others = ClaimMark.objects.filter(district_id=case.district_id, kind=row.kind.value, key__in=mine)
    keys = set(others.exclude(case=case).values_list("case_id", flat=True)[:200])
    return _told(case, keys, _seen(by, keys)) if keys else []


def _seen(by: Actor, keys: set[int]) -> dict[int, Case]:
    return {one.pk: one for one in visible_to(by).filter(pk__in=keys)} if keys else {}


def _told(case: Case, keys: set[int], seen: dict[int, Case]) -> list[Likeness]:
    """Those that can be opened first, the newest first; at most so many."""
    who = (case.person_id, case.organisation_id)
    told = [
        Likeness(other, (other.person_id, other.organisation_id) == who)
        for pk in sorted(keys, reverse=True)
        if (other := seen.get(pk)) is not None
    ]
    hidden = [Likeness(None, False)] if keys - set(seen) else []
    return [*told[:MOST], *hidden]
