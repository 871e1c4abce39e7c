"""Publish the posts of a round (公布岗位): from then on nobody changes them; their positions are made."""

from datetime import datetime

from django.db import transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.historic import keep
from casework.models import Position
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import PostPosition, RoundPost

SPEC = access.register_action(ActionSpec("publish_round", needs="any_case", holder="round_leaders", proof=True))


def publish_round(*, round_id: int, by: Actor, now: datetime) -> None:
    """Every reserved post is offered, by a post that says what it is. Raises NotThere, NotAllowed, ProofNeeded, AlreadyDone,
    Invalid where a unit's reserved posts are not all written yet."""
    with transaction.atomic():
        one = locked_round(round_id, by, "publish_round", now)
        if one.published_at is not None:
            raise AlreadyDone("round_published")
        posts = list(one.posts.select_related("department"))
        for unit in one.units.all():
            written = sum(post.vacancies for post in posts if post.unit_id == unit.pk)
            if written != unit.reserved:
                words = T(
                    "{unit}的专项名额是 {n}，岗位写了 {written}。请补齐再公布。",
                    "{unit} has {n} reserved posts, of which {written} are written. Please write them all first.",
                )
                raise Invalid(posts=words.fill(unit=unit.name, n=unit.reserved, written=written))
        for post in posts:
            _make_positions(post, by, now)
        one.published_at = now
        one.save(update_fields=["published_at"])
        write_on(
            one, "round_published", by, now,
            details={"posts": len(posts), "vacancies": sum(post.vacancies for post in posts)},
        )  # fmt: skip


def _make_positions(post: RoundPost, by: Actor, now: datetime) -> None:
    for number in range(1, post.vacancies + 1):
        position = Position(
            district_id=post.district_id, code=f"{post.code}-{number}", title=post.title, title_en=post.title_en,
            department_id=post.department_id, accommodations=post.accommodations, is_offered=False,
        )  # fmt: skip
        keep(position, by, "round_published", now)
        PostPosition.objects.create(district_id=post.district_id, post=post, position=position)
