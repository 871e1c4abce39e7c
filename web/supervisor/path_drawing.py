"""The geometry of the paths: steps one below the other in their declared order, straight where a case went on to the next,
a bow on the right where it left steps out, on the left where it came back."""

from dataclasses import dataclass

from oversight.figures import Row, path_title
from oversight.process import Process
from policy import T

WIDTH, BOX, HEIGHT, APART = 960, 360, 44, 96
LEFT = (WIDTH - BOX) // 2
THICKEST = 9


@dataclass(frozen=True)
class Node:
    """A step: its words, what was counted, and where its box begins."""

    title: T
    row: Row | None
    y: int

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class Way:
    """An edge: its line, how thick, how many cases, and where that is written."""

    path: str
    thick: float
    many: int
    x: int
    y: int
    anchor: str


@dataclass(frozen=True)
class Paths:
    nodes: list[Node]
    ways: list[Way]
    height: int


def drawn(steps: list[str], told: Process) -> Paths:
    """The drawing; steps that only cases of an older chain had, and corrections, stand after the declared ones."""
    used = {name for row in told.edges for name in row.key.split(">")}
    others = sorted(used - set(steps) - {"start", "end"})
    names = ["start", *steps, *others, "end"]
    places = {name: number for number, name in enumerate(names)}
    nodes = [Node(path_title(name), told.visits.get(name), 8 + APART * place) for name, place in places.items()]
    most = max((row.whole.cases for row in told.edges), default=1) or 1
    ways = [_way(row, places, most) for row in told.edges]
    return Paths(nodes, ways, APART * (len(names) - 1) + HEIGHT + 16)


def _way(row: Row, places: dict[str, int], most: int) -> Way:
    one, other = (places[name] for name in row.key.split(">"))
    thick = round(1 + (THICKEST - 1) * row.whole.cases / most, 1)
    tops = [8 + APART * place for place in (one, other)]
    if other == one + 1:
        x, begins, ends = WIDTH // 2, tops[0] + HEIGHT, tops[1]
        path = f"M{x} {begins}V{ends}M{x - 6} {ends - 9}L{x} {ends}L{x + 6} {ends - 9}"
        return Way(path, thick, row.whole.cases, x + 16, (begins + ends) // 2 + 5, "start")
    begins, ends = (top + HEIGHT // 2 + (6 if number else -6) for number, top in enumerate(tops))
    far = 40 + (LEFT - 90) * abs(other - one) // len(places)
    forward = other > one
    edge, bow, tip = (LEFT + BOX, LEFT + BOX + far, 9) if forward else (LEFT, LEFT - far, -9)
    path = f"M{edge} {begins}C{bow} {begins} {bow} {ends} {edge} {ends}M{edge + tip} {ends - 6}L{edge} {ends}L{edge + tip} {ends + 6}"
    x = round(edge + 0.75 * (bow - edge)) + (8 if forward else -8)
    return Way(path, thick, row.whole.cases, x, (begins + ends) // 2 + 5, "start" if forward else "end")
