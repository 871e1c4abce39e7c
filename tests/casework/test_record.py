"""The record: insert-only in the database, linked, sealed; and moves that are not listed fail in the database."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from casework import states
from casework.models import Action, Case
from casework.record import chain_is_whole, said
from casework.sealing import Erased, unseal
from tests.factories import story

pytestmark = pytest.mark.django_db

INSERT_ONLY = (
    "casework_action", "casework_look", "casework_refusedattempt", "casework_answerset", "casework_finding",
    "casework_assessment", "casework_judgement", "casework_parameter", "casework_policyversion",
)  # fmt: skip


def refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_truncate_is_refused(table: str):
    refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "table", ["casework_action", "casework_answerset", "casework_assessment", "casework_parameter"]
)
def test_update_and_delete_are_refused(table: str):
    story()
    refused(f"UPDATE {table} SET district_id = district_id")
    refused(f"DELETE FROM {table}")


def test_the_orm_changes_no_record_either():
    story()
    for act in (lambda: Action.objects.update(event="granted"), lambda: Action.objects.first().save()):
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            act()


EVERY = [(event, new) for event in states.MOVES for new in states.STATES]


def test_the_database_allows_exactly_the_moves_of_the_table():
    """Each of the 8 × 21 × 8 moves tried in the database against the table in `states.py`."""
    case = story().case
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE casework_case DROP CONSTRAINT closed_with_an_outcome")
        for old in states.STATES:
            cursor.execute("SET session_replication_role = replica")  # no triggers while the case is put there
            cursor.execute(
                "UPDATE casework_case SET state = %s, last_event = '-', state_before = 'in_review' WHERE id = %s",
                [old, case.pk],
            )
            cursor.execute("SET session_replication_role = DEFAULT")
            for event, new in EVERY:
                cursor.execute("SAVEPOINT one_move")
                try:
                    cursor.execute(
                        "UPDATE casework_case SET state = %s, last_event = %s WHERE id = %s", [new, event, case.pk]
                    )
                    went = True
                except DatabaseError:
                    went = False
                cursor.execute("ROLLBACK TO SAVEPOINT one_move")
                if went != states.allowed(old, event, new, "in_review"):
                    wrong.append((old, event, new, went))
    assert wrong == []


def test_a_case_begins_as_submitted():
    case = story().case
    case.pk, case.reference, case.state, case.last_event = None, "MH260000000000", "in_review", "accepted"
    case.submission_key = "00000000-0000-0000-0000-000000000001"
    with pytest.raises(DatabaseError, match="begins as submitted"), transaction.atomic():
        case.save(force_insert=True)


def test_a_changed_record_breaks_the_chain():
    case = story().to("hrss_review").case
    actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
    assert chain_is_whole(actions)
    actions[3].at += timedelta(seconds=1)
    assert not chain_is_whole(actions)
    assert not chain_is_whole(actions[1:])


def test_an_opinion_is_sealed_and_dies_with_its_key():
    told = story().to("federation_review")
    case = Case.objects.select_related("person__key").get(pk=told.case.pk)
    action = Action.objects.filter(subject_id=case.pk, event="submitted").get()
    assert action.sealed is None
    from flows.actions.approve import approve
    from tests.factories import judged

    approve(**told.claimed(), judgements=judged(case, "federation_review"), opinion="只给这个人看")
    signed = Action.objects.filter(subject_id=case.pk, event="agreed").get()
    assert "只给这个人看".encode() not in bytes(signed.sealed or b"")
    assert said(signed, case.person.key)["opinion"] == "只给这个人看"
    assert set(signed.commitments) == {"opinion", "judgements", "signed"}
    key = case.person.key
    answers = case.answer_sets.get()
    case.person.key = None
    case.person.save()
    assert said(signed, None) == {}
    with pytest.raises(Erased):
        unseal(None, answers.answers)
    assert key is not None
    actions = list(Action.objects.filter(subject_kind="case", subject_id=case.pk).order_by("number"))
    assert chain_is_whole(actions)  # the proof stays whole


def test_no_personal_data_stands_in_clear_in_a_record():
    case = story().through()
    for action in Action.objects.filter(subject_kind="case", subject_id=case.pk):
        assert case.person.name not in str(action.details)
        assert "示例路" not in str(action.__dict__)
