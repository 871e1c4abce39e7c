"""Benefits from elsewhere (别处领过的补贴): what the applicant declares, and what an office has told us."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.benefits import key_of
from casework.exclusions import benefits_of
from flows.actions.note_benefits import declare_benefit, withdraw_benefit
from flows.errors import NotAllowed
from policy import FormError, T
from policy.exclusions import BY_KIND, EXCLUSIONS, Kind
from web.forms import PlainForm, Radios, problems
from web.guard import for_applicants
from web.public.controls import text
from web.reading import NotUnderstood, read_key, read_money
from web.templatetags.look import say

HINTS = {
    Kind.SOCIAL_INSURANCE: T("写月份，比如 2026-08。", "The month, such as 2026-08."),
    Kind.PREMISES_EQUIPMENT: T("写年份，比如 2025。", "The year, such as 2025."),
    Kind.STARTUP: T("下面不用填。", "Leave the next field empty."),
    Kind.EDUCATION: T("写学年，比如 2025-2026。", "The school year, such as 2025-2026."),
    Kind.ADMISSION: T("写层次：高中 senior_high，中职 secondary_vocational，大专 junior_college，本科以上 bachelor_or_above。",
                      "The level: senior_high, secondary_vocational, junior_college or bachelor_or_above."),
    Kind.TRAINING_CERTIFICATE: T("写证书编号。", "The number of the certificate."),
    Kind.COMPETITION: T("写比赛、届次和项目。", "The competition, edition and event."),
    Kind.OVER_QUOTA: T("写年份，比如 2025。", "The year, such as 2025."),
}  # fmt: skip


class BenefitForm(PlainForm):
    """One benefit: its kind, what it was for, how much."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=say(T("是哪一种？", "Which kind?")),
            choices=[(row.kind.value, say(row.title)) for row in EXCLUSIONS],
            widget=Radios(hints={kind.value: say(hint) for kind, hint in HINTS.items()}),
            error_messages={"required": say(T("请选一种。", "Please choose one."))},
        )
        self.fields["key"] = text(
            T("哪个月、哪一年，或者哪一样？", "Which month, year or object?"),
            T("照上面那一行写。开办费不用填。", "As the line above says. Empty for the start-up grant."), required=False,
        )  # fmt: skip
        self.fields["amount"] = text(
            T("领了多少元？", "How much was it, in yuan?"), T("记不清，可以不填。", "Leave it out if you do not remember."),
            size="short", inputmode="decimal", required=False,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        row = BY_KIND.get(given.get("kind", ""))
        if row is not None:
            try:
                given["key"] = key_of(row, given.get("key", "") if row.key else "")
            except FormError as error:
                self.add_error("key", str(say(error.message)))
        if given.get("amount"):
            try:
                given["amount"] = Decimal(read_money(given["amount"]))
            except NotUnderstood as error:
                self.add_error("amount", str(say(error.text)))
        return given


@for_applicants
@require_http_methods(["GET", "POST"])
def other_benefits(request: HttpRequest) -> HttpResponse:
    """What was had elsewhere: listed, declared, and taken back where it was declared by mistake."""
    who = request.actor.on_behalf_of
    if who is None:
        raise NotAllowed("not_the_applicant")
    if request.POST.get("withdraw"):
        withdraw_benefit(benefit_id=read_key(request.POST["withdraw"]), by=request.actor, now=now())
        messages.success(request, say(T("这一条撤回了。", "It is taken back.")))
        return redirect("other_benefits")
    form = BenefitForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        declare_benefit(
            by=request.actor, now=now(), row=BY_KIND[Kind(given["kind"])], key=given["key"],
            amount=given["amount"] or None,
        )  # fmt: skip
        messages.success(request, say(T("记下了。以后申请时会一起算。", "Noted. It counts in whatever you apply for.")))
        return redirect("other_benefits")
    errors = problems(form)
    context = {"here": "my", "form": form, "errors": errors, "benefits": benefits_of(who)}
    return render(request, "applicant/other_benefits.html", context, status=400 if errors else 200)
