"""Enter scores (录分): one person, then another by themselves; where they differ, a third settles it with a reason (核定)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.record import write_on
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from policy import T
from recruitment.guarding import locked_round
from recruitment.models import Round, RoundApplication, ScoreEntry
from recruitment.queries import entries_of, kept_away
from recruitment.rules import FULL_MARKS, PARTS, why_not_enter

SPEC = access.register_action(ActionSpec("enter_scores", needs="any_case", holder="round_leaders"))
WRONG_SCORE = T(
    "请写 0 到 100 的分数，最多两位小数；没有来考的写“缺考”。",
    "A score from 0 to 100, two decimals at most; for who did not come, write “absent”.",
)
NO_REASON = T(
    "两遍录得不一样，请写明为什么核定成这个分数。",
    "The two entries differ: please say why the score is settled like this.",
)
LONGEST = 500  # characters of a reason


def enter_scores(
    *, round_id: int, part: str, values: Mapping[int, Decimal | None], by: Actor, now: datetime,
    reasons: Mapping[int, str] | None = None,
) -> int:  # fmt: skip
    """The scores of these applications in this part of the examination (no value: absent); how many were entered.

    The first entry, or the second by another person; where those two differ, a third by somebody else settles it, with a
    reason that is recorded, sealed, with all three. All or nothing: a score that is sure already, or that the actor
    entered before, refuses all; so does an examination that is still to come.
    Raises NotThere, NotAllowed, AlreadyDone, Invalid (a wrong score under its application, `a<key>`; a missing reason
    under `r<key>`).
    """
    try:
        with transaction.atomic():
            one = _round(round_id, part, by, now)
            rows = _rows(one, values)
            wrong = {f"a{key}": WRONG_SCORE for key, value in values.items() if not _is_score(value)}
            if wrong:
                raise Invalid(**wrong)
            _not_kept_from(by, rows)
            made = [_entry(rows[key], part, value, by, now) for key, value in values.items()]
            why = _reasons(made, reasons or {})
            if not made:
                raise Invalid(scores=T("请至少写一个分数。", "Please write one score at least."))
            ScoreEntry.objects.bulk_create(made)
            _record(one, part, made, why, by, now)
            return len(made)
    except IntegrityError as error:  # the other person in the same moment
        raise AlreadyDone("score_entered_by_you") from error


def _reasons(made: list[ScoreEntry], given: Mapping[int, str]) -> dict[int, str]:
    """Why each difference is settled as it is, by application. Raises Invalid."""
    why = {entry.application_id: given.get(entry.application_id, "").strip() for entry in made if entry.turn == 3}
    if missing := {f"r{key}": NO_REASON for key, said in why.items() if not said or len(said) > LONGEST}:
        raise Invalid(**missing)
    return why


def _record(one: Round, part: str, made: list[ScoreEntry], why: Mapping[int, str], by: Actor, now: datetime) -> None:
    """How many were entered; of each that settled a difference, all three values and why, sealed under the candidate's
    key."""
    for turn in (1, 2):
        if count := sum(entry.turn == turn for entry in made):
            write_on(one, "scores_entered", by, now, details={"part": part, "turn": turn, "count": count})
    for entry in made:
        if entry.turn == 3:
            row = entry.application
            said = {f"turn_{each.turn}": _said(each.value) for each in entries_of(row, part)} | {
                "turn_3": _said(entry.value), "reason": why[row.pk],
            }  # fmt: skip
            write_on(
                one, "score_settled", by, now, details={"part": part, "application": row.pk}, sealed=said,
                key=row.case.key,
            )  # fmt: skip


def _not_kept_from(by: Actor, rows: Mapping[int, RoundApplication]) -> None:
    kept = kept_away(by, [row.case for row in rows.values()])
    if kept:
        raise NotAllowed(next(iter(kept.values())))


def _round(round_id: int, part: str, by: Actor, now: datetime) -> Round:
    one = locked_round(round_id, by, "enter_scores", now)
    if part not in PARTS:
        raise NotThere
    if one.results_at is not None:
        raise AlreadyDone("results_out")
    if not one.is_examined(now):
        raise NotAllowed("exam_to_come")
    return one


def _rows(one: Round, values: Mapping[int, Decimal | None]) -> dict[int, RoundApplication]:
    rows = one.applications.filter(pk__in=list(values), seat__isnull=False)
    rows = rows.select_related("case__person__key").prefetch_related("scores__acted_as")
    found = {row.pk: row for row in rows}
    if set(values) - set(found):
        raise NotAllowed("no_seats")
    return found


def _entry(row: RoundApplication, part: str, value: Decimal | None, by: Actor, now: datetime) -> ScoreEntry:
    entries = entries_of(row, part)
    if reason := why_not_enter(entries, by.hands):
        raise NotAllowed(reason)
    assert by.post is not None
    return ScoreEntry(
        district_id=row.district_id, application=row, part=part, turn=len(entries) + 1, value=value, by_id=by.user_id,
        acted_as=by.post, at=now,
    )  # fmt: skip


def _is_score(value: Decimal | None) -> bool:
    return value is None or (
        value.is_finite() and 0 <= value <= FULL_MARKS and value == value.quantize(Decimal("0.01"))
    )


def _said(value: Decimal | None) -> str:
    return "absent" if value is None else f"{value:.2f}"
