"""Register an application for somebody else (代办), one's own department's, or a report of somebody unknown.

The questions are then filled in on the same pages that applicants use; who registers a case signs no step of it.
"""

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from accounts.identity import normal_number, number_is_sound
from accounts.models import Role, User
from casework import access
from casework.models import Case, Mandate, Organisation, Person
from casework.queries import drafts_of
from casework.references import NotAReference, read
from casework.sealing import index
from casework.sight import visible_to
from casework.wording import LOOK_DUTIES, REASONS
from flows.actions.change_mandate import end_mandate
from flows.actions.draft import start_draft
from flows.actions.enrol import known_person
from flows.actions.give_mandate import give_mandate
from flows.actions.register import known_organisation, may_register
from flows.actions.report import CODE as REPORT
from flows.actions.report import code_of
from flows.actions.request_access import request_access
from flows.engine import chains, newest
from flows.errors import Invalid, NotAllowed, NotThere
from flows.published_chains import title
from policy import T, measure
from policy.measure import ANONYMOUS, DEPARTMENT, ORGANISATION, Measure
from web.acts import choice
from web.applicant.known import ask_registers
from web.applicant.roles import roles_field
from web.forms import PlainForm, Problem, Radios, add_errors, problems
from web.guard import for_officers
from web.proof import proved, unproved
from web.public.controls import text
from web.public.report import grouped
from web.reading import NotUnderstood, read_credit_code, read_key
from web.templatetags.look import say

NUMBER = T(
    "请再看一下号码：身份证号 18 位，最后一位可能是 X。",
    "Please check the number: 18 characters, the last may be an X.",
)
NAME = T("号码登记在另一个名字下。请核对姓名。", "The number is on file under another name. Please check the name.")
_WHO = {
    "person": T("个人", "A person"), "organisation": T("单位", "An organisation"),
    "department": T("我的部门", "My own department"), "nobody": T("没有署名的人", "Somebody who gives no name"),
}  # fmt: skip


def kinds_for(request: HttpRequest) -> list[tuple[str, Measure, str]]:
    """What the officer may register: the key of the list, the measure and for whom (person, organisation, …)."""
    found = []
    for chain in chains():
        rules = measure(chain.measure, chain.purpose)
        for who in _whom(rules):
            if _may(request, rules, chain.purpose, who):
                found.append((f"{chain.measure}:{chain.purpose}", rules, who))
    return list(dict.fromkeys(found))


def _whom(rules: Measure) -> tuple[str, ...]:
    if rules.applicant == DEPARTMENT:
        return ("department",)
    if rules.applicant == ANONYMOUS:
        return ("nobody", "person")
    return ("organisation",) if rules.applicant == ORGANISATION else ("person",)


def _may(request: HttpRequest, rules: Measure, purpose: str, who: str) -> bool:
    """By the action's own rule, asked of an applicant of that kind."""
    by = request.actor
    given: dict[str, Any] = {
        "person": Person() if who == "person" else None, "organisation": Organisation() if who == "organisation" else None,
        "department": by.post.department if who == "department" else None,
    }  # fmt: skip
    try:
        may_register(by, rules, purpose, **given, now=now())
    except NotAllowed:
        return False
    return True


def _named(kinds: list[tuple[str, Measure, str]]) -> dict[str, Any]:
    """The title of each kind; with its purpose where two would read alike."""
    titles = {key: rules.title for key, rules, _ in kinds}
    often = Counter(one.zh for one in titles.values())
    return {
        key: say(words if often[words.zh] == 1 else title(newest(*key.split(":")))) for key, words in titles.items()
    }


class RegisterForm(PlainForm):
    """What is applied for, and by whom."""

    def __init__(self, kinds: list[tuple[str, Measure, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = _named(kinds)
        self.fields["kind"] = choice(
            T("登记哪一项", "What is applied for"), list(options.items()), T("请选是哪一项。", "Please choose.")
        )
        whom = [who for who in _WHO if who in {one for _, _, one in kinds}]
        self.fields["who"] = forms.ChoiceField(
            label=say(T("谁申请", "Who applies")), choices=[(who, say(_WHO[who])) for who in whom], widget=Radios(),
            error_messages={"required": say(T("请选谁申请。", "Please say who applies."))},
        )  # fmt: skip
        if {"person", "organisation"} & set(whom):
            self.fields["number"] = text(
                T("身份证号或统一社会信用代码", "Identity number or credit code"), T("18 位。本部门申请的、没有署名的，不填。", "18 characters. Empty for your own department or nobody known."),
                None, required=False, max_length=60, spellcheck="false",
            )  # fmt: skip
            self.fields["name"] = text(
                T("姓名或单位名称", "Name"),
                T("照证件上写。", "As on the card or the licence."),
                None,
                required=False,
                max_length=120,
            )
        self.kinds = {(key, who) for key, _, who in kinds}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        who, kind = given.get("who"), given.get("kind")
        if who and kind and (kind, who) not in self.kinds:
            self.add_error("who", str(say(REASONS["not_for_such_an_applicant"])))
        if who in ("person", "organisation"):
            for name in ("number", "name"):
                if not given.get(name):
                    self.add_error(name, str(say(T("请填写。", "Please fill this in."))))
        return given


@for_officers
@sensitive_post_parameters("number", "name")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Choose what and for whom; then the draft opens on the pages that applicants use."""
    kinds = kinds_for(request)
    # What another page named is chosen beforehand, and for whom where it is for one kind of applicant only.
    asked = [(key, who) for key, _, who in kinds if key == request.GET.get("kind", "")]
    initial = {"kind": asked[0][0], "who": asked[0][1]} if len(asked) == 1 else None
    form = RegisterForm(kinds, request.POST if request.method == "POST" else None, initial=initial)
    if kinds and form.is_bound and form.is_valid():
        try:
            return redirect("draft", _begun(request, form.cleaned_data).pk)
        except Invalid as invalid:
            add_errors(form, invalid.errors)
    drafts = [(one, measure(one.measure, one.purpose)) for one in drafts_of(request.actor)[:20]]
    context = {"form": form, "errors": problems(form), "kinds": kinds, "drafts": drafts, "here": "register"}
    return render(request, "reviewer/register.html", context, status=400 if form.errors else 200)


def _begun(request: HttpRequest, given: dict[str, Any]) -> Any:
    code, _, purpose = given["kind"].partition(":")
    by = request.actor
    who: dict[str, Any] = {}
    if given["who"] == "person":
        who = {"person": _person(request, given)}
    elif given["who"] == "organisation":
        who = {"organisation": _organisation(request, given)}
    elif given["who"] == "department":
        who = {"department": by.post.department}
    ask_registers(request, who.get("person"), measure(code, purpose))
    return start_draft(code=code, purpose=purpose, by=by, now=now(), **who)


def _person(request: HttpRequest, given: dict[str, Any]) -> Person:
    number = normal_number(given["number"])
    if not number_is_sound(number):
        raise Invalid(number=NUMBER)
    district = request.actor.post.district
    found = known_person(district=district, number=number, name=given["name"], now=now())
    if found.name != given["name"]:
        raise Invalid(name=NAME)
    return found


def _organisation(request: HttpRequest, given: dict[str, Any]) -> Organisation:
    try:
        number = read_credit_code(given["number"])
    except NotUnderstood as error:
        raise Invalid(number=error.text) from error
    by = request.actor
    found = known_organisation(district=by.post.district, number=number, name=given["name"], by=by, now=now())
    if found.name != given["name"]:
        raise Invalid(name=NAME)
    return found


@for_officers
@require_GET
def registered(request: HttpRequest, reference: str) -> HttpResponse:
    """The reference of what was just registered, to write down for the applicant."""
    try:
        case = Case.objects.get(district_id=request.actor.post.district_id, reference=read(reference))
    except (NotAReference, Case.DoesNotExist):
        raise NotThere from None
    mine = case.registrar_id == request.user.pk or case.applicant_department_id == request.actor.post.department_id
    if not mine:
        raise NotThere
    context = {"case": case, "rules": measure(case.measure, case.purpose), "here": "register",
               "code": grouped(code_of(case.submission_key)) if case.measure == REPORT and case.registrar_id == request.user.pk else "",
               "visible": visible_to(request.actor).filter(pk=case.pk).exists()}  # fmt: skip
    return render(request, "reviewer/registered.html", context)


@for_officers
@sensitive_post_parameters("person", "code")
@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """Note that somebody's account acts for a unit, on its sealed paper; end it again."""
    by = request.actor
    if not by.has_role(Role.INTAKE):
        raise NotAllowed("only_the_intake")
    if "end" in request.POST:
        mandate = Mandate.objects.get(
            pk=read_key(request.POST["end"]), organisation__isnull=False, district_id=by.post.district_id
        )
        end_mandate(mandate_id=mandate.pk, by=by, now=now())
        messages.success(request, say(T("授权结束了。", "The mandate has ended.")))
        return redirect("mandates")
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields["code"] = text(
        T("统一社会信用代码", "Credit code"),
        T("18 位。", "18 characters."),
        T("请写代码。", "Please give the code."),
        max_length=40,
        spellcheck="false",
    )
    form.fields["name"] = text(
        T("单位名称", "Name of the unit"),
        None,
        T("请写单位名称。", "Please give the name."),
        size="long",
        max_length=120,
    )
    form.fields["person"] = text(
        T("替单位办的人的身份证号", "Identity number of whoever acts for it"),
        T("这个人要先登录过一次。", "They must have signed in once."),
        T("请写身份证号。", "Please give the number."),
        max_length=60,
        spellcheck="false",
    )
    form.fields["role"] = roles_field(
        T("第一位是单位管理员，以后由他在网上添别人。", "The first is the unit's manager, who adds the others online."),
        required=False,
    )
    if form.is_bound and form.is_valid():
        try:
            user = _account(request, form.cleaned_data["person"])
            unit = _organisation(request, {"number": form.cleaned_data["code"], "name": form.cleaned_data["name"]})
        except Invalid as invalid:
            add_errors(form, {{"number": "code"}.get(name, name): words for name, words in invalid.errors.items()})
        else:
            give_mandate(user=user, organisation=unit, by=by, now=now(), role=form.cleaned_data["role"])
            messages.success(request, say(T("授权记下了。", "The mandate is noted.")))
            return redirect("mandates")
    standing = Mandate.objects.filter(district_id=by.post.district_id, organisation__isnull=False, until=None)
    rows = standing.select_related("organisation", "user").order_by("-pk")[:100]
    return render(
        request, "reviewer/mandates.html", {"form": form, "errors": problems(form), "rows": rows, "here": "register"},
        status=400 if form.errors else 200,
    )  # fmt: skip


def _account(request: HttpRequest, typed: str) -> User:
    """The account of the person with this number."""
    number = normal_number(typed)
    if not number_is_sound(number):
        raise Invalid(person=NUMBER)
    own = Mandate.objects.filter(
        person__number_index=index(number),
        person__district_id=request.actor.post.district_id,
        capacity="self",
        until=None,
    )
    mandate = own.select_related("user").first()
    if mandate is None:
        raise Invalid(
            person=T(
                "这个人还没有登录过。请本人先在网站上登录一次。",
                "They have no account yet. They sign in once on the website first.",
            )
        )
    return mandate.user


@for_officers
@require_http_methods(["GET", "POST"])
def look_in(request: HttpRequest) -> HttpResponse:
    """Ask for a look at a case of other departments, for a day: by its reference, with a duty and a reason."""
    form = PlainForm(
        request.POST if request.method == "POST" else None, initial={"ref": request.GET.get("ref", "")[:40]}
    )
    form.fields["ref"] = text(
        T("案件编号", "Reference"),
        None,
        T("请写案件编号。", "Please give the reference."),
        max_length=40,
        spellcheck="false",
    )
    form.fields["duty"] = choice(
        T("为了哪项工作", "For which duty"),
        [(key, say(words)) for key, words in LOOK_DUTIES.items()],
        T("请选为了哪项工作。", "Please choose the duty."),
    )
    form.fields["reason"] = text(
        T("为什么要看", "Why you need it"), T("负责人和督查会看到。", "Heads and supervision read it."),
        T("请写清楚为什么要看。", "Please say why."), lines=3, max_length=500,
    )  # fmt: skip
    errors: list[Problem] = []
    if form.is_bound and form.is_valid():
        errors = unproved(request, "request_access")
        found = _case_by(form, request.actor.post.district_id) if not errors else None
        if found is not None:
            try:
                request_access(
                    case_id=found.pk, by=proved(request), now=now(), duty=form.cleaned_data["duty"],
                    reason=form.cleaned_data["reason"],
                )  # fmt: skip
            except Invalid as invalid:
                add_errors(form, invalid.errors)
            else:
                messages.success(
                    request, say(T("可以看 24 小时，已经记下。", "You may read it for 24 hours; that is recorded."))
                )
                return redirect("case", found.shown_reference)
    context = {
        "form": form,
        "errors": [*problems(form), *errors],
        "here": "find",
        "proof_due": access.proof_is_due(request.actor, "request_access"),
    }
    return render(request, "reviewer/look_in.html", context, status=400 if context["errors"] else 200)


def _case_by(form: PlainForm, district_id: int) -> Case | None:
    """The district's case with the reference that was typed; the form says where there is none."""
    try:
        return Case.objects.get(district_id=district_id, reference=read(form.cleaned_data["ref"]))
    except (NotAReference, Case.DoesNotExist):
        form.add_error(
            "ref", str(say(T("没有这个编号。请再核对一遍。", "There is no such reference. Please check it.")))
        )
        return None
