"""Registers (登记系统) of other offices: what each is asked, what it answers, and how its answer becomes facts.

A fact of a measure names its register as its `source` (`policy/facts.py`); a measure needs nothing else. How they are
asked stands in `client.py`, who asks and what is kept in `flows/actions/look_up.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings

from policy import FormError, T
from policy.facts import Bool, Choice, Date, Month, Option, Text

Facts = dict[str, Any]
_YES, _DAY, _MONTH = Bool(), Date(), Month()
_NUMBER = Text(max_length=24)
_GENDER = Choice((Option("male", T("男", "Male")), Option("female", T("女", "Female"))))
_KIND = Choice(tuple(Option(one, T(one, one)) for one in "1234567"))
_LEVEL = Choice(tuple(Option(one, T(one, one)) for one in "1234"))
MOST_MONTHS: Final = 240


@dataclass(frozen=True)
class Register:
    """One register. `asks` and `answers` say what goes out and what comes back; `path` follows its base address.

    `read` checks an answer and gives it back with nothing that was not expected; raises FormError. `facts` are the
    answers to questions of our forms that it gives on a day. `idempotent`: asking twice is asking once.
    """

    code: str
    title: T
    asks: T
    answers: T
    path: str
    read: Callable[[Mapping[str, Any]], Facts]
    facts: Callable[[Facts, date], Facts] = lambda answer, on: {}
    idempotent: bool = True

    @property
    def url(self) -> str:
        """Its base address; empty where this installation is not connected to it."""
        return str(settings.REGISTERS.get(self.code, ""))

    @property
    def is_connected(self) -> bool:
        return bool(self.url)


def _identity(said: Mapping[str, Any]) -> Facts:
    return {
        "birth_date": _told(_DAY, said, "birth_date"),
        "gender": _told(_GENDER, said, "gender"),
        "district_resident": _told(_YES, said, "district_resident"),
    }


def _certificate(said: Mapping[str, Any]) -> Facts:
    return {
        "number": _told(_NUMBER, said, "number"), "kind": _told(_KIND, said, "kind"),
        "level": _told(_LEVEL, said, "level"),
        "valid_until": None if said.get("valid_until") is None else _told(_DAY, said, "valid_until"),
    }  # fmt: skip


def _insurance(said: Mapping[str, Any]) -> Facts:
    months = said.get("months")
    if not isinstance(months, list) or len(months) > MOST_MONTHS:
        raise FormError("months", _NOT_AS_AGREED)
    rows = [_month(row, f"months[{number}]") for number, row in enumerate(months)]
    if len({row["month"] for row in rows}) < len(rows):
        raise FormError("months", _NOT_AS_AGREED)
    return {"flexible_employment": _told(_YES, said, "flexible_employment"), "months": rows}


def _month(row: Any, path: str) -> Facts:
    if not isinstance(row, dict):
        raise FormError(path, _NOT_AS_AGREED)
    return {
        "month": _told(_MONTH, row, "month"), "paid_on_time": _told(_YES, row, "paid_on_time"),
        "paid_in_full": _told(_YES, row, "paid_in_full"),
    }  # fmt: skip


def _account(said: Mapping[str, Any]) -> Facts:
    return {"matches": _told(_YES, said, "matches")}


def _told(kind: Any, said: Mapping[str, Any], name: str) -> Any:
    """The JSON value of a field that must be there and of its kind. Raises FormError."""
    value = said.get(name)
    if value is None:
        raise FormError(name, _NOT_AS_AGREED)
    kind.read(value, name)
    return value


_NOT_AS_AGREED = T("回答的格式和约定的不一样。", "The answer is not as agreed.")


def _insured(answer: Facts, on: date) -> Facts:
    return {"flexible_employment_registered": answer["flexible_employment"]}


def _certified(answer: Facts, on: date) -> Facts:
    until = answer["valid_until"]
    return {"certificate_valid": until is None or date.fromisoformat(until) >= on}


IDENTITY = Register(
    "identity", T("人口登记", "Population register"),
    T("身份证号、姓名", "identity number and name"), T("出生日期、性别、户口在不在闵行", "birth date, gender, whether registered in Minhang"),
    "/identity", _identity, lambda answer, on: dict(answer),
)  # fmt: skip
CERTIFICATE = Register(
    "disability_certificate", T("残疾人证登记", "Register of disability certificates"),
    T("身份证号", "identity number"), T("残疾人证的号码、类别、等级、有效期", "number, kind, level and validity of the certificate"),
    "/disability-certificate", _certificate, _certified,
)  # fmt: skip
INSURANCE = Register(
    "social_insurance", T("社会保险登记", "Social insurance register"),
    T("身份证号", "identity number"), T("是不是灵活就业，哪几个月按时足额缴了社保", "whether flexibly employed, and the months paid"),
    "/social-insurance", _insurance, _insured,
)  # fmt: skip
BANK = Register(
    "bank_account", T("银行账户核对", "Check of bank accounts"),
    T("户名、账号", "holder and account number"), T("户名和账号对不对得上", "whether the two belong together"),
    "/bank-account", _account,
)  # fmt: skip

REGISTERS: Final[dict[str, Register]] = {one.code: one for one in (IDENTITY, CERTIFICATE, INSURANCE, BANK)}


def about_a_person(codes: set[str]) -> list[Register]:
    """The connected registers among these that know people by their number."""
    return [one for one in REGISTERS.values() if one.code in codes and one is not BANK and one.is_connected]
