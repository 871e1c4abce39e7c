"""What the actions on officers' accounts share: whose district, which row to lock, and the administrator who may."""

from datetime import datetime

from django.conf import settings
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department, District, Post, Role, User
from casework import access
from casework.models import SecondFactor
from flows.errors import NotAllowed, NotThere, ProofNeeded


def district_of(user: User) -> int:
    """The district in which the officer's newest post is, or was; the installation's first for somebody without any."""
    post = Post.objects.filter(user=user).order_by("-since", "-pk").first()
    return post.district_id if post else District.objects.order_by("pk")[0].pk


def headed_by(by: Actor, now: datetime) -> Department:
    """The department that the actor leads. Raises NotAllowed for anybody but a head in office."""
    if not by.holds_post(localdate(now)) or by.post is None or not by.has_role(Role.HEAD):
        raise NotAllowed("only_the_head")
    return by.post.department


def locked_factor(user: User) -> SecondFactor | None:
    """The officer's second factor, locked until the transaction ends; None where they never had one.

    What is locked is the account's row: two first set-ups have no other yet that they could wait for.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return SecondFactor.objects.select_related("key", "user").filter(user=user).first()


def officer_for(by: Actor, verb: str, user_id: int, now: datetime) -> User:
    """The officer on whose account the administrator acts: one of their own district, never themselves.

    Raises NotAllowed, ProofNeeded, NotThere.
    """
    verdict = access.may(by, verb, on=localdate(now))
    if not verdict or by.post is None:
        raise NotAllowed(verdict.reason)
    user = User.objects.filter(pk=user_id, kind=User.OFFICER).first()
    if user is None or district_of(user) != by.post.district_id:
        raise NotThere
    if user.pk in (by.user_id, by.post.user_id):
        raise NotAllowed("not_ones_own_account")
    if not by.proof_is_fresh(now, settings.PROOF_LASTS_MINUTES):
        raise ProofNeeded
    return user
