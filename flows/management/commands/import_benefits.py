"""`manage.py import_benefits FILE`: benefits of other district policies, from CSV or XLSX, all or nothing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.actor import Actor
from accounts.models import District
from casework.benefits import check, read_table
from casework.sheets import Unreadable
from flows.actions.note_benefits import import_benefits
from policy import T

_PROBLEM = T("第 {row} 行，{column}：{text}", "Row {row}, {column}: {text}")
_NOTHING = T(
    "一行也没有导入。改好下面 {n} 处，再导入一次。", "Nothing was imported. Mend these {n} places and import again."
)
_DONE = T("导入了 {new} 条，{known} 条以前就有。", "{new} imported, {known} were there already.")
_WOULD = T("可以导入 {n} 条。", "{n} rows can be imported.")


class Command(BaseCommand):
    help = (
        "Imports benefits of other district policies. Columns: number, kind, key, amount (号码、种类、期间或对象、金额). "
        "Exit status 1 if anything is wrong; then nothing is imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="CSV (UTF-8 or GB 18030) or XLSX")
        parser.add_argument("--district", default="minhang")
        parser.add_argument("--dry-run", action="store_true", help="check only")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, *args: Any, file: Path, lang: str, **options: Any) -> None:
        try:
            benefits, problems = check(read_table(file))
        except (OSError, Unreadable) as error:
            self.stderr.write(error.text.in_(lang) if isinstance(error, Unreadable) else str(error))
            sys.exit(1)
        if problems:
            self.stderr.write(_NOTHING.fill(n=len(problems)).in_(lang))
            for one in problems:
                self.stderr.write(_PROBLEM.fill(row=one.row, column=one.column, text=one.text).in_(lang))
            sys.exit(1)
        if options["dry_run"]:
            self.stdout.write(_WOULD.fill(n=len(benefits)).in_(lang))
            return
        district = District.objects.get(code=options["district"])
        new, known = import_benefits(district=district, benefits=benefits, by=Actor("clock"), now=now())
        self.stdout.write(_DONE.fill(new=new, known=known).in_(lang))
