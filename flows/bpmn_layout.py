"""Where the shapes and lines of a chain's BPMN diagram stand: one column a step, one band a lane, right angles only.

In its column nothing stands in any lane but the step's own things, so that lines may cross the other lanes there. Ways
back run in channels along the top of the lane they lead to. Sizes are pixels, as BPMN tools draw them.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from flows.bpmn_paths import ASIDE, BACK, CLOCK, END, GATEWAY, ON, START, TASK, TIMER, Flow, Node, Paths

EVENT, BAND, COLUMN, START_COLUMN = 36, 30, 310, 110
POOL_X, POOL_Y = 120, 80
_TASK_WIDTH, _TASK_HEIGHT, _GATEWAY_X, _GATEWAY = 100, 80, 150, 50
_CHANNEL, _CHANNELS_FROM, _ABOVE, _BELOW, _ENDS_BELOW = 12, 14, 18, 28, 44
_END_X = {-1: 2, 0: 115, 1: 185, 2: 255}


class Box(NamedTuple):
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


Line = list[tuple[int, int]]


@dataclass(frozen=True)
class Layout:
    """The pool, and by id the box of each lane and node and the waypoints of each flow."""

    pool: Box
    lanes: Mapping[str, Box]
    nodes: Mapping[str, Box]
    flows: Mapping[str, Line]


def layout(paths: Paths) -> Layout:
    """Boxes first, then lines between them."""
    channels = _channels(paths)
    lanes = _lanes(paths, channels)
    boxes = {node.id: _box(node, lanes[node.lane], len(channels[node.lane])) for node in paths.nodes.values()}
    entries: defaultdict[str, int] = defaultdict(int)
    lines: dict[str, Line] = {}
    for flow in paths.flows:
        if flow.how == BACK:
            target = paths.nodes[flow.target]
            height = lanes[target.lane].y + _CHANNELS_FROM + _CHANNEL * channels[target.lane].index(flow.id)
            entries[target.id] += 1
            lines[flow.id] = _back(boxes[flow.source], boxes[target.id], height, entries[target.id])
        else:
            lines[flow.id] = _LINES[flow.how](flow, boxes, paths.nodes[flow.target])
    first, last = lanes[next(iter(lanes))], lanes[list(lanes)[-1]]
    pool = Box(POOL_X, POOL_Y, first.width + BAND, last.y + last.height - POOL_Y)
    return Layout(pool, lanes, boxes, lines)


def _channels(paths: Paths) -> dict[str, list[str]]:
    """The ways back that run along the top of each lane."""
    found: dict[str, list[str]] = {lane: [] for lane in paths.lanes}
    for flow in paths.flows:
        if flow.how == BACK:
            found[paths.nodes[flow.target].lane].append(flow.id)
    return found


def _lanes(paths: Paths, channels: Mapping[str, list[str]]) -> dict[str, Box]:
    width = START_COLUMN + COLUMN * (paths.columns - 2) + START_COLUMN
    lanes, y = {}, POOL_Y
    for lane, running in channels.items():
        height = _top(len(running)) + _TASK_HEIGHT + _BELOW
        if any(node.lane == lane and node.kind in (END, TIMER) for node in paths.nodes.values()):
            height += _ENDS_BELOW + EVENT
        lanes[lane] = Box(POOL_X + BAND, y, width, height)
        y += height
    return lanes


def _top(channels: int) -> int:
    """From a lane's upper edge down to its tasks."""
    return _CHANNELS_FROM + _CHANNEL * channels + _ABOVE


def _box(node: Node, lane: Box, channels: int) -> Box:
    x = lane.x + (START_COLUMN + COLUMN * (node.column - 1) if node.column else 40)
    y = lane.y + _top(channels)
    if node.kind == TASK:
        return Box(x, y, _TASK_WIDTH, _TASK_HEIGHT)
    if node.kind == GATEWAY:
        return Box(x + _GATEWAY_X, y + (_TASK_HEIGHT - _GATEWAY) // 2, _GATEWAY, _GATEWAY)
    if node.kind == TIMER:
        return Box(x + _END_X[-1], y + _TASK_HEIGHT - EVENT // 2, EVENT, EVENT)
    if node.kind == START or node.id == "end":
        return Box(x, y + (_TASK_HEIGHT - EVENT) // 2, EVENT, EVENT)
    return Box(x + _END_X[node.slot], y + _TASK_HEIGHT + _ENDS_BELOW, EVENT, EVENT)


def _on(flow: Flow, boxes: Mapping[str, Box], target: Node) -> Line:
    """From the right side to the left; to another lane just before the target's column."""
    source, end = boxes[flow.source], boxes[target.id]
    (_, y), (_, to) = source.middle, end.middle
    start, last = (source.x + source.width, y), (end.x, to)
    return [start, last] if y == to else [start, (end.x - 30, y), (end.x - 30, to), last]


def _aside(flow: Flow, boxes: Mapping[str, Box], target: Node) -> Line:
    """Down to an end below, and to its nearer side."""
    source, end = boxes[flow.source], boxes[target.id]
    (x, _), (to_x, to_y) = source.middle, end.middle
    start = (x, source.y + source.height)
    if x == to_x:
        return [start, (x, end.y)]
    return [start, (x, to_y), (end.x + end.width if to_x < x else end.x, to_y)]


def _by_the_clock(flow: Flow, boxes: Mapping[str, Box], target: Node) -> Line:
    """From below the timer to the next step's left side, or to the gateway of the same column from below."""
    source, end = boxes[flow.source], boxes[target.id]
    (x, _), low = source.middle, source.y + source.height + 12
    begun = [(x, source.y + source.height), (x, low)]
    if target.kind == GATEWAY:
        return [*begun, (end.middle[0], low), (end.middle[0], end.y + end.height)]
    enter = end.middle[1] + (20 if target.kind == TASK else 0)
    return [*begun, (end.x - 18, low), (end.x - 18, enter), (end.x, enter)]


def _back(source: Box, end: Box, height: int, entry: int) -> Line:
    """Up, or down, to the channel of the target's lane, along it, and down into the target."""
    x = source.middle[0]
    start = (x, source.y if height < source.y else source.y + source.height)
    to = end.x + min(end.width - 6, 6 + 11 * entry)
    return [start, (x, height), (to, height), (to, end.y)]


_LINES: Final = {ON: _on, ASIDE: _aside, CLOCK: _by_the_clock}
