"""Statements that are put into SQL once: what they find, what they store, and what travels together."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone, now

from accounts.models import User
from casework.models import (
    Action,
    Assessment,
    Case,
    Evidence,
    Holiday,
    Letter,
    Mandate,
    Message,
    Person,
    SubjectKey,
    Task,
)
from casework.statements import Asked, _type_of, ahead, append, given, insert, send, together, update
from funds.models import Payable
from tests.factories import district, story
from tests.flows.anywhere import sent

pytestmark = pytest.mark.django_db

_DAY = date(2031, 5, 5)


class _Kind(StrEnum):
    OFFICER = "officer"


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def day(number: int, **values: object) -> Holiday:
    return Holiday(district=district(), day=date(2031, 5, number), works=False, **values)


class TestAsked:
    def test_finds_what_its_queryset_finds_with_each_value_it_is_given(self):
        first, second = story().case, story().case
        asked = Asked(lambda: Case.objects.select_related("person__key").filter(pk=given("case")))
        for case in (first, second):
            found = asked.one(case=case.pk)
            assert found == Case.objects.get(pk=case.pk)
            assert found.flow_class == case.flow_class
            with CaptureQueriesContext(connection) as captured:
                assert found.person.key == Person.objects.get(pk=case.person_id).key
            assert len(captured) == 2  # both of them are the comparison's

    def test_none_is_said_as_a_queryset_says_it(self):
        asked = Asked(lambda: Task.objects.filter(pk=given("task")))
        with pytest.raises(Task.DoesNotExist):
            asked.one(task=0)
        assert asked.first(task=0) is None
        assert asked.all(task=0) == []

    def test_values_come_as_tuples(self):
        day(5, name="示例").save()
        asked = Asked(lambda: Holiday.objects.filter(day=given("day")).values_list("day", "name"))
        assert asked.all(day=_DAY) == [(_DAY, "示例")]


class TestAhead:
    NAMED = Asked(lambda: Holiday.objects.filter(day=given("day")).values_list("day", "name", "works"))
    TASKS = Asked(
        lambda: Task.objects.select_related("owner", "department").filter(process=given("case")).order_by("pk")
    )

    def test_every_question_is_answered_in_one_statement_as_it_answers_by_itself(self):
        told = story().to("hrss_review")
        day(5, name='逗号,引号"，反斜杠\\ {} NULL').save()
        alone = self.NAMED.all(day=_DAY), self.TASKS.all(case=told.case.pk)
        with CaptureQueriesContext(connection) as captured:
            with ahead(self.NAMED.about(day=_DAY), self.TASKS.about(case=told.case.pk)):
                found = self.NAMED.all(day=_DAY), self.TASKS.all(case=told.case.pk)
            assert found[1][-1].department.code == "hrss"
        assert len(captured) == 1
        assert found == alone
        for one, other in zip(found[1], alone[1], strict=True):
            columns = [field.attname for field in Task._meta.concrete_fields]
            assert [getattr(one, name) for name in columns] == [getattr(other, name) for name in columns]
            assert [type(getattr(one, name)) for name in columns] == [type(getattr(other, name)) for name in columns]

    @pytest.mark.parametrize(
        "model", [Case, Person, Mandate, Letter, Evidence, Payable, Assessment, SubjectKey, Task, Action]
    )
    def test_each_column_comes_back_as_the_driver_gives_it(self, model: Any):
        sent("tuition_subsidy").through()
        every = Asked(lambda: model.objects.order_by("pk"))
        alone = every.all()
        with ahead(every.about()):
            found = every.all()
        assert found
        for one, other in zip(found, alone, strict=True):
            for field in model._meta.concrete_fields:
                value, expected = getattr(one, field.attname), getattr(other, field.attname)
                assert type(value) is type(expected)
                assert plain(value) == plain(expected)

    def test_every_column_of_every_model_has_a_known_type(self):
        columns = [field for model in apps.get_models() for field in model._meta.concrete_fields]
        assert len(columns) > 500
        assert not [str(one) for one in columns if not _type_of(one.get_col(one.model._meta.db_table))]

    def test_no_row_is_none(self):
        with ahead(self.TASKS.about(case=0)):
            assert self.TASKS.first(case=0) is None

    def test_what_was_asked_is_asked_anew_the_second_time_and_with_other_values(self):
        with ahead(self.NAMED.about(day=_DAY)):
            assert self.NAMED.all(day=_DAY) == []
            day(5, name="示例").save()
            assert len(self.NAMED.all(day=_DAY)) == 1
            assert self.NAMED.all(day=date(2031, 5, 6)) == []

    def test_a_column_without_a_known_type_is_said(self):
        unknown = Asked(lambda: Task.objects.values_list(RawSQL("1", ())))
        with pytest.raises(TypeError, match="type"), ahead(unknown.about()):
            pass


class TestStoring:
    def test_a_row_is_stored_as_save_stores_it(self):
        ours, theirs = day(5, name="示例"), day(6, name="示例")
        insert(ours)
        theirs.save()
        one, other = Holiday.objects.filter(pk__in=[ours.pk, theirs.pk]).order_by("day").values()
        assert {**one, "id": 0, "day": 0} == {**other, "id": 0, "day": 0}
        ours.name = "改过"
        update(ours)
        assert Holiday.objects.get(pk=ours.pk).name == "改过"

    def test_a_row_whose_owner_is_not_stored_yet_is_refused(self):
        with pytest.raises(ValueError, match="unsaved related object"):
            append(Task(process=Case(), district=district()))

    def test_an_owner_that_was_stored_after_it_was_named_is_stored_with_it(self):
        account = User(login="later", display_name="示例", kind="applicant")
        note = Message(district=district(), user=account, audience="applicant", event="x", values={}, made_at=now())
        account.save()
        append(note)
        assert Message.objects.filter(user=account).count() == 1

    def test_a_key_that_was_given_beforehand_is_the_rows(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('casework_holiday', 'id'))")
            (key,) = cursor.fetchone()
        row = day(5, name="示例")
        row.pk = key
        with CaptureQueriesContext(connection) as captured, together():
            insert(row)
            assert not len(captured)
        assert Holiday.objects.get(day=_DAY).pk == key

    def test_a_value_that_is_not_yet_as_its_column_has_it_is_made_so(self):
        """A text that is made when it is read, a choice that is a class of its own, a moment without its zone."""
        account = User(
            login=format_lazy("{}", "later"),
            display_name="示例",
            kind=_Kind.OFFICER,
            password_given_at=datetime(2031, 5, 5, 9),
        )
        with pytest.warns(RuntimeWarning, match="naive datetime"):
            insert(account)
        found = User.objects.get(pk=account.pk)
        assert (found.login, found.kind) == ("later", "officer")
        assert found.password_given_at == datetime(2031, 5, 5, 9, tzinfo=get_current_timezone())


class TestTogether:
    def test_what_waits_goes_with_the_next_statement_in_its_order(self):
        first, second = day(5), day(6)
        with CaptureQueriesContext(connection) as captured, together():
            append(first)
            send("UPDATE casework_holiday SET name = %s WHERE day = %s", ["先", _DAY])
            assert not len(captured)
            assert Holiday.objects.get(day=_DAY).name == "先"
            append(second)
        assert len(captured) == 2
        assert Holiday.objects.filter(day__year=2031).count() == 2

    def test_a_key_that_is_asked_for_takes_along_what_waits(self):
        first, second = day(5), day(6)
        with CaptureQueriesContext(connection) as captured, together():
            append(first)
            insert(second)
        assert len(captured) == 1
        assert Holiday.objects.get(pk=second.pk).day.day == 6

    def test_a_statement_with_named_values_comes_after_what_waits(self):
        with together():
            append(day(5))
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM casework_holiday WHERE day = %(day)s", {"day": _DAY})
                assert cursor.fetchone() == (1,)

    def test_a_percent_sign_of_a_statement_without_values_stays_one(self):
        with together():
            append(day(5, name="示例"))
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM casework_holiday WHERE name LIKE '示%'")
                assert cursor.fetchone() == (1,)

    def test_what_the_database_refuses_undoes_all(self):
        day(5).save()
        with pytest.raises(IntegrityError), transaction.atomic():
            _store_together(day(6), day(5))
        assert Holiday.objects.filter(day__year=2031).count() == 1

    def test_what_fails_before_it_is_sent_is_never_sent(self):
        with pytest.raises(LookupError):
            _store_together(day(5), fails=True)
        assert not Holiday.objects.filter(day=_DAY).exists()

    def test_a_question_apart_sends_nothing(self):
        apart = Asked(lambda: Holiday.objects.filter(day=given("day")).values_list("pk"), apart=True)
        with together():
            append(day(5))
            assert apart.all(day=_DAY) == []
        assert apart.all(day=_DAY)


def _store_together(*rows: Holiday, fails: bool = False) -> None:
    with together():
        for row in rows:
            append(row)
        if fails:
            raise LookupError
