"""What has been kept long enough (保存期满): found by kind by `policy/retention.toml`, done by actions of the clock.

Nothing open is ever found, and each action looks again behind its lock.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import localdate

from accounts.actor import CLOCK
from casework import states
from casework.models import (
    Case,
    ContactChannel,
    Draft,
    ErasureRequest,
    Look,
    Mandate,
    Person,
    PreparedClaim,
    RecordImport,
    RegisterAnswer,
)
from flows.actions.draft import discard_draft
from flows.actions.erase import erase_kept_long_enough
from flows.actions.forget import (
    BATCH,
    forget_address,
    forget_exchanged,
    forget_messages,
    old_deliveries,
    old_keys,
    old_messages,
)
from flows.actions.import_records import drop_import
from flows.errors import FlowError
from policy import T
from policy.retention import Period, periods
from services.models import BaseMember, FairVisitor, JobSeeker, PlaceBooking

Act = Callable[[], object]


@dataclass(frozen=True)
class Due:
    """One kind: how long it is kept, how many are due, what happens to them; `acts` does it, one act a row or a batch."""

    period: Period
    count: int
    what: T
    acts: Iterable[Act] = field(default=(), repr=False)

    @property
    def is_done_here(self) -> bool:
        """Whether the command does anything about it."""
        return self.what not in LEFT


_BY_ARCHIVE: Final = T(
    "单位和部门的案卷不是个人信息，由档案人员处理，这里不动",
    "files of units and departments are no personal data: the archive's matter, nothing is done here",
)
_INSERT_ONLY: Final = T(
    "数据库只准添加、不准删，由数据库所有者按档案规定移出，这里不动",
    "the database only lets them be added: its owner moves them out by the archive's rules, nothing is done here",
)
LEFT: Final = (_BY_ARCHIVE, _INSERT_ONLY)


def due(now: datetime) -> list[Due]:
    """Every kind with what is due at the moment, in the order of `retention.toml`."""
    finders = {
        "case": _cases, "person": _persons, "look": _looks, "message": _messages, "draft": _drafts, "import": _imports,
        "channel": _channels, "exchange": _exchanged, "session": _sessions,
    }  # fmt: skip
    return [finders[one.kind](one, now) for one in periods().values()]


def carry_out(one: Due) -> int:
    """Do what is due; how many acts were done. What is not due after all is left."""
    done = 0
    for act in one.acts:
        try:
            act()
        except FlowError:
            continue
        done += 1
    return done


def _cases(period: Period, now: datetime) -> Due:
    old = Case.objects.filter(person=None, state=states.CLOSED, closed_at__lt=period.begins(now))
    return Due(period, old.count(), _BY_ARCHIVE)


def _persons(period: Period, now: datetime) -> Due:
    """Persons of whom everything ended long ago, also what the office did for them beside cases."""
    before = period.begins(now)
    theirs = Case.objects.filter(person=OuterRef("pk"))
    since = localdate(before)
    found = Person.objects.filter(Exists(theirs), key__isnull=False)
    found = found.exclude(Exists(theirs.filter(~Q(state=states.CLOSED) | Q(closed_at__gte=before))))
    found = found.exclude(Exists(JobSeeker.objects.filter(person=OuterRef("pk"), changed_at__gte=before)))
    members = BaseMember.objects.filter(person=OuterRef("pk"))
    found = found.exclude(Exists(members.filter(Q(until=None) | Q(until__gte=since))))
    found = found.exclude(Exists(FairVisitor.objects.filter(person=OuterRef("pk"), registered_at__gte=before)))
    found = found.exclude(Exists(PlaceBooking.objects.filter(person=OuterRef("pk"), day__gte=since)))
    found = found.exclude(Exists(Draft.objects.filter(person=OuterRef("pk"), changed_at__gte=before)))
    own = Mandate.objects.filter(person=OuterRef("pk"), capacity="self")
    found = found.exclude(Exists(own.filter(user__last_login__gte=before)))
    found = found.exclude(Exists(RegisterAnswer.objects.filter(person=OuterRef("pk"), asked_at__gte=before)))
    found = found.exclude(Exists(PreparedClaim.objects.filter(person=OuterRef("pk"), offered_at__gte=before)))
    found = found.exclude(Exists(ErasureRequest.objects.filter(person=OuterRef("pk"), outcome="")))
    what = T(
        "删除个人信息，编号、结果和证明留着", "the person's data is erased; references, results and the proof stay"
    )
    keys = list(found.order_by("pk").values_list("pk", flat=True))
    acts = (partial(erase_kept_long_enough, person_id=pk, before=before, by=CLOCK, now=now) for pk in keys)
    return Due(period, len(keys), what, acts)


def _looks(period: Period, now: datetime) -> Due:
    return Due(period, Look.objects.filter(at__lt=period.begins(now)).count(), _INSERT_ONLY)


def _messages(period: Period, now: datetime) -> Due:
    before = period.begins(now)
    count = old_messages(before).count()
    batches = range((count + BATCH - 1) // BATCH)
    acts = (partial(forget_messages, before=before, by=CLOCK, now=now) for _ in batches)
    return Due(period, count, T("删掉，只删办完的", "deleted, of closed cases alone"), acts)


def _drafts(period: Period, now: datetime) -> Due:
    keys = list(Draft.objects.filter(expires_on__lt=localdate(now)).order_by("pk").values_list("pk", flat=True))
    acts = (partial(discard_draft, draft_id=pk, by=CLOCK, now=now) for pk in keys)
    return Due(period, len(keys), T("连同材料删掉", "deleted with their files"), acts)


def _imports(period: Period, now: datetime) -> Due:
    waiting = RecordImport.objects.filter(
        state__in=(RecordImport.READY, RecordImport.STAGING), made_at__lt=period.begins(now)
    )
    rows = list(waiting.select_related("district").order_by("pk"))
    acts = (partial(drop_import, import_id=one.pk, by=CLOCK, now=now, district=one.district) for one in rows)
    return Due(period, len(rows), T("扔掉，没有算过数", "dropped; they never counted"), acts)


def _channels(period: Period, now: datetime) -> Due:
    before = period.begins(now)
    waiting = ContactChannel.objects.filter(confirmed_at=None, removed_at=None, added_at__lt=before)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    acts = (partial(forget_address, channel_id=pk, before=before, by=CLOCK, now=now) for pk in keys)
    return Due(period, len(keys), T("去掉地址", "the address is taken away"), acts)


def _exchanged(period: Period, now: datetime) -> Due:
    before = period.begins(now)
    counts = old_deliveries(before).count(), old_keys(before).count()
    acts = (partial(forget_exchanged, before=before, by=CLOCK, now=now) for _ in range(-(-max(counts) // BATCH)))
    return Due(period, sum(counts), T("删掉，案件留着", "deleted; the cases stay"), acts)


def _sessions(period: Period, now: datetime) -> Due:
    count = Session.objects.filter(expire_date__lt=now).count()
    acts: Iterator[Act] = iter([SessionStore.clear_expired] if count else [])
    return Due(period, count, T("删掉", "deleted"), acts)
