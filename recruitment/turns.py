"""Whose turn it is: how the end of a round follows its ranking, post by post. Worked out when it is read, as the ranking is.

A post is filled by those who were granted it, in the order of the ranking: who leaves it (failed the check, was refused,
gave it up, an objection was upheld) makes room for the next in rank.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from accounts.actor import Actor
from casework import states
from casework.models import Case, CaseParty, Notice, Organisation, Position
from casework.outbox import put, to_applicant
from flows.errors import Invalid
from flows.giving import Giving, register_giving
from policy import T
from recruitment.models import PostPosition, Round, RoundApplication, RoundPost
from recruitment.queries import ADMITTED_AT, Candidate, candidates_of

MEASURE, DECIDES, NOTICE, ASSIGNS, STARTS = (
    "post_application", "leader_approval", "public_notice", "assignment", "unit_confirmation",
)  # fmt: skip
UNIT: Final = "unit"  # the role in which a case names who confirms the start of work
_NOT_JOINED = T(
    "这件没有报在招录批次里，不能录用。", "This application stands in no round, so nobody is appointed by it."
)
_RESULTS = T("成绩还没有公布，现在不能录用。", "The results are not released yet; nobody can be appointed before.")
_FULL = T(
    "这个岗位的名额已经满了，不能再录用。", "This post is filled already; nobody more can be appointed to it."
)  # fmt: skip
_LEFT = T(
    "这个人已经退出排名（体检不合格、放弃，或者异议成立），不能录用。",
    "This person has left the ranking (failed check, gave up, or an objection was upheld) and can't be appointed.",
)
_OUT = T(
    "这个人不在排名里（没有准考、缺考、没到合格线，或者分数没有录全），不能录用。",
    "This person is not in the ranking (not admitted, absent, below the pass mark, or scores missing).",
)
_BEFORE = T(
    "还没有轮到这个人：排在第 {rank} 名，这个岗位招 {n} 人，前面的人还没有退出。",
    "It is not this person's turn: rank {rank}, {n} to be appointed, and those above have not left.",
)
_NO_UNIT = T(
    "还没有写用人单位，报到没有人确认。请先写上承办单位，再批准。",
    "The employing unit is not named, so nobody could confirm the start. Please name the organisation first.",
)
_CHECK = T("还没有记体检结果，合格了才能录用。", "The physical check is not noted yet; it must be passed first.")


@dataclass(frozen=True)
class Standing:
    """A post as it stands: its candidates in order of rank, how many places it has, how many are given."""

    post: RoundPost
    candidates: list[Candidate]
    places: int
    notices: dict[int, Notice] = field(default_factory=dict)

    @property
    def given(self) -> int:
        """Granted and not given up: at work already, or on the way there."""
        return sum(one.case.outcome == "granted" for one in self.candidates)

    @property
    def appointed(self) -> int:
        return sum(is_appointed(one) for one in self.candidates)

    @property
    def under_way(self) -> int:
        return self.given - self.appointed

    @property
    def free(self) -> int:
        return max(self.places - self.given, 0)

    @property
    def waiting(self) -> list[Candidate]:
        """Ranked, not granted, still there: whose turn it is or may come."""
        return [one for one in self.candidates if is_ranked(one) and one.case.outcome != "granted"]

    @property
    def unfilled(self) -> int:
        """Free places for which nobody is left."""
        return max(self.free - len(self.waiting), 0)

    def why_not(self, one: Candidate) -> T | None:
        """Why this person may not be granted the post now; None where they may."""
        if one.is_gone:
            return _LEFT
        if not is_ranked(one):
            return _OUT
        if not self.free:
            return _FULL
        assert one.ranked is not None
        if one.ranked.state != "place":
            return _BEFORE.fill(rank=one.ranked.rank, n=self.post.vacancies)
        return None if one.check is not None and one.check.passed else _CHECK

    def turn(self, one: Candidate, today: date) -> str:
        """What is next for this candidate: a key of `web/round_words.py` TURNS."""
        if one.case.outcome == "granted":
            return self._after_the_decision(one, today)
        if one.is_gone:
            return "set_aside" if one.set_aside and one.case.is_open else "left_open" if one.case.is_open else "left"
        if not is_ranked(one):
            return "out_open" if one.case.is_open else "out"
        if not self.free:
            return "full"
        if one.ranked is not None and one.ranked.state == "next":
            return "next"
        if one.check is None:
            return "check_due"
        return {ADMITTED_AT: "ranking_due", DECIDES: "decision_due"}.get(one.case.step, "elsewhere")

    def _after_the_decision(self, one: Candidate, today: date) -> str:
        if one.case.state == states.CLOSED:
            return "appointed"
        if one.case.step == NOTICE:
            notice = self.notices.get(one.case.pk)
            return "notice_due" if notice is None else "on_notice" if today <= notice.ends_on else "notice_over"
        return {ASSIGNS: "to_assign", STARTS: "start_awaited"}.get(one.case.step, "elsewhere")


def is_appointed(one: Candidate) -> bool:
    """At work, as the unit confirmed."""
    return one.case.state == states.CLOSED and one.case.outcome == "granted"


def is_ranked(one: Candidate) -> bool:
    return one.ranked is not None and one.ranked.rank > 0 and not one.is_gone


def standings_of(one: Round, by: Actor | None = None) -> list[Standing]:
    """Every post of the round as it stands. A fixed number of statements, however many apply."""
    posts = list(one.posts.select_related("unit", "department").order_by("unit_id", "pk"))
    candidates = candidates_of(one, by)
    places = _places(posts)
    notices = {
        notice.case_id: notice
        for notice in Notice.objects.filter(case__round_application__round=one, ended_at=None).order_by("pk")
    }
    return [
        Standing(post, [each for each in candidates if each.application.post_id == post.pk], places[post.pk], notices)
        for post in posts
    ]


def on_notice(one: Round, today: date) -> dict[int, list[Notice]]:
    """The notices of the round that run on the day, by post: what everybody reads."""
    found: dict[int, list[Notice]] = {}
    rows = Notice.objects.filter(
        case__round_application__round=one, ended_at=None, starts_on__lte=today, ends_on__gte=today
    )
    for notice in rows.annotate(post=F("case__round_application__post")).order_by("pk"):
        found.setdefault(notice.post, []).append(notice)
    return found


def _places(posts: Iterable[RoundPost]) -> dict[int, int]:
    """Positions of each post that nobody outside it holds."""
    places = {post.pk: 0 for post in posts}
    own = Q(position__case=None) | Q(position__case__round_application__post=F("post"))
    for key in PostPosition.objects.filter(own, post__in=list(places)).values_list("post_id", flat=True):
        places[key] += 1
    return places


def ask(case: Case) -> None:
    """Whether it is this candidate's turn for the post. The post's row is locked, so that two who sign in the same moment
    never give one place twice. Raises Invalid."""
    application = RoundApplication.objects.filter(case=case).select_related("round").first()
    if application is None:
        raise Invalid(outcome=_NOT_JOINED)
    post = RoundPost.objects.select_for_update(no_key=True).get(pk=application.post_id)
    if application.round.results_at is None:
        raise Invalid(outcome=_RESULTS)
    candidates = candidates_of(application.round, post=post)
    mine = next(one for one in candidates if one.application.pk == application.pk)
    if reason := Standing(post, candidates, _places([post])[post.pk]).why_not(mine):
        raise Invalid(outcome=reason)
    if not case.parties.filter(role=UNIT).exists():  # nobody could confirm the start, and the case would never end
        raise Invalid(outcome=_NO_UNIT)


@contextmanager
def telling_who_moves_up(application: RoundApplication, now: datetime) -> Iterator[None]:
    """What is done inside makes room in the ranking: whoever comes within the places of the post by it is told."""
    before = {one.case.pk for one in _within(application)}
    yield
    put(*(to_applicant(one.case, "moved_up", now) for one in _within(application) if one.case.pk not in before))


def _within(application: RoundApplication) -> list[Candidate]:
    """The candidates of the post whose rank is within its places, and whose case is open."""
    found = candidates_of(application.round, post=application.post)
    return [one for one in found if one.ranked is not None and one.ranked.state == "place" and one.case.is_open]


def positions(case: Case) -> QuerySet[Position]:
    """Those of the post that was applied for, and no others."""
    return Position.objects.filter(of_round__post__applications__case=case)


def unit(case: Case) -> tuple[str, Organisation] | None:
    """The recruiting unit of the post: as named in an earlier case of it, else the one organisation of that name."""
    application = RoundApplication.objects.filter(case=case).select_related("post__unit").first()
    if application is None:
        return None
    of_post = application.post.unit
    earlier = CaseParty.objects.filter(role=UNIT, case__round_application__post__unit=of_post)
    if party := earlier.select_related("organisation__key").order_by("-named_at", "-pk").first():
        return UNIT, party.organisation
    same = Organisation.objects.filter(district_id=case.district_id, name=of_post.name).select_related("key")[:2]
    return (UNIT, same[0]) if len(same) == 1 else None


GIVING: Final = Giving(ask=ask, positions=positions, unit=unit)
for _kind in Round.KINDS:
    register_giving(MEASURE, _kind, GIVING)
