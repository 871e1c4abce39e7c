"""The yearly review of a base that was granted support (年度复核): what was found, and whether the support goes on; signed."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Organisation
from casework.record import write_on
from casework.sealing import seal
from flows.actions.open_reclaim import open_reclaim
from flows.errors import AlreadyDone, Invalid, NotThere, ProofNeeded
from policy import T
from services.access import allowed
from services.bases import next_reviews
from services.lists import BASE_OUTCOMES
from services.models import BaseReview

SPEC = access.register_action(ActionSpec("review_base", needs="any_case", holder="service_officers", proof=True))
LONGEST = 2000


def review_base(
    *, organisation_id: int, visited_on: date | None, findings: str, outcome: str, by: Actor, now: datetime
) -> BaseReview:  # fmt: skip
    """The review that is due is signed: the support continues, stops, or is asked back. The next one is due a period later.

    To ask back opens a case of its own about what was paid (`flows/actions/open_reclaim.py`), whose steps others sign.
    Raises Invalid, NotThere, NotAllowed, ProofNeeded, AlreadyDone where none is due.
    """
    with transaction.atomic():
        unit = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(pk=organisation_id).first()
        if unit is None:
            raise NotThere
        by = allowed(by, "review_base", now, unit)
        if access.proof_is_due(by, "review_base", now):
            raise ProofNeeded
        today = localdate(now)
        due = next_reviews(unit.district_id, today, [unit.pk]).get(unit.pk)
        if due is None or due.due > today:
            raise AlreadyDone("no_review_due")
        _check(visited_on, findings, outcome, today)
        assert visited_on is not None
        assert by.post is not None
        try:
            with transaction.atomic():
                made = BaseReview.objects.create(
                    district_id=unit.district_id, organisation=unit, case=due.case, due=due.due, visited_on=visited_on,
                    findings=seal(unit.key, findings.strip()), outcome=outcome, signed_by_id=by.user_id, signed_as=by.post,
                    signed_at=now,
                )  # fmt: skip
        except IntegrityError:
            raise AlreadyDone("no_review_due") from None
        details = {"organisation": unit.pk, "case": due.case.pk, "due": due.due.isoformat(), "outcome": outcome}
        if outcome == "reclaim":
            asked = open_reclaim(paid=due.case, why=findings.strip(), mark=due.due.isoformat(), by=by, now=now)
            details |= {"reclaim": asked.reference if asked is not None else ""}
        write_on(made, "base_reviewed", by, now, details=details, sealed={"findings": findings.strip()}, key=unit.key)
        return made


def _check(visited_on: date | None, findings: str, outcome: str, today: date) -> None:
    wrong: dict[str, T] = {}
    if visited_on is None or visited_on > today or (today - visited_on).days > 366:
        wrong["visited_on"] = T("请写哪天去看的，一年以内。", "Please give the day of the visit, within a year.")
    if not findings.strip():
        wrong["findings"] = T("请写看到了什么、钱怎么用的。", "Please say what was found and how the money was used.")
    elif len(findings) > LONGEST:
        wrong["findings"] = T("最多 {most} 个字。", "At most {most} characters.").fill(most=LONGEST)
    if outcome not in BASE_OUTCOMES:
        wrong["outcome"] = T("请选结论。", "Please choose the conclusion.")
    if wrong:
        raise Invalid(**wrong)
