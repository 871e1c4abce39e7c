"""Many cases for trials of size: copies of the demonstration's own, with keys, people, references and chains of their own.

A pattern is a case of the demonstration whose rows all stand in `COPIED`: one text a table, as PostgreSQL's COPY reads
it, with gaps where a copy differs (keys, days, reference, hashes, the person's numbers). A copy fills the gaps, so that
a thousand cases cost a second or two. Closed cases are spread over the years since the policy began, open ones stay as they are.

What a copy lacks: files (its letters open as the pattern's do), money (a fund's sums are those of its entries, which no
copy may change) and an account of the applicant.
"""

import hashlib
import io
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction
from django.utils.timezone import localdate

from accounts.models import District
from casework import references
from casework.models import (
    Action,
    AnswerSet,
    Assessment,
    Case,
    CaseEvent,
    CaseScope,
    CorrectionItem,
    CorrectionRequest,
    Deadline,
    DeadlineChange,
    DeadlinePause,
    Evidence,
    Judgement,
    Letter,
    Message,
    Notice,
    Person,
    Position,
    Rating,
    Service,
    Task,
)
from casework.record import hashed_fields
from casework.sealing import fixed_index, index, seal, seal_bytes, tail_index
from casework.states import CLOSED
from demo.invented import APPLICANTS, identity_number
from ledger.canonical import canonical

CHUNK = 2_000  # cases in a transaction
OPEN_ONE_IN = 20
NULL = r"\N"
History: Any = Case.history.model
Previous: Any = Task.previous.through

# Whose rows are copied, and how a case's are found.
COPIED: dict[Any, str] = {
    Person: "cases", Case: "pk", History: "id", Task: "process", Previous: "from_task__process", AnswerSet: "case",
    Assessment: "case", Deadline: "case", DeadlinePause: "deadline__case", DeadlineChange: "deadline__case",
    CaseScope: "case", CorrectionRequest: "case", CorrectionItem: "request__case", Judgement: "case", Notice: "case",
    Letter: "case", Service: "letter__case", Rating: "case", Message: "case", Action: "subject_id",
}  # fmt: skip
LEFT_OUT = (Evidence, CaseEvent, Position, Position.history.model)  # a pattern may have them, a copy has not
_POINTED = {one.related_model for model in COPIED for one in model._meta.concrete_fields if one.related_model in COPIED}
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_OWN = {  # what a person's copy does not share with its pattern
    "name", "number", "number_index", "number_tail_index", "certificate", "certificate_index", "certificate_tail_index",
}  # fmt: skip


class NothingToCopy(Exception):
    """The district has no open case, or no closed one, all of whose rows can be copied."""


class NotItsOwner(Exception):
    """The database's user may not write without its triggers: this is no database of our own."""


@dataclass
class _Pattern:
    """One case as texts with gaps: rows by table, and the canonical bytes of its records, by the hash that each had."""

    case: Case
    person: Person
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # gaps by table
    days: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)  # values that differ wherever they stand, and their gaps

    @property
    def sent_on(self) -> date:
        return localdate(self.case.opened_at)


def grow(
    district: District, count: int, since: date, say: Callable[[int], None] = lambda made: None, chunk: int = CHUNK
) -> int:
    """Add `count` cases; how many records they brought. Each chunk is a transaction; run again, it adds more.

    Raises NothingToCopy, NotItsOwner.
    """
    _may_write()
    closed, still_open = _patterns(district)
    records = 0
    for begin in range(0, count, chunk):
        with transaction.atomic(), _without_triggers() as cursor:
            chosen = [
                still_open[place // OPEN_ONE_IN % len(still_open)] if place % OPEN_ONE_IN == 0
                else closed[place % len(closed)]
                for place in range(begin, min(count, begin + chunk))
            ]  # fmt: skip
            records += sum(len(pattern.links) for pattern in chosen)
            _write(cursor, chosen, district, since)
        say(min(count, begin + chunk))
    with connection.cursor() as cursor:
        for model in COPIED:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return records


def _may_write() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise NotItsOwner


class _without_triggers:  # noqa: N801
    """A cursor whose rows no trigger looks at, and whose moments are told in UTC, in the transaction that runs."""

    def __enter__(self) -> Any:
        self.cursor = connection.cursor()
        self.cursor.execute("SET LOCAL session_replication_role = replica")
        return self.cursor

    def __exit__(self, *told: object) -> None:
        if told[0] is None:
            self.cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        self.cursor.close()


def _patterns(district: District) -> tuple[list[_Pattern], list[_Pattern]]:
    """The closed and the open ones."""
    usable = Case.objects.filter(district=district, person__isnull=False, person__key__isnull=False)
    usable = usable.exclude(pk__in=_with_other_rows()).filter(person__number_index__in=_own_people())
    cases = list(usable.select_related("person__key").order_by("pk"))
    closed = [case for case in cases if case.state == CLOSED]
    still_open = [case for case in cases if case.state != CLOSED]
    if not closed or not still_open:
        raise NothingToCopy
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        made = [_read(cursor, case) for case in closed], [_read(cursor, case) for case in still_open]
        cursor.execute("SET LOCAL timezone = DEFAULT")
    return made


def _own_people() -> list[str]:
    """The demonstration's applicants: what copies brought is no pattern again."""
    return [index(identity_number(born, 100 + place)) for place, (_, born, *_rest) in enumerate(APPLICANTS)]


def _with_other_rows() -> set[int]:
    """Cases of which some table that is not copied has rows."""
    found: set[int] = set()
    for model, path in COPIED.items():
        if model in (Person, History, Action):
            continue
        for relation in model._meta.get_fields(include_hidden=True):
            other = relation.related_model
            if not relation.one_to_many and not relation.one_to_one or relation.concrete:
                continue
            if other not in COPIED and other not in LEFT_OUT:
                steps = "" if path == "pk" else f"__{path}"
                found |= set(other.objects.values_list(f"{relation.field.name}{steps}", flat=True))
    return found - {None}  # type: ignore[arg-type]


def _read(cursor: Any, case: Case) -> _Pattern:
    assert case.person is not None
    pattern = _Pattern(case, case.person)
    pattern.known = {
        case.reference: "%(reference)s", _person_index(case.person.pk): "%(person_index)s",
    }  # fmt: skip
    actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
    pattern.known |= {action.hash: f"%({action.hash})s" for action in actions}
    for action in actions:
        pattern.links[action.hash] = _link(pattern, action)
    for model in COPIED:
        _read_rows(cursor, pattern, model)
    return pattern


def _person_index(person_id: int) -> str:
    return fixed_index(f"person:{person_id}")


def _link(pattern: _Pattern, action: Action) -> str:
    """What the record's hash is made from, with gaps."""
    text = canonical({**hashed_fields(action), "previous": action.previous}).decode()
    mine = f'"subject_id":{action.subject_id},'
    assert text.count(mine) == 1
    text = _gaps_inside(pattern, text).replace(mine, f'"subject_id":{_key(pattern, Case, action.subject_id)},')
    for value, gap in pattern.known.items():
        text = text.replace(f'"{value}"', f'"{gap}"')
    return text


def _read_rows(cursor: Any, pattern: _Pattern, model: Any) -> None:
    fields = [
        one for one in model._meta.concrete_fields
        if one.name != "xid" and not (one.primary_key and model not in _POINTED)
    ]  # fmt: skip
    found = model.objects.filter(**{COPIED[model]: pattern.case.pk})
    ids = found.filter(subject_kind="case") if model is Action else found
    keys = ", ".join(str(pk) for pk in ids.order_by("pk").values_list("pk", flat=True)) or "NULL"
    columns = ", ".join(f'"{one.column}"' for one in fields)
    table, out = model._meta.db_table, io.StringIO()
    key = model._meta.pk.column
    cursor.copy_expert(
        f'COPY (SELECT {columns} FROM "{table}" WHERE "{key}" IN ({keys}) ORDER BY "{key}") TO STDOUT',  # noqa: S608
        out,
    )
    lines = [
        "\t".join(
            _with_gaps(pattern, model, one, value) for one, value in zip(fields, line.split("\t"), strict=True)
        )
        for line in out.getvalue().splitlines()
    ]  # fmt: skip
    pattern.columns[table] = [one.column for one in fields]
    pattern.rows[table] = "".join(f"{line}\n" for line in lines)


def _with_gaps(pattern: _Pattern, model: Any, column: Any, value: str) -> str:
    """A column's value as COPY writes it, or the gap that a copy fills."""
    if value == NULL:
        return value
    if column.primary_key or column.related_model in _POINTED:
        return _key(pattern, model if column.primary_key else column.related_model, value)
    if (model, column.name) in ((History, "id"), (Action, "subject_id")):
        return _key(pattern, Case, value)
    if model is Person:
        return f"%(person.{column.name})s" if column.name in _OWN else value.replace("%", "%%")
    if value in pattern.known:
        return pattern.known[value]
    if isinstance(column, models.UUIDField):
        pattern.codes.add(value)
        return f"%({value})s"
    if isinstance(column, models.DateField | models.JSONField | models.CharField):
        return _gaps_inside(pattern, value, days=not isinstance(column, models.CharField))
    return value.replace("%", "%%")


def _key(pattern: _Pattern, model: Any, value: Any) -> str:
    gap = f"{model._meta.db_table}:{value}"
    if gap not in pattern.keys[model._meta.db_table]:
        pattern.keys[model._meta.db_table].append(gap)
    return f"%({gap})s"


def _gaps_inside(pattern: _Pattern, text: str, days: bool = True) -> str:
    """Gaps for the reference and the days that stand inside a text."""
    text = text.replace("%", "%%").replace(pattern.case.shown_reference, "%(shown)s")
    if not days:
        return text
    pattern.days |= set(_DAY.findall(text))
    return _DAY.sub(lambda found: f"%({found[0]})s", text)


def _write(cursor: Any, chosen: list[_Pattern], district: District, since: date) -> None:
    fresh = {table: _fresh(cursor, table, chosen) for table in {name for one in chosen for name in one.keys}}
    texts: dict[str, list[str]] = defaultdict(list)
    for pattern in chosen:
        filled = _filled(pattern, fresh, district, since)
        for table, rows in pattern.rows.items():
            if rows:
                texts[table].append(rows % filled)
    for table, parts in texts.items():
        columns = ", ".join(f'"{name}"' for name in chosen[0].columns[table])
        cursor.copy_expert(f'COPY "{table}" ({columns}) FROM STDIN', io.StringIO("".join(parts)))


def _fresh(cursor: Any, table: str, chosen: list[_Pattern]) -> Iterator[int]:
    """Keys that the table's sequence gives, as many as these copies need."""
    many = sum(len(pattern.keys.get(table, ())) for pattern in chosen)
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')::regclass) FROM generate_series(1, %s)", [table, many]
    )
    return iter([row[0] for row in cursor.fetchall()])


def _filled(pattern: _Pattern, fresh: Mapping[str, Iterator[int]], district: District, since: date) -> dict[str, Any]:
    """What stands in the gaps of one copy."""
    filled: dict[str, Any] = {gap: next(fresh[table]) for table, gaps in pattern.keys.items() for gap in gaps}
    person_id = filled[f"casework_person:{pattern.person.pk}"]
    case_id = filled[f"casework_case:{pattern.case.pk}"]
    earlier = _earlier(pattern, case_id, since)
    filled |= {day: _shifted(day, earlier) for day in pattern.days}
    filled |= {code: uuid.uuid4() for code in pattern.codes}
    reference = references.of(
        district.reference_prefix, pattern.sent_on - timedelta(days=earlier), case_id * 618_970_019 % 32**8
    )
    filled |= {"reference": reference, "shown": references.shown(reference), "person_index": _person_index(person_id)}
    filled |= _numbers(pattern.person, person_id)
    for old, text in pattern.links.items():
        filled[old] = hashlib.sha256((text % filled).encode()).hexdigest()
    return filled


def _earlier(pattern: _Pattern, case_id: int, since: date) -> int:
    """By how many days a copy lies before its pattern: closed ones are spread evenly, an odd step apart."""
    if pattern.case.state != CLOSED:
        return 0
    return case_id * 389 % max(1, (pattern.sent_on - since).days)


@lru_cache(maxsize=20_000)
def _shifted(day: str, earlier: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=earlier)).isoformat()


def _numbers(person: Person, person_id: int) -> dict[str, str]:
    """An invented name and sound numbers of no real area, which no other person of the database has."""
    number = number_of_copy(person_id)
    certificate = number + person.certificate_kind + person.certificate_level
    return {
        "person.name": name_of_copy(person_id), "person.number": _bytes(seal(person.key, number)),
        "person.number_index": index(number), "person.number_tail_index": tail_index(number),
        "person.certificate": _bytes(seal_bytes(person.key, certificate.encode())), "person.certificate_index": index(certificate),
        "person.certificate_tail_index": tail_index(certificate),
    }  # fmt: skip


def number_of_copy(person_id: int) -> str:
    """Twenty thousand birthdays from 1950 on, 700 people on each; the demonstration's own have smaller serial numbers."""
    born = date(1950, 1, 1) + timedelta(days=person_id // 700 * 37 % 20_000)
    return identity_number(f"{born:%Y%m%d}", 300 + person_id % 700)


def name_of_copy(person_id: int) -> str:
    """Made from the characters of the demonstration's invented names: 9,261 in all."""
    many = len(APPLICANTS)
    picked = (person_id % many, person_id // many % many, person_id // many // many % many)
    return "".join(APPLICANTS[place][0][at] for at, place in enumerate(picked))


def _bytes(sealed: bytes) -> str:
    return rf"\\x{sealed.hex()}"
