"""The officers of the district: who holds which post, who is locked out; open an account for a new one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Department
from casework import access
from flows.actions.open_account import open_account
from flows.errors import Invalid
from oversight.officers import PAGE, officers, page
from policy import T
from web import lockout, proof
from web.administrator.posts import post_fields
from web.forms import PlainForm, add_errors, problems
from web.guard import for_administrators
from web.public.controls import text
from web.reading import plain, read_key
from web.templatetags.look import say


@for_administrators
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Every officer of the district with posts, second factor and last sign-in; one is found by name or work number."""
    asked = plain(request.GET.get("who", ""))[:60]
    found = officers(request.actor.post.district_id, asked)
    rows = page(found, localdate(), read_key(request.GET.get("after", "")))
    following = {"who": asked, "after": rows[PAGE - 1].user.pk} if len(rows) > PAGE else {}
    context = {
        "rows": [(row, lockout.is_locked(row.user)) for row in rows[:PAGE]], "asked": asked, "here": "people",
        "next": urlencode(following),
    }  # fmt: skip
    return render(request, "administrator/people.html", context)


@for_administrators
@never_cache
@require_http_methods(["GET", "POST"])
def new_officer(request: HttpRequest) -> HttpResponse:
    """An account with its first post; the password is shown once, to be handed over."""
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["login"] = text(
        T("工号", "Work number"), T("小写字母、数字、短横线。不要用身份证号。", "Lower-case letters, digits, hyphens. Never an identity number."),
        T("请写工号。", "Please give the work number."), size="short", max_length=40, spellcheck="false", autocapitalize="none",
    )  # fmt: skip
    form.fields["name"] = text(T("姓名", "Name"), None, T("请写姓名。", "Please give the name."), max_length=60)
    form.fields |= post_fields(request)
    errors = []
    if form.is_bound and "restore" not in request.POST and form.is_valid():
        errors = proof.unproved(request, "appoint")
        if not errors and (made := _opened(request, form)) is not None:
            return made
    context = {
        "form": form, "errors": [*(problems(form) if "restore" not in request.POST else []), *errors], "here": "people",
        "proof_due": access.proof_is_due(proof.proved(request), "appoint"),
    }  # fmt: skip
    return render(request, "administrator/new_officer.html", context, status=400 if context["errors"] else 200)


def _opened(request: HttpRequest, form: PlainForm) -> HttpResponse | None:
    said = form.cleaned_data
    department = Department.objects.get(district_id=request.actor.post.district_id, code=said["department"])
    try:
        user, password = open_account(
            login=said["login"].strip().lower(), name=plain(said["name"]), department=department, role=said["role"],
            since=said["since"], by=proof.proved(request), now=now(),
        )  # fmt: skip
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return None
    messages.success(request, say(T("账号开好了。", "The account is open.")))
    return render(
        request, "administrator/password_given.html", {"user_given": user, "password": password, "here": "people"}
    )
