"""The browser's fixtures, for the tests beside."""

from tests.browser.fixtures import browser, judge_for, judged, open_tab, own_world, pages_of, shared_folder, world

__all__ = ["browser", "judge_for", "judged", "open_tab", "own_world", "pages_of", "shared_folder", "world"]
