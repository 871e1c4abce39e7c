"""Letters to print and post (文书打印): many at once in one PDF, each from a front page; each is a look of its own."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from casework import duties
from casework.letters import render_batch
from casework.models import Letter, Look, Service
from casework.models.outcome import LetterQuerySet
from casework.sealing import unseal
from casework.sight import visible_to
from flows.actions.look import look
from policy import T
from web.downloads import attached
from web.guard import for_officers
from web.reading import read_key
from web.templatetags.look import say

PAGE = 50
VIEWS = {
    "paper": T("代办的，要寄的", "Registered at the counter"),
    "unserved": T("还没送达的", "Not served yet"),
    "all": T("全部", "All"),
}
_NOTHING = T("请先选要打印的文书。", "Please pick the letters to print.")


@for_officers
@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """The letters of the cases that the officer may see, newest first; POST prints the picked ones."""
    if request.method == "POST":
        return _printed(request)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "paper"
    found = _readable(request.actor)
    if view != "all":
        found = found.exclude(Exists(Service.objects.filter(letter=OuterRef("pk"))))  # newest first, along the key
    if view == "paper":
        found = found.filter(case__registrar__isnull=False)
    if after := read_key(request.GET.get("after", "")):
        found = found.filter(pk__lt=after)
    keys = list(found.order_by("-pk").values_list("pk", flat=True)[: PAGE + 1])
    rows = _not_barred(request.actor, keys[:PAGE])
    printed = {
        look.detail: look
        for look in Look.objects.filter(case_id__in={one.case_id for one in rows}, page="letters").order_by("pk")
    }
    context = {
        "rows": [(one, printed.get(one.pk)) for one in rows], "views": VIEWS, "view": view, "here": "letters",
        "next": keys[PAGE - 1] if len(keys) > PAGE else None, "first": not after,
    }  # fmt: skip
    return render(request, "reviewer/letters.html", context)


def _readable(by: Actor) -> LetterQuerySet:
    return Letter.objects.filter(case__in=visible_to(by), void_at=None, waits_for_notice=False)


def _not_barred(by: Actor, keys: list[int]) -> list[Letter]:
    """The letters in the order of their keys, without those of cases that are kept from the officer."""
    rows = Letter.objects.filter(pk__in=keys).select_related(
        "case__person__key", "case__organisation__key", "case__own_key", "case__applicant_department", "service"
    )  # fmt: skip
    found = sorted(rows, key=lambda one: keys.index(one.pk))
    hidden = duties.hidden_many(by, [one.case for one in found])
    return [one for one in found if one.case_id not in hidden]


def _printed(request: HttpRequest) -> HttpResponse:
    picked = [key for one in request.POST.getlist("pick")[:PAGE] if (key := read_key(one))]
    keys = list(_readable(request.actor).filter(pk__in=picked).order_by("pk").values_list("pk", flat=True))
    rows = _not_barred(request.actor, keys)
    if not rows:
        messages.error(request, say(_NOTHING))
        return redirect("letters")
    at = now()
    for one in rows:
        look(case=one.case, by=request.actor, now=at, what="letter", page="letters", detail=one.pk)
    content = render_batch([(unseal(one.case.key, one.facts), one.language) for one in rows])
    return attached(HttpResponse(content, content_type="application/pdf"), "letters.pdf")
