"""The chain drawn for people: pieces of wood that join when a case is handed over, and a list that says the same.

Consecutive steps of one department are one piece. The geometry is that of the look's notes.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from casework import states
from casework.calendar import Calendar
from casework.models import Case, Task
from flows.engine import CaseFlow, chain_of
from flows.published_chains import holder, length
from flows.steps import Countersign, Step
from policy import T
from policy.parameters import Parameters
from web.templatetags.look import english

WIDTH, TOP, HEIGHT, WIDEST, IN_ROW = 1090.0, 44.0, 76.0, 363.0, 6
NAME_SIZE, WHAT_SIZE, LINE, BETWEEN_ROWS = 17, 15, 21, 18
WORDS = {
    "done": T("办完了", "done"), "now": T("正在办", "now"), "wait": T("还没到", "not yet"), "hold": T("停着", "on hold"),
    "stop": T("到这里结束", "ended here"), "off": T("不再办", "not needed"), "plan": T("安排", "planned"),
}  # fmt: skip
FLAGS = {"now": T("现在", "now"), "hold": T("已暂停", "on hold"), "stop": T("已结束", "ended")}
ON_HOLD = {
    states.CORRECTION: T("等申请人补材料，时间停着。", "Waiting for the applicant; the clock stands still."),
    states.SUSPENDED: T("中止了，时间停着。恢复以后接着办。", "Paused; the clock stands still and goes on afterwards."),
}  # fmt: skip
LIST_CLASS = {"now": "is-now", "wait": "is-wait", "hold": "is-hold", "stop": "is-stop", "off": "is-wait"}


# The outcomes of a case that went to the end of its chain.
TO_THE_END = ("granted", "recorded", "completed", "founded")


@dataclass(frozen=True)
class Text:
    """A line of words in a piece, its middle and its base line."""

    words: str
    y: float
    is_name: bool = False


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
    texts: list[Text] = field(default_factory=list)
    drop: float = 0

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
class Row:
    """Pieces side by side, and how far below the first row they stand."""

    y: float
    pieces: list[Piece]


@dataclass(frozen=True)
class Drawing:
    """What {% chain %} shows. `title` says the whole in one sentence.

    A short chain is not drawn out over the whole width, and a long one goes on in further rows; then the list stands
    below for itself (`is_apart`), else each of its columns stands under its piece.
    """

    pieces: list[Piece]
    rows: list[Row]
    title: T
    is_plan: bool
    height: float

    @property
    def box(self) -> str:
        """The view box: without the place for flags where nothing is underway."""
        top = 38 if self.is_plan else 0
        return f"0 {top} 1093 {self.height - top:g}"

    @property
    def is_apart(self) -> bool:
        return len(self.rows) > 1 or len(self.pieces) < 3


def plan(chain: type[CaseFlow], parameters: Parameters, on: date) -> Drawing:
    """The chain as it will go, with the days of each piece: for guides."""
    pieces = _pieces(chain)
    for piece in pieces:
        piece.lines = [line for step in piece.steps for line in _allowed(step, parameters, on)]
    names = [piece.name.fill() for piece in pieces]
    title = T("共 {n} 步：{names}。下面有文字。", "{n} steps: {names}. The text is below.").fill(
        n=len(pieces), names=tuple(names)
    )
    return _drawn(pieces, title, is_plan=True)


def walked(chain: type[CaseFlow], said: Mapping[str, T]) -> Drawing:
    """The chain as it is declared, each piece with what was counted at its steps: for the paths that cases took."""
    pieces = _pieces(chain)
    for piece in pieces:
        piece.lines = [_STEP_NOW.fill(what=one.words, line=said[one.name]) for one in piece.steps]
    title = T("办理链：共 {n} 步。下面有文字。", "The chain: {n} steps. The text is below.").fill(n=len(pieces))
    return _drawn(pieces, title, is_plan=True)


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
            piece.lines = _now_lines(piece, last, parameters, with_officers)
        elif piece.state == "wait":
            piece.lines = [line for step in piece.steps for line in _allowed(step, parameters, localdate())]
        elif piece.state == "stop":
            piece.lines = (
                [T("{day}结束。", "Ended on {day}.").fill(day=localdate(case.closed_at))] if case.closed_at else []
            )
        elif piece.state == "hold":
            piece.lines = [ON_HOLD[case.state]]
    here = pieces[now_at].name if now_at < len(pieces) else None
    title = (
        T(
            "共 {n} 步，走到第 {at} 步：{here}。下面有文字。", "{n} steps, now at step {at}: {here}. The text is below."
        ).fill(n=len(pieces), at=now_at + 1, here=here)
        if here and case.is_open
        else T("共 {n} 步，已经办完。下面有文字。", "{n} steps, closed. The text is below.").fill(n=len(pieces))
    )
    return _drawn(pieces, title, is_plan=False)


def piece_of(drawing: Drawing, step: str) -> tuple[int, Piece] | None:
    """The number (from 1) and the piece that a step belongs to."""
    for number, piece in enumerate(drawing.pieces, 1):
        if step in [one.name for one in piece.steps]:
            return number, piece
    return None


def _pieces(chain: type[CaseFlow]) -> list[Piece]:
    pieces: list[Piece] = []
    for step in chain.steps:
        party = step.name if isinstance(step, Countersign) else step.by.code or step.by.kind
        if pieces and pieces[-1].party == party:
            pieces[-1].steps.append(step)
            pieces[-1].what = _together([one.words for one in pieces[-1].steps])
        else:
            pieces.append(Piece(party, holder(step), step.words, steps=[step]))
    return pieces


def _together(whats: list[T]) -> T:
    """Two steps with an "and", more as a list."""
    between = _AND if len(whats) == 2 else "、"
    english_ones = [whats[0].en, *(one.en.lower() for one in whats[1:])]
    return T(between.join(one.zh for one in whats), ", ".join(english_ones), filled=True)


def _drawn(pieces: list[Piece], title: T, *, is_plan: bool) -> Drawing:
    """Boxes, outlines and words: 4 between done pieces, 8 into the current one, 22 where nothing was handed over."""
    many = math.ceil(len(pieces) / IN_ROW)
    in_row = math.ceil(len(pieces) / many)
    groups = [pieces[start : start + in_row] for start in range(0, len(pieces), in_row)]
    # The tenon of a row that goes on stands out at its end.
    width = (WIDTH - (14 if many > 1 else 0) - max(sum(_gaps(group)) for group in groups)) / in_row
    for group in groups:
        x = 1.5
        for piece, gap in zip(group, [*_gaps(group), 0.0], strict=True):
            piece.x, piece.w, piece.has_mortise = round(x, 1), round(min(width, WIDEST), 1), piece is not pieces[0]
            piece.texts = _texts(piece)
            x += piece.w + gap
    high = max(len(piece.texts) for piece in pieces)
    height = HEIGHT + LINE * (max(2, high) - 2)
    rows = [Row(number * (height + 56 + BETWEEN_ROWS), group) for number, group in enumerate(groups)]
    for number, piece in enumerate(pieces):
        piece.texts = _settled(piece, height)
        tall = piece.state in ("now", "hold", "stop")
        y, h = (TOP - 8, height + 16) if tall else (TOP, height)
        piece.path = _outline(piece.x, y, piece.w, h, mortise=number > 0, tenon=number < len(pieces) - 1)
    return Drawing(pieces, rows, title, is_plan, rows[-1].y + height + 56)


def _gaps(pieces: list[Piece]) -> list[float]:
    gaps = []
    for before, after in zip(pieces, pieces[1:], strict=False):
        if before.state == "plan":
            gaps.append(8.0)
        elif before.state != "done":
            gaps.append(22.0)
        else:
            gaps.append(4.0 if after.state == "done" else 8.0 if after.state in ("now", "hold", "stop") else 22.0)
    return gaps


def _texts(piece: Piece) -> list[Text]:
    """Who, what and, where several sign together, by which rule: as many lines as they need."""
    room = piece.w - (26 if piece.has_mortise else 12)
    whats = [piece.what, *(step.rule for step in piece.steps if isinstance(step, Countersign))]
    return [
        *(Text(line, 0, is_name=True) for line in _wrapped(_said(piece.name), room, NAME_SIZE)),
        *(Text(line, 0) for what in whats for line in _wrapped(_said(what), room, WHAT_SIZE)),
    ]


def _settled(piece: Piece, height: float) -> list[Text]:
    """The lines one below the other, in the middle of the piece; below the tick in one that is done."""
    piece.drop = (height - HEIGHT - LINE * (max(2, len(piece.texts)) - 2)) / 2
    first = TOP + (43 if piece.state == "done" else 34) + piece.drop
    return [
        Text(text.words, round(first + LINE * number + (0 if text.is_name else 2), 1), text.is_name)
        for number, text in enumerate(piece.texts)
    ]


def _said(words: T) -> str:
    return words.en if english() else words.zh


def _wrapped(words: str, room: float, size: int) -> list[str]:
    """Lines that fit: broken between parties and steps, and inside one only where it alone is too wide."""
    parts = re.findall(r"[^,]+,?\s*", words) if english() else _CHINESE_PARTS.findall(words)
    parts = [one for part in parts for one in ([part] if _wide(part, size) <= room else re.findall(r"\S+\s*", part))]
    lines = [""]
    for part in parts:
        if lines[-1] and _wide(lines[-1] + part.rstrip(), size) > room:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


_AND = "并"
_CHINESE_PARTS = re.compile(f"{_AND}?[^{_AND}、]{{1,8}}、?")


def _wide(words: str, size: int) -> float:
    """About how wide a text is drawn: Chinese takes the square of its size, Latin letters a little over half."""
    return sum(size if character > "\u2e80" else size * 0.57 for character in words)


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
    if case.state == states.CLOSED and case.outcome in TO_THE_END:
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


def _now_lines(piece: Piece, tasks: list[Task], parameters: Parameters, with_officers: bool) -> list[Any]:
    """Where the case is; of a piece with several steps also what is done of it and what comes."""
    by_step = {task.step_name: task for task in tasks}
    here = next((place for place, step in enumerate(piece.steps) if _is_open(by_step.get(step.name))), 0)
    lines: list[Any] = []
    for place, step in enumerate(piece.steps):
        task = by_step.get(step.name)
        if place < here and task is not None and task.finished:
            lines.append(_STEP_DONE.fill(what=step.words, day=_short(task.finished)))
        elif task is not None and task.is_open:
            line = _now_line(task, with_officers)
            lines.append(_STEP_NOW.fill(what=step.words, line=line) if len(piece.steps) > 1 else line)
            lines += [step.rule] if isinstance(step, Countersign) else []
        elif place > here:
            lines += _allowed(step, parameters, localdate())
    return lines


def _is_open(task: Task | None) -> bool:
    return task is not None and bool(task.is_open)


_STEP_DONE = T("{what}：{day}办完。", "{what}: done on {day}.")
_WAITS_FOR_RESULTS = T(
    "{day}接到，等考试成绩，时间停着。",
    "Here since {day}, waits for the examination's results; the clock stands still.",
)
_STEP_NOW = T("{what}：{line}", "{what}: {line}")


def _now_line(task: Task, with_officers: bool) -> T:
    if getattr(task, "stands_still", False):
        line = _WAITS_FOR_RESULTS.fill(day=_short(task.created))
    else:
        line = T("{day}接到，最晚{due}。", "Here since {day}, until {due}.").fill(
            day=_short(task.created), due=_short(task.due)
        )
    if with_officers and task.owner:
        return T("{name}在办，{line}", "{name}. {line}").fill(name=task.owner.display_name, line=line)
    return line


def _short(day: date | datetime) -> T:
    on = localdate(day) if isinstance(day, datetime) else day
    return T(f"{on.month}月{on.day}日", f"{on.day}/{on.month}", filled=True)


def _allowed(step: Step, parameters: Parameters, on: date) -> list[T]:
    """How long the step has, and how many must agree where several sign."""
    line = T("{what}：{length}", "{what}: {length}").fill(what=step.words, length=length(step, parameters, on))
    return [line, step.rule] if isinstance(step, Countersign) else [line]
