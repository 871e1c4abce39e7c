"""Signing: the page's form parsed, one action called, and on to the next piece of work. It decides nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.assessment import newest_answers
from casework.judgements import Judged
from casework.models import Case, Remark, Task
from casework.queries import case_for
from casework.sealing import unseal
from flows.actions import claim as claiming
from flows.actions.accept import accept
from flows.actions.advise_against import advise_against
from flows.actions.approve import approve
from flows.actions.assign import assign
from flows.actions.confirm import confirm, contradict
from flows.actions.decline import decline
from flows.actions.establish import establish as establish_fact
from flows.actions.lapse import lapse
from flows.actions.publish import end_notice, publish
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked, request_correction
from flows.actions.return_to import return_to
from flows.actions.see_original import see_original
from flows.actions.serve import serve as serve_letter
from flows.engine import step_of
from flows.errors import Invalid, NotThere, Stale
from policy import T, measure
from web.acts import DONE_ONE
from web.forms import AT_FIELD, Problem
from web.guard import for_officers, posted
from web.proof import proved, unproved
from web.reading import plain, read_key
from web.reviewer.case import case_and_task, case_page, typed_of
from web.reviewer.inbox import next_work
from web.templatetags.look import say

DONE = {
    "approve": T("签好了：同意。", "Signed: agreed."),
    "grant": T("批准好了。", "Granted."),
    "accept": T("受理好了。", "Accepted."),
    "decline": T("已经不予受理。", "Not accepted."),
    "advise_against": T("不同意的意见存好了，案件继续往下走。", "Your negative opinion is kept; the case goes on."),
    "refuse": T("已经不予批准。", "Refused."),
    "return_to": T("退回好了。", "Returned."),
    "publish": T("公示好了。", "Published."),
    "end_notice": T("公示结束了。", "The notice has ended."),
    "assign": T("岗位安排好了。", "The position is assigned."),
    "confirm": T("确认好了。", "Confirmed."),
    "contradict": T("退回重新安排。", "Sent back for another assignment."),
    "lapse": T("已经终止。", "Closed as lapsed."),
    "release": T("还给本部门了。", "Given back to the department."),
}
ASKED = T("补正通知发出了，期限停下了。", "The notice is sent; the clock stands still.")
UNTICKED = T(
    "写了怎么补，却没有勾上。要补就勾上；不补，就把字清掉。",
    "There is text here, but the box is not ticked. Tick it to ask for this, or clear the text.",
)
NEXT_CASE = T("刚才那件 {ref}：{done}下面是您手上的下一件。", "{ref}: {done} Below is your next case.")


@for_officers
@posted("case")
def claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the case on and open it."""
    case, task = case_and_task(request, reference)
    claiming.claim(case_id=case.pk, task_id=task.pk, by=request.actor, now=now())
    return redirect("case", case.shown_reference)


@for_officers
@posted("case")
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """The act that was pressed. Whatever is wrong, the page comes back with everything that was typed."""
    case, task = case_and_task(request, reference)
    verb = request.POST.get("do", "")
    if verb not in _ACTS:
        raise NotThere
    decides = verb == "approve" and bool(task.is_open and step_of(task).decides)
    typed = typed_of(request)
    if "restore" in request.POST:  # written before the session ended: shown again, not signed
        return case_page(request, case, typed=typed)
    if wrong := unproved(request, verb):
        return case_page(request, case, typed=typed, errors=wrong, status=400)
    given = {"case_id": case.pk, "task_id": task.pk, "by": proved(request), "now": now()}
    try:
        _ACTS[verb](typed, given)
    except Invalid as invalid:
        errors = [Problem(text, _target(name)) for name, text in invalid.errors.items()]
        return case_page(request, case, typed=typed, errors=errors, wrong=invalid.errors, status=400)
    except Stale:
        return case_page(request, case_for(request.actor, reference), typed=typed, changed=True, status=409)
    return _on_to_next(request, case, DONE["grant" if decides else verb])


def _on_to_next(request: HttpRequest, case: Case, done: T) -> HttpResponse:
    """To the next piece of work, with what was done and in which case: the page that follows shows another."""
    following = next_work(request)
    told = NEXT_CASE if "/cases/" in following else DONE_ONE
    messages.success(request, say(told.fill(ref=case.shown_reference, done=say(done))))
    return redirect(following)


@for_officers
@posted("case")
def original(request: HttpRequest, reference: str) -> HttpResponse:
    case, task = case_and_task(request, reference)
    see_original(
        case_id=case.pk,
        task_id=task.pk,
        by=request.actor,
        now=now(),
        evidence_id=read_key(request.POST.get("evidence", "")),
    )
    return case_page(request, case_for(request.actor, reference), typed=typed_of(request))


@for_officers
@posted("case")
def establish(request: HttpRequest, reference: str) -> HttpResponse:
    """A finding on a fact that the measure asks of this step."""
    case, task = case_and_task(request, reference)
    answer = {"yes": True, "no": False}.get(request.POST.get("value", ""))
    try:
        establish_fact(
            case_id=case.pk, task_id=task.pk, by=request.actor, now=now(), fact=request.POST.get("fact", ""), value=answer,
            reason=plain(request.POST.get("reason", "")), seen=_seen(request.POST),
        )  # fmt: skip
    except Invalid as invalid:
        errors = [Problem(text, "f-establish") for text in invalid.errors.values()]
        return case_page(request, case, typed={"establish": request.POST.get("reason", "")}, errors=errors, status=400)
    messages.success(request, say(T("认定存好了。", "The finding is kept.")))
    return redirect("case", case.shown_reference)


@for_officers
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """One notice that names everything to correct: facts and papers from a list, each with what to do."""
    case, task = case_and_task(request, reference)
    rules = measure(case.measure, case.purpose)
    facts = unseal(case.key, newest_answers(case).answers)["facts"]
    choices = [("fact", f.name, f.question, f.say(facts.get(f.name))) for f in rules.facts_asked(facts)]
    choices += [
        ("evidence", one.code, one.title, None) for one in rules.evidence_asked(facts) if not one.held_by_office
    ]
    picked = {target for _, target, _, _ in choices if f"i-{target}" in request.POST}
    notes = {target: plain(request.POST.get(f"n-{target}", "")) for _, target, _, _ in choices}
    unticked = {target for target, note in notes.items() if note and target not in picked}
    errors: list[Problem] = []
    if request.method == "POST":
        items = [Asked(kind, target, notes[target]) for kind, target, _, _ in choices if target in picked]
        errors = [
            Problem(AT_FIELD.fill(field=title, error=UNTICKED), f"i-{target}")
            for _, target, title, _ in choices
            if target in unticked
        ]
        errors = errors or _ask(request, case, task, items)
        if not errors:
            return _on_to_next(request, case, ASKED)
    context = {
        "case": case, "task": task, "rules": rules, "errors": errors, "here": "case", "seen": case.version,
        "choices": [
            (kind, target, title, value, target in picked, notes[target], UNTICKED if target in unticked else None)
            for kind, target, title, value in choices
        ],
        "verdict": access.may(request.actor, "request_correction", task=task), "proof_due": access.proof_is_due(request.actor, "approve"),
    }  # fmt: skip
    return render(request, "reviewer/ask_correction.html", context, status=400 if errors else 200)


def _ask(request: HttpRequest, case: Case, task: Task, items: list[Asked]) -> list[Problem]:
    if wrong := unproved(request, "request_correction"):
        return wrong
    try:
        request_correction(
            case_id=case.pk, task_id=task.pk, by=proved(request), now=now(), items=items, seen=_seen(request.POST)
        )
    except Invalid as invalid:
        return [Problem(text) for text in invalid.errors.values()]
    return []


@for_officers
@require_http_methods(["GET", "POST"])
def serve(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Note that a letter reached the applicant by post or by hand, with its proof."""
    case = case_for(request.actor, reference)
    letter = case.letters.get(number=number)
    errors: list[Problem] = []
    if request.method == "POST":
        try:
            serve_letter(
                letter_id=letter.pk, by=request.actor, now=now(), how=request.POST.get("how", ""),
                proof=plain(request.POST.get("proof", ""))[:300],
            )  # fmt: skip
        except Invalid as invalid:
            errors = [Problem(text, "f-proof") for text in invalid.errors.values()]
        else:
            messages.success(request, say(T("送达记下了。", "The service is noted.")))
            return redirect("case", case.shown_reference)
    context = {"case": case, "letter": letter, "errors": errors, "typed": request.POST, "here": "case"}
    return render(request, "reviewer/serve.html", context, status=400 if errors else 200)


def _judgements(typed: Mapping[str, str]) -> dict[str, Judged]:
    return {
        name[2:]: Judged(value, plain(typed.get(f"r-{name[2:]}", ""))[:2000])
        for name, value in typed.items()
        if name.startswith("j-")
    }


def _text(typed: Mapping[str, str]) -> str:
    """The opinion, after the usual phrase that was chosen."""
    key = typed.get("remark", "")
    chosen = Remark.objects.filter(pk=read_key(key), removed_at=None).first() if key else None
    text = "\n".join(part for part in (chosen.text if chosen else "", plain(typed.get("opinion", ""))) if part)
    if len(text) > 2000:
        raise Invalid(
            opinion=T("意见最多 2000 个字。请写短一些。", "An opinion may have 2,000 characters. Please shorten it.")
        )
    return text


def _seen(typed: Mapping[str, str]) -> int | None:
    return read_key(typed.get("seen", "")) if typed.get("seen") else None


def _target(name: str) -> str:
    """The control that an error belongs to."""
    if "." in name:
        return f"j-{name}"
    return {
        "reason": "f-opinion",
        "opinion": "f-opinion",
        "to": "f-to",
        "position": "f-position",
        "award": "f-award",
        "plan": "sp-h",
    }.get(name, "f-opinion")


Act = Callable[[Mapping[str, str], dict[str, Any]], None]


def _release(typed: Mapping[str, str], given: dict[str, Any]) -> None:
    claiming.release(**given)


_ACTS: dict[str, Act] = {
    "accept": lambda typed, given: accept(**given, seen=_seen(typed), opinion=_text(typed)),
    "decline": lambda typed, given: decline(
        **given, seen=_seen(typed), reason=_text(typed), responsible=plain(typed.get("responsible", ""))[:200]
    ),
    "approve": lambda typed, given: approve(
        **given, seen=_seen(typed), opinion=_text(typed), judgements=_judgements(typed)
    ),
    "advise_against": lambda typed, given: advise_against(
        **given, seen=_seen(typed), opinion=_text(typed), judgements=_judgements(typed)
    ),
    "refuse": lambda typed, given: refuse(
        **given, seen=_seen(typed), reason=_text(typed), judgements=_judgements(typed)
    ),
    "return_to": lambda typed, given: return_to(
        **given, seen=_seen(typed), reason=_text(typed), to=typed.get("to", "")
    ),
    "publish": lambda typed, given: _publish(typed, given),
    "end_notice": lambda typed, given: end_notice(**given, seen=_seen(typed)),
    "assign": lambda typed, given: assign(
        **given, seen=_seen(typed), position_id=read_key(typed.get("position", "")), opinion=_text(typed)
    ),
    "confirm": lambda typed, given: confirm(**given, seen=_seen(typed), opinion=_text(typed)),
    "contradict": lambda typed, given: contradict(**given, seen=_seen(typed), reason=_text(typed)),
    "lapse": lambda typed, given: lapse(**given, seen=_seen(typed), reason=_text(typed)),
    "release": _release,
}


def _publish(typed: Mapping[str, str], given: dict[str, Any]) -> None:
    publish(
        **given, seen=_seen(typed), surname=plain(typed.get("surname", "")), ground=typed.get("ground", ""),
        award=plain(typed.get("award", "")),
    )  # fmt: skip
