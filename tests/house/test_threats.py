"""The threat model names for each line the test that holds it: every one of them is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "threats").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_line_is_held_by_a_test_that_is_there(page: Path):
    rows = [row for row in page.read_text(encoding="utf-8").splitlines() if row.startswith("| ")][2:]
    assert rows
    for row in rows:
        held = re.findall(r"`(tests/[^`]+)`", row)
        assert held, row
        for named in held:
            file, *names = named.split("::")
            text = (ROOT / file).read_text(encoding="utf-8")
            for name in names:
                assert re.search(rf"(def|class) {name}\b", text), named


def test_the_list_has_every_page():
    listed = (ROOT / "docs" / "threats" / "README.md").read_text(encoding="utf-8")
    assert all(page.name in listed for page in PAGES)
