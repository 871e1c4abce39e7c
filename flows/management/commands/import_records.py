"""`manage.py import_records KIND FILE`: records of other offices from CSV or XLSX, all or nothing, with its progress."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate, now

from accounts.actor import CLOCK
from accounts.models import District
from casework.records import KINDS, check
from casework.sheets import MAX_BYTES, TOO_LARGE, Unreadable, rows_of
from flows.actions.import_records import drop_import, import_records, put_aside
from policy import T

_PROBLEM = T("第 {row} 行，{column}：{text}", "Row {row}, {column}: {text}")
_NOTHING = T(
    "一行也没有导入。改好下面 {n} 处，再导入一次。", "Nothing was imported. Mend these {n} places and import again."
)
_WOULD = T(
    "会新加 {new} 条，换掉 {replaced} 条，{known} 条不变。",
    "{new} would be new, {replaced} replaced, {known} unchanged.",
)
_DONE = T("新加了 {new} 条，换掉 {replaced} 条，{known} 条不变。", "{new} new, {replaced} replaced, {known} unchanged.")


class Command(BaseCommand):
    help = "Imports records of other offices. Exit status 1 if anything is wrong; then nothing is imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*KINDS])
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV (UTF-8 or GB 18030) or XLSX")
        parser.add_argument("--district", default="minhang")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, *args: Any, kind: str, file: Path, lang: str, **options: Any) -> None:
        district = District.objects.get(code=options["district"])
        try:
            if file.stat().st_size > MAX_BYTES:
                raise Unreadable(TOO_LARGE)
            records, problems = check(KINDS[kind], rows_of(file.read_bytes()), localdate(), self._told)
        except (OSError, Unreadable) as error:
            self.stderr.write(error.text.in_(lang) if isinstance(error, Unreadable) else str(error))
            sys.exit(1)
        if problems:
            self.stderr.write(_NOTHING.fill(n=len(problems)).in_(lang))
            for one in problems:
                self.stderr.write(_PROBLEM.fill(row=one.row, column=one.column, text=one.text).in_(lang))
            sys.exit(1)
        at = now()
        batch = put_aside(kind=KINDS[kind], records=records, by=CLOCK, now=at, told=self._told, district=district)
        act, words = (drop_import, _WOULD) if options["dry_run"] else (import_records, _DONE)
        batch = act(import_id=batch.pk, by=CLOCK, now=at, district=district)
        counts = {"new": batch.new, "replaced": batch.replaced, "known": batch.known}
        self.stdout.write(words.fill(**counts).in_(lang))

    def _told(self, done: int, of: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{done}/{of}", ending="")
