"""Give the account to which the money of a case goes (收款账户), and correct it after a bounced payment.

Its applicant does; where an office registered the case for them, an intake officer does, with a paper that they signed.
"""

from datetime import datetime

from accounts.actor import Actor
from casework import access
from casework.access import ActionSpec
from casework.filing import SIGNED_PAPER
from casework.models import Case
from casework.sealing import index, seal, tail_index
from flows import engine, money
from flows.actions.attach import keep_file
from flows.actions.look_up import check_account
from flows.conclude import note
from flows.errors import AlreadyDone, Invalid, NotAllowed
from funds import payables
from funds.accounts import BadAccount, read_number
from funds.models import Payee
from policy import T

SPEC = access.register_action(ActionSpec("give_account", needs="any_case", holder="applicant_or_counter"))
MOST = 80
NO_PAPER = T(
    "请上传申请人签字的纸，上面写着账号。", "Please upload the paper with the account that the applicant signed."
)
DIFFERS = T(
    "银行说，这个账号和户名对不上，或者没有这个账号。现在什么都没有存。请照着卡或者存折再看一遍；没有写错的，勾上这一项，再存一次。",
    "The bank says that this account and this name do not belong together, or that there is no such account. Nothing was "
    "kept. Please check the card or passbook; if it is right, tick this and send it again.",
)


def give_checked_account(
    *, case_id: int, by: Actor, now: datetime, number: str, holder: str, bank: str, insists: bool = False,
    paper: tuple[str, bytes] | None = None,
) -> Payee:  # fmt: skip
    """The same, after the bank was asked whether account and holder belong together. Where it says no, the giver is asked
    once more (Invalid at `sure`) and may insist: what the bank said is kept for whoever pays.

    Must not be called inside a transaction: raises RuntimeError.
    """
    digits = checked(number, holder, bank)
    case = Case.objects.select_related("person__key", "organisation__key").get(pk=case_id)
    told = check_account(case=case, number=digits, holder=holder, by=by, now=now)
    if told == "differs" and not insists:
        raise Invalid(sure=DIFFERS)
    return give_account(
        case_id=case_id, by=by, now=now, number=number, holder=holder, bank=bank, told=told, paper=paper
    )


def give_account(
    *, case_id: int, by: Actor, now: datetime, number: str, holder: str, bank: str, told: str = "",
    paper: tuple[str, bytes] | None = None,
) -> Payee:  # fmt: skip
    """The account stands from now on; what waited for it is due. What is at the bank goes to the former one.

    `told` is what the bank said of it, `paper` the name and the bytes of what the applicant signed for an officer.
    Raises Invalid with the mistakes, `casework.evidence.BadFile`, NotAllowed where the case pays nothing, AlreadyDone
    where nothing is owed any more.
    """
    with engine.at_work(case_id=case_id, by=by, verb="give_account", now=now) as work:
        case = work.case
        if not money.pays(engine.chain_of(case)):
            raise NotAllowed("nothing_owed")
        owed = payables.locked(case)
        if not case.is_open and not owed:
            raise AlreadyDone("case_closed")
        digits = checked(number, holder, bank)
        if by.is_officer and paper is None:
            raise Invalid(paper=NO_PAPER)
        made = Payee.objects.create(
            district_id=case.district_id, case=case, number=seal(case.key, digits), number_index=index(digits),
            number_tail_index=tail_index(digits), holder=seal(case.key, holder.strip()),
            bank=seal(case.key, bank.strip()), checked=told,
            paper=keep_file(case, SIGNED_PAPER, *paper, by=by, now=now)[0] if paper else None, given_by_id=by.user_id, given_at=now,
        )  # fmt: skip
        payables.account_given(owed)
        note(work, "account_given", details={"payee": made.pk, "bank": told}, sealed={"account": digits})
        return made


def checked(number: str, holder: str, bank: str) -> str:
    """The digits of the number. Raises Invalid with the mistakes."""
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
