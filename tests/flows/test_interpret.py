"""五4: a note is in force once three departments have signed it, each once, by three people."""

import pytest
from django.db import DatabaseError, transaction

from accounts.actor import Actor
from accounts.models import Role
from casework.interpretations import in_force, notes, touching
from casework.models import Action, Interpretation, InterpretationSignature
from flows.actions.appoint import appoint
from flows.actions.interpret import draft_note, sign_note
from flows.errors import AlreadyDone, FlowError, Invalid, NotAllowed, NotThere, ProofNeeded
from policy import measure
from tests.factories import NOW, _administrator, department, district, officer
from tests.flows.test_races import meet, won

SIGNERS = ("federation", "hrss", "civil_affairs")


def drafted(by: Actor, **changes: object) -> Interpretation:
    given: dict[str, object] = {
        "clause": "三（五）", "touches": ["flexible_employment_subsidy"], "text": "按月看。", "text_en": "Month by month.",
    }  # fmt: skip
    return draft_note(by=by, now=NOW, **{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture
def people() -> dict[str, Actor]:
    return {code: officer(code, Role.APPROVER if code != "hrss" else Role.HEAD) for code in SIGNERS}


@pytest.mark.django_db
class TestNotes:
    def test_three_signatures_put_a_note_in_force_and_each_is_recorded(self, people: dict[str, Actor]):
        note = drafted(people["hrss"])
        assert note.number == "2026-1"
        for code in SIGNERS:
            assert in_force(district().pk, "flexible_employment_subsidy") == []
            sign_note(note_id=note.pk, by=people[code], now=NOW, agrees=True)
        (found,) = in_force(None, "flexible_employment_subsidy")
        assert found.in_force_since == NOW
        assert found.waits_for == []
        rules = {rule.rule: rule for rule in measure("flexible_employment_subsidy").conditions}
        assert touching([found], rules["flexible_employment_subsidy.months"]) == [found]
        assert touching([found], measure("tuition_subsidy").conditions[0]) == []
        assert in_force(None, "tuition_subsidy") == []
        events = Action.objects.filter(subject_kind="interpretation").order_by("number").values_list("event", flat=True)
        assert list(events) == ["interpretation_drafted", *["interpretation_signed"] * 3]

    def test_a_note_on_some_words_touches_the_rules_that_rest_on_them(self, people: dict[str, Actor]):
        drafted(people["hrss"], clause="三（三）", touches=["direct_admission"], quote="市级以上荣誉称号")
        touched = [rule.rule for rule in measure("direct_admission").conditions if touching(notes(), rule)]
        assert touched == ["direct_admission.title_level"]

    def test_a_refusal_ends_it_and_needs_a_reason(self, people: dict[str, Actor]):
        note = drafted(people["hrss"])
        with pytest.raises(Invalid):
            sign_note(note_id=note.pk, by=people["hrss"], now=NOW, agrees=False)
        sign_note(note_id=note.pk, by=people["hrss"], now=NOW, agrees=False, reason="写得不清楚")
        with pytest.raises(AlreadyDone):
            sign_note(note_id=note.pk, by=people["federation"], now=NOW, agrees=True)
        assert notes()[0].is_refused

    def test_a_department_signs_once_and_a_person_once(self, people: dict[str, Actor]):
        note = drafted(people["hrss"])
        sign_note(note_id=note.pk, by=people["hrss"], now=NOW, agrees=True)
        with pytest.raises(AlreadyDone):
            sign_note(note_id=note.pk, by=officer("hrss", Role.APPROVER), now=NOW, agrees=True)
        user = people["hrss"].user
        post = appoint(
            user=user, department=department("federation"), role=Role.APPROVER, since=NOW.date(), by=_administrator(), now=NOW,
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            sign_note(note_id=note.pk, by=Actor("officer", user=user, post=post, proved_at=NOW), now=NOW, agrees=True)

    def test_a_later_note_replaces_an_earlier_one_once_it_is_in_force(self, people: dict[str, Actor]):
        first = drafted(people["hrss"])
        for code in SIGNERS:
            sign_note(note_id=first.pk, by=people[code], now=NOW, agrees=True)
        second = drafted(people["federation"], text="改了。", replaces=first.pk)
        assert in_force(None, "flexible_employment_subsidy")[0].note == first
        for code in SIGNERS:
            sign_note(note_id=second.pk, by=people[code], now=NOW, agrees=True)
        assert [one.note for one in in_force(None, "flexible_employment_subsidy")] == [second]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"clause": ""},
            {"touches": []},
            {"touches": ["housing"]},
            {"text": " "},
            {"text_en": ""},
            {"text": "x" * 4001},
            {"replaces": 77},
            {"quote": "没有这几个字"},
        ],
    )
    def test_a_note_that_is_not_whole_is_refused(self, people: dict[str, Actor], wrong: dict[str, object]):
        with pytest.raises(Invalid) as caught:
            drafted(people["hrss"], **wrong)
        assert set(caught.value.errors) == set(wrong)

    def test_the_same_draft_twice_is_one_note(self, people: dict[str, Actor]):
        assert drafted(people["hrss"]) == drafted(people["hrss"])

    @pytest.mark.parametrize(
        ("code", "role"),
        [("federation", Role.REVIEWER), ("finance", Role.APPROVER), ("federation", Role.ADMINISTRATOR)],
    )
    def test_only_approvers_and_heads_of_the_three_departments(self, code: str, role: str):
        with pytest.raises(NotAllowed):
            drafted(officer(code, role))

    def test_without_a_fresh_proof_nothing_is_signed(self, people: dict[str, Actor]):
        by = people["hrss"]
        with pytest.raises(ProofNeeded):
            drafted(Actor("officer", user=by.user, post=by.post, proved_at=None))

    def test_a_note_that_is_not_there(self, people: dict[str, Actor]):
        with pytest.raises(NotThere):
            sign_note(note_id=0, by=people["hrss"], now=NOW, agrees=True)

    def test_the_database_keeps_notes_and_signatures_as_they_are(self, people: dict[str, Actor]):
        note = drafted(people["hrss"])
        sign_note(note_id=note.pk, by=people["hrss"], now=NOW, agrees=True)
        for model in (Interpretation, InterpretationSignature):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.update(district=district())
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()


@pytest.mark.usefixtures("committed")
def test_two_of_one_department_at_the_same_moment_sign_once(people: dict[str, Actor]):
    other = officer("hrss", Role.APPROVER)
    for number in range(10):
        note = drafted(people["hrss"], text=f"第 {number} 份")
        results = meet(
            lambda note=note: sign_note(note_id=note.pk, by=people["hrss"], now=NOW, agrees=True),  # type: ignore[misc]
            lambda note=note: sign_note(note_id=note.pk, by=other, now=NOW, agrees=True),  # type: ignore[misc]
        )
        assert won(results) == 1
        assert all(isinstance(one, AlreadyDone) for one in results if isinstance(one, FlowError))
        assert InterpretationSignature.objects.filter(note=note).count() == 1
