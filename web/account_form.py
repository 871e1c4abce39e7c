"""The form of a receiving account (收款账户), for the applicant and for the counter that registered a case for them."""

from collections.abc import Mapping
from typing import Any

from django import forms

from casework.registers import BANK
from flows.actions.give_account import give_checked_account
from flows.engine import chain_of
from flows.money import pays
from funds.accounts import BadAccount, read_number
from funds.figures import sums_of
from funds.models.owed import OPEN
from policy import T
from web.acts import Place, Upload
from web.forms import Ticks
from web.public.controls import text
from web.templatetags.look import say


def may_be_owed(place: Place) -> bool:
    """Whether the case may still want an account."""
    case = place.case
    return pays(chain_of(case)) and (case.is_open or any(one.state in OPEN for one in sums_of(case)))


def account_fields(place: Place) -> dict[str, forms.Field]:
    """Number, holder, bank; sent once, also whether its giver is sure, which is asked where the bank says no."""
    fields: dict[str, forms.Field] = {
        "number": text(
            T("收款账号", "Account number"), T("卡或者存折上的号，12 到 19 位，空格不要紧。", "On the card or passbook, 12 to 19 digits; spaces do not matter."),
            T("请写收款账号。", "Please give the account number."), max_length=40, inputmode="numeric", spellcheck="false",
        ),
        "holder": text(T("户名", "Account holder"), T("和卡上、存折上的名字一样。", "As on the card or passbook."), T("请写户名。", "Please give the holder's name."), max_length=80),
        "bank": text(T("开户银行", "Bank"), T("写到支行，比如：上海银行莘庄支行。", "With its branch."), T("请写开户银行，写到支行。", "Please give the bank and its branch."), size="long", max_length=80),
    }  # fmt: skip
    if place.request.method == "POST" and BANK.is_connected and _is_a_number(place.request.POST.get("number", "")):
        fields["sure"] = forms.MultipleChoiceField(
            label=say(T("银行说对不上的时候", "If the bank says no")), required=False, widget=Ticks(),
            choices=[("yes", say(T("照着卡看过了，就是这个账号和户名", "I have checked the card: this is the account and the name")))],
        )  # fmt: skip
    return fields


def fields_at_the_counter(place: Place) -> Mapping[str, forms.Field]:
    """The same, with the paper that the applicant signed."""
    paper = Upload(
        T("申请人签字的纸", "The paper that the applicant signed"),
        T(
            "请上传申请人签字的纸，上面写着账号。",
            "Please upload the paper with the account that the applicant signed.",
        ),
        T("上面写着账号和户名。PDF、JPG、PNG。", "With the account and the name on it. PDF, JPG or PNG."),
    )
    return {**account_fields(place), "paper": paper}


def give(said: Mapping[str, Any], given: Mapping[str, Any]) -> object:
    """The account as sent, after the bank was asked."""
    paper = said.get("paper")
    return give_checked_account(
        **given, number=said["number"], holder=said["holder"], bank=said["bank"], insists=bool(said.get("sure")),
        paper=(paper.name, paper.read()) if paper else None,
    )  # fmt: skip


def _is_a_number(typed: str) -> bool:
    try:
        return bool(read_number(typed))
    except BadAccount:
        return False
