"""`manage.py arrange_chain DISTRICT CHAIN [STEP … | --published]`: in what order the steps of a chain come in that district."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.actor import CLOCK
from accounts.models import District
from flows import orders
from flows.actions.arrange_chain import arrange_chain
from flows.errors import ChainError, NotThere


class Command(BaseCommand):
    help = "Arrange the steps of a chain in a district, or show how they come there. Cases under way end as they began."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("district")
        parser.add_argument("chain", help="a measure, or measure/purpose: direct_admission")
        parser.add_argument(
            "steps", nargs="*", help="all its steps, by the names that manage.py chains shows; without: show"
        )
        parser.add_argument("--published", action="store_true", help="back to the order in which it was published")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["steps"] and options["published"]:
            raise CommandError("either steps or --published")
        if not options["steps"] and not options["published"]:
            self.stdout.write(_shown(options["district"], options["chain"]))
            return
        try:
            changed = arrange_chain(
                district=options["district"], chain=options["chain"], steps=options["steps"], by=CLOCK, now=now()
            )
        except NotThere as error:
            raise CommandError(f"there is no district {options['district']}") from error
        except ChainError as error:
            raise CommandError(str(error)) from error
        order = " → ".join(options["steps"]) or "as published"
        self.stdout.write(
            f"{options['chain']}: {order}. New cases go this way within a minute; those under way end as they began."
            if changed
            else f"{options['chain']} went this way already."
        )


def _shown(code: str, name: str) -> str:
    """The steps as they come in the district now."""
    district = District.objects.filter(code=code).first()
    if district is None:
        raise CommandError(f"there is no district {code}")
    try:
        published = orders.published(name)
    except ChainError as error:
        raise CommandError(str(error)) from error
    here = orders.arranged(published, district.orders)
    own = "as published" if here is published else "an order of its own"
    return f"{name} in {code}, {own}:\n{' '.join(step.name for step in here.steps)}"
