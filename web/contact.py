"""How we reach you (怎样通知您): the page on which applicants and officers choose their channels, the same for both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now

from accounts.models import District
from casework.channels import Channel, kinds, opened
from casework.models import ContactChannel
from casework.queries import channels_of_account
from casework.sealing import Erased, masked_address, unseal
from flows.actions.choose_channels import add_channel, confirm_channel, remove_channel, send_code, switch_channel
from flows.errors import Invalid, NotThere
from policy import T
from web.forms import PlainForm, Problem, Radios, add_errors, problems
from web.public.controls import text
from web.public.tries import Tries
from web.reading import NotUnderstood, read_email, read_key, read_mobile, read_sent_code
from web.templatetags.look import say

KINDS = {"email": T("邮件", "E-mail"), "sms": T("短信", "Text message")}
HINTS = {
    "email": T("下面写邮箱地址。", "Give an e-mail address below."),
    "sms": T("下面写手机号，一共 11 位。", "Give a mobile number below, 11 digits."),
}
READ = {"email": read_email, "sms": read_mobile}
# Codes cost money and can molest a stranger: so many an hour for an account, so many a day to an address.
OF_ACCOUNT = Tries("codes", most=5, seconds=3600)
TO_ADDRESS = Tries("codes_to", most=5, seconds=24 * 3600)
TOO_MANY = T(
    "这一个小时里已经发了好几次验证码。请一个小时以后再试。",
    "Several codes were sent within this hour. Please try again in an hour.",
)
TOO_MANY_THERE = T(
    "今天往这个地址已经发了好几次验证码。请明天再试，或者换一个地址。",
    "Several codes went to this address today. Please try again tomorrow, or choose another address.",
)
SENT = T("验证码发出去了。收到以后，填在下面。", "The code is on its way. Type it below when it arrives.")


@dataclass
class Way:
    """One channel as the page shows it; `form` asks for the code of one that waits."""

    channel: ContactChannel
    words: T
    address: str
    form: "CodeForm | None"


class AddForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose = say(T("请选一种。", "Please choose one."))
        self.fields["kind"] = forms.ChoiceField(
            label=say(T("用什么", "By what")),
            choices=[(kind, say(KINDS[kind])) for kind in kinds()],
            widget=Radios(hints={kind: say(HINTS[kind]) for kind in kinds()}),
            error_messages={"required": choose, "invalid_choice": choose},
        )
        self.fields["address"] = text(
            T("邮箱地址或者手机号", "E-mail address or mobile number"),
            T("我们发一个验证码过去，看是不是通。", "We send a code there, to see whether it arrives."),
            T("请写邮箱地址或者手机号。", "Please give an e-mail address or a mobile number."),
            max_length=254,
            spellcheck="false",
            autocapitalize="none",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") and given.get("address"):
            try:
                given["address"] = READ[given["kind"]](given["address"])
            except NotUnderstood as error:
                self.add_error("address", str(say(error.text)))
        return given


class CodeForm(PlainForm):
    def __init__(self, channel: ContactChannel, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"f-{channel.pk}-%s", **kwargs)
        self.channel = channel
        self.fields["code"] = text(
            T("验证码", "Code"),
            T("6 位数字，10 分钟内有效。可以粘贴。", "6 digits, good for 10 minutes. You may paste it."),
            T("请填收到的 6 位数字。", "Please type the 6 digits that you received."),
            size="short",
            max_length=40,
            inputmode="numeric",
            autocomplete="one-time-code",
        )

    def clean_code(self) -> str:
        try:
            return read_sent_code(self.cleaned_data["code"])
        except NotUnderstood as error:
            raise ValidationError(str(say(error.text))) from error


def how_we_reach_you(request: HttpRequest, district: District, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page, and what is sent from it: `do` says what, `channel` to which of the account's."""
    do = request.POST.get("do", "") if request.method == "POST" else ""
    add, code, errors = AddForm(request.POST if do == "add" else None), None, []
    if do == "add":
        errors = _add(request, add, district)
    elif do in _DONE_TO:
        channel = _own(request)
        code = CodeForm(channel, request.POST if do == "confirm" else None)
        errors = _DONE_TO[do](request, channel, code)
    if do and not errors:
        return redirect(request.path)
    ways = [_way(one, code) for one in channels_of_account(request.actor)]
    given = {"add": add, "errors": errors, "kinds": kinds(), "ways": ways}
    return render(request, template, {**given, **context}, status=400 if errors else 200)


def _own(request: HttpRequest) -> ContactChannel:
    chosen = read_key(request.POST.get("channel", ""))
    channel = next((one for one in channels_of_account(request.actor) if one.pk == chosen), None)
    if channel is None:
        raise NotThere
    return channel


def _way(channel: ContactChannel, sent: CodeForm | None) -> Way:
    try:
        shown = masked_address(unseal(channel.key, channel.address))
    except Erased:
        shown = "••••"
    form = None if channel.confirmed_at else sent if sent and sent.channel.pk == channel.pk else CodeForm(channel)
    return Way(channel, KINDS[channel.kind], shown, form)


def _add(request: HttpRequest, form: AddForm, district: District) -> list[Problem]:
    if form.is_valid():
        given = form.cleaned_data

        def act(through: Channel) -> None:
            add_channel(
                kind=given["kind"], address=given["address"], by=request.actor, now=now(), district=district,
                language=request.LANGUAGE_CODE, through=through,
            )  # fmt: skip

        add_errors(form, _with_a_code(request, given["kind"], given["address"], act))
    return problems(form)


def _again(request: HttpRequest, channel: ContactChannel, form: CodeForm) -> list[Problem]:
    if channel.key is None:
        raise NotThere

    def act(through: Channel) -> None:
        send_code(channel_id=channel.pk, by=request.actor, now=now(), language=request.LANGUAGE_CODE, through=through)

    errors = _with_a_code(request, channel.kind, unseal(channel.key, channel.address), act)
    return [Problem(error) for error in errors.values()]


def _with_a_code(request: HttpRequest, kind: str, to: str, act: Callable[[Channel], None]) -> Mapping[str, T]:
    """Do what sends a code, if not too many were sent; what went wrong, by field."""
    account = str(request.actor.user_id)
    if OF_ACCOUNT.used_up(account):
        return {"": TOO_MANY}
    if TO_ADDRESS.used_up(kind, to):
        return {"address": TOO_MANY_THERE}
    OF_ACCOUNT.count(account)
    TO_ADDRESS.count(kind, to)
    try:
        with opened() as through:
            if kind not in through:
                raise NotThere
            act(through[kind])
    except Invalid as error:
        return error.errors
    messages.success(request, say(SENT))
    return {}


def _confirm(request: HttpRequest, channel: ContactChannel, form: CodeForm) -> list[Problem]:
    if form.is_valid():
        try:
            confirm_channel(channel_id=channel.pk, code=form.cleaned_data["code"], by=request.actor, now=now())
        except Invalid as error:
            add_errors(form, error.errors)
        else:
            messages.success(
                request, say(T("好了。以后的消息也发到这里。", "Done. Messages go there too from now on."))
            )
    return problems(form)


def _switch(request: HttpRequest, channel: ContactChannel, form: CodeForm) -> list[Problem]:
    on = request.POST.get("do") == "on"
    switch_channel(channel_id=channel.pk, on=on, by=request.actor, now=now())
    off = T("关掉了。账号里还是看得到。", "Switched off. Your account still has it all.")
    messages.success(request, say(T("打开了。", "Switched on.") if on else off))
    return []


def _remove(request: HttpRequest, channel: ContactChannel, form: CodeForm) -> list[Problem]:
    remove_channel(channel_id=channel.pk, by=request.actor, now=now())
    messages.success(request, say(T("删掉了，我们不再留这个地址。", "Removed; we no longer keep this address.")))
    return []


_DONE_TO: Mapping[str, Callable[[HttpRequest, ContactChannel, CodeForm], list[Problem]]] = {
    "again": _again, "confirm": _confirm, "on": _switch, "off": _switch, "remove": _remove,
}  # fmt: skip
