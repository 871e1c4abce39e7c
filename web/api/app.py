"""The API put together: its parts, what becomes of what they raise, and its description."""

import logging
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from casework.duties import KeptAway
from casework.sealing import Erased
from flows import errors
from policy import T
from web.api import cases, department, events, registers
from web.api.description import described
from web.api.letting_in import Public
from web.api.problems import Problem, answer, refused
from web.api.words import line
from web.reading import plain

log = logging.getLogger(__name__)
VERSION = "1.0.0"


class Api(NinjaAPI):
    """django-ninja's, with our description: made once, as it never changes while the process lives."""

    _described: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        """The description as OpenAPI 3.1, with what every operation has in common."""
        if self._described is None:
            self._described = described(super().get_openapi_schema(**given))
        return self._described

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)


api = Api(
    title=line(T("残疾人就业 接口", "Employment service API")), version=VERSION, auth=Public(), docs_url=None,
    urls_namespace="api-1",
    description=line(T("文档：/api/", "Pages: /api/")),
)  # fmt: skip
for router in (registers.router, cases.router, department.router, events.router):
    api.add_router("", router)


def _as_problem(request: HttpRequest, error: Exception) -> HttpResponse:
    return answer(request, _problem(error))


def _problem(error: Exception) -> Problem:
    """What an action or a look-up raised, as a problem."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, errors.NotAllowed):
        return refused(error.reason)
    if isinstance(error, errors.AlreadyDone):
        return Problem("already-done")
    if isinstance(error, errors.Invalid):
        return Problem("not-understood", errors=error.errors)
    if isinstance(error, ValidationError):
        return Problem("not-understood", errors=_fields(error))
    if isinstance(error, HttpError):
        return Problem("not-let-in" if error.status_code == 401 else "bad-request")
    kinds = {errors.Stale: "stale", errors.Busy: "busy", errors.ProofNeeded: "not-allowed", Erased: "erased"}
    return Problem(next((kind for raised, kind in kinds.items() if isinstance(error, raised)), "not-there"))


_WRONG: dict[str, T] = {
    "missing": T("请填上。", "This is missing."),
    "extra_forbidden": T("没有这一项，请去掉。", "There is no such field. Please leave it out."),
    "string_too_long": T("太长了。", "This is too long."),
    "too_long": T("太多了。", "These are too many."),
}
_WRONG_SHAPE = T("这一项的形式不对，请看接口描述。", "This does not have the form that the description asks for.")


def _fields(error: ValidationError) -> dict[str, T]:
    """Where the request is not as described: names of fields, never a value."""
    return {_path(one["loc"]): _WRONG.get(one["type"], _WRONG_SHAPE) for one in error.errors}


def _path(place: tuple[Any, ...]) -> str:
    """`("body", "payload", "papers", 0, "code")` as `papers[0].code`."""
    parts = [one for one in place if one not in ("body", "payload", "query", "path", "header")]
    words = "".join(f"[{one}]" if isinstance(one, int) else f".{plain(str(one))[:60]}" for one in parts)
    return words.removeprefix(".")[:200] or "body"


for raised in (
    Problem, errors.FlowError, KeptAway, Erased, ObjectDoesNotExist, Http404, FileNotFoundError, ValidationError, HttpError,
):  # fmt: skip
    api.add_exception_handler(raised, _as_problem)
