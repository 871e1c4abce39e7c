"""What every measure declares, beside its texts: a change of it is made on purpose, here and there.

`python -m tests.policy.test_declarations` writes the golden file anew.
"""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from policy import measures
from policy.exclusions import EXCLUSIONS
from policy.text import T

GOLDEN = Path(__file__).with_name("declarations.json")


def plain(thing: Any) -> Any:
    """A declaration without its words."""
    if isinstance(thing, T):
        return "…"
    if is_dataclass(thing) and not isinstance(thing, type):
        kept = {one.name: plain(getattr(thing, one.name)) for one in fields(thing)}
        return {type(thing).__name__: {name: value for name, value in kept.items() if value not in ("…", None, [], {})}}
    if isinstance(thing, tuple | list):
        return [plain(one) for one in thing]
    if isinstance(thing, dict):
        return {str(key): plain(value) for key, value in thing.items()}
    return thing if isinstance(thing, str | int | bool | type(None)) else "…"


def declared() -> dict[str, Any]:
    found: dict[str, Any] = {"exclusions": plain(EXCLUSIONS)}
    for one in measures():
        found[one.code] = {
            "applicant": one.applicant, "pays": one.pays, "fact_date": one.fact_date, "by_item": one.period_by_item,
            "sections": plain(one.sections), "conditions": plain(one.conditions), "checks": plain(one.checks),
        }  # fmt: skip
    return json.loads(json.dumps(found))


def written() -> str:
    return json.dumps(declared(), ensure_ascii=False, indent=1) + "\n"


def test_the_measures_declare_what_the_golden_file_says() -> None:
    assert json.loads(GOLDEN.read_text("utf-8")) == declared()


if __name__ == "__main__":
    GOLDEN.write_text(written(), "utf-8")
