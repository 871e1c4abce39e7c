"""Give a post up after the decision (放弃录用), before the start of work: the person, or the leading department on their
word. The next in rank moves up."""

from datetime import datetime
from typing import Final

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Notice, Objection
from casework.outbox import put, to_applicant, to_department
from flows import engine
from flows.actions.return_to import free_position
from flows.conclude import conclude
from flows.errors import Invalid, NotAllowed
from flows.letters import void_unserved
from policy import T
from recruitment.models import RoundApplication
from recruitment.turns import telling_who_moves_up

DECLINE = access.register_action(ActionSpec("decline_post", needs="any_case", holder="applicant"))
NOTE = access.register_action(ActionSpec("note_declined", needs="any_case", holder="round_leaders", proof=True))
LONGEST: Final = 1000


def decline_post(*, case_id: int, by: Actor, now: datetime, reason: str = "") -> None:
    """The case closes and its place is free. An officer says how the person declined, or that they did not come.

    Raises NotThere, NotAllowed before the decision, after the end and while an objection is open, ProofNeeded, Invalid.
    """
    verb = "decline_post" if by.is_applicant else "note_declined"
    with engine.at_work(case_id=case_id, by=by, verb=verb, now=now) as work:
        case = work.case
        application = RoundApplication.objects.filter(case=case).select_related("round", "post").first()
        if application is None or case.state not in (states.PUBLICITY, states.APPROVED):
            raise NotAllowed("not_granted_a_post")
        if not by.is_applicant and not reason.strip():
            raise Invalid(reason=T("请写明本人怎么说的，哪天说的。", "Please say how and when the person said so."))
        if len(reason) > LONGEST:
            raise Invalid(reason=T("最多 {most} 个字。", "{most} characters at most.").fill(most=LONGEST))
        if Objection.objects.filter(notice__case=case, outcome="").exists():
            raise NotAllowed("objection_open")
        with telling_who_moves_up(application, now):
            Notice.objects.filter(case=case, ended_at=None).update(ended_at=now, outcome="given_up")
            free_position(work)
            void_unserved(work)
            engine.cancel_open(work)
            engine.close(work, done=False)
            conclude(
                work, "post_declined", sealed={"reason": reason.strip()}, details={"round": application.round_id},
                tell=(to_applicant(case, "post_declined", now),),
            )  # fmt: skip
        if by.is_applicant:
            put(to_department(case, application.round.department_id, "applicant_withdrew", now))
