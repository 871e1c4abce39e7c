"""`manage.py backup`: the database and its files into a new folder (casework/backups.py)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localtime, now

from casework.backups import CannotBackUp, back_up


class Command(BaseCommand):
    help = "Back the database, evidence, letters and the log up into a new folder below FOLDER. Keys are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where backups lie")
        parser.add_argument(
            "--after", type=Path, metavar="BACKUP", help="an earlier backup: files that it has are linked, not copied"
        )

    def handle(self, *args: Any, folder: Path, after: Path | None, **options: Any) -> None:
        at = now()
        to = folder / f"{localtime(at):%Y%m%d-%H%M%S}"
        try:
            manifest = back_up(to, now=at, after=after, tell=lambda words: self.stderr.write(f"{words} …"))
        except CannotBackUp as error:
            raise CommandError(str(error)) from error
        size = sum(one["size"] for one in manifest["files"].values()) / 1e6
        rows = sum(manifest["tables"].values())
        self.stdout.write(f"{to}: {rows} rows, {len(manifest['files'])} files, {size:.1f} MB")
