"""The end of every action on a case: state, whose turn and deadlines derived in one place; record; announcement."""

from collections.abc import Mapping
from typing import Any, Final

from casework import deadlines, states
from casework.duties import SIGNING
from casework.historic import keep
from casework.models import Case, CaseScope, Deadline, Message, Signature, SubjectKey, Task
from casework.outbox import put
from casework.record import write_on_case
from casework.signed import signed_text
from casework.statements import append, send
from flows.engine import Work, chain_of, length_of, step_of
from flows.joining import waits_for
from flows.steps import Countersign, Step
from funds import payables


def conclude(
    work: Work, event: str, *, outcome: str = "", clause: str = "", details: Mapping[str, Any] | None = None,
    sealed: Mapping[str, str] | None = None, key: SubjectKey | None = None, tell: tuple[Message | None, ...] = (),
    carries: bool = False,
) -> None:  # fmt: skip
    """After the change and the advance: derive, record, announce. `carries` leaves the running clocks of the task to
    be taken on (a correction and its return)."""
    case = work.case
    if event in _MOVES:
        _derive(case, event, work)
    case.version += 1
    _clocks(work, event, carries)
    _scope(case, work.opened)
    _rounds(work)
    if event != "granted" and any(task.kind == "payment" for task in work.opened):
        payables.owe_what_is_held(case, on=work.today, now=work.now)
    write_on_case(
        case, event, work.by, work.now, task=work.task, outcome=outcome, clause=clause, details=details,
        sealed=_with_signed_text(work, event, sealed), key=key,
    )  # fmt: skip
    save(case, work, event)
    put(*tell)


def note(
    work: Work, event: str, *, details: Mapping[str, Any] | None = None, sealed: Mapping[str, str] | None = None,
    key: SubjectKey | None = None, tell: tuple[Message | None, ...] = (), raises_version: bool = False,
) -> None:  # fmt: skip
    """An act that leaves state and step as they are: a claim, an original seen, a finding, a dismissed objection."""
    work.case.version += 1 if raises_version else 0
    sealed = _with_signed_text(work, event, sealed)
    write_on_case(work.case, event, work.by, work.now, task=work.task, details=details, sealed=sealed, key=key)
    save(work.case, work, event)
    put(*tell)


def _with_signed_text(work: Work, event: str, sealed: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """What an officer signs is kept word for word beside what they wrote."""
    if event not in SIGNING or not work.by.is_officer:
        return sealed
    text = signed_text(work.case, work.task, work.by, event, sealed or {})
    return {**(sealed or {}), "signed": text}


def save(case: Case, work: Work, event: str) -> None:
    """The case's row once, with who and why in its history."""
    keep(case, work.by, event, work.now)


_MOVES = frozenset(states.MOVES)


def _derive(case: Case, event: str, work: Work) -> None:
    """State, outcome and whose turn it is, from the event and the task that opened."""
    opened = work.opened[-1] if work.opened else None
    old = case.state
    case.state = states.next_state(old, event, next_kind=opened.kind if opened else None, before=case.state_before)
    if event in states.STOPS:
        case.state_before = old
    elif old in states.STOPS.values():
        case.state_before = ""
    case.last_event = event
    if event == "accepted":
        case.accepted_at = work.now
    if event in ("granted", "refused"):
        case.decided_at = work.now
    if decided := _outcome(work, event):
        case.outcome = decided
    if event in ("objection_upheld", "reopened"):
        case.outcome, case.decided_at, case.closed_at, case.round = "", None, None, case.round + 1
        case.amount = None
        case.accepted_at = case.accepted_at or work.now  # what had not been accepted is, by the order of the appeal
    if opened or case.state == states.CLOSED:  # else the open task stays where it is: a pause, an arrival accepted
        case.step = opened.step_name if opened else ""
        case.department_id = opened.department_id if opened else None
    if case.state == states.CLOSED:
        case.closed_at = case.finished = work.now


def _outcome(work: Work, event: str) -> str:
    """What the case is decided or closed as: what the step says, else what the event says."""
    step = step_of(work.task) if work.task is not None and work.task.kind else None
    if step is not None and event == "granted":
        return step.outcome
    if step is not None and event == "refused":
        return step.negative
    if step is not None and step.outcome and not step.decides and work.case.state == states.CLOSED:
        return step.outcome
    return states.outcome_of(event)


def _rounds(work: Work) -> None:
    """A round of countersigning opens with one signature a party; opinions that come afterwards move on with the case."""
    for task in work.opened:
        if parties := parties_of(work, step_of(task)):
            open_signatures(work, task, parties)
    if work.task is not None and getattr(work.task, "waits_for_opinions", False) and work.task.finished:
        # The clock waits for no opinion: what was asked falls with the task.
        Signature.objects.filter(task=work.task, waits=False, closed_at=None).update(outcome="void", closed_at=work.now)
    if work.task is not None and getattr(work.task, "has_opinions_after", False) and work.task.finished:
        waiting = Signature.objects.filter(task=work.task, waits=True, closed_at=None)
        if work.opened:
            waiting.update(task=work.opened[-1], waits=False)
        else:
            waiting.update(outcome="void", closed_at=work.now)


def parties_of(work: Work, step: Step) -> list[int]:
    """The departments of a round of countersigning; none for any other step."""
    return [party.holder(work.case)["department_id"] for party in step.parties] if isinstance(step, Countersign) else []


def open_signatures(work: Work, task: Task, departments: list[int]) -> None:
    """Ask each department for its signature; they see the case from now on."""
    case = work.case
    Signature.objects.bulk_create(
        [
            Signature(district_id=case.district_id, task=task, kind="countersign", department_id=one, asked_at=work.now)
            for one in departments
        ]
    )
    give_scope(case, departments, "asked")


def give_scope(case: Case, departments: list[int], role: str) -> None:
    """These departments may see the case from now on."""
    rows = [CaseScope(district_id=case.district_id, case=case, department_id=one, role=role) for one in departments]
    append(*rows, ignore_conflicts=True)


def _clocks(work: Work, event: str, carries: bool) -> None:
    case = work.case
    task = work.task if work.task is not None and work.task.finished and not carries else None
    kind = deadlines.DECISION if event in ("granted", "refused") else ""
    if task is not None or kind or case.state == states.CLOSED:
        _end(work, task=task, kind=kind, every=case.state == states.CLOSED)
    started = [
        _clock(work, task.kind, _length(work, task), task) for task in work.opened if not task.data.get("carried")
    ]
    if event == "chain_changed" and not chain_of(case).decision_clock:
        _end(work, kind=deadlines.DECISION)
    if _term_starts(case, event):
        length = deadlines.length_of(work.parameters, deadlines.DECISION, work.today)
        started.append(_clock(work, deadlines.DECISION, length, None))
    append(*started)
    for task in work.opened:
        if reason := waits_for(case, task.step_name):
            deadlines.pause(case, reason, work.now)


def _length(work: Work, task: Task) -> deadlines.Length:
    """The step's; of a day that was named and not counted, as many days as lie before it."""
    if task.data.get("agreed"):
        return deadlines.Length((task.due - work.today).days, "calendar")
    return length_of(work, step_of(task))


def _term_starts(case: Case, event: str) -> bool:
    """Whether the term of the decision starts now: also where the version that the case has left had none."""
    if not chain_of(case).decision_clock:
        return False
    if event != "chain_changed":
        return event in ("accepted", "objection_upheld", "reopened")
    undecided = case.accepted_at is not None and case.decided_at is None
    return undecided and not Deadline.objects.filter(case=case, kind=deadlines.DECISION, ended_at=None).exists()


def _end(work: Work, *, task: Task | None = None, kind: str = "", every: bool = False) -> None:
    """The clocks of the task, of the kind, or every one of the case; with each whether it was kept."""
    send(_CLOCKS_END, [work.now, work.today, work.case.pk, task.pk if task else None, kind, every])


_CLOCKS_END: Final = """
UPDATE casework_deadline SET ended_at = %s, kept = due >= %s
 WHERE case_id = %s AND ended_at IS NULL AND (task_id = %s OR kind = %s OR %s)
"""


def _clock(work: Work, kind: str, length: deadlines.Length, task: Task | None) -> Deadline:
    due = task.due if task is not None else deadlines.due_after(work.today, length, work.calendar)
    return Deadline(
        district_id=work.case.district_id, case=work.case, task=task, kind=kind, unit=length.unit,
        length=length.number, began_on=work.today, due=due,
        provisional=work.calendar.is_provisional(work.today, due),
    )  # fmt: skip


def _scope(case: Case, opened: list[Task]) -> None:
    """A department sees a case from its first task on."""
    give_scope(case, [task.department_id for task in opened if task.department_id], "handled")
