"""The case page of a reviewer: clause by clause, evidence beside it, chain, timeline, and the panel to sign."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from accounts.models import Department, Role
from casework import access
from casework import deadlines as clocks
from casework.access import Verdict
from casework.assessment import ANSWERS, FINDINGS, figure_lacking, kept_explanation, newest_answers, standing_findings
from casework.calendar import HOLIDAYS, calendar_of
from casework.corrections import ANSWERED
from casework.filing import applicants_facts, given_contact
from casework.interpretations import Note, in_force, touching
from casework.judgements import NEWEST, Clause, newest, sheet
from casework.likeness import same_files, same_objects
from casework.models import Assessment, Case, Judgement, Letter, Position, Remark, Task
from casework.published import parameters
from casework.queries import (
    ON_FILE,
    OPEN_TASK,
    TASKS,
    case_for,
    everything_on_file,
    is_reported,
    open_task,
    other_cases,
    tasks_of,
)
from casework.record import chain_is_whole
from casework.sealing import masked, unseal, unseal_bytes
from casework.signed import signed_text
from casework.statements import Asked, ahead, given
from casework.telling import step_words
from casework.wording import GROUNDS_ON_NOTICE, INQUIRIES, REASONS, paper_titles
from flows.actions.look import look
from flows.engine import chain_of, earlier_steps, step_named, step_of
from flows.errors import NotThere
from flows.giving import positions_for
from flows.money import sum_asked
from flows.steps import Step
from oversight.records import OF_CASE, Told, differences, of_case, told
from policy import T, measure
from policy.facts import Bool, Fact
from policy.labels import LABELS
from policy.measure import Measure
from policy.readings import readings_for
from recruitment.queries import examined, round_of_case
from services.plans import SERVICE, plan_of
from web.acts import Place
from web.applicant.correction import what_changed
from web.applicant.filling import named
from web.drawing import of_case as drawing_of
from web.guard import for_officers, posted
from web.reviewer.beside import BESIDE, beside
from web.reviewer.rounds import is_plan
from web.reviewer.told import origins_of


@dataclass
class Line:
    """One clause of the sheet with what the page shows beside it."""

    clause: Clause
    said: list[tuple[T, Any, Any]]
    chosen: str
    reason: str
    earlier: list[Judgement] = field(default_factory=list)
    error: Any = None
    notes: list[Note] = field(default_factory=list)

    @property
    def field(self) -> str:
        return self.clause.rule.rule

    @property
    def settled(self) -> bool:
        """Whether the rules are sure and the reviewer has said nothing else: one press agrees."""
        return (
            bool(self.clause.suggested) and self.chosen == self.clause.suggested and not self.reason and not self.error
        )


@dataclass
class Panel:
    """The sign-off panel: what may be done, or why not; what was typed; what is still missing."""

    verdicts: dict[str, Verdict]
    why_not: Any = None
    may_claim: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: list[Any] = field(default_factory=list)
    proof_due: bool = False
    returns: list[Step] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    next: T | None = None
    back: T | None = None
    is_start_of_work: bool = False
    is_inquiry: bool = False  # it ends in a finding, not in the grant of something
    signs: bool = True
    judges: bool = False
    next_days: int = 0
    remarks: list[Remark] = field(default_factory=list)
    text: str = ""
    yes: T | None = None
    no: T | None = None
    sum: Decimal | None = None

    def may(self, verb: str) -> bool:
        return bool(self.verdicts.get(verb))

    @property
    def any(self) -> bool:
        return any(self.verdicts.get(verb) for verb in SIGNED_HERE)


# What the buttons of the decision say, by what the chain calls it.
_GRANT: Final = (T("批准", "Grant"), T("不予批准", "Refuse"))
_DECISIONS: Final[dict[str, tuple[T, T]]] = {
    "recorded": (T("备案", "Record it"), T("不予备案", "Do not record it")),
    "completed": (T("同意办结", "Close it as done"), T("不同意办结", "Do not close it as done")),
    "founded": (T("属实", "Founded"), T("不属实", "Unfounded")),
}

# What the panel's own form does; everything else has a page of its own (web/reviewer/acts.py).
SIGNED_HERE = (
    "accept", "decline", "approve", "advise_against", "refuse", "return_to", "request_correction", "publish", "end_notice",
    "assign", "confirm", "contradict", "lapse", "establish",
)  # fmt: skip


@for_officers
@require_GET
def case(request: HttpRequest, reference: str) -> HttpResponse:
    found = case_for(request.actor, reference)
    look(case=found, by=request.actor, now=now(), what="case", page="case")
    return case_page(request, found)


def case_page(
    request: HttpRequest, case: Case, *, typed: Mapping[str, str] | None = None, errors: list[Any] | None = None,
    wrong: Mapping[str, T] | None = None, changed: bool = False, whole: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, as it stands now or with what was typed and what is wrong with it."""
    beyond = (HOLIDAYS.about(district=case.district_id), OF_CASE.about(case=case.pk, district=case.district_id))
    with ahead(*beyond, *(one.about(case=case.pk) for one in (*_OF_THE_CASE, *BESIDE))):
        return _case_page(request, case, typed, errors, wrong, changed=changed, whole=whole, status=status)


def _case_page(
    request: HttpRequest, case: Case, typed: Mapping[str, str] | None, errors: list[Any] | None, wrong: Mapping[str, T] | None,
    *, changed: bool, whole: bool, status: int,
) -> HttpResponse:  # fmt: skip
    task = open_task(case)
    calendar, figures = calendar_of(case.district_id), parameters(case.district_id)
    tasks = tasks_of(case)
    key, rules = case.key, measure(case.measure, case.purpose)
    filed = everything_on_file(case)
    told_in_it = unseal(key, newest_answers(case).answers)
    answers = told_in_it["facts"]
    findings = standing_findings(case)
    running = clocks.shown(case)
    records = told(of_case(case), of=case)
    found, notes = newest(case), in_force(case.district_id, case.measure)
    origins = origins_of(case, rules, answers)
    context = {
        "explanation": kept_explanation(case, found) if found else None,
        "case": case, "task": task, "rules": rules, "here": "case", "changed": changed, "seen": case.version,
        "drawing": drawing_of(case, tasks, calendar, figures, with_officers=True),
        "step": step_words(case, task.step_name) if task else None,
        "lines": _lines(case, task, found, notes, answers, findings, typed or {}, wrong or {}, _sent_back_at(records)) if task else [],
        "panel": _panel(request, case, task, figures, typed or {}, errors or []),
        "evidence": named(filed["standing"]), "replaced": named(filed["replaced"]),
        "titles": paper_titles(rules), "contact": given_contact(told_in_it),
        "particulars": [(f, f.say(answers.get(f.name)), origins.get(f.name)) for part in rules.sections_asked(answers) for f in applicants_facts(part, answers)],
        "origins": [one for one in origins.values() if one.is_open],
        "findings": [(rules.fact(name), rules.fact(name).say(unseal(key, one.value)), unseal(key, one.reason), one) for name, one in findings.items()],
        "to_establish": _to_establish(rules, answers, task),
        **_numbers(case, whole),
        "valid": case.person.certificate_in_force(localdate()) if case.person else None,
        "clock": next((one for one in running if task and one.task_id == task.pk and one.kind != clocks.OBJECTION), None),
        "decision": next((one for one in running if one.kind == clocks.DECISION), None),
        "corrections": [(one, what_changed(case, one)) for one in ANSWERED.all(case=case.pk)],
        "same_files": same_files(request.actor, case, filed["standing"]), "same_objects": same_objects(request.actor, case),
        "others": [(one, measure(one.measure, one.purpose)) for one in other_cases(request.actor, case)],
        "notices": list(case.notices.prefetch_related("objections").order_by("-pk")),
        "letters": _LETTERS.all(case=case.pk),
        "records": records[-12:][::-1], "count": len(records), "against": _against(records), "returned": _returned(records, task),
        "used": calendar.count(localdate(task.created), localdate()) if task else 0,
        "allowed": calendar.count(localdate(task.created), task.due) if task else 0,
        "readings": readings_for(case.measure), "today": localdate(),
        "notice_is_over": _notice_is_over(case, task), "grounds": GROUNDS_ON_NOTICE, "answers": answers,
        "has_sharing": is_plan(case) and access.leads_rounds(request.actor), "of_round": (of_round := round_of_case(case, request.actor)), "examined": examined(case) if of_round else None,
    }  # fmt: skip
    context |= (
        beside(Place(request, case, task))
        | {"reported": case.organisation is not None and is_reported(case)}
        | _beside_its_kind(case)
    )
    return render(request, "reviewer/case.html", context, status=status)


_LETTERS: Final = Asked(lambda: Letter.objects.filter(case=given("case")).select_related("service").order_by("-pk"))
_JUDGED: Final = Asked(lambda: Judgement.objects.filter(case=given("case")).select_related("by"))
# What the page asks by the case's key alone; `beside` names its own.
_OF_THE_CASE: Final = (
    OPEN_TASK, TASKS, ON_FILE, ANSWERS, FINDINGS, NEWEST, ANSWERED, *clocks.SHOWN, _LETTERS, _JUDGED,
)  # fmt: skip


def _beside_its_kind(case: Case) -> dict[str, Any]:
    """What some kinds show beside: the plan of a service case; the figure that a sum still waits for."""
    lacking = figure_lacking(case) if case.is_open else ""
    found: dict[str, Any] = {"lacking": lacking, "lacking_words": LABELS[lacking] if lacking else None}
    return found | ({"planned": plan_of(case)} if case.measure == SERVICE else {})


@for_officers
@posted("case")
def number(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole number on the case's page, with what was typed there; the look is noted."""
    found = case_for(request.actor, reference)
    look(case=found, by=request.actor, now=now(), what="number", page="number")
    return case_page(request, found, typed=typed_of(request), whole=True)


@for_officers
@require_GET
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every record of the case with what it changed, and whether the chain of records is whole."""
    found = case_for(request.actor, reference)
    look(case=found, by=request.actor, now=now(), what="case", page="history")
    actions = of_case(found)
    changed = differences(found)
    departments = {one.pk: one.title for one in Department.objects.filter(district_id=found.district_id)}
    rows = [
        (one, _in_words(found, changed.get((one.action.event, one.action.at), []), departments))
        for one in told(actions)
    ]
    context = {
        "case": found, "rules": measure(found.measure, found.purpose), "rows": rows, "whole": chain_is_whole(actions), "here": "case",
        "audits": request.actor.has_role(Role.SUPERVISOR, Role.AUDITOR),
        "corrections": [(one, what_changed(found, one)) for one in found.correction_requests.filter(answered_at__isnull=False)],
    }  # fmt: skip
    return render(request, "reviewer/history.html", context)


@for_officers
@require_GET
def deadlines(request: HttpRequest, reference: str) -> HttpResponse:
    """Every clock of the case, day by day: what counted, what did not, and why it moved."""
    found = case_for(request.actor, reference)
    return render(
        request, "reviewer/deadlines.html", {"case": found, "rows": clocks.told_clocks(found), "here": "case"}
    )


def case_and_task(request: HttpRequest, reference: str) -> tuple[Case, Task]:
    """The case and its open task; for a case that is closed meanwhile, its last task, so that the action says so."""
    case = case_for(request.actor, reference, to_act=request.method == "POST")
    wanted, task = request.POST.get("task", ""), None
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 18:
        task = _NAMED.first(case=case.pk, task=int(wanted))
    if task is None:
        task = open_task(case)
    if task is None:
        task = Task.objects.filter(process=case).exclude(kind="").order_by("-pk").first()
    if task is None:
        raise NotThere
    task.process = case
    return case, task


_NAMED: Final = Asked(lambda: Task.objects.filter(process=given("case"), pk=given("task")))


def typed_of(request: HttpRequest) -> dict[str, str]:
    """What was typed into the form to sign; empty where the page was sent without it."""
    left_out = ("csrfmiddlewaretoken", "password", "restore")
    return {name: value.replace("\x00", "") for name, value in request.POST.items() if name not in left_out}


def _numbers(case: Case, whole: bool) -> dict[str, Any]:
    """The numbers as the page shows them: masked, or whole where that was asked for and noted."""
    person = case.person
    if person is None:
        return {"number": "", "certificate": "", "whole": whole}
    number = unseal(person.key, person.number)
    certificate = unseal_bytes(person.key, person.certificate).decode() if person.certificate else ""
    shown = (lambda text: text) if whole else masked
    return {"number": shown(number), "certificate": shown(certificate) if certificate else "", "whole": whole}


def _lines(
    case: Case, task: Task, found: Assessment | None, notes: list[Note], answers: Mapping[str, Any], findings: Mapping[str, Any], typed: Mapping[str, str],
    wrong: Mapping[str, T], sent_back_at: datetime | None,
) -> list[Line]:  # fmt: skip
    """The clauses of the task's department; all of them at the deciding step."""
    if task.held_by_applicant:
        return []
    step, rules, key = step_of(task), measure(case.measure, case.purpose), case.key
    clauses, _ = sheet(case, step.by.code if step.kind == "review" else "", found)
    earlier: dict[str, list[Judgement]] = {}
    for judgement in (one for one in _JUDGED.all(case=case.pk) if one.task_id != task.pk):
        judgement.shown_reason = unseal(key, judgement.reason)  # type: ignore[attr-defined]
        judgement.before_return = sent_back_at is not None and judgement.at <= sent_back_at  # type: ignore[attr-defined]
        earlier.setdefault(judgement.rule, []).append(judgement)
    lines = []
    for clause in clauses:
        name = clause.rule.rule
        said = [(rules.fact(f).question, rules.fact(f).say(answers.get(f)), findings.get(f)) for f in clause.facts]
        reviewed = None if typed else _reviewed(step, clause, earlier.get(name, []))
        chosen = typed.get(f"j-{name}", clause.suggested if not typed else "")
        lines.append(
            Line(
                clause,
                said,
                reviewed.outcome if reviewed else chosen,
                reviewed.shown_reason if reviewed else typed.get(f"r-{name}", ""),
                earlier.get(name, []),
                wrong.get(name),
                touching(notes, clause.rule),
            )
        )
    return lines


def _reviewed(step: Step, clause: Clause, earlier: list[Judgement]) -> Any:
    """At the decision, what a reviewer of this round held otherwise than the rules: it stands until it is changed."""
    if step.kind != "approval" or not clause.suggested or not earlier or earlier[-1].before_return:  # type: ignore[attr-defined]
        return None
    return earlier[-1] if earlier[-1].outcome != clause.suggested else None


def _panel(
    request: HttpRequest, case: Case, task: Task | None, figures: Any, typed: Mapping[str, str], errors: list[Any]
) -> Panel:
    if task is None or task.held_by_applicant:
        return Panel({})
    by = request.actor
    verdicts = access.actions_open_to(by, task)
    panel = Panel(verdicts, typed=typed, errors=errors, may_claim=task.owner_id is None and bool(verdicts.get("claim")))
    panel.proof_due = access.proof_is_due(by, "approve")
    if not panel.any:
        panel.why_not = _why_not(verdicts, task)
        return panel
    step, chain = step_of(task), chain_of(case)
    panel.remarks = list(Remark.objects.filter(department_id=task.department_id, kind=step.kind, removed_at=None)[:30])
    panel.text = signed_text(case, task, by, _event_of(verdicts, step.decides), {})
    if step.decides:
        panel.yes, panel.no = _DECISIONS.get(step.outcome, _GRANT)
        panel.sum = sum_asked(case) if not measure(case.measure, case.purpose).ruling else None
    panel.signs, panel.judges = step.signs, step.kind in ("review", "approval")
    panel.returns = earlier_steps(chain, step) if panel.may("return_to") else []
    if panel.may("assign"):
        offered = positions_for(case).filter(case=None)
        every = offered.select_related("department", "of_round__post__unit").order_by("department_id", "code")[:200]
        panel.positions = sorted(every, key=lambda one: one.department_id != case.town_id)  # where they live, first
    following = list(chain.steps)[list(chain.steps).index(step) + 1 :]
    if panel.may("contradict") and step.back_to:
        panel.back = _where(step_named(chain, step.back_to))
    panel.is_start_of_work = step.back_to == "assignment"
    panel.is_inquiry = case.measure in INQUIRIES and step.decides
    if following:
        panel.next = _where(following[0])
        panel.next_days = clocks.length_of(figures, following[0].days, localdate()).number
    return panel


def _where(step: Step) -> T:
    return T("{who}{what}", "{who} ({what})").fill(who=step.by.words, what=step.words)


def _event_of(verdicts: Mapping[str, Verdict], decides: bool) -> str:
    """The event of the step's good end, as the signed text names it."""
    if verdicts.get("accept"):
        return "accepted"
    if verdicts.get("confirm"):
        return "confirmed"
    return "granted" if decides else "agreed"


def _why_not(verdicts: Mapping[str, Verdict], task: Task) -> Any:
    """The reason that says most: why it may not be claimed, else why the main act is not open."""
    order = ["claim"] if task.owner_id is None else []
    for verb in [*order, *verdicts]:
        verdict = verdicts.get(verb)
        if verdict is not None and not verdict and verdict.reason not in ("not_in_this_state", "not_claimed"):
            return REASONS[verdict.reason]
    return None


def _to_establish(
    rules: Measure, answers: Mapping[str, Any], task: Task | None
) -> list[tuple[Fact, list[tuple[str, T]]]]:
    """The facts that the measure asks of this step, with what can be said."""
    if task is None or task.held_by_applicant:
        return []
    step = step_of(task)
    asked = rules.facts_asked(answers, of=f"{step.kind}/{step.by.code}")
    return [(fact, [("yes", fact.kind.yes), ("no", fact.kind.no)]) for fact in asked if isinstance(fact.kind, Bool)]


def _against(records: list[Told]) -> list[Told]:
    """The negative opinions of this round, shown first."""
    started = max((n for n, one in enumerate(records) if one.action.event == "objection_upheld"), default=-1)
    return [one for n, one in enumerate(records) if n > started and one.action.event == "advised_against"]


def _notice_is_over(case: Case, task: Task | None) -> bool:
    """Whether the notice's days are over and nobody's objection waits, so that its handler may end it."""
    if task is None or task.kind != "publicity":
        return False
    notice = case.notices.filter(task=task, ended_at=None, ends_on__lt=localdate()).first()
    return notice is not None and not notice.objections.filter(outcome="").exists()


_BACK = ("returned", "objection_upheld", "reopened")


def _sent_back_at(records: list[Told]) -> datetime | None:
    """When the case last went back: what was judged before that is marked so."""
    return max((one.action.at for one in records if one.action.event in _BACK), default=None)


def _returned(records: list[Told], task: Task | None) -> Told | None:
    """Why the case came back to this step, if it did."""
    for one in reversed(records):
        if one.action.event in ("returned", "contradicted"):
            return one if task and one.action.details.get("to") == task.step_name else None
        if one.action.event in ("agreed", "accepted", "resubmitted", "assigned"):
            return None
    return None


def _in_words(
    case: Case, changed: list[tuple[str, Any, Any]], departments: Mapping[int, str]
) -> list[tuple[str, Any, Any]]:
    def words(name: str, value: Any) -> Any:
        if name.endswith("_id"):
            return departments.get(value, "")
        return step_words(case, value) if name == "step" and value else value

    return [(name, words(name, old), words(name, new)) for name, old, new in changed]
