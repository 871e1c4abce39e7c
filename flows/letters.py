"""Letters that an action writes (文书): the facts frozen and sealed now, rendered once by the relay afterwards."""

from typing import Any

from django.utils.timezone import localdate

from casework.interpretations import in_force
from casework.judgements import newest
from casework.models import Assessment, Case, Judgement, Letter
from casework.references import shown
from casework.sealing import seal, unseal
from flows import engine
from policy import T, measure


def write_letter(
    work: engine.Work, kind: str, *, reason: str = "", responsible: str = "", after_notice: bool = False,
    corrects: str = "", text: str = "", found: Assessment | None = None,
) -> Letter:  # fmt: skip
    """The letter about a decision: granted, refused, not_accepted, lapsed, or corrected (with the letter that it
    `corrects` and the `text` of the decision as it is now). `found` is the newest assessment, where the caller has it.

    A refusal is served at once; a grant with a public notice only after the notice has ended.
    """
    case = work.case
    facts = _facts(work, kind, reason, responsible, found)
    is_first = case.round == 1 and kind != "corrected"  # a decision is written once in a round
    number = f"{shown(case.reference)}-{1 if is_first else case.letters.count() + 1}"
    facts |= {"number": number, "corrects": corrects, "text": text, "outcome": case.outcome}
    return Letter.objects.create(
        district_id=case.district_id, case=case, kind=kind, number=number, language=case.language,
        facts=seal(case.key, facts), written_at=work.now, waits_for_notice=after_notice,
        served_from=None if after_notice else work.today,
    )  # fmt: skip


def release_letter(work: engine.Work) -> None:
    """The notice has ended: the letters that waited for it are served from today."""
    work.case.letters.filter(waits_for_notice=True, void_at=None).update(waits_for_notice=False, served_from=work.today)


def void_letter(work: engine.Work) -> None:
    """The decision is set aside: its letter is never served."""
    work.case.letters.filter(waits_for_notice=True, void_at=None).update(void_at=work.now)


def void_unserved(work: engine.Work) -> None:
    """The case is reopened: what was not served yet never is. What was served stays with the applicant."""
    work.case.letters.filter(void_at=None, service=None).update(void_at=work.now)


def _both(text: T) -> list[str]:
    return [text.zh, text.en]


def _facts(work: engine.Work, kind: str, reason: str, responsible: str, found: Assessment | None) -> dict[str, Any]:
    case, rules = work.case, measure(work.case.measure, work.case.purpose)
    deciding = engine.deciding_step(engine.chain_of(case))
    department = work.by.post.department if work.by.post else None
    on = work.today
    found = found or newest(case)
    kept = unseal(case.key, found.trace) if found else {"trace": []}
    judged = {one.rule: one for one in case.judgements.order_by("pk")}  # the newest of each clause
    review_body = deciding.review_body or T(case.district.review_body, case.district.review_body_en)
    court = deciding.court or T(case.district.court, case.district.court_en)
    return {
        "kind": kind,
        "reference": shown(case.reference),
        "title": _both(rules.title),
        "applicant": case.applicant_name,
        "applied_on": case.as_of.isoformat(),
        "decided_on": localdate(work.now).isoformat(),
        "decided_by": [department.official_name, department.name_en] if department else ["", ""],
        "clause": rules.clause,
        "grounds": [_ground(case, row, judged.get(row["rule"])) for row in kept["trace"]],
        "notes": [one.note.number for one in in_force(case.district_id, case.measure)],
        "sums": kept.get("explanation", {}).get("sums", []),
        "reason": reason,
        "responsible": responsible,
        "policy_version": case.policy_version,
        "review_body": _both(review_body),
        "court": _both(court),
        "review_days": _number(work, "clock.appeal_review", on),
        "court_months": _number(work, "clock.appeal_court", on),
        "served_days": _number(work, "clock.deemed_served", on),
    }


def _ground(case: Case, row: Any, judged: Judgement | None) -> dict[str, Any]:
    """One clause as the letter gives it: what the reviewers held of it, and their reason where the rules differ."""
    ground = {"title": row["title"], "outcome": row["outcome"], "because": row["because"]}
    if judged is not None and judged.outcome != row["outcome"]:
        reason = unseal(case.key, judged.reason)
        ground["outcome"] = judged.outcome
        ground["because"] = _both(T("审核认定：{reason}", "Found by the reviewers: {reason}").fill(reason=reason))
    return ground


def _number(work: engine.Work, name: str, on: Any) -> int:
    value = work.parameters.value(name, on)
    return int(value) if value is not None else 0
