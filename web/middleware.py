"""What stands round every page: an id for the request, display settings and language, the actor, and errors as pages."""

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY as AUTH_KEY
from django.contrib.auth import logout
from django.core.exceptions import MiddlewareNotUsed, ObjectDoesNotExist
from django.db import DatabaseError
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import districts
from accounts.actor import ANONYMOUS, Actor
from accounts.models import Deputy, Post
from casework.duties import KeptAway
from casework.models import Case, Draft, SecondFactor
from casework.queries import HELD, case_for, mandates_held, sent_as
from casework.sealing import Erased
from casework.second_factor import stamp
from casework.statements import Asked, Question, ahead, given
from flows import errors
from policy import T
from policy.text import local_words
from web.accounts import ACCOUNT
from web.acting import SESSION_KEY, key_of
from web.errors import show_error
from web.guard import LAST_SEEN
from web.templatetags.look import say

Next = Callable[[HttpRequest], HttpResponse]

CHOICES = {
    "text": ("100", "125", "150", "175", "200"),
    "contrast": ("default", "dark", "light"),
    "spacing": ("normal", "wide"),
    "targets": ("normal", "large"),
    "mode": ("full", "simple"),
}
COOKIE = "display"
SEEN_EVERY = 60  # seconds; so often is it written that an officer is there


class RequestId:
    """A random id that stands in the record of what the request did; NUL bytes, which no table takes, leave the query."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = str(uuid.uuid4())
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        return response


class Visitor:
    """The visitor's address, from the proxy's header: only of requests that came by a Unix socket, where nobody else is.

    Tries are counted by this address, so what anybody but the proxy claims counts for nothing.
    """

    def __init__(self, get_response: Next) -> None:
        if not settings.VISITOR_HEADER:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.META.get("REMOTE_ADDR"):
            with suppress(ValueError):
                given = request.headers.get(settings.VISITOR_HEADER, "")
                request.META["REMOTE_ADDR"] = str(ip_address(given.strip()))
        return self.get_response(request)


class LargestRequest:
    """A body that is larger than anything a page asks for is refused before a byte of it is read or written down."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > settings.LARGEST_REQUEST:
            response = show_error(request, 413, "too_large")
            response["Connection"] = "close"
            return response
        return self.get_response(request)


class InDistrict:
    """`request.district`: whose pages they are, by the host; texts are said in its words.

    None while the database does not answer: `/healthz` and the pages of errors, which need no district, answer all the same.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host()
        try:
            request.district = districts.of_host(host)
        except DatabaseError:
            request.district = None
        with local_words(request.district.words if request.district else None):
            return self.get_response(request)


@dataclass(frozen=True)
class Settings:
    """The display settings (显示设置) as attributes of <html>."""

    text: str = "100"
    contrast: str = "default"
    spacing: str = "normal"
    targets: str = "normal"
    mode: str = "full"

    @classmethod
    def read(cls, cookie: str) -> "Settings":
        given = dict(part.split("-", 1) for part in re.findall(r"[a-z]+-[a-z0-9]+", cookie[:200]))
        return cls(**{name: value for name, value in given.items() if value in CHOICES.get(name, ())})

    def written(self) -> str:
        return ".".join(f"{name}-{getattr(self, name)}" for name in CHOICES)

    @property
    def chosen(self) -> dict[str, str]:
        """What differs from the usual, as data attributes."""
        return {name: getattr(self, name) for name in CHOICES if getattr(self, name) != CHOICES[name][0]}


class Display:
    """The language and the display settings, from their cookies; the interface starts in Chinese."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.display = Settings.read(request.COOKIES.get(COOKIE, ""))
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", "zh-Hans" if language == "zh-hans" else "en")
        return response


# Asked on every page of an officer: the post acted in, and since when the one who acts has their second factor.
_POST: Final = Asked(
    lambda: (
        Post.objects.in_force(given("today"))
        .filter(district=given("district"), pk=given("post"), user=given("holder"))
        .annotate(confirmed=Subquery(SecondFactor.objects.filter(user=given("user")).values("confirmed_at")))
    )
)


def _post(request: HttpRequest, post: Any, holder: int) -> dict[str, Any]:
    return {
        "today": timezone.localdate(), "district": request.district.pk, "post": post, "holder": holder,
        "user": int(request.session[AUTH_KEY]),
    }  # fmt: skip


def _about_whom(request: HttpRequest) -> list[Question]:
    """What the actor is made of, but for a deputy: the account, with an officer's post or for whom an applicant's acts."""
    session = request.session
    user, post = str(session.get(AUTH_KEY, "")), session.get("post")
    if not user.isdigit() or request.district is None:
        return []
    account = ACCOUNT.about(user=int(user))
    if post is None:
        return [account, HELD.about(on=timezone.localdate(), user=int(user))]
    return [account] if session.get("deputy") else [account, _POST.about(**_post(request, post, int(user)))]


class ActingAs:
    """`request.actor`: who asks, as whom, and when they last proved who they are.

    An officer's session ends with its post or deputy's mandate, with the second factor that it passed, and when nothing
    was asked for half an hour; the password's change ends it too (Django's session hash).
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ahead(*_about_whom(request)):
            request.actor = self._actor(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
            if request.get_signed_cookie(LAST_SEEN, default="") != str(request.user.pk):
                response.set_signed_cookie(
                    LAST_SEEN,
                    str(request.user.pk),
                    httponly=True,
                    samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )
        return response

    def _actor(self, request: HttpRequest) -> Actor:
        user = request.user
        if not user.is_authenticated:
            return Actor(**{**ANONYMOUS.__dict__, "request_id": request.id})
        proved = request.session.get("proved_at")
        common = {
            "user": user, "request_id": request.id,
            "proved_at": timezone.datetime.fromisoformat(proved) if proved else None,
        }  # fmt: skip
        if user.kind == "officer":
            acting = None if self._is_idle(request) else self._acting(request)
            if acting is None:
                logout(request)
                return Actor(**{**ANONYMOUS.__dict__, "request_id": request.id})
            return Actor("officer", **acting, **common)
        return Actor("applicant", **self._whom(request), **common)

    def _acting(self, request: HttpRequest) -> dict[str, Any] | None:
        """The post acted in, and the mandate where it is somebody else's; None where the session has ended with them.

        Also None where the session has not passed the second factor that the officer has today.
        """
        user, today, session = request.user, timezone.localdate(), request.session
        deputy = None
        if mandate := session.get("deputy"):
            deputy = Deputy.objects.filter(pk=mandate, user=user).select_related("principal").first()
            if deputy is None or not deputy.is_in_force(today):
                return None
            whose = deputy.principal.user_id
            key = deputy.principal_id
        else:
            whose, key = user.pk, session.get("post")
        post = _POST.first(**_post(request, key, whose))
        if post is None or post.confirmed is None or session.get("factor") != stamp(post.confirmed):
            return None
        return {"post": post, "deputy_for": deputy}

    def _is_idle(self, request: HttpRequest) -> bool:
        """Whether nothing was asked for too long; if not, that something was asked now, written once a minute."""
        at, seen = timezone.now().timestamp(), request.session.get("seen")
        if seen is not None and at - seen > settings.WORKBENCH_IDLE_MINUTES * 60 + SEEN_EVERY:
            return True
        if seen is None or at - seen > SEEN_EVERY:
            request.session["seen"] = at
        return False

    def _whom(self, request: HttpRequest) -> dict[str, Any]:
        """For whom the account acts, and as whom: the person or organisation chosen, else the first; nobody where there is
        none."""
        held = [(one.person or one.organisation, one) for one in mandates_held(Actor("applicant", user=request.user))]
        chosen = request.session.get(SESSION_KEY)
        found = next(((who, one) for who, one in held if key_of(who) == chosen), held[0] if held else None)
        return {"on_behalf_of": found[0], "acts_as": found[1].acts_as} if found else {}


class DomainErrors:
    """What an action or a look-up raises becomes a page that says what happened and what to do now."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Draft.DoesNotExist) and (sent := self._sent(request)) is not None:
            messages.success(request, say(T("这份申请已经提交了。", "This application has been sent already.")))
            return redirect("tracking", sent.shown_reference)
        if isinstance(exception, ObjectDoesNotExist | errors.NotThere | FileNotFoundError):
            return show_error(request, 404, "not_there")
        if isinstance(exception, KeptAway):
            return show_error(request, 403, "kept_away", reason=exception.reason)
        if isinstance(exception, errors.NotAllowed):
            return show_error(request, 403, "not_allowed", reason=exception.reason)
        if isinstance(exception, errors.ProofNeeded):
            return show_error(request, 403, "proof_needed")
        if isinstance(exception, errors.AlreadyDone):
            return show_error(
                request, 409, "already_done", reason=exception.reason, case_address=self._case_address(request)
            )
        if isinstance(exception, errors.Stale):
            return show_error(request, 409, "stale")
        if isinstance(exception, Erased):
            return show_error(request, 410, "erased")
        if isinstance(exception, errors.Busy):
            return show_error(request, 503, "busy")
        return None

    def _case_address(self, request: HttpRequest) -> str:
        """Where the case of the address stands, for who may see it; empty where there is none."""
        kwargs = request.resolver_match.kwargs if request.resolver_match else {}
        if "reference" not in kwargs or not (request.actor.is_officer or request.actor.is_applicant):
            return ""
        try:
            found = case_for(request.actor, kwargs["reference"], to_act=True)
        except (ObjectDoesNotExist, KeptAway, Erased):
            return ""
        return reverse("case" if request.actor.is_officer else "tracking", args=[found.shown_reference])

    def _sent(self, request: HttpRequest) -> Case | None:
        """The case that a draft became, for whoever goes back to it after sending it."""
        kwargs = request.resolver_match.kwargs if request.resolver_match else {}
        return sent_as(request.actor, kwargs["draft_id"]) if "draft_id" in kwargs else None
