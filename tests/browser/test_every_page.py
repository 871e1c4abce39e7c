"""Every page that each role can reach, judged as it loads; and one of each kind in every mode."""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.browser.pages import GROUPS, Judged, Page
from tests.browser.probes import CONTRAST, MIDDLE, NARROW, Finding, Judge, report, same_titles, validate
from tests.browser.served import World
from web.middleware import COOKIE, Settings

SEVERAL = {"case": 4, "tracking": 3, "draft_section": 2}  # kinds of page that differ much from one to the next
AIRY, COMPACT = 44, 24  # pixels of the smallest target
PagesOf = Callable[[str], list[Page]]
JudgeFor = Callable[..., Judge]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each role of the class's group."""
    if "role" in metafunc.fixturenames:
        metafunc.parametrize("role", GROUPS[metafunc.cls.group])


class Walk:
    """The tests of a group of roles: a class for each, so that `--dist loadscope` has one worker walk them all."""

    group = ""

    def test_every_page(
        self, role: str, world: World, pages_of: PagesOf, judge_for: JudgeFor, judged: Judged, tmp_path: Path
    ) -> None:
        """No dead end, titles that tell pages apart; of what is new valid HTML, axe content, narrow, quiet console."""
        pages = [page for page in pages_of(role) if page.is_html]
        judge = judge_for(role, world)
        judge.findings += dead_ends(pages_of(role))
        judge.findings += same_titles((page.path, title_of(page)) for page in pages if page.answer.status == 200)
        new = judged.new(pages)
        judge.findings += validate([(label(page), page.answer.text) for page in new], tmp_path)
        for page in new:
            status = judge.open(page.path, label(page))
            if status != page.answer.status:
                judge.add("status", page.path, f"{page.answer.status}, then {status}")
            judge.axe(enhanced=page.is_airy)
            judge.probe("head")
            judge.at(NARROW, "sideways")
        tell(judge.findings)

    def test_one_of_each_kind(
        self, world: World, pages_of: PagesOf, judge_for: JudgeFor, judged: Judged, tmp_path: Path
    ) -> None:
        """English, three widths, both contrast modes, large and widely set text, target sizes, the Tab key, errors."""
        judges: dict[str, Judge] = {}
        sources = []
        for page in judged.new(one_of_each(self.group, pages_of), "in every mode"):
            if page.role not in judges:
                judges[page.role] = judge_for(page.role, world)
            sources.append(in_every_mode(judges[page.role], page, world.url))
        findings = [one for judge in judges.values() for one in judge.findings]
        tell(findings + validate(sources, tmp_path))


class TestPublic(Walk):
    group = "public"


class TestApplicants(Walk):
    group = "applicants"


class TestFederation(Walk):
    group = "federation"


class TestDepartments(Walk):
    group = "departments"


class TestAdministrators(Walk):
    group = "administrators"


class TestSupervision(Walk):
    group = "supervision"


def in_every_mode(judge: Judge, page: Page, origin: str) -> tuple[str, str]:
    """Load the page twice and judge it in each mode; the label and the source of the English one."""
    judge.open(page.path, label(page))
    judge.probe("targets", AIRY if page.is_airy else COMPACT, not page.is_airy)
    judge.probe("fields")
    judge.probe("language")
    judge.at(MIDDLE, "sideways")
    judge.walk()
    with mode(judge, "text 200 %", "text", "200"):
        judge.probe("sideways")
        judge.probe("clipped")
        judge.at(NARROW, "sideways", "clipped")
    with mode(judge, "black on white", "contrast", "light"):
        judge.axe(CONTRAST, enhanced=True)
    judge.label = f"{label(page)} [spaced out]"
    judge.probe("spaceOut", True)
    judge.probe("clipped")
    judge.at(NARROW, "sideways", "clipped")
    # The second load has its settings by cookies, as people have them.
    cookies = {COOKIE: Settings(contrast="dark").written(), "language": "en"}
    judge.tab.context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
    judge.open(page.path, f"{label(page)} [English, white on black]")
    judge.axe(enhanced=True)
    judge.probe("head")
    judge.probe("language")
    judge.at(NARROW, "sideways")
    source = judge.tab.evaluate("async () => (await fetch(location.href)).text()")
    for name in cookies:
        judge.tab.context.clear_cookies(name=name)
    return judge.label, source


@contextlib.contextmanager
def mode(judge: Judge, words: str, name: str, value: str) -> Iterator[None]:
    """A display setting, for a while."""
    before, judge.label = judge.label, f"{judge.label} [{words}]"
    judge.probe("set", name, value)
    yield
    judge.probe("set", name, "")
    judge.label = before


def one_of_each(group: str, pages_of: PagesOf) -> list[Page]:
    """The first page of each kind among the group's roles; public pages are the public group's."""
    found: dict[str, list[Page]] = {}
    for role in GROUPS[group]:
        for page in pages_of(role):
            if page.is_html and page.answer.status == 200 and (page.audience == "public") == (group == "public"):
                same = found.setdefault(page.name, [])
                if len(same) < SEVERAL.get(page.name, 1) and page.parts not in {one.parts for one in same}:
                    same.append(page)
    return [page for same in found.values() for page in same]


def dead_ends(pages: Iterable[Page]) -> list[Finding]:
    """A page that fails, and a link of ours that leads to none. 403 and 410 are answers, and say what to do now."""
    return [
        Finding(label(page), f"status {page.answer.status}", page.path, f"linked from {page.linked_from or 'nowhere'}")
        for page in pages
        if page.answer.status >= 500
        or (page.answer.status >= 400 and page.answer.status not in (403, 410) and page.linked_from)
    ]


def title_of(page: Page) -> str:
    found = re.search(r"<title>(.*?)</title>", page.answer.text, re.S)
    return found[1].strip() if found else ""


def label(page: Page) -> str:
    return f"{page.role} {page.name} {page.path}"


def tell(findings: Iterable[Finding]) -> None:
    """Fail with all of them at once, and no traceback."""
    findings = list(findings)
    if findings:
        pytest.fail(report(findings), pytrace=False)
