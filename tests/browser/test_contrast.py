"""The colours by calculation, from the style sheet itself: no page needs to be opened to know that text can be read."""

import re
from collections.abc import Iterator

import pytest

from config.env import ROOT

STYLE = ROOT / "static" / "css" / "style.css"
SCRIPTS = ROOT / "static" / "js"
MODES = {"usual": "", "white on black": '[data-contrast="dark"]', "black on white": '[data-contrast="light"]'}
GROUNDS = ("sheet", "ground", "sunk", "tint-brand", "tint-accent", "tint-error", "tint-success")
TEXTS = ("ink", "ink-2", "link", "link-hover", "brand", "error", "success", "warn")
ON = (("on-brand", "brand"), ("on-brand", "brand-deep"), ("on-accent", "accent"),
      ("on-state", "error"), ("on-state", "success"), ("on-state", "warn"))  # fmt: skip
READABLE, SEEN = 7.0, 3.0  # WCAG 1.4.6 (AAA) for text; 1.4.11 for what must merely be seen


def tokens(mode: str) -> dict[str, str]:
    """The colours in force in a mode: its own over the usual ones."""
    found: dict[str, str] = {}
    style = re.sub(r"/\*.*?\*/", "", STYLE.read_text(encoding="utf-8"), flags=re.S)
    for selector in (":root", MODES[mode]):
        for rule in re.findall(rf"^\s*{re.escape(selector)} {{(.*?)}}", style, re.S | re.M) if selector else ():
            found |= dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{3,6})\b", rule))
    return found


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_low(mode: str) -> Iterator[str]:
    """The pairs of text and ground that are hard to read."""
    colours = tokens(mode)
    for text, ground in [*((text, ground) for text in TEXTS for ground in GROUNDS), *ON]:
        found = contrast(colours[text], colours[ground])
        if found < READABLE:
            yield f"{text} {colours[text]} on {ground} {colours[ground]}: {found:.2f}"


def test_the_calculation_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
def test_text_can_be_read_on_every_ground(mode: str) -> None:
    assert not list(too_low(mode))


@pytest.mark.parametrize("mode", MODES)
def test_the_focus_ring_is_seen_on_every_ground(mode: str) -> None:
    """Of its two colours one stands out from whatever is below, and they stand out from each other."""
    colours = tokens(mode)
    ring = colours["focus-in"], colours["focus-out"]
    assert contrast(*ring) >= SEEN
    for ground in (*GROUNDS, "brand", "brand-deep", "accent", "error", "success", "warn"):
        assert max(contrast(one, colours[ground]) for one in ring) >= SEEN, ground


@pytest.mark.parametrize("mode", MODES)
def test_the_edges_of_controls_are_seen(mode: str) -> None:
    colours = tokens(mode)
    for ground in ("sheet", "ground"):
        assert contrast(colours["line"], colours[ground]) >= SEEN, ground


def test_what_a_page_loads_is_small() -> None:
    """On a slow line, and on an old telephone."""
    assert STYLE.stat().st_size <= 60 * 1024
    assert sum(path.stat().st_size for path in SCRIPTS.rglob("*.js")) <= 10 * 1024
