"""Cases by their chains, as administrators see them: numbers, and of one case only what moving it needs. Read side only."""

from collections import Counter

from django.db import connection
from django.db.models import Count, QuerySet

from casework import states
from casework.models import Case
from casework.references import NotAReference, read
from flows.engine import CaseFlow
from flows.published_chains import key
from oversight.figures import Asked
from oversight.panel_sql import FROM_CASE, OPENED

# Administrators see no content of a case: the rest of its row is not even read.
_SEEN = ("district", "reference", "measure", "purpose", "flow_class", "state", "step", "outcome", "version")


def open_by_chain(district_id: int) -> Counter[str]:
    """How many open cases are on each version of a chain, in whatever order of its steps, by its key."""
    found: Counter[str] = Counter()
    for flow, cases in _open(district_id).values_list("flow_class").annotate(Count("pk")):
        found[key(flow)] += cases
    return found


def open_by_step(district_id: int, chain: type[CaseFlow]) -> Counter[str]:
    """How many open cases of one version stand at each of its steps; `correction` are those that wait for the applicant."""
    found: Counter[str] = Counter()
    for flow, step, cases in _open(district_id).values_list("flow_class", "step").annotate(Count("pk")):
        if key(flow) == key(chain):
            found[step] += cases
    return found


def case_at(district_id: int, typed: str) -> Case | None:
    """The district's case with this reference, without its content; None where there is none."""
    try:
        reference = read(typed)
    except NotAReference:
        return None
    return Case.objects.filter(district_id=district_id, reference=reference).only(*_SEEN).first()


def _open(district_id: int) -> QuerySet[Case]:
    return Case.objects.filter(district_id=district_id).exclude(state=states.CLOSED).order_by()


def opened_by_kind(asked: Asked) -> dict[tuple[str, str], int]:
    """How many cases of each measure and purpose were opened in the period, by the filter."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.measure, c.purpose, count(*) FROM {FROM_CASE} WHERE {OPENED} GROUP BY 1, 2",  # noqa: S608
            asked.values(),
        )
        return {(code, purpose): many for code, purpose, many in cursor.fetchall()}
