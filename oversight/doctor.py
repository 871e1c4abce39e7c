"""`manage.py doctor` (体检): what an operator would look at first, each with what to do where it is not well."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import run_checks
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import District
from casework.backups import MANIFEST
from casework.calendar import calendar_of
from casework.models import RegisterState, SubjectKey
from casework.sealing import Erased, index_keys_fit, seal, unseal
from casework.sequencer import read_key, the_checkpoints
from config import replica
from flows.orders import outdated
from ledger.checkpoints import NotSigned
from ledger.log import Damaged
from oversight import pulse

WELL, LOOK, ILL = "ok", "look", "ILL"
LATE: Final = timedelta(minutes=30)  # a job that runs every few minutes is missed after this
A_DAY: Final = timedelta(hours=26)
LEAST_DISK: Final = 2 * 10**9  # bytes
LEAST_SHARE: Final = 0.05
OLDEST_SERVER: Final = 14


@dataclass(frozen=True)
class Told:
    """One line: how it is, of what, and in words what was seen and what to do."""

    how: str
    what: str
    words: str


def examine(now: datetime) -> list[Told]:
    """Everything, the database first: without it the rest can't be asked."""
    found = [*_database(now)]
    if any(one.how == ILL and one.what in ("database", "migrations") for one in found):
        return [*found, *_guarded(_settings, now), *_guarded(_disk, now)]
    parts: tuple[Callable[[datetime], Iterator[Told]], ...] = (
        _replica, _settings, _keys, _disk, _jobs, _events, _log, _calendars, _orders, _registers, _backups,
    )  # fmt: skip
    return [*found, *(one for part in parts for one in _guarded(part, now))]


def _guarded(part: Callable[[datetime], Iterator[Told]], now: datetime) -> list[Told]:
    try:
        return list(part(now))
    except Exception as error:  # noqa: BLE001  a doctor that falls over helps nobody; the kind alone, no values
        return [Told(ILL, part.__name__.strip("_"), f"could not be asked: {type(error).__name__}")]


def _database(now: datetime) -> Iterator[Told]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), d.datcollate, now(), "
                "r.rolsuper FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user"
            )
            version, encoding, locale, at, is_super = cursor.fetchone()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Told(ILL, "database", f"does not answer ({type(error).__name__}): is it up, and DATABASE_URL right?")
        return
    major, skew = version // 10_000, abs((now - at).total_seconds())
    yield Told(
        WELL if major >= OLDEST_SERVER else ILL, "database", f"PostgreSQL {major}; {OLDEST_SERVER} or newer is needed"
    )
    is_fit = encoding == "UTF8" and locale in ("C", "C.UTF-8", "C.utf8")
    yield Told(WELL if is_fit else LOOK, "locale", f"{encoding}, {locale}; made for UTF8 and C.UTF-8")
    yield Told(
        ILL if waiting else WELL, "migrations",
        f"{len(waiting)} wait: run manage.py migrate" if waiting else "all applied",
    )  # fmt: skip
    yield Told(WELL if skew < 5 else ILL, "clock", f"{skew:.1f} s from the database's; keep both on NTP")
    if settings.MODE == "production":
        words = "connects as a superuser: connect as a login in the …_app role (manage.py database_roles)"
        yield Told(ILL if is_super else WELL, "role", words if is_super else "no superuser")


def _replica(now: datetime) -> Iterator[Told]:
    """Only where one is set up."""
    if replica.REPLICA not in settings.DATABASES:
        return
    try:
        follows, _, behind = replica.state()
    except (DatabaseError, InterfaceError) as error:
        yield Told(ILL, "replica", f"does not answer ({type(error).__name__}): all pages come from the primary")
        return
    if not follows:
        yield Told(ILL, "replica", "follows nobody: is it the primary now? Then build another (docs/operations.md)")
    elif behind is None or behind > replica.STALE_AFTER:
        yield Told(
            LOOK, "replica", "has replayed nothing new: a quiet service, or see pg_stat_replication on the primary"
        )
    else:
        yield Told(WELL, "replica", f"{behind:.0f} s behind at most")
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_standby_names")
        waits = bool(cursor.fetchone()[0])
    words = "commits wait for it" if waits else "no commit waits for it: set synchronous_standby_names"
    yield Told(WELL if waits else LOOK, "commits", words)


def _settings(now: datetime) -> Iterator[Told]:
    yield Told(
        WELL if settings.MODE == "production" else LOOK, "mode", f"{settings.MODE}: real cases need MODE=production"
    )
    if settings.MODE == "production":
        said = [one for one in run_checks(include_deployment_checks=True) if one.is_serious() or one.level >= 30]
        for one in said:
            yield Told(ILL, "settings", f"{one.id}: see manage.py check --deploy")
        if not said:
            yield Told(WELL, "settings", "manage.py check --deploy has nothing to say")


def _keys(now: datetime) -> Iterator[Told]:
    key = SubjectKey.objects.exclude(wrapped=None).order_by("-pk").first()
    try:
        if key is not None:
            unseal(key, seal(key, "x"))
        yield Told(WELL, "master key", "opens what was sealed last")
    except Erased:
        yield Told(ILL, "master key", "MASTER_KEY does not open what was sealed last: is it another one?")
    if index_keys_fit():
        yield Told(WELL, "index key", "is the one by which numbers are found")
    else:
        yield Told(
            ILL, "index key", "INDEX_KEY lacks the key that rotate_keys came to: nobody is found by their number"
        )
    try:
        read_key()
        mode = stat.S_IMODE(settings.LEDGER_KEY_FILE.stat().st_mode)
        words = "is there" if not mode & 0o077 else f"may be read by others ({mode:o}): chmod 600"
        yield Told(LOOK if mode & 0o077 else WELL, "log's key", words)
    except (OSError, ValueError):
        yield Told(LOOK, "log's key", "not on this machine: right where the sequencer runs elsewhere")


def _disk(now: datetime) -> Iterator[Told]:
    places = dict.fromkeys((settings.VAR_DIR, settings.EVIDENCE_DIR, settings.LETTERS_DIR, settings.LEDGER_DIR))
    seen: set[int] = set()
    for place in map(_there, places):
        if not os.access(place, os.W_OK):
            yield Told(
                ILL,
                "folders",
                "one can't be written by this account; see VAR_DIR, EVIDENCE_DIR, LETTERS_DIR, LEDGER_DIR",
            )
        if (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        total, _, free = shutil.disk_usage(place)
        is_tight = free < LEAST_DISK or free < total * LEAST_SHARE
        yield Told(ILL if is_tight else WELL, "disk", f"{free / 1e9:.1f} of {total / 1e9:.0f} GB free")


def _there(place: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return place if place.exists() else _there(place.parent)


def _jobs(now: datetime) -> Iterator[Told]:
    waits = pulse.unsent_since(now)
    yield Told(
        ILL if waits > LATE else WELL, "relay",
        f"a message waits since {_span(waits)}: does manage.py relay run every few minutes?" if waits > LATE else "nothing waits long",
    )  # fmt: skip
    for district in District.objects.order_by("pk"):
        last = pulse.swept(district.pk)
        late = last is None or now - last > A_DAY
        words = "never" if last is None else f"{_span(now - last)} ago"
        yield Told(
            ILL if late else WELL, f"sweep of {district.code}",
            f"last daily work: {words}" + (": does manage.py sweep run every few minutes?" if late else ""),
        )  # fmt: skip


def _events(now: datetime) -> Iterator[Told]:
    """Only the addresses that something waits for too long."""
    for one in pulse.events_waiting(now):
        name = f"events, address {one.webhook}"
        if not one.attempts and one.since > LATE:
            yield Told(
                ILL, name, f"one waits untried since {_span(one.since)}: does manage.py relay run every few minutes?"
            )
        elif one.since > A_DAY:
            answer = f"it answers {one.status}" if one.status else "it does not answer"
            words = f"not taken since {_span(one.since)}, {answer}: ask who runs it, or end it under 接口"
            yield Told(LOOK, name, words)


def _log(now: datetime) -> Iterator[Told]:
    try:
        waits, newest = pulse.unsequenced_since(now), the_checkpoints().latest()
    except (Damaged, NotSigned, OSError, ValueError) as error:
        yield Told(ILL, "log", f"{type(error).__name__}: run manage.py verify")
        return
    yield Told(
        ILL if waits > LATE else WELL, "sequencer",
        f"a record waits since {_span(waits)}: does manage.py sequence run every few minutes?" if waits > LATE else "nothing waits long",
    )  # fmt: skip
    yield Told(
        WELL if newest else LOOK,
        "checkpoint",
        f"the newest holds {newest.size} records" if newest else "there is none yet",
    )


def _orders(now: datetime) -> Iterator[Told]:
    for district in District.objects.order_by("pk"):
        for chain in outdated(district.pk):
            words = (
                f"{chain} was arranged here, but new cases go on a newer version as published: manage.py arrange_chain"
            )
            yield Told(LOOK, f"order of {district.code}", words)


def _calendars(now: datetime) -> Iterator[Told]:
    year = now.astimezone().year
    for district in District.objects.order_by("pk"):
        years = calendar_of(district.pk).years
        if year not in years:
            yield Told(
                ILL,
                f"calendar of {district.code}",
                f"the working days of {year} are missing: enter them under 工作日历",
            )
        elif year + 1 not in years and now.astimezone().month == 12:
            yield Told(LOOK, f"calendar of {district.code}", f"the working days of {year + 1} are not entered yet")
        else:
            yield Told(WELL, f"calendar of {district.code}", f"known to {max(years)}")


def _registers(now: datetime) -> Iterator[Told]:
    for one in RegisterState.objects.exclude(failing_since=None).order_by("register"):
        assert one.failing_since is not None
        yield Told(
            LOOK, f"register {one.register}", f"does not answer since {_span(now - one.failing_since)} ({one.reason})"
        )


def _backups(now: datetime) -> Iterator[Told]:
    if settings.BACKUP_DIR is None:
        yield Told(LOOK, "backup", "BACKUP_DIR is not set, so nobody can say how old the newest backup is")
        return
    made = [path.stat().st_mtime for path in Path(settings.BACKUP_DIR).glob(f"*/{MANIFEST}")]
    age = now - datetime.fromtimestamp(max(made), now.tzinfo) if made else None
    late = age is None or age > A_DAY
    yield Told(
        ILL if late else WELL, "backup",
        ("there is none" if age is None else f"the newest is {_span(age)} old") + (": run manage.py backup daily" if late else ""),
    )  # fmt: skip


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    return (
        f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 72 * 60 else f"{minutes // 1440} days"
    )
