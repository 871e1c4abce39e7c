"""Give the account to which the money of a case goes (收款账户), and correct it after a bounced payment."""

from datetime import datetime

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.sealing import index, seal, tail_index
from flows import engine, money
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from funds import payables
from funds.accounts import BadAccount, read_number
from funds.models import Payee
from policy import T

SPEC = access.register_action(ActionSpec("give_account", needs="any_case", holder="applicant"))
MOST = 80


def give_account(*, case_id: int, by: Actor, now: datetime, number: str, holder: str, bank: str) -> Payee:
    """The account stands from now on; what waited for it is due. What is at the bank goes to the former one.

    Raises Invalid with the mistakes, NotAllowed where the case pays nothing, AlreadyDone where nothing is owed any more.
    """
    with engine.at_work(case_id=case_id, by=by, verb="give_account", now=now) as work:
        case = work.case
        if not money.pays(engine.chain_of(case)):
            raise NotAllowed("nothing_owed")
        owed = payables.locked(case)
        if not case.is_open and not owed:
            raise AlreadyDone("case_closed")
        digits = _checked(number, holder, bank)
        made = Payee.objects.create(
            district_id=case.district_id, case=case, number=seal(case.key, digits), number_index=index(digits),
            number_tail_index=tail_index(digits), holder=seal(case.key, holder.strip()),
            bank=seal(case.key, bank.strip()), given_by_id=by.user_id, given_at=now,
        )  # fmt: skip
        payables.account_given(owed)
        note(work, "account_given", details={"payee": made.pk}, sealed={"account": digits})
        return made


def _checked(number: str, holder: str, bank: str) -> str:
    wrong: dict[str, T] = {}
    digits = ""
    try:
        digits = read_number(number)
    except BadAccount as bad:
        wrong["number"] = bad.reason
    if len(holder.strip()) > MOST or not holder.strip()[:1].isalpha():  # no cell of the bank's file is a formula
        wrong["holder"] = T("请写户名，就是卡上或者存折上的名字。", "Please give the name on the card or passbook.")
    if not 2 <= len(bank.strip()) <= MOST or not bank.strip()[:1].isalpha():
        wrong["bank"] = T("请写开户银行，写到支行。", "Please give the bank and its branch.")
    if wrong:
        raise Invalid(**wrong)
    return digits
