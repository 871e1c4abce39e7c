"""Arrange a chain in a district (调整办理顺序): the steps between intake and decision in an order of its own, or again as published.

Cases that are under way end as they began; an administrator can move one (`move_chain`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import districts
from accounts.actor import Actor
from accounts.models import District
from casework.record import write_on
from flows import orders
from flows.errors import NotThere
from flows.published_chains import key


def arrange_chain(*, district: str, chain: str, steps: Sequence[str], by: Actor, now: datetime) -> bool:
    """`district` by its code, `chain` as `measure` or `measure/purpose`, its newest version; without `steps` as published.

    Whether anything changed; the same order twice changes nothing. Raises NotThere, NoSuchOrder.
    """
    with transaction.atomic():
        found = District.objects.select_for_update(no_key=True).filter(code=district).first()
        if found is None:
            raise NotThere
        published = orders.published(chain)
        order = list(steps) or [step.name for step in published.steps]
        if orders.in_order(published, order) is orders.arranged(published, found.orders):
            return False
        found.orders = {**found.orders, key(published): order}
        found.save(update_fields=["orders"])
        details = {"chain": key(published), "order": order}
        write_on(found, "chain_arranged", by, now, district_id=found.pk, details=details)
    districts.forget()
    return True
