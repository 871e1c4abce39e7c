"""Files that people take away (下载): a table as CSV, or finished bytes, always as an attachment that nobody caches.

`noted` keeps the hash of what an officer took in the record, so that `/verify/file/` can tell whether a file is that one.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.timezone import now

from accounts.actor import Actor
from casework.sheets import csv_lines
from flows.actions.export_record import note_file

Response = TypeVar("Response", bound=HttpResponseBase)
CSV = "text/csv; charset=utf-8"
_MARK = "\ufeff"  # by which a spreadsheet opens the file as UTF-8


def csv_file(name: str, rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The rows as a file."""
    return attached(HttpResponse(_MARK + "".join(csv_lines(rows)), content_type=CSV), name)


def long_csv_file(name: str, rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The rows as a file that is sent while it is read: never all of them in memory."""
    return streamed(name, chain([_MARK], csv_lines(rows)))


def streamed(name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    return attached(StreamingHttpResponse(lines, content_type=CSV), name)


def attached(response: Response, name: str) -> Response:
    """The response as an attachment of that name, kept by no cache."""
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response


def new_code() -> str:
    """What is printed in a file so that anybody can ask here what it is: nobody can guess it, and it tells nothing."""
    return f"x-{secrets.token_hex(8)}"


def noted(request: HttpRequest, response: Response, code: str = "") -> Response:
    """The same file, its hash in the record (and the code that is printed in it): of one that is sent while it is read,
    after its last byte."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _counted(request.actor, response.streaming_content)
    elif isinstance(response, HttpResponse):
        digest = hashlib.sha256(response.content).hexdigest()
        note_file(by=request.actor, now=now(), digest=digest, size=len(response.content), code=code)
    return response


def _counted(by: Actor, pieces: Iterable[bytes]) -> Iterator[bytes]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        yield piece
    note_file(by=by, now=now(), digest=digest.hexdigest(), size=size)
