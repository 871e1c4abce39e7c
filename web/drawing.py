"""The chain drawn for people: pieces of wood that join when a case is handed over, and a list that says the same.

Consecutive steps of one department are one piece. The geometry is that of the look's notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from casework import states
from casework.calendar import Calendar
from casework.deadlines import length_of
from casework.models import Case, Task
from flows.engine import CaseFlow, chain_of
from flows.steps import Step
from policy import T
from policy.parameters import Parameters

WIDTH, TOP, HEIGHT = 1090.0, 44.0, 76.0
WORDS = {
    "done": T("办完了", "done"), "now": T("正在办", "now"), "wait": T("还没到", "not yet"), "hold": T("停着", "on hold"),
    "stop": T("到这里结束", "ended here"), "off": T("不再办", "not needed"), "plan": T("安排", "planned"),
}  # fmt: skip
FLAGS = {"now": T("现在", "now"), "hold": T("已暂停", "on hold"), "stop": T("已结束", "ended")}
LIST_CLASS = {"now": "is-now", "wait": "is-wait", "hold": "is-hold", "stop": "is-stop", "off": "is-wait"}


@dataclass
class Piece:
    """One piece: who, what, its state, and the lines that its place in the list says."""

    party: str
    name: T
    what: T
    state: str = "plan"
    lines: list[Any] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    x: float = 0
    w: float = 0
    path: str = ""
    has_mortise: bool = True

    @property
    def middle(self) -> float:
        return round(self.x + self.w / 2 + (7 if self.has_mortise else 0), 1)

    @property
    def word(self) -> T:
        return WORDS[self.state]

    @property
    def flag(self) -> T | None:
        return FLAGS.get(self.state)

    @property
    def list_class(self) -> str:
        return LIST_CLASS.get(self.state, "")

    @property
    def tag_kind(self) -> str:
        return {"stop": "no", "off": "wait"}.get(self.state, self.state)


@dataclass(frozen=True)
class Drawing:
    """What {% chain %} shows. `title` says the whole in one sentence."""

    pieces: list[Piece]
    title: T
    is_plan: bool
    height: int = 132


def plan(chain: type[CaseFlow], parameters: Parameters, on: date) -> Drawing:
    """The chain as it will go, with the days of each piece: for guides."""
    pieces = _pieces(chain)
    for piece in pieces:
        piece.lines = [_allowed(step, parameters, on) for step in piece.steps]
    names = [piece.name.fill() for piece in pieces]
    title = T("共 {n} 步：{names}。下面有文字。", "{n} steps: {names}. The text is below.").fill(
        n=len(pieces), names=tuple(names)
    )
    return Drawing(_placed(pieces), title, is_plan=True)


def of_case(
    case: Case, tasks: Sequence[Task], calendar: Calendar, parameters: Parameters, *, with_officers: bool = False
) -> Drawing:  # fmt: skip
    """The chain as far as the case has come. `with_officers` names handlers: on the workbench only."""
    pieces = _pieces(chain_of(case))
    now_at = _where(case, tasks, pieces)
    for number, piece in enumerate(pieces):
        piece.state = _state(case, number, now_at)
        last = _last_tasks(tasks, piece)
        if piece.state == "done":
            piece.lines = [_done_line(last, calendar, with_officers)]
        elif piece.state == "now":
            piece.lines = [_now_line(task, with_officers) for task in last if task.is_open]
        elif piece.state == "wait":
            piece.lines = [_allowed(step, parameters, localdate()) for step in piece.steps]
        elif piece.state == "stop":
            piece.lines = (
                [T("{day}结束。", "Ended on {day}.").fill(day=localdate(case.closed_at))] if case.closed_at else []
            )
        elif piece.state == "hold":
            piece.lines = [T("等申请人补材料，时间停着。", "Waiting for the applicant; the clock stands still.")]
    here = pieces[now_at].name if now_at < len(pieces) else None
    title = (
        T(
            "共 {n} 步，走到第 {at} 步：{here}。下面有文字。", "{n} steps, now at step {at}: {here}. The text is below."
        ).fill(n=len(pieces), at=now_at + 1, here=here)
        if here and case.is_open
        else T("共 {n} 步，已经办完。下面有文字。", "{n} steps, closed. The text is below.").fill(n=len(pieces))
    )
    return Drawing(_placed(pieces), title, is_plan=False)


def piece_of(drawing: Drawing, step: str) -> tuple[int, Piece] | None:
    """The number (from 1) and the piece that a step belongs to."""
    for number, piece in enumerate(drawing.pieces, 1):
        if step in [one.name for one in piece.steps]:
            return number, piece
    return None


def _pieces(chain: type[CaseFlow]) -> list[Piece]:
    pieces: list[Piece] = []
    for step in chain.steps:
        party = step.by.code or step.by.kind
        if pieces and pieces[-1].party == party:
            pieces[-1].steps.append(step)
            pieces[-1].what = T(
                f"{pieces[-1].what.zh}并{step.words.zh}", f"{pieces[-1].what.en}, {step.words.en.lower()}"
            )
        else:
            pieces.append(Piece(party, step.by.words, step.words, steps=[step]))
    return pieces


def _placed(pieces: list[Piece]) -> list[Piece]:
    """Boxes and outlines: 4 between done pieces, 8 into the current one, 22 where nothing was handed over."""
    gaps = []
    for before, after in zip(pieces, pieces[1:], strict=False):
        if before.state == "plan":
            gaps.append(8.0)
        elif before.state != "done":
            gaps.append(22.0)
        else:
            gaps.append(4.0 if after.state == "done" else 8.0 if after.state in ("now", "hold", "stop") else 22.0)
    width = (WIDTH - sum(gaps)) / len(pieces)
    x = 1.5
    for number, piece in enumerate(pieces):
        tall = piece.state in ("now", "hold", "stop")
        piece.x, piece.w, piece.has_mortise = round(x, 1), round(width, 1), number > 0
        y, height = (TOP - 8, HEIGHT + 16) if tall else (TOP, HEIGHT)
        piece.path = _outline(piece.x, y, piece.w, height, mortise=number > 0, tenon=number < len(pieces) - 1)
        x += width + (gaps[number] if number < len(gaps) else 0)
    return pieces


def _outline(x: float, y: float, w: float, h: float, *, mortise: bool, tenon: bool) -> str:
    m, right, bottom = y + h / 2, round(x + w, 1), y + h
    path = f"M{x} {y}H{right}"
    if tenon:
        path += f"V{m - 9}L{round(right + 14, 1)} {m - 16}V{m + 16}L{right} {m + 9}"
    path += f"V{bottom}H{x}"
    if mortise:
        path += f"V{m + 11.5}L{round(x + 14, 1)} {m + 19.5}V{m - 19.5}L{x} {m - 11.5}"
    return path + "Z"


def _where(case: Case, tasks: Sequence[Task], pieces: list[Piece]) -> int:
    """The number of the piece where the case stands, or stood when it ended; past the last where all is done."""
    if case.state == states.CLOSED and case.outcome == "granted":
        return len(pieces)
    worked = [task for task in tasks if task.kind not in ("", "correction")]
    step = worked[-1].step_name if worked else pieces[0].steps[0].name
    return next((number for number, piece in enumerate(pieces) if step in [one.name for one in piece.steps]), 0)


def _state(case: Case, number: int, now_at: int) -> str:
    if number < now_at:
        return "done"
    if number > now_at:
        return "wait" if case.is_open else "off"
    if not case.is_open:
        return "stop"
    return "hold" if case.state in (states.CORRECTION, states.SUSPENDED) else "now"


def _last_tasks(tasks: Sequence[Task], piece: Piece) -> list[Task]:
    """The newest task of each of the piece's steps."""
    newest: dict[str, Task] = {}
    for task in tasks:
        if task.step_name in [step.name for step in piece.steps]:
            newest[task.step_name] = task
    return list(newest.values())


def _done_line(tasks: list[Task], calendar: Calendar, with_officers: bool) -> Any:
    finished = [task for task in tasks if task.finished]
    if not finished:
        return ""
    began, ended = min(localdate(task.created) for task in finished), max(localdate(task.finished) for task in finished)
    used = calendar.count(began, ended)
    line = T("{day}办完，用了 {n} 个工作日。", "Done on {day}, {n} working day(s).").fill(day=_short(ended), n=used)
    if with_officers:
        names = list(dict.fromkeys(task.owner.display_name for task in finished if task.owner))
        return T("{names}，{line}", "{names}. {line}").fill(names=tuple(names), line=line) if names else line
    return line


def _now_line(task: Task, with_officers: bool) -> T:
    line = T("{day}接到，最晚{due}。", "Here since {day}, until {due}.").fill(
        day=_short(task.created), due=_short(task.due)
    )
    if with_officers and task.owner:
        return T("{name}在办，{line}", "{name}. {line}").fill(name=task.owner.display_name, line=line)
    return line


def _short(day: date | datetime) -> T:
    on = localdate(day) if isinstance(day, datetime) else day
    return T(f"{on.month}月{on.day}日", f"{on.day}/{on.month}", filled=True)


def _allowed(step: Step, parameters: Parameters, on: date) -> T:
    name = "notice" if step.kind == "publicity" else step.days
    days = length_of(parameters, name, on).number
    return T("{what}：{n} 个工作日", "{what}: {n} working day(s)").fill(what=step.words, n=days)
