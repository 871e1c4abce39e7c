"""What is due, done by the clock (定时): it may run anywhere, any number of times at once.

Each piece of work is one action under its case's lock, which finds it done already if another sweep was faster. A clock
may only help: it accepts, ends an unopposed notice, reminds, and gives back; it refuses nothing.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from accounts.actor import CLOCK
from accounts.models import District
from casework import deadlines, states
from casework.calendar import Calendar, calendar_of
from casework.models import (
    Case,
    Deadline,
    DeadlinePause,
    Draft,
    Holiday,
    Letter,
    Objection,
    PreparedClaim,
    RecordImport,
    Suspension,
    Task,
)  # fmt: skip
from casework.published import parameters
from casework.renewals import running_out
from flows.actions.accept import accept
from flows.actions.calendar import differs, recount
from flows.actions.draft import discard_draft
from flows.actions.escalate import escalate, warn_of_draft
from flows.actions.import_records import drop_import
from flows.actions.lapse import expire_correction
from flows.actions.lapse_payment import REMINDED_BEFORE, WAITING, lapse_payment, lapses_on, remind_of_payment
from flows.actions.prepare import lapse_prepared, remind_of_prepared
from flows.actions.publish import end_notice
from flows.actions.rate import ask_rating, to_ask
from flows.actions.read_results import close_batch
from flows.actions.remind_of_claim import remind_of_claim
from flows.actions.report import report
from flows.actions.serve import serve
from flows.actions.settle_item import settle_item
from flows.actions.suspend import resume
from flows.errors import FlowError
from flows.preparing import account_of
from flows.signals import signals
from funds.batches import is_whole, to_settle
from funds.models import Payable, PaymentBatch

log = logging.getLogger(__name__)
Piece = tuple[str, Callable[[], object]]
BATCH = 500  # rows fetched at a time
DRAFT_WARNING_DAYS = 7
IMPORT_WAITS_DAYS = 7
SIGNALS_LOOK_BACK = timedelta(days=3)  # so that a sweep that did not run for a weekend misses nothing
RECOUNT_DAYS = 60  # how long after a change of the calendar running dates are looked at for it


# What packages above do in the course of a whole sweep, each finding out for itself whether it is due.
DAILY: Final[list[Callable[[datetime], Counter[str]]]] = []


def register_daily(do: Callable[[datetime], Counter[str]]) -> None:
    """Let a whole sweep do this too: given its moment, it says how many of each it did."""
    DAILY.append(do)


def daily(now: datetime) -> Counter[str]:
    """What the packages above have to do today."""
    done: Counter[str] = Counter()
    for do in DAILY:
        done += do(now)
    return done


def sweep(now: datetime, case_id: int | None = None) -> Counter[str]:
    """Do everything that is due, or what is due in one case; how many of each. What somebody else does meanwhile is
    left to them."""
    done: Counter[str] = Counter()
    for find in (
        _recounts,
        _resumptions,
        _acceptances,
        _notices,
        _corrections,
        _escalations,
        _services,
        _unclaimed,
        _settlements,
        _drafts,
        _prepared,
        _claims,
        _imports,
        _signals,
        _ratings,
    ):
        for name, act in find(now, case_id):
            try:
                act()
            except FlowError as error:
                log.info("%s was not due after all: %s", name, type(error).__name__)
            else:
                done[name] += 1
    return done


def _each(found: QuerySet[Any, Any], case_id: int | None, case: str = "case_id") -> Iterator[Any]:
    """Every row, or those of one case, whatever their number; `case` is the column that names it."""
    return found.filter(**({} if case_id is None else {case: case_id})).iterator(chunk_size=BATCH)


def _recounts(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """Dates that the calendar counts differently by now: a year was entered, or a day put right."""
    since = now - timedelta(days=RECOUNT_DAYS)
    changed = Holiday.history.filter(history_date__gte=since).values_list("district_id", "day").distinct()
    years: dict[int, set[int]] = {}
    for district, day in changed:
        years.setdefault(district, set()).add(day.year)
    for district, those in years.items():
        calendar = calendar_of(district)
        running = Deadline.objects.filter(district_id=district, ended_at=None, began_on__year__lte=max(those))
        running = running.filter(due__year__gte=min(those)).exclude(case__state=states.CLOSED)
        for clock in _each(running.prefetch_related("pauses").order_by("pk"), case_id):
            if differs(clock, calendar):
                yield "recounted", partial(recount, deadline_id=clock.pk, by=CLOCK, now=now)


def _resumptions(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A pause with an end goes over the day after."""
    over = Suspension.objects.filter(ended_at=None, until__lt=localdate(now), case__state=states.SUSPENDED)
    for case in _each(over.order_by("until").values_list("case_id", flat=True), case_id):
        task = Task.objects.filter(process_id=case, finished=None).exclude(kind="").values_list("pk", flat=True).first()
        if task is not None:
            yield "resumed", partial(resume, case_id=case, task_id=task, by=CLOCK, now=now)


def _acceptances(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """No notice within the days of intake means accepted (deemed acceptance)."""
    late = Task.objects.filter(finished=None, kind="intake", due__lt=localdate(now), process__state=states.SUBMITTED)
    for case, pk in _each(late.order_by("due").values_list("process_id", "pk"), case_id, "process_id"):
        yield "accepted", partial(accept, case_id=case, task_id=pk, by=CLOCK, now=now)


def _notices(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A notice that ran out without an open objection ends."""
    opposed = Objection.objects.filter(notice__task=OuterRef("pk"), outcome="")
    over = Task.objects.filter(
        finished=None,
        kind="publicity",
        notice__ended_at=None,
        notice__ends_on__lt=localdate(now),
        process__state=states.PUBLICITY,
    ).exclude(Exists(opposed))
    for case, pk in _each(over.order_by("due").values_list("process_id", "pk"), case_id, "process_id"):
        yield "notice_ended", partial(end_notice, case_id=case, task_id=pk, by=CLOCK, now=now)


def _corrections(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """Two reminders, at half time and three days before; expired only after both."""
    today = localdate(now)
    running = Deadline.objects.filter(ended_at=None, kind=deadlines.CORRECTION, case__state=states.CORRECTION)
    for clock in _each(running.order_by("due"), case_id):
        level = _reminder(clock, today)
        if level:
            yield "reminded", partial(escalate, deadline_id=clock.pk, level=level, by=CLOCK, now=now)
        elif clock.due < today and clock.warned_at and clock.yellow_at and clock.task_id:
            give_back = partial(expire_correction, case_id=clock.case_id, task_id=clock.task_id, by=CLOCK, now=now)
            yield "correction_expired", give_back


def _reminder(clock: Deadline, today: date) -> str:
    if clock.warned_at is None:
        return "reminded" if today >= clock.began_on + timedelta(days=clock.length // 2) else ""
    if clock.yellow_at is None and localdate(clock.warned_at) < today:
        return "reminded_again" if today >= clock.due - timedelta(days=3) else ""
    return ""


def _escalations(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A warning two working days before, a yellow card on the day, a red card three after: parameters."""
    today = localdate(now)
    waits = Q(warned_at=None) | Q(yellow_at=None, due__lte=today) | Q(red_at=None, due__lt=today)
    running = (
        Deadline.objects.filter(waits, ended_at=None, due__lte=today + timedelta(days=20))
        .exclude(kind__in=(deadlines.CORRECTION, deadlines.NOTICE))
        .exclude(case__state__in=(states.CORRECTION, states.SUSPENDED, states.CLOSED))
        .exclude(Exists(DeadlinePause.objects.filter(deadline=OuterRef("pk"), until=None)))
    )
    calendars: dict[int, Calendar] = {}
    for clock in _each(running.order_by("due"), case_id):
        calendar = calendars.setdefault(clock.district_id, calendar_of(clock.district_id))
        for level in _levels(clock, today, calendar):
            yield level, partial(escalate, deadline_id=clock.pk, level=level, by=CLOCK, now=now)


def _levels(clock: Deadline, today: date, calendar: Calendar) -> list[str]:
    figures = parameters(clock.district_id)
    before = deadlines.length_of(figures, "warn_before", today).number
    after = deadlines.length_of(figures, "red_card_after", today).number
    found = []
    if clock.warned_at is None and today < clock.due and calendar.count(today, clock.due) <= before:
        found.append("warned")
    if clock.yellow_at is None and today >= clock.due:
        found.append("yellow_card")
    if clock.red_at is None and today > clock.due and calendar.count(clock.due, today) >= after:
        found.append("red_card")
    return found


def _services(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A letter that nobody opened counts as served some working days after its message."""
    today = localdate(now)
    waiting = Letter.objects.decisions().filter(
        service=None, void_at=None, waits_for_notice=False, served_from__lt=today, rendered_at__isnull=False
    )
    calendars: dict[int, Calendar] = {}
    for letter in _each(waiting.order_by("served_from"), case_id):
        calendar = calendars.setdefault(letter.district_id, calendar_of(letter.district_id))
        length = deadlines.length_of(parameters(letter.district_id), "deemed_served", today)
        if letter.served_from and deadlines.due_after(letter.served_from, length, calendar) <= today:
            yield "served", partial(serve, letter_id=letter.pk, by=CLOCK, now=now, how="deemed")


def _unclaimed(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """Sums without an account: a reminder a month before, then they lapse."""
    today = localdate(now)
    waiting = Payable.objects.filter(state__in=WAITING, waits_since__lt=today).exclude(case__state=states.SUSPENDED)
    for one in _each(waiting.order_by("waits_since"), case_id):
        last = lapses_on(one, today)
        if one.reminded_on is None and today >= last - REMINDED_BEFORE:
            yield "payment_reminded", partial(remind_of_payment, payable_id=one.pk, by=CLOCK, now=now)
        elif one.reminded_on is not None and today > last:
            yield "payment_lapsed", partial(lapse_payment, payable_id=one.pk, by=CLOCK, now=now)


def _settlements(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """What the bank said, where whoever read it did not come to the end; and batches that are done with it."""
    for item in _each(
        to_settle().order_by("batch", "number").values_list("pk", flat=True), case_id, "payable__case_id"
    ):
        yield "payment_settled", partial(settle_item, item_id=item, by=CLOCK, now=now)
    if case_id is None:
        for batch in PaymentBatch.objects.filter(state="released"):
            if is_whole(batch):
                yield "batch_done", partial(close_batch, batch_id=batch.pk, now=now)


def _drafts(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A week's notice, then a draft that nobody touched is deleted. A draft belongs to no case."""
    if case_id is not None:
        return
    today = localdate(now)
    soon = Draft.objects.filter(expires_on__lte=today + timedelta(days=DRAFT_WARNING_DAYS)).select_related("user")
    soon = soon.exclude(prepared__state=PreparedClaim.OFFERED)  # these end with their offer
    for draft in _each(soon.order_by("expires_on"), None):
        if draft.expires_on < today:
            yield "draft_deleted", partial(discard_draft, draft_id=draft.pk, by=CLOCK, now=now)
        else:
            yield "draft_warned", partial(warn_of_draft, draft=draft, now=now)


def _prepared(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A reminder before a prepared claim lapses, and its end."""
    if case_id is not None:
        return
    today = localdate(now)
    for claim in _each(PreparedClaim.objects.filter(state=PreparedClaim.OFFERED).order_by("until"), None):
        days = deadlines.length_of(parameters(claim.district_id), "prepared_reminder", today).number
        if claim.until < today:
            yield "prepared_lapsed", partial(lapse_prepared, claim_id=claim.pk, by=CLOCK, now=now)
        elif claim.reminded_at is None and claim.until - timedelta(days=days) <= today:
            yield "prepared_reminded", partial(remind_of_prepared, claim_id=claim.pk, by=CLOCK, now=now)


def _signals(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """What the data itself shows opens a report for triage, once."""
    if case_id is not None:
        return
    for district in District.objects.order_by("pk"):
        found = list(signals(district.pk, now - SIGNALS_LOOK_BACK))
        known = set(
            Case.objects.filter(submission_key__in=[one.submission_key for one in found]).values_list(
                "submission_key", flat=True
            )
        )
        for one in found:
            if one.submission_key not in known:
                yield (
                    "signal_opened",
                    partial(
                        report, district=district, by=CLOCK, now=now, facts=one.facts, submission_key=one.submission_key
                    ),
                )


def _claims(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """A reminder of a month that can soon no longer be claimed."""
    if case_id is not None:
        return
    for found in running_out(localdate(now)):
        user = account_of(found.person, now)
        if user is not None:
            yield "claim_reminded", partial(remind_of_claim, found=found, user=user, by=CLOCK, now=now)


def _imports(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """What was read in and not taken for a week is thrown away."""
    if case_id is not None:
        return
    waiting = RecordImport.objects.filter(
        state__in=(RecordImport.STAGING, RecordImport.READY), made_at__lt=now - timedelta(days=IMPORT_WAITS_DAYS)
    )
    for one in _each(waiting.select_related("district").order_by("pk"), None):
        drop = partial(drop_import, import_id=one.pk, by=CLOCK, now=now, district=one.district)
        yield "import_dropped", drop


def _ratings(now: datetime, case_id: int | None) -> Iterator[Piece]:
    """Who got a decision is asked once how it went."""
    for case in _each(to_ask(now).values_list("pk", flat=True), case_id, "pk"):
        yield "rating_asked", partial(ask_rating, case_id=case, by=CLOCK, now=now)
