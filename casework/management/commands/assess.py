"""`manage.py assess`: what the rules say about each line of a file. Nothing is stored."""

import gc
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime, time
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand
from django.utils.timezone import make_aware

from policy.errors import ParameterError
from policy.lines import assess_line
from policy.parameters import Parameters, load


class Command(BaseCommand):
    help = "Prints one JSON object per line of FILE; exit status 1 if a line was not valid, 2 if it cannot start."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="claims, one JSON object per line; - reads standard input")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--parameters", metavar="FILE", help="another parameters.toml")
        source.add_argument("--published", action="store_true", help="the parameters published in the database")
        parser.add_argument(
            "--as-of",
            metavar="DAY",
            type=date.fromisoformat,
            help="with --published: as they stood published on that day",
        )
        parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the reasons")

    def handle(self, *args: Any, file: str, lang: str, published: bool, **options: Any) -> None:
        try:
            if options["as_of"] and not published:
                raise ParameterError("--as-of needs --published")
            parameters = _parameters(options["parameters"], published, options["as_of"])
            with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as lines:
                valid = self._answer(lines, parameters, lang)
        except (OSError, UnicodeDecodeError, ParameterError) as error:
            self.stderr.write(str(error))
            sys.exit(2)
        if not valid:
            sys.exit(1)

    def _answer(self, lines: BinaryIO, parameters: Parameters, lang: str) -> bool:
        if isinstance(sys.stdout, TextIOWrapper):
            # half of a surrogate pair, escaped in the input, is no UTF-8: it goes out as the same JSON escape
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        valid, encode, write = True, json.JSONEncoder(ensure_ascii=False).encode, self.stdout.write
        gc.freeze()  # what was loaded stays: a million lines need not look through it again and again
        for line in _texts(lines):
            answer, line_valid = assess_line(line, parameters, lang)
            valid = valid and line_valid
            write(encode(answer))
        return valid


def _parameters(path: str | None, published: bool, as_of: date | None) -> Parameters:
    if published:
        from casework.published import parameters  # reads the database, so only where it is asked for

        if as_of:
            from casework.published import read

            return read(None, make_aware(datetime.combine(as_of, time.max)))
        return parameters()
    return Parameters.from_toml(Path(path).read_text(encoding="utf-8")) if path else load()


def _texts(lines: BinaryIO) -> Iterator[str]:
    """The lines as text; one that is no UTF-8 becomes an empty line, which is no JSON object."""
    for number, line in enumerate(lines):
        try:
            yield line.decode("utf-8-sig" if number == 0 else "utf-8")
        except UnicodeDecodeError:
            yield ""
