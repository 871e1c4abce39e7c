"""The handbook says what the pages say: its bold words stand in them, its pictures, links and tests are there."""

import re
from functools import cache
from pathlib import Path

import pytest

from docs.pictures import FOLDER, MOST_BYTES, PICTURES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "handbook").glob("*.md"))
README = ROOT / "README.md"
IN_ENGLISH = "## In English"
AUDIENCES = {"applicants", "reviewers", "heads", "supervisors", "administrators", "operators"}
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s#]+)(?:#[^)\s]+)?\)")
BOLD = re.compile(r"\*\*(.+?)\*\*")
QUOTED = re.compile(r""""((?:[^"\\\n]|\\.)+)"|'((?:[^'\\\n]|\\.)+)'""")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS_OF = ("accounts", "casework", "flows", "funds", "oversight", "policy", "recruitment", "services", "web")
WITH_A_NAME = "代宋清和"  # a button of the demonstration that names a person
MANUALS = [page for page in PAGES if page.stem in AUDIENCES]


def prose(page: Path) -> str:
    """The page without what stands in it as code."""
    return re.sub(r"`[^`]*`", "", page.read_text(encoding="utf-8"))


@cache
def texts() -> frozenset[str]:
    """Every text of the templates and of the programs, whole, and cut where a value is put in."""
    found = set[str]()
    sources = [*(ROOT / "templates").rglob("*.html"), *(p for name in WORDS_OF for p in (ROOT / name).rglob("*.py"))]
    for source in sources:
        for one in QUOTED.finditer(source.read_text(encoding="utf-8")):
            text = (one[1] or one[2]).strip()
            found |= {text, *(part.strip("，：:, ") for part in re.split(r"\{\w+\}", text))}
    return frozenset(found)


def test_every_audience_has_its_page_in_both_languages():
    assert {page.stem for page in MANUALS} == AUDIENCES
    for page in MANUALS:
        chinese, english = page.read_text(encoding="utf-8").split(f"\n{IN_ENGLISH}\n")
        assert CHINESE.search(chinese.splitlines()[0]), page.name
        assert len(english) > 400, page.name
        assert not CHINESE.search(re.sub(r"\(.*?\)|`.*?`", "", english)), page.name


@pytest.mark.parametrize("page", MANUALS, ids=lambda page: page.stem)
def test_the_bold_words_of_the_handbook_stand_on_the_pages(page: Path):
    bold = BOLD.findall(prose(page))
    assert len(bold) > 20 or page.stem == "operators"  # whose work is on the command line
    assert [words for words in bold if words not in texts()] == []


def test_the_chinese_bold_words_of_the_readme_stand_on_the_pages():
    bold = [words for words in BOLD.findall(prose(README)) if CHINESE.search(words) and words != WITH_A_NAME]
    assert len(bold) > 50
    assert [words for words in bold if words not in texts()] == []


def test_a_word_that_stands_nowhere_is_found():
    assert "签收并打开" in texts()
    assert "签收并打开了" not in texts()


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.stem)
def test_pictures_and_links_lead_somewhere(page: Path):
    source = page.read_text(encoding="utf-8")
    for words, target in IMAGE.findall(source):
        assert (page.parent / target).is_file(), target
        assert page == README or len(words) > 12, f"{target}: say what matters on it"
    for target in LINK.findall(source):
        assert "://" in target or (page.parent / target).exists(), target


def test_every_picture_is_shown_small_and_taken_by_the_command():
    shown = {Path(target).name for page in [README, *PAGES] for _, target in IMAGE.findall(page.read_text("utf-8"))}
    files = {file.name: file.stat().st_size for file in FOLDER.glob("*.png")}
    assert shown == set(files) == {f"{picture.name}.png" for picture in PICTURES}
    assert len(files) <= 14
    assert {name: size for name, size in files.items() if size > MOST_BYTES} == {}


def test_the_readme_leads_to_every_page():
    readme = README.read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"docs/handbook/{page.name}" not in readme] == []
