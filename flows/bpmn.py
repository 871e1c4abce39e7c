"""A chain as a BPMN 2.0 file with its diagram, for the tools of others. Deterministic: the same chain, the same bytes."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from flows.bpmn_layout import Box, Layout, layout
from flows.bpmn_paths import GATEWAY, TIMER, Flow, Node, Paths, paths
from flows.engine import CaseFlow
from flows.published_chains import heading
from flows.steps import Countersign
from policy import T
from policy.parameters import Parameters

NAMESPACES: Final = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL", "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC", "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}  # fmt: skip
_ASIDE: Final = T(
    "图上不画的：申请人在决定以前可以撤回；经办人可以中止、恢复；下一步没有人签收以前，上一步的人可以取回。",
    "Not drawn: the applicant may withdraw until the decision; the handler may pause and resume; a signer may take a step back while nobody has taken on the next.",
)


def file_name(chain: type[CaseFlow]) -> str:
    """`<measure>[.<purpose>].v<version>.bpmn`."""
    return ".".join(filter(None, (chain.measure, chain.purpose, f"v{chain.version}", "bpmn")))


def written(chain: type[CaseFlow], parameters: Parameters, on: date) -> bytes:
    """The file; the lengths of its timers are those of the parameters on the day."""
    drawn = paths(chain, parameters, on)
    name = heading(chain)
    root = Element("bpmn:definitions", {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items()})
    root.attrib |= {"id": "definitions", "name": name.zh, "targetNamespace": "urn:minhang:chains"}
    collaboration = SubElement(root, "bpmn:collaboration", id="collaboration")
    pool = SubElement(collaboration, "bpmn:participant", id="pool", name=name.zh, processRef="process")
    _documented(pool, name)
    _process(SubElement(root, "bpmn:process", id="process", name=name.zh, isExecutable="false"), drawn)
    _diagram(SubElement(root, "bpmndi:BPMNDiagram", id="diagram"), drawn, layout(drawn))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _process(process: Element, drawn: Paths) -> None:
    _documented(process, _ASIDE)
    lanes = SubElement(process, "bpmn:laneSet", id="lanes")
    for lane, words in drawn.lanes.items():
        element = SubElement(lanes, "bpmn:lane", id=lane, name=words.zh)
        _documented(element, words)
        for node in drawn.nodes.values():
            if node.lane == lane:
                SubElement(element, "bpmn:flowNodeRef").text = node.id
    for node in drawn.nodes.values():
        _node(process, node, drawn.flows)
    for flow in drawn.flows:
        given = {"name": flow.words.zh} if flow.words else {}
        element = SubElement(process, "bpmn:sequenceFlow", {"id": flow.id, **given})
        element.attrib |= {"sourceRef": flow.source, "targetRef": flow.target}
        if flow.words:
            _documented(element, flow.words)


def _node(process: Element, node: Node, flows: list[Flow]) -> None:
    element = SubElement(process, f"bpmn:{node.kind}", id=node.id, name=node.words.zh)
    if node.kind == TIMER:
        element.attrib |= {"attachedToRef": node.host, "cancelActivity": str(node.interrupts).lower()}
    _documented(element, node.words, *([node.more] if node.more else []))
    for flow in flows:
        if flow.target == node.id:
            SubElement(element, "bpmn:incoming").text = flow.id
    for flow in flows:
        if flow.source == node.id:
            SubElement(element, "bpmn:outgoing").text = flow.id
    if node.kind == TIMER:
        _timer(element, node)
    if isinstance(node.step, Countersign):
        _round(element, node.step)


def _documented(element: Element, *texts: T) -> None:
    """The words in both languages, as two documentations."""
    SubElement(element, "bpmn:documentation").text = "\n".join(text.zh for text in texts)
    SubElement(element, "bpmn:documentation").text = "\n".join(text.en for text in texts)


def _timer(element: Element, node: Node) -> None:
    """Months as ISO 8601 has them. It knows no working days: they stand in words, and no engine counts them wrongly."""
    timer = SubElement(element, "bpmn:timerEventDefinition", id=f"timer_{node.id}")
    if node.months:
        SubElement(timer, "bpmn:timeDuration", {"xsi:type": "bpmn:tFormalExpression"}).text = f"P{node.months}M"
    elif node.length is not None:
        SubElement(timer, "bpmn:timeDuration").text = f"{node.length.zh} · {node.length.en}"


def _round(element: Element, step: Countersign) -> None:
    """One signature a party, all at once, until enough agree or no longer can."""
    loop = SubElement(element, "bpmn:multiInstanceLoopCharacteristics", isSequential="false")
    SubElement(loop, "bpmn:loopCardinality").text = str(len(step.parties))
    too_many = 1 if step.ends_on_refusal else len(step.parties) - step.need + 1
    SubElement(loop, "bpmn:completionCondition").text = f"agreed >= {step.need} or refused >= {too_many}"


def _diagram(diagram: Element, drawn: Paths, placed: Layout) -> None:
    plane = SubElement(diagram, "bpmndi:BPMNPlane", id="plane", bpmnElement="collaboration")
    for name, box in _shapes(placed):
        shape = SubElement(plane, "bpmndi:BPMNShape", id=f"shape_{name}", bpmnElement=name)
        if name == "pool" or name in drawn.lanes:
            shape.set("isHorizontal", "true")
        elif drawn.nodes[name].kind == GATEWAY:
            shape.set("isMarkerVisible", "true")
        SubElement(shape, "dc:Bounds", _numbers(box))
    for flow in drawn.flows:
        edge = SubElement(plane, "bpmndi:BPMNEdge", id=f"edge_{flow.id}", bpmnElement=flow.id)
        for x, y in placed.flows[flow.id]:
            SubElement(edge, "di:waypoint", x=str(x), y=str(y))


def _shapes(placed: Layout) -> Iterator[tuple[str, Box]]:
    yield "pool", placed.pool
    yield from placed.lanes.items()
    yield from placed.nodes.items()


def _numbers(box: Box) -> dict[str, str]:
    return {name: str(value) for name, value in box._asdict().items()}
