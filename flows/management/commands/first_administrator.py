"""`manage.py first_administrator DISTRICT LOGIN NAME`: the account with which a district begins."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate, now

from accounts.models import Department, Role
from flows.actions.appoint import FOUNDER
from flows.actions.open_account import open_account
from flows.errors import Invalid, NotAllowed


class Command(BaseCommand):
    help = "Open the first administrator's account of a district and print the password to hand over; only while it has none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("district")
        parser.add_argument("login", help="the work number they sign in with")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        office = Department.objects.filter(district__code=options["district"], code="federation").first()
        if office is None:
            raise CommandError(f"there is no district {options['district']}")
        try:
            _, password = open_account(
                login=options["login"], name=options["name"], department=office, role=Role.ADMINISTRATOR,
                since=localdate(), by=FOUNDER, now=now(),
            )  # fmt: skip
        except Invalid as error:
            raise CommandError("; ".join(words.en for words in error.errors.values())) from error
        except NotAllowed as error:
            raise CommandError(
                "the district has an administrator already: officers' accounts are theirs to open"
            ) from error
        self.stdout.write(f"{options['login']} signs in with: {password}\nIt is asked to be changed at once.")
