"""`manage.py restore`: a backup into an empty place, and everything of it verified (casework/backups.py)."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework.backups import CannotRestore, damaged, differences, read, restore
from casework.management.commands.verify import told
from casework.verifying import verify_all


class Command(BaseCommand):
    help = "Restore a backup into the empty database and folders of the settings, then verify it. Exit status 1 if not whole."
    requires_system_checks: list[str] = []  # noqa: RUF012  as Django declares it
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="one backup, as `manage.py backup` named it")
        parser.add_argument("--check", action="store_true", help="only look whether the backup's files are whole")

    def handle(self, *args: Any, folder: Path, check: bool, **options: Any) -> None:
        try:
            if check:
                manifest = read(folder)
                wrong = damaged(folder, manifest)
            else:
                manifest = restore(folder, tell=lambda words: self.stderr.write(f"{words} …"))
                wrong = differences(manifest)
        except CannotRestore as error:
            raise CommandError(str(error)) from error
        for words in wrong:
            self.stdout.write(words)
        if not check:
            report = verify_all()
            wrong += [told(one) for one in report.findings]
            for one in report.findings:
                self.stdout.write(told(one))
            self.stdout.write(f"verified {report.actions} records against {report.entries} entries of the log")
        self.stdout.write(f"backup of {manifest['made_at']}: {len(manifest['files'])} files")
        if wrong:
            self.stderr.write(f"{len(wrong)} things are wrong")
            sys.exit(1)
