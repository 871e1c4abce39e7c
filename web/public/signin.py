"""Signing in: applicants by the identity service; officers by password, second factor (beside this) and post."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.core.validators import ProhibitNullCharactersValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.debug import sensitive_post_parameters

from accounts.identity import DEMONSTRATION_AREA, Identity, IdentityRefused, adapter, normal_number
from accounts.models import Post, User
from flows.actions.enrol import enrol
from flows.actions.sign_in import sign_out
from policy import T
from web import lockout
from web.acting import SESSION_KEY, key_of
from web.forms import PlainForm, add_errors, problems
from web.guard import public
from web.public.back import next_of
from web.public.controls import text
from web.public.entering import BACKEND, act_as, begin, chooser, mandates_of, posts_of, to_page
from web.public.tries import address
from web.templatetags.look import say

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
    "unreachable": (
        "number",
        T(
            "身份核验现在连不上，不是您填错了。请过几分钟再试；急的话打电话，或者到镇、街道窗口，我们替您登记。",
            "The identity check can't be reached now; you made no mistake. Please try again in some minutes. If it is urgent, "
            "call us or come to a town's desk, where we register it for you.",
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
    """An officer's login and password, the first of two factors; too many failures close the door for a while."""
    form = OfficerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        typed, where = form.cleaned_data["login"], address(request)
        number = lockout.take(typed, where)
        if not number:
            context = {"minutes": lockout.minutes(typed, where)}
            return render(request, "public/locked_out.html", context, status=429)
        user = _proved(request, form)
        if user is not None:
            lockout.passed(typed, where)
            return _officer_in(request, user, form)
        lockout.failed(typed, number)
        form.add_error(None, str(say(WRONG)))
    return _officer_page(request, form)


@public
def choose_post(request: HttpRequest) -> HttpResponse:
    """The post (任职) that an officer with several acts in; also to change it later."""
    user = chooser(request)
    if user is None:
        return redirect("officer_signin")
    posts, mandates = posts_of(request, user), mandates_of(request, user)
    wanted = request.POST.get("post", "")
    chosen = next((post for post in posts if str(post.pk) == wanted), None)
    deputy = next((one for one in mandates if f"deputy-{one.pk}" == wanted), None)
    if chosen is not None or deputy is not None:
        act_as(request, user, chosen or deputy.principal, deputy)  # type: ignore[union-attr]
        return redirect(next_of(request, reverse("bench")))
    context = {"posts": posts, "mandates": mandates, "next": next_of(request), "user": user}
    return render(request, "public/choose_post.html", context)


@public
def signout(request: HttpRequest) -> HttpResponse:
    """Out, by a button; a mere link signs nobody out."""
    if request.method == "POST":
        if request.actor.is_officer:
            sign_out(by=request.actor, now=now())
        logout(request)
    return redirect("start")


@public
def extend(request: HttpRequest) -> HttpResponse:
    """The session goes on."""
    if request.user.is_authenticated:
        request.session.modified = True
    return HttpResponse(status=204)


def _applicant_in(request: HttpRequest, identity: Identity) -> HttpResponse:
    user, person = enrol(district=request.district, identity=identity, now=now())
    login(request, user, backend=BACKEND)
    request.session["proved_at"], request.session[SESSION_KEY] = now().isoformat(), key_of(person)
    return redirect(next_of(request, reverse("my_cases")))


def _proved(request: HttpRequest, form: PlainForm) -> User | None:
    password = form.cleaned_data["password"]
    if len(password) > LONGEST_PASSWORD:
        return None
    user = authenticate(request, username=form.cleaned_data["login"], password=password)
    return user if isinstance(user, User) and user.kind == User.OFFICER else None


def _officer_in(request: HttpRequest, user: User, form: PlainForm) -> HttpResponse:
    """The password was right: on to the second factor. Nobody is signed in yet."""
    if not posts_of(request, user):
        # Whose posts were all in another district is not told here that the password was right.
        districts = set(Post.objects.filter(user=user).values_list("district_id", flat=True))
        form.add_error(None, str(say(NO_POST if not districts or request.district.pk in districts else WRONG)))
        return _officer_page(request, form)
    begin(request, user)
    return to_page("officer_second_factor", next_of(request))


def _officer_page(request: HttpRequest, form: PlainForm) -> HttpResponse:
    return render(
        request, "public/officer_signin.html", {"form": form, "errors": problems(form), "next": next_of(request)}
    )
