"""Note the physical check (体检) of a candidate within the places; who fails it leaves the ranking, the next moves up."""

from contextlib import nullcontext
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts.actor import Actor
from casework import access, duties
from casework.access import ActionSpec
from casework.outbox import put, to_applicant
from casework.record import write_on
from casework.sealing import seal
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import PhysicalCheck, RoundApplication
from recruitment.queries import candidate_of
from recruitment.turns import telling_who_moves_up

SPEC = access.register_action(ActionSpec("note_check", needs="any_case", holder="round_leaders"))
LONGEST: Final = 1000


def note_check(
    *, round_id: int, application_id: int, passed: bool, reason: str, by: Actor, now: datetime
) -> PhysicalCheck:  # fmt: skip
    """The check of somebody who is within the places now. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        one = locked_round(round_id, by, "note_check", now)
        if one.results_at is None:
            raise NotAllowed("results_not_out")
        row = RoundApplication.objects.filter(pk=application_id, round=one).select_related(
            "case__person__key", "post", "round"
        )
        application = row.first()
        if application is None:
            raise NotThere
        if code := duties.kept_from(by, application.case):
            raise NotAllowed(code)
        if PhysicalCheck.objects.filter(application=application).exists():
            raise AlreadyDone("check_is_noted")
        ranked = candidate_of(application).ranked
        if ranked is None or ranked.state != "place":
            raise NotAllowed("not_in_the_places")
        if not passed and not reason.strip():
            raise Invalid(reason=T("不合格的，请写明原因。", "Please give the reason where it was failed."))
        if len(reason) > LONGEST:
            raise Invalid(reason=T("原因最多 {most} 个字。", "{most} characters at most.").fill(most=LONGEST))
        key, said = application.case.key, reason.strip()
        with nullcontext() if passed else telling_who_moves_up(application, now):
            made = PhysicalCheck.objects.create(
                district_id=one.district_id, application=application, passed=passed, by_id=by.user_id, at=now,
                reason=seal(key, said) if said else None,
            )  # fmt: skip
        write_on(
            one, "check_noted", by, now, details={"application": application.pk},
            sealed={"outcome": "passed" if passed else "failed", "reason": said}, key=key,
        )  # fmt: skip
        put(to_applicant(application.case, "check_noted", now))
        return made
