"""Somebody who asks for pages without a browser: quick enough to walk the whole site in every role, and to sign in."""

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any

from demo.people import APPLICANTS, PASSWORD, number_of

ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects: where one landed, the status, the kind of content, and the text of a page."""

    path: str
    status: int
    kind: str
    text: str


class Visitor:
    """Keeps cookies, follows redirects, and uses no proxy."""

    def __init__(self, origin: str, cookies: list[dict[str, str]] | None = None) -> None:
        self.origin = origin
        self.jar = CookieJar()
        keep = urllib.request.HTTPCookieProcessor(self.jar)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), keep)
        self._cookies = "; ".join(f"{one['name']}={one['value']}" for one in cookies or [])

    def get(self, path: str) -> Answer:
        return self._ask(path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Fill in the form that stands at the path, with its token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path).text)
        assert token, f"There is no form at {path}."
        return self._ask(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode())

    def _ask(self, path: str, body: bytes | None) -> Answer:
        request = urllib.request.Request(self.origin + path, body, {"Cookie": self._cookies} if self._cookies else {})
        try:
            response: Any = self._opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            response = error
        except http.client.HTTPException as error:
            raise AssertionError(f"{path}: the server broke off: {error}") from error
        with response:
            content, kind = response.read(), response.headers.get_content_type()
            text = content.decode() if kind == "text/html" else ""
            return Answer(response.url.removeprefix(self.origin), response.status, kind, text)


def shown_code(page: str) -> str:
    """The code that the page after the password shows in the demonstration."""
    found = re.search(r"<strong class='num'>(\d{6})</strong>", page)
    assert found, "The page shows no code."
    return found[1]


def sign_in(visitor: Visitor, role: str) -> list[dict[str, str]]:
    """The session of an officer by work number, or of an applicant by place (`applicant-5`), as a browser's cookies."""
    if role == ANONYMOUS:
        return []
    if role.startswith("applicant-"):
        place = int(role.removeprefix("applicant-"))
        answer = visitor.post("/signin/", {"name": APPLICANTS[place][0], "number": number_of(place)})
    else:
        answer = visitor.post("/officers/signin/", {"login": role, "password": PASSWORD})
        answer = visitor.post("/officers/code/", {"one_time_code": shown_code(answer.text)})
    if answer.status != 200 or "signin" in answer.path or "/officers/code/" in answer.path:
        raise AssertionError(f"{role} could not sign in: {answer}")
    return [{"name": one.name, "value": str(one.value), "url": visitor.origin} for one in visitor.jar]
