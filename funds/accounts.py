"""Bank accounts (收款账户): read leniently, checked by the Luhn rule, shown masked."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from casework.models import Case
from casework.sealing import unseal
from casework.statements import Asked, given
from funds.models import Payee
from policy import T

SHORTEST, LONGEST = 12, 19
LENGTH = T(
    "账号是 {least} 到 {most} 位数字。请照着卡或者存折再看一遍。",
    "An account number has {least} to {most} digits. Please check it against the card or passbook.",
).fill(least=SHORTEST, most=LONGEST)
DIGITS = T("账号里只能有数字和空格。", "An account number has only digits and spaces.")
CHECKSUM = T(
    "账号有一位写错了，或者两位写反了。请照着卡再看一遍。",
    "A digit of the account number is wrong, or two are swapped. Please check it against the card.",
)


class BadAccount(ValueError):
    """No account number; `reason` says what to do."""

    def __init__(self, reason: T) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Account:
    """An account as read: the number's digits, whose it is, and the bank."""

    number: str
    holder: str
    bank: str

    @property
    def masked(self) -> str:
        return masked(self.number)


def read_number(typed: str) -> str:
    """The digits of a number typed with spaces, hyphens or full width. Raises BadAccount, never quoting the number."""
    compact = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    if not compact.isascii() or not compact.isdigit():
        raise BadAccount(DIGITS if compact else LENGTH)
    if not SHORTEST <= len(compact) <= LONGEST:
        raise BadAccount(LENGTH)
    if not luhn(compact):
        raise BadAccount(CHECKSUM)
    return compact


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the rest (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        n = int(digit) * (1 + place % 2)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def masked(number: str) -> str:
    return f"**** {number[-4:]}"


def tail(case: Case, payee: Payee | None) -> str:
    """The last four digits, as a letter names the account; empty where there is none."""
    return opened(case, payee).number[-4:] if payee is not None else ""


def newest(case: Case) -> Payee | None:
    """The account that stands."""
    return NEWEST.first(case=case.pk)


NEWEST: Final = Asked(lambda: Payee.objects.filter(case=given("case")).order_by("-pk")[:1])


def opened(case: Case, payee: Payee) -> Account:
    """The account in clear; the caller shows the number masked, or records that somebody saw it."""
    return Account(unseal(case.key, payee.number), unseal(case.key, payee.holder), unseal(case.key, payee.bank))
