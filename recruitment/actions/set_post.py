"""Write a reserved post of a round (专项岗位), or change it, before the posts are published."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from accounts.models import Department
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotThere
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import Round, RoundPost, RoundUnit

SPEC = access.register_action(ActionSpec("set_post", needs="any_case", holder="round_leaders"))
LONGEST: Final = {"title": 80, "title_en": 120, "conditions": 2000, "place": 120, "accommodations": 200}


@dataclass(frozen=True)
class PostWish:
    """What a post says; `town_id` is asked for a community worker's alone."""

    unit_id: int
    title: str
    title_en: str
    vacancies: int
    conditions: str
    place: str
    opens_on: date | None
    closes_on: date | None
    accommodations: str = ""
    town_id: int | None = None


def set_post(*, round_id: int, wish: PostWish, by: Actor, now: datetime, post_id: int | None = None) -> RoundPost:
    """A new post of the round, or the changed one. Raises NotThere, NotAllowed, AlreadyDone, Invalid."""
    with transaction.atomic():
        one = locked_round(round_id, by, "set_post", now)
        if one.published_at is not None:
            raise AlreadyDone("round_published")
        post = _post(one, post_id)
        unit = RoundUnit.objects.filter(pk=wish.unit_id, round=one).first()
        town = _department(one, wish)
        _check(wish, unit, town, post, localdate(now))
        assert unit is not None
        assert town is not None
        post.unit, post.department = unit, town
        for name in (*LONGEST, "vacancies", "opens_on", "closes_on"):
            value = getattr(wish, name)
            setattr(post, name, value.strip() if isinstance(value, str) else value)
        post.save()
        write_on(
            one, "round_post_set", by, now,
            details={"post": post.code, "unit": unit.name, "vacancies": post.vacancies, "new": post_id is None},
        )  # fmt: skip
        return post


def _post(one: Round, post_id: int | None) -> RoundPost:
    """The post of the round, or a new one with the next number. Raises NotThere."""
    if post_id is None:
        return RoundPost(district_id=one.district_id, round=one, code=f"{one.shown}-{one.posts.count() + 1:02d}")
    found = RoundPost.objects.filter(pk=post_id, round=one).first()
    if found is None:
        raise NotThere
    return found


def _department(one: Round, wish: PostWish) -> Department | None:
    """Where whoever is appointed starts: the town-level office, or the leading department."""
    if one.kind != "community_worker":
        return one.department
    towns = Department.objects.filter(district_id=one.district_id, kind=Department.TOWN)
    return towns.filter(pk=wish.town_id or 0).first()


def _check(wish: PostWish, unit: RoundUnit | None, town: Department | None, post: RoundPost, today: date) -> None:
    """Every mistake at its field. Raises Invalid."""
    wrong: dict[str, T] = {}
    for name, words in _NEEDED.items():
        if not getattr(wish, name).strip():
            wrong[name] = words
    for name, most in LONGEST.items():
        if len(getattr(wish, name)) > most:
            wrong[name] = T("最多写 {most} 个字。", "At most {most} characters.").fill(most=most)
    if town is None:
        wrong["town"] = T("请选在哪个镇或街道上班。", "Please choose the town-level office.")
    if unit is None:
        wrong["unit"] = T("请选招录单位。", "Please choose the recruiting unit.")
    else:
        wrong |= _number(wish, unit, post)
    if wrong := wrong | _window(wish, today):
        raise Invalid(**wrong)


def _number(wish: PostWish, unit: RoundUnit, post: RoundPost) -> dict[str, T]:
    others = sum(unit.posts.exclude(pk=post.pk).values_list("vacancies", flat=True))
    if wish.vacancies < 1:
        return {"vacancies": T("人数最少是 1。", "The number is 1 at least.")}
    if wish.vacancies + others > unit.reserved:
        words = T(
            "这个单位的专项名额是 {n}，别的岗位用了 {used}。",
            "This unit has {n} reserved posts; other posts use {used}.",
        )
        return {"vacancies": words.fill(n=unit.reserved, used=others)}
    return {}


def _window(wish: PostWish, today: date) -> dict[str, T]:
    if wish.opens_on is None:
        return {"opens_on": T("请写哪天开始报名。", "Please give the first day for applications.")}
    if wish.closes_on is None or wish.closes_on < max(wish.opens_on, today):
        return {
            "closes_on": T(
                "最后一天不能早过第一天，也不能是过去的日子。",
                "The last day is not before the first, nor in the past.",
            )
        }
    if wish.closes_on - wish.opens_on > timedelta(days=366):
        return {"closes_on": T("报名最长一年。请再看一下日期。", "At most one year. Please check the days.")}
    return {}


_NEEDED: Final = {
    "title": T("请写岗位名称。", "Please give the title."),
    "conditions": T("请写要什么条件。", "Please give the conditions."),
    "place": T("请写在哪里上班。", "Please say where the work is."),
}
