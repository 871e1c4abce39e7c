"""Gathering a case's facts, asking the rules, keeping what came out."""

from datetime import datetime
from typing import Any, Final

from casework.exclusions import earlier_benefits, mark
from casework.models import AnswerSet, Assessment, Case, Finding
from casework.published import parameters
from casework.sealing import seal, unseal
from casework.statements import Asked, given
from policy import Assessment as Found
from policy import assess, is_assessed, measure
from policy.assessment import UNDETERMINED
from policy.explanation import Explanation, explain


def newest_answers(case: Case) -> AnswerSet:
    """The answers that stand: the newest set. Raises AnswerSet.DoesNotExist for a case without any."""
    return ANSWERS.one(case=case.pk)


ANSWERS: Final = Asked(lambda: AnswerSet.objects.filter(case=given("case")).order_by("-number")[:1])


def standing_findings(case: Case) -> dict[str, Finding]:
    """The officers' findings that stand, by fact."""
    return {finding.fact: finding for finding in FINDINGS.all(case=case.pk)}


FINDINGS: Final = Asked(lambda: Finding.objects.filter(case=given("case"), replaced_by=None).select_related("by"))


def facts_of(case: Case, answers: dict[str, Any], findings: dict[str, Finding]) -> dict[str, Any]:
    """The facts that the rules take: an officer's standing finding before the applicant's answer."""
    established = {fact: unseal(case.key, finding.value) for fact, finding in findings.items()}
    return {**answers, **established}


def find(case: Case) -> Found:
    """What the rules find on the case as it stands; nothing is stored."""
    answers = unseal(case.key, newest_answers(case).answers)["facts"]
    facts = facts_of(case, answers, standing_findings(case))
    return assess(case.measure, case.as_of, facts, earlier_benefits(case, facts), parameters(case.district_id))


def figure_lacking(case: Case) -> str:
    """The parameter that is the sum granted by a kind of case that no rule judges, while none is in force on the day of the
    application; empty where nothing lacks."""
    name = measure(case.measure, case.purpose).sum_parameter
    return name if name and parameters(case.district_id).value(name, case.as_of) is None else ""


def waits_for_a_figure(case: Case) -> bool:
    """Whether nothing but a figure that nobody has published yet keeps the rules from an answer.

    Such a case waits; it is never refused for it (chains.md).
    """
    if not is_assessed(case.measure, case.purpose):
        return bool(figure_lacking(case))
    found = find(case)
    figures = [name for name in found.missing if "." in name and "[" not in name]
    return found.outcome == UNDETERMINED and bool(figures) and len(figures) == len(found.missing)


def keep(case: Case, answer_set: AnswerSet, facts: dict[str, Any], now: datetime) -> Assessment | None:
    """Ask the rules and store what came out, sealed, with the version and the parameters used.

    None for kinds of case that the rules do not know.
    """
    if not is_assessed(case.measure, case.purpose):
        return None
    found = assess(case.measure, case.as_of, facts, earlier_benefits(case, facts), parameters(case.district_id))
    told = explain(found).as_json()
    kept = {"facts": facts, "trace": told.pop("reasons"), "explanation": told}
    mark(case, facts)
    return Assessment.objects.create(
        district_id=case.district_id, case=case, answers=answer_set, outcome=found.outcome, amount=found.amount,
        policy_version=found.policy_version, parameters=found.parameters, missing=list(found.missing),
        trace=seal(case.key, kept), at=now,
    )  # fmt: skip


def renew(case: Case, now: datetime) -> None:
    """Ask the rules again where another claim may have changed their answer; kept only if it did."""
    if measure(case.measure, case.purpose).excludes is None:
        return
    found, kept = find(case), case.assessments.order_by("-pk").first()
    if kept is None or (found.outcome, found.amount) != (kept.outcome, kept.amount):
        answer_set = newest_answers(case)
        answers = unseal(case.key, answer_set.answers)["facts"]
        keep(case, answer_set, facts_of(case, answers, standing_findings(case)), now)


def kept_explanation(case: Case, found: Assessment) -> Explanation | None:
    """The worked explanation that was kept with an assessment; None for one from before they were kept."""
    kept = unseal(case.key, found.trace)
    if "explanation" not in kept:
        return None
    return Explanation.from_json({**kept["explanation"], "reasons": kept["trace"]})
