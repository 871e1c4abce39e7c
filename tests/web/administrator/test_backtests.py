"""The back-test's pages: start it once, watch it without script, read what it found, open a case; for administrators alone."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from casework import published
from casework.models import Backtest, Case, Look, RuleProposal, SubjectKey
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.propose_rule import propose_rule
from tests.factories import CAST, NOW, Cast, applicant, story
from tests.flows.subsidies import FLEXIBLE, TUITION, insured, open_for, sent
from tests.flows.test_backtest import SHARE
from tests.flows.test_rules import administrator
from tests.web.signing_in import signed_in
from web.administrator import backtests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True), open_for(FLEXIBLE, TUITION):
        published.forget()
        yield


@pytest.fixture
def case() -> Case:
    return sent(FLEXIBLE, insured("2026-08"))[0]


@pytest.fixture
def by() -> Actor:
    return administrator()


@pytest.fixture
def proposal(case: Case, by: Actor) -> RuleProposal:
    return propose_rule(new=SHARE, by=by, now=NOW)


@pytest.fixture
def client(by: Actor) -> Client:
    return signed_in(by)


def started(proposal: RuleProposal, by: Actor) -> Backtest:
    return start_backtest(proposal_id=proposal.pk, by=by, now=NOW)


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_from_the_button_to_the_result(client: Client, proposal: RuleProposal, case: Case):
    address = f"/work/rules/proposals/{proposal.pk}/"
    page = page_of(client, address)
    assert f'action="{address}backtest/"' in page
    assert "开始试算" in page
    answers = [client.post(f"{address}backtest/", {"seen": "0"}) for _ in range(2)]  # a double click
    run = Backtest.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/work/rules/backtests/{run.pk}/"}
    assert "看进度" in page_of(client, address)
    carry_out(run.pk)
    page = page_of(client, f"/work/rules/backtests/{run.pk}/")
    assert "会有 1 件不一样：多付 " in page
    assert "梅陇镇" in page
    assert case.shown_reference in page
    assert case.person.name not in page
    assert 'http-equiv="refresh"' not in page
    assert "会有 1 件不一样" in page_of(client, address)


def test_the_progress_page_needs_no_script_and_its_refreshing_can_be_stopped(client: Any, proposal: Any, by: Actor):
    run = started(proposal, by)
    Backtest.objects.update(state="running", total=400, done=100)
    address = f"/work/rules/backtests/{run.pk}/"
    page = page_of(client, address)
    assert '<meta http-equiv="refresh" content="5">' in page
    assert "算了 100 件，一共 400 件" in page
    assert '<progress max="100" value="25"' in page
    assert "<title>试算 25%" in page
    still = page_of(client, f"{address}?still=1")
    assert 'http-equiv="refresh"' not in still
    assert "现在不自动刷新" in still
    Backtest.objects.update(beat_at=NOW - timedelta(minutes=3))
    assert "没有做完" in page_of(client, address)
    assert "请再试一次" in page_of(client, f"/work/rules/proposals/{proposal.pk}/")
    Backtest.objects.update(state="failed")
    assert "没有做完" in page_of(client, address)


def test_a_case_opens_to_both_explanations_and_the_look_is_recorded(client: Any, proposal: Any, by: Actor, case: Case):
    run = carry_out(started(proposal, by).pk)
    address = f"/work/rules/backtests/{run.pk}/cases/{case.shown_reference}/"
    assert not Look.objects.exists()
    page = page_of(client, address)
    change = run.changes.get()
    for amount in (change.before_amount, change.after_amount):
        assert page.count(f"一共 {amount:,.2f} 元") == 1
    assert case.person.name not in page
    seen = Look.objects.get()
    assert (seen.case_id, seen.user, seen.what, seen.page, seen.detail) == (
        case.pk,
        by.user,
        "case",
        "backtest",
        run.pk,
    )
    client.cookies["language"] = "en"
    assert "By the proposal" in page_of(client, address)
    SubjectKey.objects.filter(pk=case.person.key_id).delete()
    assert "can't be worked out any more" in page_of(client, address)


def test_only_cases_of_the_run_open(client: Any, proposal: Any, by: Actor):
    run = carry_out(started(proposal, by).pk)
    other = story().case.shown_reference
    for reference in (other, "MH26-0000-0000-00", "x"):
        assert client.get(f"/work/rules/backtests/{run.pk}/cases/{reference}/").status_code == 404
    assert client.get("/work/rules/backtests/99999999/").status_code == 404
    assert client.post("/work/rules/proposals/99999999/backtest/").status_code == 404


@pytest.mark.parametrize("role", [*CAST, "applicant"])
def test_for_others_the_pages_are_not_there(proposal: Any, by: Actor, case: Case, role: str):
    run = carry_out(started(proposal, by).pk)
    address = f"/work/rules/backtests/{run.pk}/"
    other = signed_in(applicant() if role == "applicant" else Cast()[role])
    for page in (address, f"{address}cases/{case.shown_reference}/"):
        assert other.get(page).status_code == 404
    assert other.post(f"/work/rules/proposals/{proposal.pk}/backtest/").status_code == 404
    assert Backtest.objects.count() == 1


def test_the_list_is_paged(client: Any, proposal: Any, by: Actor, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        sent(FLEXIBLE, insured("2026-08"))
    run = carry_out(started(proposal, by).pk)
    monkeypatch.setattr("oversight.backtests.changes.__defaults__", (0, 2))
    address = f"/work/rules/backtests/{run.pk}/"
    first = page_of(client, address)
    with CaptureQueriesContext(connection) as captured:
        first = page_of(client, address)
    assert len(captured) <= 10
    link = first.split('href="?after=')[1].split('"')[0]
    second = page_of(client, f"{address}?after={link}")
    assert first.count("/cases/") == 2
    assert second.count("/cases/") == 1
    assert 'href="?after=' not in second


def test_something_published_since_asks_for_another_run(client: Any, proposal: Any, by: Actor):
    run = carry_out(started(proposal, by).pk)
    Backtest.objects.filter(pk=run.pk).update(content=run.content[:-1])
    page = page_of(client, f"/work/rules/proposals/{proposal.pk}/")
    assert "要重新试算" in page
    answer = client.post(f"/work/rules/proposals/{proposal.pk}/backtest/", {"seen": run.pk})
    assert answer["Location"] != f"/work/rules/backtests/{run.pk}/"


def test_it_runs_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch):
    begun: list[Any] = []

    class Process:
        def __init__(self, words: list[str], **options: Any) -> None:
            begun.append((words, options))

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Process)
    backtests.launch(7)
    ((words, options),) = begun
    assert words[1:] == ["manage.py", "backtest", "--run", "7", "--helpers", "1"]
    assert options["start_new_session"]
    assert {options[name] for name in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}
