"""A copy of earlier work is what the actions left, and is taken only where nothing could make them leave anything else."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection

from casework.models import Case, Holiday
from flows.drills.invariants import broken
from tests import factories
from tests.factories import NOW, Story, story

pytestmark = pytest.mark.django_db
WHEN = NOW.replace(hour=11)  # a moment of this file's own, so that its first test is the first who asks
_first: dict[str, bytes] = {}


def everything() -> dict[str, bytes]:
    """All rows of all tables that have any, but for the transaction in which a record was written: it is each test's own."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            rows = io.BytesIO()
            of = f"""SELECT to_jsonb(one) - 'xid' FROM "{name}" AS one ORDER BY 1"""
            cursor.copy_expert(f"COPY ({of}) TO STDOUT", rows)
            if rows.getvalue():
                found[name] = rows.getvalue()
    return found


@pytest.fixture
def submitted() -> Iterator[list[Case]]:
    """The cases that an action really submits; without pytest's means, whose use is a reason to take no copy."""
    real, found = factories.submit, list[Case]()

    def submit(**given: Any) -> Case:
        found.append(real(**given))
        return found[-1]

    factories.submit = submit
    yield found
    factories.submit = real


def walked() -> Story:
    told = story(now=WHEN).to("hrss_review")
    told.claimed()
    return told


@pytest.mark.parametrize("time", ["first", "second", "third"])
def test_a_copy_holds_every_row_and_file_that_the_actions_left(time: str, submitted: list[Case], settings: Any):
    """The same work by three tests: each finds the same rows, and the actions ran for the first of them alone."""
    told = walked()
    found = everything()
    assert len(found) > 25
    assert len(submitted) == (0 if _first else 1)
    _first.update(_first or found)
    assert found == _first
    kept = {path.name for path in settings.EVIDENCE_DIR.rglob("*") if path.is_file() and path.stat().st_size}
    assert kept == set(told.case.evidence.values_list("stored_as", flat=True))
    assert not broken(told.case.pk)


def test_a_copied_record_belongs_to_the_transaction_of_its_test():
    walked()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE xid = pg_current_xact_id()) FROM casework_action")
        every, mine = cursor.fetchone()
    assert every == mine > 5


def test_what_goes_on_from_a_copy_is_sound_and_gives_no_key_twice():
    told, other = walked().to("government_approval"), story(now=WHEN)
    other.by.user.display_name = "示例"
    other.by.user.save()  # from here on nothing is copied
    cases = [told.through(), other.to("civil_affairs_review").case, story(now=WHEN).through()]
    assert len({case.pk for case in cases}) == 3
    assert not [words for case in cases for words in broken(case.pk)]


class TestNoCopy:
    """Each of these could make the actions leave something else."""

    def test_where_the_test_has_written_something(self, submitted: list[Case]):
        Holiday.objects.update(name="示例")
        walked()
        assert len(submitted) == 1

    def test_where_it_has_replaced_a_part_of_the_program(self, submitted: list[Case], monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(factories, "PAPERS", dict(factories.PAPERS))
        walked()
        assert len(submitted) == 1

    def test_where_it_has_other_settings(self, submitted: list[Case], settings: Any):
        settings.SITE_URL = "https://example.invalid"
        walked()
        assert len(submitted) == 1

    def test_where_it_has_another_clock(self, submitted: list[Case]):
        with time_machine.travel(NOW):
            walked()
        assert len(submitted) == 1
