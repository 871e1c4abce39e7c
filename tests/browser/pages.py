"""The walk: every page that a role can reach by links, forms without input, and addresses without arguments."""

import fcntl
import hashlib
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse

from tests.browser.visitor import ANONYMOUS, Answer, Visitor

SAME_PATTERN = 4  # pages of one pattern, such as four case pages; more of them would show nothing new
VARIANTS = 4  # addresses of one pattern with a query, such as the four views of the inbox
LEFT_ALONE = {"signout", "extend", "language"}  # they change something, or have no page

GROUPS: dict[str, tuple[str, ...]] = {
    "public": (ANONYMOUS,),
    "applicants": ("applicant-5", "applicant-7", "applicant-17", "applicant-18", "applicant-1", "applicant-3", "applicant-9", "applicant-16"),
    "federation": ("fed-review-1", "fed-intake-1", "fed-head", "fed-approve-1"),
    "administrators": ("admin", "admin-2"),
    "departments": (
        "civil-1", "civil-2", "civil-3", "hrss-1", "gov-1", "gov-2", "town-meilong", "town-pujiang", "finance-1", "finance-approve",
        "qibao-intake",
    ),
    "supervision": ("supervisor", "auditor"),
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One address as one role sees it."""

    role: str
    path: str
    name: str
    audience: str
    answer: Answer
    linked_from: str

    @property
    def is_html(self) -> bool:
        return bool(self.answer.text)

    @property
    def is_airy(self) -> bool:
        """What the public and applicants see; the workbench is denser."""
        return 'data-density="compact"' not in self.answer.text[:1000]

    @property
    def parts(self) -> frozenset[str]:
        """What it is made of, whatever its words and however often: elements with their classes and which attributes,
        and each heading with the one before it."""
        tags = re.findall(r"<[a-z][^>]*>", self.answer.text)
        headings = re.findall(r"<(h[1-6])\b", self.answer.text)
        return frozenset(
            [re.sub(r'(\b(?!class|type|role)[a-z-]+)="[^"]*"', r"\1", tag) for tag in tags]
            + [f"{one} after {before}" for before, one in zip(["", *headings], headings, strict=False)]
        )


def crawl(visitor: Visitor, role: str) -> list[Page]:
    """Breadth first; each address once, a redirect under the address where it lands."""
    found: dict[str, Page] = {}
    queue = deque((path, "") for path in _starts())
    asked, patterns, variants = set(), Counter[str](), Counter[str]()
    while queue:
        path, linked_from = queue.popleft()
        name, audience = _named(path)
        is_variant = "?" in path
        counter, most = (variants, VARIANTS) if is_variant else (patterns, SAME_PATTERN)
        if audience == "public" and role != ANONYMOUS:
            most = 1  # the public group walks them all; the others need not read every guide again
        kind, most = (f"{name} {verb}", 1) if (verb := _verb(path)) else (name, most)
        if path in asked or name in LEFT_ALONE or (name and counter[kind] >= most):
            continue
        asked.add(path)
        counter[kind] += 1
        answer = visitor.get(path)
        if answer.path != path:
            asked.add(answer.path)
            name, audience = _named(answer.path)
        if answer.path not in found:
            found[answer.path] = Page(role, answer.path, name, audience, answer, linked_from)
            queue.extend((link, answer.path) for link in links(answer))
    return list(found.values())


class Judged:
    """What the workers of this run have judged already, in a file that they share."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def new(self, pages: Iterable[Page], how: str = "as it loads") -> list[Page]:
        """The pages with a part that nobody has judged so on a page of that address; to be judged now, by who asked.

        Of the public pages, those signed in are shown one of each kind: the public group walks them all.
        """
        with self._file.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = set(file.read().split())
            found = []
            for page in pages:
                kind = f"{how} {page.name} {page.is_airy}"
                if page.audience == "public" and page.role != ANONYMOUS:
                    parts = {_digest(f"{kind}, signed in")}
                else:
                    parts = {_digest(f"{kind} {part}") for part in page.parts}
                if not parts <= known:
                    found.append(page)
                    file.write("\n".join(parts - known) + "\n")
                    known |= parts
        return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def links(answer: Answer) -> Iterator[str]:
    """Where a page leads on this site, without fragments and static files."""
    if answer.kind != "text/html":
        return
    reader = _Links()
    reader.feed(answer.text)
    for link in reader.links:
        where = urlsplit(urljoin("http://here" + answer.path, link))
        if (where.scheme, where.netloc) == ("http", "here") and not where.path.startswith("/static/"):
            yield where._replace(scheme="", netloc="", fragment="").geturl()


class _Links(HTMLParser):
    """Links, and GET forms sent as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self._form: str | None = None
        self._fields: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif "data-to" in given:  # where a button leads once it has saved the page
            self.links.append(given["data-to"])
        elif tag == "form":
            self._form = given.get("action", "") if given.get("method", "get").lower() == "get" else None
            self._fields = []
        elif tag == "input" and self._form is not None and given.get("name"):
            self._fields.append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.links.append(self._form.partition("?")[0] + "?" + urlencode(self._fields))
            self._form = None


def _starts() -> list[str]:
    """Every address without arguments, whoever asks; each role begins at all of them."""
    every = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]  # the API has no pages
    patterns = [one for one in every if one.name and not one.pattern.converters]
    return [reverse(one.name) for one in patterns if one.name not in LEFT_ALONE]


def _verb(path: str) -> str:
    """What is done on the page of an act: acts share one pattern, and each has a form of its own."""
    try:
        return str(resolve(urlsplit(path).path).kwargs.get("verb", ""))
    except Resolver404:
        return ""


def _named(path: str) -> tuple[str, str]:
    """The name of an address and for whom its page is; nothing for an address that leads nowhere."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return "", ""
    return match.url_name or "", getattr(match.func, "audience", "")
