"""What holds of a case after whatever happened to it: each rule says in words where it does not.

`broken(case_id)` reads the case and everything around it; it writes nothing. A drill, a race and the state machine of
the tests ask the same rules, and whoever looks into a damaged database can too.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.timezone import localdate

from casework import deadlines, states
from casework.calendar import calendar_of
from casework.duties import NEW_ROUND, SIGNING
from casework.models import (
    Action,
    CapUse,
    Case,
    CorrectionRequest,
    Deadline,
    DecisionChange,
    ExclusionKey,
    Letter,
    Notice,
    Objection,
    Position,
    Recusal,
    Relation,
    Signature,
    Suspension,
    Task,
)
from casework.record import chain_is_whole
from flows.engine import chain_of
from funds import payables
from funds.check import differences
from funds.models import Fund, Payable, Reservation
from funds.models.owed import OPEN

SUSPENDED, CORRECTION, PUBLICITY = states.SUSPENDED, states.CORRECTION, states.PUBLICITY
_KINDS: Final = {
    states.SUBMITTED: ("intake",), states.CORRECTION: ("correction",), states.PUBLICITY: ("publicity",),
    states.PAYING: ("payment",), states.APPROVED: ("assignment", "confirm", "deliver", "follow_up"),
    states.IN_REVIEW: ("intake", "review", "approval", "countersign", "confirm", "inspect", "return"),
}  # fmt: skip
_LETTERS: Final = {
    "granted": "granted", "refused": "refused", "not_accepted": "not_accepted", "lapsed": "lapsed",
    "decision_corrected": "corrected",
}  # fmt: skip
# A changed decision is signed beside the steps: whoever proposes it may have signed one.
_STEPS_SIGNED: Final = SIGNING - {"decision_corrected"}


@dataclass
class Seen:
    """A case with all that the rules look at."""

    case: Case
    tasks: list[Task]
    record: list[Action]
    clocks: list[Deadline]
    asked: list[Signature]
    recusals: dict[int, Recusal]

    @property
    def open_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.finished is None]

    @property
    def stands_in(self) -> str:
        """The state, or for a paused case the one in which it was paused."""
        return self.case.state_before if self.case.state == SUSPENDED else self.case.state


def broken(case_id: int) -> list[str]:
    """Every rule that does not hold of the case, in words; empty where all is well."""
    seen = _look(case_id)
    return [f"{rule.__name__.strip('_')}: {words}" for rule in RULES for words in rule(seen)]


def _look(case_id: int) -> Seen:
    case = Case.objects.select_related("person", "organisation").get(pk=case_id)
    tasks = list(Task.objects.filter(process_id=case_id).order_by("pk"))
    record = list(Action.objects.filter(subject_kind="case", subject_id=case_id).order_by("number"))
    clocks = list(Deadline.objects.filter(case_id=case_id).prefetch_related("pauses").order_by("pk"))
    asked = list(Signature.objects.filter(task__in=[task.pk for task in tasks]))
    return Seen(case, tasks, record, clocks, asked, Recusal.objects.filter(case_id=case_id).in_bulk())


def _state(seen: Seen) -> Iterator[str]:
    case = seen.case
    if case.state not in states.STATES:
        yield f"{case.state} is no state"
    if bool(case.state_before) != (case.state in (SUSPENDED, CORRECTION)):
        yield f"{case.state} with {case.state_before or 'nothing'} before it"
    closed = case.state == states.CLOSED
    if closed != bool(case.closed_at) or closed != bool(case.finished) or (closed and not case.outcome):
        yield f"{case.state}, closed at {case.closed_at}, finished {case.finished}, as {case.outcome or 'nothing'}"
    if case.state == states.SUBMITTED and case.accepted_at:
        yield "waiting for acceptance and accepted"
    if seen.stands_in in (states.IN_REVIEW, states.SUBMITTED) and (case.outcome or case.decided_at):
        yield f"in review and decided as {case.outcome}"


def _tasks(seen: Seen) -> Iterator[str]:
    """One open task while the case is open, of a kind that fits its state, and the case says whose it is."""
    found, case = seen.open_tasks, seen.case
    if len(found) != (0 if case.state == states.CLOSED else 1):
        yield f"{len(found)} open tasks in {case.state}: {[task.step_name for task in found]}"
        return
    for task in found:
        stands_in = CORRECTION if case.state == CORRECTION else seen.stands_in
        if task.kind not in _KINDS.get(stands_in, ()):
            yield f"{task.kind} is open in {case.state} ({case.state_before})"
        if (case.step, case.department_id) != (task.step_name, task.department_id):
            yield f"the case says {case.step} of {case.department_id}, the task {task.step_name} of {task.department_id}"
        if (task.owner_id is None) != (task.status == "NEW"):
            yield f"a task {task.status} handled by {task.owner_id}"
    if not found and (case.step or case.department_id):
        yield f"closed, and still at {case.step}"


def _history(seen: Seen) -> Iterator[str]:
    """Replayed from the first record, the moves lead to the state in which the case stands."""
    state, before = "", ""
    for action in seen.record:
        old, event, new = state, action.event, action.state
        if event == "submitted":
            if old or new != states.SUBMITTED:
                yield f"#{action.number}: submitted from {old or 'nothing'} to {new}"
        elif event not in states.MOVES:
            if new != old:
                yield f"#{action.number}: {event} is no move, but led from {old} to {new}"
        elif not states.allowed(old, event, new, before):
            yield f"#{action.number}: {old} by {event} to {new} is not listed"
        if event in states.STOPS:
            before = old
        state = new
    if state != seen.case.state:
        yield f"the record leads to {state}, the case stands in {seen.case.state}"
    moves = [action.event for action in seen.record if action.event in states.MOVES or action.event == "submitted"]
    if moves and moves[-1] != seen.case.last_event:
        yield f"the record's last move is {moves[-1]}, the case's {seen.case.last_event}"


def _record(seen: Seen) -> Iterator[str]:
    """The record links, without a gap; each record is one version of the case's row."""
    case, record = seen.case, seen.record
    if not chain_is_whole(record):
        yield f"the record does not link: {[action.number for action in record]}"
    if case.record_number != len(record) or (record and case.record_hash != record[-1].hash):
        yield f"the case counts {case.record_number} records, there are {len(record)}"
    versions = [action.case_version or 0 for action in record]
    if versions != sorted(versions) or versions[-1:] != [case.version]:
        yield f"versions {versions}, the case has {case.version}"
    rows = case.history.count()
    if rows != len(record):
        yield f"{rows} rows of history for {len(record)} records"


def _clocks(seen: Seen) -> Iterator[str]:
    """Running clocks belong to the open task, or are the decision's; each date is what counting gives."""
    case, calendar = seen.case, calendar_of(seen.case.district_id)
    here = {task.pk for task in seen.open_tasks}
    for clock in seen.clocks:
        if clock.ended_at is not None:
            continue
        standing = [pause for pause in clock.pauses.all() if pause.until is None]
        if case.state == states.CLOSED:
            yield f"{clock.kind} runs on a closed case"
        if len(standing) > 1 or (case.state == SUSPENDED and not standing):
            yield f"{clock.kind} in {case.state} has {len(standing)} open pauses"
        examined = any(pause.reason == deadlines.EXAMINATION for pause in standing)
        waits = examined or (case.state == CORRECTION and clock.kind not in deadlines.KEEPS_RUNNING)
        if waits != bool(standing) and case.state != SUSPENDED:
            yield f"{clock.kind} stands still in {case.state}: {bool(standing)}"
        if clock.task_id is None and clock.kind != deadlines.DECISION:
            yield f"{clock.kind} runs for no task"
        if clock.task_id is not None and clock.task_id not in here and not waits:
            yield f"{clock.kind} runs for a task that is over"
        if clock.due != deadlines.counted(clock, calendar):
            yield f"{clock.kind} says {clock.due}, counting gives {deadlines.counted(clock, calendar)}"


def _dates(seen: Seen) -> Iterator[str]:
    """The open task has one clock, which says its date; the decision has one from acceptance until it is made,
    where a term runs for it at all."""
    case = seen.case
    running = [clock for clock in seen.clocks if clock.ended_at is None]
    for task in seen.open_tasks:
        own = [clock for clock in running if clock.task_id == task.pk and clock.kind != deadlines.OBJECTION]
        if len(own) != 1 or own[0].due != task.due:
            yield f"the task is due {task.due}, its clocks {[(one.kind, one.due) for one in own]}"
    decision = [clock for clock in running if clock.kind == deadlines.DECISION]
    undecided = case.accepted_at is not None and case.decided_at is None and case.state != states.CLOSED
    if len(decision) != int(undecided and chain_of(case).decision_clock):
        yield f"{len(decision)} clocks of the decision in {case.state}"


def _signatures(seen: Seen) -> Iterator[str]:
    here = {task.pk: task for task in seen.open_tasks}
    for one in seen.asked:
        if one.is_open and one.task_id not in here:
            yield f"a question ({one.kind}) is open in a task that is over"
        if not one.is_open and one.outcome not in ("void", "") and one.signed_by_id is None:
            yield f"{one.kind} was answered by nobody"
    for task in here.values():
        parties = [one for one in seen.asked if one.task_id == task.pk and one.kind == "countersign"]
        if (task.kind == "countersign") != bool(parties):
            yield f"{task.kind} with {len(parties)} parties"
        if parties and not any(one.is_open for one in parties):
            yield "a round without anybody left to sign is open"


def _duties(seen: Seen) -> Iterator[str]:
    """Nobody signed two steps of one round, nor in a later round; no registrar, kin or recused hand signed."""
    signed: dict[int, str] = {}
    earlier: set[int] = set()
    recused: set[int] = set()
    for action in seen.record:
        hands = {action.user_id, action.acts_for_id if action.acts_for_kind == "officer" else None} - {None}
        if action.event in _STEPS_SIGNED and action.actor_kind == "officer":
            yield from _hands(action, hands, signed, earlier, recused)
            signed |= {hand: action.step for hand in hands if hand is not None}
        if action.event in SIGNING and hands & {seen.case.registrar_id}:
            yield f"#{action.number}: {action.event} by who registered it"
        if action.event in ("recused", "challenge_upheld"):
            recused |= {seen.recusals[action.details["recusal"]].user_id or 0}
        if action.event in NEW_ROUND:
            earlier |= set(signed)
            signed = {}
    who = seen.case.person or seen.case.organisation
    if who is not None:
        kin = Relation.objects.filter(kind="kin", number_index=who.number_index, ended_at=None)
        if those := set(kin.values_list("user_id", flat=True)) & {
            action.user_id for action in seen.record if action.event in SIGNING
        }:
            yield f"kin signed: {those}"


def _hands(
    action: Action, hands: set[Any], signed: dict[int, str], earlier: set[int], recused: set[int]
) -> Iterator[str]:
    for hand in hands:
        if signed.get(hand, action.step) != action.step:
            yield f"#{action.number}: {action.event} by who signed {signed[hand]} already"
        if hand in earlier:
            yield f"#{action.number}: {action.event} by who signed an earlier round"
        if hand in recused:
            yield f"#{action.number}: {action.event} by who stepped aside"


def _decision(seen: Seen) -> Iterator[str]:
    """Sums, keys and positions stand only while the case is granted."""
    case = seen.case
    if case.decided_at is None or case.outcome in ("refused", "unfounded"):
        if case.amount is not None:
            yield f"{case.amount} yuan without a grant"
        for taken in (ExclusionKey, CapUse):
            if taken.objects.filter(case=case, released_at=None).exists():
                yield f"{taken.__name__} is taken without a grant"
        if Position.objects.filter(case=case).exists():
            yield "a position is taken without a grant"
    if case.decided_at is None and DecisionChange.objects.filter(case=case, outcome="").exists():
        yield "a correction waits for a decision that does not stand"


def _once(seen: Seen) -> Iterator[str]:
    """Every decision has its letter, and nothing happened twice."""
    case = seen.case
    events = Counter(action.event for action in seen.record)
    letters = Counter(Letter.objects.filter(case=case).values_list("kind", flat=True))
    for event, kind in _LETTERS.items():
        if events[event] != letters[kind]:
            yield f"{events[event]} times {event}, {letters[kind]} letters"
    for event in ("submitted", "accepted"):
        if events[event] > 1:
            yield f"{event} {events[event]} times"
    if events["granted"] + events["refused"] > case.round:
        yield f"decided {events['granted'] + events['refused']} times in {case.round} rounds"


def _around(seen: Seen) -> Iterator[str]:
    """What is open beside the task: a correction, a pause, a notice with its objections."""
    case = seen.case
    corrections = CorrectionRequest.objects.filter(case=case, answered_at=None, expired_at=None).count()
    if corrections != int(case.state == CORRECTION):
        yield f"{corrections} open corrections in {case.state}"
    pauses = Suspension.objects.filter(case=case, ended_at=None).count()
    if pauses != int(case.state == SUSPENDED):
        yield f"{pauses} open pauses in {case.state}"
    notices = Notice.objects.filter(case=case)
    here = {task.pk for task in seen.open_tasks}
    for notice in notices:
        if (notice.ended_at is None) != (notice.task_id in here):
            yield f"a notice that ended at {notice.ended_at} in {case.state}"
        if notice.ended_at is None and seen.stands_in != PUBLICITY:
            yield f"a notice stands in {case.state}"
    if Objection.objects.filter(notice__case=case, notice__ended_at__isnull=False, outcome="").exists():
        yield "an objection is open though its notice has ended"
    for clock in seen.clocks:
        if clock.kind == deadlines.NOTICE and clock.ended_at is None:
            until = {notice.ends_on for notice in notices if notice.ended_at is None}
            if until != {clock.due}:
                yield f"the notice ends on {until}, its clock on {clock.due}"


def _ends(seen: Seen) -> Iterator[str]:
    """What has ended says when, and not before it began."""
    for clock in seen.clocks:
        if clock.ended_at is not None and localdate(clock.ended_at) < clock.began_on:
            yield f"{clock.kind} ended on {clock.ended_at} before it began on {clock.began_on}"
    for task in seen.tasks:
        if task.finished is not None and task.status not in ("DONE", "CANCELED"):
            yield f"a task is over and {task.status}"


def _money(seen: Seen) -> Iterator[str]:
    """A case holds money only after its grant, and exactly what it is owed once the payment has opened; its fund's
    figures are what its book says."""
    case = seen.case
    held = {one.fund_id: one.held for one in Reservation.objects.filter(case=case) if one.held}
    owed = dict(Payable.objects.filter(case=case, state__in=OPEN).values_list("fund", "amount"))
    if held and (case.decided_at is None or case.amount is None):
        yield f"holds {held} without a grant"
    if seen.stands_in in (states.PAYING, states.CLOSED) and held != owed:
        yield f"holds {held} and is owed {owed}"
    elif owed and seen.stands_in not in (states.PAYING, states.CLOSED):
        yield f"is owed {owed} in {case.state}"
    if held and case.amount is not None and sum(held.values()) + payables.paid_on(case) > case.amount:
        yield f"holds {held} and was paid {payables.paid_on(case)} of {case.amount}"
    for fund in Fund.objects.filter(reservations__case=case):
        yield from differences(fund)


RULES: Final[tuple[Callable[[Seen], Iterator[str]], ...]] = (
    _state, _tasks, _history, _record, _clocks, _dates, _signatures, _duties, _decision, _once, _around, _ends, _money,
)  # fmt: skip
