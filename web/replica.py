"""Pages read from the replica where that shows their reader everything they wrote (config/replica.py)."""

from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from config import replica
from web.middleware import Next

COOKIE = "read_from"
READS = ("GET", "HEAD")
KEPT = 300  # seconds; a replica that has replayed nothing newer than that is not read anyway


class ReadYourWrites:
    """The view of a page that is only read may read the replica; session, account and post are always read on the primary.

    A request that wrote leaves in a signed cookie how far the primary was afterwards; the next pages of that browser read
    the replica only once it is there. A page whose replica fails is asked for again, and then comes from the primary.
    """

    def __init__(self, get_response: Next) -> None:
        if replica.REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with replica.reading() as request.reading:
            response = self.get_response(request)
            if request.reading.wrote or request.method not in READS:
                _mark(response, replica.position())
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        # A program that shows a token keeps no cookies: nobody knows what it wrote.
        may = request.method in READS and "Authorization" not in request.headers
        request.reading.on_replica = may and replica.may_read(_needed(request))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        on_replica = request.reading.on_replica and not request.reading.wrote
        if not (on_replica and isinstance(exception, OperationalError | InterfaceError)):
            return None
        request.reading.on_replica = False
        replica.leave_alone()
        response = HttpResponseRedirect(request.get_full_path())
        _mark(response, replica.FURTHEST, kept=replica.LEFT_ALONE)
        return response


def _needed(request: HttpRequest) -> int:
    """The position that this browser's pages must show; 0 where it wrote nothing, or the cookie is not ours."""
    given = request.get_signed_cookie(COOKIE, default="0", salt=COOKIE)
    return int(given) if given.isascii() and given.isdigit() else 0


def _mark(response: HttpResponse, position: int, kept: int = KEPT) -> None:
    response.set_signed_cookie(
        COOKIE, str(position), salt=COOKIE, max_age=kept, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
