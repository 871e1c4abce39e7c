"""Release the results of a round (公布成绩): each candidate reads their own; the ranking is fixed by then, and the clocks
of the applications, which stood still for the examination, go on."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.calendar import calendar_of
from casework.models import Case
from casework.outbox import put, to_applicant
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import Round
from recruitment.queries import candidates_of

SPEC = access.register_action(ActionSpec("release_results", needs="any_case", holder="round_leaders", proof=True))


def release_results(*, round_id: int, by: Actor, now: datetime) -> None:
    """Once every score is sure. Raises NotThere, NotAllowed, ProofNeeded, AlreadyDone, Invalid where one is missing."""
    with transaction.atomic():
        one = locked_round(round_id, by, "release_results", now)
        if one.results_at is not None:
            raise AlreadyDone("results_out")
        if not one.is_examined(now):
            raise NotAllowed("exam_to_come")
        admitted = [candidate for candidate in candidates_of(one) if candidate.is_admitted]
        if not admitted:
            raise NotAllowed("no_seats")
        unsure = [candidate for candidate in admitted if not candidate.is_gone and not candidate.result.complete]
        if unsure:
            words = T(
                "还有 {n} 个人的分数没有录全、没有核对好。",
                "The scores of {n} people are not complete or not sure yet.",
            )
            raise Invalid(scores=words.fill(n=len(unsure)))
        one.results_at = now
        one.save(update_fields=["results_at"])
        write_on(
            one, "results_released", by, now,
            details={"candidates": len(admitted), "present": sum(candidate.was_present for candidate in admitted)},
        )  # fmt: skip
        _clocks_go_on(one, now)
        put(*(to_applicant(candidate.case, "results_out", now) for candidate in admitted if candidate.case.is_open))


def _clocks_go_on(one: Round, now: datetime) -> None:
    """Each case is locked, as a step that opens on it meanwhile would stop its clocks anew; what stands still for another
    reason goes on doing so."""
    calendar = calendar_of(one.district_id)
    cases = Case.objects.select_for_update(of=("self",), no_key=True).filter(round_application__round=one)
    for case in cases.exclude(state=states.CLOSED).order_by("pk"):
        deadlines.resume(case, deadlines.EXAMINATION, now, calendar)
        if case.state in (states.CORRECTION, states.SUSPENDED):
            deadlines.pause(case, case.state, now, every=case.state == states.SUSPENDED)
