"""Signing in: applicants by the identity service, officers by login and password; the post that an officer acts in."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.debug import sensitive_post_parameters

from accounts.identity import DEMONSTRATION_AREA, Identity, IdentityRefused, adapter, normal_number
from accounts.models import District, Post, User
from flows.actions.enrol import enrol
from policy import T
from web.forms import PlainForm, add_errors, problems
from web.guard import public
from web.public.back import next_of
from web.public.controls import text
from web.public.tries import Tries, address
from web.templatetags.look import say

BACKEND = "django.contrib.auth.backends.ModelBackend"
FAILURES = Tries("officer", most=8, seconds=15 * 60)
CHOOSING_LASTS = timedelta(minutes=10)
LONGEST_PASSWORD = 1000
SAMPLE_NUMBER = "999999199003079981"  # sound, and of the demonstration's area: nobody's
REFUSED = {
    "number": (
        "number",
        T(
            "请再看一下身份证号：一共 18 位，最后一位可能是 X。照身份证上的写。",
            "Please check the number: 18 characters, the last may be an X. Write it as on the card.",
        ),
    ),
    "name": (
        "name",
        T(
            "姓名和号码对不上。请照身份证上的写姓名。",
            "The name and the number do not belong together. Please write the name as on the card.",
        ),
    ),
    "unknown": (
        "number",
        T(
            "没有查到这个号码和姓名。请照身份证再核对一遍；还是不行，请打电话给我们。",
            "The number and the name were not found. Please check them against the card; if it still fails, call us.",
        ),
    ),
}
WRONG = T(
    "工号或密码不对。请再输一遍；忘了密码，请找本部门的管理员。",
    "The login or the password is wrong. Please type them again; if you forgot the password, ask your administrator.",
)
NO_POST = T(
    "您现在没有任职，不能登录。请找管理员。",
    "You hold no post today, so you can't sign in. Please ask an administrator.",
)


class Password(forms.CharField):
    """A password as it was typed: nothing stripped, nothing narrowed."""

    def __init__(self) -> None:
        super().__init__(
            label=say(T("密码", "Password")),
            strip=False,
            error_messages={"required": say(T("请输入密码。", "Please give the password."))},
            widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "current-password"}),
        )
        self.validators = [one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)]


class IdentityForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = text(
            T("姓名", "Name"),
            T("照身份证上的写。", "As on the identity card."),
            REFUSED["name"][1],
            max_length=60,
            autocomplete="name",
        )
        self.fields["number"] = text(
            T("身份证号", "Identity number"),
            T("18 位。有空格、全角数字都没关系。", "18 characters. Spaces and full-width digits are fine."),
            T("请写身份证号，一共 18 位。", "Please give the identity number, 18 characters."),
            max_length=60,
            spellcheck="false",
        )


class OfficerForm(PlainForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = text(
            T("工号", "Login"),
            None,
            T("请输入工号。", "Please give your login."),
            max_length=100,
            autocomplete="username",
            spellcheck="false",
            autocapitalize="none",
        )
        self.fields["password"] = Password()


@public
@sensitive_post_parameters("number", "name")
def signin(request: HttpRequest) -> HttpResponse:
    """An applicant proves who they are; the first time makes their account."""
    form = IdentityForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            identity = adapter().prove(normal_number(form.cleaned_data["number"]), form.cleaned_data["name"])
            return _applicant_in(request, identity)
        except IdentityRefused as refused:
            name, words = REFUSED[refused.reason]
            add_errors(form, {name: words})
    return render(
        request,
        "public/signin.html",
        {
            "form": form,
            "errors": problems(form),
            "next": next_of(request),
            "area": DEMONSTRATION_AREA,
            "sample": SAMPLE_NUMBER,
        },
    )


@public
@sensitive_post_parameters("password")
def officer_signin(request: HttpRequest) -> HttpResponse:
    """An officer proves who they are by login and password; too many failures close the door for a while."""
    form = OfficerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        counted = (form.cleaned_data["login"].lower(), address(request))
        if FAILURES.used_up(*counted):
            return render(request, "public/locked_out.html", {"minutes": FAILURES.seconds // 60}, status=429)
        user = _proved(request, form)
        if user is not None:
            FAILURES.forget(*counted)
            return _officer_in(request, user, form)
        FAILURES.count(*counted)
        form.add_error(None, str(say(WRONG)))
    return _officer_page(request, form)


@public
def choose_post(request: HttpRequest) -> HttpResponse:
    """The post (任职) that an officer with several acts in; also to change it later."""
    user = _chooser(request)
    if user is None:
        return redirect("officer_signin")
    posts = _posts(user)
    chosen = next((post for post in posts if str(post.pk) == request.POST.get("post")), None)
    if chosen is not None:
        return _acting_as(request, user, chosen, next_of(request, reverse("bench")))
    return render(request, "public/choose_post.html", {"posts": posts, "next": next_of(request), "user": user})


@public
def signout(request: HttpRequest) -> HttpResponse:
    """Out, by a button; a mere link signs nobody out."""
    if request.method == "POST":
        logout(request)
    return redirect("start")


@public
def extend(request: HttpRequest) -> HttpResponse:
    """The session goes on."""
    if request.user.is_authenticated:
        request.session.modified = True
    return HttpResponse(status=204)


def _applicant_in(request: HttpRequest, identity: Identity) -> HttpResponse:
    district = District.objects.order_by("pk")[0]
    user, person = enrol(district=district, identity=identity, now=now())
    login(request, user, backend=BACKEND)
    request.session["proved_at"], request.session["person"] = now().isoformat(), person.pk
    return redirect(next_of(request, reverse("my_cases")))


def _proved(request: HttpRequest, form: PlainForm) -> User | None:
    password = form.cleaned_data["password"]
    if len(password) > LONGEST_PASSWORD:
        return None
    user = authenticate(request, username=form.cleaned_data["login"], password=password)
    return user if isinstance(user, User) and user.kind == User.OFFICER else None


def _officer_in(request: HttpRequest, user: User, form: PlainForm) -> HttpResponse:
    """On to the workbench with the one post in force, or to choose among several."""
    posts = _posts(user)
    if not posts:
        form.add_error(None, str(say(NO_POST)))
        return _officer_page(request, form)
    onward = next_of(request, reverse("bench"))
    held = [post for post in posts if request.user == user and post.pk == request.session.get("post")]
    if len(posts) == 1 or held:
        return _acting_as(request, user, (held or posts)[0], onward, proved=True)
    # Nobody is signed in without a post: until one is chosen, the session only knows who proved themselves.
    logout(request)
    request.session["choosing"] = {"user": user.pk, "proved_at": now().isoformat()}
    return render(request, "public/choose_post.html", {"posts": posts, "next": onward, "user": user})


def _acting_as(request: HttpRequest, user: User, post: Post, onward: str, *, proved: bool = False) -> HttpResponse:
    """Signed in, in this post; the session's key is a new one, and the proof keeps its moment."""
    choosing = request.session.pop("choosing", {})
    at = now().isoformat() if proved else choosing.get("proved_at") or request.session.get("proved_at")
    login(request, user, backend=BACKEND)
    request.session["proved_at"], request.session["post"] = at, post.pk
    return redirect(onward)


def _chooser(request: HttpRequest) -> User | None:
    """Who may choose a post: an officer signed in, or one who has just given their password."""
    if request.actor.is_officer:
        return request.actor.user
    choosing = request.session.get("choosing")
    if not choosing or now() - datetime.fromisoformat(choosing["proved_at"]) > CHOOSING_LASTS:
        return None
    return User.objects.filter(pk=choosing["user"], is_active=True, kind=User.OFFICER).first()


def _posts(user: User) -> list[Post]:
    return list(Post.objects.in_force(localdate()).filter(user=user).order_by("department__pk", "role"))


def _officer_page(request: HttpRequest, form: PlainForm) -> HttpResponse:
    return render(
        request, "public/officer_signin.html", {"form": form, "errors": problems(form), "next": next_of(request)}
    )
