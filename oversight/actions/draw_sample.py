"""A supervisor draws a sample (抽查) of decided cases; once drawn, it stays as it is."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from casework.references import shown
from flows.actions.comment import AT_ONCE
from flows.errors import Invalid
from oversight.drawing import digest_of, draw, frame_of
from oversight.guarding import allowed, next_number
from oversight.models import Sample, SampleCase
from oversight.samples import Decided, decided
from policy import T

SPEC = access.register_action(ActionSpec("draw_sample", needs="any_case", holder="supervisors"))
LARGEST: Final = 200  # a sample of more is checked by nobody
LARGEST_FRAME: Final = 100_000


@dataclass(frozen=True)
class Wish:
    """Which decided cases, and how many of them; without a measure or a department: of all."""

    since: date
    until: date
    size: int
    measure: str = ""
    department_id: int | None = None


def draw_sample(*, wish: Wish, by: Actor, now: datetime) -> Sample:
    """The sample, drawn with a new seed that nobody chose. Fewer cases than asked for: all of them. The same again at once
    is the one that is there. Raises NotAllowed; Invalid for a period or a size that can't be, and where no case was
    decided."""
    post = allowed(by, "draw_sample", now)
    _check(wish, localdate(now))
    with transaction.atomic():
        found = {
            shown(one.reference): one
            for one in decided(post.district_id, wish.since, wish.until, wish.measure, wish.department_id)
        }
        if not found:
            raise Invalid(until=T("这段时间里没有这样的决定。", "No such case was decided in this time."))
        if len(found) > LARGEST_FRAME:
            raise Invalid(
                until=T(
                    "这段时间里的决定太多，请分开抽。",
                    "Too many cases were decided in this time; please draw in parts.",
                )
            )
        year, seed, frame = localdate(now).year, secrets.token_hex(16), frame_of(found)
        number = next_number(post.district_id, year)  # whoever pressed twice waits here for their first draw
        if (just := _just_drawn(wish, frame, by, now)) is not None:
            return just
        picked = draw(seed, found, wish.size)
        assert by.user is not None
        made = Sample.objects.create(
            district_id=post.district_id, year=year, number=number,
            since=wish.since, until=wish.until, measure=wish.measure, department_id=wish.department_id,
            size=len(picked), seed=seed, frame=frame, frame_size=len(found), frame_digest=digest_of(frame),
            drawn_by=by.user, drawn_as=post, drawn_at=now,
        )  # fmt: skip
        _keep(made, [found[one] for one in picked])
        write_on(
            made, "sample_drawn", by, now,
            details={
                "since": wish.since.isoformat(), "until": wish.until.isoformat(), "measure": wish.measure,
                "department": wish.department_id, "seed": seed, "frame": made.frame_digest, "of": len(found),
                "drawn": picked,
            },
        )  # fmt: skip
        return made


def _just_drawn(wish: Wish, frame: str, by: Actor, now: datetime) -> Sample | None:
    """The sample that the same person has drawn with the same wish a moment ago."""
    asked = {
        "since": wish.since, "until": wish.until, "measure": wish.measure, "department_id": wish.department_id,
        "frame_digest": digest_of(frame), "drawn_by": by.user_id,
    }  # fmt: skip
    last = Sample.objects.filter(**asked, drawn_at__gt=now - AT_ONCE).order_by("-pk").first()
    return last if last is not None and last.size == min(wish.size, last.frame_size) else None


def _check(wish: Wish, today: date) -> None:
    if wish.until < wish.since:
        raise Invalid(until=T("最后一天在第一天前面。", "The last day is before the first."))
    if wish.until > today:
        raise Invalid(until=T("最后一天还没有到。", "The last day has not come yet."))
    if not 1 <= wish.size <= LARGEST:
        raise Invalid(
            size=T("请写 1 到 {most} 之间的数。", "Please give a number from 1 to {most}.").fill(most=LARGEST)
        )


def _keep(made: Sample, picked: Iterable[Decided]) -> None:
    SampleCase.objects.bulk_create(
        SampleCase(
            district_id=made.district_id, sample=made, case_id=one.case_id, department_id=one.department_id, place=place
        )
        for place, one in enumerate(picked, 1)
    )
