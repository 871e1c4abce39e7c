"""The table of rights and the judge agree, at every place of the drills, for every role, near and far, and every action;
where the table says yes the action goes through, where it says no it gives a reason that has words and changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.actor import ANONYMOUS, CLOCK, Actor
from accounts.models import Role, User
from casework import access, published
from casework.access import ACTIONS
from casework.models import Case, Mandate, Task
from casework.rights_table import (
    CHALLENGED,
    DECIDED,
    EVENT_OF,
    HERE,
    OTHER,
    PARTY,
    SEEN,
    UNSEEN,
    Spot,
    pages,
    says,
    says_of_the_clock,
    says_outside,
)
from casework.states import STATES
from casework.wording import REASONS
from flows.drills.acts import ACTS, Nothing
from flows.drills.places import PLACES, Place, Stage, bring
from flows.drills.races import acts_at
from flows.drills.scene import Scene, proved
from flows.errors import AlreadyDone, NotAllowed
from tests.flows.machine import counts

pytestmark = pytest.mark.django_db
# Who asked, proposed or signed last, the head of the challenged officer: a role alone does not do it.
PERSONAL = {
    "decide_challenge",
    "retract",
    "withdraw_change",
    "approve_change",
    "reject_change",
    "give_opinion",
    "remove_signer",
}
NEAR = ("federation", "hrss", "town_qibao", "district_government")
WALKER = "9"  # an officer of a role who handles nothing


@dataclass
class Walk:
    """A place, everybody of every role near and far, and what was refused why."""

    place: Place
    stage: Stage
    task: Task
    spot: Spot

    @property
    def case(self) -> Case:
        return self.task.process

    @cached_property
    def acts(self) -> list[str]:
        """What can be done here."""
        return acts_at(self.place)

    def people(self) -> Iterator[tuple[str, Actor, set[str]]]:
        """Every role in the department that has the step, in one that has seen the case, and in one that has not."""
        scene, here = self.stage.scene, self.task.department_id
        scoped = set(self.case.scopes.values_list("department_id", flat=True))
        near = {scene.department(code).pk: code for code in NEAR}
        near |= {self.task.department.pk: self.task.department.code} if self.task.department else {}
        decided = access._decided_by(self.case)
        parties = set(
            self.task.signatures.filter(kind="countersign", closed_at=None).values_list("department_id", flat=True)
        )
        asked = set(self.task.signatures.values_list("user_id", flat=True))
        for pk, code in near.items():
            where = {SEEN if pk in scoped else UNSEEN, DECIDED if decided == pk else OTHER, CHALLENGED}
            where |= {HERE} if pk == here else set()
            where |= {PARTY} if pk in parties else set()
            for role in Role.values:
                by = scene[f"{code} {role} {WALKER}"]
                if by.user_id in asked:  # who is asked there may more than the role
                    by = scene.officer(code, role)
                yield role, proved(by, self.stage.now), where

    def verdicts(self, by: Actor) -> Iterator[tuple[str, access.Verdict]]:
        """The judge's on every verb, with what they share looked up once, as a page has them."""
        with access.remembered():
            found = [(verb, self.verdict(by, verb)) for verb in EVENT_OF]
        return iter(found)

    def verdict(self, by: Actor, verb: str) -> access.Verdict:
        """The judge's; who must be the handler is made it, in memory."""
        before = self.task.owner_id
        if ACTIONS[verb].holder in ("handler", "handler_or_head") and by.is_officer:
            self.task.owner_id = by.user_id
        try:
            needs_task = ACTIONS[verb].needs == "open_task"
            asked = {"task": self.task} if needs_task else {"case": self.case}
            return access.may(by, verb, on=self.stage.now.date(), **asked)
        finally:
            self.task.owner_id = before


class TestOneHalf:
    def test_the_table_and_the_judge_agree_and_the_actions_obey(self):
        agree(PLACES[::2])


class TestOtherHalf:
    def test_the_table_and_the_judge_agree_and_the_actions_obey(self):
        agree(PLACES[1::2])


def agree(places: Iterable[Place]) -> None:
    """At each place, with the same people; what was done there is rolled back. Each reason is tried once."""
    scene, refused = Scene("w"), set[tuple[str, str]]()
    scene.everybody()
    for code in NEAR:
        for role in Role.values:
            scene[f"{code} {role} {WALKER}"]  # makes them
    people = dict(scene.people)
    for place in places:
        with _undone():
            _agree_at(place, scene, refused)
        scene.people = dict(people)
        published.forget()


def _agree_at(place: Place, scene: Scene, refused: set[tuple[str, str]]) -> None:
    stage = bring(place, scene)
    task = stage.at("clock").task
    step = access.rights_of(task) if task.is_open else None
    walk = Walk(place, stage, task, Spot(task.process.state, step, waits="question" in place.has))
    for role, by, where in walk.people():
        for verb, verdict in walk.verdicts(by):
            _agrees(walk, by, verb, verdict, says(verb, role, where, walk.spot), f"{role}, {sorted(where)}", refused)
    for name, by in acting_for(scene):
        for verb, verdict in walk.verdicts(by):
            _agrees(walk, by, verb, verdict, _outside(walk, by, verb), f"{name} as {by.acts_as}", refused)
    for name in ("applicant", "unit", "provider", "stranger", "anonymous", "clock"):
        by = proved(scene.people[name], stage.now)
        for verb, verdict in walk.verdicts(by):
            _agrees(walk, by, verb, verdict, _outside(walk, by, verb), name, refused)


def acting_for(scene: Scene) -> Iterator[tuple[str, Actor]]:
    """Everybody who acts for the same applicants in another way."""
    for name, acts_as in (("unit", "applicant"), ("unit", "reader"), ("provider", "reader"), ("applicant", "agent")):
        whom, user = scene.people[name].on_behalf_of, User.objects.create_applicant("Sample")
        given = {"capacity": "agent", "person": whom} if acts_as == "agent" else {
            "capacity": "staff", "role": acts_as, "organisation": whom,
        }  # fmt: skip
        Mandate.objects.create(district=whom.district, user=user, since=scene.founded.date(), **given)
        yield name, Actor("applicant", user=user, on_behalf_of=whom, acts_as=acts_as)


def _outside(walk: Walk, by: Actor, verb: str) -> bool:
    if by == CLOCK:
        return says_of_the_clock(verb, walk.spot)
    applies = by != ANONYMOUS and by.on_behalf_of in (walk.case.person, walk.case.organisation)
    holds = (walk.task.held_by_applicant and applies) or (
        walk.task.organisation_id is not None and by != ANONYMOUS and by.on_behalf_of == walk.task.organisation
    )
    return says_outside(verb, walk.spot, applies=applies, holds=holds, acts_as=by.acts_as or "self")


def _agrees(
    walk: Walk, by: Actor, verb: str, verdict: access.Verdict, expected: bool, who: str, refused: set[tuple[str, str]]
) -> None:
    said = f"{verb} {walk.place.name} by {who}: the table says {expected}, the judge {verdict}"
    assert bool(verdict) == expected, said
    acts = [name for name in walk.acts if ACTS[name].verb == verb] or [name for name in ACTS if ACTS[name].verb == verb]
    if not acts:
        return
    if verdict and by.is_officer and acts[0] in walk.acts and acts[0] not in PERSONAL:
        _goes_through(walk, by, acts[0])
    elif not verdict and (verb, verdict.reason) not in refused:
        refused.add((verb, verdict.reason))
        assert verdict.reason in REASONS, said
        _changes_nothing(walk, by, acts[0], verdict.reason)


def _place(walk: Walk, by: Actor, act: str) -> Any:
    """The act's place, with the actor as the handler where one is needed."""
    at = walk.stage.at("clock")
    at.by = by
    if ACTIONS[ACTS[act].verb].holder in ("handler", "handler_or_head") and by.is_officer and walk.task.owner_id:
        Task.objects.filter(pk=walk.task.pk).update(owner=by.user)
    return at


def _goes_through(walk: Walk, by: Actor, act: str) -> None:
    with _undone():
        ACTS[act].do(_place(walk, by, act))
        recorded = Case.objects.get(pk=walk.case.pk).record_number - walk.case.record_number
        assert recorded == (act != "name_party"), act  # the place has named the same one already


def _changes_nothing(walk: Walk, by: Actor, act: str, reason: str) -> None:
    with _undone():
        at = _place(walk, by, act)
        before, row = counts(), Case.objects.filter(pk=walk.case.pk).values().get()
        said = _refusal(act, at)
        assert said in (reason, None), f"{act}: {said}, though the judge says {reason}"
        after = counts()
        del before["casework_refusedattempt"], after["casework_refusedattempt"]
        assert after == before
        assert Case.objects.filter(pk=walk.case.pk).values().get() == row


def _refusal(act: str, at: Any) -> str | None:
    """The reason that the action gave; None where there was nothing to do it to, empty where it went through."""
    try:
        ACTS[act].do(at)
    except Nothing:
        return None
    except (NotAllowed, AlreadyDone) as error:
        return error.reason
    return ""


class _undone:
    """What happens inside is rolled back; an action may begin its own durable transaction there."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True
        self.atomic.__enter__()

    def __exit__(self, *error: Any) -> None:
        if error[0] is None:
            transaction.set_rollback(True)
        self.atomic.__exit__(*error)


def test_the_places_stand_in_every_state():
    assert {place.state for place in PLACES} == set(STATES)


def test_every_action_on_a_case_has_its_words_and_stands_in_the_table():
    others = set(ACTIONS) - set(EVENT_OF)
    of_rounds = {"change_sharing", "open_round"}  # done to a plan's round: who may stands in the second table
    assert not {verb for verb in others - of_rounds if ACTIONS[verb].needs != "any_case"}
    assert {ACTIONS[verb].holder for verb in others} <= {
        "administrators",
        "interpreters",
        "applicant",
        "finance",
        "payers",
        "record_keepers",
        "report_officers",
        "triage",
        "anyone",
        "round_leaders",
        "units_or_services",
        "service_officers",
        "supervisors",
    }


def test_the_page_is_up_to_date():
    written = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
    assert written.read_text(encoding="utf-8") == pages(), "manage.py rights --write"
