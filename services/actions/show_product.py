"""Products and brands of a base (产品和品牌): shown to the public, and taken down, by the base's people."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Organisation
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from services.access import allowed
from services.models import Product

SPEC = access.register_action(ActionSpec("show_product", needs="any_case", holder="units_or_services"))
MOST_PRICE = Decimal(1_000_000)


def show_product(
    *, organisation_id: int, title: str, brand: str, words: str, price: Decimal | None, by: Actor, now: datetime
) -> Product:  # fmt: skip
    """The product is public at once. Raises Invalid, NotAllowed, NotThere, AlreadyDone where one has that name."""
    unit = Organisation.objects.filter(pk=organisation_id).first()
    if unit is None:
        raise NotThere
    by = allowed(by, "show_product", now, unit)
    wrong: dict[str, T] = {}
    if not title.strip():
        wrong["title"] = T("请写产品名称。", "Please name the product.")
    if not words.strip():
        wrong["words"] = T("请写几句介绍。", "Please describe it in a few words.")
    if price is not None and not 0 <= price <= MOST_PRICE:
        wrong["price"] = T("请看一下价钱。", "Please check the price.")
    if wrong:
        raise Invalid(**wrong)
    try:
        with transaction.atomic():
            made = Product.objects.create(
                district_id=unit.district_id, organisation=unit, title=title.strip(), brand=brand.strip(), words=words.strip(),
                price=price, made_by_id=by.user_id, made_at=now,
            )  # fmt: skip
            write_on(made, "product_shown", by, now, details={"organisation": unit.pk, "title": made.title})
            return made
    except IntegrityError:
        raise AlreadyDone("product_shown_already") from None


def switch_product(*, product_id: int, on: bool, by: Actor, now: datetime) -> None:
    """The product is shown again, or no more; the same again is no error. Raises NotAllowed, NotThere."""
    with transaction.atomic():
        rows = Product.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=product_id)
        found = rows.first()
        if found is None:
            raise NotThere
        by = allowed(by, "show_product", now, found.organisation)
        if found.is_on != on:
            found.is_on = on
            found.save(update_fields=["is_on"])
            write_on(found, "product_on" if on else "product_off", by, now, details={"title": found.title})
