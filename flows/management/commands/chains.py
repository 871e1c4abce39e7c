"""`manage.py chains`: every chain in words, as JSON, as BPMN 2.0, or as the page `docs/chains.md`."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from flows.bpmn import file_name, written
from flows.engine import CaseFlow, chains
from flows.published_chains import canonical, heading, key, told
from policy import T
from policy.parameters import POLICY, Parameters, load

_HEAD = """# 办理链 · The chains

Made by `manage.py chains --docs --write`; a test holds it. Who handles a case in which order, and how long each has; ⚑ marks
the one step that decides. The chains stand in `flows/chains.py`; a published one is never edited, a changed one is a new
version. Days are those of `policy/parameters.toml`; the published ones stand on the guides.
"""


class Command(BaseCommand):
    help = "Every chain: who handles a case in which order, and how long each has."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--json", action="store_true", help="canonical JSON, as the golden file has it")
        how.add_argument("--bpmn", type=Path, metavar="DIR", help="one BPMN 2.0 file a chain into this folder")
        how.add_argument("--docs", action="store_true", help="the page docs/chains.md")
        parser.add_argument(
            "--write", metavar="FILE", nargs="?", const="docs/chains.md", help="write the page to a file"
        )
        parser.add_argument("--published", action="store_true", help="days of the parameters published in the database")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, *args: Any, lang: str, published: bool, **options: Any) -> None:
        parameters, on = _parameters(published), localdate()
        if options["json"]:
            self.stdout.write(canonical(), ending="")
        elif options["bpmn"]:
            for path in export(options["bpmn"], parameters, on):
                self.stdout.write(str(path))
        elif options["docs"]:
            self._docs(options["write"])
        else:
            self.stdout.write("\n".join(listed(parameters, on, lang)))

    def _docs(self, to: str | None) -> None:
        if to:
            Path(to).write_text(page(), encoding="utf-8")
        else:
            self.stdout.write(page(), ending="")


def listed(parameters: Parameters, on: date, lang: str) -> Iterator[str]:
    """Each chain in lines, with the names under which the system knows its steps."""
    for number, chain in enumerate(chains()):
        yield from ([""] if number else [])
        yield f"{heading(chain).in_(lang)}  [{key(chain)}]"
        for place, words in enumerate(_steps(chain, parameters, on), 1):
            yield f"  {place}. {words.in_(lang)}  [{chain.steps[place - 1].name}]"


def export(folder: Path, parameters: Parameters, on: date) -> Iterator[Path]:
    """Write one BPMN file a chain; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for chain in chains():
        path = folder / file_name(chain)
        path.write_bytes(written(chain, parameters, on))
        yield path


def page() -> str:
    """The page of the docs: each chain in Chinese, then in English, with the days of the policy's first version."""
    parameters = load()
    on = parameters.named(POLICY)[0].period.first
    lines = [_HEAD]
    for chain in chains():
        words = heading(chain)
        lines += [f"## {words.zh} · {words.en}", "", f"`{key(chain)}` `{chain.__name__}`", ""]
        for place, (step, line) in enumerate(zip(chain.steps, _steps(chain, parameters, on), strict=True), 1):
            lines += [f"{place}. {line.zh}<br>{line.en} `{step.name}`"]
        lines += [""]
    return "\n".join(lines)


def _steps(chain: type[CaseFlow], parameters: Parameters, on: date) -> list[T]:
    return [told(chain, step, parameters, on) for step in chain.steps]


def _parameters(published: bool) -> Parameters:
    if published:
        from casework.published import parameters  # reads the database, so only where it is asked for

        return parameters()
    return load()
