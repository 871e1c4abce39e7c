"""`manage.py new_district FILE`: found another district beside the first, from a file that says what is its own."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.actor import CLOCK
from flows.actions.found_district import NotFounded, found_district


class Command(BaseCommand):
    help = "Found another district: names, departments, town offices, figures, words (demo/districts/sample.toml shows the file)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--like", default="minhang", help="the district that gives what the file does not say")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            said = tomllib.loads(options["file"].read_text(encoding="utf-8"))
            made = found_district(said=said, like=options["like"], by=CLOCK, now=now())
        except (OSError, tomllib.TOMLDecodeError, NotFounded) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(
            f"{made.district.code}: {made.departments} departments, {made.towns} town offices, {made.figures} figures, "
            f"{made.days} days of the calendar.\nIt is served under {made.district.host or 'no host yet'}. Now: "
            f"manage.py first_administrator {made.district.code} LOGIN NAME"
        )
