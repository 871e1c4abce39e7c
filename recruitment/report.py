"""The report of a round (招录报告): planned, reserved, applied, admitted, present, appointed, by unit; and what every post
came to. Figures alone."""

from dataclasses import dataclass

from policy import T
from recruitment.models import Round
from recruitment.queries import Candidate, candidates_of
from recruitment.turns import is_appointed, standings_of


@dataclass(frozen=True)
class ReportLine:
    """One unit's figures; the total has no unit."""

    unit: str
    planned: int
    reserved: int
    applied: int
    admitted: int
    present: int
    appointed: int

    @property
    def figures(self) -> tuple[int, ...]:
        return self.planned, self.reserved, self.applied, self.admitted, self.present, self.appointed


@dataclass(frozen=True)
class Outcome:
    """What a post came to: its places, who is at work, who is on the way there, who may still move up, and how many places
    nobody is left for."""

    code: str
    title: T
    vacancies: int
    appointed: int
    under_way: int
    next: int
    unfilled: int

    @property
    def figures(self) -> tuple[int, ...]:
        return self.vacancies, self.appointed, self.under_way, self.next, self.unfilled


def outcomes_of(one: Round) -> list[Outcome]:
    """A line a post, in the order of the units; none before the results are out. A fixed number of statements."""
    if one.results_at is None:
        return []
    return [
        Outcome(
            each.post.code, T(each.post.title, each.post.title_en or each.post.title, filled=True), each.post.vacancies, each.appointed, each.under_way,
            len(each.waiting), each.unfilled,
        )
        for each in standings_of(one)
    ]  # fmt: skip


def report_of(one: Round) -> list[ReportLine]:
    """A line a unit, in the order of the plan, and the total last. A fixed number of statements."""
    by_unit: dict[int, list[Candidate]] = {}
    for candidate in candidates_of(one):
        by_unit.setdefault(candidate.application.post.unit_id, []).append(candidate)
    lines = [
        ReportLine(unit.name, unit.planned, unit.reserved, *_counted(by_unit.get(unit.pk, [])))
        for unit in one.units.all()
    ]
    return [*lines, ReportLine("", *(sum(column) for column in zip(*(line.figures for line in lines), strict=True)))]


def _counted(candidates: list[Candidate]) -> tuple[int, int, int, int]:
    """Applied, admitted to the examination, present in both parts, appointed: at work, as the unit confirmed."""
    return (
        len(candidates),
        sum(one.is_admitted for one in candidates),
        sum(one.is_admitted and one.was_present for one in candidates),
        sum(is_appointed(one) for one in candidates),
    )
