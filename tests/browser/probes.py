"""The judges of a page: axe-core, html-validate, the probes of probes.js, the Tab key, and what the browser reported."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, ConsoleMessage
from playwright.sync_api import Page as Tab

from config import tools

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
WIDE, MIDDLE, NARROW = 1280, 768, 320
HEIGHT = 900
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
# 7 : 1 holds where it is asked, and 4.5 : 1 with it. Nothing is fetched beforehand: only the rule about the device's
# orientation reads style sheets, and `test_planted.py` reads ours.
RUN_AXE = """async ([only, enhanced]) => (await axe.run(document, {
    runOnly: only, resultTypes: ["violations"], preload: false, rules: {
        "color-contrast": {enabled: !enhanced}, "color-contrast-enhanced": {enabled: enhanced},
        "css-orientation-lock": {enabled: false},
    },
})).violations.flatMap((one) => one.nodes.map((node) => [
    `axe ${one.id}`, `${node.target.join(" ")}  ${node.html.replace(/\\s+/g, " ").slice(0, 140)}`,
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join(" ").slice(0, 160),
]))"""


class Finding(NamedTuple):
    """One thing that is wrong with one page."""

    page: str
    rule: str
    element: str
    why: str = ""


def equip(context: BrowserContext) -> None:
    """Give every page of the context the judges, before its own script: the page's policy forbids them later."""
    context.add_init_script(_axe() + "\n" + (HERE / "probes.js").read_text(encoding="utf-8"))


class Judge:
    """A tab with its judges; what it finds is named after the page and gathered in `findings`."""

    def __init__(self, tab: Tab, origin: str) -> None:
        self.tab, self.origin = tab, origin
        self.label = ""
        self.findings: list[Finding] = []
        tab.on("console", self._console)
        tab.on("pageerror", lambda error: self.add("console", "script", str(error)[:200]))
        tab.on("request", lambda request: self._requested(request.url))

    def add(self, rule: str, element: str, why: str = "") -> None:
        self.findings.append(Finding(self.label, rule, element, why))

    def open(self, path: str, label: str, width: int = WIDE) -> int:
        """Load a page; its status."""
        self.label = label
        if self.tab.viewport_size != {"width": width, "height": HEIGHT}:
            self.tab.set_viewport_size({"width": width, "height": HEIGHT})
        response = self.tab.goto(self.origin + path, wait_until="load")
        return response.status if response else 0

    def axe(self, only: list[str] = TAGS, *, enhanced: bool) -> None:
        """axe-core by tags or by rules; enhanced: text has 7 : 1 as well, which is AAA."""
        self._take(self.tab.evaluate(RUN_AXE, [only, enhanced]))

    def probe(self, name: str, *arguments: Any) -> None:
        """Run one of probes.js."""
        self._take(self.tab.evaluate("([name, given]) => probes[name](...given) ?? []", [name, list(arguments)]))

    def at(self, width: int, *names: str) -> None:
        """The probes at another width, then back."""
        before = self.tab.viewport_size
        self.tab.set_viewport_size({"width": width, "height": HEIGHT})
        for name in names:
            self.probe(name)
        if before:
            self.tab.set_viewport_size(before)

    def walk(self) -> None:
        """Tab through the page: every stop once, in the order of the document, each to be seen."""
        stops = self.tab.evaluate("() => probes.start()")
        visited: list[int] = []
        for _ in range(len(stops) + 8):
            self.tab.keyboard.press("Tab")
            here = self.tab.evaluate("() => probes.here()")
            if here["place"] == -2 or (here["place"] >= 0 and visited[:1] == [here["place"]] and len(visited) > 1):
                break
            self._take(here["found"])
            if here["place"] >= 0 and visited[-1:] != [here["place"]]:
                visited.append(here["place"])
        for place in sorted(set(range(len(stops))) - set(visited)):
            self.add("not-reached-by-tab", stops[place])
        for earlier, later in zip(visited, visited[1:], strict=False):
            if later < earlier:
                self.add("tab-order", stops[later], f"after {stops[earlier]}")

    def _take(self, found: list[list[str]]) -> None:
        for rule, element, why in found:
            self.add(rule, element, why)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        # The browser notes that a page itself was refused; whether it may be is judged by its status.
        is_the_page = message.text.startswith("Failed to load resource") and where == self.tab.url
        if message.type in ("error", "warning") and not is_the_page:
            self.add("console", where, message.text[:200])

    def _requested(self, url: str) -> None:
        if not url.startswith((self.origin, "data:", "blob:")):
            self.add("external-request", url)


def validate(pages: Iterable[tuple[str, str]], folder: Path) -> list[Finding]:
    """html-validate over (label, source) of pages, in one process."""
    labels = {}
    for number, (label, source) in enumerate(pages):
        path = folder / f"{number:04}.html"
        path.write_text(source, encoding="utf-8")
        labels[str(path)] = label
    if not labels:
        return []
    program = MODULES / "html-validate" / "bin" / "html-validate.mjs"
    options = ["--config", str(HERE / "htmlvalidate.mjs"), "--formatter", "json", *labels]
    told = folder / "told.json"
    with told.open("w") as file:  # no pipe: Node ends before a full one is read
        done = subprocess.run([tools.node(), program, *options], cwd=folder, stdout=file, check=False)
    assert done.returncode in (0, 1), "html-validate did not run; the lines above say why."
    found = []
    for one in json.loads(told.read_text(encoding="utf-8")):
        lines = Path(one["filePath"]).read_text(encoding="utf-8").split("\n")
        for message in one["messages"]:
            start = message["column"] - 1
            source = "".join(lines[message["line"] - 1 : message["line"]])[max(0, start - 40) : start + 80].strip()
            found.append(Finding(labels[one["filePath"]], f"html {message['ruleId']}", source, message["message"]))
    return found


def same_titles(titles: Iterable[tuple[str, str]]) -> list[Finding]:
    """WCAG 2.4.2 for those with many windows: two addresses (without their queries), two titles."""
    by_title: defaultdict[str, set[str]] = defaultdict(set)
    for path, title in titles:
        by_title[title].add(path.partition("?")[0])
    return [
        Finding(sorted(paths)[0], "same-title", title, " ".join(sorted(paths)))
        for title, paths in by_title.items()
        if len(paths) > 1
    ]


def report(findings: Iterable[Finding], most: int = 8) -> str:
    """The findings for a person: by rule, and each element once, as the same part stands on many pages."""
    by_rule: defaultdict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        by_rule[one.rule][one.element, one.why].append(one.page)
    lines = [f"{sum(map(len, by_rule.values()))} findings"]
    for rule, elements in sorted(by_rule.items()):
        for (element, why), pages in list(elements.items())[:most]:
            more = f", and {len(pages) - 1} more" if len(pages) > 1 else ""
            lines += [f"{rule}: {element}", *([f"    {why}"] if why else []), f"    on {pages[0]}{more}"]
        if len(elements) > most:
            lines.append(f"{rule}: {len(elements) - most} more elements")
    return "\n".join(lines)


@cache
def _axe() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
