"""Show who reported (举报人), to triage alone; each look is recorded before anything is shown."""

from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Case, Reporter
from casework.sealing import Erased, unseal
from flows.actions.look import look
from flows.errors import NotAllowed, NotThere

SPEC = access.register_action(ActionSpec("show_reporter", needs="any_case", holder="triage"))


@dataclass(frozen=True)
class Identity:
    """What the reporter gave of themselves; empty where they gave nothing, or where it was erased."""

    name: str
    contact: str


def gave_a_name(case: Case) -> bool:
    """Whether there is anything to show: a name or a way to reach them. It tells neither."""
    found = Reporter.objects.select_related("key").filter(case=case).first()
    try:
        return found is not None and any(unseal(found.key, found.who).values())
    except Erased:
        return False


def show_reporter(*, case: Case, by: Actor, now: datetime) -> Identity:
    """Name and contact of whoever reported. Raises NotAllowed, NotThere."""
    if not (verdict := access.may(by, "show_reporter", case=case)):
        raise NotAllowed(verdict.reason)
    found = Reporter.objects.select_related("key").filter(case=case).first()
    if found is None:
        raise NotThere
    look(case=case, by=by, now=now, what="reporter", page="reporter")
    try:
        return Identity(**unseal(found.key, found.who))
    except Erased:
        return Identity("", "")
