"""The second factor: each code once, a little drift, recovery codes, set-up and reset, and what the record says."""

from datetime import timedelta

import pytest
from django.conf import LazySettings

from accounts.actor import Actor
from accounts.models import Role, User
from casework.models import Action, SecondFactor
from casework.record import chain_is_whole, said
from casework.second_factor import (
    code_at,
    confirmed,
    demonstration_secret,
    new_secret,
    secret_of,
    shown_code,
    stamp,
    step_of,
)
from flows.actions.reset_second_factor import MOST, reset_second_factor
from flows.actions.set_up_second_factor import set_up_second_factor
from flows.actions.sign_in import end_lock_out, lock_out, sign_in, sign_out
from flows.actions.use_second_factor import use_code, use_second_factor
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere, ProofNeeded
from tests.factories import NOW, officer

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238's own examples
LATER = NOW + timedelta(hours=1)


def here(late: int = 0, secret: str = SECRET) -> str:
    """The code on the phone at LATER, or so many steps after it."""
    return code_at(secret, step_of(LATER) + late)


def set_up(by: Actor, secret: str = SECRET) -> list[str]:
    return set_up_second_factor(secret=secret, code=code_at(secret, step_of(NOW)), replaces=None, by=by, now=NOW)


@pytest.fixture
def by() -> Actor:
    actor = officer("federation", "intake")
    set_up(actor)
    return actor


def administrator() -> Actor:
    actor = officer("federation", Role.ADMINISTRATOR)
    return Actor("officer", user=actor.user, post=actor.post, proved_at=LATER)


def record(user: User | None) -> list[Action]:
    assert user is not None
    actions = list(Action.objects.filter(subject_kind="user", subject_id=user.pk).order_by("number"))
    assert chain_is_whole(actions)
    return actions


def test_the_codes_are_those_of_the_standard():
    assert code_at(SECRET, 59 // 30) == "287082"
    assert code_at(SECRET, 1111111109 // 30) == "081804"


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_code_may_be_one_step_early_or_late(by: Actor, late: int):
    use_code(code=here(late), by=by, now=LATER)


@pytest.mark.parametrize("late", [-2, 2])
def test_a_code_two_steps_away_is_none(by: Actor, late: int):
    with pytest.raises(Invalid) as wrong:
        use_code(code=here(late), by=by, now=LATER)
    assert "时间改成自动" in wrong.value.errors["one_time_code"].zh


def test_a_code_works_once_and_so_does_every_one_before_it(by: Actor):
    use_code(code=here(), by=by, now=LATER)
    for late in (0, -1):
        with pytest.raises(Invalid) as used:
            use_code(code=here(late), by=by, now=LATER)
        assert "一个码只能用一次" in used.value.errors["one_time_code"].zh
    use_code(code=here(1), by=by, now=LATER)


def test_the_code_that_confirmed_the_device_does_not_sign_in(by: Actor):
    with pytest.raises(Invalid):
        use_code(code=code_at(SECRET, step_of(NOW)), by=by, now=NOW)


def test_a_recovery_code_works_once_and_the_record_says_how_many_are_left():
    by = officer("federation", "intake")
    codes = set_up(by)
    assert len(set(codes)) == 10
    assert use_second_factor(code=codes[3], by=by, now=LATER) == "recovery"
    with pytest.raises(Invalid):
        use_second_factor(code=codes[3], by=by, now=LATER)
    assert use_second_factor(code=codes[4], by=by, now=LATER) == "recovery"
    assert [one.details.get("left") for one in record(by.user)] == [None, 9, 8]


def test_a_recovery_code_is_none_where_only_the_phone_counts():
    by = officer("federation", "intake")
    codes = set_up(by)
    with pytest.raises(Invalid):
        use_second_factor(code=codes[0], by=by, now=LATER, recovery=False)
    use_second_factor(code=codes[0], by=by, now=LATER)


def test_a_code_of_somebody_else_is_wrong(by: Actor):
    other = officer("federation", "intake")
    codes = set_up(other, new_secret())
    for code in (here(), codes[0]):
        with pytest.raises(Invalid):
            use_second_factor(code=code, by=other if code == here() else by, now=LATER)


def test_neither_the_secret_nor_a_recovery_code_stands_in_the_tables():
    by = officer("federation", "intake")
    codes = set_up(by)
    factor = SecondFactor.objects.get(user=by.user)
    kept = bytes(factor.secret or b"").decode("latin-1") + str(factor.recovery) + str(Action.objects.values_list())
    assert SECRET not in kept
    assert not [code for code in codes if code in kept]


def test_a_device_is_set_up_by_its_own_code_alone():
    by = officer("federation", "intake")
    with pytest.raises(Invalid):
        set_up_second_factor(secret=SECRET, code=here(0, new_secret()), replaces=None, by=by, now=LATER)
    assert confirmed(by.user) is None  # type: ignore[arg-type]


def test_a_second_first_device_is_refused(by: Actor):
    with pytest.raises(AlreadyDone):
        set_up_second_factor(secret=SECRET, code=here(), replaces=None, by=by, now=LATER)


def test_a_new_device_ends_the_old_one_and_its_recovery_codes():
    by = officer("federation", "intake")
    codes, secret = set_up(by), new_secret()
    set_up_second_factor(secret=secret, code=here(0, secret), replaces=NOW, by=by, now=LATER)
    for code in (here(), codes[0]):
        with pytest.raises(Invalid):
            use_second_factor(code=code, by=by, now=LATER)
    use_code(code=here(1, secret), by=by, now=LATER)
    assert [one.event for one in record(by.user)] == ["second_factor_set_up", "second_factor_replaced"]


def test_a_proof_by_a_device_that_was_replaced_meanwhile_sets_up_nothing(by: Actor):
    secret = new_secret()
    set_up_second_factor(secret=secret, code=here(0, secret), replaces=NOW, by=by, now=LATER)
    with pytest.raises(AlreadyDone):
        set_up_second_factor(secret=SECRET, code=here(), replaces=NOW, by=by, now=LATER)


def test_an_administrator_resets_with_a_reason_and_the_officer_begins_anew(by: Actor):
    assert by.user is not None
    reset_second_factor(user_id=by.user.pk, reason=" 手机丢了（示例） ", by=administrator(), now=LATER)
    with pytest.raises(Invalid):
        use_code(code=here(), by=by, now=LATER)
    last = record(by.user)[-1]
    assert last.event == "second_factor_reset"
    assert "手机" not in str(last.details)
    assert said(last, SecondFactor.objects.get(user=by.user).key) == {"reason": "手机丢了（示例）"}
    set_up_second_factor(secret=SECRET, code=here(), replaces=None, by=by, now=LATER)


@pytest.mark.parametrize("reason", ["", "  ", "字" * (MOST + 1)])
def test_a_reset_needs_a_reason_that_can_be_read(by: Actor, reason: str):
    assert by.user is not None
    with pytest.raises(Invalid):
        reset_second_factor(user_id=by.user.pk, reason=reason, by=administrator(), now=LATER)
    assert confirmed(by.user) is not None


def test_who_may_not_reset_changes_nothing(by: Actor):
    assert by.user is not None
    own, stale = administrator(), administrator()
    set_up(own)
    assert own.user is not None
    stale = Actor("officer", user=stale.user, post=stale.post, proved_at=LATER - timedelta(minutes=16))
    for actor, user_id, error in (
        (own, own.user.pk, NotAllowed), (by, own.user.pk, NotAllowed), (stale, by.user.pk, ProofNeeded),
        (own, 10**9, NotThere), (own, User.objects.create_applicant("示例").pk, NotThere),
    ):  # fmt: skip
        with pytest.raises(error):
            reset_second_factor(user_id=user_id, reason="示例", by=actor, now=LATER)
        with pytest.raises(error):
            end_lock_out(user_id=user_id, by=actor, now=LATER)
    assert confirmed(own.user) is not None
    assert confirmed(by.user) is not None


def test_a_reset_without_a_device_says_so():
    with pytest.raises(AlreadyDone):
        reset_second_factor(
            user_id=officer("hrss", "reviewer").user_id, reason="示例", by=administrator(), now=LATER
        )  # fmt: skip


def test_in_out_and_locks_are_recorded_and_nothing_personal(by: Actor):
    assert by.user is not None
    sign_in(how="code", by=by, now=LATER)
    sign_out(by=by, now=LATER)
    lock_out(user=by.user, what="password", now=LATER)
    end_lock_out(user_id=by.user.pk, by=administrator(), now=LATER)
    told = record(by.user)
    assert [one.event for one in told[1:]] == ["signed_in", "signed_out", "locked_out", "lock_ended"]
    assert [one.details for one in told[1:]] == [{"how": "code"}, {}, {"what": "password"}, {}]
    assert told[1].post_id == by.post.pk  # type: ignore[union-attr]
    assert told[3].actor_kind == "clock"


def test_the_lock_of_somebody_without_any_post_is_recorded_too():
    user = User.objects.create_officer("t99998", "示例")
    lock_out(user=user, what="password", now=LATER)
    assert [one.event for one in record(user)] == ["locked_out"]


def test_the_demonstration_shows_a_code_that_works_and_never_one_that_was_used(settings: LazySettings):
    by = officer("federation", "intake")
    assert by.user is not None
    set_up(by, demonstration_secret(by.user.login))
    settings.SECOND_FACTOR_SHOWN = True
    for _ in range(2):
        use_code(code=shown_code(confirmed(by.user), LATER) or "", by=by, now=LATER)  # type: ignore[arg-type]
    assert shown_code(confirmed(by.user), LATER) == ""  # type: ignore[arg-type]


def test_no_code_is_shown_of_a_device_of_ones_own_nor_outside_the_demonstration(by: Actor, settings: LazySettings):
    other = officer("federation", "intake")
    assert other.user is not None
    set_up(other, demonstration_secret(other.user.login))
    assert shown_code(confirmed(other.user), LATER) is None  # type: ignore[arg-type]
    settings.SECOND_FACTOR_SHOWN = True
    assert shown_code(confirmed(by.user), LATER) is None  # type: ignore[arg-type]


def test_a_demonstration_device_opens_nothing_in_production(settings: LazySettings):
    by = officer("federation", "intake")
    assert by.user is not None
    secret = demonstration_secret(by.user.login)
    set_up(by, secret)
    settings.DEMONSTRATION = False
    assert secret_of(confirmed(by.user)) == ""
    with pytest.raises(Invalid):
        use_code(code=here(0, secret), by=by, now=LATER)


def test_an_erased_key_leaves_a_factor_that_opens_nothing():
    by = officer("federation", "intake")
    codes = set_up(by)
    key = SecondFactor.objects.get(user=by.user).key
    assert key is not None
    key.delete()
    for code in (here(), codes[0]):
        with pytest.raises(Invalid):
            use_second_factor(code=code, by=by, now=LATER)


def test_a_session_remembers_the_moment_of_the_confirmation_to_the_microsecond():
    assert stamp(NOW) != stamp(NOW + timedelta(microseconds=1))
