"""What stands beside the signing on a case page: who was asked, pauses, comments, challenges, corrections, explanations."""

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch

from casework import access, statements
from casework.holds import is_held
from casework.models import Comment, DecisionChange, Explanation, Recusal, Signature, Suspension, Urge
from casework.sealing import unseal
from casework.statements import given
from casework.states import SUSPENDED
from casework.wording import SIGNATURE_OUTCOMES, SIGNATURES
from flows.actions.show_reporter import gave_a_name
from flows.engine import chain_of, step_of
from flows.money import pays
from funds.access import is_finance
from funds.models import BatchItem, Payable
from funds.models.owed import OPEN
from policy import T, measure
from web.acts import Place
from web.reviewer.acts import acts_here, rounds, rule_of
from web.reviewer.visits import visit_of


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
    signatures = rounds(place)
    suspension = None
    if case.state == SUSPENDED:
        suspension = Suspension.objects.filter(case=case, ended_at=None).select_related("by").first()
    challenges = [
        (one, unseal(key, one.text), bool(access.may_decide_challenge(by, one, "decide_challenge")))
        for one in _CHALLENGES.all(case=case.pk)
    ]
    changes, asked = _CHANGES.all(case=case.pk), _EXPLANATIONS.all(case=case.pk)
    return {
        "ending": ending, "ways": ways, "visit": visit_of(place.task, signatures), "round_rule": rule_of(place), "suspension": suspension,
        "waits_for": unseal(key, suspension.waits_for) if suspension else "",
        "asked": [
            Asked(one, SIGNATURES[one.kind], SIGNATURE_OUTCOMES[one.outcome], unseal(key, one.question) or "", unseal(key, one.opinion) or "")
            for one in signatures
        ],
        "comments": [Remarked(one, unseal(key, one.text), _is_mine(place, one)) for one in _COMMENTS.all(case=case.pk)],
        "challenges": challenges, "changes": [(one, unseal(key, one.reason)) for one in changes],
        "departures": [] if measure(case.measure, case.purpose).excludes is None else [(one, unseal(key, one.reason)) for one in case.departures.select_related("signature__user", "proposed_by").order_by("-pk")],
        "explanations": [(one, unseal(key, one.text) or "", one.at is None and by.post.department_id == one.department_id) for one in asked],
        "by_bank": _by_bank(place), "pays": is_finance(by) and pays(chain_of(case)),
        "may_see_reporter": (reporter := case.anonymous and bool(access.may(by, "show_reporter", case=case))),
        "gave_a_name": reporter and gave_a_name(case), "urges": _URGES.all(case=case.pk),
    }  # fmt: skip


_CHALLENGES: Final = statements.Asked(
    lambda: Recusal.objects.filter(case=given("case"), asked_by_applicant=True).select_related("user", "department")
)
_CHANGES: Final = statements.Asked(
    lambda: DecisionChange.objects.filter(case=given("case"), outcome="").select_related("seconder", "proposed_by")
)
_EXPLANATIONS: Final = statements.Asked(
    lambda: Explanation.objects.filter(case=given("case")).select_related("department", "by", "deadline")
)
_COMMENTS: Final = statements.Asked(
    lambda: Comment.objects.filter(case=given("case")).select_related("by", "department")
)
_URGES: Final = statements.Asked(lambda: Urge.objects.filter(case=given("case")).order_by("-pk")[:3])
# What `beside` asks by the case's key alone, for a page to ask ahead.
BESIDE: Final = (_CHALLENGES, _CHANGES, _EXPLANATIONS, _COMMENTS, _URGES)


def _by_bank(place: Place) -> list[dict[str, Any]]:
    """What waits to be paid through the bank while the case stands at its payment: each sum, with its newest batch."""
    if place.task is None or place.task.kind != "payment" or step_of(place.task).comes_in:
        return []
    held = is_held(place.case)
    may_make = not held and bool(access.may(place.request.actor, "make_batch"))
    items = BatchItem.objects.filter(left_out="").select_related("batch").order_by("-pk")
    owed = Payable.objects.filter(case=place.case, state__in=OPEN).prefetch_related(Prefetch("items", items))
    return [
        {
            "sum": one,
            "item": next(iter(one.items.all()), None),
            "may_make": may_make and one.state == "due",
            "held": held,
        }
        for one in owed.order_by("fund_id")
    ]


def _is_mine(place: Place, comment: Comment) -> bool:
    return comment.withdrawn_at is None and comment.by_id == place.request.actor.user_id
