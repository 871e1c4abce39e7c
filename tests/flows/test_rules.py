"""A new figure or version: proposed by one administrator, published by another; the database refuses the rest."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.actor import CLOCK, Actor
from accounts.models import Role
from casework import published
from casework.models import Action, Parameter, ParameterEnd, PolicyVersion, RuleProposal, VersionEnd
from casework.published import parameters
from casework.record import chain_is_whole
from casework.rules import gaps, timeline, whole
from flows.actions.backtest_rule import carry_out, start_backtest
from flows.actions.decide_rule import publish_rule, reject_rule
from flows.actions.propose_rule import propose_rule, withdraw_rule
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from flows.rules import Entered
from policy.parameters import Period
from tests.factories import NOW, applicant, district, officer

pytestmark = pytest.mark.django_db
FLOOR = Entered(
    "contribution_base_floor", date(2027, 7, 1), date(2028, 6, 30), "示例文件〔2027〕1号", "新的缴费年度", value="7700",
    source="示例：上海市 2027 缴费年度",
)  # fmt: skip
NOTICE = Entered(
    "clock.notice", date(2027, 1, 1), None, "示例文件〔2026〕8号", "公示改为七个工作日", value="7", unit="working",
    source="示例文件第三条",
)  # fmt: skip
VERSION = Entered(
    "policy", date(2027, 3, 1), date(2030, 2, 28), "示例文件〔2027〕2号", "正式文件印发", code="2027-03",
    text="示例：实施意见（正式稿）",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    published.forget()
    yield
    published.forget()


@pytest.fixture
def two() -> tuple[Actor, Actor]:
    return administrator(), administrator()


def administrator() -> Actor:
    return officer("federation", Role.ADMINISTRATOR)


def publish(made: RuleProposal, by: Actor) -> Any:
    """Back-tested, then published."""
    carry_out(start_backtest(proposal_id=made.pk, by=by, now=NOW).pk)
    return publish_rule(proposal_id=made.pk, by=by, now=NOW)


def published_by(two: tuple[Actor, Actor], new: Entered) -> Any:
    made = propose_rule(new=new, by=two[0], now=NOW)
    row = publish(made, two[1])
    published.forget()
    return row


def told(proposal: RuleProposal) -> list[str]:
    rows = list(Action.objects.filter(subject_kind="ruleproposal", subject_id=proposal.pk).order_by("number"))
    assert chain_is_whole(rows)
    return [row.event for row in rows]


def test_a_second_administrator_fills_a_gap(two: Any):
    assert parameters().value("contribution_base_floor", date(2027, 9, 1)) is None
    row = published_by(two, FLOOR)
    assert parameters().value("contribution_base_floor", date(2027, 9, 1)) == Decimal(7700)
    assert parameters().value("contribution_base_floor", date(2028, 7, 1)) is None
    assert (row.caused_by, row.proposal.state, row.proposal.decided_by) == (FLOOR.document, "published", two[1].user)
    assert told(row.proposal) == ["rule_proposed", "rule_backtested", "rule_published"]
    assert row.history.get().history_user == two[1].user
    assert not ParameterEnd.objects.exists()


def test_an_open_figure_ends_on_the_day_before(two: Any):
    published_by(two, NOTICE)
    end = ParameterEnd.objects.get()
    assert (end.last_day, end.parameter.until) == (date(2026, 12, 31), None)
    assert parameters().value("clock.notice", date(2026, 12, 31)) == 5
    assert parameters().value("clock.notice", date(2027, 1, 1)) == 7


def test_a_figure_for_a_while_leaves_a_gap_that_is_known_before(two: Any):
    short = replace(NOTICE, until=date(2027, 6, 30))
    published_by(two, short)
    district_id = district().pk
    lines = [line.period for line in timeline(district_id, "clock.notice")]
    assert gaps(lines, whole(timeline(district_id, "policy"))) == [Period(date(2027, 7, 1), date(2029, 2, 28))]


def test_a_new_version_ends_the_former(two: Any):
    published_by(two, VERSION)
    assert VersionEnd.objects.get().last_day == date(2027, 2, 28)
    assert PolicyVersion.objects.get(code="2027-03").caused_by == VERSION.document
    assert [parameters().version(on) for on in (date(2027, 2, 28), date(2027, 3, 1))] == ["2024-03", "2027-03"]
    assert parameters().period() == Period(date(2024, 3, 1), date(2030, 2, 28))


def test_nobody_publishes_or_rejects_their_own(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    for act in (publish_rule, reject_rule):
        with pytest.raises(NotAllowed) as refused:
            act(proposal_id=made.pk, by=two[0], now=NOW, answer="同意")
        assert refused.value.reason == "needs_a_second_person"
    as_a_deputy = replace(two[1], post=two[0].post)
    with pytest.raises(NotAllowed):
        publish_rule(proposal_id=made.pk, by=as_a_deputy, now=NOW)
    made.refresh_from_db()
    assert made.is_open


def test_the_database_knows_that_it_takes_two(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleProposal.objects.filter(pk=made.pk).update(state="published", decided_by=two[0].user, decided_at=NOW)


@pytest.mark.parametrize("role", [one for one in Role.values if one != Role.ADMINISTRATOR])
def test_no_other_role_proposes(role: str):
    with pytest.raises(NotAllowed):
        propose_rule(new=FLOOR, by=officer("federation", role), now=NOW)


def test_neither_applicants_nor_the_clock_propose():
    for by in (applicant(), CLOCK):
        with pytest.raises(NotAllowed):
            propose_rule(new=FLOOR, by=by, now=NOW)


def test_an_ended_post_and_an_old_proof_do_nothing(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    tired = replace(two[1], proved_at=NOW - timedelta(minutes=16))
    for act in (publish_rule, reject_rule):
        with pytest.raises(ProofNeeded):
            act(proposal_id=made.pk, by=tired, now=NOW, answer="同意")
    with pytest.raises(ProofNeeded):
        propose_rule(new=NOTICE, by=tired, now=NOW)
    gone = officer("federation", Role.ADMINISTRATOR, until=date(2026, 10, 1))
    with pytest.raises(NotAllowed):
        publish_rule(proposal_id=made.pk, by=gone, now=NOW)


def test_the_same_proposal_twice_is_one(two: Any):
    first, second = (propose_rule(new=FLOOR, by=two[0], now=NOW) for _ in range(2))
    assert first.pk == second.pk
    assert told(first) == ["rule_proposed"]
    for by, new in ((two[1], FLOOR), (two[0], replace(FLOOR, value="7701"))):
        with pytest.raises(AlreadyDone):
            propose_rule(new=new, by=by, now=NOW)


def test_a_decision_is_made_once(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    publish(made, two[1])
    for act in (publish_rule, reject_rule):
        with pytest.raises(AlreadyDone):
            act(proposal_id=made.pk, by=two[1], now=NOW, answer="不同意")
    with pytest.raises(AlreadyDone):
        withdraw_rule(proposal_id=made.pk, by=two[0], now=NOW)
    assert Parameter.objects.filter(name=FLOOR.name, since=FLOOR.since).count() == 1


def test_rejected_and_withdrawn_publish_nothing(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    with pytest.raises(Invalid) as wrong:
        reject_rule(proposal_id=made.pk, by=two[1], now=NOW, answer=" ")
    assert set(wrong.value.errors) == {"answer"}
    reject_rule(proposal_id=made.pk, by=two[1], now=NOW, answer="数字和文件不一样")
    assert told(made) == ["rule_proposed", "rule_rejected"]
    again = propose_rule(new=FLOOR, by=two[0], now=NOW)
    assert again.pk != made.pk
    with pytest.raises(NotAllowed):
        withdraw_rule(proposal_id=again.pk, by=two[1], now=NOW)
    withdraw_rule(proposal_id=again.pk, by=two[0], now=NOW)
    assert not Parameter.objects.filter(since=FLOOR.since).exists()
    with pytest.raises(NotThere):
        publish_rule(proposal_id=0, by=two[1], now=NOW)


WRONG: list[tuple[Entered, set[str]]] = [
    (replace(FLOOR, value="七千"), {"value"}),
    (replace(FLOOR, value="-1"), {"value"}),
    (replace(FLOOR, value="1e5"), {"value"}),
    (replace(FLOOR, since=None), {"since"}),
    (replace(FLOOR, until=date(2027, 6, 30)), {"until"}),
    (replace(FLOOR, until=date(3027, 6, 30)), {"until"}),
    (replace(FLOOR, source="", document=" ", reason=""), {"source", "document", "reason"}),
    (replace(FLOOR, source="长" * 201), {"source"}),
    (replace(FLOOR, unit="working"), {"unit"}),
    (replace(FLOOR, unit="weeks"), {"unit"}),
    (
        replace(FLOOR, since=date(2026, 7, 1), extra={"announced_on": "2026-11-01"}),
        {"since"},
    ),  # replaces a published figure from its beginning
    (replace(FLOOR, since=date(2024, 6, 1), extra={"announced_on": "2026-11-01"}), {"since"}),
    (replace(FLOOR, since=date(2023, 1, 1), until=date(2023, 7, 1), extra={"announced_on": "2026-11-01"}), {"until"}),
    (replace(FLOOR, since=date(2023, 1, 1), until=date(2023, 6, 30)), {"announced_on"}),
    (replace(FLOOR, name="New"), {"name"}),
    (replace(FLOOR, name="policies"), {"name"}),
    (replace(NOTICE, unit=""), {"unit"}),
    (replace(NOTICE, value="0"), {"value"}),
    (replace(NOTICE, value="2.5"), {"value"}),
    (replace(FLOOR, name="flexible_employment.share", value="50"), {"value"}),
    (replace(FLOOR, name="flexible_worker_rate", value="0.3", extra={"parts": {"a": "0.2", "b": "0.2"}}), {"extra"}),
    (replace(FLOOR, name="flexible_worker_rate", value="0.3", extra={"parts": {"a": "x"}}), {"extra"}),
    (replace(VERSION, code="2024-03"), {"code"}),
    (replace(VERSION, code="新版"), {"code"}),
    (replace(VERSION, text=""), {"text"}),
    (replace(VERSION, since=date(2024, 3, 1)), {"since"}),
]


@pytest.mark.parametrize(("new", "fields"), WRONG)
def test_a_mistake_is_named_at_its_field(two: Any, new: Entered, fields: set[str]):
    with pytest.raises(Invalid) as wrong:
        propose_rule(new=new, by=two[0], now=NOW)
    assert set(wrong.value.errors) == fields
    assert not RuleProposal.objects.exists()


def test_a_new_name_and_a_gap_filled_backwards_are_fine(two: Any):
    published_by(two, replace(FLOOR, name="over_quota.amount_per_person_year", value="12000"))
    published_by(two, replace(FLOOR, name="example.new_figure"))
    earlier = replace(
        FLOOR, since=date(2022, 7, 1), until=date(2023, 6, 30), extra={"announced_on": "2026-11-01"}, value="6520"
    )
    published_by(two, earlier)
    assert parameters().value("contribution_base_floor", date(2023, 1, 1)) == 6520


def test_what_was_published_meanwhile_is_seen_at_the_decision(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    insert(since=date(2027, 7, 1))
    with pytest.raises(Invalid):
        publish_rule(proposal_id=made.pk, by=two[1], now=NOW)
    made.refresh_from_db()
    assert made.is_open


# The database by itself


def insert(since: date, until: date | None = None, name: str = "contribution_base_floor") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_parameter (district_id, name, since, until, value, unit, source, caused_by, extra, "
            "published_at) VALUES (%s, %s, %s, %s, '1', '', 's', '', '{}', %s)",
            [district().pk, name, since, until, NOW],
        )


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2027, 6, 30), None),
        (date(2020, 1, 1), None),
        (date(2025, 1, 1), date(2025, 1, 1)),
        (date(2020, 1, 1), date(2023, 7, 1)),
    ],
)
def test_the_database_refuses_an_overlap(since: date, until: date | None):
    with pytest.raises(IntegrityError, match="overlaps"), transaction.atomic():
        insert(since, until)
    insert(date(2027, 7, 1))
    insert(since, until, name="another.name")


def test_the_database_refuses_an_overlap_of_versions(two: Any):
    published_by(two, VERSION)
    with pytest.raises(IntegrityError, match="overlaps"), transaction.atomic():
        PolicyVersion.objects.create(
            district=district(),
            code="x",
            since=date(2027, 2, 1),
            until=date(2027, 3, 1),
            document="d",
            published_at=NOW,
        )
    PolicyVersion.objects.create(district=district(), code="x", since=date(2030, 3, 1), document="d", published_at=NOW)


def test_an_end_makes_room_and_lies_inside(two: Any):
    made = published_by(two, FLOOR)
    common = {"district": district(), "proposal": made.proposal, "parameter": made}
    for outside in (date(2027, 6, 30), date(2028, 6, 30), date(2029, 1, 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ParameterEnd.objects.create(**common, last_day=outside)
    ParameterEnd.objects.create(**common, last_day=date(2027, 12, 31))
    insert(date(2028, 1, 1))


CHANGES = [
    "UPDATE casework_parameter SET value = '1' WHERE id = {row}", "DELETE FROM casework_parameter WHERE id = {row}",
    "UPDATE casework_policyversion SET code = 'x'", "UPDATE casework_parameterend SET last_day = '2027-01-01'",
    "DELETE FROM casework_parameterend", "TRUNCATE casework_parameterend", "TRUNCATE casework_versionend",
    "UPDATE casework_ruleproposal SET reason = 'x'", "UPDATE casework_ruleproposal SET state = 'rejected'",
    "DELETE FROM casework_ruleproposal",
]  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_what_is_published_or_decided_never_changes(two: Any, statement: str):
    row = published_by(two, NOTICE)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="insert-only|refused|stays"), transaction.atomic():
            cursor.execute(statement.format(row=row.pk))


def test_what_was_proposed_stays_while_it_waits(two: Any):
    made = propose_rule(new=FLOOR, by=two[0], now=NOW)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        RuleProposal.objects.filter(pk=made.pk).update(content={})
