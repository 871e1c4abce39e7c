"""End a round (结束批次) once every application is appointed or answered; positions that nobody got are then on offer."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.historic import keep
from casework.models import Position
from casework.record import write_on
from flows.errors import AlreadyDone, NotAllowed
from recruitment.guarding import locked_round

SPEC = access.register_action(ActionSpec("end_round", needs="any_case", holder="round_leaders", proof=True))


def end_round(*, round_id: int, by: Actor, now: datetime) -> int:
    """How many positions are left and go on offer for others, as for a direct admission. Raises NotThere, NotAllowed while
    an application is open, ProofNeeded, AlreadyDone."""
    with transaction.atomic():
        one = locked_round(round_id, by, "end_round", now)
        if one.ended_at is not None:
            raise AlreadyDone("round_is_over")
        if one.results_at is None:
            raise NotAllowed("results_not_out")
        if one.applications.exclude(case__state=states.CLOSED).exists():
            raise NotAllowed("round_has_open_cases")
        left = list(Position.objects.select_for_update(of=("self",)).filter(of_round__post__round=one, case=None))
        one.ended_at = now
        one.save(update_fields=["ended_at"])
        for position in left:
            position.is_offered = True
            keep(position, by, "round_ended", now)
        write_on(one, "round_ended", by, now, details={"left": len(left)})
        return len(left)
