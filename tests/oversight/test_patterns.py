"""Patterns worth a look: each has a story that hits and a near miss; a hit is one hit however often it is found."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import (
    Action,
    AnswerSet,
    Assessment,
    CapAccount,
    CapUse,
    Evidence,
    Holiday,
    PolicyVersion,
    Relation,
)
from casework.sealing import index
from flows.errors import AlreadyDone, NotAllowed
from funds.models import Payee
from oversight.actions.find_hits import find_hits
from oversight.actions.mark_hit import mark_hit
from oversight.hits import in_sentences
from oversight.models import PatternHit, PatternRun
from oversight.patterns import PATTERNS
from tests.factories import NOW, Cast, district, officer, person, story
from tests.oversight.telling import another, found, hits, signed

pytestmark = pytest.mark.django_db
MORNING = NOW.replace(hour=11)


def said(pattern: str) -> list[str]:
    return [one.sentence.zh for one in in_sentences(hits(pattern))]


def test_signed_faster_than_its_papers_can_be_read():
    told = story()  # two papers and the form: 15 seconds
    papers = Evidence.objects.filter(case=told.case).count()
    told.claimed()
    told.now += timedelta(seconds=5 * (papers + 1) - 1)
    told.sign()
    told.claimed()
    told.now += timedelta(seconds=5 * (papers + 1))
    told.sign()
    assert found(MORNING) == {"signed_fast": 1}
    [hit] = hits("signed_fast")
    assert (hit.cases, hit.users) == ([told.case.pk], [told.cast["intake"].user_id])
    [sentence] = said("signed_fast")
    assert "只有 14 秒，材料有 2 份，至少要 15 秒" in sentence


def test_a_signature_by_somebody_who_never_opened_the_case():
    told = story()
    signed(told.case, "agreed", officer("hrss", "reviewer"), MORNING, looked=False)
    signed(told.case, "agreed", officer("hrss", "reviewer"), MORNING)
    assert found(MORNING) == {"signed_fast": 1}


def test_a_pair_that_signs_together_more_often_than_chance():
    case = story().case
    first, second, others = (
        officer("federation", "reviewer"), officer("hrss", "reviewer"), [officer("hrss", "reviewer") for _ in range(2)],
    )  # fmt: skip
    firsts = [officer("federation", "reviewer") for _ in range(2)]
    for n in range(8):  # always these two; 8 × 8 ÷ 24 = 2.7 by chance, which is three times less
        each = another(case)
        signed(each, "agreed", first, MORNING, "one")
        signed(each, "agreed", second, MORNING, "two")
        mixed = another(case)  # the others mix, four times each pair
        signed(mixed, "agreed", firsts[n % 2], MORNING, "one")
        signed(mixed, "agreed", others[n // 4], MORNING, "two")
    assert found(MORNING) == {}  # 2.0 times by chance only
    for n in range(8):
        mixed = another(case)
        signed(mixed, "agreed", firsts[n % 2], MORNING, "one")
        signed(mixed, "agreed", others[n // 4], MORNING, "two")
    with pytest.raises(AlreadyDone):
        found(MORNING)
    assert found(MORNING + timedelta(days=1)) == {"same_pair": 1}
    [hit] = hits("same_pair")
    assert hit.users == [first.user_id, second.user_id]
    assert (hit.size, hit.details["expected"], hit.details["all_n"]) == (8, 2.7, 24)
    assert len(said("same_pair")) == 1


def test_just_under_a_yearly_cap():
    case = story().case

    def account(used: str, key: str) -> None:
        made = CapAccount.objects.create(
            district_id=case.district_id, kind="tuition", subject=index(key), key="2026", cap=Decimal(5000), used=Decimal(used)
        )  # fmt: skip
        CapUse.objects.create(district_id=case.district_id, account=made, case=case, amount=Decimal(used), taken_at=NOW)

    account("4750.00", "5 % below")
    account("4749.99", "a little more")
    account("5000.00", "cut by the rule")
    assert found(MORNING) == {"under_cap": 1}
    assert said("under_cap") == ["2026 年度用了 4,750.00 元，上限 5,000.00 元，只差 250.00 元。件数：1。"]


def test_one_account_one_telephone_one_address_of_several_applicants():
    case = story().case
    people = [person() for _ in range(4)]
    for n, one in enumerate(people):
        one.telephone = "139-0000 0001" if n < 3 else "13900000002"
        one.address = "示例路 9 号" if n != 1 else "示例路，9号"
        one.save()
    cases = [another(case, one) for one in people]
    for each, number in zip([*cases, cases[3]], "AABCC", strict=True):
        Payee.objects.create(
            district_id=case.district_id, case=each, number=b"-", number_index=index(number), number_tail_index="", holder=b"-",
            bank=b"-", given_by=officer("federation", "intake").user, given_at=NOW,
        )  # fmt: skip
    assert found(MORNING) == {"same_account": 1, "same_telephone": 1, "same_address": 1}
    assert hits("same_account")[0].cases == [cases[0].pk, cases[1].pk]
    assert hits("same_telephone")[0].cases == [one.pk for one in cases[:3]]
    assert hits("same_address")[0].size == 4
    kept = str(list(PatternHit.objects.values()))
    assert not any(secret in kept for secret in ("139", "示例路", index("A")))
    assert said("same_telephone") == ["3 个申请人留了同一个电话，一共 3 件。"]


def test_a_decision_against_the_rules_finding():
    case, by = story().case, officer("district_government", "approver")
    against, along, unsure = another(case), another(case), another(case)
    for each, outcome in ((against, "not_eligible"), (along, "eligible"), (unsure, "undetermined")):
        Assessment.objects.create(
            district_id=case.district_id, case=each, answers=AnswerSet.objects.get(case=case), outcome=outcome, trace=b"-", at=NOW,
            policy_version=PolicyVersion.objects.get().code,
        )  # fmt: skip
        signed(each, "granted", by, MORNING, "government_approval")
    assert found(MORNING) == {"against_rule": 1}
    [hit] = hits("against_rule")
    assert hit.cases == [against.pk]
    assert "批准；规则算出来的是：不符合" in said("against_rule")[0].replace("了申请", "")


def test_out_of_office_hours_by_the_calendar():
    case, by = story().case, officer("hrss", "reviewer")
    saturday, sunday = NOW.replace(day=7, hour=10), NOW.replace(day=8, hour=10)
    Holiday.objects.update_or_create(district=district(), day=saturday.date(), defaults={"works": True, "name": "示例"})
    signed(case, "agreed", by, saturday)  # a weekend that is worked
    signed(case, "agreed", by, NOW.replace(hour=17, minute=59))
    for at in (NOW.replace(hour=18, minute=0), NOW.replace(hour=20), sunday):
        signed(case, "agreed", by, at)
    assert found(NOW.replace(day=9)) == {"out_of_hours": 2}
    assert [(hit.details["day"], hit.size) for hit in hits("out_of_hours")] == [("2026-11-08", 1), ("2026-11-02", 2)]
    assert "2026年11月2日（工作日，上班时间以外）的 18:00 到 20:30 之间签了 2 次" in said("out_of_hours")[1]


def test_an_officers_relatives_whom_they_or_their_department_signed_for():
    case = story().case
    kin, stranger = person(), person()
    for n, one in enumerate((kin, stranger)):
        one.telephone = f"1060000000{n}"
        one.save()
    theirs, other = another(case, kin), another(case, stranger)
    declarer, colleague, elsewhere = (
        officer("hrss", "reviewer"),
        officer("hrss", "reviewer"),
        officer("civil_affairs", "reviewer"),
    )
    Relation.objects.create(
        district=district(), user=declarer.user, kind="kin", number_index=kin.number_index, declared_at=NOW
    )
    signed(theirs, "agreed", elsewhere, MORNING)
    signed(other, "agreed", declarer, MORNING)
    assert found(MORNING) == {}
    signed(theirs, "agreed", colleague, MORNING)
    assert found(MORNING + timedelta(days=1)) == {"relatives": 1}
    [hit] = hits("relatives")
    assert (hit.cases, hit.details["own"], declarer.user_id in hit.users) == ([theirs.pk], False, True)
    assert "亲属是这一件的申请人。是本部门同事签的" in said("relatives")[0]


def test_a_hit_is_one_hit_and_a_new_one_only_where_it_has_grown_since_somebody_looked():
    case, cast = story().case, Cast()
    for n in range(3):
        signed(another(case), "agreed", cast["hrss"], MORNING.replace(hour=19, minute=n))
    day = timedelta(days=1)
    assert found(MORNING + day) == {"out_of_hours": 1}
    signed(another(case), "agreed", cast["hrss"], MORNING.replace(hour=20))
    assert found(MORNING + 2 * day) == {}
    [hit] = hits("out_of_hours")
    assert (hit.size, len(hit.cases)) == (4, 4)
    mark_hit(hit_id=hit.pk, result="explained", reason="赶期限。（示例）", by=cast["supervisor"], now=MORNING + 2 * day)
    people = [person() for _ in range(3)]
    for one in people:
        one.telephone = "10600000001"
        one.save()
        another(case, one)
    assert found(MORNING + 3 * day) == {"same_telephone": 1}
    [shared] = hits("same_telephone")
    mark_hit(
        hit_id=shared.pk, result="nothing", reason="一家人。（示例）", by=cast["supervisor"], now=MORNING + 3 * day
    )
    assert found(MORNING + 4 * day) == {}
    late = person()
    late.telephone = "106-0000-0001"
    late.save()
    another(case, late)
    assert found(MORNING + 5 * day) == {"same_telephone": 1}
    assert [(one.turn, one.size, one.result) for one in hits("same_telephone")] == [(1, 3, "nothing"), (2, 4, "")]


def test_the_sweep_looks_once_a_day_and_others_may_not_look():
    case = story().case
    signed(case, "agreed", officer("hrss", "reviewer"), MORNING.replace(hour=19))
    for _ in range(2):
        call_command("sweep", at=(NOW + timedelta(days=1)).isoformat(), verbosity=0)
    assert PatternRun.objects.count() == 1
    assert len(hits("out_of_hours")) == 1
    [record] = Action.objects.filter(event="patterns_looked_for")
    assert record.details["new"]["out_of_hours"] == 1
    for role in ("auditor", "administrator"):
        where = "supervision" if role == "auditor" else "federation"
        with pytest.raises(NotAllowed):
            find_hits(district=district(), by=officer(where, role), now=MORNING)


def test_a_look_takes_as_many_statements_however_much_there_is():
    case = story().case
    by = officer("hrss", "reviewer")
    signed(another(case), "agreed", by, MORNING.replace(hour=19))
    with CaptureQueriesContext(connection) as few:
        found(MORNING + timedelta(days=1))
    for n in range(6):
        signed(another(case), "agreed", officer("hrss", "reviewer"), MORNING.replace(hour=19, minute=n))
    with CaptureQueriesContext(connection) as many:
        found(MORNING + timedelta(days=2))
    assert len(many) <= len(few)
    assert len(few) <= 4 * len(PATTERNS) + 12
