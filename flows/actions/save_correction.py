"""Save a correction page by page, before it is handed in (补正草稿)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting
from casework.corrections import saved
from casework.filing import merged
from casework.models import CorrectionRequest
from casework.sealing import seal
from flows.errors import AlreadyDone, NotAllowed, NotThere, Stale


def save_correction(
    *, request_id: int, by: Actor, now: datetime, facts: Mapping[str, Any], revision: int | None = None
) -> CorrectionRequest:
    """Put these answers into the open correction. Raises NotThere, NotAllowed, AlreadyDone where it was handed in, Stale."""
    with transaction.atomic():
        request = (
            CorrectionRequest.objects.select_for_update(of=("self",))
            .select_related("case__person__key", "case__organisation__key", "answers_before")
            .filter(pk=request_id)
            .first()
        )
        if request is None or not acting.acts_for(by, request.case.applicant, localdate(now)):
            raise NotThere
        if reason := acting.why_not_change(by, request.case.applicant, localdate(now)):
            raise NotAllowed(reason)
        if not request.is_open or request.answers_before is None:
            raise AlreadyDone
        if revision is not None and revision != request.revision:
            raise Stale
        answers, corrected = saved(request, request.answers_before)
        changed = merged(answers, facts)
        request.answers = seal(request.case.key, {**changed, "corrected": sorted(corrected | set(facts))})
        request.revision += 1
        request.save(update_fields=["answers", "revision"])
        return request
