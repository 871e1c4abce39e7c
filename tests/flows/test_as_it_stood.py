"""Published rules and rights, shown as they stood on any day."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Role
from casework.published import read
from flows.actions.appoint import end_post
from flows.management.commands.rights import held_on
from tests.factories import NOW, district, officer
from tests.flows.test_rules import FLOOR, administrator, published_by

pytestmark = pytest.mark.django_db


def test_a_figure_is_as_it_was_published_on_the_day():
    before = read(district().pk)
    published_by((administrator(), administrator()), FLOOR)
    now = read(district().pk)
    assert read(district().pk, NOW - timedelta(days=1)).rows() == before.rows()
    assert read(district().pk, NOW + timedelta(days=1)).rows() == now.rows() != before.rows()
    assert FLOOR.name in {row["name"] for row in now.rows()}


def test_who_held_a_post_is_told_as_the_history_knew_it():
    by = officer("hrss", Role.REVIEWER)
    assert by.user is not None
    assert by.post is not None
    later = NOW + timedelta(days=30)
    end_post(post=by.post, until=later.date(), by=administrator(), now=later)
    login = by.user.login
    assert any(login in line and "handle_review" in line for line in held_on(NOW.date()))
    assert any(login in line and "\t-\t" in line for line in held_on(NOW.date()))  # its end was not known then
    assert any(login in line and "2026-12-02" in line for line in held_on(later.date()))
    assert not any(login in line for line in held_on(later.date() + timedelta(days=2)))
    assert not any(login in line for line in held_on(date(2024, 3, 2)))  # nobody had given it yet
    out = StringIO()
    call_command("rights", "--holders", NOW.date().isoformat(), stdout=out)
    assert login in out.getvalue()
