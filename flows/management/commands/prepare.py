"""`manage.py prepare`: prepare the claims that are certain. Safe to run anywhere, any number of times at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from flows.preparing import prepare_all


class Command(BaseCommand):
    help = "Prepare claims that are certain from records and registers, for people to confirm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--most", type=int, default=100_000, help="how many people to look at")

    def handle(self, *args: Any, most: int, **options: Any) -> None:
        done = prepare_all(now(), most=most)
        told = ", ".join(f"{name} {count}" for name, count in sorted(done.items()) if count)
        self.stdout.write(told or "nothing to prepare")
