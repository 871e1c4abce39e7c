"""Working age (就业年龄段): from the 16th birthday to the day of retirement, which is delayed step by step from 2025."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy.claim import Claim
from policy.conditions import Condition, Finding
from policy.days import add_months, add_years, months_between
from policy.parameters import Entry
from policy.text import T

FROM = "working_age.from"
CLASSES = {"male": ("men",), "female": ("women_55", "women_50")}


def retirement_day(born: date, entry: Entry) -> date:
    """The day of retirement by a parameter ``retirement_age.<class>``: years, and ``delay`` where there is one."""
    assert entry.value is not None
    reached, delay = add_years(born, int(entry.value)), entry.extra.get("delay")
    if not isinstance(delay, Mapping):
        return reached
    first = date.fromisoformat(str(delay["from"]))
    if reached < first:
        return reached
    months = months_between(first, reached) // int(delay["every_months"]) + 1
    return add_months(reached, min(int(delay["at_most_months"]), months))


@dataclass(frozen=True, kw_only=True)
class WorkingAge(Condition):
    """On the fact date. While gender or class is unknown, decided if all classes that are still possible agree."""

    def judge(self, claim: Claim) -> Finding:
        born, day, missing = claim.facts["birth_date"], claim.day, list[str]()
        youngest = claim.figure(FROM, missing)
        if not isinstance(born, date):
            missing.append("birth_date")
        elif day is not None and youngest is not None and day < add_years(born, int(youngest)):
            return self.not_met(claim)
        found = set[bool]()
        for name in self._classes(claim):
            entry = None if day is None else claim.parameters.entry(f"retirement_age.{name}", day)
            if day is not None and entry is None:
                missing.append(f"retirement_age.{name}")
            elif isinstance(born, date) and day is not None and entry is not None:
                claim.use(entry.name, str(entry.value))
                found.add(day < retirement_day(born, entry))
        no_age = any(name.startswith("retirement_age") for name in missing)
        if found == {False} and not no_age:
            return self.not_met(claim)
        if (len(found) != 1 or no_age) and (unknown := self._unknown(claim)):
            missing.append(unknown)
        if missing or day is None:
            return self.unknown(claim, missing)
        return self.met(claim)

    @staticmethod
    def _classes(claim: Claim) -> tuple[str, ...]:
        """The classes that are still possible."""
        gender, told = claim.facts["gender"], claim.facts["retirement_class"]
        women = CLASSES["female"] if told is None else (str(told),)
        if gender == "female":
            return women
        return CLASSES["male"] if gender == "male" else (*CLASSES["male"], *women)

    @staticmethod
    def _unknown(claim: Claim) -> str:
        """The fact that would tell the class; none where it is told."""
        if claim.facts["gender"] is None:
            return "gender"
        return (
            "retirement_class" if claim.facts["gender"] == "female" and claim.facts["retirement_class"] is None else ""
        )


def working_age(code: str, clause: str, quote: str) -> WorkingAge:
    return WorkingAge(
        rule=f"{code}.working_age", clause=clause, title=T("在就业年龄段", "Of working age"), quote=quote,
        needs=("birth_date", "gender", "retirement_class"),
        because_met=T("拿到证书那天在就业年龄段。", "Of working age on the day of the certificate."),
        because_not=T("拿到证书那天不在就业年龄段。", "Not of working age on the day of the certificate."),
        because_unknown=T("还不知道是不是在就业年龄段。", "It is not known yet whether of working age."),
    )  # fmt: skip
