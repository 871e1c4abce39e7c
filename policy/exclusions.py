"""What is not enjoyed twice (不重复享受, 五1): one table, read by the rules, the database and the import of benefits.

The document says only that policies of one kind are not enjoyed twice; which are of one kind is the district's reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from policy import facts as kinds
from policy.text import T

#: the type of an earlier benefit from outside this system; its ``kind`` is one of the table's
OUTSIDE = "other_district_policy"


class Kind(StrEnum):
    """Kinds of policy whose benefits exclude each other."""

    SOCIAL_INSURANCE = "social_insurance"
    PREMISES_EQUIPMENT = "premises_equipment"
    STARTUP = "startup"
    EDUCATION = "education"
    ADMISSION = "admission"
    TRAINING_CERTIFICATE = "training_certificate"
    COMPETITION = "competition"
    OVER_QUOTA = "over_quota"


class Effect(StrEnum):
    """What an earlier benefit with the same key does to a claim."""

    REFUSES = "refuses"
    EMPTIES_THE_MONTH = "empties_the_month"
    COUNTS_TOWARDS_THE_CAP = "counts_towards_the_cap"


@dataclass(frozen=True)
class Exclusion:
    """One row: the measures ``types`` exclude each other where ``key`` is the same (None: once for ever).

    ``if_paid``: an earlier claim counts only if its amount, where it is known, is above 0. ``needs_key``: while the
    claim's own key is unknown, an earlier one may be the same; else it is then not checked. ``as_one`` maps keys that
    count as one. ``no_twin`` names a key that no two claims of any type may share.
    """

    kind: Kind
    title: T
    types: tuple[str, ...]
    key: str | None
    effect: Effect = Effect.REFUSES
    if_paid: bool = False
    needs_key: bool = True
    as_one: Mapping[str, str] = field(default_factory=dict, hash=False)
    no_twin: str | None = None

    def same(self, key: object) -> object:
        """The key, or the one that it counts as."""
        return self.as_one.get(key, key) if isinstance(key, str) else key


EXCLUSIONS = (
    Exclusion(
        Kind.SOCIAL_INSURANCE, T("同一个月的社会保险", "social insurance of one month"),
        ("flexible_employment_subsidy", "self_employment_subsidy"), "month", Effect.EMPTIES_THE_MONTH, if_paid=True,
    ),
    Exclusion(
        Kind.PREMISES_EQUIPMENT, T("同一年的场地和设备", "premises and equipment of one year"),
        ("concentrated_employer_subsidy",), "year", no_twin="invoice",
    ),
    Exclusion(
        Kind.STARTUP, T("一次性开办费", "the one-off start-up grant"), ("concentrated_employer_startup_grant",), None
    ),
    Exclusion(
        Kind.EDUCATION, T("同一学年的学费", "tuition of one school year"),
        ("tuition_subsidy",), "school_year", Effect.COUNTS_TOWARDS_THE_CAP,
    ),
    Exclusion(
        Kind.ADMISSION, T("同一层次的入学", "admission at one level"), ("admission_award",), "level",
        as_one={"senior_high": "senior_secondary", "secondary_vocational": "senior_secondary"},
    ),
    Exclusion(
        Kind.TRAINING_CERTIFICATE, T("同一张证书", "one certificate"),
        ("skills_training_match",), "certificate", needs_key=False,
    ),
    Exclusion(Kind.COMPETITION, T("同一届比赛", "one competition and edition"), ("competition_award",), "event"),
    Exclusion(Kind.OVER_QUOTA, T("同一年的超比例奖励", "the over-quota reward of one year"), ("over_quota_reward",), "year"),
)  # fmt: skip
BY_KIND = {row.kind: row for row in EXCLUSIONS}
BY_TYPE = {code: row for row in EXCLUSIONS for code in row.types}

#: the form of each key, and of what else an earlier benefit may say
KEYS: Mapping[str, kinds.Kind] = {
    "month": kinds.Month(), "year": kinds.Integer(), "school_year": kinds.SchoolYear(), "level": kinds.Text(),
    "certificate": kinds.Text(), "event": kinds.Text(), "invoice": kinds.Text(), "name": kinds.Text(),
    "reference": kinds.Text(),
}  # fmt: skip
#: keys that an earlier claim's facts hold in the rows of a table
IN_ROWS = {"month": "months", "invoice": "expenses"}


def row_of(type: str, kind: object) -> Exclusion | None:
    """The row in which an earlier benefit takes part; None where it excludes nothing."""
    if type != OUTSIDE:
        return BY_TYPE.get(type)
    return BY_KIND[Kind(kind)] if isinstance(kind, str) and kind in BY_KIND else None


def values_of(key: str, fields: Mapping[str, object], path: str) -> Iterator[tuple[object, str]]:
    """The JSON values of a key in an earlier benefit, each with its path: at the top, or in the earlier claim's facts."""
    if fields.get(key) is not None:
        yield fields[key], f"{path}.{key}"
    facts = fields.get("facts")
    if not isinstance(facts, Mapping):
        return
    if facts.get(key) is not None:
        yield facts[key], f"{path}.facts.{key}"
    table = IN_ROWS.get(key, "")
    rows = facts.get(table)
    for number, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
        if isinstance(row, Mapping) and row.get(key) is not None:
            yield row[key], f"{path}.facts.{table}[{number}].{key}"
