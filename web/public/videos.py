"""Sign-language films of the guides (手语视频): files that the office puts into one folder, with captions and transcript.

A film is `<measure>.mp4`; beside it stand, for each language, the captions `<measure>.zh.vtt` and the transcript
`<measure>.zh.txt`. One without both in Chinese is not shown: somebody could not follow it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from policy import measures
from web.guard import public

KINDS = {"mp4": "video/mp4", "zh.vtt": "text/vtt; charset=utf-8", "en.vtt": "text/vtt; charset=utf-8"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Film:
    """What a guide shows: which languages have captions, and the words in the reader's language, or in Chinese."""

    captions: tuple[str, ...]
    transcript: tuple[str, ...]  # its paragraphs
    language: str


def film_of(code: str, language: str) -> Film | None:
    """The film of a measure's guide, or None where there is none that everybody can follow."""
    if not (_file(code, "mp4") and _file(code, "zh.vtt") and _file(code, "zh.txt")):
        return None
    spoken = language if _file(code, f"{language}.txt") else "zh"
    text = (settings.GUIDE_FILMS_DIR / f"{code}.{spoken}.txt").read_text("utf-8", errors="replace")
    paragraphs = tuple(" ".join(one.split()) for one in re.split(r"\n\s*\n", text) if one.strip())
    return Film(tuple(one for one in ("zh", "en") if _file(code, f"{one}.vtt")), paragraphs, spoken)


@public
def film(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """The film or its captions; a part of it where a part is asked for, as some players do."""
    known = kind in KINDS and any(code == one.code for one in measures())
    path = _file(code, kind) if known else None
    if path is None:
        raise Http404
    size = path.stat().st_size
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    part = _part(asked, size) if asked else None
    if asked and part is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response: HttpResponseBase
    if part is None:
        response = FileResponse(path.open("rb"), content_type=KINDS[kind])
    else:
        first, last = part
        file = path.open("rb")
        file.seek(first)
        response = StreamingHttpResponse(_read(file, last - first + 1), status=206, content_type=KINDS[kind])
        response["Content-Range"], response["Content-Length"] = f"bytes {first}-{last}/{size}", str(last - first + 1)
    response["Accept-Ranges"], response["Cache-Control"] = "bytes", "public, max-age=3600"
    return response


def _part(asked: re.Match[str], size: int) -> tuple[int, int] | None:
    """First and last byte, or None where the file has no such part (RFC 9110, 14.1.2)."""
    begin, end = asked[1], asked[2]
    if begin:
        first, last = int(begin), min(int(end or size - 1), size - 1)
    elif end:
        first, last = max(0, size - int(end)), size - 1
    else:
        return None
    return (first, last) if first <= last and first < size else None


def _read(file: BinaryIO, left: int) -> Iterator[bytes]:
    with file:
        while left > 0 and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece


def _file(code: str, kind: str) -> Path | None:
    path = settings.GUIDE_FILMS_DIR / f"{code}.{kind}"
    return path if path.is_file() else None
