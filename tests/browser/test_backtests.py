"""The back-test in a browser: it runs and shows its end without script, and its pages, which no walk reaches, are judged."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.browser.fixtures import OpenTab
from tests.browser.probes import NARROW, Judge, validate
from tests.browser.served import World
from tests.browser.test_every_page import COMPACT, tell
from tests.browser.visitor import Visitor

# One run that is under way, and one that is done, with a case of the demonstration as if it changed.
PLANT = """
from django.utils.timezone import now
from casework.backtest import Difference, Report
from casework.backtest_judging import Came
from casework.models import Backtest, BacktestChange, Case
done = Backtest.objects.latest("pk")
case = Case.objects.filter(measure="direct_admission", assessments__isnull=False).order_by("pk").first()
report = Report(looked_at=22, worked_out=22, erased=1, unreadable=1, drifted=1)
report.add(Difference(case.pk, case.reference, case.measure, case.town.code, False, Came("eligible", None, ()), Came("not_eligible", None, ())))
common = {"district": done.district, "base": done.base, "content": done.content, "requested_by": done.requested_by, "requested_at": now(), "beat_at": now()}
full = Backtest.objects.create(**common, proposal=done.proposal, state="done", total=22, done=22, result=report.as_json())
BacktestChange.objects.create(district=done.district, backtest=full, case=case, before_outcome="eligible", after_outcome="not_eligible")
running = Backtest.objects.create(**common, proposal=done.proposal, state="running", total=400, done=100)
print(full.pk, running.pk, case.shown_reference)
"""


def test_it_runs_and_says_so_without_script(own_world: World, open_tab: OpenTab) -> None:
    tab = open_tab("admin-2", own_world, javascript=False)
    tab.goto("/work/rules/")
    tab.locator("a[href^='/work/rules/proposals/']").first.click()
    tab.locator("form[action$='/backtest/'] button").click()
    assert re.search(r"/work/rules/backtests/\d+/$", tab.url)
    tab.get_by_text("没有一件会不一样").wait_for(timeout=60_000)  # the page has asked again by itself


def test_its_pages_are_judged(own_world: World, judge_for: Callable[..., Judge], tmp_path: Path) -> None:
    full, running, reference = own_world.manage("shell", "-v", "0", "-c", PLANT).split()
    judge = judge_for("admin", own_world)
    pages = [f"{full}/", f"{full}/cases/{reference}/", f"{running}/?still=1"]
    visitor, sources = Visitor(own_world.url, own_world.signed_in("admin")), []
    for page in pages:
        assert judge.open(f"/work/rules/backtests/{page}", page) == 200
        sources.append((page, visitor.get(f"/work/rules/backtests/{page}").text))
        judge.axe(enhanced=False)
        judge.probe("head")
        judge.probe("targets", COMPACT, True)
        judge.at(NARROW, "sideways", "clipped")
        judge.walk()
    tell(judge.findings + validate(sources, tmp_path))
