"""The pages of one case for administrators, which are reached by its reference and not by a link."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.probes import MIDDLE, NARROW, Judge, validate
from tests.browser.served import World
from tests.browser.test_errors_of_forms import FOCUSED, SEND_EMPTY
from tests.browser.test_every_page import tell

# One case of each state and outcome that the demonstration has.
ASK = "from casework.models import Case; print(*Case.objects.order_by('state', 'outcome').distinct('state', 'outcome').values_list('reference', flat=True))"


def references(world: World) -> list[str]:
    return world.manage("shell", "--no-imports", "-c", ASK).split()


@pytest.mark.parametrize("address", ["/work/chains/move/", "/work/reopen/"])
def test_a_case_is_shown_for_every_reader(
    address: str, world: World, judge_for: Callable[..., Judge], tmp_path: Path
) -> None:
    judge = judge_for("admin", world)
    sources = []
    found = references(world)
    assert len(found) >= 8
    for reference in found:
        path = f"{address}?reference={reference}"
        assert judge.open(path, path) == 200
        assert judge.tab.locator("dl.facts").count() == 1
        judge.axe(enhanced=False)
        for probe in ("head", "fields", "language"):
            judge.probe(probe)
        judge.walk()
        for width in (MIDDLE, NARROW):
            judge.at(width, "sideways")
        sources.append((path, judge.tab.evaluate("async () => (await fetch(location.href)).text()")))
    tell(judge.findings + validate(sources, tmp_path))


def test_a_reopening_sent_empty_says_what_to_do(world: World, judge_for: Callable[..., Judge], tmp_path: Path) -> None:
    judge = judge_for("admin", world)
    for reference in references(world):
        judge.open(f"/work/reopen/?reference={reference}", "reopen [sent empty]")
        if judge.tab.locator("input[type=file]").count():
            break
    else:
        pytest.fail("No closed case of the demonstration can be reopened.")
    with judge.tab.expect_navigation() as sent:
        judge.tab.evaluate(SEND_EMPTY)
    assert judge.tab.locator(".errors__list li").count() == 3
    assert judge.tab.evaluate(FOCUSED), "The summary of errors does not have the focus."
    judge.axe(enhanced=False)
    for probe in ("head", "fields"):
        judge.probe(probe)
    judge.at(NARROW, "sideways")
    tell(judge.findings + validate([(judge.label, sent.value.text())], tmp_path))
