"""The README's paths exist, its commands exist, and the glossary has every key."""

import re
from pathlib import Path

from django.core.management import get_commands

from casework import wording
from policy import measures

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_path_of_the_readme_exists():
    found = re.findall(
        r"`((?:config|flows|casework|policy|accounts|docs|demo|web|templates|ledger)/[\w/.<>]*)`", README
    )
    assert len(found) > 12
    for path in found:
        fixed = path.split("<")[0]
        assert (ROOT / fixed).exists(), path


def test_no_page_has_the_marks_of_a_merge():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    marked = [page.name for page in pages if re.search(r"^(<{7}|>{7}) ", page.read_text(encoding="utf-8"), re.M)]
    assert marked == []


def test_every_picture_of_the_readme_exists():
    pictures = re.findall(r"\]\((docs/[^)]+)\)", README)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file(), picture


def test_every_command_of_the_readme_exists():
    assert set(re.findall(r"manage\.py ([a-z_]+)", README)) <= set(get_commands())


def test_every_command_of_ours_is_in_the_readme():
    ours = {name for name, app in get_commands().items() if (ROOT / app.split(".")[0] / "management").is_dir()}
    assert {name for name in ours if f"`manage.py {name}" not in README and f"`{name} " not in README} == set()


def test_the_glossary_has_every_key():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    keys = {
        *wording.STATES, *wording.OUTCOMES, *wording.EVENTS, *wording.ROLES, *wording.STEP_KINDS, *(one.code for one in measures()),
    } - {""}  # fmt: skip
    assert {key for key in keys if f"`{key}`" not in glossary} == set()
