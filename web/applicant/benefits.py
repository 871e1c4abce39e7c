"""Benefits from elsewhere (别处领过的补贴): what the applicant declares, and what an office has told us."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from casework import acting
from casework.benefits import key_of
from casework.exclusions import benefits_of
from flows.actions.note_benefits import declare_benefit, withdraw_benefit
from flows.errors import NotAllowed
from policy import FormError, T
from policy.exclusions import BY_KIND, EXCLUSIONS, Exclusion, Kind
from web.forms import PlainForm, Radios, problems
from web.guard import for_applicants
from web.public.controls import text
from web.reading import NotUnderstood, read_key, read_money, read_month, read_school_year, read_year
from web.templatetags.look import say

HINTS = {
    Kind.SOCIAL_INSURANCE: T("下面写月份，比如 2026年8月。", "Give the month below, such as August 2026."),
    Kind.PREMISES_EQUIPMENT: T("下面写年份，比如 2025。", "Give the year below, such as 2025."),
    Kind.STARTUP: T("下面不用填。", "Leave the next field empty."),
    Kind.EDUCATION: T("下面写学年，比如 2025-2026。", "Give the school year below, such as 2025-2026."),
    Kind.ADMISSION: T("下面写层次：高中、中职、大专、本科。", "Give the level below: senior high, vocational, junior college, bachelor."),
    Kind.TRAINING_CERTIFICATE: T("下面写证书编号。", "Give the number of the certificate below."),
    Kind.COMPETITION: T("下面写比赛、届次和项目。", "Give competition, edition and event below."),
    Kind.OVER_QUOTA: T("下面写年份，比如 2025。", "Give the year below, such as 2025."),
}  # fmt: skip
LEVELS = {
    "senior_high": T("高中", "senior high"), "secondary_vocational": T("中职", "vocational"),
    "junior_college": T("大专", "junior college"), "bachelor_or_above": T("本科", "bachelor"),
}  # fmt: skip
_NO_LEVEL = T("请写高中、中职、大专或者本科。", "Please write senior high, vocational, junior college or bachelor.")
_TOO_EARLY = T("这个月还没有到。请再看一下月份。", "This month has not come yet. Please check it.")


def understood(row: Exclusion, typed: str) -> str:
    """The key as the table has it, from what people write. Raises NotUnderstood and FormError."""
    if row.key == "month" and typed:
        month = read_month(typed)
        if month > f"{localdate():%Y-%m}":
            raise NotUnderstood(_TOO_EARLY)
        return month
    if row.key == "school_year" and typed:
        return read_school_year(typed)
    if row.key == "level" and typed:
        for code, words in LEVELS.items():
            if typed.lower() in (code, words.en) or words.zh in typed:
                return key_of(row, code)
        raise NotUnderstood(_NO_LEVEL)
    if row.key == "year" and typed:
        return str(read_year(typed))
    return key_of(row, typed if row.key else "")


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
            T("照选中的那一行写。只有开办费不用填。", "As the chosen line says. Empty for the start-up grant alone."), required=False,
        )  # fmt: skip
        self.fields["amount"] = text(
            T("领了多少元？", "How much was it, in yuan?"), T("记不清，可以不填。", "Leave it out if you do not remember."),
            size="short", inputmode="decimal", required=False,
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        row = BY_KIND.get(given.get("kind", ""))
        if row is not None:
            given["words"] = given.get("key", "") if row.key else ""
            try:
                given["key"] = understood(row, given["words"])
            except (FormError, NotUnderstood) as error:
                self.add_error("key", str(say(error.message if isinstance(error, FormError) else error.text)))
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
            amount=given["amount"] or None, words=given["words"],
        )  # fmt: skip
        messages.success(
            request,
            say(
                T(
                    "记下了。以后申请同一类补贴时，会一起算。",
                    "Noted. It counts when you apply for a benefit of the same kind.",
                )
            ),
        )
        return redirect("other_benefits")
    errors = problems(form)
    may = not acting.why_not_change(request.actor, who, localdate())
    context = {"here": "my", "may": may, "form": form, "errors": errors, "benefits": benefits_of(who)}
    return render(request, "applicant/other_benefits.html", context, status=400 if errors else 200)
