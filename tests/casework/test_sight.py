"""Who sees a case: the list of what an actor may see and the look-up of one case are the same rule."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import ANONYMOUS, Actor
from accounts.models import Role
from casework.duties import KeptAway
from casework.models import Case
from casework.queries import case_for, find_cases
from casework.sight import others_of, sees, visible_to
from flows.actions.recuse import recuse
from flows.actions.request_access import request_access
from tests.factories import CAST, NOW, officer, story
from tests.flows.test_around_a_step import deputy_of

pytestmark = pytest.mark.django_db


def is_found(by: Actor, case: Case, *, to_act: bool = False) -> bool:
    try:
        return case_for(by, case.shown_reference, to_act=to_act) == case
    except KeptAway:  # it was found, and is another matter then
        return True
    except Case.DoesNotExist:
        return False


def agree(by: Actor, case: Case) -> bool:
    """Whether they see it, by every way of asking."""
    listed = visible_to(by).filter(pk=case.pk).exists()
    assert listed == is_found(by, case) == is_found(by, case, to_act=True) == sees(by, case.pk)
    another = story(who=case.person).case
    theirs = visible_to(by).filter(person=case.person).exclude(pk=another.pk)
    assert others_of(by, another) == list(theirs.order_by("-opened_at", "-pk"))
    return listed


def test_for_everybody_at_every_step(time_machine):
    time_machine.move_to(NOW)
    told = story().to("civil_affairs_review")
    seen = {role for role in CAST if agree(told.cast[role], told.case)}
    assert {"federation", "civil_affairs", "supervisor"} <= seen
    assert not {"hrss", "government", "finance", "other_town"} & seen
    assert agree(told.by, told.case)
    assert not agree(ANONYMOUS, told.case)


def test_for_deputies_and_those_who_may_look_for_a_day(time_machine):
    time_machine.move_to(NOW)
    told = story().to("federation_review")
    assert agree(deputy_of(told.cast["federation"]), told.case)
    by = officer("finance", Role.PAYER)
    assert not agree(by, told.case)
    request_access(case_id=told.case.pk, by=by, now=NOW, duty="appeal", reason="办理复议，要核对决定")
    assert agree(by, told.case)
    time_machine.move_to(NOW.replace(day=NOW.day + 2))
    assert not agree(by, told.case)


def test_not_for_whoever_stepped_aside_nor_by_their_deputys_hand(time_machine):
    time_machine.move_to(NOW)
    told = story().to("federation_review")
    given = told.claimed()
    by = given["by"]
    recuse(**given, ground="kin", text="是亲戚")
    assert not agree(by, told.case)
    assert not agree(deputy_of(by), told.case)


def test_not_for_a_post_that_has_ended(time_machine):
    time_machine.move_to(NOW)
    told = story().to("federation_review")
    by = told.cast["federation"]
    assert agree(by, told.case)
    by.post.until = NOW.date().replace(year=NOW.year - 1)
    assert not agree(by, told.case)


@pytest.mark.parametrize("role", ["federation", "supervisor"])
def test_a_reference_is_looked_for_within_the_district_as_its_index_begins(time_machine, role):
    """By the reference alone, PostgreSQL reads the whole index: 20 ms among a million cases, at every page and act."""
    time_machine.move_to(NOW)
    told = story().to("federation_review")
    by = told.cast[role]
    with CaptureQueriesContext(connection) as captured:
        case_for(by, told.case.shown_reference)
        find_cases(by, told.case.shown_reference)
    asked = [one["sql"] for one in captured if f"'{told.case.reference}'" in one["sql"]]
    assert len(asked) == 2
    for sql in asked:
        assert re.search(rf'"district_id" = \(?{told.case.district_id}\b', sql), sql
