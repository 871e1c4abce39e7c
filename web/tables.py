"""Facts that are lists (清单): one fieldset a row, rows added and taken away by buttons, nested lists inside a row.

A row is a `FactForm` of the list's columns; its controls are named `months-0-month`, a nested list's
`months-0-people-1-name`. What is right is kept even where something else is not.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from policy import FormError, T
from policy.facts import Fact, Table

if TYPE_CHECKING:
    from web.forms import FactForm

MOST_ROWS = 100
MORE = "more"
_PATH = re.compile(r"[a-z_]+(?:-\d+-[a-z_]+)*")
_ROW = re.compile(r"([a-z_]+(?:-\d+-[a-z_]+)*)-(\d+)")


class RowForms:
    """The list of a table fact as a form shows and reads it. Stands where a bound field would."""

    is_table = True
    sheet = ""  # the address at which a spreadsheet fills it, where there is one
    errors: Sequence[Any] = ()

    def __init__(
        self, make: type["FactForm"], fact: Fact, name: str, rows: Any, data: Any, more: str, extra: bool = False
    ) -> None:
        assert isinstance(fact.kind, Table)
        self.fact, self.name, self.kind = fact, name, fact.kind
        self.id = f"f-{name}"
        saved = [row if isinstance(row, Mapping) else {} for row in rows] if isinstance(rows, list) else []
        count = _rows_sent(data, name) if data is not None else len(saved) + (1 if not saved or more == name else 0)
        self.forms = [
            make(self.kind.columns, saved[at] if at < len(saved) else {}, data, prefix=f"{name}-{at}", more=more)
            for at in range(min(count, MOST_ROWS))
        ]
        self.wrong: T | None = None

    @property
    def filled(self) -> list["FactForm"]:
        """The rows in which anything was written."""
        return [form for form in self.forms if not form.is_bound or form.is_written()]

    def is_valid(self) -> bool:
        """Whether every row is right, alone and together; a row left blank is passed over."""
        rows_are_right = all([form.is_valid() for form in self.filled])
        self.wrong = None
        if not self.filled:
            self.wrong = self.fact.error if self.fact.required else None
        elif rows_are_right:
            self.wrong = _wrong_together(self.kind, self.answers())
        return rows_are_right and self.wrong is None

    def answers(self) -> list[dict[str, Any]]:
        """The rows' JSON values; a cell that is not right is left out."""
        return [form.answers() for form in self.filled]

    def problems(self) -> list[tuple[Any, str]]:
        """Sentences with the control that each belongs to, for the summary."""
        from web.forms import problems

        found = [(self.wrong, self.id)] if self.wrong is not None else []
        for number, form in enumerate(self.forms, 1):
            if form.is_bound and form.is_written():
                found += [(_IN_ROW.fill(n=number, what=_text(one.text)), one.target) for one in problems(form)]
        return found

    def forget(self) -> None:
        """Nothing is judged: the page only comes back."""
        self.wrong = None
        for form in self.forms:
            form.forget()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the template shows: the number of a row, its controls, its name for the button that takes it away."""
        return [
            {"number": number, "fields": form.shown(), "place": f"{self.name}-{number - 1}"}
            for number, form in enumerate(self.forms, 1)
        ]

    @property
    def as_field_group(self) -> SafeString:
        return render_to_string("forms/table.html", {"table": self})


_IN_ROW = T("第 {n} 行：{what}", "Row {n}: {what}")


def _text(text: Any) -> Any:
    return text if isinstance(text, T) else T(str(text) or "—", str(text) or "—", filled=True)


def _wrong_together(kind: Table, rows: list[dict[str, Any]]) -> T | None:
    """What is wrong with rows that are right one by one: two of the same month, say."""
    try:
        kind.read(rows, "rows")
    except FormError as error:
        words = {column.name: column.question for column in kind.columns}
        return _plainly(error.message, words)
    return None


def _plainly(message: T, words: Mapping[str, T]) -> T:
    """A column's name in a sentence of the rules becomes its question."""
    zh, en = message.zh, message.en
    for name, question in words.items():
        zh, en = zh.replace(f"“{name}”", f"“{question.zh}”"), en.replace(f"“{name}”", f"“{question.en}”")
    return T(zh, en, filled=True)


def _rows_sent(data: Any, name: str) -> int:
    """How many rows of the list the page sent."""
    pattern = re.compile(rf"{re.escape(name)}-(\d+)-")
    numbers = [int(found[1]) for key in data if (found := pattern.match(key)) and len(found[1]) < 5]
    return max(numbers, default=-1) + 1


def without_row(facts: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The facts without the row at `place` (`months-0`, `months-0-people-1`); unchanged where there is none."""
    found = _ROW.fullmatch(place)
    changed: dict[str, Any] = _copied(facts)
    if found is None:
        return changed
    rows = value_at(changed, found[1])
    if isinstance(rows, list) and int(found[2]) < len(rows):
        del rows[int(found[2])]
    return changed


def value_at(facts: Any, path: str) -> Any:
    """The value at the name of a control: `months-0-people-1-name`; None where there is none."""
    for part in path.split("-"):
        if part.isdigit():
            facts = facts[int(part)] if isinstance(facts, list) and int(part) < len(facts) else None
        else:
            facts = facts.get(part) if isinstance(facts, Mapping) else None
    return facts


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value


def row_asked(request: HttpRequest) -> tuple[str, str]:
    """What a button of a list asked for: ("add", list), ("sheet", list) or ("drop", row); empty where none was pressed."""
    act, _, place = request.POST.get("row", "").partition(":")
    fits = (act in ("add", "sheet") and _PATH.fullmatch(place)) or (act == "drop" and _ROW.fullmatch(place))
    return (act, place) if fits else ("", "")
