"""`manage.py funds [--check]`: what every fund has, holds and has spent; proved to the fen."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from funds.check import differences
from funds.models import Fund
from funds.wording import SOURCES


class Command(BaseCommand):
    help = "Prints the funds' figures; --check proves them by their book, their reservations and their payments."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="prove every figure; exit code 1 where one differs")
        parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="the language of the sources' names")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if options["check"] and not connection.savepoint_ids:
                with connection.cursor() as cursor:  # every figure as of one moment, while people go on signing
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            funds = list(Fund.objects.select_related("district").order_by("district", "year", "source"))
            wrong = [(fund, words) for fund in funds for words in differences(fund)] if options["check"] else []
        for fund in funds:
            self.stdout.write(self._line(fund, options["lang"]))
        for fund, words in wrong:
            self.stdout.write(f"!! {fund.district.code} {fund.year} {fund.source}: {words}")
        if options["check"]:
            self.stdout.write(f"{len(funds)} funds checked, {len(wrong)} differences")
        if wrong:
            sys.exit(1)

    def _line(self, fund: Fund, language: str) -> str:
        figures = "  ".join(f"{name} {getattr(fund, name):>16,.2f}" for name in ("amount", "reserved", "spent", "left"))
        state = "" if fund.is_open else "  closed"
        return f"{fund.district.code}  {fund.year}  {SOURCES[fund.source].in_(language)}  {figures}{state}"
