"""The gate catches what it is there to catch: a page of planted defects, and each of them found by its judge."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.env import ROOT
from tests.browser.pages import Judged, Page
from tests.browser.probes import HERE, NARROW, WIDE, Finding, Judge, equip, report, same_titles, validate
from tests.browser.test_every_page import AIRY, COMPACT, dead_ends
from tests.browser.visitor import Answer

PLANTED = HERE / "planted.html"


@pytest.fixture(scope="module")
def findings(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Finding]]:
    """Everything that is found on the planted page."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    equip(context)
    judge = Judge(context.new_page(), "file://")
    judge.open(str(PLANTED), "planted")
    judge.axe(enhanced=True)
    judge.axe(["color-contrast"], enhanced=False)
    for probe in ("head", "fields", "language", "clipped"):
        judge.probe(probe)
    judge.probe("targets", AIRY, False)
    judge.at(NARROW, "sideways")
    judge.walk()
    found = validate([("planted", PLANTED.read_text(encoding="utf-8"))], tmp_path_factory.mktemp("planted"))
    yield judge.findings + found
    context.close()


@pytest.mark.parametrize(
    ("rule", "element"),
    [
        ("axe label", "nameless"),
        ("axe image-alt", "img"),
        ("axe color-contrast", "faint"),
        ("axe color-contrast-enhanced", "fainter"),
        ("axe html-lang-valid", "html"),
        ("axe valid-lang", "englisch"),
        ("axe heading-order", "h4"),
        ("axe document-title", "html"),
        ("axe list", "ul"),
        ("axe tabindex", "late"),
        ("axe target-size", "tiny"),
        ("html no-dup-id", "double"),
        ("html wcag/h37", "elsewhere.png"),
        ("html input-missing-label", "nameless"),
        ("html element-permitted-content", "div"),
        ("no-title", "title"),
        ("one-h1", "h1"),
        ("page-language", "html"),
        ("language-of-parts", "em"),
        ("error-not-tied", "untied"),
        ("field-without-error", "alone"),
        ("summary-leads-nowhere", "nowhere"),
        ("sideways", "wide"),
        ("sideways", "escapes"),
        ("clipped", "cut"),
        ("target-size", "small"),
        ("focus-not-visible", "unseen"),
        ("focus-obscured", "under"),
        ("tab-order", "unseen"),
        ("not-reached-by-tab", "late"),
        ("not-reached-by-tab", "after-the-trap"),
        ("console", ""),
        ("external-request", "elsewhere.png"),
    ],
)
def test_a_planted_defect_is_found(findings: list[Finding], rule: str, element: str) -> None:
    same = [one for one in findings if one.rule == rule]
    assert any(element in one.element for one in same), report(same or findings, most=100)


def test_spacing_excuses_a_small_target_that_stands_apart(judge: Callable[[str], Judge]) -> None:
    apart = '<button style="width:16px;height:16px;padding:0;border:0">a</button>'
    alone = judge(f"<p style='margin:30px'>{apart}</p>")
    alone.probe("targets", COMPACT, True)
    beside = judge(f"<p style='margin:30px'>{apart}{apart}</p>")
    beside.probe("targets", COMPACT, True)
    assert not alone.findings
    assert len(beside.findings) == 2


def test_a_link_in_a_sentence_may_be_small_and_one_in_a_list_may_not(judge: Callable[[str], Judge]) -> None:
    page = judge("<p>As <a href='#a'>this</a> says.</p><ul><li><a id='alone' href='#b'>That</a></li></ul>")
    page.probe("targets", AIRY, False)
    assert [one.element.split()[0] for one in page.findings] == ["#alone"]


def test_a_sound_page_has_no_findings(judge: Callable[[str], Judge]) -> None:
    page = judge("<main><h1>一切都好</h1><p><label for='a'>姓名</label> <input id='a'></p><button>好</button></main>")
    page.axe(enhanced=True)
    for probe in ("head", "fields", "language", "clipped", "sideways"):
        page.probe(probe)
    page.walk()
    assert not page.findings


def test_dead_ends_and_same_titles() -> None:
    def page(path: str, status: int, linked_from: str) -> Page:
        return Page("anonymous", path, "", "public", Answer(path, status, "text/html", ""), linked_from)

    found = dead_ends([page("/a/", 500, ""), page("/b/", 404, "/"), page("/c/", 404, ""), page("/d/", 200, "/")])
    assert [one.element for one in found] == ["/a/", "/b/"]
    assert len(same_titles([("/a/", "Same"), ("/b/", "Same"), ("/c/", "Other"), ("/c/?x", "Other")])) == 1


def test_a_page_is_new_where_an_element_or_the_order_of_headings_is(tmp_path: Path) -> None:
    def page(name: str, text: str) -> Page:
        return Page("civil-1", f"/{name}/", name, "officers", Answer("", 200, "text/html", text), "")

    judged, other_worker = Judged(tmp_path / "judged"), Judged(tmp_path / "judged")
    first, longer = page("a", "<h1>一</h1><h2>二</h2><p>三</p>"), page("a", "<h1>四</h1><h2>五</h2><p>六</p><p>七</p>")
    assert judged.new([first, longer]) == [first]
    assert other_worker.new([longer, page("b", "<h1>一</h1>")]) == [page("b", "<h1>一</h1>")]
    for different in ("<p class='late'>三</p>", "<p hidden>三</p>", "<h2>一</h2>"):
        assert len(judged.new([page("a", different)])) == 1


def test_no_style_sheet_asks_how_the_device_is_held() -> None:
    sheets = list((ROOT / "static" / "css").glob("*.css"))
    assert sheets
    assert not [path.name for path in sheets if re.search(r"orientation\s*:", path.read_text(encoding="utf-8"))]


@pytest.fixture
def judge(browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], Judge]]:
    """Judge a page made of these elements."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, reduced_motion="reduce")
    equip(context)

    def opened(body: str) -> Judge:
        path = tmp_path / "page.html"
        path.write_text(f'<!DOCTYPE html><html lang="zh-Hans"><title>页</title>{body}</html>', encoding="utf-8")
        judge = Judge(context.new_page(), "file://")
        judge.open(str(path), "page")
        return judge

    yield opened
    context.close()
