"""The forms for a new figure and a new version, and what was understood of them as `flows.rules.Entered`."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest

from casework.models import Parameter
from flows.rules import Entered
from policy import T
from policy.labels import EXTRA, UNITS, is_reading, is_share
from policy.parameters import POLICY, Period
from web.forms import PlainForm, Radios, Understood
from web.public.controls import text
from web.reading import narrow, read_date
from web.templatetags.look import plain_day, say

NOT_KEPT = ("csrfmiddlewaretoken", "do", "password", "restore")
_DOCUMENT = T(
    "请写明是哪个上级文件引起的，比如文件名和文号。",
    "Please name the superior document that causes it, with its number.",
)
_REASON = T("请写几句理由，另一位管理员照着核对。", "Please give a reason; the other administrator checks by it.")
_YUAN = T("元", "yuan")
_SINCE = T("请写从哪天开始。", "Please give the first day.")


class _RuleForm(PlainForm):
    """What a figure and a version have in common: their days, the superior document, the reason."""

    def _days(self) -> None:
        self.fields["since"] = _day(T("从哪天开始", "First day"), T("这一天也算。", "This day is included."), _SINCE)
        self.fields["until"] = _day(
            T("最后一天", "Last day"), T("没有写到哪天的，不填。", "Leave it out if none is given."), None
        )

    def _grounds(self) -> None:
        self.fields["document"] = text(
            T("上级文件", "Superior document"), T("写文件名和文号。", "Its name and number."), _DOCUMENT, size="long"
        )
        self.fields["reason"] = text(
            T("为什么要改", "Why it changes"),
            T("另一位管理员和审计会看到。", "The other administrator and the auditors read it."),
            _REASON, lines=3, max_length=1000,
        )  # fmt: skip

    def heard(self, name: str) -> str:
        """A day or a figure as it was understood, where that is worth saying."""
        field = self.fields[name]
        value = self.cleaned_data.get(name) if self.is_bound and hasattr(self, "cleaned_data") else None
        typed = self.data.get(name, "").strip() if self.is_bound else ""
        if not value or name in self.errors:
            return ""
        words = field.write(value) if isinstance(field, Understood) else str(value) if name == "value" else ""
        return "" if words == typed else words


class FigureForm(_RuleForm):
    """A new figure for `name`; without one, the name is asked, too. `latest` gives the parts and the source."""

    def __init__(self, name: str, latest: Parameter | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name, self.template = name, dict(latest.extra) if latest else {}
        if not name:
            self.fields["name"] = text(
                T("名称", "Name"),
                T(
                    "小写英文字母，中间用点分开，比如 over_quota.amount。",
                    "Lower-case letters, dots between the parts, such as over_quota.amount.",
                ),
                T("请写名称。", "Please give a name."), max_length=80, spellcheck="false", autocapitalize="none",
            )  # fmt: skip
        self.fields["value"] = text(
            T("新的数字", "New figure"),
            T("比例写 0.3 或 30% 都行。", "A share may be written 0.3 or 30%.") if not name or is_share(name) else None,
            T("请写一个数字。", "Please write a number."), size="short", max_length=40, inputmode="decimal",
        )  # fmt: skip
        if not name or name.startswith("clock."):
            choices = [(key, say(words)) for key, words in UNITS.items() if key or not name]
            self.fields["unit"] = forms.ChoiceField(
                label=say(T("单位", "Unit")), choices=choices, required=bool(name), initial=latest.unit if latest else "",
                widget=forms.Select(attrs={"class": "input input--short"}),
            )  # fmt: skip
        for path, value in leaves(self.template):
            self.fields[path] = text(
                EXTRA[path.rpartition("-")[2]], None, T("请写一个数字。", "Please write a number."), size="short"
            )
            self.fields[path].initial = said(value)
        self._days()
        self.fields["announced_on"] = _day(
            T("哪天公布的", "Announced on"),
            T("从过去的日子开始的，一定要写。", "Needed where it begins in the past."), None,
        )  # fmt: skip
        self.fields["source"] = text(
            T("依据", "Source"), T("写文件和条款。", "The document and its clause."),
            T("请写明依据。", "Please say where it comes from."), size="long",
        )  # fmt: skip
        kinds = [("document", T("文件写明的", "It stands in the document")), ("reading", T("本区口径，文件没有写明", "The district's reading; the document is silent"))]  # fmt: skip
        self.fields["basis"] = forms.ChoiceField(
            label=say(T("这个数字是", "This figure")), choices=[(key, say(words)) for key, words in kinds],
            widget=Radios(), initial="reading" if latest and is_reading(latest.source, latest.extra) else "document",
            error_messages={"required": say(T("请选一个。", "Please choose one."))},
        )  # fmt: skip
        self._grounds()

    def clean_value(self) -> str:
        return plain_number(self.cleaned_data["value"])

    def entered(self) -> Entered:
        """What the form says. The action judges it."""
        given: Mapping[str, Any] = self.cleaned_data
        extra = grown(self.template, given)
        if given.get("announced_on"):
            extra["announced_on"] = given["announced_on"].isoformat()
        if given.get("basis") == "reading":
            extra["reading"] = True
        return Entered(
            name=self.name or narrow(given.get("name", "")), since=given.get("since"), until=given.get("until"),
            value=given.get("value", ""), unit=given.get("unit", ""), source=given.get("source", ""), extra=extra,
            document=given.get("document", ""), reason=given.get("reason", ""),
        )  # fmt: skip


class VersionForm(_RuleForm):
    """A new version of the policy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = text(
            T("版本号", "Version"), T("一般写开始的年月，比如 2027-03。", "Usually the year and month in which it begins, such as 2027-03."),
            T("请写版本号。", "Please give the version."), size="short", max_length=20, spellcheck="false",
        )  # fmt: skip
        self.fields["text"] = text(
            T("这个版本的文件", "The version's document"), T("写文件全名和文号。", "Its full name and number."),
            T("请写文件的全名。", "Please give the document's full name."), size="long",
        )  # fmt: skip
        kinds = [("final", T("正式文件", "Final")), ("draft", T("征求意见稿", "A draft for comment"))]
        self.fields["stage"] = forms.ChoiceField(
            label=say(T("是正式文件吗", "Is it final?")), choices=[(key, say(words)) for key, words in kinds],
            widget=Radios(), error_messages={"required": say(T("请选一个。", "Please choose one."))},
        )  # fmt: skip
        self._days()
        self._grounds()

    def entered(self) -> Entered:
        given = self.cleaned_data
        return Entered(
            name=POLICY, since=given.get("since"), until=given.get("until"), document=given.get("document", ""),
            reason=given.get("reason", ""), code=given.get("code", ""), text=given.get("text", ""),
            is_draft_text=given.get("stage") == "draft",
        )  # fmt: skip


def first_days(missing: list[Period]) -> dict[str, str]:
    """The days of the first gap, to begin with; its end is left open."""
    return {"since": plain_day(missing[0].first)} if missing else {}


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was typed, for the page that asks once more."""
    return [
        (name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT
    ]  # fmt: skip


def leaves(extra: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The parts of a figure by their fields' names: `parts-pension`; what is asked for by itself is left out."""
    groups = [(group, nested) for group, nested in extra.items() if isinstance(nested, Mapping)]
    return [(f"{group}-{part}", nested[part]) for group, nested in groups for part in EXTRA if part in nested]


def grown(template: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The same parts with what was typed, each of its former kind: a number, a whole number, a day."""
    found: dict[str, Any] = {}
    for path, before in leaves(template):
        group, _, part = path.partition("-")
        found.setdefault(group, {})[part] = _like(before, str(given.get(path, "")))
    return found


def _like(before: Any, typed: str) -> Any:
    if isinstance(before, int):
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else typed
    if _is_day(before):
        try:
            return read_date(typed).isoformat()
        except ValueError:
            return typed
    return plain_number(typed)


def plain_number(typed: str) -> str:
    """7,546 元, ７５４６ and 30% as a decimal in text; what is none stays as it was typed."""
    said_so = narrow(typed).replace(",", "").replace(" ", "").rstrip(_YUAN.zh)
    if not said_so.endswith("%"):
        return said_so
    try:
        share = Decimal(said_so[:-1]) / 100
        return f"{share.normalize():f}" if share.is_finite() and abs(share) < 1000 else said_so
    except InvalidOperation:
        return said_so


def said(value: Any) -> str:
    return plain_day(date.fromisoformat(value)) if _is_day(value) else str(value)


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4:5] == "-"


def _day(words: T, hint: T, error: T | None) -> Understood:
    return Understood(
        read=read_date, write=plain_day, label=say(words), help_text=say(hint), error=error, required=error is not None,
        widget=forms.TextInput(attrs={"class": "input input--short", "autocomplete": "off"}),
    )  # fmt: skip
