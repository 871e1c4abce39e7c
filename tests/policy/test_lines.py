import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy
from policy import parameters
from policy.lines import assess_line
from policy.registry import CODES

PUBLISHED = parameters.load()
RIGHT: dict[str, Any] = {
    "id": "a",
    "type": "direct_admission",
    "as_of": "2025-05-05",
    "facts": {"ground": "honorary_title", "title_level": "national"},
    "history": [],
}


def field_of(line: object) -> object:
    answer, valid = assess_line(line, PUBLISHED, "zh")
    assert not valid
    error = answer["error"]
    assert isinstance(error, dict)
    assert set(answer) == {"id", "error"}
    assert error["message"]
    return error["field"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": None}, "type"),
        ({"type": 4}, "type"),
        ({"type": []}, "type"),
        ({"type": "housing_grant"}, "type"),
        ({"as_of": None}, "as_of"),
        ({"as_of": 20250505}, "as_of"),
        ({"as_of": True}, "as_of"),
        ({"as_of": ""}, "as_of"),
        ({"as_of": "2025-13-08"}, "as_of"),
        ({"as_of": "2025-02-29"}, "as_of"),
        ({"facts": None}, "facts"),
        ({"facts": []}, "facts"),
        ({"facts": "ground"}, "facts"),
        ({"facts": {"ground": "lottery"}}, "ground"),
        ({"facts": {"place": True}}, "place"),
        ({"facts": {"place": 1.0}}, "place"),
        ({"facts": {"place": -1}}, "place"),
        ({"facts": {"place": "1"}}, "place"),
        ({"facts": {"place": 10**2000}}, "place"),
        ({"facts": {"organiser_is_government": 1}}, "organiser_is_government"),
        ({"facts": {"organiser_is_government": "true"}}, "organiser_is_government"),
        ({"facts": {"title_level": "Municipal"}}, "title_level"),
        ({"facts": {"contribution_confirmed": "yes"}}, "contribution_confirmed"),
        ({"history": {}}, "history"),
        ({"history": "none"}, "history"),
        ({"history": False}, "history"),
        ({"history": [1]}, "history[0]"),
        ({"history": [{"type": "startup"}, {}]}, "history[1].type"),
        ({"history": [{"type": "startup", "amount": -1}]}, "history[0].amount"),
    ],
)
def test_a_wrong_line_names_the_field(change: dict[str, object], field: str) -> None:
    assert field_of({**RIGHT, **change}) == field
    assert field_of(json.dumps({**RIGHT, **change})) == field


@pytest.mark.parametrize("name", ["type", "as_of", "facts"])
def test_what_is_required_may_not_be_left_out(name: str) -> None:
    assert field_of({key: value for key, value in RIGHT.items() if key != name}) == name


@pytest.mark.parametrize("history", [None, [], [{"type": "other", "amount": "5.00"}, {"type": "x", "amount": None}]])
def test_history_plays_no_part_in_direct_admission(history: object) -> None:
    answer, valid = assess_line({**RIGHT, "history": history}, PUBLISHED, "en")
    assert (valid, answer["id"], answer["outcome"]) == (True, "a", "eligible")


def test_an_absent_history_means_none() -> None:
    assert assess_line({key: value for key, value in RIGHT.items() if key != "history"}, PUBLISHED, "zh")[1]


@pytest.mark.parametrize(
    "line",
    [
        "", " ", "\n", "null", "[]", "3", '"text"', "{", "{}}", "NaN", "[" * 100_000, "{'id': 1}", "1" * 5000,
        '{"id": "a", "type": "direct_admission", "as_of": "2025-05-05", "facts": {"place": NaN}}',
        '{"id": "a", "facts": {"place": -Infinity}}', None, 3, [], b"{}",
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_has_no_id(line: object) -> None:
    assert field_of(line) == "line"
    assert assess_line(line, PUBLISHED, "en")[0]["id"] is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(CODES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
GROUNDS = ("national_competition", "international_competition", "honorary_title", "special_contribution")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "ground": st.sampled_from(GROUNDS) | st.none(),
        "organiser_is_government": st.booleans() | st.none(),
        "place": st.integers(0, 5) | st.none(),
        "title_level": st.sampled_from(("national", "municipal", "district", "town")) | st.none(),
        "contribution_confirmed": st.booleans() | st.none(),
    },
)
DAYS = st.dates().map(str) | st.sampled_from(("2024-02-29", "2024-03-01", "2029-02-28", "2029-03-01"))
NAMES = ("ground", "place", "organiser_is_government", "title_level", "contribution_confirmed")
ALMOST = st.fixed_dictionaries(
    {"type": st.sampled_from(("direct_admission", "admission_award")) | VALUES},
    optional={
        "id": VALUES,
        "as_of": DAYS | VALUES,
        "facts": FACTS | VALUES | st.dictionaries(st.sampled_from(NAMES), VALUES),
        "history": VALUES | st.lists(st.dictionaries(st.sampled_from(("type", "amount", "month")), VALUES), max_size=2),
    },
)


@given(VALUES | ALMOST)
def test_no_line_raises(line: object) -> None:
    answer, valid = assess_line(line, PUBLISHED, "zh")
    assert ("error" in answer) is not valid
    assert "id" in answer


@given(st.text() | (VALUES | ALMOST).map(json.dumps))
def test_no_text_raises(line: str) -> None:
    answer, valid = assess_line(line, PUBLISHED, "en")
    assert ("error" in answer) is not valid
    json.dumps(answer, allow_nan=False)


@given(FACTS, DAYS)
def test_unknown_facts_are_never_eligible_and_never_lost(facts: dict[str, object], day: str) -> None:
    found = policy.assess("direct_admission", day, facts, None, PUBLISHED)
    outcomes = {one.outcome for one in found.trace}
    expected = "not_eligible" if "not_met" in outcomes else "undetermined" if "unknown" in outcomes else "eligible"
    assert found.outcome == expected
    assert bool(found.missing) is (found.outcome == "undetermined")
    assert all(facts.get(name) is None for name in found.missing)
    if facts.get("ground") is None:
        assert found.outcome != "eligible"


@given(FACTS, DAYS, st.sampled_from(NAMES))
def test_forgetting_a_fact_never_turns_an_answer_around(facts: dict[str, object], day: str, name: str) -> None:
    before = policy.assess("direct_admission", day, facts, None, PUBLISHED).outcome
    after = policy.assess("direct_admission", day, {**facts, name: None}, None, PUBLISHED).outcome
    assert after in (before, "undetermined")
