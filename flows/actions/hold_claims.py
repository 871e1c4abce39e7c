"""Hold what a reported unit is owed until the matter is settled (暂缓拨付), clause 四（五）; and lift it again (恢复拨付).

One act holds every claim of the unit, also those that are decided meanwhile: nothing of it goes into a batch, and a batch
that is not released yet leaves it out. The claims themselves go on; each shows that its payment waits, and why.
"""

from collections.abc import Sequence
from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Case, CaseParty, ClaimHold, Message
from casework.outbox import to_applicant
from casework.sealing import seal
from flows import engine
from flows.actions.report import CODE as REPORT
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid
from policy import T

HOLD = access.register_action(ActionSpec("hold_claims", needs="any_case", holder="report_officers", proof=True))
LIFT = access.register_action(ActionSpec("lift_hold", needs="any_case", holder="report_officers", proof=True))
REPORTED = "reported"  # the role in which a report names its unit
LONGEST = 500


def hold_claims(*, case_id: int, by: Actor, now: datetime, reason: str) -> ClaimHold:
    """Nothing is paid to the unit that the report names until the hold is lifted, or the report is found unfounded.

    Pressed twice it is one hold. Raises Invalid without a reason or a named unit, AlreadyDone where the report was
    unfounded, NotAllowed, ProofNeeded, NotThere.
    """
    with engine.at_work(case_id=case_id, by=by, verb="hold_claims", now=now) as work:
        party = CaseParty.objects.filter(case=work.case, role=REPORTED).first()
        if party is None or party.organisation_id is None:
            raise Invalid(reason=T("先在这一件里写上被举报的单位。", "First name the reported unit in this case."))
        if work.case.outcome == "unfounded":
            raise AlreadyDone("case_closed")
        _checked(reason)
        standing = ClaimHold.objects.filter(case=work.case, organisation=party.organisation_id, lifted_at=None).first()
        if standing is not None:
            return standing
        assert work.by.post is not None
        made = ClaimHold.objects.create(
            district_id=work.case.district_id, case=work.case, organisation_id=party.organisation_id, by_id=work.by.user_id,
            held_as=work.by.post, at=now, reason=seal(work.case.key, reason.strip()),
        )  # fmt: skip
        note(
            work, "claims_held", details={"organisation": party.organisation_id}, sealed={"reason": reason.strip()},
            tell=_told([party.organisation_id], now, held=True), raises_version=True,
        )  # fmt: skip
        return made


def lift_hold(*, case_id: int, by: Actor, now: datetime, reason: str) -> None:
    """What the unit is owed may be paid again. Raises AlreadyDone where no hold of this report stands, Invalid without a
    reason, NotAllowed, ProofNeeded, NotThere."""
    with engine.at_work(case_id=case_id, by=by, verb="lift_hold", now=now) as work:
        _checked(reason)
        units = list(ClaimHold.objects.filter(case=work.case, lifted_at=None).values_list("organisation_id", flat=True))
        if not units:
            raise AlreadyDone("no_hold")
        ClaimHold.objects.filter(case=work.case, lifted_at=None).update(lifted_at=now)
        note(
            work, "hold_lifted", details={"organisations": units}, sealed={"reason": reason.strip()},
            tell=_told(units, now, held=False), raises_version=True,
        )  # fmt: skip


def unfounded(case: Case, now: datetime) -> tuple[Message, ...]:
    """What units are told whose hold ends because the report turned out unfounded."""
    if case.measure != REPORT:
        return ()
    units = case.holds.filter(lifted_at=None).values_list("organisation_id", flat=True)
    return _told(list(units), now, held=False)


def _told(units: Sequence[int], now: datetime, *, held: bool) -> tuple[Message, ...]:
    """To whoever acts for the unit, in each case of which a payment is under way."""
    paying = Case.objects.filter(organisation__in=units, state=states.PAYING).order_by("pk")
    return tuple(to_applicant(one, "payment_held" if held else "payment_goes_on", now) for one in paying)


def _checked(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST:
        raise Invalid(
            reason=T("请写理由，最多 {n} 个字。", "Please give the reason, {n} characters at most.").fill(n=LONGEST)
        )
