"""`manage.py text_coverage`: every sentence of the policy and what carries it, as Markdown (`docs/coverage.md`)."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.urls import get_resolver

from flows.engine import has_chain
from policy import measures, parameters
from policy.clauses import clauses
from policy.coverage import Covered, covered
from policy.readings import READINGS

_WORDS = {"right": "权利", "duty": "职责", "amount": "金额", "date": "日期", "department": "责任单位"}
_HEAD = """# 条文覆盖 · Coverage of the text

Made by `manage.py text_coverage --write`; a test holds it. Every sentence of 《闵行区关于进一步促进残疾人就业的实施意见》（征求意见稿）,
what it states, and the rule, chain, figure, reading or page that carries it. Sentences that state an aim or a principle
are listed without one.
"""


class Command(BaseCommand):
    help = "The table of the policy's sentences and what carries each; exit status 1 if one is carried by nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", metavar="FILE", nargs="?", const="docs/coverage.md", help="write it to a file")

    def handle(self, *args: Any, write: str | None, **options: Any) -> None:
        rows = covered()
        if wrong := [problem for row in rows for problem in problems(row)]:
            raise SystemExit("\n".join(wrong))
        text = table(rows)
        if write:
            with open(write, "w", encoding="utf-8") as file:
                file.write(text)
        else:
            self.stdout.write(text, ending="")


def table(rows: tuple[Covered, ...]) -> str:
    """The whole page."""
    carried = sum(bool(row.states) for row in rows)
    lines = [_HEAD, f"{len(rows)} sentences in {len(clauses())} clauses; {carried} state something, all carried.", ""]
    lines += ["| 条款 | 原文 | 说了什么 | 由什么承担 |", "| --- | --- | --- | --- |"]
    for row in rows:
        states = "、".join(_WORDS[one] for one in row.states) or "目标或原则"
        carriers = "<br>".join(f"`{one}`" for one in row.carriers) or "—"
        lines.append(f"| {row.clause.number} {row.clause.heading} | {row.sentence} | {states} | {carriers} |")
    return "\n".join(lines) + "\n"


def problems(row: Covered) -> Iterator[str]:
    """What is wrong with a row: nothing carries it, or a carrier that does not exist."""
    if row.states and not row.carriers:
        yield f"{row.clause.number}: nothing carries “{row.sentence[:20]}”"
    for carrier in row.carriers:
        if not exists(carrier):
            yield f"{row.clause.number}: there is no {carrier}"


def exists(carrier: str) -> bool:
    """Whether there is such a rule, measure, guide, chain, figure, reading, page or table."""
    kind, _, name = carrier.partition(":")
    codes = {one.code for one in measures()}
    rules = {rule.rule for one in measures() for rule in (*one.conditions, *one.checks)} | {"policy.period"}
    return {
        "rule": name in rules,
        "measure": name in codes,
        "guide": name in codes,
        "chain": has_chain(name),
        "parameter": bool(parameters.load().named(name)),
        "reading": name in {one.key for one in READINGS},
        "page": name in get_resolver().reverse_dict,
        "table": name == "exclusions",
    }[kind]
