"""Show the account of a case in clear (查看完整账号): to who pays it, and recorded as a look."""

from datetime import datetime

from django.utils.timezone import localdate

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.models import Case
from flows.actions.look import look
from flows.errors import NotAllowed, NotThere
from funds.accounts import Account, newest, opened

SPEC = access.register_action(ActionSpec("show_account", needs="any_case", holder="payers"))


def show_account(*, case: Case, by: Actor, now: datetime) -> Account:
    """The account that stands. Raises NotAllowed for who does not pay, NotThere where none was given."""
    verdict = access.may(by, "show_account", case=case, on=localdate(now))
    if not verdict:
        raise NotAllowed(verdict.reason)
    payee = newest(case)
    if payee is None:
        raise NotThere
    look(case=case, by=by, now=now, what="number", page="account", detail=payee.pk)
    return opened(case, payee)
