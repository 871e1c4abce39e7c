"""`manage.py arrange_chain DISTRICT CHAIN [STEP …]`: the steps of a chain in the order in which they come in that district."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.actor import CLOCK
from flows.actions.arrange_chain import arrange_chain
from flows.errors import ChainError, NotThere


class Command(BaseCommand):
    help = "Arrange the steps of a chain in a district; without steps they come as published. Cases under way end as they began."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("district")
        parser.add_argument("chain", help="a measure, or measure/purpose: direct_admission")
        parser.add_argument("steps", nargs="*", help="all its steps, by the names that manage.py chains shows")

    def handle(self, *args: Any, **options: Any) -> None:
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
