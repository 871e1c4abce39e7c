"""What the API answers, shape by shape: plain names, both languages where there are words, days as ISO 8601."""

from datetime import date, datetime
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from casework.events import TYPES
from casework.states import STATES
from policy import T


class Shape(Schema):
    """What goes out has these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Said(Shape):
    """One text in both languages."""

    zh: str
    en: str


def said(text: T) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def both(text: T | None) -> dict[str, str] | None:
    return None if text is None else said(text)


State = Literal[STATES]  # type: ignore[valid-type]


class ProblemDetails(Schema):
    """RFC 9457. `type` leads to a page that explains it; `errors` says what to do, field by field."""

    type: str
    title: str
    status: int
    detail: str
    errors: list["FieldError"] | None = None


class FieldError(Schema):
    field: str
    detail: str


class Created(Shape):
    """The case that an application became."""

    reference: str = Field(examples=["MH26-7K3P-9QXD-4T"])
    type: str
    purpose: str
    state: State
    version: int
    opened_at: datetime


class CaseRow(Shape):
    """A case in a list."""

    reference: str
    type: str
    purpose: str
    title: Said
    state: State
    outcome: str
    headline: Said
    version: int
    opened_at: datetime
    closed_at: datetime | None


class Cases(Shape):
    """One page; `next` is what to send as `after` for the following one, null at the end."""

    cases: list[CaseRow]
    next: str | None


class Line(Shape):
    """One of the five things that an applicant wants to know: a sentence, and what explains it."""

    text: Said
    more: Said | None


class Followed(Shape):
    """A case as its applicant reads it."""

    reference: str
    type: str
    purpose: str
    title: Said
    state: State
    outcome: str
    version: int
    opened_at: datetime
    closed_at: datetime | None
    headline: Said
    where: Line
    who: Line
    by: date | None = Field(description="The last day of what happens now; the day of closing where it is closed.")
    do: Line
    next: Line
    may_withdraw: bool
    may_correct: bool


class Asked(Shape):
    """One thing to put right: a fact or a paper, by its name, with the office's words."""

    kind: Literal["fact", "evidence"]
    name: str
    title: Said
    note: str


class Correction(Shape):
    """Everything that was asked at once, and by when."""

    reference: str
    version: int
    due: date
    items: list[Asked]


class Happened(Shape):
    """One act of the record, in general words: no name, no opinion."""

    number: int
    at: datetime
    event: str
    words: Said
    department: Said | None
    state: str
    version: int | None


class DepartmentRow(Shape):
    """A case in a department's list."""

    reference: str
    type: str
    purpose: str
    title: Said
    state: State
    state_words: Said
    outcome: str
    step: Said | None
    department: Said | None
    town: Said | None
    version: int
    opened_at: datetime
    closed_at: datetime | None


class DepartmentCases(Shape):
    """One page; `next` is what to send as `after` for the following one, null at the end."""

    cases: list[DepartmentRow]
    next: str | None


class DepartmentCase(DepartmentRow):
    """A case with its record."""

    due: date | None
    amount: str | None
    record: list[Happened]


class EventData(Shape):
    reference: str
    type: str
    purpose: str
    state: State
    version: int


class Event(Shape):
    """An event as it is pushed, with what a receiver knows a repeated one by."""

    id: str = Field(examples=["evt_1024"])
    type: Literal[TYPES]  # type: ignore[valid-type]
    timestamp: datetime
    data: EventData


class Events(Shape):
    """`last` is what to send as `after` next time; `more` says whether there is more already."""

    events: list[Event]
    last: int
    more: bool


class Paper(Shape):
    code: str
    title: Said
    hint: Said
    required: bool
    original_seen: bool


class Purpose(Shape):
    """What a type is applied for; `open` says whether an application can be handed in by this API."""

    purpose: str
    title: Said
    open: bool
    chain_version: int
    schema_url: str


class TypeRow(Shape):
    """An application type of the policy, or a further kind of case."""

    code: str
    clause: str
    title: Said
    summary: Said
    applicant: str
    pays: bool
    policy_versions: list[str]
    guide_url: str | None
    purposes: list[Purpose]


class Types(Shape):
    types: list[TypeRow]


class TypeDetail(TypeRow):
    papers: list[Paper]


class Step(Shape):
    name: str
    kind: str
    words: Said
    holder: Said
    length: Said
    decides: bool


class ChainRow(Shape):
    """One version of a chain, in the order of this district; cases that began on it stay on it."""

    type: str
    purpose: str
    version: int
    newest: bool
    own_order: bool
    title: Said
    steps: list[Step]


class Chains(Shape):
    chains: list[ChainRow]


class PolicyVersion(Shape):
    version: str
    since: date
    until: date | None


class Value(Shape):
    since: date
    until: date | None
    value: str | None
    unit: str
    source: str


class Figure(Shape):
    """A figure of the rules with every value that it has had."""

    name: str
    label: Said
    values: list[Value]


class Rules(Shape):
    versions: list[PolicyVersion]
    figures: list[Figure]


class Year(Shape):
    year: int
    line: int
    counted: int


class Cell(Shape):
    """`counted` is null for 1 to 4 people, and where it would tell such a number."""

    key: str
    words: Said
    counted: int | None


class Figures(Shape):
    """How the goal of newly employed people goes, as everybody reads it."""

    target: int
    first_year: int
    last_year: int
    counted: int
    on: date
    years: list[Year]
    by_measure: list[Cell]
    by_town: list[Cell]
