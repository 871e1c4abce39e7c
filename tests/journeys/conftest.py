"""The browser's fixtures, for whole stories."""

from tests.browser.fixtures import browser, open_tab, own_world, shared_folder

__all__ = ["browser", "open_tab", "own_world", "shared_folder"]
