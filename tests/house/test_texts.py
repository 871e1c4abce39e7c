"""Every text in both languages: no Chinese and no English stands alone in a template or in a view."""

import ast
import re
from pathlib import Path

import pytest

from accounts.models import Role
from casework import wording
from casework.access import ACTIONS, STEPS
from casework.states import MOVES, OUTCOMES, STATES
from policy import T

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BOTH = re.compile(r"""\{%\s*(?:t|tag\s+"[a-z]+")\s+(?P<q>['"])(?P<zh>.*?)(?P=q)\s+(?P<r>['"])(?P<en>.*?)(?P=r)""", re.S)
# What stands in its own language on both pages: words of the policy, invented names.
QUOTED = re.compile(r"""<(\w+)[^>]*\slang=['"]zh-Hans['"][^>]*>(?:[^<{]|<mark>|</mark>)*</\1>""")
DENSITY = re.compile(r"\{% block (density|pageclass) %\}.*?\{% endblock %\}")
TAGS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)
MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]*>|&[a-z]+;", re.S)
# Words of the page that are the same in every language.
SAME = {"中文", "English", "PDF", "CSV", "SHA"}
NO_LANGUAGE = {"errors/plain.html"}  # says both languages one under the other: no language is known there


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_says_everything_in_both_languages(path: Path):
    if str(path.relative_to(ROOT / "templates")) in NO_LANGUAGE:
        return
    source = QUOTED.sub(" ", path.read_text(encoding="utf-8"))
    for found in BOTH.finditer(source):
        assert found["zh"].strip(), found[0]
        assert found["en"].strip(), found[0]
        assert CHINESE.search(found["zh"]) or not re.search(r"[A-Za-z]{4}", re.sub(r"\{\w+\}", "", found["zh"])), (
            f"no Chinese: {found['zh']}"
        )
        assert not CHINESE.search(found["en"]), f"Chinese in the English: {found['en']}"
        assert set(re.findall(r"\{(\w+)\}", found["zh"])) == set(re.findall(r"\{(\w+)\}", found["en"])), found[0]
    bare = MARKUP.sub(" ", TAGS.sub(" ", DENSITY.sub(" ", source)))
    words = {word for word in re.findall(r"[A-Za-z]{3,}|[\u4e00-\u9fff]+", bare)} - SAME
    assert words == set(), f"said in one language only: {words}"
    for attribute in re.findall(
        r"""(?:aria-label|title|alt|placeholder)="([^"{]*[A-Za-z\u4e00-\u9fff][^"{]*)\"""", source
    ):
        assert attribute in SAME or attribute.startswith("SHA"), f"said in one language only: {attribute}"


@pytest.mark.parametrize("path", sorted((ROOT / "web").rglob("*.py")), ids=lambda path: path.stem)
def test_a_view_has_no_chinese_outside_a_text_of_both_languages(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("T", "_words"):
            allowed |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            allowed.add(id(node.value))  # a docstring
    alone = [
        node.value for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value) and id(node) not in allowed
    ]  # fmt: skip
    assert [text for text in alone if not _is_grammar(path, text)] == []


def _is_grammar(path: Path, text: str) -> bool:
    """Numerals and parts of dates in the modules that read and write them; the heads of the export."""
    return path.stem in ("reading", "look", "audit", "drawing", "calendar") and (
        len(text) <= 12 or path.stem == "reading"
    )


TABLES = [
    (wording.STATES, set(STATES)), (wording.OUTCOMES, {"", *OUTCOMES}), (wording.ROLES, set(Role.values)),
    (wording.EVENTS, {event for event in MOVES if event not in ("paid", "suspended", "resumed", "reopened")} | {"submitted"}),
    (wording.STEP_KINDS, {rights.kind for rights in STEPS.values()}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "keys"), TABLES)
def test_every_key_has_its_words(table: dict[str, T], keys: set[str]):
    assert keys <= set(table)


def test_every_reason_of_the_judge_has_its_words():
    source = (ROOT / "casework" / "access.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'Verdict\((?:[^()]|\([^()]*\))*?,\s*"([a-z_]+)"\)', source))
    assert len(reasons) > 12
    raised = set()
    for path in [
        path for folder in ("flows", "services", "recruitment", "oversight") for path in (ROOT / folder).rglob("*.py")
    ]:
        raised |= set(re.findall(r'(?:NotAllowed|AlreadyDone)\("([a-z_]+)"\)', path.read_text(encoding="utf-8")))
    assert (reasons | raised) - set(wording.REASONS) == set()


def test_every_message_that_an_action_tells_has_its_words():
    told = set()
    for path in [*(ROOT / "flows").rglob("*.py"), *(ROOT / "services").rglob("*.py")]:
        told |= set(
            re.findall(
                r'to_(?:applicant|department)\(\s*[\w.]+,\s*(?:[\w.\[\]-]+,\s*)?"([a-z_]+)"',
                path.read_text(encoding="utf-8"),
            )
        )
    assert len(told) > 15
    assert told - set(wording.MESSAGES) == set()


def test_every_action_is_registered_by_a_file_of_its_own():
    assert {"submit", "claim", "accept", "approve", "refuse", "return_to", "withdraw", "publish", "object_to"} <= set(
        ACTIONS
    )
