"""Who acts for an applicant: a unit's roles, a person's agent, codes that are good once; and what goes with a mandate."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.actor import Actor
from accounts.models import Role
from casework import access, acting
from casework.models import Action, Draft, Evidence, Invitation, Mandate, Message, Organisation
from casework.queries import draft_for, evidence_for
from casework.sight import visible_to
from casework.wording import ACTS_AS, REASONS
from flows.actions.attach import attach
from flows.actions.change_mandate import change_role, end_mandate
from flows.actions.draft import save_about, save_draft, start_draft
from flows.actions.give_account import give_account
from flows.actions.give_mandate import give_mandate
from flows.actions.invite import MOST_OPEN, invite, withdraw_invitation
from flows.actions.note_benefits import declare_benefit
from flows.actions.submit import submit
from flows.actions.take_mandate import take_mandate
from flows.actions.withdraw import withdraw
from flows.errors import Invalid, NotAllowed, NotThere
from policy.exclusions import EXCLUSIONS
from tests.factories import NOW, applicant, draft, events, officer, picture, story
from tests.flows.anywhere import answers_to, day_of, organisation, sent, staff

pytestmark = pytest.mark.django_db
UNITS = "concentrated_employer_startup_grant"


def refusal(act: Any) -> str:
    with pytest.raises(NotAllowed) as error:
        act()
    assert error.value.reason in REASONS
    return error.value.reason


def told(by: Actor) -> list[str]:
    return list(Message.objects.filter(user_id=by.user_id).order_by("pk").values_list("event", flat=True))


def recorded(mandate: Mandate) -> list[str]:
    every = Action.objects.filter(subject_kind="mandate", subject_id=mandate.pk).order_by("number")
    return list(every.values_list("event", flat=True))


@pytest.fixture
def unit() -> Organisation:
    return organisation()


@pytest.fixture
def manager(unit: Organisation) -> Actor:
    return staff(unit)


def mandate_of(by: Actor, unit: Organisation) -> Mandate:
    return Mandate.objects.get(user=by.user, organisation=unit, until=None)


class TestAUnit:
    def test_the_first_mandate_that_an_officer_gives_is_a_managers_and_the_next_as_asked(self, unit: Organisation):
        by, first, second = officer("federation", Role.INTAKE), applicant(), applicant()
        given = give_mandate(user=first.user, organisation=unit, by=by, now=NOW, role="reader")
        assert given.role == "manager"
        assert give_mandate(user=second.user, organisation=unit, by=by, now=NOW).role == "applicant"
        assert give_mandate(user=second.user, organisation=unit, by=by, now=NOW, role="reader").role == "reader"
        assert recorded(mandate_of(second, unit)) == ["mandate_given", "mandate_role_changed"]
        assert told(first) == ["mandate_taken"]
        assert give_mandate(user=first.user, organisation=unit, by=by, now=NOW, role="reader").role == "manager"
        with pytest.raises(Invalid):
            give_mandate(user=second.user, organisation=unit, by=by, now=NOW, role="owner")

    @pytest.mark.parametrize("role", Mandate.ROLES)
    def test_a_code_of_the_manager_gives_the_role_once_and_the_other_managers_are_told(
        self, unit: Organisation, manager: Actor, role: str
    ):
        other, new = staff(unit), applicant()
        made, code = invite(whom=unit, role=role, by=manager, now=NOW)
        assert code not in made.digest
        assert len(code) == 12
        mandate = take_mandate(code=code, by=new, now=NOW + timedelta(days=6))
        assert (mandate.role, mandate.capacity, mandate.organisation) == (role, "staff", unit)
        assert (told(manager), told(other), told(new)) == (["mandate_taken"], ["mandate_taken"], [])
        action = Action.objects.get(subject_kind="mandate", subject_id=mandate.pk)
        assert (action.event, action.role, action.acts_for_kind, action.acts_for_id) == (
            "mandate_taken", role, "organisation", unit.pk,
        )  # fmt: skip
        with pytest.raises(Invalid):
            take_mandate(code=code, by=applicant(), now=NOW + timedelta(days=6))

    def test_a_code_that_does_not_serve_gets_one_answer_whatever_is_wrong_with_it(
        self, unit: Organisation, manager: Actor
    ):
        said = set()
        late, code_late = invite(whom=unit, role="reader", by=manager, now=NOW)
        back, code_back = invite(whom=unit, role="reader", by=manager, now=NOW)
        withdraw_invitation(invitation_id=back.pk, by=manager, now=NOW)
        withdraw_invitation(invitation_id=back.pk, by=manager, now=NOW)
        for code, when in (("0" * 12, NOW), (code_late, NOW + timedelta(days=7)), (code_back, NOW)):
            with pytest.raises(Invalid) as error:
                take_mandate(code=code, by=applicant(), now=when)
            said.add(error.value.errors["code"])
        assert len(said) == 1
        assert Mandate.objects.filter(organisation=unit).count() == 1
        assert late.mandate is None

    def test_a_code_dies_with_the_role_of_whoever_made_it(self, unit: Organisation, manager: Actor):
        other = staff(unit)
        _, code = invite(whom=unit, role="manager", by=other, now=NOW)
        change_role(mandate_id=mandate_of(other, unit).pk, role="reader", by=manager, now=NOW)
        with pytest.raises(Invalid):
            take_mandate(code=code, by=other, now=NOW)
        with pytest.raises(Invalid):
            take_mandate(code=code, by=applicant(), now=NOW)

    def test_a_code_raises_nobody_who_acts_already_and_an_officer_uses_none(self, unit: Organisation, manager: Actor):
        reader = staff(unit, "reader")
        _, code = invite(whom=unit, role="manager", by=manager, now=NOW)
        with pytest.raises(Invalid):
            take_mandate(code=code, by=reader, now=NOW)
        officers = officer("federation", Role.INTAKE)
        assert refusal(lambda: take_mandate(code=code, by=officers, now=NOW)) == "not_the_applicant"
        assert mandate_of(reader, unit).role == "reader"

    @pytest.mark.parametrize("role", ["applicant", "reader"])
    def test_who_is_no_manager_manages_nobody(self, unit: Organisation, manager: Actor, role: str):
        by, theirs = staff(unit, role), mandate_of(manager, unit)
        made, _ = invite(whom=unit, role="reader", by=manager, now=NOW)
        for act in (
            lambda: invite(whom=unit, role="manager", by=by, now=NOW),
            lambda: change_role(mandate_id=mandate_of(by, unit).pk, role="manager", by=by, now=NOW),
            lambda: end_mandate(mandate_id=theirs.pk, by=by, now=NOW),
            lambda: withdraw_invitation(invitation_id=made.pk, by=by, now=NOW),
        ):
            assert refusal(act) == "only_managers"
        stranger = staff(organisation())
        for act in (
            lambda: end_mandate(mandate_id=theirs.pk, by=stranger, now=NOW),
            lambda: withdraw_invitation(invitation_id=made.pk, by=stranger, now=NOW),
        ):
            with pytest.raises(NotThere):
                act()
        assert (
            refusal(lambda: change_role(mandate_id=theirs.pk, role="reader", by=stranger, now=NOW)) == "only_managers"
        )

    def test_a_manager_changes_a_role_and_ends_a_mandate_at_once_and_both_are_told(
        self, unit: Organisation, manager: Actor
    ):
        by, other = staff(unit, "reader"), staff(unit)
        mandate = mandate_of(by, unit)
        change_role(mandate_id=mandate.pk, role="applicant", by=manager, now=NOW)
        change_role(mandate_id=mandate.pk, role="applicant", by=manager, now=NOW)
        end_mandate(mandate_id=mandate.pk, by=manager, now=NOW)
        end_mandate(mandate_id=mandate.pk, by=manager, now=NOW)
        assert recorded(mandate) == ["mandate_role_changed", "mandate_ended"]
        assert told(by) == ["mandate_role_changed", "mandate_over"]
        assert told(other) == ["mandate_role_changed", "mandate_ended"]
        assert told(manager) == []
        assert not acting.acts_for(by, unit, NOW.date())
        with pytest.raises(NotThere):
            change_role(mandate_id=mandate.pk, role="manager", by=manager, now=NOW)
        with pytest.raises(Invalid):
            change_role(mandate_id=mandate_of(other, unit).pk, role="", by=manager, now=NOW)

    def test_the_last_manager_is_neither_ended_nor_lowered_but_by_the_office(self, unit: Organisation, manager: Actor):
        mandate = mandate_of(manager, unit)
        staff(unit, "applicant")
        assert refusal(lambda: end_mandate(mandate_id=mandate.pk, by=manager, now=NOW)) == "last_manager"
        for role in ("applicant", "reader"):
            assert refusal(lambda: change_role(mandate_id=mandate.pk, role=role, by=manager, now=NOW)) == "last_manager"  # noqa: B023
        by, new = officer("federation", Role.INTAKE), applicant()
        end_mandate(mandate_id=mandate.pk, by=by, now=NOW)
        assert give_mandate(user=new.user, organisation=unit, by=by, now=NOW, role="reader").role == "manager"

    def test_so_many_codes_wait_and_no_more(self, unit: Organisation, manager: Actor):
        for _ in range(MOST_OPEN):
            invite(whom=unit, role="reader", by=manager, now=NOW)
        with pytest.raises(Invalid):
            invite(whom=unit, role="reader", by=manager, now=NOW)
        with pytest.raises(Invalid):
            invite(whom=unit, role="owner", by=manager, now=NOW)
        assert Invitation.objects.count() == MOST_OPEN


class TestAReader:
    def test_follows_the_cases_and_changes_nothing(self):
        walk = sent(UNITS)
        unit = walk.case.organisation
        by = staff(unit, "reader")
        assert visible_to(by, NOW.date()).filter(pk=walk.case.pk).exists()
        given = {"case_id": walk.case.pk, "by": by, "now": walk.now}
        account = {"number": "6222000000000000004", "holder": "示例", "bank": "示例银行"}
        before = events(walk.case)
        for act in (
            lambda: withdraw(**given, reason=""),
            lambda: give_account(**given, **account),
            lambda: start_draft(code=UNITS, by=by, now=walk.now, organisation=unit),
            lambda: declare_benefit(by=by, now=walk.now, row=EXCLUSIONS[0], key="2025-01", amount=None),
        ):
            assert refusal(act) == "reads_only"
        assert events(walk.case) == before
        for verb in ("withdraw", "give_account", "urge", "challenge", "comment", "open_letter"):
            assert access.may(by, verb, case=walk.case, on=walk.now.date()).reason == "reads_only"

    def test_does_what_a_handler_does_once_made_one(self):
        walk = sent(UNITS)
        by = staff(walk.case.organisation, "reader")
        mandate = mandate_of(by, walk.case.organisation)
        change_role(mandate_id=mandate.pk, role="applicant", by=walk.by, now=walk.now)
        withdraw(case_id=walk.case.pk, by=by, now=walk.now, reason="")
        action = Action.objects.get(event="withdrawn")
        assert (action.role, action.acts_for_kind) == ("applicant", "organisation")


class TestAnAgent:
    def named(self) -> tuple[Actor, Actor, Mandate]:
        person, agent = applicant(), applicant()
        _, code = invite(whom=person.on_behalf_of, by=person, now=NOW)
        return person, agent, take_mandate(code=code, by=agent, now=NOW)

    def test_acts_for_the_person_as_their_agent_whomever_the_session_had_chosen(self):
        person, agent, mandate = self.named()
        assert (mandate.capacity, mandate.role) == ("agent", "")
        assert told(person) == ["mandate_taken"]
        case = story(who=None).case  # somebody else's
        assert not visible_to(agent, NOW.date()).filter(pk=case.pk).exists()
        theirs = submit(draft_id=draft(person).pk, by=person, now=NOW)
        withdraw(case_id=theirs.pk, by=agent, now=NOW, reason="")  # the session acts for themselves
        action = Action.objects.get(subject_kind="case", subject_id=theirs.pk, event="withdrawn")
        assert (action.user_id, action.role) == (agent.user_id, "agent")
        assert (action.acts_for_kind, action.acts_for_id) == ("person", person.on_behalf_of.pk)
        assert Action.objects.get(subject_kind="case", subject_id=theirs.pk, event="submitted").role == ""
        assert set(ACTS_AS) == set(acting.EVERYBODY)

    def test_fills_in_and_sends_for_them(self):
        person, agent, _ = self.named()
        case = submit(
            draft_id=draft(acting.as_acting_for(agent, person.on_behalf_of, NOW.date())).pk, by=agent, now=NOW
        )
        assert case.person == person.on_behalf_of
        assert Action.objects.get(subject_kind="case", subject_id=case.pk, event="submitted").role == "agent"

    def test_names_no_further_agent(self):
        person, agent, mandate = self.named()
        assert refusal(lambda: invite(whom=person.on_behalf_of, by=agent, now=NOW)) == "only_the_person"
        other = applicant()
        _, code = invite(whom=person.on_behalf_of, by=person, now=NOW)
        second = take_mandate(code=code, by=other, now=NOW)
        assert refusal(lambda: end_mandate(mandate_id=second.pk, by=agent, now=NOW)) == "only_the_person"
        for again in (agent, person):
            _, code = invite(whom=person.on_behalf_of, by=person, now=NOW)
            with pytest.raises(Invalid):
                take_mandate(code=code, by=again, now=NOW)

    @pytest.mark.parametrize("who", ["person", "agent"])
    def test_is_ended_by_the_person_or_gives_it_back_and_sees_nothing_more_at_once(self, who: str):
        person, agent, mandate = self.named()
        begun = draft(acting.as_acting_for(agent, person.on_behalf_of, NOW.date()))
        paper = Evidence.objects.filter(draft=begun).first()
        assert paper is not None
        assert draft_for(agent, begun.pk) == begun
        end_mandate(mandate_id=mandate.pk, by=person if who == "person" else agent, now=NOW)
        assert told(agent) == (["mandate_over"] if who == "person" else [])
        assert told(person) == ["mandate_taken"] + (["mandate_ended"] if who == "agent" else [])
        assert not visible_to(agent, NOW.date()).filter(person=person.on_behalf_of).exists()
        for look in (
            lambda: draft_for(agent, begun.pk),
            lambda: evidence_for(agent, paper.pk),
        ):
            with pytest.raises((Draft.DoesNotExist, Evidence.DoesNotExist)):
                look()
        for act in (
            lambda: save_draft(draft_id=begun.pk, by=agent, now=NOW, facts={}),
            lambda: submit(draft_id=begun.pk, by=agent, now=NOW),
            lambda: attach(by=agent, now=NOW, code="certificate", name="a.jpg", content=picture(), draft=begun),
        ):
            with pytest.raises(NotThere):
                act()
        assert Draft.objects.filter(pk=begun.pk).exists()

    def test_ones_own_mandate_and_a_guardians_are_the_offices(self):
        person, guardian = applicant(), applicant()
        who = person.on_behalf_of
        theirs = Mandate.objects.create(
            district=who.district, user=guardian.user, person=who, capacity="guardian", since=NOW.date()
        )
        own = Mandate.objects.get(user=person.user)
        for mandate, by in ((own, person), (theirs, guardian), (theirs, person)):
            assert refusal(lambda: end_mandate(mandate_id=mandate.pk, by=by, now=NOW)) == "only_the_office_ends_it"  # noqa: B023
        assert refusal(lambda: invite(whom=who, by=guardian, now=NOW)) == "only_the_person"
        assert acting.why_not_change(guardian, who, NOW.date()) == ""


def test_a_handler_who_is_lowered_loses_the_draft_that_they_began():
    unit = organisation()
    manager, by = staff(unit), staff(unit, "applicant")
    made = start_draft(code=UNITS, by=by, now=day_of(UNITS), organisation=unit)
    save_about(draft_id=made.pk, by=by, now=NOW, telephone="021-0000-0000", address="示例路", town_id=unit.town_id)
    change_role(mandate_id=mandate_of(by, unit).pk, role="reader", by=manager, now=NOW)
    with pytest.raises(NotThere):
        save_draft(draft_id=made.pk, by=by, now=NOW, facts=answers_to(UNITS))
