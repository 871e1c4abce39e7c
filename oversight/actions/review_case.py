"""A review (复查) of what a pattern found: opened by a supervisor, noted in, closed with an outcome.

It is no case of an applicant and decides nothing: what it finds is put right where it belongs, in the case, the post or
the fund. All that is said in it stands sealed in its record.
"""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from oversight.guarding import allowed, key_for, locked_hit, next_number, written
from oversight.hits import cases_of, why_not_judge
from oversight.models import PatternHit, ReviewCase
from policy import T

OPEN = access.register_action(ActionSpec("open_review", needs="any_case", holder="supervisors"))
NOTE = access.register_action(ActionSpec("note_review", needs="any_case", holder="supervisors"))
CLOSE = access.register_action(ActionSpec("close_review", needs="any_case", holder="supervisors"))


def open_review(*, hit_id: int, reason: str, by: Actor, now: datetime) -> ReviewCase:
    """The review of a hit that nobody has looked at, or that is to be followed up. A second time gives the one that is
    there. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        hit = locked_hit(hit_id, by, "open_review", now)
        said = written(reason, "reason", T("请写明要查什么。", "Please say what is to be looked into."))
        if hit.result == PatternHit.REVIEW:
            return ReviewCase.objects.get(hit=hit)
        if hit.result not in ("", PatternHit.FOLLOW_UP):
            raise AlreadyDone("hit_marked")
        assert by.post is not None
        assert by.user is not None
        year, key = localdate(now).year, key_for(hit)
        made = ReviewCase.objects.create(
            district_id=hit.district_id, hit=hit, year=year, number=next_number(ReviewCase, hit.district_id, year),
            key=key, opened_by=by.user, opened_at=now,
        )  # fmt: skip
        hit.result, hit.marked_by_id, hit.marked_as_id, hit.marked_at = PatternHit.REVIEW, by.user_id, by.post.pk, now
        hit.save(update_fields=["result", "marked_by", "marked_as", "marked_at"])
        write_on(hit, "hit_marked", by, now, details={"pattern": hit.pattern, "result": hit.result, "review": made.pk})
        write_on(made, "review_opened", by, now, details={"hit": hit.pk}, sealed={"reason": said}, key=key)
        return made


def note_review(*, review_id: int, text: str, by: Actor, now: datetime) -> None:
    """What was seen or heard in a review. Raises NotThere, NotAllowed, AlreadyDone once it is closed, Invalid."""
    with transaction.atomic():
        review = _locked(review_id, by, "note_review", now)
        said = written(text, "text", T("请写您查到了什么。", "Please say what you found."))
        write_on(review, "review_noted", by, now, sealed={"opinion": said}, key=review.key)


def close_review(*, review_id: int, outcome: str, conclusion: str, by: Actor, now: datetime) -> ReviewCase:
    """The review with its outcome and conclusion. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        review = _locked(review_id, by, "close_review", now)
        if outcome not in ReviewCase.OUTCOMES:
            raise Invalid(outcome=T("请选一个结果。", "Please choose an outcome."))
        said = written(conclusion, "conclusion", T("请写明结论。", "Please give the conclusion."))
        review.outcome, review.closed_by, review.closed_at = outcome, by.user, now
        review.save(update_fields=["outcome", "closed_by", "closed_at"])
        write_on(
            review, "review_closed", by, now, details={"outcome": outcome}, sealed={"reason": said}, key=review.key
        )
        return review


def _locked(review_id: int, by: Actor, verb: str, now: datetime) -> ReviewCase:
    post = allowed(by, verb, now)
    rows = ReviewCase.objects.select_for_update(of=("self",), no_key=True).select_related("hit", "key")
    review = rows.filter(pk=review_id, district_id=post.district_id).first()
    if review is None:
        raise NotThere
    if reason := why_not_judge(by, review.hit, cases_of(review.hit)):
        raise NotAllowed(reason)
    if review.closed_at is not None:
        raise AlreadyDone("review_over")
    return review
