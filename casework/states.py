"""The states of a case and every move between them, in one table.

A trigger made from `MOVES` (see `trigger_sql`) refuses every other move in the database. `next_state` derives the state
after an event from the kind of step that comes next; nothing else decides a state.
"""

from typing import Final

SUBMITTED, IN_REVIEW, CORRECTION, SUSPENDED = "submitted", "in_review", "correction", "suspended"
APPROVED, PUBLICITY, PAYING, CLOSED = "approved", "publicity", "paying", "closed"
STATES: Final = (SUBMITTED, IN_REVIEW, CORRECTION, SUSPENDED, APPROVED, PUBLICITY, PAYING, CLOSED)
OPEN: Final = STATES[:-1]

OUTCOMES: Final = (
    "granted", "refused", "withdrawn", "not_accepted", "lapsed", "recorded", "completed", "founded", "unfounded",
)  # fmt: skip

STATE_BEFORE: Final = "state_before"  # stands for the state that the case had before it was stopped

_AFTER_DECISION: Final = (PUBLICITY, APPROVED, PAYING, CLOSED)

MOVES: Final[dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]] = {
    "accepted": (((SUBMITTED,), (IN_REVIEW,)),),
    "not_accepted": (((SUBMITTED,), (CLOSED,)),),
    "agreed": (((IN_REVIEW,), (IN_REVIEW,)),),
    "advised_against": (((IN_REVIEW,), (IN_REVIEW,)),),
    "returned": (((IN_REVIEW,), (IN_REVIEW,)), ((APPROVED,), (APPROVED,))),
    "refused": (((IN_REVIEW,), (CLOSED,)),),
    "granted": (((IN_REVIEW,), _AFTER_DECISION),),
    "correction_requested": (((SUBMITTED, IN_REVIEW), (CORRECTION,)),),
    "resubmitted": (((CORRECTION,), (STATE_BEFORE,)),),
    "correction_expired": (((CORRECTION,), (STATE_BEFORE,)),),
    "lapsed": (((SUBMITTED, IN_REVIEW), (CLOSED,)),),
    "withdrawn": (((SUBMITTED, IN_REVIEW, CORRECTION, SUSPENDED), (CLOSED,)),),
    "notice_ended": (((PUBLICITY,), (APPROVED, PAYING, CLOSED)),),
    "objection_upheld": (((PUBLICITY,), (IN_REVIEW,)),),
    "assigned": (((APPROVED,), (APPROVED,)),),
    "confirmed": (((APPROVED,), (APPROVED, PAYING, CLOSED)), ((IN_REVIEW,), (IN_REVIEW,))),
    "contradicted": (((APPROVED,), (APPROVED,)), ((IN_REVIEW,), (IN_REVIEW,))),
    "paid": (((PAYING,), (CLOSED,)),),
    "repaid": (((PAYING,), (CLOSED,)),),
    "nothing_due": (((PAYING,), (CLOSED,)),),
    "waived": (((PAYING,), (CLOSED,)),),
    "payment_lapsed": (((PAYING,), (CLOSED,)),),
    "suspended": ((OPEN, (SUSPENDED,)),),
    "resumed": (((SUSPENDED,), (STATE_BEFORE,)),),
    "reopened": (((CLOSED,), (IN_REVIEW,)),),
    "inspected": (((IN_REVIEW,), (IN_REVIEW,)),),
    "delivered": (((IN_REVIEW,), (IN_REVIEW,)), ((APPROVED,), (APPROVED, PAYING, CLOSED))),
    "retracted": (((IN_REVIEW,), (IN_REVIEW,)), ((APPROVED,), (APPROVED,))),
    "post_declined": (((PUBLICITY, APPROVED), (CLOSED,)),),
    "chain_changed": tuple(((one,), (one,)) for one in (SUBMITTED, IN_REVIEW, APPROVED, PAYING)),
}

STOPS: Final = {"correction_requested": CORRECTION, "suspended": SUSPENDED}
CLOSES: Final = {
    "not_accepted": "not_accepted", "refused": "refused", "lapsed": "lapsed", "withdrawn": "withdrawn",
    "post_declined": "withdrawn",
}  # fmt: skip
# After the decision the kind of the step that opens says the state; before it, these leave a case in review.
_GO_ON: Final = ("notice_ended", "confirmed", "delivered", "paid", "repaid", "nothing_due")
_GIVEN_UP: Final = ("waived", "payment_lapsed")  # the decision stands, its sum is not paid
_BY_NEXT_STEP: Final = {"publicity": PUBLICITY, "payment": PAYING, None: CLOSED}


class MoveNotListed(Exception):
    """The table has no such move: a mistake of the code, refused before the database refuses it."""


def allowed(old: str, event: str, new: str, before: str = "") -> bool:
    """Whether the table lists the move; `before` is the state that the case had before it was stopped."""
    for froms, tos in MOVES.get(event, ()):
        if old in froms and (new in tos or (STATE_BEFORE in tos and new == before)):
            return True
    return False


def next_state(old: str, event: str, *, next_kind: str | None, before: str = "") -> str:
    """The state after `event`; `next_kind` is the kind of the step that opens, None where the chain ends."""
    if event in CLOSES or event in _GIVEN_UP:
        new = CLOSED
    elif event in STOPS:
        new = STOPS[event]
    elif event in ("resubmitted", "correction_expired", "resumed"):
        new = before
    elif event in ("accepted", "objection_upheld", "reopened"):
        new = IN_REVIEW
    elif event in _GO_ON and old != IN_REVIEW or event == "granted":
        new = _BY_NEXT_STEP.get(next_kind, APPROVED)
    else:
        new = old
    if not allowed(old, event, new, before):
        raise MoveNotListed(old, event, new)
    return new


def rows() -> list[tuple[str, str, str]]:
    """The table flat: (from, event, to), in a fixed order."""
    return sorted({(a, event, b) for event, pairs in MOVES.items() for froms, tos in pairs for a in froms for b in tos})


def trigger_sql() -> str:
    """The trigger on casework_case that refuses every move not listed, and every beginning but `submitted`."""
    listed = ",\n      ".join(f"('{a}','{event}','{b}')" for a, event, b in rows())
    return f"""
CREATE OR REPLACE FUNCTION casework_case_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'submitted' OR NEW.last_event <> 'submitted' THEN
      RAISE EXCEPTION 'a case begins as submitted, not as % by %', NEW.state, NEW.last_event
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state = OLD.state AND NEW.last_event = OLD.last_event THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM (VALUES
      {listed}
    ) AS move(old_state, event, new_state)
    WHERE old_state = OLD.state AND event = NEW.last_event
      AND (new_state = NEW.state OR (new_state = '{STATE_BEFORE}' AND NEW.state = OLD.state_before))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'no such move of a case: % by % to %', OLD.state, NEW.last_event, NEW.state
    USING ERRCODE = 'check_violation';
END $$;
DROP TRIGGER IF EXISTS casework_case_moves ON casework_case;
CREATE TRIGGER casework_case_moves BEFORE INSERT OR UPDATE OF state, last_event ON casework_case
  FOR EACH ROW EXECUTE FUNCTION casework_case_moves();
"""


def outcome_of(event: str) -> str:
    """The outcome that an event closes or decides a case with, unless its step says another; empty for none."""
    return CLOSES.get(event, "granted" if event == "granted" else "")
