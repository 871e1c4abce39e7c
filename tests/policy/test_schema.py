"""A measure's questions as JSON Schema: what a machine is told to send is what the rules read."""

from typing import Any

import pytest

from policy import measure, measures
from policy.errors import FormError
from policy.facts import Bool, Choice, Fact, Integer, Money, Month, Monthly, OpenChoice, Option, SchoolYear, Table, Text
from policy.measure import PERSON, Evidence, Measure, Section
from policy.predicates import AllOf, AnyOf, Is, Not
from policy.registry import further_kinds
from policy.schema import DIALECT, LARGEST, MOST_ROWS, applicants_facts, schema
from policy.text import T

SAY = T("话", "words")


def made(*facts: Fact, sections: tuple[Section, ...] = (), evidence: tuple[Evidence, ...] = ()) -> dict[str, Any]:
    """The schema of an invented measure."""
    parts = sections or (Section("all", SAY, facts, evidence),)

    class Invented(Measure):
        code, clause, title, summary, applicant = "invented", "一", SAY, SAY, PERSON
        sections = parts

    return schema(Invented())


def property_of(fact: Fact) -> dict[str, Any]:
    found: dict[str, Any] = made(fact)["properties"][fact.name]
    return found


@pytest.mark.parametrize("rules", [*measures(), *further_kinds()], ids=lambda one: one.code)
def test_every_measure_has_one_and_names_exactly_what_is_asked_of_the_applicant(rules: Measure) -> None:
    told = schema(rules)
    assert told["$schema"] == DIALECT
    assert set(told["properties"]) == set(applicants_facts(rules))
    assert set(told["required"]) <= set(told["properties"])
    assert not {one["code"] for one in told["x-papers"]} & {one.code for one in rules.evidence if one.held_by_office}


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (Integer(minimum=2), {"type": "integer", "minimum": 2, "maximum": LARGEST}),
        (Text(max_length=7), {"type": "string", "maxLength": 7}),
        (OpenChoice((Option("a", SAY),)), {"type": "string", "maxLength": 200, "examples": ["a"]}),
    ],
    ids=lambda one: type(one).__name__,
)
def test_a_kind_has_its_shape(kind: Any, shape: dict[str, Any]) -> None:
    told = property_of(Fact("one", kind, SAY))
    assert {name: told[name] for name in shape} == shape


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (Money(), "3691.20", "3,691"), (Month(), "2025-09", "2025-13"), (SchoolYear(), "2024-2025", "2024"),
        (Monthly(), [1] * 12, [1] * 11),
    ],
)  # fmt: skip
def test_what_the_shape_takes_the_rules_read(kind: Any, right: Any, wrong: Any) -> None:
    fact = Fact("one", kind, SAY)
    told = property_of(fact)
    if told["type"] == "string":
        import re

        assert re.search(told["pattern"], right)
        assert not re.search(told["pattern"], wrong)
    else:
        assert told["minItems"] == told["maxItems"] == len(right)
    assert fact.read(right) is not None
    with pytest.raises(FormError):
        fact.read(wrong)


def test_not_sure_is_null_where_it_is_an_answer() -> None:
    assert property_of(Fact("one", Bool(), SAY))["type"] == ["boolean", "null"]
    assert property_of(Fact("one", Integer(), SAY))["type"] == "integer"
    assert property_of(Fact("one", Integer(), SAY, required=False))["type"] == ["integer", "null"]
    choice = Choice((Option("a", SAY),), may_be_unsure=True)
    assert property_of(Fact("one", choice, SAY))["enum"] == ["a", None]
    assert property_of(Fact("one", Choice((Option("a", SAY),)), SAY))["enum"] == ["a"]


def test_words_stand_in_both_languages() -> None:
    told = property_of(Fact("one", Bool(), T("问？", "Asked?"), hint=SAY))
    assert (told["title"], told["x-en"], told["x-hint"]) == ("问？", "Asked?", {"zh": "话", "en": "words"})
    assert "x-hint" not in property_of(Fact("one", Bool(), SAY))


def test_a_list_is_rows_of_its_columns() -> None:
    columns = (Fact("a", Integer(), SAY), Fact("b", Bool(), SAY), Fact("c", Text(), SAY, asked_if=Is("b", True)))
    told = property_of(Fact("rows", Table(columns), SAY))
    assert (told["type"], told["maxItems"]) == ("array", MOST_ROWS)
    assert told["items"]["required"] == ["a"]
    assert told["items"]["properties"]["c"]["x-asked-if"] == {"fact": "b", "is": [True]}
    assert told["items"]["additionalProperties"] is False


def test_a_condition_is_told_as_it_is() -> None:
    a, b = Fact("a", Bool(), SAY), Fact("b", Bool(), SAY)
    asked = AllOf(Is("a", True), AnyOf(Is("b", True), Not(Is("a", False))))
    told = made(a, b, Fact("c", Integer(), SAY, asked_if=asked))
    assert told["required"] == ["a", "b"]
    assert told["properties"]["c"]["x-asked-if"] == {
        "all": [
            {"fact": "a", "is": [True]},
            {"any": [{"fact": "b", "is": [True]}, {"not": {"fact": "a", "is": [False]}}]},
        ]
    }


def test_a_section_and_its_question_both_ask() -> None:
    a, c = Fact("a", Integer(), SAY), Fact("c", Integer(), SAY, asked_if=Is("a", 1))
    first = Section("first", SAY, (a,))
    paper = Evidence("paper", SAY, SAY, asked_if=Is("a", 2))
    second, third = (
        Section(name, SAY, (c,), (paper,), asked_if=Is("a", n)) for name, n in (("second", 2), ("third", 3))
    )
    told = made(sections=(first, second, third))
    own, both = {"fact": "a", "is": [1]}, [{"fact": "a", "is": [2]}, {"fact": "a", "is": [3]}]
    assert told["properties"]["c"]["x-asked-if"] == {"any": [{"all": [one, own]} for one in both]}
    assert told["x-papers"][0]["asked_if"] == {"fact": "a", "is": [2]}
    alone = made(sections=(first, second))
    assert alone["properties"]["c"]["x-asked-if"] == {"all": [both[0], own]}


def test_direct_admission_says_when_each_question_is_asked() -> None:
    told = schema(measure("direct_admission"))
    assert told["required"] == ["ground"]
    assert told["properties"]["place"]["x-asked-if"]
