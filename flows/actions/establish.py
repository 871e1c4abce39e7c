"""Establish a fact (认定): what an officer finds stands before the applicant's answer; a new finding replaces it."""

from datetime import datetime
from typing import Any

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.assessment import facts_of, keep, newest_answers, standing_findings
from casework.models import FactOrigin, Finding
from casework.sealing import seal, unseal
from flows import engine
from flows.conclude import note
from flows.errors import Invalid, NotAllowed
from policy import FormError, T, measure

SPEC = access.register_action(ActionSpec("establish", proof=True, states=frozenset({states.IN_REVIEW})))


def establish(
    *, case_id: int, task_id: int, by: Actor, now: datetime, fact: str, value: Any, reason: str, seen: int | None = None
) -> Finding:
    """A finding on a fact that the measure asks of this step, or on one that the applicant answered, with the reason."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="establish", now=now, seen=seen) as work:
        case = work.case
        _check(work, fact, value, reason)
        finding = Finding.objects.create(
            district_id=case.district_id, case=case, fact=fact, value=seal(case.key, value),
            reason=seal(case.key, reason), step=work.at.step_name, by_id=by.user_id, at=now,
            replaces=case.findings.filter(fact=fact, replaced_by=None).first(),
        )  # fmt: skip
        case.origins.filter(fact=fact).update(
            state=FactOrigin.CONFIRMED, confirmed_by=by.user_id, confirmed_at=now, said=None
        )
        answers = newest_answers(case)
        facts = unseal(case.key, answers.answers)["facts"]
        keep(case, answers, facts_of(case, facts, standing_findings(case)), now)
        note(
            work, "established", details={"fact": fact, "finding": finding.pk}, raises_version=True,
            sealed={"value": str(value), "reason": reason},
        )  # fmt: skip
        return finding


def _check(work: engine.Work, name: str, value: Any, reason: str) -> None:
    rules = measure(work.case.measure, work.case.purpose)
    try:
        fact = rules.fact(name)
    except KeyError:
        raise NotAllowed("no_such_fact") from None
    step = f"{work.step.kind}/{work.step.by.code}"
    if fact.asked_of not in ("applicant", step):
        raise NotAllowed("not_at_this_step")
    if not reason.strip():
        raise Invalid(reason=T("请写明认定的理由。", "Please give the reason of the finding."))
    try:
        if fact.read(value) is None:
            raise Invalid(value=fact.error)
    except FormError as error:
        raise Invalid(value=error.message) from error
