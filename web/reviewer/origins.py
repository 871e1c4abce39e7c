"""Facts to be confirmed (待核实): the register asked again, confirmed by the officer, or taken as the register has it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from casework import access
from casework.models import FactOrigin
from casework.registers import REGISTERS, about_a_person
from casework.sealing import unseal
from flows.actions.check_register import check_register
from flows.actions.confirm_fact import confirm_fact
from flows.actions.establish import establish
from flows.actions.look_up import look_up
from flows.errors import Invalid, NotAllowed, NotThere, Stale
from policy import T
from web.forms import Problem
from web.guard import for_officers, posted
from web.proof import proved, unproved
from web.reading import plain, read_key
from web.reviewer.case import case_and_task, case_page, typed_of
from web.templatetags.look import say

TAKEN = T("以{source}为准。", "As {source} has it.")


@for_officers
@posted("case")
def check_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the register again: nothing is locked meanwhile, and what it says then settles the case's facts."""
    case, task = case_and_task(request, reference)
    verdict = access.may(request.actor, "check_register", task=task)
    if not verdict:
        raise NotAllowed(verdict.reason)
    register = REGISTERS.get(request.POST.get("register", ""))
    if register is None or case.person is None or not about_a_person({register.code}):
        raise NotThere
    asked = look_up(person=case.person, registers=[register], by=request.actor, now=now(), again=True)
    waiting = check_register(
        case_id=case.pk, task_id=task.pk, by=request.actor, now=now(), register=register.code, outcome=asked[register.code]
    )  # fmt: skip
    told = (
        T("还是没有回答，先待核实。", "Still no answer; it stays to be confirmed.")
        if waiting
        else T("查到了。", "Answered.")
    )
    messages.success(request, say(told))
    return redirect("case", case.shown_reference)


@for_officers
@posted("case")
def confirmed(request: HttpRequest, reference: str) -> HttpResponse:
    """The officer has made sure, and says how."""
    case, task = case_and_task(request, reference)
    typed = typed_of(request)
    if "restore" in request.POST:
        return case_page(request, case, typed=typed)
    try:
        confirm_fact(
            case_id=case.pk, task_id=task.pk, by=request.actor, now=now(), fact=request.POST.get("fact", ""),
            reason=plain(request.POST.get("how", ""))[:500], seen=_seen(request),
        )  # fmt: skip
    except Invalid as invalid:
        fact = request.POST.get("fact", "")
        errors = [Problem(text, f"how-{fact}") for text in invalid.errors.values()]
        return case_page(request, case, typed=typed, errors=errors, status=400)
    except Stale:
        return case_page(request, case, typed=typed, changed=True, status=409)
    messages.success(request, say(T("核实记下了。", "Noted as confirmed.")))
    return redirect("case", case.shown_reference)


@for_officers
@posted("case")
def taken(request: HttpRequest, reference: str) -> HttpResponse:
    """A finding: what the register says stands before what the applicant said."""
    case, task = case_and_task(request, reference)
    origin = case.origins.filter(fact=request.POST.get("fact", ""), state=FactOrigin.DIFFERS).first()
    if origin is None:
        raise NotThere
    if wrong := unproved(request, "establish"):
        return case_page(request, case, typed=typed_of(request), errors=wrong, status=400)
    source = REGISTERS[origin.source].title if origin.source in REGISTERS else T(origin.source, origin.source)
    establish(
        case_id=case.pk, task_id=task.pk, by=proved(request), now=now(), fact=origin.fact,
        value=unseal(case.key, origin.said), reason=TAKEN.fill(source=source).zh, seen=_seen(request),
    )  # fmt: skip
    messages.success(request, say(T("认定存好了。", "The finding is kept.")))
    return redirect("case", case.shown_reference)


def _seen(request: HttpRequest) -> int | None:
    return read_key(request.POST.get("seen", "")) if request.POST.get("seen") else None
