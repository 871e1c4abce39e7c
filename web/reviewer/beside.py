"""What stands beside the signing on a case page: who was asked, pauses, comments, challenges, corrections, explanations."""

from dataclasses import dataclass
from typing import Any

from casework import access
from casework.models import Comment, DecisionChange, Explanation, Recusal, Signature, Suspension
from casework.sealing import unseal
from casework.states import SUSPENDED
from casework.wording import SIGNATURE_OUTCOMES, SIGNATURES
from policy import T, measure
from web.acts import Place
from web.reviewer.acts import acts_here, rounds, rule_of


@dataclass(frozen=True)
class Asked:
    """One signature or opinion inside the open task, in words."""

    signature: Signature
    kind: T
    outcome: T
    question: str
    opinion: str


@dataclass(frozen=True)
class Remarked:
    """A comment with its text, and whether the reader may withdraw it."""

    comment: Comment
    text: str
    mine: bool


def beside(place: Place) -> dict[str, Any]:
    """The context of `reviewer/beside.html`."""
    case, key, by = place.case, place.case.key, place.request.actor
    ending, ways = acts_here(place)
    suspension = None
    if case.state == SUSPENDED:
        suspension = Suspension.objects.filter(case=case, ended_at=None).select_related("by").first()
    challenges = [
        (one, unseal(key, one.text), bool(access.may_decide_challenge(by, one, "decide_challenge")))
        for one in Recusal.objects.filter(case=case, asked_by_applicant=True).select_related("user", "department")
    ]
    changes = DecisionChange.objects.filter(case=case, outcome="").select_related("seconder", "proposed_by")
    asked = Explanation.objects.filter(case=case).select_related("department", "by", "deadline")
    return {
        "ending": ending, "ways": ways, "round_rule": rule_of(place), "suspension": suspension,
        "waits_for": unseal(key, suspension.waits_for) if suspension else "",
        "asked": [
            Asked(one, SIGNATURES[one.kind], SIGNATURE_OUTCOMES[one.outcome], unseal(key, one.question) or "", unseal(key, one.opinion) or "")
            for one in rounds(place)
        ],
        "comments": [Remarked(one, unseal(key, one.text), _is_mine(place, one)) for one in case.comments.select_related("by", "department")],
        "challenges": challenges, "changes": [(one, unseal(key, one.reason)) for one in changes],
        "departures": [] if measure(case.measure, case.purpose).excludes is None else [(one, unseal(key, one.reason)) for one in case.departures.select_related("signature__user", "proposed_by").order_by("-pk")],
        "explanations": [(one, unseal(key, one.text) or "", one.at is None and by.post.department_id == one.department_id) for one in asked],
        "urges": list(case.urges.order_by("-pk")[:3]),
    }  # fmt: skip


def _is_mine(place: Place, comment: Comment) -> bool:
    return comment.withdrawn_at is None and comment.by_id == place.request.actor.user_id
