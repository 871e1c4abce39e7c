"""A district's own order of a chain: arranged as data, named by what a case keeps, and only where the order is free."""

import subprocess
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import districts
from accounts.models import District, Role
from casework.access import STEPS
from casework.models import Action, Case, Task
from casework.published import forget
from flows import orders
from flows.actions.move_chain import move_chain
from flows.engine import REGISTRY, chain_of, chains, earlier_steps, newest, step_named
from flows.published_chains import as_published
from oversight.chains import open_by_chain, open_by_step
from oversight.doctor import WELL, examine
from tests.districts import people_of, second
from tests.factories import NOW, district, officer, story
from tests.flows import invented

pytestmark = pytest.mark.django_db
ADMISSION = newest("direct_admission")
OWN = (
    "federation_intake", "civil_affairs_review", "federation_review", "hrss_review", "government_approval",
    "public_notice", "assignment", "town_confirmation",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _looked_again() -> Any:
    yield
    districts.forget()
    forget()


def arrange(*steps: str, chain: str = "direct_admission", district: str = "minhang", **more: Any) -> str:
    out = StringIO()
    call_command("arrange_chain", district, chain, *steps, stdout=out, **more)
    return out.getvalue()


def test_a_case_goes_the_way_of_its_district_and_signs_in_that_order():
    made = second()
    with people_of(made):
        told = story().to("government_approval")
    steps = [task.step_name for task in Task.objects.filter(process=told.case).order_by("pk")]
    assert steps == ["start", *OWN[:5]]
    agreed = Action.objects.filter(subject_kind="case", subject_id=told.case.pk, event="agreed").order_by("number")
    assert list(agreed.values_list("step", flat=True)) == list(OWN[1:4])
    sent = Action.objects.get(subject_kind="case", subject_id=told.case.pk, event="submitted")
    assert sent.details["chain"] == "DirectAdmissionFlow_1_3_2_4_5_6_7_8"
    assert [
        step.name for step in earlier_steps(chain_of(told.case), step_named(chain_of(told.case), "hrss_review"))
    ] == list(OWN[:3])
    ours = story().to("civil_affairs_review")
    assert chain_of(ours.case) is ADMISSION


def test_the_name_in_a_cases_row_is_enough_for_a_process_that_never_saw_the_order():
    name = "DirectAdmissionFlow_1_3_2_4_5_6_7_8"
    asks = (
        "import django; django.setup(); from viewflow.workflow.fields import import_flow_by_ref;"
        f"print([step.name for step in import_flow_by_ref('flows/orders.{name}').steps])"
    )
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == repr(list(OWN))
    for other in (
        "DirectAdmissionFlow_1_3_2",
        "DirectAdmissionFlow_1_1_2_4_5_6_7_8",
        "NobodysFlow_2_1",
        "DirectAdmissionFlow_",
        "anything",
    ):
        with pytest.raises(AttributeError):
            getattr(orders, other)


def test_its_rights_are_those_of_the_published_steps_and_the_register_stays_as_it_is():
    before, golden = dict(REGISTRY), as_published()
    mine = orders.in_order(ADMISSION, OWN)
    assert orders.in_order(ADMISSION, OWN) is mine
    assert orders.in_order(ADMISSION, [step.name for step in ADMISSION.steps]) is ADMISSION
    assert before == REGISTRY
    assert as_published() == golden
    for step in mine.steps:
        here = STEPS[f"{mine.instance.flow_label}.{step.name}"]
        there = STEPS[f"{ADMISSION.instance.flow_label}.{step.name}"]
        assert (here.verbs, here.signs, here.decides, here.department) == (
            there.verbs,
            there.signs,
            there.decides,
            there.department,
        )


@pytest.mark.parametrize(
    ("chain", "steps", "said"),
    [
        ("direct_admission", OWN[:-1], "missing: town_confirmation"),
        ("direct_admission", (*OWN[:-1], "federation_intake"), "twice: federation_intake; missing: town_confirmation"),
        ("direct_admission", (*OWN[:3], "hrs_review", *OWN[4:]), "no such step: hrs_review; missing: hrss_review"),
        ("direct_admission", (OWN[1], OWN[0], *OWN[2:]), "keep their place: federation_intake"),
        ("direct_admission", (*OWN[:3], OWN[4], OWN[3], *OWN[5:]), "keep their place: government_approval"),
        ("direct_admission", (*OWN[:5], OWN[6], OWN[5], OWN[7]), "keep their place: public_notice, assignment"),
        ("skills_training_match", ("town_intake", "hrss_confirmation", "federation_review", "federation_approval", "payment"), "hrss_confirmation goes back to federation_review, which must come before it"),
        ("self_employment_subsidy", ("town_intake", "federation_review", "site_visit", "federation_approval", "payment"), "keep their place: site_visit"),
        ("nothing", ("a", "b"), "there is no chain nothing"),
        ("post_application/nothing", ("a", "b"), "there is no chain post_application/nothing"),
    ],
)  # fmt: skip
def test_what_can_not_be_arranged_is_said_and_nothing_is_changed(chain: str, steps: tuple[str, ...], said: str):
    with pytest.raises(CommandError, match=said):
        arrange(*steps, chain=chain)
    assert District.objects.get().orders == {}
    assert not Action.objects.filter(event="chain_arranged").exists()


def test_every_chain_is_arranged_only_between_intake_and_decision():
    arrangeable = set()
    for chain in chains():
        names = [step.name for step in chain.steps]
        decides = next(place for place, step in enumerate(chain.steps) if step.decides)
        for place in range(len(names) - 1):
            swapped = [*names[:place], names[place + 1], names[place], *names[place + 2 :]]
            try:
                made = orders.in_order(chain, swapped)
            except orders.NoSuchOrder:
                continue
            assert place + 1 < decides
            assert {chain.steps[place].kind, chain.steps[place + 1].kind} <= {"review", "confirm"}
            assert [step.name for step in made.steps] == swapped
            arrangeable.add(chain.measure)
    # As decision 41 says.
    assert arrangeable == {"public_sector_quota", "community_worker_recruitment", "direct_admission"}


def test_an_arranged_chain_is_for_new_cases_once_recorded_and_undone_by_the_same_command():
    before = story().to("federation_review")
    assert "New cases go this way" in arrange(*OWN)
    assert "already" in arrange(*OWN)
    after = story(who=None, now=NOW).to("civil_affairs_review")
    assert chain_of(before.case) is ADMISSION
    assert chain_of(after.case) is orders.in_order(ADMISSION, OWN)
    here = district().pk
    assert open_by_chain(here)["direct_admission//1"] == 2
    assert open_by_step(here, ADMISSION) == {"federation_review": 1, "civil_affairs_review": 1}
    assert arrange().splitlines()[1].split() == list(OWN)
    assert "as published" in arrange(published=True)
    assert orders.chain_for(here, "direct_admission") is ADMISSION
    recorded = Action.objects.filter(event="chain_arranged").order_by("number")
    assert [action.details["order"][1] for action in recorded] == ["civil_affairs_review", "federation_review"]
    with pytest.raises(CommandError, match="either steps or"):
        arrange(*OWN, published=True)
    with pytest.raises(CommandError, match="no district"):
        arrange(district="nowhere")


def test_a_case_that_began_before_can_be_moved_into_the_new_order():
    told = story().to("federation_review")
    arrange(*OWN)
    move_chain(
        case_id=told.case.pk,
        by=officer("federation", Role.ADMINISTRATOR),
        now=told.now,
        version=1,
        to="civil_affairs_review",
        reason="示例",
    )
    case = Case.objects.get(pk=told.case.pk)
    assert chain_of(case) is orders.in_order(ADMISSION, OWN)
    assert case.step == "civil_affairs_review"


def test_the_doctor_names_an_order_of_a_version_that_is_no_longer_the_newest():
    arrange(*OWN)
    assert not [one for one in examine(NOW) if one.what.startswith("order of")]
    with invented.second_version():
        found = [one for one in examine(NOW) if one.what.startswith("order of")]
        assert orders.chain_for(district().pk, "direct_admission").version == 2
    assert [(one.what, one.how != WELL) for one in found] == [("order of minhang", True)]
    assert "direct_admission//1" in found[0].words
