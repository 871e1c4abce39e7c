"""Systems that use the API (接入): who they are, their tokens, and where their events are sent. By administrators."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, make_aware, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actor import Actor
from accounts.models import ApiClient, ApiToken, Department
from casework import access
from casework.interfaces import OF_CASES
from casework.models import EventDelivery
from flows.actions.open_interface import NO_SCOPE, issue_token, open_client, revoke_token
from flows.actions.subscribe import end_subscription, send_again, subscribe
from flows.errors import Invalid, NotThere
from policy import T
from web import proof
from web.acts import choice
from web.administrator.posts import day
from web.api.words import SCOPES
from web.forms import PlainForm, Problem, Ticks, add_errors, problems
from web.guard import for_administrators
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

VERB = "keep_interfaces"
_NAME = T("请写名称。", "Please give the name.")
_ABOUT = {
    OF_CASES[0]: T("委托了它的申请人的案件", "cases of applicants who entrusted it"),
    OF_CASES[1]: T("它的部门经手的案件", "cases of its department"),
}


@for_administrators
@never_cache
@require_http_methods(["GET", "POST"])
def interfaces(request: HttpRequest) -> HttpResponse:
    """Every system of the district, and a form for one more."""
    district_id = request.actor.post.district_id
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields |= _client_fields(district_id)
    errors: list[Problem] = []
    if (
        form.is_bound
        and "restore" not in request.POST
        and form.is_valid()
        and not (errors := proof.unproved(request, VERB))
    ):
        said = form.cleaned_data
        department = Department.objects.get(district_id=district_id, code=said["department"])
        try:
            client = open_client(
                department=department, name=said["name"], name_en=said["name_en"], by=proof.proved(request), now=now()
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("接入好了。下一步发凭证。", "It is open. Next, issue a token.")))
            return redirect("interface", client.pk)
    good = Count("tokens", filter=Q(tokens__in=ApiToken.objects.good(localdate())))
    rows = ApiClient.objects.filter(district_id=district_id).select_related("department").annotate(good=good)
    context = {
        "rows": rows.order_by("pk"), "form": form, "here": "interfaces",
        "errors": [*(problems(form) if "restore" not in request.POST else []), *errors],
        "proof_due": access.proof_is_due(proof.proved(request), VERB),
    }  # fmt: skip
    return render(request, "administrator/interfaces.html", context, status=400 if context["errors"] else 200)


@for_administrators
@never_cache
@require_http_methods(["GET", "POST"])
def interface(request: HttpRequest, client_id: int) -> HttpResponse:
    """One system: its tokens and addresses; each is given out, ended or sent to again here."""
    found = ApiClient.objects.filter(district_id=request.actor.post.district_id, pk=client_id)
    client = found.select_related("department").first()
    if client is None:
        raise NotThere
    do = next((name for name in ACTS if name in request.POST), request.POST.get("do", ""))
    forms_of = {name: _form(request, do, name, fields) for name, fields in FORMS.items()}
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        done = _done(request, client, do, forms_of.get(do))
        if isinstance(done, HttpResponse):
            return done
        errors = [*(one for form in forms_of.values() for one in problems(form)), *done]
    waiting = Count("deliveries", filter=Q(deliveries__state=EventDelivery.WAITING))
    failing = Count("deliveries", filter=Q(deliveries__state=EventDelivery.WAITING, deliveries__attempts__gt=0))
    context = {
        "client": client, "tokens": client.tokens.order_by("-pk"), "today": localdate(), "scope_words": SCOPES,
        "webhooks": client.webhooks.annotate(waiting=waiting, failing=failing).order_by("-pk"), "about": _ABOUT,
        **{f"{name}_form": form for name, form in forms_of.items()}, "here": "interfaces",
        "errors": errors,
        "proof_due": access.proof_is_due(proof.proved(request), VERB),
    }  # fmt: skip
    return render(request, "administrator/interface.html", context, status=400 if context["errors"] else 200)


def _done(request: HttpRequest, client: ApiClient, do: str, form: PlainForm | None) -> HttpResponse | list[Problem]:
    """The act, and where it leads; or what is wrong with it, beside what stands in the form."""
    if do not in FORMS and do not in ACTS:
        if do:
            raise NotThere
        return [Problem(WHICH)]
    if form is not None and not form.is_valid():
        return []
    if wrong := proof.unproved(request, VERB):
        return wrong
    if form is None:
        ACTS[do](client, read_key(request.POST[do]), proof.proved(request))
        messages.success(request, say(DONE[do]))
        return redirect("interface", client.pk)
    try:
        secret, what = GIVEN_OUT[do](client, form.cleaned_data, proof.proved(request))
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return []
    context = {"client": client, "secret": secret, "what": what, "here": "interfaces"}
    return render(request, "administrator/secret_given.html", context)


def _token(client: ApiClient, said: dict[str, Any], by: Actor) -> tuple[str, str]:
    token, secret = issue_token(
        client_id=client.pk, label=said["label"], scopes=said["scopes"], until=said["until"], by=by, now=now()
    )
    return secret, token.label


def _address(client: ApiClient, said: dict[str, Any], by: Actor) -> tuple[str, str]:
    webhook, secret = subscribe(client_id=client.pk, url=said["url"], scopes=said["about"], by=by, now=now())
    return secret, webhook.url


def _revoke(client: ApiClient, key: int, by: Actor) -> None:
    if not client.tokens.filter(pk=key).exists():
        raise NotThere
    revoke_token(token_id=key, by=by, now=now())


def _end(client: ApiClient, key: int, by: Actor) -> None:
    end_subscription(webhook_id=_webhook(client, key), by=by, now=now())


def _again(client: ApiClient, key: int, by: Actor) -> None:
    today = make_aware(datetime.combine(localdate(), time()))
    send_again(webhook_id=_webhook(client, key), since=today, by=by, now=now())


def _webhook(client: ApiClient, key: int) -> int:
    if not client.webhooks.filter(pk=key).exists():
        raise NotThere
    return key


def _form(request: HttpRequest, do: str, name: str, fields: Callable[[], dict[str, forms.Field]]) -> PlainForm:
    form = PlainForm(request.POST if do == name else None, auto_id=f"{name}-%s")
    form.fields |= fields()
    return form


def _client_fields(district_id: int) -> dict[str, forms.Field]:
    departments = Department.objects.filter(district_id=district_id).order_by("pk")
    return {
        "department": choice(
            T("哪个部门负责", "Which department answers for it"), [(one.code, one.title) for one in departments],
            T("请选部门。", "Please choose the department."),
        ),
        "name": text(T("系统的名称", "Name of the system"), T("申请人委托它的时候看到这个名称。", "Applicants see this name when they entrust it."), _NAME, max_length=60),
        "name_en": text(T("英文名称", "Its name in English"), None, _NAME, max_length=60),
    }  # fmt: skip


def _token_fields() -> dict[str, forms.Field]:
    until = day(
        T("最后一天", "Last day"),
        T("可以不写；不写就一直能用，到收回为止。", "May be left out: then until it is revoked."),
    )
    until.required = False
    return {
        "label": text(T("这个凭证用在哪里", "Where it is used"), T("比如：正式环境。", "Such as: production."), _NAME, max_length=60),
        "scopes": _ticks(T("能做什么", "What it may do"), SCOPES),
        "until": until,
    }  # fmt: skip


def _webhook_fields() -> dict[str, forms.Field]:
    return {
        "url": text(T("推送到哪个地址", "The address"), T("用 https:// 开头，在外网能访问。", "Beginning with https://, on the public network."), T("请写地址。", "Please give the address."), max_length=300, inputmode="url", spellcheck="false"),
        "about": _ticks(T("推送哪些案件的", "Of which cases"), _ABOUT),
    }  # fmt: skip


def _ticks(label: T, options: dict[str, T]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=say(label), choices=[(name, say(words)) for name, words in options.items()], widget=Ticks,
        error_messages={"required": say(NO_SCOPE), "invalid_choice": say(NO_SCOPE)},
    )  # fmt: skip


FORMS: dict[str, Callable[[], dict[str, forms.Field]]] = {"token": _token_fields, "webhook": _webhook_fields}
GIVEN_OUT = {"token": _token, "webhook": _address}
ACTS = {"revoke": _revoke, "end": _end, "again": _again}
WHICH = T("请按您要办的那一个按钮。", "Please press the button of what you want done.")
DONE = {
    "revoke": T("凭证收回了，马上不能用。", "The token is revoked and opens nothing any more."),
    "end": T("推送停了。", "Nothing is sent there any more."),
    "again": T(
        "今天的事件会再推送一次，还没推到的马上再推。", "Today's events go out once more, and what waits goes out now."
    ),
}
