"""What stands round every request of the API: no cookie counts, bodies have their own limit, and every error is a problem.

It stands before sessions and sign-in: whoever is signed in on the pages has no rights here by that.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from web.api.problems import BY_STATUS, MEDIA_TYPE, Problem, answer

PREFIX: Final = "/api/v1/"
LARGEST: Final = 30 * 1024 * 1024  # bytes: files of ten megabytes in Base64, and what goes with them
_WITH_A_BODY: Final = ("POST", "PUT", "PATCH")


class Surroundings:
    """Middleware for the addresses below PREFIX; all others pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        if request.method in _WITH_A_BODY and not _read(request):
            response = answer(request, Problem("too-large", headers={"Connection": "close"}))
        else:
            response = self.get_response(request)
        if response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
            response = _as_problem(request, response)
        response.cookies.clear()
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("Vary", None)
        response["Vary"] = "Accept-Language, Authorization"
        return response


def _read(request: HttpRequest) -> bool:
    """Read the body under the API's own limit: Django's is for forms. False where it is larger."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdigit() or int(length) > LARGEST:
        return False
    request._body = request.read(LARGEST)  # what `request.body` gives from now on
    return True


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer of something that is no view of the API: an address that is none, a method that is not taken."""
    kind = BY_STATUS.get(response.status_code, "wrong" if response.status_code >= 500 else "bad-request")
    kept = {name: response[name] for name in ("Allow",) if name in response}
    return answer(request, Problem(kind, headers=kept))
