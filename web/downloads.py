"""Files that people take away (下载): a table as CSV, or finished bytes, always as an attachment that nobody caches."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from casework.sheets import csv_lines

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
