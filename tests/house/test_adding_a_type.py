"""The page on adding an application type: its code is right, and the files and tests that it names are there."""

import ast
import re
from pathlib import Path
from typing import Any

from flows import chains
from policy.measure import Measure

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "handbook" / "adding-an-application-type.md").read_text(encoding="utf-8")
MEASURE, CHAIN = re.findall(r"```python\n(.*?)```", PAGE, re.S)
INVENTED = "training_travel"


def measure_of_the_page() -> Measure:
    names: dict[str, Any] = {"__name__": f"policy.measures.{INVENTED}"}
    exec(MEASURE, names)  # the example of the page itself
    return next(one for one in names.values() if isinstance(one, type) and one.__module__ == names["__name__"])()


def test_the_measure_of_the_page_is_one_and_quotes_the_policy():
    one = measure_of_the_page()
    document = (ROOT / "policy" / "opinions.txt").read_text(encoding="utf-8")
    assert one.code == INVENTED
    assert [rule.rule for rule in (*one.conditions, *one.checks) if rule.quote not in document] == []


def test_the_chain_of_the_page_uses_what_chains_know():
    used = {node.id for node in ast.walk(ast.parse(CHAIN)) if isinstance(node, ast.Name)}
    assert used - {"measure", "steps"} <= set(vars(chains))
    assert f'measure = "{INVENTED}"' in CHAIN


def test_the_files_that_the_page_names_are_there():
    named = {
        path for path in re.findall(r"`((?:policy|flows|tests|docs|casework)/[\w./-]+)`", PAGE) if INVENTED not in path
    }
    assert len(named) > 12
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_the_tests_that_the_page_names_are_there():
    every = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+?)(?:…)?`", PAGE))
    assert len(named) > 10
    assert {name for name in named if f"def {name}" not in every} == set()
    files = set(re.findall(r"tests/[\w/]+\.py", PAGE))
    assert {path for path in files if not (ROOT / path).is_file()} == set()
