"""An officer declares whom they are tied to (申报亲属、原工作单位、同住); it bars them from cases (`casework.duties`)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import User
from casework import access
from casework.access import ActionSpec
from casework.models import Relation
from casework.record import write_on
from casework.sealing import index, new_key, seal
from flows.errors import Invalid, NotAllowed, NotThere, ProofNeeded
from policy import T

END = access.register_action(ActionSpec("end_relation", needs="any_case", holder="administrators", proof=True))
LONGEST = 40


def declare_relation(
    *, kind: str, by: Actor, now: datetime, number: str = "", officer_id: int | None = None, label: str = ""
) -> Relation:
    """Kin or a former employer by the normalised number of the person or the unit; for `household`, the other officer.

    `label` is what the officer calls them, sealed. The same tie twice is one. Raises NotAllowed, Invalid(officer=…).
    """
    if by.post is None or by.user is None or by.user_id != by.post.user_id or not by.holds_post(localdate(now)):
        raise NotAllowed("only_for_oneself")
    if kind == "household":
        other = User.objects.filter(pk=officer_id or 0, kind=User.OFFICER, is_active=True).first()
        if other is None or other.pk == by.user_id:
            raise Invalid(officer=T("请写同住的另一位工作人员的工号。", "Please give the other officer's work number."))
    with transaction.atomic():
        key = new_key("officer", by.post.district_id) if label.strip() else None
        relation, made = Relation.objects.get_or_create(
            district=by.post.district, user=by.user, kind=kind, number_index=index(number) if number else "",
            officer_id=officer_id, ended_at=None,
            defaults={"declared_at": now, "key": key, "label": seal(key, label.strip()[:LONGEST]) if key else None},
        )  # fmt: skip
        if made:
            write_on(relation, "relation_declared", by, now, details={"kind": kind})
        elif key is not None:
            key.delete()
        return relation


def end_relation(*, relation_id: int, reason: str, by: Actor, now: datetime) -> None:
    """A tie that was declared by mistake, or is over, bars no more. An administrator says so, never for themselves.

    Raises NotThere, NotAllowed, ProofNeeded, Invalid without a reason. A second time is no error.
    """
    verdict = access.may(by, "end_relation", on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    if not reason.strip():
        raise Invalid(reason=T("请写明为什么撤销。", "Please say why it is ended."))
    with transaction.atomic():
        found = Relation.objects.select_for_update(of=("self",), no_key=True).filter(pk=relation_id).first()
        if found is None or found.district_id != by.post.district_id:
            raise NotThere
        if by.user_id in (found.user_id, found.officer_id):
            raise NotAllowed("not_ones_own_account")
        if found.ended_at is None:
            found.ended_at = now
            found.save(update_fields=["ended_at"])
            key = found.key or new_key("officer", found.district_id)
            write_on(
                found,
                "relation_ended",
                by,
                now,
                details={"kind": found.kind},
                sealed={"reason": reason.strip()[:500]},
                key=key,
            )
