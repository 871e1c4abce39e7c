"""An officer chooses a password of their own (改密码), at the first sign-in or whenever they like."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from casework.record import write_on
from flows.errors import Invalid, NotAllowed
from flows.officers import district_of
from policy import T

LEAST = 12


def choose_password(*, old: str, new: str, by: Actor, now: datetime) -> User:
    """The new password counts from now; every other session of the officer ends. The account, as it is kept.

    Raises Invalid(old=…) where the present one is wrong and Invalid(new=…) where the new one is too short, too common
    or the same.
    """
    if by.user is None or by.kind != "officer":
        raise NotAllowed("no_post")
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=by.user.pk)
        if not user.check_password(old):
            raise Invalid(
                old=T("现在的密码不对。请再输一次。", "Your present password is not right. Please try again.")
            )
        if new == old:
            raise Invalid(new=T("请换一个和现在不一样的。", "Please choose one that differs from the present one."))
        try:
            validate_password(new, user)
        except ValidationError:
            raise Invalid(
                new=T(
                    "至少 {n} 个字符，不能是常见的密码，也不能全是数字。几个不相干的词连起来最好记。",
                    "At least {n} characters, not a common one, not digits alone. A few unrelated words are easy to remember.",
                ).fill(n=LEAST)
            ) from None
        user.set_password(new)
        user.password_given_at = None
        user.save(update_fields=["password", "password_given_at"])
        write_on(user, "password_chosen", by, now, district_id=district_of(user))
        return user
