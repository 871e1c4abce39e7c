"""Recruitment rounds (招录批次) for the department that leads them: plans and their sharing, units, reserved posts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.models import Department
from casework import access, states
from casework.models import Case
from casework.queries import case_for
from casework.sealing import unseal
from casework.wording import REASONS
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, Stale
from flows.steps import LEADERS
from policy import T
from recruitment.actions.change_sharing import LONGEST, UNIT, change_sharing
from recruitment.actions.open_round import open_round
from recruitment.actions.publish_round import publish_round
from recruitment.actions.set_post import LONGEST as LONGEST_OF_POST
from recruitment.actions.set_post import PostWish, set_post
from recruitment.models import Round, RoundPost
from recruitment.queries import PLANS, Sharing, plans_of, rounds_of, sharing_of
from web.acts import choice
from web.forms import PlainForm, Problem, Understood, add_errors, problems
from web.guard import for_round_leaders, for_rounds
from web.proof import proved, unproved
from web.public.controls import text
from web.reading import read_date, read_integer, read_key
from web.reviewer.register import kinds_for
from web.templatetags.look import plain_day, say

MOST = 50


@for_rounds
@require_http_methods(["GET", "POST"])
def work_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of the department, and its plans: those still to be decided, those whose round can be opened."""
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        try:
            made = open_round(case_id=read_key(request.POST.get("plan", "")), by=request.actor, now=now())
        except NotAllowed as refusal:
            errors = [Problem(REASONS[refusal.reason])]
        else:
            messages.success(request, say(T("开好了，接着写岗位。", "Opened. Now write the posts.")))
            return redirect("work_round", made.pk)
    plans = list(plans_of(request.actor)[:MOST])
    context = {
        "here": "rounds", "rounds": rounds_of(request.actor)[:MOST], "errors": errors,
        "to_open": [one for one in plans if not one.is_open], "running": [one for one in plans if one.is_open],
        "leads": access.leads_rounds(request.actor),
        "to_begin": _to_begin(request),
    }  # fmt: skip
    return render(request, "reviewer/rounds.html", context, status=400 if errors else 200)


def _to_begin(request: HttpRequest) -> list[tuple[str, T]]:
    """The plans that the actor may begin for their own department: the key of the list of what is registered, the title."""
    code = request.actor.post.department.code
    mine = {plan for plan, kind in PLANS.items() if LEADERS[kind] == code}
    return [(key, rules.title) for key, rules, _ in kinds_for(request) if rules.code in mine]


@for_round_leaders
@require_http_methods(["GET", "POST"])
def sharing(request: HttpRequest, reference: str) -> HttpResponse:
    """The sharing of a plan with its working, and the change by hand while the plan is not decided."""
    case = case_for(request.actor, reference)
    found = sharing_of(case) if case.measure in PLANS else None
    if found is None or not access.leads_rounds(request.actor):
        raise NotThere
    verdict = access.may(request.actor, "change_sharing", case=case)
    form = _sharing_form(found, request.POST if request.method == "POST" else None)
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST and form.is_valid():
        errors = unproved(request, "change_sharing")
        if not errors and _changed(request, case, found, form):
            return redirect("sharing", case.shown_reference)
    errors = [*(problems(form) if "restore" not in request.POST else []), *errors]
    context = {
        "here": "rounds", "case": case, "sharing": found, "form": form, "errors": errors, "seen": case.version,
        "rows": [(line, found.stands[line.unit]) for line in found.lines],
        "changes": [(one, unseal(case.key, one.reason)) for one in found.changes], "why_not": REASONS.get(verdict.reason),
        "proof_due": access.proof_is_due(request.actor, "change_sharing"), "decided": not case.is_open,
    }  # fmt: skip
    return render(request, "reviewer/sharing.html", context, status=400 if errors else 200)


def _sharing_form(found: Sharing, data: Any) -> PlainForm:
    form = PlainForm(
        data, initial={f"u{place}": str(found.stands[line.unit]) for place, line in enumerate(found.lines)}
    )
    for place, line in enumerate(found.lines):
        words = T("计划 {n} 人，按规则 {given} 个。", "Plans {n}; {given} by the rule.")
        form.fields[f"u{place}"] = Understood(
            read=read_integer, write=str, label=line.unit, error=T("请写名额，可以是 0。", "Please give a number; 0 is possible."),
            help_text=say(words.fill(n=line.planned, given=line.given)), widget=_number_input(),
        )  # fmt: skip
    form.fields["reason"] = text(
        T("为什么要调整", "Why it is changed"), None, T("请写明为什么要调整。", "Please say why it is changed."), lines=3,
        max_length=LONGEST,
    )  # fmt: skip
    return form


def _changed(request: HttpRequest, case: Case, found: Sharing, form: PlainForm) -> bool:
    """Whether the action took it; what is wrong stands on the form."""
    given = form.cleaned_data
    allocation = {line.unit: given[f"u{place}"] for place, line in enumerate(found.lines)}
    seen = read_key(request.POST.get("seen", "")) or None
    try:
        change_sharing(
            case_id=case.pk, by=proved(request), now=now(), allocation=allocation, reason=given["reason"], seen=seen
        )
    except Invalid as invalid:
        fields = {f"{UNIT}{line.unit}": f"u{place}" for place, line in enumerate(found.lines)}
        add_errors(form, {fields.get(name, name): words for name, words in invalid.errors.items()})
        return False
    except Stale:
        form.add_error(None, str(say(_CHANGED)))
        return False
    messages.success(request, say(T("改好了，理由存成记录。", "Changed; the reason becomes a record.")))
    return True


_CHANGED = T("您打开以后，这件有变化。请看一遍，再交一次。", "The case changed since you opened it. Please look again.")


@for_rounds
@require_http_methods(["GET", "POST"])
def work_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round: units with their reserved posts, the posts, how far it has come; posted, the posts are published."""
    one = round_of(request, round_id)
    errors: list[Problem] = []
    if request.method == "POST" and "restore" not in request.POST:
        errors = unproved(request, "publish_round") or _published(request, one)
        if not errors:
            return redirect("work_round", one.pk)
    posts = list(one.posts.select_related("unit", "department").order_by("unit_id", "pk"))
    written = {unit.pk: sum(post.vacancies for post in posts if post.unit_id == unit.pk) for unit in one.units.all()}
    context = {
        "here": "rounds", "one": one, "errors": errors, "leads": access.leads_rounds(request.actor),
        "units": [(unit, written[unit.pk]) for unit in one.units.all()], "posts": posts, "today": localdate(),
        "applied": one.applications.count(), "admitted": one.applications.filter(seat__isnull=False).count(),
        "proof_due": one.published_at is None and access.proof_is_due(request.actor, "publish_round"),
        "examined": one.is_examined(now()),
    }  # fmt: skip
    return render(request, "reviewer/round.html", context, status=400 if errors else 200)


def _published(request: HttpRequest, one: Round) -> list[Problem]:
    try:
        publish_round(round_id=one.pk, by=proved(request), now=now())
    except Invalid as invalid:
        return [Problem(words) for words in invalid.errors.values()]
    messages.success(request, say(T("公布了，现在谁都看得到。", "Published; everybody can see the posts now.")))
    return []


@for_round_leaders
@require_http_methods(["GET", "POST"])
def round_post(request: HttpRequest, round_id: int, post_id: int | None = None) -> HttpResponse:
    """A reserved post: written, or changed before it is published."""
    one = round_of(request, round_id)
    post = one.posts.select_related("unit").filter(pk=post_id).first() if post_id is not None else None
    if post_id is not None and post is None:
        raise NotThere
    if one.published_at is not None:
        raise AlreadyDone("round_published")
    form = _post_form(one, post, request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and "restore" not in request.POST
        and form.is_valid()
        and _post_set(request, one, post, form)
    ):
        return redirect("work_round", one.pk)
    errors = problems(form) if "restore" not in request.POST else []
    context = {"here": "rounds", "one": one, "post": post, "form": form, "errors": errors}
    return render(request, "reviewer/round_post.html", context, status=400 if errors else 200)


def _post_form(one: Round, post: RoundPost | None, data: Any) -> PlainForm:
    form = PlainForm(data, initial=_said(post) if post is not None else {"vacancies": "1"})
    units = [(str(unit.pk), unit.name) for unit in one.units.all() if unit.reserved]
    form.fields["unit"] = choice(
        T("招录单位", "Recruiting unit"), units, T("请选招录单位。", "Please choose the unit.")
    )
    if one.kind == "community_worker":
        towns = Department.objects.filter(district_id=one.district_id, kind=Department.TOWN).order_by("pk")
        form.fields["town"] = choice(
            T("在哪个镇或街道上班", "Town-level office"), [(str(town.pk), town.title) for town in towns],
            T("请选在哪个镇或街道上班。", "Please choose the town-level office."),
        )  # fmt: skip
    form.fields["title"] = _line(T("岗位名称", "Title"), T("请写岗位名称。", "Please give the title."), "title")
    form.fields["title_en"] = text(
        T("岗位的英文名称", "Title in English"), T("不写的，英文页上用中文名称。", "Without it the English page shows the Chinese title."), None,
        size="long", required=False, max_length=LONGEST_OF_POST["title_en"],
    )  # fmt: skip
    form.fields["vacancies"] = Understood(
        read=read_integer, write=str, label=say(T("招几个人", "How many people")),
        error=T("请写人数。", "Please give the number."), widget=_number_input(),
    )  # fmt: skip
    form.fields["conditions"] = text(
        T("要什么条件", "Conditions"), T("只写工作真正需要的。", "Only what the work really needs."),
        T("请写要什么条件。", "Please give the conditions."), lines=4, max_length=LONGEST_OF_POST["conditions"],
    )  # fmt: skip
    form.fields["place"] = _line(
        T("在哪里上班", "Place of work"), T("请写在哪里上班。", "Please say where the work is."), "place"
    )
    form.fields["accommodations"] = text(
        T("有什么便利", "Adjustments offered"), T("比如坡道、读屏软件、弹性时间。", "Such as a ramp, a screen reader, flexible hours."),
        None, size="long", required=False, max_length=LONGEST_OF_POST["accommodations"],
    )  # fmt: skip
    for name, words in (
        ("opens_on", T("报名从哪天起", "Applications from")), ("closes_on", T("报名到哪天止", "Applications until")),
    ):  # fmt: skip
        form.fields[name] = Understood(
            read=read_date, write=plain_day, label=say(words), error=T("请写日期。", "Please give the day."),
            widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
        )  # fmt: skip
    return form


def _line(label: T, error: T, name: str) -> forms.Field:
    return text(label, None, error, size="long", max_length=LONGEST_OF_POST[name])


def _number_input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "numeric"})


def _said(post: RoundPost) -> dict[str, str]:
    names = ("title", "title_en", "conditions", "place", "accommodations")
    days = {name: plain_day(getattr(post, name)) for name in ("opens_on", "closes_on")}
    keys = {"unit": str(post.unit_id), "town": str(post.department_id), "vacancies": str(post.vacancies)}
    return {name: getattr(post, name) for name in names} | days | keys


def _post_set(request: HttpRequest, one: Round, post: RoundPost | None, form: PlainForm) -> bool:
    given = form.cleaned_data
    names = ("title", "title_en", "vacancies", "conditions", "place", "accommodations", "opens_on", "closes_on")
    wish = PostWish(
        unit_id=int(given["unit"]), town_id=int(given["town"]) if given.get("town") else None,
        **{name: given[name] for name in names},
    )  # fmt: skip
    try:
        set_post(round_id=one.pk, wish=wish, by=request.actor, now=now(), post_id=post.pk if post is not None else None)
    except Invalid as invalid:
        add_errors(form, invalid.errors)
        return False
    messages.success(request, say(T("岗位存好了。", "The post is saved.")))
    return True


def round_of(request: HttpRequest, round_id: int) -> Round:
    """The round, for whoever may open it. Raises NotThere."""
    one = rounds_of(request.actor).filter(pk=round_id).first()
    if one is None:
        raise NotThere
    return one


def is_plan(case: Case) -> bool:
    """Whether the case is the plan of a round whose sharing can be shown."""
    return case.measure in PLANS and case.state in (states.IN_REVIEW, states.CLOSED)
