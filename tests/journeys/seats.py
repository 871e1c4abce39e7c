"""One tab at which people take turns, each with a session of their own: a browser opens once for a whole module."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from tests.browser.probes import HEIGHT, WIDE
from tests.browser.served import World
from tests.browser.visitor import ANONYMOUS


class Seat:
    """`sits(who)`: the tab, signed in as an officer or an applicant of the district, or as somebody who sat here before."""

    def __init__(self, tab: Tab, world: World) -> None:
        self.tab, self.world, self.who = tab, world, ""
        self._kept: dict[str, list[dict[str, str]]] = {}

    def sits(self, who: str) -> Tab:
        """Whoever sat here takes their session along, also one that only began here."""
        if who != self.who:
            context = self.tab.context
            if self.who:
                self._kept[self.who] = context.cookies()  # type: ignore[assignment]
            context.clear_cookies()
            known = who in self._kept or who.startswith(ANONYMOUS)
            context.add_cookies(self._kept.get(who, []) if known else self.world.signed_in(who))  # type: ignore[arg-type]
            self.who = who
        return self.tab


@contextmanager
def seat(browser: Browser, world: World) -> Iterator[Seat]:
    """A tab of its own, without the judges of pages: those walk every page elsewhere."""
    view = {"width": WIDE, "height": HEIGHT}
    context = browser.new_context(base_url=world.url, viewport=view, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
    yield Seat(context.new_page(), world)
    context.close()
