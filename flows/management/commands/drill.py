"""`manage.py drill`: acts raced against each other, a server killed, a database tampered with or restored (docs/drills.md)."""

import json
import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casework.sequencer import new_key
from config.cluster import Servers
from flows.drills import crash, failover, payments, restoring, scratch, soak, tamper, upgrade
from flows.drills.acts import ACTS
from flows.drills.races import Outcome, Pair, pairs, run, shares
from flows.drills.scene import Scene


class Command(BaseCommand):
    help = "Drills on a database of their own. Exit status 1 unless everything is clean."

    def add_arguments(self, parser: ArgumentParser) -> None:
        drills = parser.add_subparsers(dest="drill", required=True)
        race = drills.add_parser("race", help="two people at the same moment, every pair of acts")
        race.add_argument("--rounds", type=int, default=30, metavar="N", help="rounds of each pair (30)")
        race.add_argument("--only", metavar="A,B", help="only pairs of these acts")
        race.add_argument("--everywhere", action="store_true", help="each pair at every place where it can meet")

        race.add_argument("--share", default="1/1", metavar="K/N", help="only the K-th of N shares, for N processes")

        killed = drills.add_parser("crash", help="the server killed with -9 while officers sign")
        killed.add_argument("--kills", type=int, default=5, metavar="N", help="how often it is killed (5)")
        killed.add_argument("--seed", type=int, default=1, metavar="N", help="for the moments at which it is")

        paid = drills.add_parser("payments", help="many payments made, released, answered and settled")
        paid.add_argument("--many", type=int, default=200, metavar="N", help="how many payments (200)")
        paid.add_argument("--processes", type=int, default=1, metavar="N", help="how many settle at once (1)")

        drills.add_parser("failover", help="the primary killed under load, the replica promoted (make drill-cluster)")
        drills.add_parser("restore", help="a backup restored into an empty place and verified there")
        drills.add_parser("tamper", help="the record changed with the rights of the database's owner, in five ways")

        upgraded = drills.add_parser(
            "upgrade", help="a new version takes over while officers sign (make drill-upgrade)"
        )
        upgraded.add_argument(
            "--from", dest="revision", metavar="REV", help="the old version (the commit before the newest migration)"
        )

        soaked = drills.add_parser("soak", help="everybody at work at once, for as long as you like (make soak)")
        soaked.add_argument("--minutes", type=float, default=5, metavar="N", help="how long (5)")

    def handle(self, *args: Any, drill: str, **options: Any) -> None:
        if drill == "crash":
            self._crash(options["kills"], options["seed"])
        elif drill == "failover":
            self._failover()
        elif drill == "upgrade":
            self._upgrade(options["revision"] or upgrade.before_newest_migration())
        elif drill == "soak":
            self._soak(options["minutes"])
        elif drill == "tamper":
            self._tamper()
        elif drill == "restore":
            self._restore()
        elif drill == "payments":
            self._payments(options["many"], options["processes"])
        else:
            chosen = _share(_chosen(options["only"], options["everywhere"]), options["share"])
            self._race(chosen, options["rounds"])

    def _crash(self, kills: int, seed: int) -> None:
        begun = time.monotonic()
        with scratch.served() as (url, folder):
            counts = crash.run(url, folder, kills, self.stdout.write, seed)
        for title, found in (("lost", counts.lost), ("half-written", counts.half), ("double", counts.double)):
            for words in found:
                self.stdout.write(f"  {title}: {words}")
        self.stdout.write(
            f"{counts.kills} kills, {counts.acknowledged} acknowledged, {counts.in_doubt} in doubt: "
            f"lost {len(counts.lost)}, half-written {len(counts.half)}, double {len(counts.double)} "
            f"({time.monotonic() - begun:.0f} s)"
        )
        if not counts.is_clean:
            sys.exit(1)

    def _failover(self) -> None:
        servers = _servers()
        with scratch.served() as (url, folder):
            told = failover.run(servers, url, folder, self.stdout.write)
        self._end(
            "failover", told, {"stale": told.stale},
            seconds_without_service=round(told.without_service, 1), reads_on_replica=told.reads_on_replica,
        )  # fmt: skip

    def _upgrade(self, revision: str) -> None:
        with scratch.served() as (url, folder):
            told = upgrade.run(url, folder, revision, self.stdout.write)
        self._end(
            "upgrade", told, {}, requests=told.asked, migrations=len(told.migrations), slowest=round(told.slowest, 1),
            revision=revision[:12],
        )  # fmt: skip

    def _soak(self, minutes: float) -> None:
        servers = _servers()
        with scratch.served() as (url, folder):
            told = soak.run(servers, url, folder, minutes, self.stdout.write)
        self._end(
            "soak", told, {"stale": told.stale, "wrong": told.wrong, "growing": told.growing},
            minutes=round(told.seconds / 60 - soak.WARM_UP / 60, 1), requests=told.asked, median_ms=round(told.median_ms), jobs=told.jobs,
            reads_on_replica=told.reads_on_replica, answers={str(status): n for status, n in sorted(told.answers.items())},
            memory={part: soak.words(samples) for part, samples in told.memory.items()},
        )  # fmt: skip

    def _end(
        self, name: str, told: failover.Told | upgrade.Told | soak.Told, more: dict[str, list[str]], **figures: Any
    ) -> None:
        """What was found, line by line, and all of it in one line of JSON; exit status 1 unless it is clean."""
        counts = told.counts
        found = {"lost": counts.lost, "half_written": counts.half, "double": counts.double, **more}
        for title, each in found.items():
            for words in each:
                self.stdout.write(f"  {title}: {words}")
        for words, times in sorted(Counter(told.failed).items()):
            self.stdout.write(f"  failed {times} times: {words}")
        self.stdout.write(told.verified)
        said = {
            "drill": name, "clean": told.is_clean, **{title: len(each) for title, each in found.items()},
            "acknowledged": counts.acknowledged, "in_doubt": counts.in_doubt, "failed_requests": len(told.failed), **figures,
        }  # fmt: skip
        self.stdout.write(json.dumps(said))
        if not told.is_clean:
            sys.exit(1)

    def _tamper(self) -> None:
        with scratch.database():
            attacks = tamper.run(Scene("t"), new_key(settings.LEDGER_KEY_FILE))
        for one in attacks:
            kinds = ", ".join(sorted({finding.kind for finding in one.found}))
            self.stdout.write(f"  {'found' if one.is_named else 'NOT FOUND'}: {one.words}: {kinds or 'nothing'}")
        found = sum(one.is_named for one in attacks)
        self.stdout.write(f"{found} of {len(attacks)} found")
        if found < len(attacks):
            sys.exit(1)

    def _restore(self) -> None:
        with scratch.database(), tempfile.TemporaryDirectory() as folder:
            told = restoring.run(Scene("b"), new_key(settings.LEDGER_KEY_FILE), Path(folder), lambda words: None)
        self.stdout.write(told.words)
        whole = "whole" if told.is_whole else "NOT WHOLE"
        self.stdout.write(
            f"restored {whole}; of {told.lost} records after the backup the newer log names {told.found_lost}"
        )
        if not told.is_whole or told.found_lost != told.lost:
            sys.exit(1)

    def _payments(self, many: int, processes: int) -> None:
        with scratch.database():
            counts = payments.run(many, self.stdout.write, processes)
        for words in counts.wrong:
            self.stdout.write(f"  WRONG {words}")
        settled = sum(counts.seconds[part] for part in ("released", "read", "settled"))
        one = 1000 * counts.seconds["settled"] / many
        self.stdout.write(
            f"{many} payments: made in {counts.seconds['made']:.1f} s, released and read back in {settled:.1f} s "
            f"({one:.1f} ms a case), at most {counts.peak_mb:.0f} MB; {counts.paid} paid, {counts.bounced} bounced, "
            f"{len(counts.wrong)} wrong"
        )
        if counts.wrong:
            sys.exit(1)

    def _race(self, chosen: list[Pair], rounds: int) -> None:
        begun = time.monotonic()

        def told(outcome: Outcome) -> None:
            if outcome.wrong:
                self.stdout.write(f"UNCLEAN {outcome.pair}: {outcome.clean} of {rounds} rounds clean")
                for words in dict.fromkeys(outcome.wrong):
                    self.stdout.write(f"  {words}")
                self.stdout.flush()  # it runs long, and may be ended

        with scratch.database():
            outcomes = run(chosen, Scene(), rounds, told)
        clean = sum(not one.wrong for one in outcomes)
        self.stdout.write(f"{clean} of {len(outcomes)} pairs clean ({rounds} rounds, {time.monotonic() - begun:.0f} s)")
        if clean < len(outcomes):
            sys.exit(1)


def _servers() -> Servers:
    """The servers that `config.drills` has started for this process."""
    if not (folder := os.environ.get("DRILL_SERVERS")):
        raise CommandError(
            "This drill needs a primary, a replica and a pooler of its own: make drill-cluster, make soak"
        )
    return Servers(Path(folder))


def _share(chosen: list[Pair], said: str) -> list[Pair]:
    """Its pairs, of a share written as 1/2."""
    number, _, many = said.partition("/")
    if not (number.isdecimal() and many.isdecimal() and 1 <= int(number) <= int(many)):
        raise CommandError("A share is written like 1/2.")
    return shares(chosen, int(many))[int(number) - 1]


def _chosen(only: str | None, everywhere: bool) -> list[Pair]:
    names = set(only.split(",")) if only else set(ACTS)
    if unknown := names - set(ACTS):
        raise CommandError(f"There are no acts {sorted(unknown)}; there are: {', '.join(ACTS)}")
    found = [pair for pair in pairs(everywhere) if {pair.one, pair.other} <= names]
    if not found:
        raise CommandError("These acts can't meet anywhere.")
    return found
