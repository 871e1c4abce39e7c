"""`manage.py export_case REF`: a case's record with its proofs, for `ledger/verify.py` on another machine."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.management.commands.verify import case_named
from casework.proving import export_of
from ledger.checkpoints import NotSigned
from ledger.log import Damaged


class Command(BaseCommand):
    help = "Print one JSON file with a case's records, proofs and checkpoint. ledger/verify.py checks it anywhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference")
        parser.add_argument(
            "--texts", action="store_true", help="with the words that people wrote, for a court or the person"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = export_of(case_named(options["reference"]), options["texts"])
        except (LookupError, NotSigned, Damaged) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
