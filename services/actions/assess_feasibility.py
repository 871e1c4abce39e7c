"""Feasibility of a founder's plan (创业可行性): asked of a provider, assessed per heading, a second opinion where the risk
is high, then the federation's advice about start-up aid. It warns and never blocks: nobody's application asks for it.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Case, Organisation
from casework.record import write_on
from casework.sealing import seal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from services import lists
from services.access import allowed
from services.models import Feasibility, StartUpAdvice
from services.plans import asked_feasibilities, may_advise, service_cases

ASK = access.register_action(ActionSpec("ask_feasibility", needs="any_case", holder="service_officers"))
ANSWER = access.register_action(ActionSpec("answer_feasibility", needs="any_case", holder="applicant"))
LOWEST, HIGHEST, LONGEST = 1, 5, 3000


def ask_feasibility(*, case_id: int, organisation_id: int, by: Actor, now: datetime) -> Feasibility:
    """A provider is asked: first, or for the second opinion once the first found a high risk; another provider then.

    Raises NotThere, NotAllowed, AlreadyDone, Invalid.
    """
    with transaction.atomic():
        case = _case(case_id, by, "ask_feasibility", now)
        unit = Organisation.objects.filter(pk=organisation_id, district_id=case.district_id).first()
        if unit is None:
            raise Invalid(unit=T("请选一个机构。", "Please choose a provider."))
        first = case.feasibilities.filter(second=False).first()
        if first is not None and first.organisation_id == unit.pk:
            raise Invalid(unit=T("第二意见要请另一个机构。", "The second opinion comes from another provider."))
        if first is not None and first.risk != "high":
            raise AlreadyDone("assessment_asked")
        try:
            with transaction.atomic():
                made = Feasibility.objects.create(
                    district_id=case.district_id, case=case, organisation=unit, second=first is not None,
                    asked_by_id=by.user_id, asked_at=now, key=case.key,
                )  # fmt: skip
        except IntegrityError:
            raise AlreadyDone("assessment_asked") from None
        details = {"case": case.pk, "organisation": unit.pk, "second": made.second}
        write_on(made, "feasibility_asked", by, now, details=details)
        return made


def answer_feasibility(
    *, feasibility_id: int, scores: Mapping[str, int], risk: str, text: str, by: Actor, now: datetime
) -> Feasibility:  # fmt: skip
    """The provider's scores, 1 to 5 per heading, the level of risk, and why. Once. Raises as above."""
    with transaction.atomic():
        if not asked_feasibilities(by, localdate(now)).filter(pk=feasibility_id).exists():
            raise NotThere
        rows = Feasibility.objects.select_for_update(of=("self",)).select_related("organisation", "key")
        one = rows.get(pk=feasibility_id)
        by = allowed(by, "answer_feasibility", now, one.organisation)
        if one.answered_at is not None:
            raise AlreadyDone("assessment_answered")
        _check(scores, risk, text)
        one.scores, one.risk, one.text = dict(scores), risk, seal(one.key, text.strip())
        one.answered_by_id, one.answered_at = by.user_id, now
        one.save()
        details = {"case": one.case_id, "scores": dict(scores), "risk": risk, "second": one.second}
        write_on(one, "feasibility_answered", by, now, details=details, sealed={"text": text.strip()}, key=one.key)
        return one


def advise_start_up(*, case_id: int, advises: bool, reason: str, by: Actor, now: datetime) -> StartUpAdvice:
    """The federation advises start-up aid or advises against; once. Advising it waits for the second opinion of a high risk.

    Raises Invalid, NotThere, NotAllowed, AlreadyDone.
    """
    if not reason.strip() or len(reason) > LONGEST:
        raise Invalid(reason=T("请写理由，最多 {most} 个字。", "Please give the reason, at most {most} characters.").fill(most=LONGEST))  # fmt: skip
    with transaction.atomic():
        case = _case(case_id, by, "ask_feasibility", now)
        why_not = may_advise(list(case.feasibilities.all()))
        if why_not and (advises or why_not == "no_assessment"):
            raise NotAllowed(why_not)
        if StartUpAdvice.objects.filter(case=case).exists():
            raise AlreadyDone("advice_given")
        made = StartUpAdvice.objects.create(
            district_id=case.district_id, case=case, advises=advises, key=case.key, reason=seal(case.key, reason.strip()),
            given_by_id=by.user_id, given_at=now,
        )  # fmt: skip
        details = {"case": case.pk, "advises": advises}
        write_on(made, "start_up_advised", by, now, details=details, sealed={"reason": reason.strip()}, key=case.key)
        return made


def _case(case_id: int, by: Actor, verb: str, now: datetime) -> Case:
    """The open service case, locked, for an officer who may see it."""
    if not service_cases(by).filter(pk=case_id).exists():
        raise NotThere
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    case: Case = rows.select_related("person__key", "organisation__key", "own_key").get(pk=case_id)
    verdict = access.may(by, verb, case=case, on=localdate(now))
    if not verdict:
        raise NotAllowed(verdict.reason)
    if not case.is_open:
        raise AlreadyDone("case_closed")
    return case


def _check(scores: Mapping[str, int], risk: str, text: str) -> None:
    wrong: dict[str, T] = {}
    for heading in lists.HEADINGS:
        if not LOWEST <= scores.get(heading, 0) <= HIGHEST:
            wrong[heading] = T("请打 1 到 5 分。", "Please give 1 to 5 points.")
    if risk not in lists.RISKS:
        wrong["risk"] = T("请选风险有多大。", "Please choose the level of risk.")
    if not text.strip():
        wrong["text"] = T("请写依据，风险高的写怎么降低。", "Please say why, and how a high risk could be lowered.")
    elif len(text) > LONGEST:
        wrong["text"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if wrong:
        raise Invalid(**wrong)
