"""The roles in a unit, as they are chosen, and codes for a mandate, as they are shown and typed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from casework.models import Mandate
from casework.wording import ACTS_AS
from policy import T
from web.forms import PlainForm, Radios
from web.public.controls import text
from web.reading import NotUnderstood, read_mandate_code
from web.templatetags.look import say

WHAT_THEY_MAY: dict[str, T] = {
    Mandate.MANAGER: T("添人、换身份、结束授权；经办人能做的也都能做。", "Adds and ends people and changes roles; and all that a handler does."),
    Mandate.APPLICANT: T("填、交、补材料，看进度，写收款账户。", "Fills in, sends, corrects, follows, gives the bank account."),
    Mandate.READER: T("看进度、看文书，什么都不改。", "Follows cases and reads letters; changes nothing."),
}  # fmt: skip
CHOOSE = T("请选这个人可以做什么。", "Please choose what they may do.")


def roles() -> list[tuple[str, Any]]:
    return [(role, say(ACTS_AS[role])) for role in Mandate.ROLES]


def roles_field(hint: T | None = None, *, required: bool = True) -> forms.ChoiceField:
    """Which role, each with what it may do."""
    return forms.ChoiceField(
        label=say(T("什么身份", "In which role")), choices=roles(), required=required,
        help_text=say(hint) if hint else "",
        widget=Radios(hints={role: say(words) for role, words in WHAT_THEY_MAY.items()}),
        error_messages={"required": say(CHOOSE), "invalid_choice": say(CHOOSE)},
    )  # fmt: skip


class CodeForm(PlainForm):
    """The code that somebody was given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(
            T("授权码", "Code"), T("12 位数字，对方给您的。有空格没关系。", "12 digits, which they gave you. Spaces are fine."),
            T("请填 12 位数字的授权码。", "Please type the 12 digits of the code."), max_length=40, inputmode="numeric",
        )  # fmt: skip

    def clean_code(self) -> str:
        try:
            return read_mandate_code(self.cleaned_data["code"])
        except NotUnderstood as error:
            raise ValidationError(str(say(error.text))) from error
