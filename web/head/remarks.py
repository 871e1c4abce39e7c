"""Remark templates (常用语) of the department, by kind of step: what its officers may put into their opinion at a press."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.models import Remark
from casework.wording import STEP_KINDS
from flows.actions.remark import LONGEST, add_remark, remove_remark
from flows.errors import Invalid
from policy import T
from web.acts import choice
from web.forms import PlainForm, add_errors, problems
from web.guard import for_heads
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

KINDS = ("intake", "review", "approval", "countersign", "confirm", "assignment", "inspect", "payment")


@for_heads
@require_http_methods(["GET", "POST"])
def remarks(request: HttpRequest) -> HttpResponse:
    if "remove" in request.POST:
        remove_remark(by=request.actor, now=now(), remark_id=read_key(request.POST["remove"]))
        messages.success(request, say(T("去掉了。", "Removed.")))
        return redirect("remarks")
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["kind"] = choice(
        T("哪一步用", "At which step"),
        [(kind, say(STEP_KINDS[kind])) for kind in KINDS],
        T("请选哪一步用。", "Please choose the step."),
    )
    form.fields["text"] = text(
        T("常用语", "The phrase"), T("签的时候可以选用，选了还能改。", "It can be chosen when signing, and changed then."),
        T("请写常用语。", "Please write the phrase."), lines=3, max_length=LONGEST,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            add_remark(by=request.actor, now=now(), kind=form.cleaned_data["kind"], text=form.cleaned_data["text"])
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("加好了。", "Added.")))
            return redirect("remarks")
    rows = Remark.objects.filter(department_id=request.actor.post.department_id, removed_at=None).order_by("kind", "pk")
    context = {"form": form, "errors": problems(form), "rows": rows, "here": "remarks"}
    return render(request, "head/remarks.html", context, status=400 if form.errors else 200)
