"""`manage.py chains`: in words, as JSON, as BPMN files, and as the page of the docs."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from flows.bpmn import file_name
from flows.engine import ASKING, chains, newest
from flows.management.commands.chains import page
from flows.published_chains import ACTS, PURPOSES, acts_of, canonical, title
from flows.steps import APPLICANT, Correction
from policy import T
from policy.parameters import Parameters, load
from tests.flows import invented

ROOT = Path(__file__).resolve().parents[2]


def told(*options: str) -> str:
    out = StringIO()
    call_command("chains", *options, stdout=out)
    return out.getvalue()


def test_each_chain_is_told_in_order_with_holder_length_and_what_is_special():
    lines = told().splitlines()
    here = lines.index("社区工作者直接纳入，第 1 版  [direct_admission//1]")
    assert lines[here + 1] == "  1. 受理：区残联，5 个工作日  [federation_intake]"
    assert lines[here + 5] == "  5. 审批：区政府，4 个工作日；⚑ 决定  [government_approval]"
    assert lines[here + 6] == "  6. 公示：区民政局，5 个工作日；可以回到“区残联审核”  [public_notice]"
    assert "  4. 一个月随访：服务机构，1 个月  [follow_up_1]" in lines
    assert "  1. 会签：区残联、区人社局、区民政局，5 个工作日；3 个部门都要同意；⚑ 决定  [interpretation]" in lines
    assert sum(line.endswith(tuple(f"/{one.version}]" for one in chains())) for line in lines) == len(chains())
    assert sum("⚑" in line for line in lines) == len(chains())


def test_it_is_told_in_english_too():
    lines = told("--lang", "en").splitlines()
    assert "Work for a sunshine base (sharing out), version 1  [sheltered_employment_project/allocation/1]" in lines
    assert "  5. Decision: Government; 4 working days; ⚑ decides  [government_approval]" in lines


def test_json_is_the_golden_file_to_the_byte():
    assert told("--json") == canonical() == (ROOT / "tests" / "flows" / "chains.json").read_text(encoding="utf-8")


def test_bpmn_writes_one_file_a_chain(tmp_path: Path):
    printed = told("--bpmn", str(tmp_path / "new" / "folder")).splitlines()
    written = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {file_name(chain) for chain in chains()}
    assert {Path(line).name for line in printed} == written
    assert {"direct_admission.v1.bpmn", "sheltered_employment_project.allocation.v1.bpmn"} <= written


def test_the_page_of_the_docs_is_the_one_that_the_command_makes(tmp_path: Path):
    assert (ROOT / "docs" / "chains.md").read_text(encoding="utf-8") == page() == told("--docs")
    told("--docs", "--write", str(tmp_path / "chains.md"))
    assert (tmp_path / "chains.md").read_text(encoding="utf-8") == page()


def test_the_published_days_are_told_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch):
    rows = [dict(row) for row in load().rows()]
    changed = [{**row, "value": "9"} if row["name"] == "clock.government" else row for row in rows]
    monkeypatch.setattr("casework.published.parameters", lambda: Parameters.from_rows(changed))
    assert "区政府，4 个工作日" in told()
    assert "区政府，9 个工作日" in told("--published")


def test_every_purpose_and_every_act_of_a_step_has_words():
    assert {chain.purpose for chain in chains()} - {""} == set(PURPOSES)
    assert len({(title(chain).zh, chain.version) for chain in chains()}) == len(chains())
    steps = [(chain, step) for chain in chains() for step in (*chain.steps, Correction("correction", APPLICANT))]
    assert set().union(*(step.allowed() for _, step in steps)) == set(ACTS)
    for chain, step in steps:
        allowed = step.allowed() if chain.asks_applicant() else step.allowed() - ASKING
        assert acts_of(chain, step) == [words for verb, words in ACTS.items() if verb in allowed]
        assert len(acts_of(chain, step)) == len(allowed)


def test_a_second_version_stands_beside_the_first():
    before = canonical()
    with invented.second_version() as second:
        assert newest("direct_admission") is second
        assert "社区工作者直接纳入，第 2 版  [direct_admission//2]" in told()
        assert file_name(second) == "direct_admission.v2.bpmn"
        assert isinstance(title(second), T)
    assert canonical() == before
