"""How a person works the pages: with a mouse, or with the keyboard alone. Both do the same things by the same names."""

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Page as Tab
from playwright.sync_api import TimeoutError

MOST_STEPS = 120  # Tab presses to reach anything on a page


class Hands(Protocol):
    def follow(self, selector: str) -> None:
        """Activate a link or a button."""

    def write(self, selector: str, text: str) -> None: ...

    def pick(self, selector: str) -> None:
        """Choose a radio button."""

    def select(self, selector: str, value: str) -> None: ...

    def hand_in(self, selector: str, file: Path) -> None: ...


class Mouse:
    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    def follow(self, selector: str) -> None:
        self.tab.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        self.tab.locator(selector).fill(text)

    def pick(self, selector: str) -> None:
        name = self.tab.locator(selector).get_attribute("id")
        self.tab.locator(f'label[for="{name}"]').click()

    def select(self, selector: str, value: str) -> None:
        self.tab.locator(selector).select_option(label=value)

    def hand_in(self, selector: str, file: Path) -> None:
        self.tab.locator(selector).set_input_files(str(file))


class Keyboard:
    """Only keys: Tab to get there, and what a screen reader's user presses. Everything must be reachable and usable."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    def reach(self, selector: str) -> None:
        """Tab until the focus stands on it; a focus that can't be seen or that is trapped fails."""
        for _ in range(MOST_STEPS):
            self.tab.keyboard.press("Tab")
            here = self.tab.evaluate("s => document.activeElement.matches(s)", selector)
            if here:
                assert self.tab.evaluate(
                    "() => { const s = getComputedStyle(document.activeElement);"
                    " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
                ), f"the focus on {selector} can't be seen"
                return
        raise AssertionError(f"{selector} can't be reached with the Tab key on {self.tab.url}")

    def follow(self, selector: str) -> None:
        self.reach(selector)
        before = self.tab.url
        with self.tab.expect_navigation():
            self.tab.keyboard.press("Enter")
        assert self.tab.url or before

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.type(text)

    def pick(self, selector: str) -> None:
        self.reach(f'{selector}, input[type="radio"][name="{self._group(selector)}"]')
        for _ in range(12):
            self.tab.keyboard.press("Space")
            if self.tab.locator(selector).is_checked():
                return
            self.tab.keyboard.press("ArrowDown")
            if self.tab.locator(selector).is_checked():
                return
        raise AssertionError(f"{selector} can't be chosen with the keyboard")

    def select(self, selector: str, value: str) -> None:
        self.reach(selector)
        for _ in range(60):
            if self.tab.locator(selector).evaluate("s => s.selectedOptions[0].label") == value:
                return
            self.tab.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} can't be chosen with the keyboard")

    def hand_in(self, selector: str, file: Path) -> None:
        """Press again where nothing opened: a headless browser now and then drops the first press, as a loaded desk does."""
        self.reach(selector)
        for last in (False, False, True):
            try:
                with self.tab.expect_file_chooser(timeout=8_000) as chooser:
                    self.tab.keyboard.press("Space")
                chooser.value.set_files(str(file))
                return
            except TimeoutError:
                if last:
                    raise

    def _group(self, selector: str) -> str:
        return self.tab.locator(selector).get_attribute("name") or ""
