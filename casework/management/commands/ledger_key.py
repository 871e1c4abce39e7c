"""`manage.py ledger_key`: make the key that signs checkpoints, or the next one; show the public keys."""

import base64
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.sequencer import new_key, read_key, the_checkpoints, the_log
from ledger.checkpoints import NotSigned


class Command(BaseCommand):
    help = (
        "Make the signing key of the log (--new), or the next one, signed by it (--rotate); else show the public keys."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--new", action="store_true", help="the first key, in the file that LEDGER_KEY_FILE names")
        which.add_argument("--rotate", metavar="FILE", type=Path, help="the next key, in this new file")

    def handle(self, *args: Any, **options: Any) -> None:
        checkpoints = the_checkpoints()
        try:
            if options["new"]:
                if checkpoints.public_keys():
                    raise CommandError("this log has a key already: --rotate makes the next one")
                with the_log().writing():
                    checkpoints.add_key(new_key(settings.LEDGER_KEY_FILE))
            elif options["rotate"]:
                with the_log().writing():
                    old, key = read_key(), new_key(options["rotate"])
                    checkpoints.add_key(key, old)
                    if the_log().size:
                        checkpoints.publish(the_log(), key)
                self.stdout.write(f"Name {options['rotate']} in LEDGER_KEY_FILE from now on, then destroy the old one.")
        except (FileExistsError, FileNotFoundError, NotSigned, ValueError, BlockingIOError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        for number, public in enumerate(checkpoints.public_keys()):
            self.stdout.write(f"key {number}: {base64.b64encode(public).decode()}")
