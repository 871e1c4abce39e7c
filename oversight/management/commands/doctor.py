"""`manage.py doctor`: whether the installation is well, in one screen (oversight/doctor.py)."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from oversight.doctor import ILL, examine


class Command(BaseCommand):
    help = "Look at database, keys, disk, jobs, log, calendar, registers and backups. Exit status 1 where something is ill."
    requires_system_checks: list[str] = []  # noqa: RUF012  as Django declares it

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list, for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        found = examine(now())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        else:
            for one in found:
                self.stdout.write(f"{one.how:<5}{one.what}: {one.words}")
        ill = sum(one.how == ILL for one in found)
        if ill:
            self.stderr.write(f"{ill} of {len(found)} are ill")
            sys.exit(1)
