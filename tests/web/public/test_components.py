"""The page of all parts, and the contrast of the colours."""

import pytest

from web.public.components import MODES, contrast, contrasts, tokens

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "全部部件和状态"), ("en", "All parts in all states")])
def test_every_part_stands_in_both_languages(client, language, words):
    client.cookies["language"] = language
    page = client.get("/components/").content.decode()
    assert words in page
    for state in ("done", "now", "wait", "hold", "stop", "off", "plan"):
        assert f"piece--{state}" in page


def test_contrast_is_that_of_wcag():
    assert contrast("#000", "#ffffff") == 21.0
    assert contrast("#777777", "#fff") == 4.4


def test_text_has_seven_to_one_in_every_mode():
    modes = contrasts()
    assert len(modes) == len(MODES)
    figures = [(name, figure) for _, lines in modes for name, _, _, *both in lines for figure in both if figure]
    assert min(figure for _, figure in figures) >= 7
    assert tokens('[data-contrast="dark"]')["ground"] == "#000"
