"""Letters that an action writes (文书): the facts frozen and sealed now, rendered once by the relay afterwards."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from casework.corrections import standing_evidence
from casework.deadlines import DECISION
from casework.departures import told as departed
from casework.interpretations import in_force
from casework.judgements import newest
from casework.models import Assessment, Case, Judgement, Letter
from casework.references import shown
from casework.sealing import seal, unseal
from flows import engine
from policy import T, measure
from policy.assessment import ELIGIBLE


def write_letter(
    work: engine.Work, kind: str, *, reason: str = "", responsible: str = "", after_notice: bool = False,
    corrects: str = "", text: str = "", found: Assessment | None = None,
) -> Letter:  # fmt: skip
    """The letter about a decision: granted, refused, not_accepted, lapsed, or corrected (with the letter that it
    `corrects` and the `text` of the decision as it is now). `found` is the newest assessment, where the caller has it.

    A refusal is served at once; a grant with a public notice only after the notice has ended.
    """
    facts = _facts(work, kind, reason, responsible, found)
    facts |= {"corrects": corrects, "text": text, "outcome": work.case.outcome, "decided_as": _decided_as(work, kind)}
    return _written(work, kind, facts, waits_for_notice=after_notice)


def _decided_as(work: engine.Work, kind: str) -> str:
    """What the chain calls the decision: recorded, founded, completed and so on; empty for a letter that is none."""
    deciding = engine.deciding_step(engine.chain_of(work.case))
    return {"granted": deciding.outcome, "refused": deciding.negative}.get(kind, "")


def tell_accepted(work: engine.Work, *, deemed: bool = False) -> None:
    """The notice of acceptance (受理通知书): since when, until when we decide, and the papers that we have."""
    if not _has_reader(work):
        return
    case, clock = work.case, work.case.deadlines.filter(kind=DECISION, ended_at=None).order_by("-pk").first()
    titles = {one.code: one.title for one in measure(case.measure, case.purpose).evidence}
    papers = dict.fromkeys(one.code for one in standing_evidence(case))
    _written(
        work, "accepted",
        _frame(work, "accepted") | {
            "deemed": deemed, "due": clock.due.isoformat() if clock else "",
            "papers": [_both(titles[code]) for code in papers if code in titles],
        },
    )  # fmt: skip


def tell_correction(work: engine.Work, items: list[tuple[T, str]], due: date) -> None:
    """The one-time notice of what to correct (补正材料通知书): each item with what to do, and until when."""
    if _has_reader(work):
        told = [{"title": _both(title), "note": note} for title, note in items]
        _written(work, "correction", _frame(work, "correction") | {"items": told, "due": due.isoformat()})


def tell_paid(work: engine.Work, amount: Decimal, account_tail: str = "") -> None:
    """The notice of payment (拨付通知书): the sum, and the last four digits of the account that it goes to."""
    if _has_reader(work):
        _written(
            work, "paid", _frame(work, "paid") | {"amount": f"{amount:.2f}", "account_tail": account_tail}
        )  # fmt: skip


def _has_reader(work: engine.Work) -> bool:
    """Whether a person or a unit outside the house applied, to whom a notice can go."""
    return work.case.person_id is not None or work.case.organisation_id is not None


def _written(work: engine.Work, kind: str, facts: dict[str, Any], *, waits_for_notice: bool = False) -> Letter:
    case = work.case
    number = f"{shown(case.reference)}-{case.letters.count() + 1}"
    return Letter.objects.create(
        district_id=case.district_id, case=case, kind=kind, number=number, language=case.language,
        facts=seal(case.key, facts | {"number": number}), written_at=work.now, waits_for_notice=waits_for_notice,
        served_from=None if waits_for_notice else work.today,
    )  # fmt: skip


def release_letter(work: engine.Work) -> None:
    """The notice has ended: the letters that waited for it are served from today."""
    work.case.letters.filter(waits_for_notice=True, void_at=None).update(waits_for_notice=False, served_from=work.today)


def void_letter(work: engine.Work) -> None:
    """The decision is set aside: its letter is never served."""
    work.case.letters.filter(waits_for_notice=True, void_at=None).update(void_at=work.now)


def void_unserved(work: engine.Work) -> None:
    """The case is reopened: what was not served yet never is. What was served stays with the applicant."""
    work.case.letters.decisions().filter(void_at=None, service=None).update(void_at=work.now)


def _both(text: T) -> list[str]:
    return [text.zh, text.en]


def _facts(work: engine.Work, kind: str, reason: str, responsible: str, found: Assessment | None) -> dict[str, Any]:
    case = work.case
    deciding = engine.deciding_step(engine.chain_of(case))
    on = work.today
    found = found or newest(case)
    kept = unseal(case.key, found.trace) if found else {"trace": []}
    is_eligible = found is not None and found.outcome == ELIGIBLE  # refused nevertheless, it has no sum to be told
    judged = {one.rule: one for one in case.judgements.order_by("pk")}  # the newest of each clause
    review_body = deciding.review_body or T(case.district.review_body, case.district.review_body_en)
    court = deciding.court or T(case.district.court, case.district.court_en)
    return _frame(work, kind) | {
        "clause": measure(case.measure, case.purpose).clause,
        "grounds": [_ground(case, row, judged.get(row["rule"])) for row in kept["trace"]],
        "notes": [one.note.number for one in in_force(case.district_id, case.measure)],
        "sums": [] if kind == "refused" and is_eligible else kept.get("explanation", {}).get("sums", []),
        "amount": f"{case.amount:.2f}" if case.amount else "",
        "departure": departed(case, found) if kind == "granted" else {},
        "reason": reason,
        "responsible": responsible,
        "policy_version": case.policy_version,
        "review_body": _both(review_body),
        "court": _both(court),
        "review_days": _number(work, "clock.appeal_review", on),
        "court_months": _number(work, "clock.appeal_court", on),
        "served_days": _number(work, "clock.deemed_served", on),
    }


def _frame(work: engine.Work, kind: str) -> dict[str, Any]:
    """What every letter says: about which application, from whom, when."""
    case = work.case
    department = work.by.post.department if work.by.post else work.task.department if work.task else None
    return {
        "kind": kind,
        "reference": shown(case.reference),
        "title": _both(measure(case.measure, case.purpose).title),
        "applicant": case.applicant_name,
        "applied_on": case.as_of.isoformat(),
        "decided_on": localdate(work.now).isoformat(),
        "decided_by": [department.official_name, department.name_en] if department else ["", ""],
        "telephone": department.telephone if department else "",
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
