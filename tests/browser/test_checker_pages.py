"""The checker's pages that only a form leads to: each kind of question, an error, and what came out, in every mode."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.probes import CONTRAST, MIDDLE, NARROW, Judge, validate
from tests.browser.served import World
from tests.browser.test_every_page import AIRY, mode, tell
from web.middleware import COOKIE, Settings

FIRST = 'main input[type="radio"]'
# Answers by the last part of a question's key; other choices take the first option, other fields "1".
ANSWERS = {
    "birth_date": "1990-1-1", "certified_on": "2025-6-1", "admitted_on": "2025-9-1", "awarded_on": "2025-6-1",
    "opened_on": "2025-1-1", "tuition_paid": "9000", "hrss_subsidy": "500", "paid": "2000", "city_prize": "800",
}  # fmt: skip
WAYS = {"everything": ("zh-hans", ""), "everything_unit": ("en", "dark")}  # event: language and contrast


def answer(judge: Judge, *, badly: bool = False) -> None:
    """Fill in the question that stands there and press Next."""
    tab = judge.tab
    key = tab.locator("main input[name=asked]").input_value() if tab.locator("main input[name=asked]").count() else ""
    if tab.locator(FIRST).count():
        if not badly:
            tab.locator(FIRST).first.check(force=True)
    else:
        field = tab.locator('main input[type="text"]')
        field.fill("不知道" if badly else ANSWERS.get(key.rpartition("-")[2], "1"))
    with tab.expect_navigation():
        tab.locator("main .actions button").first.click()


def everything(judge: Judge) -> tuple[str, str]:
    """The page that stands there, in every mode; its label and its source."""
    judge.axe(enhanced=True)
    judge.probe("targets", AIRY, False)
    for probe in ("head", "fields", "language"):
        judge.probe(probe)
    for width in (MIDDLE, NARROW):
        judge.at(width, "sideways")
    judge.walk()
    with mode(judge, "text 200 %", "text", "200"):
        judge.probe("sideways")
        judge.probe("clipped")
        judge.at(NARROW, "sideways", "clipped")
    with mode(judge, "black on white", "contrast", "light"):
        judge.axe(CONTRAST, enhanced=True)
    return judge.label, judge.tab.evaluate("() => '<!DOCTYPE html>' + document.documentElement.outerHTML")


@pytest.mark.parametrize("event", WAYS)
def test_every_kind_of_page(event: str, world: World, judge_for: Callable[..., Judge], tmp_path: Path) -> None:
    language, contrast = WAYS[event]
    judge = judge_for("anonymous", world)
    settings = {"language": language, **({COOKIE: Settings(contrast=contrast).written()} if contrast else {})}
    judge.tab.context.add_cookies([{"name": one, "value": value, "url": world.url} for one, value in settings.items()])
    judge.open("/check/", f"{event} [first]")
    judge.tab.locator(f'input[value="{event}"]').check(force=True)
    sources = []
    with judge.tab.expect_navigation():
        judge.tab.locator("main .actions button").first.click()
    kinds = set[str]()
    while judge.tab.locator("main input[name=asked]").count():
        kind = "choice" if judge.tab.locator(FIRST).count() else "typed"
        if kind not in kinds:
            kinds.add(kind)
            judge.label = f"{event} [{kind}]"
            everything(judge)
            answer(judge, badly=True)
            judge.label = f"{event} [{kind}, wrong]"
            assert judge.tab.evaluate("() => document.activeElement.matches('.errors')")
            everything(judge)
        with judge.tab.expect_response(lambda one: one.request.method == "POST") as sent:
            answer(judge)
        sources.append((f"{event} {len(sources)}", sent.value.text()))
    judge.label = f"{event} [result]"
    everything(judge)
    assert kinds == {"choice", "typed"}
    tell(judge.findings + validate(sources, tmp_path))


def test_what_came_out_is_printed_whole(world: World, judge_for: Callable[..., Judge]) -> None:
    judge = judge_for("anonymous", world)
    judge.open("/check/direct_admission/", "print")
    while judge.tab.locator("main input[name=asked]").count():
        answer(judge)
    judge.tab.emulate_media(media="print")
    assert judge.tab.locator("article.clause").is_visible()
    assert judge.tab.locator("#said-h").is_visible()
    assert not judge.tab.locator(".mainnav").is_visible()
    assert not judge.tab.locator("main .linklike").first.is_visible()
