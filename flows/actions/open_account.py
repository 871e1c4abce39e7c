"""An administrator opens an officer's account with a first post, hands over a password, and closes an account (账号)."""

import re
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, Post, User
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.actions.appoint import appoint, end_post
from flows.errors import AlreadyDone, Invalid
from flows.officers import district_of, officer_for
from policy import T

GIVE = access.register_action(ActionSpec("give_password", needs="any_case", holder="administrators", proof=True))
CLOSE = access.register_action(ActionSpec("close_account", needs="any_case", holder="administrators", proof=True))
_LOGIN = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for another


def open_account(
    *, login: str, name: str, department: Department, role: str, since: date, by: Actor, now: datetime
) -> tuple[User, str]:
    """The account (工号 `login`, 3–40 of a–z, 0–9 and hyphens) with its first post, and the password to hand over once.

    Raises what `appoint` raises, and Invalid(login=…, name=…).
    """
    wrong = {}
    if not _LOGIN.fullmatch(login):
        wrong["login"] = T(
            "工号用 3 到 40 个小写字母、数字或者短横线。",
            "A work number has 3 to 40 lower-case letters, digits or hyphens.",
        )
    elif User.objects.filter(login=login).exists():
        wrong["login"] = T("这个工号已经有人用了。", "This work number is taken.")
    if not name.strip():
        wrong["name"] = T("请写姓名。", "Please give the name.")
    if wrong:
        raise Invalid(**wrong)
    password = new_password()
    with transaction.atomic():
        user = User.objects.create_officer(login, name.strip()[:60], password)
        user.password_given_at = now
        user.save(update_fields=["password_given_at"])
        appoint(user=user, department=department, role=role, since=since, by=by, now=now)
        write_on(user, "account_opened", by, now, district_id=department.district_id)
    return user, password


def give_password(*, user_id: int, by: Actor, now: datetime) -> str:
    """Another password for an officer who has lost theirs, to hand over once; all their sessions end.

    Raises NotThere, NotAllowed("not_ones_own_account"), ProofNeeded.
    """
    user, password = officer_for(by, "give_password", user_id, now), new_password()
    with transaction.atomic():
        user.set_password(password)
        user.password_given_at = now
        user.save(update_fields=["password", "password_given_at"])
        write_on(user, "password_given", by, now, district_id=district_of(user))
    return password


def close_account(*, user_id: int, by: Actor, now: datetime) -> None:
    """The officer has left: posts end with yesterday, nobody signs in with the account any more. It is never deleted.

    Raises NotThere, NotAllowed("not_ones_own_account"), ProofNeeded, AlreadyDone("account_closed").
    """
    user = officer_for(by, "close_account", user_id, now)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not user.is_active:
            raise AlreadyDone("account_closed")
        yesterday = localdate(now) - timedelta(days=1)
        for post in Post.objects.in_force(localdate(now)).filter(user=user):
            end_post(post=post, until=max(yesterday, post.since), by=by, now=now)
        user.is_active = False
        user.save(update_fields=["is_active"])
        write_on(user, "account_closed", by, now, district_id=district_of(user))


def new_password() -> str:
    """Sixteen letters and digits in four groups, to be read out without mistakes: 79 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
