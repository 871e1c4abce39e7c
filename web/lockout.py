"""Lock-out of officers: how many failures, counted together by what, and when that is recorded.

A login is locked first for the address that fails, so that nobody locks others out from elsewhere; from everywhere only
after many failures in an hour. A login that does not exist is counted the same. Nothing that was typed is kept.
"""

from django.core.cache import cache
from django.utils.timezone import now

from accounts.models import User
from flows.actions.sign_in import lock_out
from web.public.tries import Tries

HERE = Tries("officer", most=8, seconds=15 * 60)  # one login from one address
ANYWHERE = Tries("officer-anywhere", most=40, seconds=60 * 60)
CODES = Tries("code", most=5, seconds=15 * 60)  # codes of one officer, at sign-in and at signing
PROOFS = Tries("proof", most=8, seconds=15 * 60)  # the password at signing
_LOCKED = Tries("locked", most=1, seconds=60 * 60)  # whose lock began within the hour
_ROUNDS = Tries("round", most=1, seconds=2 * 60 * 60)  # outlasts every count of the round before


def take(login: str, address: str) -> int:
    """One try to sign in, counted before it is judged; 0 where none is left."""
    return 0 if ANYWHERE.used_up(*_login(login)) else HERE.take(*_login(login), address)


def minutes(login: str, address: str) -> int:
    """How long a login that may not try waits at this address."""
    return max(1, HERE.minutes(*_login(login), address), ANYWHERE.minutes(*_login(login)))


def failed(login: str, number: int) -> None:
    """A try has failed; the one that locks is recorded, where the login is somebody's."""
    everywhere = ANYWHERE.take(*_login(login))
    if number == HERE.most or everywhere == ANYWHERE.most:
        user = User.objects.filter(login=login, kind=User.OFFICER).first()
        if user is not None:
            note(user, "password")


def passed(login: str, address: str) -> None:
    HERE.forget(*_login(login), address)


def note(user: User, what: str) -> None:
    """A lock has begun: recorded, and shown to the administrators."""
    _LOCKED.take(user.login.lower())
    lock_out(user=user, what=what, now=now())


def is_locked(user: User) -> bool:
    """Whether a lock began within the hour and no administrator has ended it."""
    return _LOCKED.used_up(user.login.lower())


def end(user: User) -> None:
    """Every count of the officer's begins anew, at every address."""
    login = user.login.lower()
    cache.set(_ROUNDS.key(login), _round(login) + 1, _ROUNDS.seconds)
    for tries in (CODES, PROOFS):
        tries.forget(str(user.pk))
    _LOCKED.forget(login)


def _login(login: str) -> tuple[str, str]:
    """What a login's tries are counted under: an administrator who ends a lock begins a new round of counts."""
    return login.lower(), str(_round(login.lower()))


def _round(login: str) -> int:
    return int(cache.get(_ROUNDS.key(login), 0))
