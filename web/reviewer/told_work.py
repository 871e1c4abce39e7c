"""A base without an account tells an officer what it handed over: noted here, on whose word, with a paper where there is one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework.evidence import BadFile
from flows.errors import Invalid, NotThere
from policy import T
from services.access import has_an_account
from services.actions.share_work import note_delivery
from services.plans import opened
from services.reserve import delivered_of, shares_of
from web.controls import told_fields
from web.forms import add_errors, problems
from web.guard import for_service_officers
from web.provider.base import DeliveryForm
from web.templatetags.look import say


@for_service_officers
@require_http_methods(["GET", "POST"])
def work_share(request: HttpRequest, share_id: int) -> HttpResponse:
    """One share: its working and its deliveries; a delivery noted for a base that has no account."""
    rows = shares_of(request.actor, localdate()).select_related("request__case", "organisation__key")
    one = rows.filter(pk=share_id).first()
    if one is None:
        raise NotThere
    form = ToldDeliveryForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        paper = said["paper"]
        try:
            note_delivery(
                share_id=one.pk, day=said["day"], pieces=said["pieces"], word=said["word"],
                paper=(paper.name, paper.read()) if paper else None, by=request.actor, now=now(),
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except BadFile as bad:
            add_errors(form, {"paper": bad.reason})
        else:
            messages.success(request, say(T("记好了。", "Noted.")))
            return redirect("work_share", one.pk)
    errors = problems(form)
    delivered = delivered_of(one)
    has_account = has_an_account(one.organisation, localdate())
    context = {
        "here": "reserve", "one": one, "form": form, "errors": errors, "delivered": delivered, "has_account": has_account,
        "may": not has_account and one.state != "declined" and delivered < one.pieces,
        "deliveries": [
            (each, opened(one.organisation.key, each.word))
            for each in one.deliveries.select_related("noted_by", "paper").order_by("day", "pk")
        ],
    }  # fmt: skip
    return render(request, "reviewer/share.html", context, status=400 if errors else 200)


class ToldDeliveryForm(DeliveryForm):
    """Pieces handed over, as somebody of the base told them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= told_fields()
