"""What each picture of README and handbook shows is still there: the way to its page, and its landmark with its words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Tab

from docs.pictures import PICTURES, Picture, path_of
from tests.browser.pages import links
from tests.browser.served import World
from tests.browser.visitor import Visitor

OpenTab = Callable[..., Tab]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_what_a_picture_shows_is_still_there(picture: Picture, world: World, open_tab: OpenTab) -> None:
    """Without a new picture: where this fails, its page has changed. `python -m docs.take_pictures` takes it again."""
    visitor = Visitor(world.url, world.signed_in(picture.who))
    path = path_of(picture, lambda one: links(visitor.get(one)))
    tab = open_tab(picture.who, world)
    answer = tab.goto(path)
    assert answer is not None
    assert answer.status == 200
    text = tab.locator(picture.landmark).first.inner_text()
    assert [words for words in picture.words if words not in text] == []
    if picture.part:
        assert tab.locator(picture.part).is_visible()
