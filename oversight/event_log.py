"""The event log of cases (过程记录) for tools of process mining: XES (IEEE 1849-2016) and OCEL 2.0 as JSON.

Nobody is named in it: a case stands under a blind index that no reference can be told from, an officer as the code of their
post (department, role, number of the post), everybody else as what they are. No amount, no town, no word that anybody wrote.
Both are made piece by piece, page by page of cases: flat memory whatever the length.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from django.db.models import QuerySet
from django.utils.timezone import make_aware

from accounts.models import Department, Post
from casework.models import Action, Case
from casework.sealing import fixed_index
from casework.states import MOVES

PAGE: Final = 200
# What the standard's lifecycle calls an act; every other completes something.
TRANSITIONS: Final = {
    "claimed": "start",
    "released": "withdraw",
    "transferred": "reassign",
    "suspended": "suspend",
    "resumed": "resume",
}


@dataclass(frozen=True)
class Wanted:
    """Which cases: of a district, opened in a period (both days included), of one measure or of all."""

    district_id: int
    since: date
    until: date
    measure: str = ""

    def cases(self) -> QuerySet[Case]:
        found = Case.objects.filter(
            district_id=self.district_id, opened_at__gte=_midnight(self.since),
            opened_at__lt=_midnight(self.until + timedelta(days=1)),
        )  # fmt: skip
        return found.filter(measure=self.measure) if self.measure else found


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def traces(wanted: Wanted) -> Iterator[tuple[Case, list[Action]]]:
    """Each case with its record in order; two statements a page."""
    after = 0
    while page := list(wanted.cases().filter(pk__gt=after).order_by("pk")[:PAGE]):
        acts: dict[int, list[Action]] = {one.pk: [] for one in page}
        found = Action.objects.filter(district_id=wanted.district_id, subject_kind="case", subject_id__in=list(acts))
        for act in found.select_related("post__department").order_by("subject_id", "number"):
            acts[act.subject_id].append(act)
        yield from ((one, acts[one.pk]) for one in page)
        after = page[-1].pk


def pseudonym(case: Case) -> str:
    """The case under its blind index: the same in every log of the district, and told from no reference."""
    return fixed_index(f"event log case {case.district_id} {case.reference}")[:24]


def post_code(post: Post) -> str:
    return f"{post.department.code}.{post.role}.{post.pk}"


def resource(act: Action) -> str:
    """Who did it: a post, or what they are."""
    return post_code(act.post) if act.actor_kind == "officer" and act.post is not None else act.actor_kind


def activity(act: Action) -> str:
    return f"{act.step} {act.event}" if act.step else act.event


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- XES

_EXTENSIONS: Final = (
    ("Concept", "concept"), ("Time", "time"), ("Lifecycle", "lifecycle"), ("Organizational", "org"),
)  # fmt: skip


def xes(wanted: Wanted) -> Iterator[str]:
    """The log as XML, a trace at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name, prefix in _EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
    yield f'<global scope="trace">{_string("concept:name", "unknown")}</global>\n'
    yield (
        f'<global scope="event">{_string("concept:name", "unknown")}{_string("lifecycle:transition", "complete")}'
        f"{_date('time:timestamp', datetime(1970, 1, 1, tzinfo=UTC))}</global>\n"
    )
    yield '<classifier name="Activity" keys="concept:name"/>\n<classifier name="Event" keys="event"/>\n'
    yield _string("concept:name", "cases") + _string("lifecycle:model", "standard") + "\n"
    for case, acts in traces(wanted):
        yield f"<trace>{''.join(_of_case(case))}\n{''.join(map(_event, acts))}</trace>\n"
    yield "</log>\n"


def _of_case(case: Case) -> Iterator[str]:
    yield _string("concept:name", pseudonym(case))
    yield from (_string(name, value) for name, value in case_attributes(case).items() if value)


def _event(act: Action) -> str:
    given = {
        "concept:name": activity(act), "org:resource": resource(act), "org:role": act.role,
        "org:group": act.post.department.code if act.post is not None and act.actor_kind == "officer" else "",
        "lifecycle:transition": TRANSITIONS.get(act.event, "complete"), "event": act.event, "step": act.step,
        "outcome": act.outcome, "state": act.state,
    }  # fmt: skip
    said = "".join(_string(name, value) for name, value in given.items() if value)
    moves = f'<boolean key="moves" value="{str(act.event in MOVES).lower()}"/>'
    return f"<event>{said}{_date('time:timestamp', act.at)}{moves}</event>\n"


def _string(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>"


def _date(key: str, value: datetime) -> str:
    return f'<date key="{key}" value="{moment(value)}"/>'


def case_attributes(case: Case) -> dict[str, str]:
    """What is said of a case: which kind, by which rules, and how it ended."""
    return {
        "measure": case.measure, "purpose": case.purpose, "policy_version": case.policy_version,
        "outcome": case.outcome, "applicant": _applicant(case),
    }  # fmt: skip


def _applicant(case: Case) -> str:
    if case.person_id:
        return "person"
    return "organisation" if case.organisation_id else "department" if case.applicant_department_id else "anonymous"


# --- OCEL

_OBJECT_TYPES: Final = {
    "case": ("measure", "purpose", "policy_version", "outcome", "applicant"), "post": ("role",), "department": (),
}  # fmt: skip
_OF_EVENT: Final = ("step", "outcome", "state", "actor")


def ocel(wanted: Wanted) -> Iterator[str]:
    """The log as JSON, an object or an event at a time: cases, and the posts and departments that worked on them."""
    acts = Action.objects.filter(
        district_id=wanted.district_id, subject_kind="case", subject_id__in=wanted.cases().values("pk")
    )
    events = sorted(set(acts.order_by().values_list("event", flat=True).distinct()))
    yield f'{{"objectTypes":{_plain([_type(name, names) for name, names in _OBJECT_TYPES.items()])},\n'
    yield f'"eventTypes":{_plain([_type(name, _OF_EVENT) for name in events])},\n"objects":['
    yield from _separated(_objects(wanted))
    yield '],\n"events":['
    yield from _separated(_event_object(case, act) for case, mine in traces(wanted) for act in mine)
    yield "]}\n"


def _type(name: str, attributes: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}


def _objects(wanted: Wanted) -> Iterator[dict[str, Any]]:
    for one in Department.objects.filter(district_id=wanted.district_id).order_by("pk"):
        yield {"id": f"department:{one.code}", "type": "department", "attributes": [], "relationships": []}
    posts = Post.objects.filter(district_id=wanted.district_id).select_related("department").order_by("pk")
    for post in posts.iterator(chunk_size=PAGE):
        since = moment(_midnight(post.since))
        yield {
            "id": f"post:{post_code(post)}", "type": "post", "attributes": [{"name": "role", "time": since, "value": post.role}],
            "relationships": [{"objectId": f"department:{post.department.code}", "qualifier": "of"}],
        }  # fmt: skip
    for case in _cases(wanted):
        ended = moment(case.closed_at or case.decided_at or case.opened_at)
        opened = moment(case.opened_at)
        yield {
            "id": f"case:{pseudonym(case)}", "type": "case", "relationships": [],
            "attributes": [
                {"name": name, "time": ended if name == "outcome" else opened, "value": value}
                for name, value in case_attributes(case).items() if value
            ],
        }  # fmt: skip


def _cases(wanted: Wanted) -> Iterator[Case]:
    after = 0
    while page := list(wanted.cases().filter(pk__gt=after).order_by("pk")[:PAGE]):
        yield from page
        after = page[-1].pk


def _event_object(case: Case, act: Action) -> dict[str, Any]:
    given = {"step": act.step, "outcome": act.outcome, "state": act.state, "actor": act.actor_kind}
    related = [{"objectId": f"case:{pseudonym(case)}", "qualifier": "of"}]
    if act.actor_kind == "officer" and act.post is not None:
        related.append({"objectId": f"post:{post_code(act.post)}", "qualifier": "by"})
        related.append({"objectId": f"department:{act.post.department.code}", "qualifier": "at"})
    return {
        "id": f"{pseudonym(case)}.{act.number}", "type": act.event, "time": moment(act.at),
        "attributes": [{"name": name, "value": value} for name, value in given.items() if value], "relationships": related,
    }  # fmt: skip


def _separated(objects: Iterator[dict[str, Any]]) -> Iterator[str]:
    before = "\n"
    for one in objects:
        yield before + _plain(one)
        before = ",\n"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


FORMS: Final = {"xes": xes, "ocel": ocel}
