"""`manage.py rotate_keys fields|indexes`: take what is stored to the newest key."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from accounts.actor import CLOCK
from casework.sealing import Erased, KeyIsMissing
from flows.actions.rotate_keys import InUse, NothingToDo, renew_indexes, renew_wrapping


class Command(BaseCommand):
    help = (
        "Take what is stored to the newest key of MASTER_KEY (fields) or INDEX_KEY (indexes); see docs/operations.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["fields", "indexes"])
        parser.add_argument(
            "--others-are-connected",
            action="store_true",
            help="indexes: go on although other processes of the application are connected",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["what"] == "fields":
                many = renew_wrapping(by=CLOCK, now=now(), tell=self._tell)
            else:
                alone = not options["others_are_connected"]
                many = renew_indexes(by=CLOCK, now=now(), tell=self._tell, alone=alone)
        except NothingToDo:
            self.stdout.write("everything is under the newest key already")
            return
        except InUse as error:
            raise CommandError(
                "other processes of the application are connected. Stop them first: they would look for people under "
                "the former indexes and register them anew."
            ) from error
        except (Erased, KeyIsMissing) as error:
            raise CommandError(
                "a key is missing: the one that something was stored under is not among those that are set. Nothing "
                "was lost; set it before the newest and run this again."
            ) from error
        self.stdout.write(f"{many} rows are under the newest key now")

    def _tell(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} of {of}", ending="" if done < of else "\n")
