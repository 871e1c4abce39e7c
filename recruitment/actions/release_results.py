"""Release the results of a round (公布成绩): each candidate reads their own; the ranking is fixed by then."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.outbox import put, to_applicant
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T
from recruitment.guarding import locked_round
from recruitment.queries import candidates_of

SPEC = access.register_action(ActionSpec("release_results", needs="any_case", holder="round_leaders", proof=True))


def release_results(*, round_id: int, by: Actor, now: datetime) -> None:
    """Once every score is sure. Raises NotThere, NotAllowed, ProofNeeded, AlreadyDone, Invalid where one is missing."""
    with transaction.atomic():
        one = locked_round(round_id, by, "release_results", now)
        if one.results_at is not None:
            raise AlreadyDone("results_out")
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
        put(*(to_applicant(candidate.case, "results_out", now) for candidate in admitted if candidate.case.is_open))
