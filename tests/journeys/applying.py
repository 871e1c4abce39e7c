"""Somebody applies in a browser: the sections' own forms, filled in as they are served, by clicks and typing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page as Tab

from tests.journeys.hands import Hands
from tests.web.applicant.filling import MOST_PAGES, rows_shown, to_do, value_at, written
from tests.web.applicant.served import Control, Form, Served


def page_of(tab: Tab) -> Served:
    """The page that the tab shows, read as a form; checked for what it says is wrong."""
    tab.wait_for_load_state("domcontentloaded")  # a page that is still arriving has not all its questions
    found = Served(urlsplit(tab.url).path, 200, tab.content())
    assert not found.summary, f"{found.address}: {found.summary}"
    return found


def main(tab: Tab) -> str:
    """What the page says, with ordinary hyphens in the references."""
    tab.wait_for_load_state("domcontentloaded")
    return str(tab.locator("main").inner_text()).replace("\u2011", "-")


class Applicant:
    """Whoever sits at the tab: `paper` is the picture that they hand in wherever a paper is asked for."""

    def __init__(self, tab: Tab, hands: Hands, paper: Path) -> None:
        self.tab, self.hands, self.paper = tab, hands, paper

    def fills_in(self, facts: Mapping[str, Any]) -> None:
        """From the button that begins to the page that reads everything back."""
        self.hands.follow("main form.actions button:not([name])")
        tasks = urlsplit(self.tab.url).path
        self.hands.follow(f'main a[href="{tasks}about/"]')
        self.hands.write("input[name=telephone]", "021-0000-0000")
        self.hands.write("input[name=address]", "示例路 1 号")
        self.hands.select("select[name=town]", "梅陇镇")
        self.hands.follow("main .actions button")
        for _ in range(MOST_PAGES):
            page = page_of(self.tab)
            if page.address != tasks:
                self.fills(page, facts)
            elif f"{tasks}check/" in page.links:
                break
            else:
                self.hands.follow(f'main a[href="{to_do(page)}"]')
        self.hands.follow(f'main a[href="{tasks}check/"]')

    def sends(self) -> str:
        """What was read back is sent; the reference."""
        self.hands.follow("main form .actions button")
        assert urlsplit(self.tab.url).path.endswith("/sent/"), main(self.tab)
        return urlsplit(self.tab.url).path.split("/")[-3]

    def fills(self, page: Served, facts: Mapping[str, Any]) -> None:
        """A section as far as it is shown; a list gets its rows first, one press a row."""
        form = page.own_form()
        for name, one in form.controls.items():
            self._answers(name, one, facts)
        if row := self._another_row(form, facts):
            return self.hands.follow(f'main button[name=row][value="{row}"]')
        for name, one in form.controls.items():
            if one.kind == "file":
                self.hands.hand_in(f'main input[name="{name}"]', self.paper)
        return self.hands.follow("main button[name=go]")

    def _answers(self, name: str, one: Control, facts: Mapping[str, Any]) -> None:
        said = written(value_at(facts, name), one) if one.kind in ("text", "radio") else None
        if said is None or name.startswith("about-") or said == one.value:
            return
        if one.kind == "radio":
            self.hands.pick(f'main input[name="{name}"][value="{said}"]')
        else:
            self.hands.write(f'main [name="{name}"]', said)

    @staticmethod
    def _another_row(form: Form, facts: Mapping[str, Any]) -> str:
        """The button of a list that has fewer rows than there are to tell."""
        adds = [value for name, value in form.buttons if name == "row" and value.startswith("add:")]
        lists = ((value, value.removeprefix("add:")) for value in adds)
        return next(
            (value for value, table in lists if rows_shown(form, table) < len(value_at(facts, table) or ())), ""
        )
