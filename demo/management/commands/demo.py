"""`manage.py demo`: build the demonstration district through the actions, or print its accounts."""

from datetime import date
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from accounts.models import District
from demo.district import SINCE, build, is_there
from demo.people import APPLICANTS, OFFICERS, PASSWORD, number_of
from demo.scale import NothingToCopy, NotItsOwner, grow


class Command(BaseCommand):
    help = "Build the demonstration district (invented people) for a day; --accounts prints how to sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="the day to build it for, YYYY-MM-DD (default: today)")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are cases already")
        parser.add_argument(
            "--scale", type=int, metavar="CASES", help="add so many copies of its cases, to try what grows"
        )
        parser.add_argument("--accounts", action="store_true", help="print the demonstration accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This installation is in production: the demonstration is not for it.")
        if options["accounts"]:
            return self._accounts()
        if options["scale"] is not None:
            return self._scale(options["scale"])
        if is_there(District.objects.get(code="minhang")):
            if options["if_empty"]:
                return None
            raise CommandError("There are cases already. `make clean` removes the demonstration's data.")
        on = date.fromisoformat(options["on"]) if options["on"] else localdate()
        self.stdout.write(f"Building the demonstration district for {on}:")
        build(on, lambda told: self.stdout.write(f"  {told}") if options["verbosity"] > 1 else None)
        self.stdout.write("Done. Everybody in it is invented.")
        return None

    def _scale(self, count: int) -> None:
        if count < 1:
            raise CommandError("How many cases? --scale 1000, say.")
        begun = perf_counter()

        def say(made: int) -> None:
            seconds = perf_counter() - begun
            left = seconds / made * (count - made)
            self.stdout.write(f"  {made:,} of {count:,} cases, {seconds:.0f} s; about {left:.0f} s to go")

        try:
            records = grow(District.objects.get(code="minhang"), count, SINCE, say)
        except NothingToCopy as error:
            raise CommandError(
                "There is nothing to copy yet: `manage.py demo` builds the demonstration first."
            ) from error
        except NotItsOwner as error:
            raise CommandError(
                "Copies are written past the triggers, as the database's superuser: use the embedded one."
            ) from error
        self.stdout.write(
            f"{count:,} cases with {records:,} records in {perf_counter() - begun:.0f} s. Everybody in them is invented."
        )

    def _accounts(self) -> None:
        self.stdout.write("Officers sign in at /officers/signin/ with this password: " + PASSWORD)
        if settings.SECOND_FACTOR_SHOWN:
            self.stdout.write("They have no phone: the page after the password shows the code to type.")
        for login, name, department, role in OFFICERS:
            if not department.startswith("town_") or department in ("town_meilong", "town_pujiang", "town_qibao"):
                self.stdout.write(f"  {login:<14} {name}  {department}, {role}")
        self.stdout.write("Applicants sign in at /signin/ with an invented identity number and name, such as")
        for place in (0, 1, 5, 11, 3, 7, 9, 10, 13, 16, 18):
            self.stdout.write(f"  {number_of(place)}  {APPLICANTS[place][0]}")
