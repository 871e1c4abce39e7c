"""Interpretation notes (解释, 五4): which are in force, and which touch a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from accounts.models import Role
from casework.models import Interpretation, InterpretationSignature
from policy.conditions import Rule

#: who signs a note, all of them, in the order of the document
SIGNERS = ("federation", "hrss", "civil_affairs")
ROLES = (Role.APPROVER, Role.HEAD)


@dataclass
class Note:
    """A note with its signatures; `in_force_since` is the moment of the last of three."""

    note: Interpretation
    signatures: list[InterpretationSignature]
    is_replaced: bool = False

    @property
    def in_force_since(self) -> datetime | None:
        agreed = [one.at for one in self.signatures if one.agrees]
        return max(agreed) if len(agreed) == len(SIGNERS) else None

    @property
    def is_refused(self) -> bool:
        return any(not one.agrees for one in self.signatures)

    @property
    def is_in_force(self) -> bool:
        return self.in_force_since is not None and not self.is_replaced

    @property
    def waits_for(self) -> list[str]:
        """The departments that have not signed yet; none once one has refused."""
        signed = {one.department.code for one in self.signatures}
        return [] if self.is_refused else [code for code in SIGNERS if code not in signed]


def notes(district_id: int | None = None) -> list[Note]:
    """Every note of the district, or of the only one, the newest first. At most three statements."""
    every = Interpretation.objects.prefetch_related("signatures__department")
    rows = list(every if district_id is None else every.filter(district_id=district_id))
    found = [Note(row, list(row.signatures.all())) for row in rows]
    replaced = {one.note.replaces_id for one in found if one.in_force_since is not None}
    for one in found:
        one.is_replaced = one.note.pk in replaced
    return found


def in_force(district_id: int | None, measure: str) -> list[Note]:
    """The notes in force that touch a measure."""
    return [one for one in notes(district_id) if one.is_in_force and measure in one.note.measures]


def touching(found: Iterable[Note], rule: Rule) -> list[Note]:
    """Those that read the words which a rule rests on."""
    return [
        one
        for one in found
        if one.note.clause == rule.clause
        and (not one.note.quote or one.note.quote in rule.quote or rule.quote in one.note.quote)
    ]


def may_interpret(by: Actor) -> bool:
    """Whether the actor signs notes: an approver or the head of one of the three departments."""
    return by.is_officer and by.has_role(*ROLES) and by.post is not None and by.post.department.code in SIGNERS
