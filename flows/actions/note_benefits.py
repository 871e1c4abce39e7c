"""Benefits from outside this system (外部待遇): imported by the office, declared and withdrawn by the applicant."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, District
from casework import acting
from casework.benefits import Benefit
from casework.exclusions import stored_key
from casework.models import OtherBenefit
from casework.record import write_on
from casework.sealing import index, seal
from flows.errors import NotAllowed, NotThere
from policy.exclusions import BY_KIND, Exclusion


def import_benefits(*, district: District, benefits: Sequence[Benefit], by: Actor, now: datetime) -> tuple[int, int]:
    """All of them or none: how many are new, how many were there already. One with another amount replaces the old one."""
    with transaction.atomic():
        batch, new, known = uuid.uuid4(), 0, 0
        for one in benefits:
            given = {
                "district": district, "number_index": index(one.number), "kind": one.kind,
                "key": stored_key(BY_KIND[one.kind].key, one.key), "source": "imported", "withdrawn_at": None,
            }  # fmt: skip
            old = OtherBenefit.objects.select_for_update().filter(**given).first()
            if old is not None and old.amount == one.amount:
                known += 1
                continue
            if old is not None:
                old.withdrawn_at = now
                old.save(update_fields=["withdrawn_at"])
            OtherBenefit.objects.create(**given, amount=one.amount, batch=batch, noted_by=by.user, noted_at=now)
            new += 1
        if new:
            office = Department.objects.get(district=district, code="federation")
            write_on(office, "benefits_imported", by, now, details={"batch": str(batch), "rows": new})
        return new, known


def declare_benefit(
    *, by: Actor, now: datetime, row: Exclusion, key: str, amount: Decimal | None, words: str = ""
) -> OtherBenefit:
    """The applicant says what they had elsewhere; it takes part in all their claims. The same twice is one; with another
    amount it replaces the former. `words` are the applicant's own for the key, kept sealed."""
    who = by.on_behalf_of
    if reason := acting.why_not_change(by, who, localdate(now)):
        raise NotAllowed(reason)
    by = acting.as_acting_for(by, who, localdate(now))
    with transaction.atomic():
        given = {
            "district_id": who.district_id, "number_index": who.number_index, "kind": row.kind,
            "key": stored_key(row.key, key), "source": "declared", "withdrawn_at": None,
        }  # fmt: skip
        type(who).objects.select_for_update(no_key=True).get(pk=who.pk)  # two pages at once: one after the other
        OtherBenefit.objects.filter(**given).exclude(amount=amount).update(withdrawn_at=now)
        benefit, made = OtherBenefit.objects.get_or_create(
            **given, amount=amount, defaults={"noted_by": by.user, "noted_at": now, "words": seal(who.key, words)}
        )
        if made:
            write_on(benefit, "benefit_declared", by, now, details={"kind": row.kind.value})
        return benefit


def withdraw_benefit(*, benefit_id: int, by: Actor, now: datetime) -> None:
    """What was declared by mistake is taken back; what an office imported stays. Raises NotThere, NotAllowed."""
    who = by.on_behalf_of
    if reason := acting.why_not_change(by, who, localdate(now)):
        raise NotAllowed(reason)
    by = acting.as_acting_for(by, who, localdate(now))
    with transaction.atomic():
        benefit = (
            OtherBenefit.objects.select_for_update()
            .filter(pk=benefit_id, source="declared", number_index=getattr(who, "number_index", "-"))
            .first()
        )
        if benefit is None:
            raise NotThere
        if benefit.withdrawn_at is None:
            benefit.withdrawn_at = now
            benefit.save(update_fields=["withdrawn_at"])
            write_on(benefit, "benefit_withdrawn", by, now, details={"kind": benefit.kind})
