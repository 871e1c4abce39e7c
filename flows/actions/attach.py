"""Hand in a file (上传材料) to a draft or to an open correction; replace it, never overwrite it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import acting, files
from casework.evidence import read_upload
from casework.filing import SIGNED_PAPER
from casework.models import Case, CorrectionRequest, Draft, Evidence
from casework.sealing import content_index, keyed_digest, seal
from flows.errors import NotThere
from policy import measure


def attach(
    *, by: Actor, now: datetime, code: str, name: str, content: bytes, description: str = "", draft: Draft | None = None,
    correction: CorrectionRequest | None = None,
) -> Evidence:  # fmt: skip
    """The file checked from its bytes, sealed on disk, and noted. Raises `casework.evidence.BadFile` or NotThere.

    The same file again for the same paper gives the evidence that is there.
    """
    owner, rules = _owner(by, draft, correction, now)
    papers = {one.code for one in rules.evidence if not one.held_by_office}
    if code not in papers and not (by.is_officer and code == SIGNED_PAPER):
        raise NotThere
    return keep_file(
        owner, code, name, content, by=by, now=now, description=description, replaces=correction is not None
    )[0]


def keep_file(
    owner: Draft | Case, code: str, name: str, content: bytes, *, by: Actor, now: datetime, description: str = "",
    replaces: bool = False,
) -> tuple[Evidence, bool]:  # fmt: skip
    """The file checked from its bytes, sealed on disk, and noted with the draft or the case; and whether it is new: the
    same file again for the same paper gives the evidence that is there. `replaces`: the one that stood is replaced.

    Raises `casework.evidence.BadFile`. The caller has asked whether the actor may.
    """
    checked, key = read_upload(name, content), owner.key
    digest = keyed_digest(key, checked.content)
    holder: dict[str, Any] = {"draft": owner} if isinstance(owner, Draft) else {"case": owner}
    standing = Evidence.objects.filter(**holder, code=code, removed_at=None, replaced_by=None).order_by("pk")
    if same := standing.filter(digest=digest).first():
        return same, False
    stored_as = files.put(key, checked.content)
    with transaction.atomic():
        made = Evidence.objects.create(
            district_id=owner.district_id, **holder, code=code, key=key, stored_as=stored_as, digest=digest,
            content_index=content_index(checked.content),
            media_type=checked.media_type, size=len(checked.content), pages=checked.pages,
            name=seal(key, checked.name), description=seal(key, description.strip()[:500]),
            uploaded_at=now, uploaded_by_id=by.user_id, replaces=standing.last() if replaces else None,
        )  # fmt: skip
        return made, True


def detach(*, evidence_id: int, by: Actor, now: datetime) -> None:
    """Take a file out of a draft; the row stays, marked. A second time is no error."""
    own = acting.own_drafts(by, localdate(now))
    evidence = Evidence.objects.select_related("draft").filter(pk=evidence_id, draft__in=own).first()
    if evidence is None:
        raise NotThere
    if evidence.removed_at is None:
        evidence.removed_at = now
        evidence.save(update_fields=["removed_at"])


def _owner(
    by: Actor, draft: Draft | None, correction: CorrectionRequest | None, now: datetime
) -> tuple[Draft | Case, Any]:  # fmt: skip
    """The draft of the account, for whom it acts or whom it registers; or the case whose correction is theirs."""
    owner: Draft | Case | None = draft or (correction.case if correction and correction.is_open else None)
    if owner is None:
        raise NotThere
    today = localdate(now)
    if isinstance(owner, Draft):
        may = acting.own_drafts(by, today).filter(pk=owner.pk).exists()
    else:
        may = not acting.why_not_change(by, owner.applicant, today)
    if not may:
        raise NotThere
    return owner, measure(owner.measure, owner.purpose)
