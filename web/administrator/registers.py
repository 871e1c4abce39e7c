"""The registers of other offices (登记系统): which answers, since when not, and what that means for cases."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from casework.registers import REGISTERS
from casework.wording import REGISTER_FAILURES
from flows.actions.look_up import probe
from flows.errors import NotThere
from oversight.registers import cases_to_confirm, fares
from policy import T, measure
from web.guard import for_overview
from web.templatetags.look import say


@for_overview
@require_http_methods(["GET", "POST"])
def registers(request: HttpRequest) -> HttpResponse:
    """Each register; administrators may ask one whether it answers. Supervision sees which cases wait."""
    by = request.actor
    district_id = by.post.district_id
    if request.method == "POST":
        register = REGISTERS.get(request.POST.get("register", ""))
        if register is None or not register.is_connected or not by.has_role(Role.ADMINISTRATOR):
            raise NotThere
        found = probe(register=register, district_id=district_id, by=by, now=now())
        told = T("有回答。", "It answers.") if found == "answered" else REGISTER_FAILURES[found]
        messages.success(request, say(T("{title}：{told}", "{title}: {told}").fill(title=register.title, told=told)))
        return redirect("registers")
    sees_cases = by.has_role(Role.SUPERVISOR, Role.AUDITOR)
    context = {
        "rows": [(one, REGISTER_FAILURES.get(one.state.reason) if one.state else None) for one in fares(district_id)],
        "cases": [(one, measure(one.measure, one.purpose)) for one in cases_to_confirm(district_id)] if sees_cases else [],
        "may_ask": by.has_role(Role.ADMINISTRATOR), "here": "registers",
    }  # fmt: skip
    return render(request, "administrator/registers.html", context)
