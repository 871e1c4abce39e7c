"""The account of a case (收款账户) as its payer sees it: masked, and whole on request, which is recorded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework import access
from casework.queries import case_for
from casework.wording import REASONS
from flows.actions.show_account import show_account
from flows.errors import NotAllowed
from funds.figures import money_of
from funds.models import BatchItem
from web.forms import Problem
from web.guard import for_finance


@for_finance
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, reference: str) -> HttpResponse:
    """What the case is owed and was paid, and where it goes; posted, the account in clear, and the look is noted."""
    case = case_for(request.actor, reference)
    errors: list[Problem] = []
    whole = None
    if request.method == "POST":
        try:
            whole = show_account(case=case, by=request.actor, now=now())
        except NotAllowed as refusal:
            errors = [Problem(REASONS[refusal.reason])]
    context = {
        "here": "case", "case": case, "whole": whole, "errors": errors, **money_of(case),
        "may_show": bool(access.may(request.actor, "show_account", case=case)),
        "items": BatchItem.objects.filter(payable__case=case).select_related("batch").order_by("-pk")[:20],
    }  # fmt: skip
    return render(request, "payer/account.html", context, status=400 if errors else 200)
