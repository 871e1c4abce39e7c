"""The employers' board (用人单位台账): each unit's yearly return against the rules, its certification, and how a shortfall is
put right. Read side only; the statements do not grow with the units."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Prefetch

from accounts.actor import Actor
from casework.assessment import facts_of
from casework.models import Action, AnswerSet, Case, Finding, IncomingRecord, Organisation
from casework.published import parameters
from casework.sealing import Erased, unseal
from flows.actions.open_rectification import CODE as RECTIFICATION
from flows.actions.open_rectification import is_of
from policy import T, assess, measure
from policy.parameters import Parameters

RETURNS: Final = ("public_sector_quota", "soe_recruitment_plan")
OFFICES: Final = frozenset(
    {"federation", "organization", "establishment", "hrss", "sasac", "district_government", "supervision"}
)
SHOWN: Final[dict[str, T]] = {
    "all": T("全部", "All"), "short": T("还差人的", "Short"), "open": T("整改中的", "Being put right"),
    "late": T("整改过期的", "Late"), "none": T("没有报的", "No return"),
}  # fmt: skip


@dataclass
class Certified:
    """What the yearly certification says: staff, and disabled staff."""

    year: int
    staff: int
    disabled: int


@dataclass
class Employer:
    """One unit in a year. `required`, `employed` and `short` are None where the rules can't say; `plan` is the newest case
    in which a shortfall is put right, `done_by` the day that it names."""

    unit: Organisation
    returned: Case | None = None
    required: int | None = None
    employed: int | None = None
    short: int | None = None
    certified: Certified | None = None
    plan: Case | None = None
    done_by: date | None = None

    @property
    def differs(self) -> bool:
        """Whether return and certification name different numbers of disabled staff."""
        return None not in (self.certified, self.employed) and self.certified.disabled != self.employed  # type: ignore[union-attr]

    def is_late(self, today: date) -> bool:
        return self.plan is not None and self.plan.is_open and self.done_by is not None and self.done_by < today

    def fits(self, show: str, today: date) -> bool:
        """Whether the unit stands in this part of SHOWN."""
        return {
            "all": True, "short": bool(self.short), "open": self.plan is not None and self.plan.is_open,
            "late": self.is_late(today), "none": self.returned is None,
        }[show]  # fmt: skip

    @property
    def is_put_right(self) -> bool:
        """Whether the unit showed that it did what it planned, and the case was closed for that."""
        return self.plan is not None and self.plan.outcome == "completed"

    @property
    def number(self) -> str:
        """The unified social credit code (统一社会信用代码); empty where only its blind index is known."""
        return str(unseal(self.unit.key, self.unit.number)) if self.unit.pk else ""


def may_read(by: Actor) -> bool:
    """Officers of the offices that the returns concern, and supervision."""
    return by.is_officer and by.post is not None and by.post.department.code in OFFICES


def board(district_id: int, year: int) -> list[Employer]:
    """Every unit with a return, a certification or an open rectification of the year, those that are short first."""
    by_unit: dict[str, Employer] = {}
    figures = parameters(district_id)
    for case in _returns(district_id, year):
        assert case.organisation is not None
        one = by_unit.setdefault(case.organisation.number_index, Employer(case.organisation))
        one.returned = case
        _judge(one, case, figures)
    for unit, told in _certified(district_id, year):
        by_unit.setdefault(unit.number_index, Employer(unit)).certified = told
    _with_plans(district_id, year, by_unit)
    found = list(by_unit.values())
    _promised([one for one in found if one.plan is not None])
    return sorted(found, key=lambda one: (-(one.short or 0), one.unit.name, one.unit.number_index))


def _with_plans(district_id: int, year: int, by_unit: dict[str, Employer]) -> None:
    """To each unit the case in which the shortfall of its return is put right; else one that is still open."""
    plans = Case.objects.filter(district_id=district_id, measure=RECTIFICATION, organisation__isnull=False)
    for case in plans.filter(as_of__year__lte=year).select_related("organisation__key").order_by("pk"):
        assert case.organisation is not None
        one = by_unit.get(case.organisation.number_index)
        if one is None and case.is_open:
            one = by_unit[case.organisation.number_index] = Employer(case.organisation)
        if one is not None and (case.is_open or is_of(case, one.returned)):
            one.plan = case


def totals(rows: Iterable[Employer]) -> dict[str, int]:
    """Over all units: how many returned, what is required, employed and lacking, how many plans are open."""
    found = list(rows)
    return {
        "units": len(found), "returned": sum(one.returned is not None for one in found),
        "required": sum(one.required or 0 for one in found), "employed": sum(one.employed or 0 for one in found),
        "short": sum(one.short or 0 for one in found), "plans": sum(one.plan is not None and one.plan.is_open for one in found),
    }  # fmt: skip


def _returns(district_id: int, year: int) -> Iterable[Case]:
    """The newest return of each unit, none that was withdrawn or not accepted."""
    found = Case.objects.filter(
        district_id=district_id, measure__in=RETURNS, as_of__year=year, organisation__isnull=False
    ).exclude(outcome__in=("withdrawn", "not_accepted", "lapsed"))
    return found.select_related("organisation__key").prefetch_related(
        Prefetch("answer_sets", AnswerSet.objects.order_by("number")),
        Prefetch("findings", Finding.objects.filter(replaced_by=None)),
    ).order_by("pk")  # fmt: skip


def _judge(one: Employer, case: Case, figures: Parameters) -> None:
    """What the rules say of the newest answers, with what officers have found."""
    try:
        answers = unseal(case.key, list(case.answer_sets.all())[-1].answers)["facts"]
        facts = facts_of(case, answers, {finding.fact: finding for finding in case.findings.all()})
    except (Erased, IndexError):
        return
    values = assess(case.measure, case.as_of, facts, [], figures).values
    one.required, one.short = _whole(values.get("required")), _whole(values.get("shortfall"))
    one.employed = _whole(facts.get("disabled_employed"))


def _whole(value: Any) -> int | None:
    return None if value is None else int(str(value))


def _certified(district_id: int, year: int) -> Iterable[tuple[Organisation, Certified]]:
    """The certification of the year before, which is the newest that a return of the year can know. A unit that has done
    nothing here yet stands under the name that the certification gives it; it has no row of its own."""
    units = {
        one.number_index: one for one in Organisation.objects.filter(district_id=district_id).select_related("key")
    }
    found = IncomingRecord.objects.filter(district_id=district_id, kind="certification", in_force=True)
    newest: dict[str, Certified] = {}
    names: dict[str, str] = {}
    for row in found.select_related("key").order_by("pk"):
        try:
            facts = unseal(row.key, row.facts)
        except Erased:
            continue
        before = newest.get(row.number_index)
        if year - 1 <= facts["year"] <= year and (before is None or before.year <= facts["year"]):
            names[row.number_index] = facts["unit"]
            newest[row.number_index] = Certified(facts["year"], facts["staff"], facts["disabled_employed"])
    strangers = {
        number: Organisation(district_id=district_id, name=names[number], number_index=number)
        for number in newest if number not in units
    }  # fmt: skip
    return [(units.get(number) or strangers[number], told) for number, told in newest.items()]


def _promised(rows: list[Employer]) -> None:
    """By which day each plan will be done, as its newest return says."""
    plans = {one.plan.pk: one for one in rows if one.plan is not None}
    places = {one.plan.district_id for one in plans.values() if one.plan is not None}
    told = Action.objects.filter(
        district_id__in=places, subject_kind="case", subject_id__in=plans, event="delivered"
    ).order_by("pk")
    for case_id, details in told.values_list("subject_id", "details"):
        if day := details.get("done_by"):
            plans[case_id].done_by = date.fromisoformat(day)


def title_of(case: Case) -> T:
    return measure(case.measure, case.purpose).title
