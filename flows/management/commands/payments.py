"""`manage.py payments`: the payment batches and how far they are; `--result FILE` reads what the bank sent back."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import Post, Role
from flows.actions.read_results import read_results
from flows.errors import FlowError
from flows.settling import settle_in_processes
from funds.bank_file import BadResults, batch_named
from funds.batches import progress
from funds.models import PaymentBatch
from funds.wording import BATCHES


class Command(BaseCommand):
    help = "Lists payment batches. --result reads a bank's file and carries it to the cases; it may be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--result", type=Path, metavar="FILE", help="a bank's file (docs/bank-file.md)")
        parser.add_argument("--by", metavar="LOGIN", help="the payer of Finance in whose name the file is read")
        parser.add_argument("--settle", metavar="BATCH", help="go on with results that were read before")
        parser.add_argument(
            "--processes", type=int, default=1, metavar="N", help="so many at once, a processor each (1)"
        )
        parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="the language")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["lang"]
        if options["result"]:
            self._settle(self._read(options["result"], options["by"] or "", language), options["processes"])
        elif options["settle"]:
            self._settle(_batch(options["settle"]), options["processes"])
        else:
            for batch in PaymentBatch.objects.select_related("fund", "district").order_by("pk"):
                self.stdout.write(_line(batch, language))

    def _read(self, path: Path, login: str, language: str) -> PaymentBatch:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror}") from None
        batch = _batch(batch_named(content))
        try:
            number = read_results(batch_id=batch.pk, content=content, by=_payer(login, batch), now=now())
        except BadResults as bad:
            for one in bad.wrong:
                self.stderr.write(one.said.in_(language))
            raise CommandError("The file is refused; nothing was kept.") from None
        except FlowError as error:
            raise CommandError(f"Not done: {type(error).__name__} {getattr(error, 'reason', '')}") from None
        self.stdout.write(f"{number} results of batch {batch.shown}")
        return batch

    def _settle(self, batch: PaymentBatch, processes: int) -> None:
        waiting = progress(batch).unsettled

        def tell(done: Counter[str]) -> None:
            self.stdout.write(f"{done['settled']} of {waiting} cases told", ending="\r")

        done = settle_in_processes(batch, now, processes, tell=tell)
        self.stdout.write(f"{done['settled']} cases told, {done['left']} in somebody's hands")
        batch.refresh_from_db()
        self.stdout.write(_line(batch, "en"))


def _batch(shown: str) -> PaymentBatch:
    pk = shown.rpartition("-")[2]
    found = PaymentBatch.objects.filter(pk=int(pk) if pk.isascii() and pk.isdigit() else 0).first()
    if found is None or found.shown != shown:
        raise CommandError(f"There is no batch {shown or 'named in the first line'}.")
    return found


def _payer(login: str, batch: PaymentBatch) -> Actor:
    posts = Post.objects.in_force(localdate()).filter(
        user__login=login, user__is_active=True, role=Role.PAYER, department__district_id=batch.district_id
    )
    post = posts.select_related("user", "department").first()
    if post is None:
        raise CommandError("--by must name a payer of Finance.")
    return Actor("officer", user=post.user, post=post)


def _line(batch: PaymentBatch, language: str) -> str:
    so_far = progress(batch)
    state = BATCHES[batch.state].in_(language)
    return (
        f"{batch.shown}  {batch.count:>6}  {batch.total:>16,.2f}  paid {so_far.paid}  bounced {so_far.bounced}  "
        f"told {so_far.settled}  {state}"
    )
