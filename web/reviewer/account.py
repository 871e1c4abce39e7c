"""An officer's own account: the password, and the ties that they declare (亲属、原工作单位、同住)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.identity import normal_number, number_is_sound
from accounts.models import User
from casework.models import Relation
from casework.sealing import unseal
from casework.wording import RELATIONS
from flows.actions.choose_password import LEAST, choose_password
from flows.actions.declare_relation import LONGEST, declare_relation
from flows.errors import Invalid
from policy import T
from web import lockout
from web.acts import choice
from web.forms import PlainForm, Said, add_errors, problems
from web.guard import for_officers
from web.proof import TOO_MANY
from web.public.controls import text
from web.reading import NotUnderstood, plain, read_credit_code
from web.templatetags.look import say


def _secret(label: T, error: T, hint: T | None = None, *, autocomplete: str) -> Said:
    return Said(
        label=say(label), help_text=say(hint) if hint else "", error=error, strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": autocomplete}),
    )  # fmt: skip


@for_officers
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def my_password(request: HttpRequest) -> HttpResponse:
    """Choose another password; who was handed one comes here first."""
    given = request.user.password_given_at is not None
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["old"] = _secret(
        T("交给您的密码", "The password that you were given") if given else T("现在的密码", "Your present password"),
        T("请输入现在的密码。", "Please type your present password."), autocomplete="current-password",
    )  # fmt: skip
    form.fields["new"] = _secret(
        T("新密码", "New password"), T("请写新密码。", "Please type the new password."),
        T("至少 {n} 个字符，可以是几个不相干的词。", "At least {n} characters; a few unrelated words will do.").fill(n=LEAST),
        autocomplete="new-password",
    )  # fmt: skip
    form.fields["again"] = _secret(
        T("再写一遍新密码", "The new password again"),
        T("请再写一遍。", "Please type it again."),
        autocomplete="new-password",
    )
    if form.is_bound and form.is_valid() and _chosen(request, form):
        messages.success(
            request,
            say(T("密码改好了。您在别处的登录都结束了。", "Your password is changed. Your other sign-ins have ended.")),
        )
        return redirect("bench" if given else "my_device")
    context = {"form": form, "errors": problems(form), "given": given, "here": "device"}
    return render(request, "reviewer/password.html", context, status=400 if form.errors else 200)


my_password.opens_with_a_given_password = True  # type: ignore[attr-defined]


def _chosen(request: HttpRequest, form: PlainForm) -> bool:
    said, whose = form.cleaned_data, str(request.user.pk)
    if said["new"] != said["again"]:
        add_errors(form, {"again": T("两遍不一样。请再写一遍。", "The two differ. Please type it again.")})
        return False
    if not lockout.PROOFS.take(whose):
        add_errors(form, {"old": TOO_MANY.fill(minutes=max(1, lockout.PROOFS.minutes(whose)))})
        return False
    try:
        user = choose_password(old=said["old"], new=said["new"], by=request.actor, now=now())
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    lockout.PROOFS.forget(whose)
    update_session_auth_hash(request, user)
    return True


def _relation_form(request: HttpRequest) -> PlainForm:
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["kind"] = choice(
        T("是什么关系", "What tie"), [(key, say(words)) for key, words in RELATIONS.items()], T("请选是什么关系。", "Please choose the tie.")
    )  # fmt: skip
    form.fields["number"] = text(
        T("证号、信用代码或者工号", "Identity number, credit code or work number"),
        T(
            "亲属写身份证号，原工作单位写统一社会信用代码，同住的同事写工号。证号不留原文，只用来对上案件。",
            "Kin: the identity number; a former employer: the credit code; an officer of your household: the work number. "
            "The number itself is not kept, only what finds it in cases.",
        ),
        T("请写号码。", "Please give the number."), max_length=40, spellcheck="false",
    )  # fmt: skip
    form.fields["label"] = text(
        T("您怎么称呼", "What you call them"), T("让您自己认得出是哪一条，比如“表弟”。", "So that you know which one it is, such as “cousin”."),
        required=False, max_length=LONGEST,
    )  # fmt: skip
    return form


@for_officers
@require_http_methods(["GET", "POST"])
def relations(request: HttpRequest) -> HttpResponse:
    """What one has declared, and another tie to declare."""
    form = _relation_form(request)
    if form.is_bound and "restore" not in request.POST and form.is_valid() and _declared(request, form):
        messages.success(
            request,
            say(
                T(
                    "申报好了。有关的案件，您不再签，也不再看。",
                    "Declared. You neither sign nor read the cases concerned.",
                )
            ),
        )
        return redirect("relations")
    rows = (
        Relation.objects.filter(user_id=request.user.pk, ended_at=None).select_related("key", "officer").order_by("-pk")
    )
    context = {
        "form": form, "errors": problems(form) if "restore" not in request.POST else [], "here": "relations",
        "rows": [(one, unseal(one.key, one.label) if one.key else "") for one in rows],
    }  # fmt: skip
    return render(request, "reviewer/relations.html", context, status=400 if context["errors"] else 200)


def _declared(request: HttpRequest, form: PlainForm) -> bool:
    said = form.cleaned_data
    given: dict[str, Any] = {
        "kind": said["kind"],
        "label": plain(said["label"] or ""),
        "by": request.actor,
        "now": now(),
    }
    try:
        if said["kind"] == "household":
            other = User.objects.filter(login=said["number"].strip().lower(), kind=User.OFFICER).first()
            given["officer_id"] = other.pk if other else None
        else:
            given["number"] = _number(said["kind"], said["number"])
        declare_relation(**given)
    except Invalid as invalid:
        add_errors(form, {"number": next(iter(invalid.errors.values()))})
        return False
    return True


def _number(kind: str, typed: str) -> str:
    if kind == "former_employer":
        try:
            return read_credit_code(typed)
        except NotUnderstood as error:
            raise Invalid(number=error.text) from error
    number = normal_number(typed)
    if not number_is_sound(number):
        raise Invalid(number=T("请再看一下身份证号：一共 18 位。", "Please check the identity number: 18 characters."))
    return number
