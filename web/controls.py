"""Controls that several audiences' forms share: boxes to tick from a list of keys, days, numbers, a unit by its code, whose
word something is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from casework.models import Organisation
from casework.sealing import index
from flows.errors import Invalid
from policy import T
from web.acts import Upload
from web.forms import Ticks, Understood
from web.public.controls import text
from web.reading import narrow, read_date, read_integer
from web.templatetags.look import plain_day, say

CODE_LENGTH = 18


def ticks(label: T, words: Mapping[str, T], hint: T | None = None, *, required: bool = False) -> forms.Field:
    """Any of a list of keys, as boxes."""
    return forms.MultipleChoiceField(
        label=say(label), help_text=say(hint) if hint else "", required=required, widget=Ticks(),
        choices=[(key, say(one)) for key, one in words.items()],
        error_messages={"invalid_choice": say(T("请从列表里选。", "Please choose from the list."))},
    )  # fmt: skip


def one_of(
    label: T, words: Mapping[str, T], error: T, hint: T | None = None, *, required: bool = True
) -> forms.Field:  # fmt: skip
    """One of a list of keys, where the empty key is one of them or nothing is chosen."""
    empty = [] if "" in words else [("", say(T("请选", "Please choose")))]
    return forms.ChoiceField(
        label=say(label), help_text=say(hint) if hint else "", required=required and "" not in words,
        choices=[*empty, *((key, say(one)) for key, one in words.items())], widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": say(error), "invalid_choice": say(error)},
    )  # fmt: skip


def town(towns: Sequence[Any], label: T, error: T, *, required: bool = True, nowhere: T | None = None) -> forms.Field:
    """A town-level office; `nowhere` is what the empty choice says."""
    empty = say(nowhere or T("请选", "Please choose"))
    return forms.ChoiceField(
        label=say(label), required=required, choices=[("", empty), *((str(one.pk), one.title) for one in towns)],
        widget=forms.Select(attrs={"class": "input"}),
        error_messages={"required": say(error), "invalid_choice": say(error)},
    )  # fmt: skip


def a_day(label: T, error: T | None, hint: T | None = None) -> Understood:
    """A day as people write it; needed where an error says so."""
    return Understood(
        read=read_date, write=plain_day, label=say(label), help_text=say(hint) if hint else "", error=error,
        required=error is not None, widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
    )  # fmt: skip


def a_number(label: T, error: T | None, hint: T | None = None) -> Understood:
    """A whole number as people write it; needed where an error says so."""
    return Understood(
        read=read_integer, write=str, label=say(label), help_text=say(hint) if hint else "", error=error,
        required=error is not None,
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip


def as_number(text: Any) -> int | None:
    """The key of a row that a list handed back; None where nothing was chosen."""
    return int(text) if text else None


def unit_of_code(text: str, district_id: int) -> Organisation:
    """The unit on file with this unified social credit code, however it is written. Raises Invalid at `unit`."""
    code = narrow(text).replace(" ", "").replace("-", "").upper()
    if len(code) != CODE_LENGTH:
        raise Invalid(unit=T("请写 18 位的统一社会信用代码。", "Please give the credit code of 18 characters."))
    found = Organisation.objects.filter(district_id=district_id, number_index=index(code)).first()
    if found is None:
        raise Invalid(unit=T("没有登记过这个单位。", "This unit is not on file."))
    return found


def told_fields() -> dict[str, forms.Field]:
    """Whose word it is, and a paper where there is one: what an officer notes for a unit without an account."""
    return {
        "word": text(
            T("谁说的", "On whose word"), T("姓名和单位。加密保存。", "Name and office; kept encrypted."),
            T("请写是谁说的：姓名、哪里的。", "Please say who told it: name and office."), size="long", max_length=200,
        ),
        "paper": Upload(T("材料", "A paper"), None, T("没有可以不传。PDF、JPG、PNG。", "Leave it out if there is none. PDF, JPG or PNG.")),
    }  # fmt: skip
