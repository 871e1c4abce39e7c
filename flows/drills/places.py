"""The places where people meet on a case: each brings a case there and says what stands there and who is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from casework import states
from flows.drills.acts import ACTS, GOOD_END
from flows.drills.scene import ADMISSION, ALLOCATION, NOTE, SELF_EMPLOYED, SERVICE, At, Kind, Scene, proved

# Who takes each step in a drill; `2` of the same is the rival.
HANDLER: Final[Mapping[str, str]] = {
    "federation_intake": "federation intake 2", "town_intake": "town_meilong intake 2",
    "federation_review": "federation reviewer 1", "civil_affairs_review": "civil_affairs reviewer 4",
    "hrss_review": "hrss reviewer 1", "government_approval": "district_government approver 1",
    "public_notice": "civil_affairs reviewer 2", "assignment": "civil_affairs reviewer 2",
    "town_confirmation": "town_meilong reviewer 1", "site_visit": "town_meilong inspector 1",
    "federation_approval": "federation approver 1", "payment": "finance payer 1", "plan_approval": "federation approver 1",
    "federation_share": "federation reviewer 1", "delivery": "provider", "base_confirmation": "unit",
}  # fmt: skip


@dataclass
class Stage:
    """A case on its way to a place."""

    scene: Scene
    case_id: int
    now: datetime

    def at(self, name: str) -> At:
        return At(self.scene, self.case_id, proved(self.scene.people.get(name) or self.scene[name], self.now), self.now)

    def do(self, act: str, name: str) -> Any:
        return ACTS[act].do(self.at(name))

    @property
    def step(self) -> str:
        return self.at("clock").task.step_name

    def claim(self) -> "Stage":
        self.do("claim", HANDLER[self.step])
        return self

    def end(self) -> None:
        """The good end of the step, by its handler."""
        task = self.at("clock").task
        if task.department_id:
            self.claim()
        handler = HANDLER[task.step_name]
        if task.kind == "inspect":
            self.seconded()
        if task.step_name == "plan_approval":
            self.do("name_party", handler)
        if task.kind == "publicity":
            self.do("publish", handler)
            self.now += timedelta(days=20)
        self.do(GOOD_END[task.kind], handler)

    def to(self, step: str) -> "Stage":
        while self.step != step:
            self.end()
        return self

    def seconded(self) -> "Stage":
        self.do("second", HANDLER["site_visit"])
        self.do("give_opinion", "town_meilong inspector 2")
        return self


@dataclass(frozen=True)
class Place:
    """`make` brings a case there. `state` and `kind` say where that is, `has` what stands there beside the task, `then`
    the state after the step's good end; `who` names the people about."""

    name: str
    of: Kind
    state: str
    kind: str
    handler: str
    make: Callable[[Stage], Any]
    has: frozenset[str] = frozenset()
    then: str = states.IN_REVIEW
    who: Mapping[str, str] = field(default_factory=dict)

    @property
    def claimed(self) -> bool:
        return "unclaimed" not in self.has


def _asked(stage: Stage) -> None:
    stage.to("federation_review").claim()
    at = stage.at(HANDLER["federation_review"])
    at.pick = lambda options: options[-1]  # the second head: who is asked first in a drill is not asked yet
    ACTS["delegate"].do(at)


def _corrected(stage: Stage) -> None:
    stage.to("federation_review").claim().do("request_correction", HANDLER["federation_review"])
    stage.do("save_correction", "applicant")


def _expired(stage: Stage) -> None:
    stage.to("federation_review").claim().do("request_correction", HANDLER["federation_review"])
    stage.do("expire_correction", "clock")


def _suspended(stage: Stage) -> None:
    stage.to("federation_review").claim().do("suspend", HANDLER["federation_review"])


def _challenged(stage: Stage) -> None:
    stage.to("federation_review").claim().do("challenge", "applicant")


def _objected(stage: Stage) -> None:
    stage.to("public_notice").claim().do("publish", HANDLER["public_notice"])
    stage.now += timedelta(days=1)
    stage.do("object_to", "anonymous")


def _run_out(stage: Stage) -> None:
    stage.to("public_notice").claim().do("publish", HANDLER["public_notice"])
    stage.now += timedelta(days=20)


def _changing(stage: Stage) -> None:
    stage.to("payment").claim().do("propose_change", "federation approver 2")


def _refused(stage: Stage) -> None:
    stage.to("government_approval").claim().do("refuse", HANDLER["government_approval"])


_REVIEWERS: Final = {"rival": "federation reviewer 2", "head": "federation head 1", "outsider": "finance payer 2"}
_CIVIL: Final = {"rival": "civil_affairs reviewer 3", "head": "civil_affairs head 1", "outsider": "finance payer 2"}
_TOWN: Final = {"rival": "town_meilong inspector 3", "head": "town_meilong head 1", "outsider": "hrss reviewer 1"}
_PAYER: Final = {**_TOWN, "rival": "finance payer 2", "head": "town_meilong head 1", "colleague": "federation reviewer 2",
                 "corrector": "federation approver 2"}  # fmt: skip

PLACES: Final = (
    Place("at intake", ADMISSION, states.SUBMITTED, "intake", "federation intake 2", lambda stage: stage.claim(),
          who={**_REVIEWERS, "rival": "federation intake 3"}),
    Place("before the review", ADMISSION, states.IN_REVIEW, "review", HANDLER["federation_review"],
          lambda stage: stage.to("federation_review"), frozenset({"unclaimed", "signed"}),
          who={**_REVIEWERS, "signer": "federation intake 2"}),
    Place("at the review", ADMISSION, states.IN_REVIEW, "review", HANDLER["federation_review"],
          lambda stage: stage.to("federation_review").claim(), who=_REVIEWERS),
    Place("at a later review", ADMISSION, states.IN_REVIEW, "review", HANDLER["civil_affairs_review"],
          lambda stage: stage.to("civil_affairs_review").claim(), frozenset({"earlier"}), who=_CIVIL),
    Place("while an opinion is asked", ADMISSION, states.IN_REVIEW, "review", HANDLER["federation_review"], _asked,
          frozenset({"question"}), who=_REVIEWERS),
    Place("in a correction", ADMISSION, states.CORRECTION, "correction", "applicant", _corrected,
          frozenset({"correction", "outside"}), who=_REVIEWERS),
    Place("after an expired correction", ADMISSION, states.IN_REVIEW, "review", HANDLER["federation_review"], _expired,
          frozenset({"expired"}), who=_REVIEWERS),
    Place("in a pause", ADMISSION, states.SUSPENDED, "review", HANDLER["federation_review"], _suspended,
          frozenset({"paused"}), who=_REVIEWERS),
    Place("while a challenge waits", ADMISSION, states.IN_REVIEW, "review", HANDLER["federation_review"], _challenged,
          frozenset({"challenge"}), who=_REVIEWERS),
    Place("at the decision", ADMISSION, states.IN_REVIEW, "approval", HANDLER["government_approval"],
          lambda stage: stage.to("government_approval").claim(), frozenset({"earlier"}), states.PUBLICITY,
          who={**_CIVIL, "rival": "district_government approver 2", "head": "district_government head 1"}),
    Place("before the notice", ADMISSION, states.PUBLICITY, "publicity", HANDLER["public_notice"],
          lambda stage: stage.to("public_notice").claim(), frozenset({"unpublished"}), who=_CIVIL),
    Place("while an objection is open", ADMISSION, states.PUBLICITY, "publicity", HANDLER["public_notice"], _objected,
          frozenset({"notice", "objection"}), who=_CIVIL),
    Place("after the notice has run", ADMISSION, states.PUBLICITY, "publicity", HANDLER["public_notice"], _run_out,
          frozenset({"run_out"}), states.APPROVED, who=_CIVIL),
    Place("at the assignment", ADMISSION, states.APPROVED, "assignment", HANDLER["assignment"],
          lambda stage: stage.to("assignment").claim(), frozenset({"letter"}), states.APPROVED, who=_CIVIL),
    Place("at the town", ADMISSION, states.APPROVED, "confirm", HANDLER["town_confirmation"],
          lambda stage: stage.to("town_confirmation").claim(), frozenset({"letter", "earlier"}), states.CLOSED,
          who={**_TOWN, "rival": "town_meilong reviewer 2", "outsider": "finance payer 2"}),
    Place("on a visit", SELF_EMPLOYED, states.IN_REVIEW, "inspect", HANDLER["site_visit"],
          lambda stage: stage.to("site_visit").claim().seconded(), frozenset({"seconded", "earlier"}), who=_TOWN),
    Place("at a review of a sum", SELF_EMPLOYED, states.IN_REVIEW, "review", HANDLER["federation_review"],
          lambda stage: stage.to("federation_review").claim(), frozenset({"earlier", "summed"}), who=_REVIEWERS),
    Place("at the payment", SELF_EMPLOYED, states.PAYING, "payment", HANDLER["payment"],
          lambda stage: stage.to("payment").claim(), frozenset({"letter", "decided"}), states.CLOSED, who=_PAYER),
    Place("while a correction of the decision waits", SELF_EMPLOYED, states.PAYING, "payment", HANDLER["payment"],
          _changing, frozenset({"change", "letter"}), states.CLOSED, who=_PAYER),
    Place("in a round", NOTE, states.IN_REVIEW, "countersign", "federation approver 2", lambda stage: None,
          frozenset({"round"}), who={**_REVIEWERS, "rival": "hrss approver 1"}),
    Place("at the plan", SERVICE, states.IN_REVIEW, "approval", HANDLER["plan_approval"],
          lambda stage: stage.to("plan_approval").claim().do("name_party", HANDLER["plan_approval"]),
          frozenset({"earlier", "partied"}), states.APPROVED, who={**_REVIEWERS, "rival": "federation approver 2"}),
    Place("with the provider", SERVICE, states.APPROVED, "deliver", "provider", lambda stage: stage.to("delivery"),
          frozenset({"outside", "letter"}), states.APPROVED, who={**_TOWN, "colleague": "federation reviewer 2"}),
    Place("with the base", ALLOCATION, states.IN_REVIEW, "confirm", "unit", lambda stage: stage.to("base_confirmation"),
          frozenset({"outside"}), who={**_REVIEWERS, "applicant": "unit"}),
    Place("closed", ADMISSION, states.CLOSED, "", HANDLER["government_approval"], _refused, frozenset({"letter"}),
          who=_CIVIL),
)  # fmt: skip
BY_NAME: Final = {place.name: place for place in PLACES}


def bring(place: Place, scene: Scene) -> Stage:
    """A case at the place, of an applicant who has no other: what one was granted is not granted twice."""
    scene.people["applicant"] = scene.person()
    by = scene.people["unit" if place.of is ALLOCATION else "applicant"] if place.of is not NOTE else None
    stage = Stage(scene, scene.begin(place.of, by).pk, place.of.sent_at)
    place.make(stage)
    return stage
