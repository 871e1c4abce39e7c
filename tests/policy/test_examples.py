"""The examples that came with the specification: every one agrees, from the file and as published."""

import json
from pathlib import Path
from typing import Any

import pytest

from policy import parameters
from policy.lines import assess_line

PATH = Path(__file__).with_name("examples.jsonl")
EXAMPLES = [json.loads(line) for line in PATH.read_text("utf-8").splitlines()]


def disagreement(answer: dict[str, Any], expect: dict[str, Any]) -> str:
    """What differs; empty where the example agrees. Keys that the example omits are free."""
    if expect["outcome"] == "error":
        return "" if answer.get("error", {}).get("field") == expect["field"] else f"error: {answer}"
    if "error" in answer:
        return f"an error: {answer['error']}"
    items = {item["key"]: item["amount"] for item in answer["items"]}
    pairs = [("outcome", answer["outcome"], expect["outcome"]), ("amount", answer["amount"], expect["amount"])]
    if "missing" in expect:
        pairs.append(("missing", sorted(answer["missing"]), sorted(expect["missing"])))
    pairs += [(key, answer["values"].get(key), value) for key, value in expect.get("values", {}).items()]
    pairs += [(key, items.get(key, "no item"), value) for key, value in expect.get("items", {}).items()]
    return "; ".join(f"{name}: {found!r} is not {wanted!r}" for name, found, wanted in pairs if found != wanted)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["input"]["id"]))
def test_an_example_agrees(example: dict[str, Any]) -> None:
    answer, _ = assess_line(example["input"], parameters.load(), "zh")
    assert disagreement(answer, example["expect"]) == ""


def test_the_comparison_finds_what_differs() -> None:
    example = EXAMPLES[34]
    answer, _ = assess_line(example["input"], parameters.load(), "zh")
    for wrong in (
        {"outcome": "not_eligible"},
        {"amount": "1.00"},
        {"items": {"2025-06": "1.00"}},
        {"values": {"a": 1}},
    ):
        assert disagreement(answer, {**example["expect"], **wrong})
