"""Where a case stands, as its applicant reads it: one sentence, and the five lines of the tracking page."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.timezone import localdate

from casework import deadlines, states
from casework.corrections import open_request
from casework.holds import is_held
from casework.models import Case, Deadline, Letter, Task
from casework.references import shown
from casework.wording import OUTCOMES
from flows.actions.open_rectification import rectification_of
from flows.engine import chain_of, step_named
from funds.figures import sums_of
from policy import T
from web.drawing import Drawing, piece_of


@dataclass
class Tracking:
    """The five lines, each a first sentence that is complete by itself, and what explains it."""

    where: T
    where_more: T | None
    who: T
    who_more: T | None
    by: Any
    by_more: T | None
    do: T
    do_more: T | None
    next: T
    next_more: T | None
    clock: Deadline | None = None
    days: list[deadlines.Day] = field(default_factory=list)
    decision: Deadline | None = None
    asks: bool = False
    wants_account: bool = False


NO_ACCOUNT = ("waiting_account", "bounced")  # what is owed and cannot be paid before an account is given


def headline(case: Case, wants_account: bool = False) -> T:
    """The case in one sentence; `wants_account` where what it is owed waits for one."""
    if case.state == states.CLOSED:
        return _closed(case)
    if case.state == states.CORRECTION:
        return T("请您补材料", "We need something from you")
    if case.state == states.SUBMITTED:
        return T("您的申请收到了，在等受理", "Your application has arrived and waits for acceptance")
    if case.state == states.PUBLICITY:
        return T("批准了，正在公示", "Granted, on public notice")
    if case.state == states.SUSPENDED:
        return T("您的申请先停一停", "Your application is paused")
    if case.state == states.PAYING and wants_account:
        return T("批准了，等您写收款账户", "Granted; payment waits for your account")
    if case.state == states.PAYING:
        return T("批准了，正在拨款", "Granted; payment is under way")
    if case.department is None:
        return T("您的申请正在办", "Your application is being worked on")
    name = T(case.department.name, case.department.name_en, filled=True)
    if case.state == states.APPROVED:
        return T("批准了，{who}正在安排", "Granted; {who} is arranging it").fill(who=name)
    return T("您的申请，{who}正在审", "Your application is with {who}").fill(who=name)


_CLOSED = {
    "granted": T("办完了，批准", "Done: granted"),
    "refused": T("没有批准", "Refused"),
    "withdrawn": T("您撤回了", "You withdrew it"),
    "not_accepted": T("没有受理", "Not accepted"),
    "lapsed": T("没有补材料，终止了", "Ended, as the correction did not come"),
    "recorded": T("办完了，已备案", "Done: recorded"),
    "completed": T("全部办完了", "All done"),
    "founded": T("查完了，情况属实", "Looked into: founded"),
    "unfounded": T("查完了，没有这样的事", "Looked into: not founded"),
}
_TAKEN_IN = T("办完了，您已被接收", "Done: you are taken in")
_PAID = T("办完了，款已拨付", "Done: the money is paid")


def _closed(case: Case) -> T:
    kinds = {step.kind for step in chain_of(case).steps}
    if case.outcome == "granted" and "assignment" in kinds:
        return _TAKEN_IN
    return _PAID if case.outcome == "granted" and "payment" in kinds else _CLOSED[case.outcome]


def five_lines(
    case: Case, tasks: list[Task], clocks: list[Deadline], calendar: Any, drawing: Drawing, letters: list[Letter]
) -> Tracking:
    if case.state == states.CLOSED:
        return _closed_lines(case, drawing, letters)
    open_task = next((task for task in reversed(tasks) if task.is_open), None)
    step = open_task.step_name if open_task else case.step
    if case.state == states.CORRECTION:
        asked = open_request(case)
        step = asked.step if asked else step
    number, piece = piece_of(drawing, step) or (1, drawing.pieces[0])
    clock = next((one for one in clocks if open_task and one.task_id == open_task.pk and one.kind != "objection"), None)
    decision = next((one for one in clocks if one.kind == deadlines.DECISION), None)
    holder = _holder(case, open_task)
    told = Tracking(
        where=T("第 {n} 步，一共 {of} 步", "Step {n} of {of}").fill(n=number, of=len(drawing.pieces)),
        where_more=_where_more(case, step_named(chain_of(case), step), piece),
        who=holder,
        who_more=T("{day}收到。", "Since {day}.").fill(day=localdate(open_task.created)) if open_task else None,
        by=open_task.due if open_task else None,
        by_more=None,
        do=T("现在什么都不用做", "Nothing now"),
        do_more=T("不用守着。要您做什么，我们会发消息，这里也会写。", "No need to watch. If we need you, we send a message and say it here."),
        next=_next(case, step, drawing, number),
        next_more=None,
        clock=clock,
        days=deadlines.days(clock, calendar, localdate()) if clock else [],
        decision=decision,
    )  # fmt: skip
    if case.state == states.PAYING:
        _about_the_money(case, told)
    if case.state == states.SUSPENDED:
        told.do_more = T(
            "停着的日子不算。恢复了，我们发消息告诉您。", "These days do not count. We send a message when it goes on."
        )
    elif open_task is not None and open_task.held_by_applicant and case.state != states.CORRECTION:
        told.do = T("请您办这一步：{what}，最晚{day}", "Your step: {what}, by {day}").fill(
            what=step_named(chain_of(case), step).words, day=open_task.due
        )
        told.do_more = T("按钮在下面。", "The button is below.")
    if case.state == states.CORRECTION and open_task is not None:
        told.asks = True
        told.do = T("请补材料，最晚{day}", "Please correct your application by {day}").fill(day=open_task.due)
        told.do_more = T("补的时候，我们的时间停下不走。", "While you work on it, our clock stands still.")
    return told


def _about_the_money(case: Case, told: Tracking) -> None:
    """Without an account nothing can be paid: then there is something to do."""
    owed = {one.state for one in sums_of(case)}.intersection(NO_ACCOUNT)
    if owed:
        other, first = (
            T("请换一个收款账户", "Please give another account"),
            T("请写收款账户", "Please give your account"),
        )
        told.do = other if "bounced" in owed else first
        told.do_more = T("写好了才能拨款。", "Payment waits for it.")
        told.wants_account = True
        told.who_more = T("在等您的账户。", "It waits for your account.")
    if is_held(case):
        told.next_more = T(
            "您单位有一件事正在核查，款先不拨，查完了会发消息。有话要说，请打电话。",
            "Something about your organisation is being looked into; payment waits, and a message will tell you. To be heard, please telephone.",
        )


def _where_more(case: Case, step: Any, piece: Any) -> T:
    what = {
        states.SUBMITTED: T("申请收到了，等{who}受理。", "It has arrived and waits for acceptance by {who}."),
        states.CORRECTION: T("{who}请您补材料，先停一停。", "{who} asked for a correction; it waits for you."),
        states.SUSPENDED: T("先停一停，停在{who}。", "It is paused, at {who}."),
        states.PUBLICITY: T("批准了，{who}在公示。", "Granted; {who} has it on public notice."),
        states.PAYING: T("批准了，{who}在拨款。", "Granted; {who} is paying."),
        states.APPROVED: T("批准了，现在{what}。", "Granted; now: {what}."),
    }.get(case.state, T("现在是{who}{what}。", "Now with {who}: {what}."))
    return what.fill(who=piece.name, what=step.words)


def _holder(case: Case, task: Task | None) -> T:
    if task is None or task.held_by_applicant:
        return T("在您手里", "You")
    if task.department is None:
        return T("承办的单位", "The organisation that provides it")
    return T(task.department.name, task.department.name_en, filled=True)


def _next(case: Case, step: str, drawing: Drawing, number: int) -> T:
    if case.state == states.CORRECTION:
        return T("您补好以后，接着由原来的部门审", "After your correction the same department goes on")
    same = drawing.pieces[number - 1]
    names = [one.name for one in same.steps]
    for later in same.steps[names.index(step) + 1 :] if step in names else []:
        if later.kind == "inspect":
            return T("接下来是{who}：{what}", "Next: {who}, {what}").fill(who=same.name, what=later.words)
        if later.decides:
            return T("接下来由{who}作出决定", "Next: {who} decides").fill(who=same.name)
    if number >= len(drawing.pieces):
        return T("这一步办好，就全部办完了", "After this everything is done")
    following = drawing.pieces[number]
    current = step_named(chain_of(case), step)
    if current.decides:
        return _AFTER_THE_DECISION.get(following.steps[0].kind, _DECIDED).fill(what=following.what)
    return T("接下来是{who}：{what}", "Next: {who}, {what}").fill(who=following.name, what=following.what)


_AFTER_THE_DECISION = {
    "publicity": T("批准的话就公示；不批准会写明理由", "If granted, a public notice; if not, the reason in writing"),
    "payment": T("批准的话就拨款；不批准会写明理由", "If granted, payment; if not, the reason in writing"),
}
_RECTIFY = T("人数不够，要整改", "Too few are employed: a rectification follows")
_WHERE = T(
    "另外一件是 {reference}，在“我的申请”里，请按期交整改计划。",
    "It is case {reference} under “My applications”; please send the plan in time.",
)
_DECIDED = T("批准的话，接下来：{what}；不批准会写明理由", "If granted, next: {what}; if not, the reason in writing")


def _closed_lines(case: Case, drawing: Drawing, letters: list[Letter]) -> Tracking:
    ended = localdate(case.closed_at)
    again = case.outcome in ("withdrawn", "lapsed", "not_accepted")
    following = rectification_of(case) if case.outcome == "recorded" else None
    appeals = case.outcome in ("refused", "not_accepted", "lapsed", "unfounded")
    return Tracking(
        where=T("办完了：{outcome}", "Closed: {outcome}").fill(outcome=OUTCOMES[case.outcome]),
        where_more=None,
        who=T("没有人在办了", "Nobody any more"),
        who_more=None,
        by=ended,
        by_more=T("这一天办完的。", "The day on which it was closed."),
        do=T("请看决定书", "Please read the letter") if letters else T("什么都不用做", "Nothing"),
        do_more=T("不同意的话，可以复议或者起诉。", "If you disagree, you can appeal.") if appeals else None,
        next=_RECTIFY
        if following
        else T("可以再申请", "You may apply again")
        if again
        else T("没有下一步了", "There is no next step"),
        next_more=_WHERE.fill(reference=shown(following.reference)) if following else None,
    )
