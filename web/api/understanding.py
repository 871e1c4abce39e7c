"""What a client hands in, understood or refused field by field, by the measure's own declaration: as the forms do it.

A form reads what people type; here values have their JSON form already, and are held to the same limits.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from django.utils.timezone import localdate

from accounts.models import Department
from casework.evidence import MAX_BYTES, TOO_LARGE
from casework.filing import Contact
from flows.actions.hand_in import Paper
from policy import FormError, T
from policy import facts as kinds
from policy.facts import Fact
from policy.measure import Measure
from policy.schema import LARGEST, MOST_ROWS, applicants_facts
from web.api.problems import Problem
from web.reading import narrow, plain

MOST_PAPERS: Final = 30
_UNKNOWN = T("没有这个问题。", "There is no such question.")
_NOT_ASKED = T("按现在的回答，不问这一项。请去掉。", "With these answers this is not asked. Please leave it out.")
_FUTURE = T("这一天还没有到。请再看一下日期。", "This day has not come yet. Please check the date.")
_TOO_LARGE_NUMBER = T("这个数太大了，请再看一下。", "This number is too large. Please check it.")
_TOO_MANY_ROWS = T("最多写 {n} 行。", "At most {n} rows.").fill(n=MOST_ROWS)
_NO_COLUMN = T("没有这一列。", "There is no such column.")
_DIGITS = T("请写数字，比如 021-0000-0000。", "Please write a number, such as 021-0000-0000.")
_ADDRESS = T("请写住址。", "Please say where they live.")
_TOWN = T("没有这个镇、街道。", "There is no such town or subdistrict.")
_NOT_BASE64 = T("content 要是 Base64。", "content must be Base64.")
_TOO_MANY_PAPERS = T("最多 {n} 个文件。", "At most {n} files.").fill(n=MOST_PAPERS)
_MOST_DIGITS = 12


def facts_of(rules: Measure, given: Mapping[str, Any], *, answered: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answers as they are kept; `answered` are those that stand already. Raises Problem naming each that is wrong.

    What is missing is not looked for here: the action does that, as it knows the papers too.
    """
    known, found, errors = applicants_facts(rules), dict[str, Any](), dict[str, T]()
    for name, value in given.items():
        if name not in known:
            errors[_named(name)] = _UNKNOWN
            continue
        try:
            found[name] = _kept(known[name], value, name)
        except FormError as error:
            errors[error.field] = error.message
    if not errors:
        asked = {fact.name for fact in rules.facts_asked({**(answered or {}), **found})}
        errors = {name: _NOT_ASKED for name in found if name not in asked}
    if errors:
        raise Problem("not-understood", errors={f"facts.{name}": text for name, text in errors.items()})
    return found


def _kept(fact: Fact, value: Any, path: str) -> Any:
    """The JSON value as it is kept. Raises FormError."""
    if value is None:
        return None
    kind = fact.kind
    if isinstance(kind, kinds.Table):
        return _rows(fact, kind, value, path)
    if isinstance(value, str) and isinstance(kind, kinds.Text | kinds.OpenChoice):
        value = plain(value)
    read = fact.read(value, path)
    if isinstance(kind, kinds.Date) and kind.past and read > localdate():
        raise FormError(path, _FUTURE)
    if isinstance(kind, kinds.Integer) and value > LARGEST or isinstance(kind, kinds.Monthly) and max(value) > LARGEST:
        raise FormError(path, _TOO_LARGE_NUMBER)
    if isinstance(kind, kinds.Money):
        if len(value.partition(".")[0].lstrip("0")) > _MOST_DIGITS:
            raise FormError(path, _TOO_LARGE_NUMBER)
        return f"{read:.2f}"
    return value or None if isinstance(value, str) else value


def _rows(fact: Fact, kind: kinds.Table, value: Any, path: str) -> list[dict[str, Any]]:
    columns = {column.name: column for column in kind.columns}
    kind.rows(value, path)
    if len(value) > MOST_ROWS:
        raise FormError(path, _TOO_MANY_ROWS)
    kept = []
    for number, row in enumerate(value):
        if unknown := [name for name in row if name not in columns]:
            raise FormError(f"{path}[{number}].{_named(unknown[0])}", _NO_COLUMN)
        kept.append({name: _kept(columns[name], cell, f"{path}[{number}].{name}") for name, cell in row.items()})
    fact.read(kept, path)
    return kept


def _named(name: str) -> str:
    """A name that somebody sent, as an answer may repeat it."""
    return plain(name)[:60]


def contact_of(district_id: int, telephone: str, address: str, town: str | None) -> Contact:
    """How the applicant is reached. Raises Problem."""
    telephone, address, errors = narrow(telephone), plain(address), dict[str, T]()
    if not 5 <= sum(character.isdigit() for character in telephone) <= 30 or len(telephone) > 30:
        errors["contact.telephone"] = _DIGITS
    if not 0 < len(address) <= 200:
        errors["contact.address"] = _ADDRESS
    office = None
    if town is not None:
        office = Department.objects.filter(district_id=district_id, kind=Department.TOWN, code=plain(town)).first()
        if office is None:
            errors["contact.town"] = _TOWN
    if errors:
        raise Problem("not-understood", errors=errors)
    return Contact(telephone, address, office.pk if office else None)


def papers_of(given: list[Any]) -> list[Paper]:
    """The files with their bytes; what they are is seen when they are taken. Raises Problem."""
    if len(given) > MOST_PAPERS:
        raise Problem("not-understood", errors={"papers": _TOO_MANY_PAPERS})
    found, errors = [], dict[str, T]()
    for number, one in enumerate(given):
        try:
            content = base64.b64decode(one.content, validate=True)
        except (binascii.Error, ValueError):
            errors[f"papers[{number}].content"] = _NOT_BASE64
            continue
        if len(content) > MAX_BYTES:
            errors[f"papers[{number}].content"] = TOO_LARGE
            continue
        found.append(Paper(plain(one.code), plain(one.name) or "file", content))
    if errors:
        raise Problem("not-understood", errors=errors)
    return found
