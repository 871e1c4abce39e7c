"""A test client signed in as an actor, as the sign-in pages leave it; and an officer's second factor for the tests."""

from datetime import datetime

from django.test import Client
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from casework.models import SecondFactor
from casework.sealing import new_key, seal
from casework.second_factor import code_at, confirmed, stamp, step_of
from flows.officers import district_of
from web.acting import SESSION_KEY, key_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CONFIRMED = datetime(2026, 11, 2, 9, 0, tzinfo=timezone.get_default_timezone())


def factor_of(user: User) -> SecondFactor:
    """The officer's second factor, set up with SECRET unless it is there."""
    found = confirmed(user)
    if found is None:
        key = new_key("officer", district_of(user))
        found, _ = SecondFactor.objects.update_or_create(
            user=user,
            defaults={
                "district_id": key.district_id, "key": key, "secret": seal(key, SECRET), "confirmed_at": CONFIRMED,
                "last_step": 0, "recovery": [],
            },
        )  # fmt: skip
    return found


def code(late: int = 0, secret: str = SECRET) -> str:
    """What the phone shows now, or so many steps later."""
    return code_at(secret, step_of(timezone.now()) + late)


def signed_in(by: Actor) -> Client:
    """The client of an officer acting in their post, or of an applicant acting for a person."""
    client = Client()
    assert by.user is not None
    client.force_login(by.user, backend="web.accounts.Accounts")
    session = client.session
    session["proved_at"] = timezone.now().isoformat()
    if by.post is not None:
        confirmed_at = factor_of(by.user).confirmed_at
        assert confirmed_at is not None
        session["post"], session["factor"] = by.post.pk, stamp(confirmed_at)
        session["seen"] = timezone.now().timestamp()
    if by.on_behalf_of is not None:
        session[SESSION_KEY] = key_of(by.on_behalf_of)
    session.save()
    return client
