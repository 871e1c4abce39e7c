"""What the drills on servers of their own conclude from what they see; the drills themselves are commands."""

import json
import os
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config import drills
from config.cluster import Servers
from flows.drills import failover, soak, upgrade
from flows.drills.crash import Counts
from flows.drills.serving import ROOT
from flows.drills.visitor import Officer, _page
from flows.drills.walking import links_of


def memory(*sizes: float) -> list[tuple[float, float]]:
    """One size a minute."""
    return [(60.0 * number, size) for number, size in enumerate(sizes)]


class TestMemory:
    def test_what_fills_in_the_warm_up_is_not_growth(self):
        assert soak.is_flat(memory(10, 60, 90, 100, 100, 100, 101, 100, 100, 100))

    def test_a_leak_is_growth(self):
        assert not soak.is_flat(memory(*(100 + 4 * number for number in range(12))))

    def test_one_that_goes_up_and_down_is_flat(self):
        assert soak.is_flat(memory(*(100 + 20 * (number % 2) for number in range(40))))

    def test_growth_is_the_trend_from_the_warm_up_to_the_end(self):
        assert soak.growth(memory(*(100 + 3 * number for number in range(10)))) == pytest.approx(18)
        assert soak.growth(memory(100, 200)) == 0

    def test_a_large_part_may_move_by_its_share_and_a_small_one_by_a_few_mb(self):
        assert soak.is_flat(memory(*(1000 + 8 * number for number in range(15))))
        assert not soak.is_flat(memory(*(1000 + 15 * number for number in range(15))))
        assert soak.is_flat(memory(*(2 + number / 15 for number in range(15))))
        assert not soak.is_flat(memory(*(2 + number / 5 for number in range(15))))

    def test_what_was_never_measured_is_not_flat(self):
        assert not soak.is_flat([])

    def test_a_process_has_memory_and_one_that_ended_has_none(self):
        assert max(soak.private_mb(os.getpid())) > 5
        assert soak.private_mb(2**22 + 1) == [0.0]

    def test_of_a_database_the_largest_process_counts_as_its_connections_come_and_go(self, monkeypatch):
        monkeypatch.setattr(soak, "private_mb", lambda root: [3.0, 16.0, 15.0])
        assert (soak.memory_of("replica", 1), soak.memory_of("web 1", 1)) == (16.0, 34.0)


class TestLogs:
    def test_errors_are_found_and_counted_in_json_and_plain_lines(self):
        line = {"level": "error", "part": "django.request", "words": "request failed", "error": "X", "where": ["a:1 b"]}
        log = "\n".join(
            [json.dumps(line)] * 2 + [json.dumps({"level": "info", "part": "web.requests", "words": "answered"})]
        )
        assert soak.errors_in(log) == ["2 times: django.request: request failed X a:1 b"]
        assert soak.errors_in("[2026-11-26] [1] [ERROR] Worker died\nTraceback (most recent call last):\n") == [
            "1 times: [2026-11-26] [1] [ERROR] Worker died", "1 times: Traceback (most recent call last):",
        ]  # fmt: skip

    def test_what_is_said_in_passing_is_none(self):
        assert soak.errors_in("12\n[1, 2]\n3 messages sent\n[INFO] Booting worker") == []


class TestWhatCounts:
    def test_one_lost_action_and_the_failover_is_not_clean(self):
        assert failover.Told(reads_on_replica=1).is_clean
        assert not failover.Told(Counts(lost=["x"]), reads_on_replica=1).is_clean
        assert not failover.Told(stale=["x"], reads_on_replica=1).is_clean
        assert not failover.Told(reads_on_replica=0).is_clean  # nothing was proved about reading there

    def test_one_failed_request_and_the_upgrade_is_not_clean(self):
        assert upgrade.Told("a", migrations=["x"]).is_clean
        assert not upgrade.Told("a", migrations=["x"], failed=["GET /: 500"]).is_clean
        assert not upgrade.Told("a", migrations=["x"], counts=Counts(in_doubt=1)).is_clean
        assert not upgrade.Told("a", migrations=[]).is_clean  # nothing was migrated under load

    @pytest.mark.parametrize("fault", ["failed", "stale", "wrong"])
    def test_one_fault_and_the_soak_is_not_clean(self, fault: str):
        assert soak.Told().is_clean
        assert not soak.Told(**{fault: ["x"]}).is_clean  # type: ignore[arg-type]
        assert not soak.Told(memory={"web": memory(*range(0, 200, 10))}).is_clean


def test_an_officer_counts_what_failed_and_names_no_case(monkeypatch: pytest.MonkeyPatch):
    officer = Officer("http://127.0.0.1:9", "x")
    monkeypatch.setattr(officer, "_answer", lambda request: (503, ""))
    assert officer.ask("/work/cases/MH26-7K3P-9QXD-4T/")[0] == 503
    assert officer.failed == ["GET /work/cases/…/: 503"]
    monkeypatch.undo()
    with pytest.raises(OSError):  # noqa: PT011  whatever the network says
        officer.ask("/x/", {"a": "1"})
    assert (officer.asked, officer.failed[1]) == (2, "POST /x/: URLError")
    assert _page("/my/MH26-7K3P-9QXD-4T/a/") == "/my/…/a/"


def test_a_walk_follows_our_pages_and_nothing_else():
    page = """<a href="/a/?x=1&amp;y=2">1</a> <a class="b" href="/c/#d">2</a> <a href="/static/e.css">3</a> <a href="//f/">4</a>
        <a href="https://g/">5</a> <a href="#h">6</a> <link href="/i/"> <a href="/a/?x=1&amp;y=2">again</a>"""
    assert links_of(page) == ["/a/?x=1&y=2", "/c/"]


@pytest.mark.parametrize("name", ["failover", "soak"])
def test_a_drill_that_needs_servers_says_how_to_get_them(
    name: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: object
):
    monkeypatch.delenv("DRILL_SERVERS", raising=False)
    monkeypatch.setattr("flows.drills.scratch.served", lambda: pytest.fail("it began"))
    with pytest.raises(CommandError, match="make drill-cluster"):
        call_command("drill", name)


def test_the_old_version_is_the_one_before_the_newest_migration(tmp_path: Path):
    if not (ROOT / ".git").exists():
        pytest.skip("no history here")
    revision = upgrade.before_newest_migration()
    old = upgrade.laid_out(revision, tmp_path / "old")
    there, here = ({path.relative_to(root) for path in root.glob("*/migrations/0*.py")} for root in (old, ROOT))
    assert here - there
    assert (old / "manage.py").is_file()


def test_an_unknown_drill_is_refused_before_anything_starts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drills.cluster, "running", lambda: pytest.fail("it began"))
    with pytest.raises(SystemExit, match="crash, race, tamper, failover"):
        drills.main("cluster", ["x"])


def test_a_drill_that_is_not_clean_ends_with_1_and_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    monkeypatch.setattr(drills.cluster, "running", lambda: nullcontext(Servers(tmp_path)))
    monkeypatch.setattr(drills, "_run", lambda servers, name, *rest: int(name == "race"))
    assert drills.main("cluster", ["race", "tamper"]) == 1
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["clean"], said["race"]["clean"], said["tamper"]["clean"]) == (False, False, True)
    assert drills.main("cluster", ["tamper"]) == 0
