"""Verifying the record (核验): each row against its own bytes, the one before it, and the log outside the database.

What was found wrong is named with its subject and number, so that somebody can look; nothing is repaired.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from casework.models import Action, Case
from casework.record import hashed_fields, keys_of
from casework.sealing import Erased, unseal
from casework.sequencer import entry_of, explained, the_checkpoints, the_log
from ledger import tree
from ledger.canonical import FIRST, commitment, link
from ledger.checkpoints import Checkpoint, NotSigned, check_growth
from ledger.log import Damaged, Log
from policy import T

PAGE = 2_000
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. `kind` is a key of `FOUND`; the subject is empty where the log itself is wrong."""

    kind: str
    subject_kind: str = ""
    subject_id: int = 0
    number: int = 0
    words: str = ""


FOUND: dict[str, T] = {
    "changed": T("内容被改过：和它自己的指纹对不上", "it was changed: it does not fit its own hash"),
    "unlinked": T("和前一条接不上", "it does not follow the one before"),
    "rewritten": T("指纹换过：账本里是另一个", "its hash was replaced: the ledger has another"),
    "missing": T("账本里有，数据库里没有：被删了", "the ledger has it, the database has not: it was deleted"),
    "inserted": T("数据库里有，账本里没有：是后来塞进去的", "the database has it, the ledger has not: it was put in later"),
    "numbers": T("编号不连续", "the numbers have a gap"),
    "tail": T("案件记着的最后一条不是它", "the case itself names another as its last record"),
    "text": T("密封的文字和承诺值对不上", "the sealed text does not fit its commitment"),
    "lost": T("恢复备份时丢失，已经说明", "lost in a restore that was explained"),
    "log": T("账本文件有问题", "something is wrong with the ledger's files"),
}  # fmt: skip


@dataclass
class Report:
    """What was looked at and what was found. `pending` are rows too young to be in the log."""

    actions: int = 0
    entries: int = 0
    pending: int = 0
    texts: int = 0
    checkpoint: Checkpoint | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return all(one.kind == "lost" for one in self.findings)

    def add(self, kind: str, action: Any = None, words: str = "") -> None:
        if isinstance(action, dict):
            subject = (action["subject_kind"], action["subject_id"], action["number"])
        else:
            subject = (action.subject_kind, action.subject_id, action.number) if action is not None else ("", 0, 0)
        self.findings.append(Finding(kind, *subject, words))


def verify_all(since: int = 0, told: Told | None = None) -> Report:
    """Every record of every subject, and the whole log; with `since`, only what came after the checkpoint of that size."""
    report, log = Report(), the_log()
    if not _read_log(report, log, since):
        return report
    seen = bytearray(report.entries)
    total = max(report.entries - since, 0) if since else Action.objects.count()
    if since:
        _verify_entries(report, log, since, seen, total, told)
    else:
        _verify_rows(report, log, seen, total, told)
    _missing(report, log, since, seen)
    return report


def verify_subject(kind: str, subject_id: int, district_id: int, deep: bool = False) -> Report:
    """The records of one subject against each other and the log: of a case, a post, a parameter, a fund, a department…

    `deep` reads the whole log for records of the subject that are gone, which takes seconds for a million entries; a case
    says itself which record was its last.
    """
    report, log = Report(), the_log()
    try:
        report.checkpoint, report.entries = the_checkpoints().latest(), log.size
    except (NotSigned, Damaged) as error:
        report.add("log", words=str(error))
    rows = Action.objects.filter(district_id=district_id, subject_kind=kind, subject_id=subject_id).order_by("number")
    found = list(rows)
    _check(report, log, found, None, None)
    _check_proofs(report, log, found)
    _check_tails(report, {(kind, subject_id): found[-1]} if found else {})
    if deep:
        _of_subject(report, log, kind, subject_id, {one.number for one in found})
    return report


def _read_log(report: Report, log: Log, since: int) -> bool:
    checkpoints = the_checkpoints()
    try:
        report.checkpoint, report.entries = checkpoints.latest(), log.size
    except (NotSigned, Damaged) as error:
        report.add("log", words=str(error))
        return False
    for problem in check_growth(log, checkpoints, since):
        report.add("log", words=problem)
    return True


def _verify_rows(report: Report, log: Log, seen: bytearray, total: int, told: Told | None) -> None:
    last: Action | None = None
    tails: dict[tuple[str, int], Action] = {}
    for rows in _pages():
        _check(report, log, rows, last, seen)
        for one in rows:
            tails[one.subject_kind, one.subject_id] = one
        last = rows[-1]
        done = {key: tails.pop(key) for key in list(tails) if key != (last.subject_kind, last.subject_id)}
        _check_tails(report, done)
        if told is not None:
            told(report.actions, total)
    _check_tails(report, tails)


def _pages() -> Iterator[list[Action]]:
    """All records by subject and number, a page at a time by key."""
    every: QuerySet[Action] = Action.objects.order_by("district_id", "subject_kind", "subject_id", "number")
    rows = list(every[:PAGE])
    while rows:
        yield rows
        last = rows[-1]
        after = (last.district_id, last.subject_kind, last.subject_id, last.number)
        later = every.extra(where=["(district_id, subject_kind, subject_id, number) > (%s, %s, %s, %s)"], params=after)
        rows = list(later[:PAGE])


def _verify_entries(report: Report, log: Log, since: int, seen: bytearray, total: int, told: Told | None) -> None:
    """The rows of the newer entries, each by itself and with the one before it."""
    places = list(enumerate(log.entries(since), since))
    for at in range(0, len(places), PAGE):
        ids = [said["action"] for _, line in places[at : at + PAGE] if "action" in (said := json.loads(line))]
        rows = list(Action.objects.filter(pk__in=ids).order_by("district_id", "subject_kind", "subject_id", "number"))
        _check(report, log, rows, None, seen, linked=False)
        if told is not None:
            told(report.actions, total)


def _check(
    report: Report, log: Log, rows: list[Action], before: Action | None, seen: bytearray | None, linked: bool = True
) -> None:
    """The rows in order; `before` is the row that came before the first of them, of whatever subject."""
    # How far the log is comes first: the sequencer may be at work, and what it takes meanwhile is no finding.
    newest = int(log.state().get("last", ["0", 0])[0])
    keys, places = keys_of(rows), log.places([one.pk for one in rows])
    late = _late(newest, [one.pk for one, place in zip(rows, places, strict=True) if place is None])
    for action, place in zip(rows, places, strict=True):
        report.actions += 1
        same = before is not None and _subject(before) == _subject(action)
        expected = before.hash if before is not None and same else FIRST
        number = before.number + 1 if before is not None and same else 1
        own = link(hashed_fields(action), action.previous)
        if own != action.hash:
            report.add("changed", action)
        elif linked and action.number != number:
            report.add("numbers", action)
        elif linked and action.previous != expected:
            report.add("unlinked", action)
        if place is not None:
            _check_place(report, log, action, place, seen)
        elif action.pk in late:
            report.add("inserted", action)
        else:
            report.pending += 1
        _check_text(report, action, keys)
        before = action


def _check_place(report: Report, log: Log, action: Action, place: int, seen: bytearray | None) -> None:
    if seen is not None and place < len(seen):
        seen[place] = 1
    try:
        row = (action.pk, action.district_id, action.subject_kind, action.subject_id, action.number, action.hash)
        if log.entry(place) != entry_of(row):
            report.add("rewritten", action)
    except Damaged as error:
        report.add("log", words=str(error))


def _check_proofs(report: Report, log: Log, rows: list[Action]) -> None:
    """Each entry leads to the root that was signed."""
    signed = report.checkpoint
    for place in log.places([one.pk for one in rows]):
        if signed is None or place is None or place >= signed.size:
            continue
        try:
            leaf = tree.leaf_hash(log.entry(place))
            if not tree.is_included(
                leaf, place, signed.size, tree.inclusion(log.node, place, signed.size), signed.root
            ):
                report.add("log", words=f"entry {place} does not lead to the signed root")
        except Damaged as error:
            report.add("log", words=str(error))


def _late(newest: int, ids: list[int]) -> set[int]:
    """Those of the rows that the log has not and should have: their transaction was before the newest one that it has."""
    if not ids or not newest:
        return set()
    rows = Action.objects.filter(pk__in=ids).extra(select={"x": "xid::text"}).values_list("pk", "x")
    return {pk for pk, xid in rows if int(xid) < newest}


def _check_text(report: Report, action: Action, keys: dict[Any, Any]) -> None:
    """What is sealed fits what was committed to; what was erased shows nothing any more and proves nothing wrong."""
    if action.sealed is None or action.key_id is None:
        if action.commitments:  # erasing deletes the key alone: somebody took the text, or its key's name, away
            report.add("text", action)
        return
    key = keys.get(action.key_id)
    if key is None:  # erased
        return
    try:
        said = unseal(key, action.sealed)
    except Erased:  # the key is there, and does not open what was sealed under it
        report.add("text", action)
        return
    report.texts += 1
    if {name: commitment(salt, text) for name, (salt, text) in said.items()} != action.commitments:
        report.add("text", action)


def _check_tails(report: Report, last: dict[tuple[str, int], Action]) -> None:
    """A case says itself which record was its last: one that was cut off behind shows. Case and record are read in one
    statement, as somebody may be signing."""
    cases = {subject: action for (kind, subject), action in last.items() if kind == "case"}
    newest = Action.objects.filter(
        subject_kind="case", subject_id=OuterRef("pk"), district_id=OuterRef("district_id")
    ).order_by("-number")
    told = Case.objects.annotate(n=Subquery(newest.values("number")[:1]), h=Subquery(newest.values("hash")[:1]))
    for pk in told.filter(pk__in=cases).exclude(record_number=F("n"), record_hash=F("h")).values_list("pk", flat=True):
        report.add("tail", cases[pk])


def _missing(report: Report, log: Log, since: int, seen: bytearray) -> None:
    try:
        known, signed = explained(log), report.checkpoint
        if signed is not None and not since and tree.root_of(log.entries(0, signed.size)) != signed.root:
            report.add("log", words=f"the entries do not give the root that was signed at {signed.size}")
        for place, line in enumerate(
            log.entries(since, report.entries), since
        ):  # no further than it was at the beginning
            if seen[place]:
                continue
            said = json.loads(line)
            if "action" in said:
                report.add("lost" if place in known else "missing", said, known.get(place, ""))
    except Damaged as error:
        report.add("log", words=str(error))


def _of_subject(report: Report, log: Log, kind: str, subject_id: int, numbers: set[int]) -> None:
    """Entries of the log about this subject whose rows are gone."""
    wanted = f'"subject_id":{subject_id},"subject_kind":"{kind}"'.encode()
    try:
        known = explained(log)
        for place, line in enumerate(log.entries()):
            if wanted in line and (said := json.loads(line))["number"] not in numbers:
                report.add("lost" if place in known else "missing", said, known.get(place, ""))
    except Damaged as error:
        report.add("log", words=str(error))


def _subject(action: Action) -> tuple[Any, ...]:
    return (action.district_id, action.subject_kind, action.subject_id)
