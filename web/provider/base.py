"""A sunshine base (阳光基地): its shares of work, deliveries, members, what they earned, and its products."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.identity import normal_number, number_is_sound
from casework.models import Organisation
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services.access import may_for
from services.actions.share_work import LONGEST, add_member, answer_share, end_membership, note_delivery, note_earning
from services.actions.show_product import show_product, switch_product
from services.jobs import units_of
from services.models import Product, WorkShare
from services.plans import opened
from services.reserve import delivered_of, members_of, shares_of, standing_earnings
from web.acts import choice
from web.controls import a_day, a_number
from web.forms import PlainForm, Problem, Understood, add_errors, problems
from web.guard import for_applicants
from web.public.controls import text
from web.reading import read_key, read_money, read_month
from web.templatetags.look import say

SHOWN = 100


@for_applicants
@require_http_methods(["GET"])
def my_base(request: HttpRequest) -> HttpResponse:
    """The shares of the account's bases, those that wait for an answer first."""
    if not units_of(request.actor, localdate()).exists():
        raise NotThere
    may = units_of(request.actor, localdate(), to_change=True).exists()
    rows = list(shares_of(request.actor, localdate()).order_by("-pk")[:SHOWN])
    rows.sort(key=lambda one: one.state != "given")
    return render(request, "provider/base.html", {"here": "my", "rows": rows, "today": localdate(), "may": may})


@for_applicants
@require_http_methods(["GET", "POST"])
def my_share(request: HttpRequest, share_id: int) -> HttpResponse:
    """One share: its working, the base's answer, deliveries, and what each member earned with it."""
    one = shares_of(request.actor, localdate()).filter(pk=share_id).first()
    if one is None:
        raise NotThere
    do = request.POST.get("do", "") if request.method == "POST" else ""
    members = list(members_of(request.actor, localdate()).filter(organisation=one.organisation))
    delivery, earning = DeliveryForm(request.POST if do == "deliver" else None), EarningForm(request.POST if do == "earn" else None, members=members)  # fmt: skip
    errors: list[Problem] = []
    if do in ("confirm", "decline"):
        answer_share(share_id=one.pk, confirms=do == "confirm", by=request.actor, now=now())
        messages.success(request, say(T("答复好了。", "Answered.")))
        return redirect("my_share", one.pk)
    form = {"deliver": delivery, "earn": earning}.get(do)
    if do and form is None:
        raise NotThere
    if form is not None and form.is_valid():
        try:
            _note(request, one, do, form.cleaned_data)
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as done:
            errors = [Problem(REASONS[done.reason])]
        else:
            messages.success(request, say(T("记好了。", "Noted.")))
            return redirect("my_share", one.pk)
    errors = [*problems(delivery), *problems(earning), *errors]
    context = {
        "may": may_for(request.actor, "work_on_share", now(), one.organisation),
        "here": "my", "one": one, "delivery": delivery, "earning": earning, "errors": errors, "delivered": delivered_of(one),
        "deliveries": one.deliveries.order_by("day", "pk"), "members": members,
        "earnings": [(each, opened(each.member.person.key, each.reason)) for each in standing_earnings(one)],
    }  # fmt: skip
    return render(request, "provider/share.html", context, status=400 if errors else 200)


@for_applicants
@sensitive_post_parameters("number")
@require_http_methods(["GET", "POST"])
def my_members(request: HttpRequest) -> HttpResponse:
    """The members of the account's bases: added by number and name, ended."""
    units = _units(request)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = MemberForm(request.POST if do == "add" else None, units=units)
    rows = members_of(request.actor, localdate())
    if do == "end":
        chosen = rows.filter(pk=read_key(request.POST.get("member", ""))).first()
        if chosen is None:
            raise NotThere
        end_membership(member_id=chosen.pk, by=request.actor, now=now())
        messages.success(request, say(T("记下了，从今天起不在了。", "Noted, from today on.")))
        return redirect("my_members")
    if do == "add" and form.is_valid():
        said = form.cleaned_data
        try:
            add_member(
                organisation_id=int(said["unit"]), number=said["number"], name=said["name"], by=request.actor, now=now()
            )
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("加好了。", "Added.")))
            return redirect("my_members")
    errors = problems(form)
    context = {"here": "my", "rows": rows[:500], "form": form, "errors": errors}
    return render(request, "provider/members.html", context, status=400 if errors else 200)


@for_applicants
@require_http_methods(["GET", "POST"])
def my_products(request: HttpRequest) -> HttpResponse:
    """What the account's bases show to the public."""
    units = _units(request)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = ProductForm(request.POST if do == "add" else None, units=units)
    rows = (
        Product.objects.filter(organisation__in=[one.pk for one in units])
        .select_related("organisation")
        .order_by("-pk")
    )
    if do in ("on", "off"):
        chosen = rows.filter(pk=read_key(request.POST.get("product", ""))).first()
        if chosen is None:
            raise NotThere
        switch_product(product_id=chosen.pk, on=do == "on", by=request.actor, now=now())
        return redirect("my_products")
    errors: list[Problem] = []
    if do == "add" and form.is_valid():
        said = form.cleaned_data
        price = Decimal(said["price"]) if said["price"] else None
        try:
            show_product(
                organisation_id=int(said["unit"]), title=said["title"], brand=said["brand"], words=said["words"], price=price,
                by=request.actor, now=now(),
            )  # fmt: skip
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        except AlreadyDone as same:
            errors = [Problem(REASONS[same.reason], "f-title")]
        else:
            messages.success(request, say(T("登出来了。", "It is shown now.")))
            return redirect("my_products")
    errors = [*problems(form), *errors]
    context = {"here": "my", "rows": rows[:SHOWN], "form": form, "errors": errors}
    return render(request, "provider/products.html", context, status=400 if errors else 200)


class DeliveryForm(PlainForm):
    """Pieces handed over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"] = a_day(T("哪一天交的", "Day of the delivery"), T("请写哪一天。", "Please give the day."))
        self.fields["pieces"] = a_number(
            T("交了多少件", "Pieces handed over"), T("请写件数。", "Please give the pieces.")
        )


class EarningForm(PlainForm):
    """What a member made in a month."""

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [(str(one.pk), one.person.name) for one in members]
        self.fields["member"] = choice(
            T("哪位学员", "Which member"), options, T("请选学员。", "Please choose a member.")
        )
        self.fields["month"] = Understood(
            read=read_month, write=str, label=say(T("哪个月", "Month")), error=T("请写哪个月。", "Please give the month."),
            widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
        )  # fmt: skip
        self.fields["made"] = a_number(T("做了多少件", "Pieces made"), T("请写件数。", "Please give the pieces."))
        self.fields["reason"] = text(
            T("为什么改正", "Why it is corrected"), T("这个月记过了、要改正的才写；原来记的也留着，学员看到的是新的。", "Only to correct a month that is noted already. What was noted before is kept; the member reads the new figure."),
            None, size="long", required=False, max_length=LONGEST,
        )  # fmt: skip


class MemberForm(PlainForm):
    """Who joins a base."""

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _unit_field(units)
        self.fields["number"] = text(
            T("身份证号", "Identity number"), T("18 位。加密保存。", "18 characters; kept encrypted."),
            T("请写身份证号。", "Please give the number."), spellcheck="false",
        )  # fmt: skip
        self.fields["name"] = text(T("姓名", "Name"), None, T("请写姓名。", "Please give the name."), max_length=60)

    def clean_number(self) -> str:
        """The number, normalised; an unsound one is told."""
        number = normal_number(self.cleaned_data["number"])
        if not number_is_sound(number):
            raise forms.ValidationError(str(say(T("请再看一下号码：18 位，最后一位可能是 X。", "Please check the number: 18 characters, the last may be an X."))))  # fmt: skip
        return number


class ProductForm(PlainForm):
    """What is shown of a product."""

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _unit_field(units)
        self.fields["title"] = text(T("产品名称", "Name of the product"), None, T("请写产品名称。", "Please name the product."), max_length=60)  # fmt: skip
        self.fields["brand"] = text(T("品牌", "Brand"), None, None, max_length=60, required=False)
        self.fields["words"] = text(T("介绍", "About it"), None, T("请写几句介绍。", "Please describe it in a few words."), lines=3, max_length=500)  # fmt: skip
        self.fields["price"] = Understood(
            read=read_money, write=str, label=say(T("多少元", "Price in yuan")), required=False,
            widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "decimal"}),
        )  # fmt: skip


def _unit_field(units: list[Organisation]) -> forms.Field:
    field = choice(
        T("哪个单位", "Which unit"),
        [(str(one.pk), one.name) for one in units],
        T("请选单位。", "Please choose the unit."),
    )
    if len(units) == 1:
        field.initial = str(units[0].pk)
    return field


def _note(request: HttpRequest, one: WorkShare, do: str, said: dict[str, Any]) -> None:
    given: dict[str, Any] = {"share_id": one.pk, "by": request.actor, "now": now()}
    if do == "deliver":
        note_delivery(day=said["day"], pieces=said["pieces"], **given)
        return
    try:
        note_earning(
            member_id=int(said["member"]), month=said["month"], pieces=said["made"], reason=said["reason"], **given
        )
    except Invalid as invalid:
        raise Invalid(
            **{("made" if name == "pieces" else name): words for name, words in invalid.errors.items()}
        ) from None


def _units(request: HttpRequest) -> list[Organisation]:
    """The units for which the account does more than read. Raises NotThere where there is none."""
    found = list(units_of(request.actor, localdate(), to_change=True))
    if not found:
        raise NotThere
    return found
