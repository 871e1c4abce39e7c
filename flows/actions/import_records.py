"""Import records of other offices (导入外来记录): put aside row by row, looked over, then taken whole or not at all.

An officer of the federation, or an administrator, does it. What is put aside counts for nothing until it is taken.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import District
from casework import access
from casework.access import ActionSpec
from casework.models import EmploymentFact, IncomingRecord, Organisation, Person, RecordImport, SubjectKey
from casework.record import write_on
from casework.records import Problem, Record, RecordKind
from casework.sealing import new_key, new_keys, seal
from flows.errors import AlreadyDone, Busy, NotAllowed, NotThere

SPEC = access.register_action(ActionSpec("import_records", needs="any_case", holder="record_keepers"))
CHUNK: Final = 2_000
MOST_PROBLEMS: Final = 1_000
Told = Callable[[int, int], None]


def put_aside(
    *, kind: RecordKind, records: Sequence[Record], by: Actor, now: datetime, told: Told | None = None,
    district: District | None = None,
) -> RecordImport:  # fmt: skip
    """The rows put aside, with what taking them would change: so many new, replaced, known already.

    In chunks, each its own transaction, so that a page can say how far it is; `told` hears it too. Raises NotAllowed.
    """
    batch = RecordImport.objects.create(
        district_id=_district(by, now, district), kind=kind.code, state=RecordImport.STAGING, total=len(records),
        made_by=by.user, made_at=now,
    )  # fmt: skip
    for start in range(0, len(records), CHUNK):
        part = records[start : start + CHUNK]
        with transaction.atomic():
            _stage(batch, kind, part, now)
            batch.staged += len(part)
            batch.save(update_fields=["staged", "new", "replaced", "known"])
        if told is not None:
            told(batch.staged, batch.total)
    with transaction.atomic():
        batch.state = RecordImport.READY
        batch.save(update_fields=["state"])
        write_on(batch, "records_put_aside", by, now, details=_counts(batch))
    return batch


def note_problems(
    *, kind: RecordKind, problems: Sequence[Problem], total: int, by: Actor, now: datetime
) -> RecordImport:  # fmt: skip
    """A file that is not right: nothing of it is kept but what is to be put right, sealed, to be fetched as a table."""
    district_id = _district(by, now, None)
    with transaction.atomic():
        key = new_key("officer", district_id)
        told = [
            [one.row, [one.column.zh, one.column.en], [one.text.zh, one.text.en]] for one in problems[:MOST_PROBLEMS]
        ]
        return RecordImport.objects.create(
            district_id=district_id, kind=kind.code, state=RecordImport.WRONG, total=total, key=key,
            problem_count=len(problems), problems=seal(key, told), made_by=by.user, made_at=now, decided_at=now,
        )  # fmt: skip


def import_records(*, import_id: int, by: Actor, now: datetime, district: District | None = None) -> RecordImport:
    """What was put aside counts from now on, all of it at once; what it replaces no longer does.

    Raises NotThere, NotAllowed, AlreadyDone, or Busy while another import is being taken.
    """
    district_id = _district(by, now, district)
    try:
        with transaction.atomic():
            _one_at_a_time(district_id)
            batch = _locked(import_id, district_id)
            if batch.state != RecordImport.READY:
                raise AlreadyDone("import_decided")
            mine = batch.records.all()
            same = mine.filter(Exists(_twin(batch).filter(digest=OuterRef("digest"))))
            batch.known = batch.total - mine.count() + same.count()
            EmploymentFact.objects.filter(record__in=same).delete()
            same.delete()
            old = _standing(batch.district_id, batch.kind).filter(Exists(_twin_in(batch)))
            batch.replaced = old.update(in_force=False)
            batch.new = batch.records.update(in_force=True) - batch.replaced
            batch.state, batch.decided_at = RecordImport.DONE, now
            batch.save()
            write_on(batch, "records_imported", by, now, details=_counts(batch))
            return batch
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == "55P03":
            raise Busy from error
        raise


def drop_import(*, import_id: int, by: Actor, now: datetime, district: District | None = None) -> RecordImport:
    """What was put aside is thrown away; the clock also ends what was left half read. Raises NotThere, NotAllowed,
    AlreadyDone."""
    with transaction.atomic():
        batch = _locked(import_id, _district(by, now, district))
        if batch.state != RecordImport.READY and not (by.kind == "clock" and batch.state == RecordImport.STAGING):
            raise AlreadyDone("import_decided")
        EmploymentFact.objects.filter(record__batch=batch).delete()
        batch.records.all().delete()
        batch.state, batch.decided_at = RecordImport.DROPPED, now
        batch.save()
        write_on(batch, "import_dropped", by, now, details={"kind": batch.kind})
        return batch


def withdraw_import(*, import_id: int, by: Actor, now: datetime) -> RecordImport:
    """An import that was wrong: none of its records counts any longer. What it had replaced is not brought back."""
    with transaction.atomic():
        batch = _locked(import_id, _district(by, now, None))
        if batch.state != RecordImport.DONE:
            raise AlreadyDone("import_decided")
        count = batch.records.filter(in_force=True).update(in_force=False)
        batch.state, batch.withdrawn_at = RecordImport.WITHDRAWN, now
        batch.save()
        write_on(batch, "import_withdrawn", by, now, details={"kind": batch.kind, "rows": count})
        return batch


def _district(by: Actor, now: datetime, district: District | None) -> Any:
    """The clock imports for the district that the command names; an officer for their own."""
    if by.kind == "clock" and district is not None:
        return district.pk
    verdict = access.may(by, "import_records", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    return by.post.district_id


def _stage(batch: RecordImport, kind: RecordKind, records: Sequence[Record], now: datetime) -> None:
    """One chunk: what is there already is counted, the rest is put aside."""
    indexes = {one.number_index for one in records}
    standing = {
        (row.number_index, row.row_key): row.digest
        for row in _standing(batch.district_id, kind.code).filter(number_index__in=indexes).only(
            "number_index", "row_key", "digest"
        )
    }  # fmt: skip
    fresh = []
    for one in records:
        there = standing.get((one.number_index, one.row_key))
        if there == one.digest:
            batch.known += 1
        else:
            batch.replaced += there is not None
            batch.new += there is None
            fresh.append(one)
    keys = _keys(batch.district_id, {one.number_index for one in fresh}, kind)
    made = IncomingRecord.objects.bulk_create(
        IncomingRecord(
            district_id=batch.district_id, number_index=one.number_index, key=keys[one.number_index], kind=kind.code,
            row_key=one.row_key, digest=one.digest, facts=seal(keys[one.number_index], dict(one.facts)), batch=batch,
            received_on=localdate(now),
        )
        for one in fresh
    )  # fmt: skip
    _working(batch, kind, fresh, made)


def _working(batch: RecordImport, kind: RecordKind, records: Sequence[Record], made: Sequence[IncomingRecord]) -> None:
    """Whom the rows show in work; they count with their record."""
    shown = [(row, one) for row, record in zip(made, records, strict=True) for one in record.working]
    if not shown:
        return
    known = Person.objects.filter(
        district_id=batch.district_id, number_index__in={one.number_index for _, one in shown}
    )
    towns = dict(known.values_list("number_index", "town_id"))
    EmploymentFact.objects.bulk_create(
        [
            EmploymentFact(
                district_id=batch.district_id, number_index=one.number_index, on=one.on, source=kind.code, counts=one.counts,
                town_id=towns.get(one.number_index), disability=one.disability, record=row,
            )
            for row, one in shown
        ],
        batch_size=2_000,
    )  # fmt: skip


def _keys(district_id: int, indexes: set[str], kind: RecordKind) -> dict[str, SubjectKey]:
    """The key of each person or unit: their own, the one of earlier records, or a new one."""
    found: dict[str, SubjectKey] = {}
    for row in IncomingRecord.objects.filter(
        district_id=district_id, number_index__in=indexes, key__isnull=False
    ).select_related("key"):
        assert row.key is not None
        found[row.number_index] = row.key
    of: Any = Organisation if kind.of_units else Person
    for who in of.objects.filter(district_id=district_id, number_index__in=indexes).select_related("key"):
        if who.key is not None:
            found[who.number_index] = who.key
    lacking = sorted(indexes - found.keys())
    return found | dict(
        zip(lacking, new_keys("organisation" if kind.of_units else "person", district_id, len(lacking)), strict=True)
    )


def _standing(district_id: int, kind: str) -> QuerySet[IncomingRecord]:
    return IncomingRecord.objects.filter(district_id=district_id, kind=kind, in_force=True)


def _twin(batch: RecordImport) -> QuerySet[IncomingRecord]:
    """The record in force that is about the same as a row of the batch."""
    return _standing(batch.district_id, batch.kind).filter(
        number_index=OuterRef("number_index"), row_key=OuterRef("row_key")
    )


def _twin_in(batch: RecordImport) -> QuerySet[IncomingRecord]:
    """The row of the batch that is about the same as a record in force."""
    return batch.records.filter(number_index=OuterRef("number_index"), row_key=OuterRef("row_key"))


def _one_at_a_time(district_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records'), %s)", [district_id])


def _locked(import_id: int, district_id: Any) -> RecordImport:
    batch = RecordImport.objects.select_for_update().filter(pk=import_id, district_id=district_id).first()
    if batch is None:
        raise NotThere
    return batch


def _counts(batch: RecordImport) -> dict[str, Any]:
    return {"kind": batch.kind, "new": batch.new, "replaced": batch.replaced, "known": batch.known}
