"""`manage.py verify`: check the record against itself and against the log outside the database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from casework import references
from casework.models import Case
from casework.verifying import FOUND, Finding, Report, verify_all, verify_subject


class Command(BaseCommand):
    help = "Verify the whole record, one case, or what came after a checkpoint. Exit status 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", nargs="?", help="of a case; without it, everything")
        parser.add_argument("--since", type=int, default=0, metavar="SIZE", help="only what came after this checkpoint")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reference"]:
            case = case_named(options["reference"])
            report = verify_subject("case", case.pk, case.district_id, deep=True)
        else:
            report = verify_all(options["since"], self._tell if sys.stderr.isatty() else None)
        for one in report.findings:
            self.stdout.write(told(one))
        self.stdout.write(_summary(report))
        if not report.is_whole:
            raise CommandError(f"{len(report.findings)} things are wrong")

    def _tell(self, done: int, of: int) -> None:
        width = 30 * done // max(of, 1)
        self.stderr.write(f"\r[{'#' * width}{' ' * (30 - width)}] {done} of {of}", ending="")


def told(one: Finding) -> str:
    """A finding in one line, with the reference of its case."""
    if not one.subject_kind:
        return f"{one.kind}: {FOUND[one.kind].en}: {one.words}"
    name = f"{one.subject_kind} {one.subject_id}"
    if one.subject_kind == "case":
        case = Case.objects.filter(pk=one.subject_id).first()
        name = case.shown_reference if case else name
    return f"{one.kind}: {name}, record {one.number}: {FOUND[one.kind].en}{': ' + one.words if one.words else ''}"


def _summary(report: Report) -> str:
    signed = f"checkpoint {report.checkpoint.size}" if report.checkpoint else "no checkpoint yet"
    return (
        f"{report.actions} records, {report.entries} entries of the log, {report.pending} not yet in it, "
        f"{report.texts} sealed texts opened, {signed}"
    )


def case_named(text: str) -> Case:
    """The case with this reference. Raises CommandError where it is none or not there."""
    try:
        return Case.objects.get(reference=references.read(text))
    except (references.NotAReference, Case.DoesNotExist) as error:
        raise CommandError("there is no case with this reference") from error
