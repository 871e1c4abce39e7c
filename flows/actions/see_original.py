"""Note that the original of a document was seen (核对原件)."""

from datetime import datetime

from accounts.actor import Actor
from casework import access, states
from casework.access import ActionSpec
from casework.models import Evidence
from flows import engine
from flows.conclude import note
from flows.errors import NotThere

SPEC = access.register_action(ActionSpec("see_original", states=frozenset({states.SUBMITTED, states.IN_REVIEW})))


def see_original(*, case_id: int, task_id: int, by: Actor, now: datetime, evidence_id: int) -> None:
    """The handler compared the file with its original. Once noted, it stays noted."""
    with engine.at_work(case_id=case_id, task_id=task_id, by=by, verb="see_original", now=now) as work:
        evidence = Evidence.objects.filter(pk=evidence_id, case=work.case, removed_at=None).first()
        if evidence is None:
            raise NotThere
        if evidence.original_seen_at is None:
            evidence.original_seen_at, evidence.original_seen_by_id = now, by.user_id
            evidence.save(update_fields=["original_seen_at", "original_seen_by"])
            note(work, "original_seen", details={"evidence": evidence.pk, "paper": evidence.code}, raises_version=True)
