"""`manage.py retention [--do]`: what has been kept long enough, by kind; and do what is due (oversight/retention.py)."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import is_naive, make_aware, now

from oversight.retention import carry_out, due
from policy import T
from policy.retention import KINDS

_LINE = T("{kind}：{kept}。到期 {n}：{what}", "{kind}: {kept}. Due {n}: {what}")
_DONE = T("  做了 {n} 次", "  done: {n} acts")


class Command(BaseCommand):
    help = "Shows by kind how long what is kept of people is kept and how much is due; --do does it, by the clock's actions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--do", action="store_true", help="do what is due, instead of only showing it")
        parser.add_argument("--at", type=datetime.fromisoformat, metavar="MOMENT", help="as if it were then (now)")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="the language of the lines")

    def handle(self, *args: Any, **options: Any) -> None:
        at, language = options["at"] or now(), options["lang"]
        for one in due(make_aware(at) if is_naive(at) else at):
            words = _LINE.fill(kind=KINDS[one.period.kind], kept=one.period.words, n=one.count, what=one.what)
            self.stdout.write(words.in_(language))
            if options["do"] and one.count and one.is_done_here:
                self.stdout.write(_DONE.fill(n=carry_out(one)).in_(language))
