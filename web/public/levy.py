"""The levy matter (残保金征缴一件事): an employers' guide in plain words, clause 四（三）."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from casework.published import parameters
from policy import T
from policy.labels import amount
from web.guard import public

SHARE = "enterprise.required_share"
PARTS = {
    "who": T("谁要办", "Who must"), "count": T("认证人数怎么来", "How the certified counts come about"),
    "send": T("要交什么", "What to send"), "when": T("什么时候办", "When"), "wrong": T("人数不对", "If the numbers are wrong"),
    "whom": T("找谁问", "Whom to call"), "clause": T("政策原文", "The policy's words"),
}  # fmt: skip


@public
@require_GET
def levy(request: HttpRequest) -> HttpResponse:
    """Who must, how the certified counts come about, what to send, when, whom to call, the clause."""
    entry = parameters(request.district.pk).entry(SHARE, localdate())
    share = amount(SHARE, entry.value, entry.unit) if entry is not None and entry.value is not None else None
    return render(request, "public/levy.html", {"here": "guides", "parts": PARTS, "share": share})
