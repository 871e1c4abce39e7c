"""`manage.py export_log --xes FILE | --ocel FILE --by LOGIN`: the event log of cases, without names, for process mining."""

import hashlib
import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from accounts.actor import Actor
from accounts.models import Post, Role
from flows.actions.export_record import export_log, note_file
from oversight.event_log import FORMS, Wanted
from policy import UnknownType, measure

EVERY = 2000  # pieces between two words of progress


class Command(BaseCommand):
    help = "Writes the event log of cases as XES (IEEE 1849) or OCEL 2.0 (JSON); nobody is named in it. The export is recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group(required=True)
        form.add_argument("--xes", type=Path, metavar="FILE", help="as XES")
        form.add_argument("--ocel", type=Path, metavar="FILE", help="as OCEL 2.0, JSON")
        parser.add_argument("--by", required=True, metavar="LOGIN", help="the supervisor or auditor who takes it away")
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="DATE", help="cases opened from this day on (this year)"
        )
        parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="and until this day (today)")
        parser.add_argument("--measure", default="", metavar="CODE", help="of this measure alone")

    def handle(self, *args: Any, **options: Any) -> None:
        by, today = _supervisor(options["by"]), localdate()
        form = "xes" if options["xes"] else "ocel"
        path: Path = options[form]
        if options["measure"]:
            _known(options["measure"])
        since, until = options["since"] or date(today.year, 1, 1), options["until"] or today
        wanted = Wanted(by.post.district_id if by.post else 0, since, until, options["measure"])
        if not path.parent.is_dir():
            raise CommandError(f"{path.parent} is no folder.")
        export_log(by=by, now=now(), form=form, since=since, until=until, measure=options["measure"])
        half = path.with_name(path.name + ".part")  # never half a log under its own name
        digest, size = hashlib.sha256(), 0
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
                for number, piece in enumerate(FORMS[form](wanted), 1):
                    out.write(piece)
                    digest.update(piece.encode())
                    size += len(piece.encode())
                    if number % EVERY == 0:
                        self.stdout.write(f"{number} pieces", ending="\r")
            half.replace(path)
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}") from None
        note_file(by=by, now=now(), digest=digest.hexdigest(), size=size)
        self.stdout.write(f"{wanted.cases().count()} cases written to {path}")


def _supervisor(login: str) -> Actor:
    post = (
        Post.objects.in_force(localdate())
        .filter(user__login=login, role__in=(Role.SUPERVISOR, Role.AUDITOR))
        .order_by("pk")
        .first()
    )
    if post is None:
        raise CommandError("--by must name a supervisor or an auditor.")
    return Actor("officer", user=post.user, post=post)


def _known(code: str) -> None:
    try:
        measure(code)
    except UnknownType:
        raise CommandError(f"There is no measure {code}.") from None
