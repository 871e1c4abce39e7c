"""A measure's questions as JSON Schema (draft 2020-12): what a machine needs to ask them and to send the answers.

Made from the declaration alone. ``null`` always means "not known". Beside the standard's words stand ``x-en`` (the English
of ``title``), ``x-hint`` and ``x-asked-if``: a condition on other answers, as
``{"fact": name, "is": [values]}``, ``{"all": […]}``, ``{"any": […]}`` or ``{"not": …}``.
"""

from __future__ import annotations

from typing import Any, Final

from policy.facts import (
    APPLICANT,
    Bool,
    Choice,
    Date,
    Fact,
    Integer,
    Kind,
    Money,
    Month,
    Monthly,
    OpenChoice,
    SchoolYear,
    Table,
    Text,
)
from policy.measure import Measure
from policy.predicates import AllOf, AnyOf, Is, Not, Predicate
from policy.text import T

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
MOST_ROWS: Final = 100
LARGEST: Final = 999_999_999
_SHORT: Final = 200


def schema(measure: Measure) -> dict[str, Any]:
    """The object ``facts`` of an application, and under ``x-papers`` the documents that belong to it."""
    facts = applicants_facts(measure)
    return {
        "$schema": DIALECT,
        "title": measure.title.zh,
        "x-en": measure.title.en,
        "type": "object",
        "properties": {name: _fact(fact, _asked_if(measure, fact)) for name, fact in facts.items()},
        "required": [
            name for name, fact in facts.items() if fact.required and _asked_if(measure, fact) is None
        ],
        "additionalProperties": False,
        "x-papers": [
            {
                "code": one.code, "title": _said(one.title), "hint": _said(one.hint), "required": one.required,
                "original_seen": one.original_seen, "asked_if": _condition(one.asked_if),
            }
            for one in measure.evidence
            if not one.held_by_office
        ],
    }  # fmt: skip


def applicants_facts(measure: Measure) -> dict[str, Fact]:
    """What is asked of the applicant, by name."""
    return {fact.name: fact for fact in measure.facts if fact.asked_of == APPLICANT}


def _fact(fact: Fact, asked_if: Any) -> dict[str, Any]:
    shape = _shape(fact.kind)
    kind = shape.pop("type")
    may_be_null = fact.kind.may_be_unsure or not fact.required
    told: dict[str, Any] = {
        "title": fact.question.zh,
        "x-en": fact.question.en,
        "type": [kind, "null"] if may_be_null else kind,
    }
    if may_be_null and "enum" in shape:
        shape["enum"] = [*shape["enum"], None]
    told |= shape
    if fact.hint is not None:
        told["x-hint"] = _said(fact.hint)
    if asked_if is not None:
        told["x-asked-if"] = asked_if
    return told


def _shape(kind: Kind) -> dict[str, Any]:
    if isinstance(kind, Bool):
        return {"type": "boolean", "x-words": {"true": _said(kind.yes), "false": _said(kind.no)}}
    if isinstance(kind, Integer):
        return {"type": "integer", "minimum": kind.minimum, "maximum": LARGEST}
    if isinstance(kind, OpenChoice):
        return {"type": "string", "maxLength": _SHORT, "examples": list(kind.values)}
    if isinstance(kind, Choice):
        words = {option.value: _said(option.label) for option in kind.options}
        return {"type": "string", "enum": list(kind.values), "x-words": words}
    if isinstance(kind, Text):
        return {"type": "string", "maxLength": kind.max_length}
    if isinstance(kind, Table):
        return _table(kind)
    return dict(_PLAIN[type(kind)])


_PLAIN: Final[dict[type[Kind], dict[str, Any]]] = {
    Date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    Month: {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    SchoolYear: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{4}$"},
    Money: {"type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,2})?$"},
    Monthly: {
        "type": "array", "items": {"type": "integer", "minimum": 0, "maximum": LARGEST}, "minItems": 12, "maxItems": 12,
    },
}  # fmt: skip


def _table(kind: Table) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {column.name: _fact(column, _condition(column.asked_if)) for column in kind.columns},
        "required": [
            one.name for one in kind.columns if one.required and one.asked_if is None and not one.kind.may_be_unsure
        ],
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "maxItems": MOST_ROWS}


def _asked_if(measure: Measure, fact: Fact) -> Any:
    """When the question is asked: by its own condition and its section's; one of them where it stands in several."""
    every = [_all(section.asked_if, fact.asked_if) for section in measure.sections if fact in section.facts]
    if None in every:
        return None
    return every[0] if len(every) == 1 else {"any": every}


def _all(*predicates: Predicate | None) -> Any:
    found = [_condition(one) for one in predicates if one is not None]
    return None if not found else found[0] if len(found) == 1 else {"all": found}


def _condition(predicate: Predicate | None) -> Any:
    if isinstance(predicate, Is):
        return {"fact": predicate.fact, "is": list(predicate.values)}
    if isinstance(predicate, AllOf):
        return {"all": [_condition(one) for one in predicate.parts]}
    if isinstance(predicate, AnyOf):
        return {"any": [_condition(one) for one in predicate.parts]}
    if isinstance(predicate, Not):
        return {"not": _condition(predicate.part)}
    return None


def _said(text: T) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
