"""Apply to a reserved post (报考): begin the application with the post's number, and join it to its round when handed in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework.deadlines import EXAMINATION
from casework.models import Case, Draft, Person
from flows.actions.draft import save_draft, start_draft
from flows.errors import Invalid, NotAllowed, NotThere
from flows.joining import register_join, register_wait
from policy import T
from recruitment.models import Round, RoundApplication, RoundPost
from recruitment.queries import ADMITTED_AT, open_post

MEASURE = "post_application"
_GIVEN_UP = ("withdrawn", "not_accepted", "lapsed")
_NO_SUCH_POST = T(
    "没有找到这个岗位，或者现在不在报名时间里。请到“招录”页看岗位编号。",
    "There is no such post, or it takes no applications now. The numbers stand on the page “Recruitment”.",
)
_ONE_A_ROUND = T(
    "您在这一批里已经报了一个岗位。一批只能报一个；要换岗位，先撤回那一件。",
    "You applied to a post of this round already. It is one post a round; to change it, withdraw that application first.",
)
_STAYS = T(
    "补正不能换岗位。要换，请撤回这一件再报。",
    "A correction does not change the post. To change it, withdraw this application and apply again.",
)


def begin_application(*, post_id: int, by: Actor, now: datetime) -> Draft:
    """The draft of an application to the post, for whom the account acts; one that was begun goes on with this post.

    Raises NotThere where the post takes no applications now, NotAllowed, Invalid where the person has applied already.
    """
    post = RoundPost.objects.filter(pk=post_id, round__published_at__isnull=False).select_related("round").first()
    if post is None or not post.takes_applications(localdate(now)):
        raise NotThere
    who = by.on_behalf_of
    if not by.is_applicant or not isinstance(who, Person) or who.district_id != post.district_id:
        raise NotAllowed("not_the_applicant")
    standing = _standing(post.round, who)
    if standing is not None and standing.case.outcome not in _GIVEN_UP:
        raise Invalid(post_code=_ONE_A_ROUND)
    with transaction.atomic():
        draft = start_draft(code=MEASURE, purpose=post.round.kind, by=by, now=now, person=who)
        return save_draft(draft_id=draft.pk, by=by, now=now, facts={"post_code": post.code})


def join(case: Case, facts: Mapping[str, Any], now: datetime, corrected: bool) -> dict[str, Any]:
    """The application's row in its round: one a person and round, which the database holds. Raises Invalid."""
    said = str(facts.get("post_code") or "").strip().upper()
    if corrected:
        return _stays(case, said)
    post = open_post(case.district_id, case.purpose, said, localdate(now))
    if post is None or case.person is None:
        raise Invalid(post_code=_NO_SUCH_POST)
    standing = _standing(post.round, case.person, lock=True)
    if standing is not None and standing.case.outcome not in _GIVEN_UP:
        raise Invalid(post_code=_ONE_A_ROUND)
    row = standing or RoundApplication(district_id=case.district_id, round=post.round, person=case.person)
    row.case, row.post, row.applied_at = case, post, now
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # the same person in the same moment
        raise Invalid(post_code=_ONE_A_ROUND) from error
    return {"round": post.round_id, "post": post.code}


def _stays(case: Case, said: str) -> dict[str, Any]:
    row = RoundApplication.objects.filter(case=case).select_related("post").first()
    if row is not None and row.post.code != said:
        raise Invalid(post_code=_STAYS)
    return {}


def _standing(one: Round, person: Person, *, lock: bool = False) -> RoundApplication | None:
    rows = RoundApplication.objects.filter(round=one, person=person).select_related("case")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def awaits_results(case: Case) -> str:
    """The examination's time is no time of the office: an accepted application's clocks stand still until its results."""
    waiting = RoundApplication.objects.filter(case=case, round__results_at=None)
    return EXAMINATION if waiting.exists() else ""


for _kind in Round.KINDS:
    register_join(MEASURE, _kind, join)
    register_wait(MEASURE, _kind, ADMITTED_AT, awaits_results)
