"""A correction as the applicant works on it: what was asked, what is answered, old beside new."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.timezone import localdate

from casework.filing import missing_from
from casework.known import told_in
from casework.models import AnswerSet, Case, CorrectionItem, CorrectionRequest, Evidence
from casework.sealing import unseal
from casework.statements import Asked, given
from policy import T, measure

OPEN_REQUEST: Final = Asked(
    lambda: CorrectionRequest.objects.filter(case=given("case"), answered_at=None, expired_at=None)
)
ANSWERED: Final = Asked(
    lambda: CorrectionRequest.objects.filter(case=given("case"), answered_at__isnull=False).order_by("-pk")
)


def open_request(case: Case) -> CorrectionRequest | None:
    """What the applicant is asked to put right now."""
    return OPEN_REQUEST.first(case=case.pk)


def saved(request: CorrectionRequest, before: AnswerSet) -> tuple[dict[str, Any], set[str]]:
    """The answers as saved so far, and the names of the facts that were gone through."""
    key = request.case.key
    if request.answers is None:
        return unseal(key, before.answers), set()
    answers = unseal(key, request.answers)
    return answers, set(answers.pop("corrected", ()))


def answers_of(request: CorrectionRequest, before: AnswerSet) -> dict[str, Any]:
    return saved(request, before)[0]


def new_evidence(request: CorrectionRequest) -> list[Evidence]:
    """The files handed in since the request."""
    return list(
        Evidence.objects.filter(case_id=request.case_id, removed_at=None, uploaded_at__gt=request.asked_at).order_by(
            "pk"
        )
    )


def is_answered(item: CorrectionItem, corrected: set[str], handed_in: set[str]) -> bool:
    return item.target in (corrected if item.kind == "fact" else handed_in)


def unanswered(request: CorrectionRequest, before: AnswerSet, answers: Mapping[str, Any]) -> dict[str, T]:
    """What was asked and is not answered yet, and what the new answers make necessary."""
    _, corrected = saved(request, before)
    handed_in = {one.code for one in new_evidence(request)}
    rules = measure(request.case.measure, request.case.purpose)
    titles: dict[str, T] = {fact.name: fact.question for fact in rules.facts}
    titles |= {one.code: one.title for one in rules.evidence}
    missing = {
        item.target: T("还没补：{title}", "Not corrected yet: {title}").fill(title=titles[item.target])
        for item in request.items.all()
        if not is_answered(item, corrected, handed_in)
    }
    standing = standing_evidence(request.case)
    told = told_in(request.case.person or request.case.organisation, rules, answers["facts"], localdate())
    return {**missing_from(rules, answers, standing, told=told), **missing}


def standing_evidence(case: Case) -> list[Evidence]:
    """The files of a case that stand: neither replaced nor removed."""
    return list(case.evidence.filter(removed_at=None, replaced_by=None).order_by("pk"))


@dataclass(frozen=True)
class Difference:
    """One answer that changed: its question, the old and the new value in words."""

    title: T
    old: Any
    new: Any


def differences(case: Case, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """The answers that differ between two sets, in the order of the questions."""
    rules = measure(case.measure, case.purpose)
    changed = []
    for fact in rules.facts:
        before, after = old["facts"].get(fact.name), new["facts"].get(fact.name)
        if before != after:
            changed.append(Difference(fact.question, fact.say(before), fact.say(after)))
    return changed
