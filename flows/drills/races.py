"""Races: two people act on one case at the same moment, every pair of acts that can meet, in real threads.

Which acts can be done at a place follows from the declared rights (`casework.access.ACTIONS`, the step's verbs, the
state) and from what an act wants to stand there (`WANTS`). Who may win follows from what each needs and takes: two acts
exclude each other where each takes what the other needs; where neither does, both go through.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from queue import Queue
from typing import Any, Final

from django.db import connection

import flows.chains  # noqa: F401  (registers the steps' rights)
from casework import access, states
from casework.models import Case, Task
from flows.drills.acts import ACTS, Act, Nothing
from flows.drills.invariants import broken
from flows.drills.kept import Kept
from flows.drills.places import PLACES, Place, Stage, bring
from flows.drills.scene import NOTE, Scene, first
from flows.errors import FlowError
from flows.steps import Step

# What an act wants to stand at a place beside the task; one without an entry wants nothing.
WANTS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(wanted.split())
    for name, wanted in {
        "claim": "unclaimed", "retract": "unclaimed signed", "return_to": "earlier", "remove_signer": "question",
        "give_opinion": "question", "save_correction": "correction", "resubmit": "correction",
        "expire_correction": "correction", "lapse": "expired", "dismiss": "objection", "uphold": "objection",
        "object_to": "notice", "publish": "unpublished", "end_notice": "run_out", "inspect": "seconded",
        "decide_challenge": "challenge", "approve_change": "change", "reject_change": "change",
        "withdraw_change": "change", "propose_change": "decided", "open_letter": "letter", "serve": "letter",
        "depart": "summed",
        "countersign": "round", "countersign_no": "round", "name_party": "partied", "give_account": "payable", "waive": "owed",
        "remind_of_payment": "unreminded", "lapse_payment": "lapsing", "settle_paid": "bank_paid", "settle_bounced": "bank_bounced",
    }.items()
}  # fmt: skip
# What ends the task beside what `finishes` by its spec.
ENDS: Final = frozenset({
    "return_to", "request_correction", "resubmit", "expire_correction", "withdraw", "retract", "end_notice", "uphold",
    "waive", "lapse_payment", "settle_paid",
})  # fmt: skip
# The state that an act leads to, where it is another than the place says for the good end.
AFTER: Final[dict[str, str]] = {
    "request_correction": states.CORRECTION, "suspend": states.SUSPENDED, "withdraw": states.CLOSED,
    "decline": states.CLOSED, "lapse": states.CLOSED, "refuse": states.CLOSED, "countersign_no": states.CLOSED,
    "waive": states.CLOSED, "lapse_payment": states.CLOSED, "settle_paid": states.CLOSED, "uphold": states.IN_REVIEW, "resume": states.IN_REVIEW, "reopen": states.IN_REVIEW,
}  # fmt: skip
GOOD: Final = frozenset({"accept", "approve", "confirm", "end_notice", "assign", "collect", "deliver", "inspect"})
# What an act takes away, and needs, beside what the rights say.
_TAKES: Final[dict[str, str]] = {
    "claim": "unclaimed", "release": "handler", "transfer": "handler", "recuse": "handler not-recused", "resume": "paused",
    "delegate": "silence not-asked", "depart": "silence not-departed", "add_signer": "silence not-asked", "remove_signer": "question",
    "give_opinion": "question", "publish": "unpublished", "dismiss": "objection", "uphold": "objection notice",
    "challenge": "unchallenged", "decide_challenge": "challenge handler not-recused", "propose_change": "unproposed",
    "approve_change": "change", "reject_change": "change", "withdraw_change": "change", "urge": "unurged",
    "copy_to": "uncopied", "reopen": "closed letter", "resubmit": "correction", "expire_correction": "correction",
    "withdraw": "correction", "retract": "unclaimed", "waive": "owed payable",
    "lapse_payment": "owed payable lapsing", "settle_paid": "bank_paid payable", "settle_bounced": "bank_bounced",
    "remind_of_payment": "unreminded", "give_account": "unreminded lapsing",
}  # fmt: skip
_NEEDS: Final[dict[str, str]] = {
    "challenge": "unchallenged", "propose_change": "unproposed", "urge": "unurged", "copy_to": "uncopied",
    "delegate": "not-asked", "depart": "not-departed", "add_signer": "not-asked", "resume": "paused", "reopen": "closed", "dismiss": "not-recused",
    "claim": "not-recused", "lapse_payment": "owed", "remind_of_payment": "owed",
}  # fmt: skip
NOT_WHILE_PAUSED: Final = frozenset({"lapse_payment", "remind_of_payment"})
# Left out: nobody races these, a second version of a chain is needed (the state machine moves cases), or they are done to
# a batch and its rows (`tests/funds/test_batch_races.py`), or need a register that does not answer
# (tests/registers/test_races.py).
NOT_RACED: Final = frozenset({
    "move_chain", "explain", "withdraw_comment", "second", "make_batch", "drop_batch", "take_out", "release_batch",
    "read_results", "confirm_fact",
})  # fmt: skip


@dataclass(frozen=True)
class Pair:
    one: str
    other: str
    place: Place

    def __str__(self) -> str:
        return f"{self.one} with {self.other} {self.place.name}"


@dataclass
class Outcome:
    """How one pair went: rounds that were clean, and what was wrong with the others."""

    pair: Pair
    clean: int = 0
    wrong: list[str] = field(default_factory=list)


def fits(act: Act, place: Place) -> bool:
    """Whether the act can be done at the place, by the declared rights and by what it wants to stand there."""
    spec = access.ACTIONS.get(act.verb)
    if not WANTS.get(act.name, frozenset()) <= place.has:
        return False
    if spec is None:
        return True  # what it wants has said it
    if act.name == "challenge" and place.has & {"challenge", "outside"}:
        return False  # one waits already, or there is no officer to challenge
    closed = place.state == states.CLOSED
    if spec.needs == "any_case":
        return spec.holder not in ("correctors", "seconders") or bool(place.has & {"decided", "change"})
    if closed != (spec.needs == "closed_case") or place.state not in spec.states:
        return False
    if spec.needs != "open_task":
        return (
            spec.holder not in ("applicant", "applicant_or_counter", "urgers") or place.of is not NOTE
        )  # a department's own
    return _at_the_step(spec, place)


def _at_the_step(spec: access.ActionSpec, place: Place) -> bool:
    verbs = step_of(place).allowed()
    if spec.holder in ("handler", "handler_or_head"):
        if not place.claimed or (spec.anywhere and place.has & {"outside", "round"}):
            return False
        return spec.anywhere or spec.verb in verbs
    return spec.holder not in access._AT_A_STEP or spec.verb in verbs


def step_of(place: Place) -> Step:
    """The first step of the kind in the chain of the place."""
    from flows.engine import newest, step_named

    chain = newest(place.of.code, place.of.purpose)
    if place.kind == "correction":
        return step_named(chain, "correction")
    return next(step for step in chain.steps if step.kind == place.kind)


def acts_at(place: Place) -> list[str]:
    return [name for name, act in ACTS.items() if name not in NOT_RACED and fits(act, place)]


def pairs(everywhere: bool = False) -> list[Pair]:
    """Every pair that can meet, at the first place where it can, or at every one."""
    found: dict[tuple[str, ...], Pair] = {}
    for place in PLACES:
        for one, other in combinations_with_replacement(acts_at(place), 2):
            key = (one, other, place.name) if everywhere else (one, other)
            found.setdefault(key, Pair(one, other, place))
    return list(found.values())


def shares(chosen: list[Pair], many: int) -> list[list[Pair]]:
    """The pairs shared out among so many processes by their places, the fullest places first: to bring a case to a place
    takes about as long as five pairs there."""
    counted, load = Counter(pair.place.name for pair in chosen), [0] * many
    of = {}
    for name, count in counted.most_common():
        of[name] = load.index(min(load))
        load[of[name]] += count + 5
    return [[pair for pair in chosen if of[pair.place.name] == number] for number in range(many)]


# --- who may win


def needs(name: str) -> set[str]:
    """What an act needs so that it goes through, by its spec and by the tables above."""
    spec = access.ACTIONS.get(ACTS[name].verb)
    found = set(_NEEDS.get(name, "").split()) | WANTS.get(name, set())
    found |= {f"not {states.SUSPENDED}"} if name in NOT_WHILE_PAUSED else set()
    if spec is not None and spec.needs in ("open_task", "open_case"):
        found |= {"task"} if spec.needs == "open_task" else set()
        found |= {f"not {state}" for state in states.STATES if state not in spec.states}
        found |= {"handler"} if spec.holder in ("handler", "handler_or_head") else set()
        found |= {"silence"} if spec.finishes else set()
    return found


def takes(name: str, place: Place) -> set[str]:
    """What is gone for the other when the act has gone through."""
    spec = access.ACTIONS.get(ACTS[name].verb)
    found = set(_TAKES.get(name, "").split())
    if name in ENDS or name == "countersign_no" or (spec is not None and spec.finishes):
        found |= {"task", "handler", "question"}
    after = AFTER.get(name) or (place.then if name in GOOD else "")
    return found | ({f"not {after}"} if after else set())


def winners(pair: Pair) -> range:
    """How many of the two may go through: exactly one, both, or one or both."""
    blocked = [name for name in (pair.one, pair.other) if "question" in pair.place.has and "silence" in needs(name)]
    if blocked:  # they wait for an opinion: only what closes the question lets them through
        closes = {"give_opinion", "remove_signer"} & {pair.one, pair.other}
        return range(1, 3) if closes else range(2 - len(blocked), 3 - len(blocked))
    if pair.one != pair.other and {pair.one, pair.other} <= {"delegate", "add_signer", "depart"}:
        return range(1, 3)  # whether both ask the same colleague depends on who is there
    stops = needs(pair.other) & takes(pair.one, pair.place), needs(pair.one) & takes(pair.other, pair.place)
    if all(stops):
        return range(1, 2)
    return range(1, 3) if any(stops) else range(2, 3)


# --- how they meet


class Two:
    """Two threads, each with a connection of its own, that begin at the same moment."""

    def __init__(self) -> None:
        self.gate = threading.Barrier(2)
        self.asked: list[Queue[Callable[[], Any] | None]] = [Queue(), Queue()]
        self.told: list[Queue[Any]] = [Queue(), Queue()]
        self.threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in (0, 1)]
        for thread in self.threads:
            thread.start()

    def _work(self, number: int) -> None:
        while (act := self.asked[number].get()) is not None:
            connection.ensure_connection()
            self.gate.wait()
            try:
                self.told[number].put(act())
            except Exception as error:  # which errors are right is judged by who asked
                self.told[number].put(error)
        connection.close()

    def meet(self, *acts: Callable[[], Any]) -> list[Any]:
        """What each returned, or raised."""
        for queue, act in zip(self.asked, acts, strict=True):
            queue.put(act)
        return [queue.get() for queue in self.told]

    def end(self) -> None:
        for queue in self.asked:
            queue.put(None)
        for thread in self.threads:
            thread.join()


def who(name: str, place: Place, second: bool = False) -> str:
    """Who does the act at the place; the second of the same act is somebody else where that is what happens."""
    spec = access.ACTIONS.get(ACTS[name].verb)
    holder = spec.holder if spec else "applicant"
    called = {
        "handler": place.handler, "handler_or_head": place.handler, "department": place.handler,
        "party": place.handler, "head": place.who["head"], "asked": "federation head 2", "seers": _seer(name, place),
        "urgers": place.who.get("applicant", "applicant"), "outsiders": place.who["outsider"], "deciders": "district_government approver 2",
        "correctors": "federation approver 2", "seconders": "finance approver 1", "anyone": "anonymous",
        "clock": "clock", "officers": place.who.get("colleague", place.who["rival"]),
        "applicant": place.who.get("applicant", "applicant"), "applicant_or_counter": place.who.get("applicant", "applicant"), "administrators": "federation administrator 2",
    }  # fmt: skip
    return place.who["rival"] if second and holder in ("party", "department") else called[holder]


def _same_kind(pair: Pair) -> bool:
    """Two of a department or of a round: then they are two people, else one who pressed twice."""
    return pair.one == pair.other or {pair.one, pair.other} == {"countersign", "countersign_no"}


def _seer(name: str, place: Place) -> str:
    return place.who["signer"] if name == "retract" else place.who.get("colleague", place.who["rival"])


def race(pair: Pair, stage: Stage, seen: Task, two: Two, kept: Kept, rounds: int) -> Outcome:
    """So many rounds of the pair at the place, each from the same beginning; `seen` is the task that stands there."""
    outcome, allowed = Outcome(pair), winners(pair)
    for _ in range(rounds):
        kept.restore()
        wrong = _once(pair, stage, seen, two, allowed)
        outcome.clean += not wrong
        outcome.wrong += wrong
    return outcome


def _once(pair: Pair, stage: Stage, seen: Task, two: Two, allowed: range) -> list[str]:
    both = [(pair.one, who(pair.one, pair.place)), (pair.other, who(pair.other, pair.place, _same_kind(pair)))]
    acts = []
    for act, name in both:
        at = stage.at(name)
        at.pick = first
        task = copy(seen)  # both mean the task that they see, and each has its own
        task.process = copy(seen.process)
        at.loaded = {"task": task, "case": task.process}
        acts.append(lambda act=act, at=at: ACTS[act].do(at))
    version = seen.process.version
    results = two.meet(*acts)
    failed = [one for one in results if isinstance(one, Exception)]
    # Nothing: what the act would have been done to was gone when it was looked up.
    wrong = [f"{type(one).__name__}: {one}" for one in failed if not isinstance(one, FlowError | Nothing)]
    if 2 - len(failed) not in allowed:
        said = [repr(one) if isinstance(one, Exception) else "went through" for one in results]
        wrong.append(f"{2 - len(failed)} went through, not {list(allowed)}: {said}")
    if Case.objects.values_list("version", flat=True).get(pk=stage.case_id) < version:
        wrong.append("the version fell")
    return wrong + broken(stage.case_id)


@contextmanager
def _threads() -> Iterator[Two]:
    two = Two()
    try:
        yield two
    finally:
        two.end()


def run(
    chosen: list[Pair], scene: Scene, rounds: int, tell: Callable[[Outcome], None] = lambda outcome: None
) -> list[Outcome]:
    """Race the pairs, place by place. The database must hold nothing but this scene: its cases are put back again and
    again."""
    scene.everybody()
    outcomes = []
    with _threads() as two:
        for place in PLACES:
            mine = [pair for pair in chosen if pair.place is place]
            if not mine:
                continue
            stage = bring(place, scene)
            kept, seen = Kept(), stage.at("clock").task
            for pair in mine:
                outcomes.append(race(pair, stage, seen, two, kept, rounds))
                tell(outcomes[-1])
            kept.restore()
            kept.forget()
    return outcomes
