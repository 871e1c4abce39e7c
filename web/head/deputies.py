"""Deputies and absences: everybody sees and plans their own; the head those of the department."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods

from accounts.models import Absence, Deputy, Post, Role
from accounts.rights import HANDLES
from casework.wording import ABSENCES, ROLES, STEP_KINDS
from flows.actions.depute import cancel_absence, end_deputy, note_absence, set_deputy
from flows.errors import Invalid, NotThere
from policy import T
from web.acts import choice
from web.forms import PlainForm, Problem, Ticks, Understood, add_errors, problems
from web.guard import for_officers
from web.reading import read_date, read_key
from web.templatetags.look import plain_day, say


def _posts(request: HttpRequest) -> list[Post]:
    """The posts for which a deputy may be planned here: one's own, and for the head all of the department."""
    mine = request.actor.post
    posts = Post.objects.in_force(localdate()).filter(department_id=mine.department_id)
    if not request.actor.has_role(Role.HEAD):
        posts = posts.filter(user_id=request.user.pk)
    return [post for post in posts.order_by("user__display_name", "role") if HANDLES[post.role]]


def _day(label: T) -> forms.Field:
    return Understood(
        read=read_date, write=plain_day, label=say(label), error=T("请写日期。", "Please give the day."),
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
    )  # fmt: skip


def _deputy_form(request: HttpRequest, posts: list[Post], bound: bool) -> PlainForm:
    form = PlainForm(request.POST if bound else None, auto_id="d-%s")
    options = [(str(one.pk), f"{one.user.display_name} ({say(ROLES[one.role])})") for one in posts]
    form.fields["post"] = choice(
        T("代理谁的岗位", "For which post"), options, T("请选岗位。", "Please choose the post.")
    )
    colleagues = Post.objects.in_force(localdate()).filter(department_id=request.actor.post.department_id)
    people = {str(one.user_id): one.user.display_name for one in colleagues.order_by("user__display_name")}
    form.fields["user"] = choice(
        T("由谁代理", "Who acts"), list(people.items()), T("请选一位同事。", "Please choose a colleague.")
    )
    form.fields["since"] = _day(T("从哪天", "First day"))
    form.fields["until"] = _day(T("到哪天", "Last day"))
    kinds = sorted({name.removeprefix("handle_") for one in posts for name in HANDLES[one.role]})
    form.fields["step_kinds"] = forms.MultipleChoiceField(
        label=say(T("只代理哪些步骤", "Only for these steps")), required=False, help_text=say(T("都代理的，不选。", "Choose none for all of them.")),
        choices=[(kind, say(STEP_KINDS[kind])) for kind in kinds], widget=Ticks(),
    )  # fmt: skip
    return form


def _absence_form(request: HttpRequest, posts: list[Post], bound: bool) -> PlainForm:
    form = PlainForm(request.POST if bound else None, auto_id="a-%s")
    people = {str(one.user_id): one.user.display_name for one in posts}
    form.fields["absent"] = choice(T("谁不在", "Who is away"), list(people.items()), T("请选一位。", "Please choose."))
    form.fields["kind"] = choice(
        T("为什么", "Why"),
        [(key, say(words)) for key, words in ABSENCES.items()],
        T("请选原因。", "Please choose the reason."),
    )
    form.fields["first"] = _day(T("从哪天", "First day"))
    form.fields["last"] = _day(T("到哪天", "Last day"))
    return form


@for_officers
@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    """Who acts for whom and who is away; plan and end both."""
    posts = _posts(request)
    do = request.POST.get("do", "")
    deputy_form = _deputy_form(request, posts, do == "deputise")
    absence_form = _absence_form(request, posts, do == "absent")
    if request.method == "POST" and "restore" not in request.POST:
        done = {"deputise": _deputise, "absent": _absent, "end": _end, "cancel": _cancel}.get(do)
        if done is None:
            raise NotThere
        form = absence_form if do == "absent" else deputy_form
        if done(request, posts, form):
            return redirect("deputies")
    mine = request.actor.post
    whose = {} if request.actor.has_role(Role.HEAD) else {"principal__user_id": request.user.pk}
    planned = Deputy.objects.filter(
        principal__department_id=mine.department_id, ended_at=None, until__gte=localdate(), **whose
    )
    away = Absence.objects.filter(user_id__in={one.user_id for one in posts}, cancelled_at=None, until__gte=localdate())
    errors: list[Problem] = [*problems(deputy_form), *problems(absence_form)]
    context = {
        "deputy_form": deputy_form, "absence_form": absence_form, "errors": errors, "here": "deputies",
        "planned": planned.select_related("user", "principal__user").order_by("since"), "posts": posts,
        "away": away.select_related("user").order_by("since"), "is_head": request.actor.has_role(Role.HEAD),
    }  # fmt: skip
    return render(request, "head/deputies.html", context, status=400 if errors else 200)


def _deputise(request: HttpRequest, posts: list[Post], form: PlainForm) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    post = next(one for one in posts if str(one.pk) == given["post"])
    colleague = Post.objects.in_force(localdate()).filter(user_id=int(given["user"])).first()
    if colleague is None:
        raise NotThere
    return _tried(
        request, form, T("代理设好了。", "The deputy is set."), set_deputy, principal=post, user=colleague.user,
        since=given["since"], until=given["until"], step_kinds=given["step_kinds"],
    )  # fmt: skip


def _absent(request: HttpRequest, posts: list[Post], form: PlainForm) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data
    user = next(one.user for one in posts if str(one.user_id) == given["absent"])
    days: dict[str, date] = {"since": given["first"], "until": given["last"]}
    return _tried(request, form, T("记下了。", "Noted."), note_absence, user=user, kind=given["kind"], **days)


def _end(request: HttpRequest, posts: list[Post], form: PlainForm) -> bool:
    found = Deputy.objects.select_related("principal__user").get(
        pk=read_key(request.POST.get("deputy", "")), principal__in=posts
    )
    return _tried(request, form, T("代理结束了。", "The deputy's mandate has ended."), end_deputy, deputy=found)


def _cancel(request: HttpRequest, posts: list[Post], form: PlainForm) -> bool:
    found = Absence.objects.select_related("user").get(
        pk=read_key(request.POST.get("absence", "")), user_id__in={one.user_id for one in posts}
    )
    return _tried(request, form, T("取消了。", "Cancelled."), cancel_absence, absence=found)


_NAMES = {"since": ("since", "first"), "until": ("until", "last"), "user": ("user",), "kind": ("kind",)}


def _tried(request: HttpRequest, form: PlainForm, done: T, act: Any, **given: Any) -> bool:
    try:
        act(**given, by=request.actor, now=now())
    except Invalid as invalid:
        own = {
            next((one for one in _NAMES.get(name, (name,)) if one in form.fields), name): words
            for name, words in invalid.errors.items()
        }
        add_errors(form, own)
        return False
    messages.success(request, say(done))
    return True
