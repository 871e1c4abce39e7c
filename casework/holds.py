"""Which units' claims are held while a report is looked into (暂缓拨付), clause 四（五）."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet

from casework.models import Case, ClaimHold


def standing() -> QuerySet[ClaimHold]:
    """The holds that stand: not lifted, and the report not unfounded."""
    return ClaimHold.objects.filter(lifted_at=None).exclude(case__outcome="unfounded")


def on_case() -> QuerySet[ClaimHold]:
    """The holds on the unit of the outer statement's `case`, to be asked with Exists."""
    return standing().filter(organisation=OuterRef("case__organisation"))


def is_held(case: Case) -> bool:
    """Whether what the case is owed may not be paid now. A person's claim is held by pausing it alone."""
    return case.organisation_id is not None and standing().filter(organisation=case.organisation_id).exists()


def held_units(cases: Iterable[Case]) -> set[int | None]:
    """Of the units of these cases, those on which a hold stands."""
    found = standing().filter(organisation__in={case.organisation_id for case in cases} - {None})
    return set(found.values_list("organisation_id", flat=True))
