"""Hand in a correction at once (一次补正): answers and papers together, as a portal sends them.

Each part is kept like those of the pages, so that nothing is lost where the whole can't be handed in yet.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.actor import Actor
from casework import access
from casework.models import Case, CorrectionRequest
from casework.queries import open_task
from flows.actions.attach import attach
from flows.actions.hand_in import Paper
from flows.actions.resubmit import resubmit
from flows.actions.save_correction import save_correction
from flows.errors import AlreadyDone, NotAllowed, Stale


def correct(
    *, case: Case, seen: int, facts: Mapping[str, Any], papers: Iterable[Paper], by: Actor, now: datetime
) -> None:  # fmt: skip
    """The correction goes back to the step that asked. Raises AlreadyDone where none is open, NotAllowed, Stale, Invalid,
    NotThere for a paper that there is not, `casework.evidence.BadFile`."""
    request, task = open_correction(case), open_task(case)
    if request is None or task is None:
        raise AlreadyDone("not_in_this_state")
    if not (verdict := access.may(by, "resubmit", task=task)):
        raise NotAllowed(verdict.reason)
    if seen != case.version:
        raise Stale
    if facts:
        save_correction(request_id=request.pk, by=by, now=now, facts=facts)
    for paper in papers:
        attach(by=by, now=now, code=paper.code, name=paper.name, content=paper.content, correction=request)
    resubmit(case_id=case.pk, task_id=task.pk, by=by, now=now, seen=seen)


def open_correction(case: Case) -> CorrectionRequest | None:
    """What the applicant was asked to put right and has not yet, with the answers that it is about."""
    found = case.correction_requests.filter(answered_at=None, expired_at=None).select_related("answers_before").first()
    if found is not None:
        found.case = case
    return found
