"""`manage.py rights`: who may do what to a case, by state, role and action, as Markdown (`docs/rights.md`)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

import flows.chains  # noqa: F401  (registers the steps' rights)
from casework.rights_table import pages


class Command(BaseCommand):
    help = "The table of rights, made from what is declared."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", metavar="FILE", nargs="?", const="docs/rights.md", help="write it to a file")

    def handle(self, *args: Any, write: str | None, **options: Any) -> None:
        if write:
            with open(write, "w", encoding="utf-8") as file:
                file.write(pages())
        else:
            self.stdout.write(pages(), ending="")
