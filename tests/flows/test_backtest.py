"""The back-test: it finds what a change does, nothing else, and the same however it goes about it."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from casework import published
from casework.backtest import Difference, Run, differing, touched
from casework.models import Action, Assessment, Backtest, BacktestChange, Case, SubjectKey
from casework.published import plain_rows, read
from flows.actions.approve import approve
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.decide_rule import publish_rule
from flows.actions.propose_rule import propose_rule
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from flows.rules import candidate
from policy.parameters import Parameters
from tests.factories import NOW, applicant, district, judged, story
from tests.flows.subsidies import FLEXIBLE, TUITION, Office, insured, open_for, sent, tuition
from tests.flows.test_rules import FLOOR, NOTICE, VERSION, administrator

pytestmark = pytest.mark.django_db
LATER = NOW.replace(year=2027, month=9, day=6)
SHARE = replace(
    NOTICE, name="flexible_employment.share", since=date(2026, 7, 1), value="0.60", unit="",
    extra={"announced_on": "2026-11-01"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _open() -> Iterator[None]:
    published.forget()
    with open_for(FLEXIBLE, TUITION):
        yield
    published.forget()


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> dict[str, Case]:
    """One before the change, one after it, one across, one of a month without a base floor, one of tuition, one that pays nothing."""
    months = {"before": ["2026-06"], "after": ["2026-08"], "across": ["2026-06", "2026-07"]}
    found = {name: sent(FLEXIBLE, insured(*given))[0] for name, given in months.items()}
    with monkeypatch.context() as later:
        later.setattr("tests.flows.subsidies.NOW", LATER)
        found["lacking"] = sent(FLEXIBLE, insured("2027-07"))[0]
    return {**found, "tuition": sent(TUITION, tuition("6000"))[0], "admission": story().case}


def found(new: Any, **options: Any) -> tuple[Run, dict[str, Difference]]:
    run = Run(district().pk, *candidate(new, district().pk), **options)
    return run, {one.reference: one for page in run for one in page}


def kept(case: Case) -> Assessment:
    return Assessment.objects.filter(case=case).latest("pk")


def test_a_changed_share_changes_only_the_cases_that_it_is_for(cases: dict[str, Case]):
    run, differences = found(SHARE)
    assert set(differences) == {cases["after"].reference, cases["across"].reference}
    one = differences[cases["after"].reference]
    before = kept(cases["after"]).amount
    assert before is not None
    assert (one.before.amount, one.after.amount) == (before, before / 5 * 6)
    report = run.report.as_json()
    assert (report["looked_at"], report["worked_out"], report["changed"], report["open"]) == (6, 4, 2, 2)
    assert Decimal(report["more"]) == sum(one.more for one in differences.values())
    assert report["less"] == "0.00"
    assert [(part["measure"], part["changed"]) for part in report["by_measure"]] == [(FLEXIBLE, 2)]
    assert [(part["town"], part["changed"]) for part in report["by_town"]] == [("town_meilong", 2)]
    assert report["by_outcome"] == [{"before": "eligible", "after": "eligible", "changed": 2}]


def test_a_lower_share_is_less_money(cases: dict[str, Case]):
    report = found(replace(SHARE, value="0.40"))[0].report
    assert report.all.less > 0
    assert report.all.more == 0


def test_a_figure_that_becomes_known_decides_what_was_undetermined(cases: dict[str, Case]):
    assert kept(cases["lacking"]).missing == ["contribution_base_floor"]
    run, differences = found(FLOOR)
    one = differences.pop(cases["lacking"].reference)
    assert not differences
    assert (one.before.outcome, one.after.outcome) == ("undetermined", "eligible")
    assert run.report.all.more == one.after.amount


def test_no_change_finds_nothing(cases: dict[str, Case]):
    figures = read(district().pk)
    for everything in (False, True):
        run = Run(district().pk, figures, figures, everything=everything)
        assert [one for page in run for one in page] == []
        assert run.report.drifted == 0


@pytest.mark.parametrize(
    "new", [SHARE, FLOOR, NOTICE, VERSION, replace(SHARE, name="tuition.yearly_cap", value="5000")]
)
def test_leaving_out_what_cannot_change_finds_the_same(cases: dict[str, Case], new: Any):
    (run, some), (whole, every) = found(new), found(new, everything=True)
    assert some == every
    assert whole.report.worked_out == 6
    assert run.report.as_json() | {"worked_out": 0} == whole.report.as_json() | {"worked_out": 0}
    assert run.report.worked_out == {"flexible_employment.share": 4, "contribution_base_floor": 4}.get(
        new.name, {"policy": 6, "tuition.yearly_cap": 1}.get(new.name, 0)
    )


def test_a_shorter_version_refuses_cases(cases: dict[str, Case]):
    _, differences = found(replace(VERSION, since=date(2026, 7, 1), until=date(2026, 7, 31)))
    assert differences[cases["after"].reference].after.outcome == "not_eligible"
    assert cases["before"].reference not in differences


def test_what_a_later_publication_lets_them_read_counts_as_touched(cases: dict[str, Case]):
    district_id, names = district().pk, {"tuition.yearly_cap"}
    assert touched(district_id, names) == {TUITION}
    by, now = administrator(), LATER + timedelta(days=1)
    new = replace(FLOOR, extra={"announced_on": "2027-09-01"})
    made = propose_rule(new=new, by=administrator(), now=now)
    carry_out(start_backtest(proposal_id=made.pk, by=by, now=now).pk)
    publish_rule(proposal_id=made.pk, by=by, now=now)
    assert touched(district_id, names) == {TUITION, FLEXIBLE}
    run, differences = found(replace(SHARE, since=date(2027, 7, 1)))
    one = differences.pop(cases["lacking"].reference)
    assert (one.before.outcome, one.after.outcome, differences) == ("undetermined", "eligible", {})
    assert run.report.drifted == 0
    for everything in (False, True):  # by today's figures it is not what it was; that is not the cap's doing
        run, differences = found(replace(SHARE, name="tuition.yearly_cap", value="5000"), everything=everything)
        assert (run.report.drifted, set(differences)) == (1, {cases["tuition"].reference})


def test_the_history_takes_part(cases: dict[str, Case]):
    office, by = Office(), applicant()
    first, _ = sent(FLEXIBLE, insured("2026-08"), by)
    approve(**office.to_the_decision(first), judgements=judged(first, "federation_approval"))
    second, _ = sent(FLEXIBLE, insured("2026-08", "2026-09"), by)
    run, differences = found(SHARE)
    assert not differences[first.reference].is_open
    assert differences[second.reference].more == differences[first.reference].more  # one month is taken
    assert run.report.decided == 1


def test_cases_whose_data_is_erased_are_counted_and_left_out(cases: dict[str, Case]):
    SubjectKey.objects.filter(pk=cases["after"].person.key_id).delete()
    run, differences = found(SHARE)
    assert set(differences) == {cases["across"].reference}
    assert run.report.erased == 1


def test_cases_without_a_decision_take_no_part(cases: dict[str, Case]):
    case, by = sent(FLEXIBLE, insured("2026-08"))
    withdraw(case_id=case.pk, by=by, now=NOW)
    run, differences = found(SHARE)
    assert case.reference not in differences
    assert run.report.looked_at == 6


def test_as_many_statements_for_many_cases(cases: dict[str, Case]):
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(SHARE)
        return len(captured)

    few = statements()
    for _ in range(6):
        sent(FLEXIBLE, insured("2026-08"))
    assert statements() == few <= 16


def test_other_processes_find_the_same(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch):
    alone, whole = found(SHARE)
    monkeypatch.setattr("casework.backtest.PAGE", 2)
    run, differences = found(SHARE, helpers=2)
    assert (differences, run.report.as_json(), run.done) == (whole, alone.report.as_json(), alone.done)


def test_pages_miss_nothing(cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch):
    whole = found(SHARE)[1]
    monkeypatch.setattr("casework.backtest.PAGE", 2)
    run, differences = found(SHARE)
    assert differences == whole
    assert run.done == run.total == 4


def test_names_that_differ():
    figures = read(district().pk)
    assert differing(figures, figures) == set()
    assert differing(*candidate(NOTICE, district().pk)) == {"clock.notice"}
    assert Parameters.from_rows(plain_rows(figures)).named("policy") == figures.named("policy")


# The stored run


@pytest.fixture
def two() -> tuple[Actor, Actor]:
    return administrator(), administrator()


def test_a_run_is_kept_with_figures_and_cases_alone(cases: dict[str, Case], two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    run = carry_out(start_backtest(proposal_id=made.pk, by=two[0], now=NOW).pk)
    assert (run.state, run.done, run.total, run.result["changed"]) == ("done", 4, 4, 2)
    assert set(BacktestChange.objects.values_list("case", flat=True)) == {cases["after"].pk, cases["across"].pk}
    for person in (cases["after"].person, cases["across"].person):
        assert person.name not in json.dumps(run.result, ensure_ascii=False)
    assert Action.objects.get(event="rule_backtested").details == {"name": SHARE.name, "run": run.pk}
    with pytest.raises(NotThere):
        carry_out(run.pk)


def test_asked_for_twice_it_is_one_run(two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    first, second = (start_backtest(proposal_id=made.pk, by=by, now=NOW, seen=0) for by in two)
    assert first == second
    carry_out(first.pk)
    assert start_backtest(proposal_id=made.pk, by=two[0], now=NOW, seen=0) == first  # it finished between two clicks
    assert start_backtest(proposal_id=made.pk, by=two[0], now=NOW, seen=first.pk) != first
    assert Action.objects.filter(event="rule_backtested").count() == 2


def test_a_run_that_gives_no_sign_of_life_makes_room(two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    first = start_backtest(proposal_id=made.pk, by=two[0], now=NOW)
    second = start_backtest(proposal_id=made.pk, by=two[0], now=NOW + timedelta(minutes=3))
    assert Backtest.objects.get(pk=first.pk).state == "failed"
    assert second.state == "waiting"


def test_a_failure_is_kept_without_its_words(cases: Any, two: Any, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any) -> Any:
        raise RuntimeError("somebody's facts")

    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    run = start_backtest(proposal_id=made.pk, by=two[0], now=NOW)
    monkeypatch.setattr("casework.backtest_judging.assess", fail)
    status, out, err = command("--run", run.pk)
    assert (status, out) == (1, "")
    assert "facts" not in err
    run.refresh_from_db()
    assert (run.state, run.result) == ("failed", {})


def test_publishing_needs_a_back_test_beside_what_is_published_now(two: Any):
    made, other = (propose_rule(new=new, by=two[0], now=NOW) for new in (SHARE, NOTICE))
    waiting = start_backtest(proposal_id=made.pk, by=two[0], now=NOW)
    with pytest.raises(Invalid) as refused:
        publish_rule(proposal_id=made.pk, by=two[1], now=NOW)
    assert set(refused.value.errors) == {"backtest"}
    for run in (waiting, start_backtest(proposal_id=other.pk, by=two[0], now=NOW)):
        carry_out(run.pk)
    publish_rule(proposal_id=other.pk, by=two[1], now=NOW)
    with pytest.raises(Invalid):
        publish_rule(proposal_id=made.pk, by=two[1], now=NOW)
    carry_out(start_backtest(proposal_id=made.pk, by=two[1], now=NOW).pk)
    publish_rule(proposal_id=made.pk, by=two[1], now=NOW)
    with pytest.raises(AlreadyDone):
        start_backtest(proposal_id=made.pk, by=two[1], now=NOW)


def test_only_administrators_start_one(two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    for by in (applicant(), Office()["federation_review"]):
        with pytest.raises(NotAllowed):
            start_backtest(proposal_id=made.pk, by=by, now=NOW)
    with pytest.raises(NotThere):
        start_backtest(proposal_id=0, by=two[0], now=NOW)


# The command


def command(*arguments: Any) -> tuple[int, str, str]:
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("backtest", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as left:
        status = int(left.code or 0)
    return status, out.getvalue(), err.getvalue()


def test_the_command_says_it_in_words(cases: dict[str, Case], two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    status, out, err = command("--proposal", made.pk, "--details", 1)
    assert status == 0
    assert out.startswith("会有 2 件不一样：多付 ")
    assert "梅陇镇：2 件" in out
    assert cases["after"].shown_reference in out
    assert cases["across"].shown_reference not in out
    assert "试算 4/4" in err
    assert "2 cases would come out differently" in command("--proposal", made.pk, "--lang", "en")[1]
    assert not Backtest.objects.exists()


def test_the_command_says_it_as_json(cases: dict[str, Case], two: Any):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    status, out, err = command("--proposal", made.pk, "--json", "--details", 5)
    assert status == 0, err
    told = json.loads(out)
    assert (told["changed"], len(told["cases"])) == (2, 2)
    assert told["cases"][0]["before"]["amount"] != told["cases"][0]["after"]["amount"]
    run = start_backtest(proposal_id=made.pk, by=two[0], now=NOW)
    assert json.loads(command("--run", run.pk, "--json", "--details", 5)[1])["cases"] == told["cases"]
    assert Backtest.objects.get().result["changed"] == 2


def test_the_command_takes_a_file(cases: dict[str, Case], tmp_path: Path):
    own = Path(published.__file__).parents[1] / "policy" / "parameters.toml"
    path = tmp_path / "parameters.toml"
    path.write_text(own.read_text("utf-8"), "utf-8")
    assert command("--parameters", path)[1].startswith("没有一件会不一样。")
    path.write_text("[policy]", "utf-8")
    assert command("--parameters", path)[0] == 1


def test_what_is_not_there_is_an_error():
    for arguments in (("--proposal", 0), ("--run", 0), ("--parameters", "/none.toml")):
        status, out, err = command(*arguments)
        assert (status, out) == (1, "")
        assert err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar(cases: Any, two: Any, monkeypatch: pytest.MonkeyPatch):
    made = propose_rule(new=SHARE, by=two[0], now=NOW)
    monkeypatch.setattr("io.StringIO", Terminal)
    assert f"[{'#' * 40}]" in command("--proposal", made.pk)[2]
