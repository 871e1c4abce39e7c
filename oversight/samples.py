"""Reading random reviews: what may be drawn, samples with how far they are, results by department. Read side only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import make_aware

from accounts.actor import Actor
from accounts.models import Department
from casework.access import SIGNING
from casework.duties import kept_from
from casework.models import Action, Case
from casework.sealing import Erased, unseal
from oversight.models import Sample, SampleCase, SampleCheck
from oversight.sheet import SHEET

PAGE = 25
DECISIONS = ("granted", "refused")


@dataclass(frozen=True)
class Decided:
    """A decided case, as it is drawn from: its key, its reference, and the department that decided it."""

    case_id: int
    reference: str
    department_id: int | None


@dataclass
class Result:
    """What a department's sampled cases came to. `found` counts the answers by question: yes, no, not applicable."""

    department: Department | None
    drawn: int = 0
    checked: int = 0
    faulty: int = 0
    found: dict[str, Counter[str]] = field(default_factory=lambda: {one.code: Counter() for one in SHEET})

    @property
    def figures(self) -> list[tuple[int, int]]:
        """For each question of the sheet: how often yes, of how many answers that apply."""
        return [(n["yes"], n["yes"] + n["no"]) for n in (self.found[one.code] for one in SHEET)]


def decided(
    district_id: int, since: date, until: date, measure: str = "", department_id: int | None = None
) -> list[Decided]:
    """The cases with a decision of these days that stands, and who decided; one statement."""
    ended = make_aware(datetime.combine(until + timedelta(days=1), time.min))
    rows = Case.objects.filter(
        district_id=district_id, decided_at__gte=make_aware(datetime.combine(since, time.min)), decided_at__lt=ended
    )
    if measure:
        rows = rows.filter(measure=measure)
    last = Action.objects.filter(
        district_id=district_id, subject_kind="case", subject_id=OuterRef("pk"), event__in=DECISIONS
    )
    rows = rows.annotate(decider=Subquery(last.order_by("-number").values("department_id")[:1]))
    if department_id is not None:
        rows = rows.filter(decider=department_id)
    return [Decided(*row) for row in rows.order_by("pk").values_list("pk", "reference", "decider")]


def samples_of(district_id: int, after: int | None = None, size: int = PAGE) -> list[Sample]:
    """The next page of samples with how many of their cases are checked, the newest first, one row more than `size`."""
    rows = Sample.objects.filter(district_id=district_id).defer("frame").select_related("department", "drawn_by")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    counted = rows.annotate(checked=Count("cases__check_done"))
    return list(counted.order_by("-pk")[: size + 1])


def sample_of(by: Actor, sample_id: int) -> Sample | None:
    """The sample, in the actor's district; None where there is none."""
    district_id = by.post.district_id if by.post is not None else 0
    rows = Sample.objects.filter(pk=sample_id, district_id=district_id)
    return rows.select_related("department", "drawn_by").defer("frame").first()


def cases_of(one: Sample) -> list[SampleCase]:
    """The cases of a sample in the order of the draw, with their checks."""
    return list(one.cases.select_related("case", "department", "check_done__by").order_by("place"))


def sampled_of(rows: QuerySet[SampleCase], sample_id: int, place: int) -> SampleCase | None:
    """One case of a sample by its place, with its people; None where there is none."""
    people = ("sample", "department", "case__person__key", "case__organisation__key", "case__own_key")
    found = rows.filter(sample_id=sample_id, place=place).select_related(*people)
    return found.defer("sample__frame").first()


def why_not_check(by: Actor, case: Case) -> str:
    """Why the actor does not check this case: they signed in it, or a duty keeps it from them; empty where they may."""
    hands = Q(user_id__in=by.hands) | Q(acts_for_kind="officer", acts_for_id__in=by.hands)
    signed = Action.objects.filter(
        hands, district_id=case.district_id, subject_kind="case", subject_id=case.pk, event__in=SIGNING
    )
    return "signed_what_is_checked" if signed.exists() else kept_from(by, case)


def results(sampled: Iterable[SampleCase]) -> list[Result]:
    """By the department that decided, in the order of departments."""
    found: dict[Any, Result] = {}
    for one in sampled:
        row = found.setdefault(one.department_id, Result(one.department))
        row.drawn += 1
        if (check := check_of(one)) is not None:
            row.checked += 1
            row.faulty += check.has_faults
            for code, answer in check.answers.items():
                row.found[code][answer] += 1
    return [found[key] for key in sorted(found, key=lambda key: (key is None, key or 0))]


def check_of(sampled: SampleCase) -> SampleCheck | None:
    return getattr(sampled, "check_done", None)


def remark_of(check: SampleCheck, case: Case) -> str:
    """What whoever checked it wrote; empty where it was erased."""
    try:
        return str(unseal(case.key, check.remark) or "")
    except Erased:
        return ""
