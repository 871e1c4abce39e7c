"""`manage.py sequence`: take what the record has into the log, and sign a checkpoint."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from casework.sequencer import Elsewhere, Replayed, accept_loss, new_key, read_key, sequence
from ledger.checkpoints import NotSigned
from ledger.log import Damaged


class Command(BaseCommand):
    help = "Take the record into the log and sign a checkpoint; may run twice at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accept-loss", metavar="WHY",
            help="after a restore: say in the log for ever that the database lost some of its records, and why",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if not settings.LEDGER_KEY_FILE.is_file() and settings.DEMONSTRATION:
                new_key(settings.LEDGER_KEY_FILE)
            key = read_key()
            if options["accept_loss"]:
                lost = accept_loss(key, options["accept_loss"], now())
                self.stdout.write(f"{len(lost)} lost records are explained in the log")
            done = sequence(key)
        except Elsewhere:
            self.stdout.write("another sequencer is at work")
            return
        except Replayed as error:
            for one in error.entries[:20]:
                self.stderr.write(f"not in the database: {one['subject_kind']} {one['subject_id']} no. {one['number']}")
            raise CommandError(
                f"{error}: it may be an old backup, or rows were deleted. Nothing was added. Run manage.py verify; after a "
                "restore that is in order, run manage.py sequence --accept-loss WHY."
            ) from error
        except FileNotFoundError as error:
            raise CommandError(f"no signing key at {settings.LEDGER_KEY_FILE}: run manage.py ledger_key") from error
        except (NotSigned, Damaged, ValueError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error
        if options["verbosity"] > 0:
            size = done.checkpoint.size if done.checkpoint else 0
            self.stdout.write(f"taken {done.taken}, in the log {size}")
