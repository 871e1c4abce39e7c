"""`manage.py sweep`: everything that is due by the clock. Safe to run anywhere, any number of times at once."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import get_current_timezone, is_naive, make_aware, now

from casework.management.commands.verify import case_named
from flows.preparing import prepare_all
from flows.sweep import daily, sweep


class Command(BaseCommand):
    help = "Do what is due: deemed acceptance, reminders, cards, the end of notices, expired corrections, service."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", help="the moment to sweep for, ISO (default: now)")
        parser.add_argument("--case", help="a reference: only what is due in this case")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            at = datetime.fromisoformat(options["at"]) if options["at"] else now()
        except ValueError as error:
            raise CommandError("--at is no moment in ISO form, such as 2026-11-02T09:00") from error
        only = case_named(options["case"]).pk if options["case"] else None
        at = make_aware(at, get_current_timezone()) if is_naive(at) else at
        done = sweep(at, only)
        if only is None:
            done += prepare_all(at) + daily(at)
        if options["verbosity"] > 0:
            told = ", ".join(f"{name} {count}" for name, count in sorted(done.items()) if count)
            self.stdout.write(told or "nothing was due")
