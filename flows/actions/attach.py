"""Hand in a file (上传材料) to a draft or to an open correction; replace it, never overwrite it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actor import Actor
from casework import files
from casework.evidence import read_upload
from casework.models import Case, CorrectionRequest, Draft, Evidence, Person
from casework.sealing import keyed_digest, seal
from flows.errors import NotThere
from policy import measure


def attach(
    *, by: Actor, now: datetime, code: str, name: str, content: bytes, description: str = "", draft: Draft | None = None,
    correction: CorrectionRequest | None = None,
) -> Evidence:  # fmt: skip
    """The file checked from its bytes, sealed on disk, and noted. Raises `casework.evidence.BadFile` or NotThere.

    The same file again for the same paper gives the evidence that is there.
    """
    owner, rules = _owner(by, draft, correction)
    if code not in {one.code for one in rules.evidence if not one.held_by_office}:
        raise NotThere
    checked = read_upload(name, content)
    person = owner.person
    assert person is not None
    digest = keyed_digest(person.key, checked.content)
    holder: dict[str, Any] = {"draft": owner} if isinstance(owner, Draft) else {"case": owner}
    if same := Evidence.objects.filter(**holder, code=code, digest=digest, removed_at=None, replaced_by=None).first():
        return same
    stored_as = files.put(person.key, checked.content)
    with transaction.atomic():
        standing = Evidence.objects.filter(**holder, code=code, removed_at=None, replaced_by=None).order_by("pk")
        replaces = standing.last() if correction is not None else None
        return Evidence.objects.create(
            district_id=owner.district_id, **holder, code=code, key=person.key, stored_as=stored_as, digest=digest,
            media_type=checked.media_type, size=len(checked.content), pages=checked.pages,
            name=seal(person.key, checked.name), description=seal(person.key, description.strip()[:500]),
            uploaded_at=now, uploaded_by_id=by.user_id, replaces=replaces,
        )  # fmt: skip


def detach(*, evidence_id: int, by: Actor, now: datetime) -> None:
    """Take a file out of a draft; the row stays, marked. A second time is no error."""
    evidence = Evidence.objects.select_related("draft").filter(pk=evidence_id, draft__user_id=by.user_id).first()
    if evidence is None:
        raise NotThere
    if evidence.removed_at is None:
        evidence.removed_at = now
        evidence.save(update_fields=["removed_at"])


def _owner(by: Actor, draft: Draft | None, correction: CorrectionRequest | None) -> tuple[Draft | Case, Any]:
    owner: Draft | Case | None = draft or (correction.case if correction and correction.is_open else None)
    mine = owner is not None and isinstance(by.on_behalf_of, Person) and owner.person_id == by.on_behalf_of.pk
    if owner is None or not mine or (isinstance(owner, Draft) and owner.user_id != by.user_id):
        raise NotThere
    return owner, measure(owner.measure)
