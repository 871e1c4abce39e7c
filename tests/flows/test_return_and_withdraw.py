"""Return to an earlier step, withdrawal, refusal, declining, advising against."""

import pytest

from casework.judgements import Judged
from casework.models import Judgement, Letter, Position, Task
from flows.actions.accept import accept
from flows.actions.advise_against import advise_against
from flows.actions.approve import approve
from flows.actions.confirm import contradict
from flows.actions.decline import decline
from flows.actions.refuse import refuse
from flows.actions.return_to import return_to
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed, Stale
from tests.factories import SIGNERS, Story, applicant, events, judged, story
from tests.flows.anywhere import sent

pytestmark = pytest.mark.django_db


def test_a_returned_case_opens_for_its_former_handler_and_keeps_what_was_judged():
    told = story().to("hrss_review")
    former = told.cast["federation"].user_id
    return_to(**told.claimed(), to="federation_review", reason="请再看")
    task = told.task()
    assert (task.step_name, task.owner_id, told.case.state) == ("federation_review", former, "in_review")
    assert Judgement.objects.filter(case=told.case).exists()
    told.through()
    assert told.case.outcome == "granted"


def test_the_former_handler_may_sign_the_same_step_again():
    told = story().to("civil_affairs_review")
    return_to(**told.claimed(), to="federation_review", reason="请再看")
    approve(**told.claimed(), judgements=judged(told.case, "federation_review"))
    assert told.task().step_name == "civil_affairs_review"


@pytest.mark.parametrize("to", ["hrss_review", "government_approval", "nowhere", "correction", "start"])
def test_it_goes_back_only_to_an_earlier_step(to: str):
    told = story().to("hrss_review")
    with pytest.raises(Invalid):
        return_to(**told.claimed(), to=to, reason="请再看")


def test_after_the_decision_it_goes_no_further_back_than_the_first_step_after_it():
    told = story().to("town_confirmation")
    given = told.claimed()
    with pytest.raises(Invalid):
        return_to(**given, to="hrss_review", reason="请再看")
    return_to(**given, to="assignment", reason="请再看")
    assert (told.task().step_name, told.case.state) == ("assignment", "approved")
    assert not Position.objects.filter(case=told.case).exists()


def test_a_town_that_cannot_take_the_person_sends_the_case_back_and_frees_the_position():
    told = story().to("town_confirmation")
    contradict(**told.claimed(), reason="暂时接收不了")
    assert told.task().step_name == "assignment"
    assert not Position.objects.filter(case=told.case).exists()
    assert told.case.outcome == "granted"


@pytest.mark.parametrize("step", ["federation_intake", "federation_review", "hrss_review", "government_approval"])
def test_the_applicant_withdraws_until_the_decision(step: str):
    told = story().to(step)
    withdraw(case_id=told.case.pk, by=told.by, now=told.now)
    told.case.refresh_from_db()
    assert (told.case.state, told.case.outcome) == ("closed", "withdrawn")
    assert not Task.objects.filter(process=told.case, finished=None).exists()


def test_after_the_decision_it_cannot_be_withdrawn():
    told = story().to("public_notice")
    with pytest.raises(AlreadyDone, match="not_in_this_state"):
        withdraw(case_id=told.case.pk, by=told.by, now=told.now)


def test_nobody_withdraws_for_somebody_else():
    told = story()
    with pytest.raises(NotAllowed, match="not_the_applicant"):
        withdraw(case_id=told.case.pk, by=applicant(), now=told.now)


def test_a_refusal_names_the_reason_and_is_served_at_once():
    told = story().to("government_approval")
    given = told.claimed()
    with pytest.raises(Invalid):
        refuse(**given, reason=" ")
    refuse(**given, reason="不符合")
    told.case.refresh_from_db()
    assert (told.case.state, told.case.outcome, told.case.department) == ("closed", "refused", None)
    letter = Letter.objects.decisions().get(case=told.case)
    assert (letter.kind, letter.waits_for_notice, letter.served_from is not None) == ("refused", False, True)


@pytest.mark.parametrize("step", [step for step in SIGNERS if step not in ("federation_intake", "government_approval")])
def test_only_the_deciding_step_refuses(step: str):
    told = story().to(step)
    with pytest.raises(NotAllowed, match="not_at_this_step"):
        refuse(**told.claimed(), reason="不符合")


def test_intake_declines_and_names_the_office_that_is_responsible():
    told = story()
    given = told.claimed()
    with pytest.raises(Invalid):
        decline(**given, reason="不归我们", responsible="")
    decline(**given, reason="不归我们", responsible="示例办")
    told.case.refresh_from_db()
    assert (told.case.state, told.case.outcome) == ("closed", "not_accepted")


def test_a_negative_opinion_goes_on_to_the_next_step():
    told = story().to("civil_affairs_review")
    against = judged(told.case, "civil_affairs_review", "not_met")
    advise_against(**told.claimed(), opinion="不是政府举办", judgements=against)
    assert (told.task().step_name, told.case.state) == ("hrss_review", "in_review")


def test_an_agreement_needs_a_judgement_on_every_clause():
    told = story().to("federation_review")
    given = told.claimed()
    with pytest.raises(Invalid) as refused:
        approve(**given, judgements={})
    assert "direct_admission.place" in refused.value.errors
    with pytest.raises(Invalid):
        approve(**given, judgements=judged(told.case, "federation_review", "not_met"))
    assert events(told.case)[-1] == "claimed"


def test_a_page_that_is_stale_signs_nothing():
    told = story().to("federation_review")
    given = told.claimed()
    with pytest.raises(Stale):
        approve(**given, judgements=judged(told.case, "federation_review"), seen=1)
    assert events(told.case)[-1] == "claimed"


def test_a_second_approval_of_the_same_task_changes_nothing():
    told = story().to("federation_review")
    given = told.claimed()
    approve(**given, judgements=judged(told.case, "federation_review"))
    before = events(told.case)
    with pytest.raises(AlreadyDone):
        approve(**given, judgements=judged(told.case, "federation_review"))
    assert events(told.case) == before


def test_a_case_returned_to_intake_is_not_accepted_twice():
    told = story().to("civil_affairs_review")
    return_to(**told.claimed(), to="federation_intake", reason="请再看原件")
    assert told.case.state == "in_review"
    accept(**told.claimed())
    assert events(told.case).count("accepted") == 1
    assert events(told.case)[-1] == "agreed"


@pytest.mark.parametrize("to", ["town_confirmation", "hrss_confirmation"])
def test_the_applicant_is_told_of_another_post_only_where_it_is_about_one(to: str):
    walk = story() if to == "town_confirmation" else sent("skills_training_match")
    walk.to(to)
    given = walk.claimed() if isinstance(walk, Story) else walk.given()
    contradict(**given, reason="对不上（示例）")
    told = walk.case.messages.filter(audience="applicant").order_by("-pk")[0]
    assert told.event == ("contradicted" if to == "town_confirmation" else "returned")


def test_to_grant_what_a_review_advised_against_needs_a_reason():
    walk = sent("flexible_employment_subsidy").to("federation_review")
    judged = {rule: Judged("not_met", "不符合（示例）") for rule in walk.judgements()}
    advise_against(**walk.given(), judgements=judged, opinion="不符合（示例）")
    with pytest.raises(Invalid) as error:
        approve(**walk.given())
    assert "不同意" in error.value.errors["opinion"].zh
    approve(**walk.given(), opinion="复核过，符合。（示例）")
