"""The declared rules on who may not sign or read (职责分离、回避), where each stood in the way, and the steps they bind."""

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from casework.duties import DUTIES
from casework.models import RefusedAttempt
from flows.engine import chains
from policy import measure
from web.guard import for_administrators

DAYS = 30


@for_administrators
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """Each rule with how often it refused somebody lately; and, chain by chain, the steps that one person never signs twice."""
    refused = RefusedAttempt.objects.filter(
        district_id=request.actor.post.district_id, at__gte=now() - timedelta(days=DAYS)
    )
    counts: dict[str, Any] = dict(refused.values_list("reason").annotate(n=Count("pk")))
    bound = [
        (measure(chain.measure, chain.purpose), chain.version, [step for step in chain.steps if step.signs and step.by.kind != "applicant"])
        for chain in chains()
    ]  # fmt: skip
    context = {
        "duties": [(duty, counts.get(duty.code, 0)) for duty in DUTIES], "bound": bound, "days": DAYS, "here": "duties",
    }  # fmt: skip
    return render(request, "administrator/duties.html", context)
