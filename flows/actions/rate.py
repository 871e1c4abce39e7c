"""How did it go (好差评): the applicant is asked once after the decision, answers in five levels, and may change it.

Neither the level nor the words stand in clear in the record: officers read the case's history, and whoever signed is not
to see who said what. Supervision reads both (`oversight/satisfaction.py`).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.actor import Actor
from casework import access, deadlines, states
from casework.access import ActionSpec
from casework.models import Action, Case, Letter, Rating, Task
from casework.outbox import to_applicant
from casework.sealing import seal
from flows import engine
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from policy import T

ASK = access.register_action(ActionSpec("ask_rating", needs="any_case", holder="clock"))
RATE = access.register_action(ActionSpec("rate", needs="any_case", holder="applicant"))
LEVELS: Final = (5, 4, 3, 2, 1)
LONGEST = 1000
LOOK_BACK = timedelta(days=3)  # so that a sweep that did not run for a weekend misses nothing
# What offices ask of somebody is no service to them; and whoever withdrew got no decision.
_NOT_ASKED_OF: Final = ("rectification", "reclaim")
_ENDINGS: Final = tuple(
    event for event, pairs in states.MOVES.items() if any(states.CLOSED in tos for _, tos in pairs)
)  # fmt: skip


def to_ask(now: datetime) -> QuerySet[Case]:
    """The cases that were decided, or ended, within the last days and whose applicant was not asked yet: the letter that
    decides is served, or there is none and the case is closed."""
    recent = Action.objects.filter(event__in=("served", *_ENDINGS), at__gte=now - LOOK_BACK, subject_kind="case")
    letters = Letter.objects.decisions().filter(case=OuterRef("pk"), void_at=None)
    return (
        Case.objects.filter(pk__in=recent.values("subject_id"), rating=None)
        .filter(Q(person__isnull=False) | Q(organisation__isnull=False))
        .exclude(outcome="withdrawn")
        .exclude(measure__in=_NOT_ASKED_OF)
        .exclude(Exists(letters.filter(service=None)))
        .filter(Q(state=states.CLOSED) | Exists(letters))
        .order_by("pk")
    )


def ask_rating(*, case_id: int, by: Actor, now: datetime) -> Rating:
    """Ask the applicant, by a message and on the page of the case. Raises AlreadyDone where they were asked before."""
    with engine.at_work(case_id=case_id, by=by, verb="ask_rating", now=now) as work:
        if Rating.objects.filter(case=work.case).exists():
            raise AlreadyDone("not_due")
        if not to_ask(now).filter(pk=work.case.pk).exists():
            raise NotAllowed("rating_not_asked")
        length = deadlines.length_of(work.parameters, "rating", work.today)
        until = deadlines.due_after(work.today, length, work.calendar)
        made = Rating.objects.create(
            district_id=work.case.district_id, case=work.case, asked_at=now, until=until, **_decided_by(work.case)
        )
        note(work, "rating_asked", tell=(to_applicant(work.case, "rating_asked", now, due=until.isoformat()),))
        return made


def rate(*, case_id: int, by: Actor, now: datetime, level: int | None, words: str = "") -> None:
    """The answer, given or changed until its last day; no level means that the question is skipped.

    Raises Invalid, or NotAllowed where nobody asked yet or the time is over.
    """
    with engine.at_work(case_id=case_id, by=by, verb="rate", now=now) as work:
        rating = Rating.objects.filter(case=work.case).first()
        if rating is None:
            raise NotAllowed("rating_not_asked")
        if work.today > rating.until:
            raise NotAllowed("rating_over")
        if level is not None and level not in LEVELS:
            raise Invalid(level=T("请选一个。", "Please choose one."))
        words = words.strip() if level is not None else ""
        if len(words) > LONGEST:
            raise Invalid(words=T("最多 {n} 个字。", "At most {n} characters.").fill(n=LONGEST))
        rating.level, rating.answered_at = level, now
        rating.words = seal(work.case.key, words) if words else None
        rating.save(update_fields=["level", "words", "answered_at"])
        note(work, "rated", sealed={"level": str(level or ""), "words": words})


def _decided_by(case: Case) -> dict[str, Any]:
    """The department and the step that decided; where none did, those that had it last."""
    held = Task.objects.filter(process=case, finished__isnull=False, department__isnull=False).order_by("-pk")
    task = held.filter(outcome__in=("granted", "refused")).first() or held.first()
    return {"department_id": task.department_id, "step": task.step_name} if task is not None else {}
