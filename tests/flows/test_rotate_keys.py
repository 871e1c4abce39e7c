"""New keys: everything opens before, during and after; nobody is lost; what can't be changed stays as it is."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from casework.models import Action, KeyRotation, Person, Relation, SubjectKey
from casework.personal_data import FIXED, INDEXED
from casework.record import chain_is_whole, said
from casework.sealing import (
    Erased,
    KeyIsMissing,
    fixed_index,
    index,
    index_keys_fit,
    mark_of,
    read_index_keys_again,
    tail_index,
    unseal,
)
from flows.actions import rotate_keys
from oversight.records import person_indexes
from tests.factories import NOW, Cast, person, story
from web.health import readyz

pytestmark = pytest.mark.django_db
OLD, NEW = "the first key, which has spaces", "the-second-key"


@pytest.fixture(autouse=True)
def _first_keys(settings: Any) -> Any:
    settings.MASTER_KEY = settings.INDEX_KEY = OLD
    read_index_keys_again()
    yield
    read_index_keys_again()


class TestFields:
    def test_what_was_sealed_opens_before_during_and_after(self, settings: Any):
        who = person()
        number = unseal(who.key, who.number)
        settings.MASTER_KEY = f"{OLD}\n{NEW}"
        assert unseal(who.key, who.number) == number
        call_command("rotate_keys", "fields")
        key = SubjectKey.objects.get(pk=who.key_id)
        assert unseal(key, who.number) == number
        settings.MASTER_KEY = NEW
        assert unseal(key, who.number) == number
        settings.MASTER_KEY = OLD
        with pytest.raises(Erased):
            unseal(key, who.number)

    def test_what_is_new_is_under_the_newest_at_once(self, settings: Any):
        settings.MASTER_KEY = f"{OLD}\n{NEW}"
        who = person()
        settings.MASTER_KEY = NEW
        assert unseal(who.key, who.number)

    def test_twice_does_it_once_and_says_so(self, settings: Any, capsys: pytest.CaptureFixture[str]):
        person()
        settings.MASTER_KEY = f"{OLD}\n{NEW}"
        call_command("rotate_keys", "fields")
        call_command("rotate_keys", "fields")
        assert "already" in capsys.readouterr().out
        assert KeyRotation.objects.get().mark == mark_of(NEW)
        assert Action.objects.filter(event="keys_renewed").count() == 1

    def test_a_key_that_opens_under_none_is_told_and_left(self, settings: Any):
        who = person()
        before = bytes(SubjectKey.objects.get(pk=who.key_id).wrapped)
        settings.MASTER_KEY = NEW
        with pytest.raises(CommandError, match="a key is missing"):
            call_command("rotate_keys", "fields")
        assert bytes(SubjectKey.objects.get(pk=who.key_id).wrapped) == before

    def test_more_than_a_batch(self, settings: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(rotate_keys, "BATCH", 1)
        people = [person(), person()]
        settings.MASTER_KEY = f"{OLD}\n{NEW}"
        call_command("rotate_keys", "fields")
        settings.MASTER_KEY = NEW
        for who in people:
            assert unseal(SubjectKey.objects.get(pk=who.key_id), who.number)


class TestIndexes:
    def rotated(self, settings: Any) -> None:
        settings.INDEX_KEY = f"{OLD}\n{NEW}"
        call_command("rotate_keys", "indexes", "--others-are-connected")

    def test_people_are_found_before_and_after(self, settings: Any):
        who = person()
        number = unseal(who.key, who.number)
        settings.INDEX_KEY = f"{OLD}\n{NEW}"
        assert Person.objects.get(number_index=index(number)) == who  # set, but not yet come to
        before = index(number)
        self.rotated(settings)
        assert index(number) != before
        assert Person.objects.get(number_index=index(number)) == who
        assert Person.objects.filter(number_tail_index=tail_index(number)).exists()

    def test_what_nobody_has_the_number_of_goes_too(self, settings: Any):
        cast = Cast()
        user = cast["federation"].user
        relation = Relation.objects.create(
            district_id=cast["federation"].post.district_id,
            user=user,
            kind="kin",
            number_index=index("31011219"),
            declared_at=NOW,
        )
        self.rotated(settings)
        relation.refresh_from_db()
        assert relation.number_index == index("31011219")

    def test_the_record_stays_whole_and_its_people_are_found(self, settings: Any):
        told = story().to("federation_review")
        number = unseal(told.case.person.key, told.case.person.number)
        self.rotated(settings)
        actions = list(Action.objects.filter(subject_kind="case", subject_id=told.case.pk).order_by("number"))
        assert chain_is_whole(actions)
        found = person_indexes(told.case.district_id, number)
        assert {action.person_index for action in actions} == set(found)
        assert said(actions[0], told.case.key) is not None

    def test_triggers_that_refuse_changes_stand_again_afterwards(self, settings: Any):
        self.rotated(settings)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
            assert cursor.fetchone() == (0,)

    def test_several_keys_are_gone_through_in_turn(self, settings: Any):
        who = person()
        number = unseal(who.key, who.number)
        self.rotated(settings)
        settings.INDEX_KEY = f"{OLD}\n{NEW}\nthe-third-key"
        call_command("rotate_keys", "indexes", "--others-are-connected")
        assert Person.objects.get(number_index=index(number)) == who
        assert [one.mark for one in KeyRotation.objects.order_by("pk")] == [mark_of(NEW), mark_of("the-third-key")]

    def test_with_others_connected_nothing_is_done(self, settings: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(rotate_keys, "_others", lambda: True)
        who = person()
        settings.INDEX_KEY = f"{OLD}\n{NEW}"
        with pytest.raises(CommandError, match="Stop them first"):
            call_command("rotate_keys", "indexes")
        assert Person.objects.get().number_index == who.number_index
        assert not KeyRotation.objects.exists()

    def test_without_the_key_that_the_tables_came_to_nobody_is_looked_for(self, settings: Any, rf: Any):
        self.rotated(settings)
        assert index_keys_fit()
        settings.INDEX_KEY = f"{OLD}\nanother"
        with pytest.raises(KeyIsMissing):
            index("1")
        settings.INDEX_KEY = OLD
        assert not index_keys_fit()
        assert readyz(rf.get("/readyz")).status_code == 503


def test_every_blind_index_is_declared():
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.name.endswith("_index") or (field.name == "subject" and field.max_length == 64)
    }
    declared = {(label, name) for label, names in {**INDEXED, **FIXED}.items() for name in names}
    assert found == declared


def test_the_first_key_alone_gives_what_stood_before(settings: Any):
    settings.INDEX_KEY = "demonstration"
    read_index_keys_again()
    assert fixed_index("x") == index("x")
