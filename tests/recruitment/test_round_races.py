"""Two people of a round at once, in real threads: a place is given once, a score has one second entry."""

from decimal import Decimal

import pytest

from casework.models import Case
from flows.actions.approve import approve
from flows.drills.races import Two
from flows.errors import AlreadyDone, FlowError, Invalid
from recruitment.actions.enter_scores import enter_scores
from recruitment.models import RoundApplication, ScoreEntry
from tests.factories import officer
from tests.recruitment.rounds import FIRST, SECOND, published, row_of

ONE_POST = [{"unit": FIRST, "posts": 60}, {"unit": SECOND, "posts": 5}]
pytestmark = pytest.mark.usefixtures("committed")


def test_two_enter_the_second_scores_at_once_and_one_of_them_stands():
    told = published(rows=ONE_POST)
    row = row_of(told.accepted())
    told.seated().sat()
    third = officer("hrss", "head")
    enter_scores(**told.given(), part="written", values={row.pk: Decimal(80)})
    two = Two()
    try:
        results = two.meet(
            *[
                lambda by=by: enter_scores(**told.given(by), part="written", values={row.pk: Decimal(81)})
                for by in (told.clerk, third)
            ]
        )
    finally:
        two.end()
    assert sorted(type(one) for one in results if isinstance(one, FlowError)) in ([AlreadyDone], [Invalid])
    assert ScoreEntry.objects.filter(application=row).count() == 2


def test_two_officers_give_one_place_to_two_candidates_and_one_is_told_that_it_is_filled():
    """The ranking lets both in, as where one comes back by an appeal; there is one position."""
    told = published(rows=ONE_POST)
    walks = [told.accepted() for _ in range(2)]
    told.seated().scored(("90", "90"), ("90", "90")).released()
    for walk in walks:
        walk.now = told.now
    told.checked(walks[0])
    given = [walk.to("leader_approval").given() for walk in walks]
    for walk in walks:
        walk.named_parties()
    judgements = walks[0].judgements()
    told.one.posts.update(vacancies=2)  # the second is within the places too, though there is one position
    told.checked(walks[1])
    two = Two()
    try:
        results = two.meet(*[lambda one=one: approve(**one, judgements=judgements, opinion="同意") for one in given])
    finally:
        two.end()
    assert [type(one) for one in results if isinstance(one, FlowError)] == [Invalid]
    assert Case.objects.filter(round_application__in=RoundApplication.objects.all(), outcome="granted").count() == 1
