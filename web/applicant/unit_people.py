"""Who acts for a unit (单位的人): listed, invited by a code, given another role, ended; by the unit's managers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.models import ApiClient
from casework import acting
from casework.interfaces import offered_to_applicants
from casework.models import Mandate, Organisation
from casework.queries import mandates_held
from casework.second_factor import grouped
from casework.wording import REASONS
from flows.actions.change_mandate import change_role, end_mandate
from flows.actions.entrust import entrust
from flows.actions.invite import invite, withdraw_invitation
from flows.errors import Invalid, NotAllowed, NotThere
from policy import T
from web.applicant.roles import WHAT_THEY_MAY, roles, roles_field
from web.forms import PlainForm, Problem, add_errors, problems
from web.guard import for_applicants
from web.reading import read_key
from web.templatetags.look import say

# What the page itself says, so that what was begun there is not lost on a page of errors.
SAID_HERE = ("last_manager",)
DONE = {
    "role": T("身份改好了。", "The role is changed."),
    "end": T("授权结束了，马上算数。", "The mandate has ended, at once."),
    "withdraw": T("授权码收回了。", "The code is taken back."),
    "entrust": T("委托好了，随时可以结束。", "Done; you can end it at any time."),
}


@for_applicants
@require_http_methods(["GET", "POST"])
def unit_people(request: HttpRequest, unit_id: int) -> HttpResponse:
    unit = _managed(request, unit_id)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = PlainForm(request.POST if do == "invite" else None)
    form.fields["role"] = roles_field()
    errors: list[Problem] = []
    if do == "invite":
        if form.is_valid():
            try:
                made, code = invite(whom=unit, role=form.cleaned_data["role"], by=request.actor, now=now())
            except Invalid as invalid:
                add_errors(form, invalid.errors)
            else:
                context = {"made": made, "code": grouped(code), "unit": unit, "here": "my"}
                return render(request, "applicant/mandate_code.html", context)
        errors = problems(form)
    elif do in _DOES:
        errors = said_here(lambda: _DOES[do](request, unit))
        if not errors:
            messages.success(request, say(DONE[do]))
            still = not acting.why_not_name(request.actor, unit, localdate())
            return redirect("unit_people", unit.pk) if still else redirect("my_cases")
    elif do:
        raise NotThere
    context = {
        "unit": unit, "rows": _rows(unit), "form": form, "errors": errors, "roles": roles(), "here": "my",
        "may": [(role, WHAT_THEY_MAY[role]) for role in Mandate.ROLES],
        "invitations": list(acting.open_invitations(unit, now())), "portals": _portals(unit),
    }  # fmt: skip
    return render(request, "applicant/unit_people.html", context, status=400 if errors else 200)


def _portals(unit: Organisation) -> list[ApiClient]:
    """The portals that the unit has not entrusted itself to yet."""
    named = set(acting.mandates_for(unit, localdate()).values_list("user_id", flat=True))
    return [one for one in offered_to_applicants(unit.district_id, localdate()) if one.account_id not in named]


def said_here(act: Any) -> list[Problem]:
    """Do it; what it says no to and the page can say. Every other refusal has its own page."""
    try:
        act()
    except NotAllowed as refusal:
        if refusal.reason not in SAID_HERE:
            raise
        return [Problem(REASONS[refusal.reason])]
    except Invalid as invalid:
        return [Problem(text) for text in invalid.errors.values()]
    return []


def _managed(request: HttpRequest, unit_id: int) -> Organisation:
    """The unit. Raises NotThere for whoever does not act for it, NotAllowed for whoever does not manage it."""
    units = (one.organisation for one in mandates_held(request.actor))
    unit = next((one for one in units if one is not None and one.pk == unit_id), None)
    if unit is None:
        raise NotThere
    if reason := acting.why_not_name(request.actor, unit, localdate()):
        raise NotAllowed(reason)
    return unit


def _rows(unit: Organisation) -> list[tuple[Mandate, bool]]:
    """Everybody who acts for the unit, managers first; and whether it is the last manager, who stays."""
    everybody = list(acting.mandates_for(unit, localdate()).select_related("user"))
    everybody.sort(key=lambda one: (acting.EVERYBODY.index(one.acts_as), one.pk))
    managers = sum(one.role == Mandate.MANAGER for one in everybody)
    return [(one, one.role == Mandate.MANAGER and managers == 1) for one in everybody]


def _one_of(request: HttpRequest, unit: Organisation) -> int:
    """The mandate that was meant, if it is of this unit."""
    chosen = read_key(request.POST.get("mandate", ""))
    if not Mandate.objects.filter(pk=chosen, organisation=unit).exists():
        raise NotThere
    return chosen


def _role(request: HttpRequest, unit: Organisation) -> None:
    role = request.POST.get("role", "")
    change_role(mandate_id=_one_of(request, unit), role=role, by=request.actor, now=now())


def _end(request: HttpRequest, unit: Organisation) -> None:
    end_mandate(mandate_id=_one_of(request, unit), by=request.actor, now=now())


def _withdraw(request: HttpRequest, unit: Organisation) -> None:
    chosen = read_key(request.POST.get("invitation", ""))
    if not unit.invitations.filter(pk=chosen).exists():
        raise NotThere
    withdraw_invitation(invitation_id=chosen, by=request.actor, now=now())


def _entrust(request: HttpRequest, unit: Organisation) -> None:
    entrust(whom=unit, client_id=read_key(request.POST.get("portal", "")), by=request.actor, now=now())


_DOES = {"role": _role, "end": _end, "withdraw": _withdraw, "entrust": _entrust}
