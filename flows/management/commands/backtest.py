"""`manage.py backtest`: what a proposal, or a file of figures, would change for the cases there are."""

import gc
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Department, District
from casework.backtest import Difference, Run
from casework.backtest_judging import Came
from casework.backtest_wording import FOUND, came_words, counted, headline, yuan
from casework.models import Backtest, RuleProposal
from casework.published import read
from casework.references import shown
from flows.actions.backtest_rule import carry_out
from flows.errors import Invalid, NotThere
from flows.rules import candidate, entered
from policy import T, measure
from policy.errors import ParameterError
from policy.parameters import Parameters

_NONE = T("没有这个提案，或者没有等着的试算。", "There is no such proposal, or no back-test that waits.")
_FAILED = T("试算没有做完。", "The back-test did not finish.")
_PROGRESS = T("试算 {done}/{total}", "back-test {done}/{total}")
_MEASURES = T("按事项", "By measure")
_TOWNS = T("按街镇", "By town")
_OUTCOMES = T("按结果", "By outcome")
_PART = T("{what}：{n} 件，多付 {more} 元，少付 {less} 元", "{what}: {n} cases, {more} yuan more, {less} yuan less")
_TURN = T("{before} → {after}：{n} 件", "{before} → {after}: {n} cases")
_CASE = T("{reference}  {town}  {before} → {after}", "{reference}  {town}  {before} → {after}")
_NOWHERE = T("没有街镇", "no town")
_BAR = 40


class Command(BaseCommand):
    help = (
        "Works out every assessed case by other figures and says what would come out differently. Nothing is stored, but for "
        "--run. Exit status 1 if it could not be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--proposal", type=int, metavar="ID", help="by the figures that this proposal would publish")
        what.add_argument("--parameters", type=Path, metavar="FILE", help="by the figures of a parameters.toml")
        what.add_argument("--run", type=int, metavar="ID", help="carry out the stored run that waits")
        parser.add_argument("--district", default="minhang")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
        parser.add_argument("--helpers", type=int, default=0, metavar="N", help="other processes that judge as well")
        parser.add_argument("--details", type=int, default=0, metavar="N", help="name the first N cases as well")

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        self.lang = lang
        gc.freeze()  # what was loaded so far need not be looked through again and again: a tenth of the time
        try:
            if options["run"] is not None:
                run = carry_out(options["run"], self._told, options["helpers"])
                result, cases = run.result, _stored(run, options["details"])
            else:
                result, cases = self._work_out(options)
        except Invalid as invalid:
            self._leave(" ".join(text.in_(lang) for text in invalid.errors.values()))
        except NotThere:
            self._leave(_NONE.in_(lang))
        except (OSError, UnicodeDecodeError, ParameterError) as error:
            self._leave(str(error))
        except Exception as error:  # its words might hold somebody's facts
            self._leave(f"{_FAILED.in_(lang)} ({type(error).__name__})")
        if options["json"]:
            details = {"cases": [_plain(one) for one in cases]} if options["details"] else {}
            self.stdout.write(json.dumps({**result, **details}, ensure_ascii=False))
        else:
            self._say(result, cases, options["district"])

    def _work_out(self, options: dict[str, Any]) -> tuple[dict[str, Any], list[Difference]]:
        if options["proposal"] is not None:
            proposal = RuleProposal.objects.filter(pk=options["proposal"]).first()
            if proposal is None:
                raise NotThere
            district_id = proposal.district_id
            before, after = candidate(entered(proposal), district_id)
        else:
            found = District.objects.filter(code=options["district"]).first()
            if found is None:
                raise NotThere
            district_id = found.pk
            before = read(district_id)
            after = Parameters.from_toml(options["parameters"].read_text(encoding="utf-8"))
        work, kept = Run(district_id, before, after, helpers=options["helpers"]), list[Difference]()
        for page in work:
            kept += page[: options["details"] - len(kept)]
            self._told(work.done, work.total)
        return work.report.as_json(), kept

    def _told(self, done: int, total: int) -> None:
        """A bar on a terminal, a line each time elsewhere."""
        words = _PROGRESS.fill(done=done, total=total).in_(self.lang)
        if self.stderr.isatty():
            filled = _BAR * done // total if total else _BAR
            self.stderr.write(
                f"\r[{'#' * filled}{' ' * (_BAR - filled)}] {words}", ending="\n" if done >= total else ""
            )
        else:
            self.stderr.write(words)

    def _say(self, result: dict[str, Any], cases: Iterable[Difference], district: str) -> None:
        towns = {one.code: T(one.name, one.name_en) for one in Department.objects.filter(district__code=district)}
        for text in (headline(result), *counted(result)):
            self.stdout.write(text.in_(self.lang))
        for title, rows, key in ((_MEASURES, result["by_measure"], "measure"), (_TOWNS, result["by_town"], "town")):
            if rows:
                self.stdout.write(f"\n{title.in_(self.lang)}")
            for row in rows:
                what = measure(row[key]).title if key == "measure" else towns.get(row[key], _NOWHERE)
                self.stdout.write(
                    _PART.fill(what=what, n=row["changed"], more=yuan(row["more"]), less=yuan(row["less"])).in_(
                        self.lang
                    )
                )
        if result["by_outcome"]:
            self.stdout.write(f"\n{_OUTCOMES.in_(self.lang)}")
        for row in result["by_outcome"]:
            words = {"before": FOUND[row["before"]], "after": FOUND[row["after"]], "n": row["changed"]}
            self.stdout.write(_TURN.fill(**words).in_(self.lang))
        for one in cases:
            town = towns.get(one.town, _NOWHERE)
            words = {
                "before": came_words(one.before.outcome, one.before.amount),
                "after": came_words(one.after.outcome, one.after.amount),
            }
            self.stdout.write(_CASE.fill(reference=shown(one.reference), town=town, **words).in_(self.lang))

    def _leave(self, words: str) -> None:
        self.stderr.write(words)
        sys.exit(1)


def _stored(run: Backtest, number: int) -> list[Difference]:
    """The first changes of a run that was carried out."""
    changes = run.changes.select_related("case__town").order_by("case_id")[:number]
    return [
        Difference(
            one.case_id, one.case.reference, one.case.measure, one.case.town.code if one.case.town else "",
            not one.case.outcome, Came(one.before_outcome, one.before_amount, ()),
            Came(one.after_outcome, one.after_amount, ()),
        )
        for one in changes
    ]  # fmt: skip


def _plain(one: Difference) -> dict[str, Any]:
    return {
        "reference": shown(one.reference), "measure": one.measure, "town": one.town, "open": one.is_open,
        **{
            when: {"outcome": came.outcome, "amount": None if came.amount is None else f"{came.amount:.2f}"}
            for when, came in (("before", one.before), ("after", one.after))
        },
    }  # fmt: skip
