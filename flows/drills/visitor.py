"""An officer at the pages, by HTTP: signs in, takes on what waits, fills the form in and presses the button."""

import http.client
import itertools
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any

GOOD = ("accept", "approve", "confirm")
_CASE = re.compile(r'href="/work/cases/([A-Z0-9-]+)/"')
_CODE = re.compile(r"<strong class='num'>(\d{6})</strong>")
BROKEN_OFF = (OSError, http.client.HTTPException)


@dataclass
class Form:
    """A form of a page: where it goes, its fields as they stand, and its buttons named `do`."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page by their addresses; fields that name a form by `form=` belong to it too."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.strays: list[tuple[str, dict[str, str]]] = []
        self.inside: Form | None = None
        self.feed(page)
        for name, given in self.strays:
            if name in self.by_id:
                _add(self.by_id[name], given)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs} | {"tag": tag}
        if tag == "form":
            self.inside = Form(given.get("action", ""))
            self.found.append(self.inside)
            self.by_id[given.get("id", "")] = self.inside
        elif tag in ("input", "textarea", "select", "button") and "form" in given:
            self.strays.append((given["form"], given))
        elif tag in ("input", "textarea", "select", "button") and self.inside is not None:
            _add(self.inside, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None


def _add(form: Form, given: dict[str, str]) -> None:
    name, value = given.get("name", ""), given.get("value", "")
    if given["tag"] == "button":
        form.buttons += [value] if name == "do" else []
    elif given.get("type") == "radio":
        if value == "met" or "checked" in given:
            form.fields[name] = "met" if name.startswith("j-") else value
    elif name and (given.get("type") != "checkbox" or "checked" in given):
        form.fields.setdefault(name, value)


class Officer:
    """One officer's session. Whatever breaks off raises one of `BROKEN_OFF`."""

    def __init__(self, origin: str, login: str) -> None:
        self.origin, self.login = origin, login
        self.asked, self.slowest, self.failed = 0, 0.0, list[str]()
        self._begin()

    def _begin(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies, _Stays())

    def sign_in(self, password: str) -> None:
        """With the password, and the code that the demonstration shows; in a session of its own."""
        self._begin()
        self.post("/officers/signin/", {"login": self.login, "password": password})
        _, page = self.ask("/officers/code/")
        code = _CODE.search(page)
        if code is None:
            raise RuntimeError("The page after the password shows no code.")
        status = self.post("/officers/code/", {"one_time_code": code[1]})
        if status not in (302, 303):
            raise RuntimeError(f"Signing in answered {status}.")

    def waiting(self) -> list[str]:
        """The references of the cases on the first page of what waits."""
        return list(dict.fromkeys(_CASE.findall(self.ask("/work/inbox/")[1])))

    def forms(self, reference: str) -> list[Form]:
        return Forms(self.ask(f"/work/cases/{reference}/")[1]).found

    def send(self, form: Form, **more: str) -> int:
        """Hand the form in; the status of the answer, which is 302 where it was done."""
        return self.ask(form.action, {**form.fields, **more})[0]

    def post(self, path: str, fields: dict[str, str]) -> int:
        """Fill in the form that stands at the path."""
        form = next(one for one in Forms(self.ask(path)[1]).found if set(fields) <= set(one.fields))
        return self.ask(path, {**form.fields, **fields})[0]

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """The answer's status and text. What is answered with an error of the server, or not at all, is noted."""
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        self.asked += 1
        begun = time.monotonic()
        try:
            status, text = self._answer(urllib.request.Request(self.origin + path, body))
        except BROKEN_OFF as error:
            self.failed.append(f"{'POST' if body else 'GET'} {_page(path)}: {type(error).__name__}")
            raise
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begun)
        if status >= 500:
            self.failed.append(f"{'POST' if body else 'GET'} {_page(path)}: {status}")
        return status, text

    def _answer(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            response: Any = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return response.status, response.read().decode(errors="replace")


class Roaming(Officer):
    """An officer whose requests go to several servers in turn, as behind a proxy."""

    def __init__(self, origins: Sequence[str], login: str) -> None:
        super().__init__(origins[0], login)
        self.origins = itertools.cycle(origins)

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        self.origin = next(self.origins)
        return super().ask(path, fields)


def _page(path: str) -> str:
    """The address without what names a case."""
    return re.sub(r"MH[A-Z0-9-]+", "…", path)


class _Stays(urllib.request.HTTPRedirectHandler):
    """The answer to a form is what counts, not where it sends one."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
