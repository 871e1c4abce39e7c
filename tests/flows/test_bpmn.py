"""The BPMN files: valid by the standard's own schema, read by the tools of others, every path there, nothing on top of anything."""

import importlib.util
import json
import subprocess
from collections import Counter
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from lxml import etree

from config import tools
from flows.bpmn import NAMESPACES, file_name, written
from flows.bpmn_layout import Box, layout
from flows.bpmn_paths import END, START, TIMER, Paths, paths
from flows.engine import CaseFlow, chains, earlier_steps
from policy.parameters import load
from tests.flows import invented

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS, ON = load(), date(2026, 11, 2)


def every_chain() -> list[type[CaseFlow]]:
    """The published chains, and invented ones with what they have no example of."""
    found = chains()
    for name, steps in invented.ODD.items():
        with invented.chain("direct_admission", name, 1, steps) as odd:
            found.append(odd)
    return found


CHAINS = every_chain()
IDS = [file_name(chain).removesuffix(".bpmn") for chain in CHAINS]
each_chain = pytest.mark.parametrize("chain", CHAINS, ids=IDS)


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import published_chains
    from policy import T

    for name in invented.ODD:
        monkeypatch.setitem(published_chains.PURPOSES, name, T("示例", "sample"))


@cache
def drawn(chain: type[CaseFlow]) -> Paths:
    return paths(chain, PARAMETERS, ON)


def tree(chain: type[CaseFlow]) -> etree._Element:
    return etree.fromstring(written(chain, PARAMETERS, ON))


@cache
def schema() -> etree.XMLSchema:
    """BPMN20.xsd of the OMG, with BPMNDI, DC, DI and Semantic, as SpiffWorkflow brings it."""
    found = importlib.util.find_spec("SpiffWorkflow")
    assert found is not None
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "bpmn" / "parser" / "schema"
    return etree.XMLSchema(etree.parse(folder / "BPMN20.xsd"))


@each_chain
def test_a_file_is_valid_by_the_standards_schema(chain: type[CaseFlow]):
    schema().assertValid(tree(chain))


def test_the_schema_refuses_what_is_no_bpmn():
    broken = tree(CHAINS[0])
    flow = broken.find(".//bpmn:sequenceFlow", NAMESPACES)
    assert flow is not None
    del flow.attrib["targetRef"]
    assert not schema().validate(broken)


def read_by_others(files: list[Path]) -> tuple[int, dict[str, dict[str, object]]]:
    """What bpmn-moddle says of the files, and the program's exit status."""
    tools.ensure()
    program = [tools.node(), ROOT / "tests" / "browser" / "moddle.mjs", *files]
    done = subprocess.run(program, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_bpmn_moddle_reads_every_file_without_a_warning_and_finds_every_element(tmp_path: Path):
    files = {}
    for chain in CHAINS:
        path = tmp_path / file_name(chain)
        path.write_bytes(written(chain, PARAMETERS, ON))
        files[path] = chain
    status, told = read_by_others(list(files))
    assert [one["warnings"] for one in told.values() if one["warnings"]] == []
    assert status == 0
    for path, chain in files.items():
        here, counted = drawn(chain), told[str(path)]["counted"]
        kinds = Counter(f"bpmn:{node.kind[0].upper()}{node.kind[1:]}" for node in here.nodes.values())
        expected = {
            **kinds, "bpmn:Lane": len(here.lanes), "bpmn:SequenceFlow": len(here.flows), "bpmndi:BPMNEdge": len(here.flows),
            "bpmndi:BPMNShape": len(here.nodes) + len(here.lanes) + 1, "bpmn:Participant": 1, "bpmn:Process": 1,
        }  # fmt: skip
        assert isinstance(counted, dict)
        assert {kind: counted.get(kind) for kind in expected} == expected


def test_bpmn_moddle_warns_of_a_flow_that_leads_nowhere(tmp_path: Path):
    path = tmp_path / "broken.bpmn"
    path.write_bytes(written(CHAINS[0], PARAMETERS, ON).replace(b'targetRef="end"', b'targetRef="nowhere"'))
    status, told = read_by_others([path])
    assert status == 1
    assert "nowhere" in str(told[str(path)]["warnings"])


@each_chain
def test_the_same_chain_gives_the_same_bytes(chain: type[CaseFlow]):
    assert written(chain, PARAMETERS, ON) == written(chain, PARAMETERS, ON)
    assert b"\r" not in written(chain, PARAMETERS, ON)


# --- the paths


@each_chain
def test_every_step_is_a_task_in_its_partys_lane_with_both_languages(chain: type[CaseFlow]):
    root = tree(chain)
    of_lane = {
        ref.text: lane.get("name") for lane in root.iterfind(".//bpmn:lane", NAMESPACES)
        for ref in lane.iterfind("bpmn:flowNodeRef", NAMESPACES)
    }  # fmt: skip
    for step in chain.steps:
        task = root.find(f".//bpmn:userTask[@id='{step.name}']", NAMESPACES)
        assert task is not None
        assert task.get("name") == step.words.zh
        zh, en = (one.text for one in task.iterfind("bpmn:documentation", NAMESPACES))
        assert step.words.zh in zh
        assert step.words.en in en
        assert step.by.words.zh in of_lane[step.name]
    assert set(of_lane) == set(drawn(chain).nodes)


@each_chain
def test_every_node_is_reached_and_leads_to_an_end(chain: type[CaseFlow]):
    here = drawn(chain)
    assert len({flow.id for flow in here.flows}) == len(here.flows)
    onward: dict[str, set[str]] = {name: set() for name in here.nodes}
    for flow in here.flows:
        onward[flow.source].add(flow.target)
    for node in here.nodes.values():
        if node.kind == TIMER:
            onward[node.host].add(node.id)
    assert reached(onward, {"start"}) == set(here.nodes)
    ends = {node.id for node in here.nodes.values() if node.kind == END}
    for node in here.nodes.values():
        assert (not onward[node.id]) == (node.kind == END), node.id
        assert reached(onward, {node.id}) & ends, node.id


def reached(onward: dict[str, set[str]], found: set[str]) -> set[str]:
    while more := {target for name in found for target in onward[name]} - found:
        found = found | more
    return found


def ways(chain: type[CaseFlow], step: str) -> dict[str, str]:
    """Where a step leads, by the words on the way."""
    here = drawn(chain)
    source = f"after_{step}" if f"after_{step}" in here.nodes else step
    return {flow.words.en if flow.words else "": flow.target for flow in here.flows if flow.source == source}


def named(name: str) -> type[CaseFlow]:
    return next(chain for chain, known in zip(CHAINS, IDS, strict=True) if known == name)


def test_direct_admission_has_every_path_that_its_actions_have():
    chain = named("direct_admission.v1")
    assert ways(chain, "federation_intake") == {
        "accepted": "federation_review", "not accepted": "end_federation_intake_not_accepted",
        "ended, no correction came": "end_federation_intake_lapsed", "correction asked": "correction",
    }  # fmt: skip
    assert ways(chain, "government_approval") == {
        "granted": "public_notice", "refused": "end_government_approval_refused",
        "returned to “Acceptance, Federation”": "federation_intake", "returned to “Review, Federation”": "federation_review",
        "returned to “Review, Civil Affairs”": "civil_affairs_review", "returned to “Review, HR&SS Bureau”": "hrss_review",
    }  # fmt: skip
    assert ways(chain, "public_notice") == {
        "objection dismissed": "assignment", "objection upheld, back to “Review, Federation”": "federation_review",
    }  # fmt: skip
    assert ways(chain, "town_confirmation") == {
        "confirmed": "end", "contradicted, back to “Assignment, Civil Affairs”": "assignment",
        "returned to “Assignment, Civil Affairs”": "assignment",
    }  # fmt: skip
    asking = {flow.source for flow in drawn(chain).flows if flow.target == "correction"}
    assert asking == {
        f"after_{name}" for name in ("federation_intake", "federation_review", "civil_affairs_review", "hrss_review")
    }
    back = {flow.target for flow in drawn(chain).flows if flow.source == "after_correction"}
    assert {f"after_{name}" for name in back} == asking


@each_chain
def test_every_return_that_the_engine_allows_is_drawn_and_no_other(chain: type[CaseFlow]):
    drawn_ways = {(flow.source, flow.target) for flow in drawn(chain).flows if flow.tag == "returned"}
    allowed = {
        (f"after_{step.name}", to.name) for step in chain.steps if "return_to" in step.allowed()
        for to in earlier_steps(chain, step)
    }  # fmt: skip
    assert drawn_ways == allowed


def test_a_report_by_nobody_known_asks_for_no_correction():
    assert "correction" not in drawn(named("employment_fraud_report.v1")).nodes
    assert ways(named("employment_fraud_report.v1"), "finding")["refused"] == "end_finding_unfounded"


@pytest.mark.parametrize(
    ("name", "step", "cardinality", "condition"),
    [
        ("interpretation_note.v1", "interpretation", "3", "agreed >= 3 or refused >= 1"),
        ("direct_admission.two_of_three.v1", "opinions", "3", "agreed >= 2 or refused >= 2"),
        ("direct_admission.two_of_three.v1", "either", "2", "agreed >= 1 or refused >= 2"),
    ],
)
def test_a_round_is_signed_by_all_at_once_until_enough_agree(name: str, step: str, cardinality: str, condition: str):
    loop = tree(named(name)).find(f".//bpmn:userTask[@id='{step}']/bpmn:multiInstanceLoopCharacteristics", NAMESPACES)
    assert loop is not None
    assert loop.get("isSequential") == "false"
    assert loop.findtext("bpmn:loopCardinality", namespaces=NAMESPACES) == cardinality
    assert loop.findtext("bpmn:completionCondition", namespaces=NAMESPACES) == condition


def timer(name: str, step: str) -> tuple[str | None, str | None, str]:
    """Whether the clock ends the step, its length, and where it leads."""
    chain = named(name)
    event = tree(chain).find(f".//bpmn:boundaryEvent[@attachedToRef='{step}']", NAMESPACES)
    assert event is not None
    target = next(flow.target for flow in drawn(chain).flows if flow.source == event.get("id"))
    return event.get("cancelActivity"), event.findtext(".//bpmn:timeDuration", namespaces=NAMESPACES), target


def test_the_clock_accepts_ends_a_notice_gives_up_a_correction_and_reminds_of_what_is_owed():
    assert timer("direct_admission.v1", "federation_intake") == (
        "true",
        "5 个工作日 · 5 working days",
        "federation_review",
    )
    assert timer("direct_admission.v1", "public_notice") == ("true", "5 个工作日 · 5 working days", "assignment")
    assert timer("direct_admission.v1", "correction") == ("true", "30 天 · 30 days", "after_correction")
    assert timer("employment_service.v1", "delivery") == ("false", "P1M", "overdue_delivery")
    assert timer("employment_service.v1", "follow_up_6") == ("false", "P3M", "overdue_follow_up_6")
    assert timer("rectification.v1", "organisation_return") == ("false", "P1M", "overdue_organisation_return")


def test_the_lengths_are_those_of_the_parameters():
    rows = [
        {**row, "value": "7"} if row["name"] == "clock.notice" else row
        for row in (dict(one) for one in PARAMETERS.rows())
    ]
    changed = type(PARAMETERS).from_rows(rows)
    assert "公示满7 个工作日" in written(named("direct_admission.v1"), changed, ON).decode()


# --- the drawing


@each_chain
def test_every_shape_stands_in_its_lane_and_on_top_of_no_other(chain: type[CaseFlow]):
    here = drawn(chain)
    placed = layout(here)
    assert set(placed.nodes) == set(here.nodes)
    for lane in placed.lanes.values():
        assert inside(lane, placed.pool)
    assert not any(overlap(one, other) for one, other in combinations(placed.lanes.values(), 2))
    for node in here.nodes.values():
        assert inside(placed.nodes[node.id], placed.lanes[node.lane]), node.id
    for one, other in combinations(here.nodes.values(), 2):
        if one.id not in (other.host,) and other.id not in (one.host,):
            assert not overlap(placed.nodes[one.id], placed.nodes[other.id]), (one.id, other.id)


def inside(box: Box, outer: Box) -> bool:
    return (
        outer.x <= box.x and outer.y <= box.y and box.x + box.width <= outer.x + outer.width
        and box.y + box.height <= outer.y + outer.height
    )  # fmt: skip


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.y + other.height
        and other.y < one.y + one.height
    )  # fmt: skip


@each_chain
def test_every_line_leads_from_edge_to_edge_at_right_angles_and_through_no_shape(chain: type[CaseFlow]):
    here = drawn(chain)
    placed = layout(here)
    assert set(placed.flows) == {flow.id for flow in here.flows}
    for flow in here.flows:
        line = placed.flows[flow.id]
        assert on_edge(line[0], placed.nodes[flow.source]), flow.id
        assert on_edge(line[-1], placed.nodes[flow.target]), flow.id
        for (x, y), (to_x, to_y) in zip(line, line[1:], strict=False):
            assert (x == to_x) != (y == to_y), flow.id
            way = Box(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y))
            for name, box in placed.nodes.items():
                ends = {flow.source, flow.target, here.nodes[flow.source].host}
                if name not in ends:
                    assert not crosses(way, box), (flow.id, name)


def on_edge(point: tuple[int, int], box: Box) -> bool:
    (x, y), right, bottom = point, box.x + box.width, box.y + box.height
    return (x in (box.x, right) and box.y <= y <= bottom) or (y in (box.y, bottom) and box.x <= x <= right)


def crosses(way: Box, box: Box) -> bool:
    """Whether a line, which has no width, runs through a box."""
    return (
        way.x < box.x + box.width and box.x < way.x + way.width + (way.width == 0)
        and way.y < box.y + box.height and box.y < way.y + way.height + (way.height == 0)
    )  # fmt: skip


@each_chain
def test_every_chain_begins_once(chain: type[CaseFlow]):
    assert [node.id for node in drawn(chain).nodes.values() if node.kind == START] == ["start"]
