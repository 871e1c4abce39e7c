"""Every chain of `flows/chains.py`: as published, and walked from its first step to its last."""

from pathlib import Path

import pytest

import flows.chains  # noqa: F401  (registers them)
from casework.models import Deadline, Task
from casework.record import chain_is_whole
from flows.engine import REGISTRY
from flows.published_chains import canonical
from oversight.records import of_case
from policy import measure
from policy.registry import CODES
from tests.factories import events
from tests.flows.anywhere import sent, steps_of

GOLDEN = Path(__file__).with_name("chains.json")
KINDS = [(chain.measure, chain.purpose) for chain in REGISTRY.values()]
# Their amount waits for a parameter that nobody has published: see test_levels_and_figures.py.
ENDING = [kind for kind in KINDS if kind[0] not in ("over_quota_reward", "base_support")]
OUTCOMES = {
    "public_sector_quota": "recorded", "government_employee_recruitment": "recorded",
    "community_worker_recruitment": "recorded", "soe_recruitment_plan": "recorded",
    "sheltered_employment_project": "completed", "employment_service": "completed", "employment_fraud_report": "founded",
    "rectification": "completed", "interpretation_note": "recorded", "reclaim": "completed", "audit_review": "founded",
}  # fmt: skip


def test_a_published_chain_is_never_edited():
    """The golden file is exactly `manage.py chains --json`.

    A changed chain is a new class with a higher version; then `manage.py chains --json > tests/flows/chains.json`.
    """
    assert canonical() == GOLDEN.read_text(encoding="utf-8")


def test_every_type_of_the_policy_has_a_chain():
    assert {code for code, _ in KINDS} >= set(CODES)


def test_the_four_departments_of_direct_admission_stand_in_the_policys_order():
    order = [step.by.code for step in REGISTRY["direct_admission", "", 1].steps[1:5]]
    assert order == ["federation", "civil_affairs", "hrss", "district_government"]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "purpose"), ENDING, ids=[f"{code}-{purpose}" for code, purpose in ENDING])
def test_a_case_of_every_kind_goes_from_its_first_step_to_its_last(code: str, purpose: str):
    walk = sent(code, purpose)
    assert walk.task().step_name == steps_of(code, purpose)[0]
    case = walk.through()
    assert case.outcome == OUTCOMES.get(code, "granted")
    done = Task.objects.filter(process=case).exclude(kind="").order_by("pk")
    assert [task.step_name for task in done] == steps_of(code, purpose)
    assert not Task.objects.filter(process=case, finished=None).exists()
    assert not Deadline.objects.filter(case=case, ended_at=None).exists()
    assert chain_is_whole(of_case(case))
    assert "accepted" in events(case)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "purpose"), KINDS, ids=[f"{code}-{purpose}" for code, purpose in KINDS])
def test_a_chain_says_who_and_what_in_both_languages(code: str, purpose: str):
    chain = REGISTRY[code, purpose, 1]
    for step in chain.steps:
        assert all((step.words.zh, step.words.en, step.by.words.zh, step.by.words.en))
    assert measure(code, purpose).title.zh
