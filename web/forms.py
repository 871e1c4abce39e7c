"""Forms: one renderer, one template for every field, and the fields that a measure's facts become."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.forms.renderers import TemplatesSetting
from django.utils.timezone import localdate

from policy import T
from policy import facts as kinds
from policy.facts import NOT_SURE, NOT_SURE_HINT, Fact
from policy.text import month_in_words
from web.reading import (
    NotUnderstood,
    plain,
    read_date,
    read_integer,
    read_money,
    read_month,
    read_monthly,
    read_school_year,
)
from web.tables import RowForms
from web.templatetags.look import plain_day, say

UNSURE = "unsure"


class Renderer(TemplatesSetting):
    field_template_name = "forms/field.html"


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: what to do, and the control that it leads to."""

    text: Any
    target: str = ""


CHANGED_ELSEWHERE = Problem(
    T(
        "您在另一个窗口改过这一页。请核对下面的内容，再存一次。",
        "You changed this in another window. Please check what is below and save again.",
    )
)
AT_FIELD = T("“{field}”：{error}", "“{field}”: {error}")


def problems(form: forms.Form) -> list[Problem]:
    """The form's errors in the order of its fields, for the summary; a line that several fields share names each."""
    found = [Problem(error) for error in form.non_field_errors()]
    often = Counter(error for name, errors in form.errors.items() if name in form.fields for error in errors)
    for name, errors in form.errors.items():
        if name in form.fields:
            first = (
                "_0" if isinstance(form.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else ""
            )
            for error in errors:
                text = AT_FIELD.fill(field=str(form[name].label), error=error) if often[error] > 1 else error
                found.append(Problem(text, f"{form[name].auto_id}{first}"))
    for table in getattr(form, "tables", {}).values():
        found += [Problem(text, target) for text, target in table.problems()]
    return found


def add_errors(form: forms.Form, errors: Mapping[str, T]) -> None:
    """The errors of an action, each at its field if the form has it."""
    for name, text in errors.items():
        form.add_error(name if name in form.fields else None, str(say(text)))


class PlainForm(forms.Form):
    """Every form of ours: ids without a prefix of Django's, no NUL bytes, texts understood before they are judged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "f-%s")
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)


class Said(forms.CharField):
    """Typed text, read as people mean it: full-width forms narrowed, control characters dropped."""

    def __init__(self, *, error: T | None = None, long: bool = False, **kwargs: Any) -> None:
        self.limit = kwargs.pop("max_length", 200)
        super().__init__(**kwargs)
        self.validators = [v for v in self.validators if not isinstance(v, ProhibitNullCharactersValidator)]
        self.long = long
        self.words = error
        if error is not None:
            self.error_messages["required"] = str(say(error))

    def to_python(self, value: Any) -> Any:
        return plain(super().to_python(value) or "")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.limit:
            raise ValidationError(
                str(
                    say(
                        T(
                            "最多写 {most} 个字，现在有 {now} 个。请写短一些。",
                            "At most {most} characters; there are {now}. Please shorten it.",
                        ).fill(most=self.limit, now=len(value))
                    )
                )
            )


class Understood(Said):
    """Typed text that is a date or a number; `heard` says back what was understood."""

    def __init__(self, *, read: Any, write: Any, past: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read, self.write, self.past = read, write, past

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            value = self.read(text)
        except NotUnderstood as error:
            raise ValidationError(str(say(error.text))) from error
        if self.past and value > localdate():
            raise ValidationError(
                str(say(T("这一天还没有到。请再看一下日期。", "This day has not come yet. Please check the date.")))
            )
        return value


class Radios(forms.RadioSelect):
    """Radio buttons with a hint under each."""

    template_name = "forms/radios.html"

    def __init__(self, *args: Any, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick, drawn like radio buttons."""

    template_name = "forms/radios.html"


class FactForm(PlainForm):
    """The questions of a section, from the measure's facts; `answers()` gives their JSON values.

    A fact that is a list has `RowForms` of its own in `tables`; `more` names the list that shows one row more.
    """

    def __init__(
        self, facts: Iterable[Fact], saved: Mapping[str, Any], data: Any = None, *, more: str = "", **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.facts = {fact.name: fact for fact in facts}
        self.tables: dict[str, RowForms] = {}
        for name, fact in self.facts.items():
            if isinstance(fact.kind, kinds.Table):
                self.tables[name] = RowForms(FactForm, fact, self.add_prefix(name), saved.get(name), data, more)
                continue
            self.fields[name] = field_of(fact)
            if name in saved:
                self.initial[name] = _shown(fact, saved[name])

    def is_valid(self) -> bool:
        lists_are_right = all([table.is_valid() for table in self.tables.values()]) if self.is_bound else True
        return super().is_valid() and lists_are_right

    def is_written(self) -> bool:
        """Whether anything was sent in this form's controls."""
        return any(value for name, value in self.data.items() if name.startswith(f"{self.prefix}-"))

    def forget(self) -> None:
        """Nothing is judged: the page only comes back."""
        self.errors.clear()
        for table in self.tables.values():
            table.forget()

    def control(self, name: str) -> Any:
        """The control of a fact: a bound field, or the list."""
        return self.tables[name] if name in self.tables else self[name]

    def shown(self) -> list[Any]:
        """Every control, in the order of the facts."""
        return [self.control(name) for name in self.facts]

    def answers(self) -> dict[str, Any]:
        """The JSON values of the fields that are right; the others stay as they were."""
        told = {
            name: _stored(self.cleaned_data[name])
            for name in self.facts
            if name in self.cleaned_data and name not in self.errors
        }
        return told | {name: table.answers() for name, table in self.tables.items()}

    def heard(self, name: str) -> str:
        """What was understood of the typed text, where that is worth saying."""
        field, typed = self.fields[name], (self.data.get(self.add_prefix(name), "") if self.is_bound else "")
        value = self.cleaned_data.get(name) if hasattr(self, "cleaned_data") else None
        if not typed or value in (None, "") or name in self.errors:
            return ""
        words = field.write(value) if isinstance(field, Understood) else str(value) if isinstance(field, Said) else ""
        return "" if words == typed.strip() else words


def field_of(fact: Fact) -> forms.Field:
    """The form field of a fact. "I am not sure" is an answer where the fact allows it."""
    common: dict[str, Any] = {
        "label": say(fact.question), "help_text": say(fact.hint) if fact.hint else "", "required": fact.required,
    }  # fmt: skip
    kind = fact.kind
    if isinstance(kind, kinds.Bool | kinds.Choice):
        return _choices(fact, common)
    if isinstance(kind, kinds.Date):
        return Understood(read=read_date, write=plain_day, past=kind.past, error=fact.error, widget=_short(), **common)
    if isinstance(kind, kinds.Integer):
        return Understood(read=read_integer, write=str, error=fact.error, widget=_short(inputmode="numeric"), **common)
    if type(kind) in _TYPED:
        read, write, widget = _TYPED[type(kind)]
        return Understood(read=read, write=write, error=fact.error, widget=widget(), **common)
    if isinstance(kind, kinds.Text):
        widget = (
            forms.Textarea(attrs={"class": "input", "rows": kind.lines})
            if kind.lines > 1
            else forms.TextInput(attrs={"class": "input input--long", "autocomplete": "off"})
        )
        return Said(error=fact.error, max_length=kind.max_length, widget=widget, **common)
    raise TypeError(f"no field for {type(kind).__name__}")


def _choices(fact: Fact, common: dict[str, Any]) -> forms.Field:
    kind = fact.kind
    if isinstance(kind, kinds.Bool):
        options = [("yes", say(kind.yes)), ("no", say(kind.no))]
        hints: dict[str, Any] = {}
    else:
        assert isinstance(kind, kinds.Choice)
        options = [(option.value, say(option.label)) for option in kind.options]
        hints = {option.value: say(option.hint) if option.hint else "" for option in kind.options}
    if kind.may_be_unsure:
        options.append((UNSURE, say(NOT_SURE)))
        hints[UNSURE] = say(NOT_SURE_HINT)
    return forms.ChoiceField(
        choices=options,
        widget=Radios(hints=hints),
        error_messages={"required": say(fact.error), "invalid_choice": say(fact.error)},
        **common,
    )


def _short(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off", **attrs})


def _long() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input input--long", "autocomplete": "off"})


def _month_words(month: str) -> str:
    return str(say(month_in_words(date.fromisoformat(f"{month}-01"))))


def _money_words(amount: str) -> str:
    return str(say(T("{amount} 元", "{amount} yuan").fill(amount=Decimal(amount))))


def monthly_words(numbers: Sequence[int]) -> str:
    """Each number, or the one that is the same every month."""
    if len(set(numbers)) == 1:
        return str(say(T("12 个月都是 {n}", "{n} in each of the 12 months").fill(n=numbers[0])))
    return str(say(T("{numbers}", "{numbers}").fill(numbers=tuple(numbers))))


# The kinds that are typed and read as people mean them: how to read one, how to say it back, and its control.
_TYPED: dict[type[kinds.Kind], tuple[Any, Any, Any]] = {
    kinds.Money: (read_money, _money_words, partial(_short, inputmode="decimal")),
    kinds.Month: (read_month, _month_words, _short),
    kinds.SchoolYear: (read_school_year, str, _short),
    kinds.Monthly: (read_monthly, monthly_words, _long),
}


def _stored(value: Any) -> Any:
    """The JSON value of a cleaned one."""
    if value in (UNSURE, "", None):
        return None
    if value in ("yes", "no"):
        return value == "yes"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shown(fact: Fact, value: Any) -> Any:
    """What the control shows for a stored value."""
    if value is None:
        return UNSURE if fact.kind.may_be_unsure else ""
    if isinstance(fact.kind, kinds.Bool):
        return "yes" if value else "no"
    if isinstance(fact.kind, kinds.Date):
        return plain_day(fact.kind.read(value, fact.name))
    if isinstance(fact.kind, kinds.Month):
        return _month_words(value)
    if isinstance(fact.kind, kinds.Monthly):
        return str(value[0]) if len(set(value)) == 1 else " ".join(str(one) for one in value)
    return value
