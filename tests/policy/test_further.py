"""Kinds of case that are no application types: found by `measure`, unknown to `assess`."""

import pytest

from policy import UnknownType, assess, further_kinds, is_assessed, measure, parameters
from policy.registry import CODES, application_type


def test_a_purpose_with_questions_of_its_own_is_found_by_it():
    project, allocation = (measure("sheltered_employment_project", one) for one in ("project", "allocation"))
    assert {fact.name for fact in project.facts} & {fact.name for fact in allocation.facts} < {"work", "volume", "x"}
    assert (project.applicant, allocation.applicant) == ("department", "organisation")


def test_the_rules_answer_for_types_alone():
    assert all(is_assessed(code) for code in CODES)
    assert not any(is_assessed(kind.code, kind.purpose) for kind in further_kinds())
    with pytest.raises(UnknownType):
        assess("rectification", "2025-02-17", {}, [], parameters.load())
    with pytest.raises(UnknownType):
        application_type("no_such_type")
    with pytest.raises(UnknownType):
        measure("no_such_type")


@pytest.mark.parametrize("kind", further_kinds(), ids=lambda kind: f"{kind.code}-{kind.purpose}")
def test_a_further_kind_asks_something_and_names_its_clause(kind):
    assert kind.facts_asked({})
    assert kind.clause
    assert kind.title.en
