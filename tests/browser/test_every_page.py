"""Every page that each role can reach, judged as it loads; and one of each kind in every mode."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.browser.pages import GROUPS, ROLES, SAME_PATTERN, Page
from tests.browser.probes import MIDDLE, NARROW, Finding, Judge, report, same_titles, validate
from tests.browser.served import World
from web.middleware import COOKIE, Settings

# The public pages look the same to everybody but for the masthead: the browser opens them for these, and the other
# roles' walks judge their source and their status.
SEES_PUBLIC_PAGES = {"anonymous", "applicant-5", "fed-review-1"}
SEVERAL = {"case": 4, "tracking": 3, "draft_section": 2}  # kinds of page that differ much from one to the next
AIRY, COMPACT = 44, 24  # pixels of the smallest target
PagesOf = Callable[[str], list[Page]]
JudgeFor = Callable[..., Judge]


def with_group(names: Iterable[tuple[str, str]]) -> list[object]:
    """Each parameter with its group, so that `--dist loadgroup` has a role walked by one worker only."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(group)) for name, group in names]


@pytest.mark.parametrize("role", with_group(ROLES))
def test_every_page(role: str, world: World, pages_of: PagesOf, judge_for: JudgeFor, tmp_path: Path) -> None:
    """No dead end, valid HTML, no axe violation, no sideways scrolling, titles that tell pages apart, a quiet console."""
    pages = pages_of(role)
    html = [page for page in pages if page.is_html]
    judge = judge_for(role, world)
    judge.findings += dead_ends(pages)
    judge.findings += validate([(label(page), page.answer.text) for page in html], tmp_path)
    judge.findings += same_titles((page.path, title_of(page)) for page in html if page.answer.status == 200)
    for page in html:
        if page.audience == "public" and role not in SEES_PUBLIC_PAGES:
            continue
        status = judge.open(page.path, label(page))
        if status != page.answer.status:
            judge.add("status", page.path, f"{page.answer.status}, then {status}")
        judge.axe(enhanced=is_airy(page))
        judge.probe("head")
        judge.at(NARROW, "sideways")
    tell(judge.findings)


@pytest.mark.parametrize("group", with_group((group, group) for group in GROUPS))
def test_one_of_each_kind(group: str, world: World, pages_of: PagesOf, judge_for: JudgeFor, tmp_path: Path) -> None:
    """English, three widths, both contrast modes, large and widely set text, target sizes, the Tab key, errors tied."""
    judges: dict[str, Judge] = {}
    sources = []
    for page in one_of_each(group, pages_of):
        judge = judges.setdefault(page.role, judge_for(page.role, world))
        sources.append(in_every_mode(judge, page, world.url))
    findings = [one for judge in judges.values() for one in judge.findings]
    tell(findings + validate(sources, tmp_path))


def in_every_mode(judge: Judge, page: Page, origin: str) -> tuple[str, str]:
    """Load the page in each mode and judge it; the label and the source of the English one."""
    context = judge.tab.context

    def look(mode: str, *, language: str = "zh-hans", **settings: str) -> None:
        cookies = {COOKIE: Settings(**settings).written(), "language": language}
        context.add_cookies([{"name": name, "value": value, "url": origin} for name, value in cookies.items()])
        judge.open(page.path, f"{label(page)} [{mode}]")

    look("usual")
    judge.probe("targets", AIRY if is_airy(page) else COMPACT, not is_airy(page))
    judge.probe("fields")
    judge.probe("language")
    judge.at(MIDDLE, "sideways")
    judge.walk()
    judge.probe("spaceOut")
    judge.label = f"{label(page)} [spaced out]"
    judge.probe("clipped")
    judge.at(NARROW, "sideways", "clipped")
    for contrast in ("dark", "light"):
        look(contrast, contrast=contrast)
        judge.axe(enhanced=True)
    look("text 200 %", text="200")
    judge.probe("sideways")
    judge.probe("clipped")
    judge.at(NARROW, "sideways", "clipped")
    look("English", language="en")
    judge.axe(enhanced=is_airy(page))
    judge.probe("head")
    judge.probe("language")
    judge.at(NARROW, "sideways")
    return judge.label, judge.tab.evaluate("async () => (await fetch(location.href)).text()")


def one_of_each(group: str, pages_of: PagesOf) -> list[Page]:
    """The first page of each kind among the group's roles; public pages are the public group's."""
    found: dict[str, list[Page]] = {}
    for role in GROUPS[group]:
        for page in pages_of(role):
            if page.is_html and page.answer.status == 200 and (page.audience == "public") == (group == "public"):
                same = found.setdefault(page.name, [])
                if len(same) < min(SEVERAL.get(page.name, 1), SAME_PATTERN + 1):
                    same.append(page)
    return [page for same in found.values() for page in same]


def dead_ends(pages: Iterable[Page]) -> list[Finding]:
    """A page that fails; a link of ours that leads to no page, or to one that the role may not see."""
    return [
        Finding(label(page), f"status {page.answer.status}", page.path, f"linked from {page.linked_from or 'nowhere'}")
        for page in pages
        if page.answer.status >= 500 or (page.answer.status >= 400 and page.linked_from)
    ]


def is_airy(page: Page) -> bool:
    """What the public and applicants see; the workbench is denser."""
    return 'data-density="compact"' not in page.answer.text[:1000]


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
