"""Records that come in (外来记录): their kinds and columns, read from a CSV or XLSX table row by row, and found again.

A kind's columns are the questions of a measure that name it as their `source`: a measure needs nothing else. Of the
yearly certification of units (按比例就业网上认证) the columns stand here; it tells three measures how many a unit employs.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from stdnum.cn import uscc

from accounts.identity import normal_number, number_is_sound
from casework.models import IncomingRecord, Organisation, Person
from casework.registers import INSURANCE
from casework.sealing import fixed_index, index, unseal
from casework.sheets import Unreadable, cell_text, yes_or_no
from policy import FormError, T, measure
from policy import facts as kinds
from policy.facts import Fact, Table

MAX_ROWS: Final = 50_000
NUMBER: Final = T("身份证号", "Identity number")
CREDIT_CODE: Final = T("统一社会信用代码", "Credit code")


@dataclass(frozen=True)
class RecordKind:
    """One kind: its columns, those that say what a row is about, and those that may be empty.

    `source` is what facts name as theirs.
    """

    code: str
    title: T
    measure: str
    columns: tuple[Fact, ...]
    about: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    source: str = ""
    of_units: bool = False


def _of(code: str, title: T, of: str, about: tuple[str, ...], *optional: str) -> RecordKind:
    facts = tuple(fact for fact in measure(of).facts if fact.source == code)
    return RecordKind(code, title, of, facts, about, frozenset(optional), code)


def _months() -> RecordKind:
    rules = measure("flexible_employment_subsidy")
    months = rules.fact("months").kind
    assert isinstance(months, Table)
    return RecordKind(
        "insured_month", T("社会保险缴费月份", "Months of social insurance"), rules.code,
        (*months.columns, rules.fact("flexible_employment_registered")), ("month",), source=INSURANCE.code,
    )  # fmt: skip


@dataclass(frozen=True)
class Certificates(kinds.Text):
    """The numbers of disability certificates (残疾人证号) in one cell, with anything but digits, X and letters between.

    A certificate's number is the identity number, the kind's digit and the level's, two more where it was made again.
    """

    max_length: int = 200_000

    def read(self, value: object, path: str) -> str:
        text = super().read(value, path)
        wrong = [place for place, one in enumerate(certificates_in(text), 1) if not _is_certificate(one)]
        if wrong:
            raise FormError(path, _WRONG_CERTIFICATE.fill(place=wrong[0]))
        return text


def certificates_in(text: str) -> list[str]:
    """The numbers in a cell, each once, in the order in which they stand."""
    return list(dict.fromkeys(re.findall(r"[0-9A-Z]+", normal_number(re.sub(r"[\s,，;；、/]+", "/", text)).upper())))


def _is_certificate(number: str) -> bool:
    return len(number) in (20, 22) and number_is_sound(number[:18]) and number[18] in "1234567" and number[19] in "1234"


_WRONG_CERTIFICATE = T(
    "第 {place} 个残疾人证号不对：身份证号后面是类别和等级，一共 20 位；换过证的 22 位。",
    "Certificate number {place} is wrong: the identity number, then kind and level, 20 characters in all; 22 where it was "
    "made again.",
)


def _certification() -> RecordKind:
    columns = (
        Fact("unit", kinds.Text(), T("单位名称", "Unit"), rule=False),
        Fact("year", kinds.Integer(minimum=2000), T("年度", "Year"), rule=False),
        Fact("staff", kinds.Integer(), T("在职职工人数", "Staff"), rule=False),
        Fact("certificates", Certificates(), T("在职残疾人的残疾人证号", "Certificate numbers of disabled staff"), rule=False),
    )  # fmt: skip
    return RecordKind(
        "certification", T("按比例就业网上认证结果", "Certification of employment in proportion"), "over_quota_reward", columns,
        ("year",), frozenset({"certificates"}), "certification", of_units=True,
    )  # fmt: skip


def _wages() -> RecordKind:
    """Whom a unit paid wages in a month, as the bank or the unit reports: held against the certification by a signal."""
    columns = (
        Fact("unit", kinds.Text(), T("单位名称", "Unit"), rule=False),
        Fact("month", kinds.Month(), T("发工资的月份", "Month of the wages"), rule=False),
        Fact("certificates", Certificates(), T("领到工资的残疾人的残疾人证号", "Certificate numbers of disabled staff who were paid"), rule=False),
    )  # fmt: skip
    return RecordKind(
        "wages", T("残疾职工工资发放清单", "Wages paid to disabled staff"), "over_quota_reward", columns, ("month",),
        frozenset({"certificates"}), "wages", of_units=True,
    )  # fmt: skip


KINDS: Final[dict[str, RecordKind]] = {
    one.code: one
    for one in (
        _months(),
        _of("enrolment", T("在读和学费", "Enrolment and tuition"), "tuition_subsidy", ("school_year",), "tuition_paid", "city_aid"),
        _of("admission", T("录取", "Admission"), "admission_award", ("level",)),
        _of("training", T("技能证书", "Skill certificates"), "skills_training_match", ("certificate",), "hrss_subsidy"),
        _of("competition", T("竞赛成绩", "Competition results"), "competition_award", ("event",), "city_prize"),
        _certification(),
        _wages(),
    )
}  # fmt: skip
BY_SOURCE: Final[dict[str, RecordKind]] = {one.source: one for one in KINDS.values()}


@dataclass(frozen=True)
class Record:
    """One row that is right: whose, what it is about and all that it says, as digests; its facts as JSON values; whom it
    shows in work, by blind index, kind of disability, day, and whether that is an outcome that may be counted."""

    number_index: str
    row_key: str
    digest: str
    facts: Mapping[str, Any]
    working: tuple["Working", ...] = ()


@dataclass(frozen=True)
class Working:
    number_index: str
    on: date
    counts: bool
    disability: str = ""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; rows count from 1, the head included."""

    row: int
    column: T
    text: T


# --- reading a table


def check(
    kind: RecordKind, rows: Sequence[Sequence[Any]], today: date, told: Callable[[int, int], None] | None = None
) -> tuple[list[Record], list[Problem]]:
    """The rows that are right and everything that is wrong, cell by cell; the same row twice is one.

    `told` hears how many are read of how many. Raises Unreadable where a column is missing or there are too many rows.
    """
    if len(rows) > MAX_ROWS + 1:
        raise Unreadable(T("超过 50,000 行。请分成几份。", "More than 50,000 rows. Please split the file."))
    columns = {name: _names(words, name) for name, words in _heads(kind).items()}
    heads = [_column(columns, cell) for cell in rows[0]]
    lacking = [words for name, words in _heads(kind).items() if name not in heads]
    if lacking:
        raise Unreadable(
            T("第一行缺这几列：{names}。", "The first row lacks these columns: {names}.").fill(names=tuple(lacking))
        )
    found, problems, seen = list[Record](), list[Problem](), dict[tuple[str, str], tuple[int, str]]()
    for number, cells in enumerate(rows[1:], 2):
        given = {name: cell for name, cell in zip(heads, cells, strict=False) if name}
        if not any(cell_text(cell) for cell in given.values()):
            continue
        record = _row(kind, number, given, today, problems)
        if record is not None:
            first, digest = seen.setdefault((record.number_index, record.row_key), (number, record.digest))
            if first == number:
                found.append(record)
            elif digest != record.digest:
                problems.append(Problem(number, _heads(kind)[kind.about[0]], _TWICE.fill(first=first)))
        if told is not None and number % 2000 == 0:
            told(number, len(rows))
    if not found and not problems:
        raise Unreadable(T("表里没有内容。", "There is nothing in the table."))
    return found, problems


_TWICE = T(
    "和第 {first} 行说的是同一件事，内容不一样。", "About the same thing as row {first}, but says something else."
)
_WRONG_NUMBER = T(
    "号码不对：要 18 位身份证号。表格软件可能改了它，请把这一列设成文本。",
    "Wrong number: an identity number of 18 characters is needed. A spreadsheet may have changed it; please format the "
    "column as text.",
)
_WRONG_CODE = T(
    "代码不对：要 18 位统一社会信用代码，照执照上写。",
    "Wrong code: a credit code of 18 characters is needed, as on the licence.",
)
_EMPTY = T("请填写。", "Please fill this in.")
_FUTURE = T("这一天还没有到。", "This has not come yet.")


def columns_of(kind: RecordKind) -> list[tuple[T, T]]:
    """The heads of the columns with what a cell may say."""
    return [
        (_heads(kind)["number"], T("18 位", "18 characters")),
        *((fact.question, _how(fact)) for fact in kind.columns),
    ]


def _how(fact: Fact) -> T:
    if isinstance(fact.kind, kinds.Choice):
        return T("写其中一个：{options}", "one of: {options}").fill(
            options=tuple(option.label for option in fact.kind.options)
        )
    return next((words for known, words in _SAID.items() if isinstance(fact.kind, known)), T("文字", "words"))


_SAID: Final[dict[type[kinds.Kind], T]] = {
    kinds.Bool: T("是或者否", "yes or no"), kinds.Month: T("2026-03", "2026-03"), kinds.Date: T("2026-03-01", "2026-03-01"),
    kinds.Money: T("金额，单位元", "an amount in yuan"), kinds.Integer: T("数字", "a number"),
    kinds.SchoolYear: T("2025-2026", "2025-2026"),
}  # fmt: skip


def _heads(kind: RecordKind) -> dict[str, T]:
    number = CREDIT_CODE if kind.of_units else NUMBER
    return {"number": number, **{fact.name: fact.question for fact in kind.columns}}


def _names(words: T, name: str) -> set[str]:
    return {_bare(words.zh), _bare(words.en), _bare(name)}


def _column(columns: Mapping[str, set[str]], cell: Any) -> str | None:
    text = _bare(cell_text(cell))
    return next((name for name, said in columns.items() if text in said), None)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _row(
    kind: RecordKind, number: int, given: Mapping[str, Any], today: date, problems: list[Problem]
) -> Record | None:
    before = len(problems)
    who = normal_number(cell_text(given.get("number")))
    if kind.of_units and not uscc.is_valid(who):
        problems.append(Problem(number, CREDIT_CODE, _WRONG_CODE))
    elif not kind.of_units and not number_is_sound(who):
        problems.append(Problem(number, NUMBER, _WRONG_NUMBER))
    facts: dict[str, Any] = {}
    for fact in kind.columns:
        text = cell_text(given.get(fact.name))
        if not fact.is_asked(facts):
            continue
        if not text:
            facts[fact.name] = None
            if fact.name not in kind.optional:
                problems.append(Problem(number, fact.question, _EMPTY))
            continue
        try:
            facts[fact.name] = _value(fact, given.get(fact.name), text, today)
        except FormError as error:
            problems.append(Problem(number, fact.question, error.message))
    if len(problems) > before:
        return None
    return record_of(kind, who, facts)


def record_of(kind: RecordKind, number: str, facts: Mapping[str, Any]) -> Record:
    """The record of whoever has the number. Its digests stay what they are when the index keys are renewed."""
    number_index = index(number)
    about = json.dumps([kind.code, *(facts[name] for name in kind.about)], ensure_ascii=False)
    said = json.dumps([kind.code, fixed_index(number), sorted(facts.items())], ensure_ascii=False)
    kept, working = dict(facts), tuple[Working, ...]()
    if kind.code == "certification":  # whom a unit employs is kept as blind indexes alone
        held = certificates_in(kept.pop("certificates") or "")
        kept["disabled_employed"] = len(held)
        first = date(kept["year"], 1, 1)  # so that what the same job shows later in the year does not stand before it
        working = tuple(Working(index(one[:18]), first, True, one[18]) for one in held)
    elif kind.code == "wages":
        paid = certificates_in(kept.pop("certificates") or "")
        kept["paid"] = len(paid)
        working = tuple(
            Working(index(one[:18]), date.fromisoformat(f"{kept['month']}-01"), False, one[18]) for one in paid
        )
    elif kind.code == "insured_month" and kept.get("month"):
        working = (Working(number_index, date.fromisoformat(f"{kept['month']}-01"), False),)
    return Record(number_index, fixed_index(f"record {about}"), fixed_index(f"record {said}"), kept, working)


def _value(fact: Fact, cell: Any, text: str, today: date) -> Any:
    """The JSON value of a cell. Raises FormError that says what to write."""
    kind = fact.kind
    value: Any = text
    if isinstance(kind, kinds.Bool):
        answer = yes_or_no(text, kind.yes, kind.no)
        value = text if answer is None else answer
    elif isinstance(kind, kinds.Choice):
        named = {option.value: {option.value, option.label.zh, option.label.en.lower()} for option in kind.options}
        value = next((one for one, words in named.items() if text in words or text.lower() in words), text)
    elif isinstance(kind, kinds.Integer):
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else text
    elif isinstance(kind, kinds.Date):
        value = cell.isoformat()[:10] if isinstance(cell, date) else _dashed(text, 3)
    elif isinstance(kind, kinds.Month):
        value = cell.isoformat()[:7] if isinstance(cell, date) else _dashed(text, 2)
    elif isinstance(kind, kinds.Money):
        value = text.replace(",", "").replace("，", "")
    read = kind.read(value, fact.name)
    if isinstance(read, date) and read > today:
        raise FormError(fact.name, _FUTURE)
    return value


def _dashed(text: str, parts: int) -> str:
    """A date or a month as people write it, with dashes: 2026/3/1, 2026.3.1, 2026年3月1日."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != parts or not re.fullmatch(r"[\d\s./年月日-]+", text):
        return text
    return "-".join([numbers[0], *(one.zfill(2) for one in numbers[1:])])


# --- finding them again


@dataclass(frozen=True)
class Kept:
    """A record in force of a person, unsealed."""

    pk: int
    kind: str
    facts: Mapping[str, Any]
    received_on: date


def records_of(person: Person | Organisation, sources: Iterable[str]) -> list[Kept]:
    """The person's or the unit's records in force of these sources, oldest first; no question where no kind is among them."""
    codes = [BY_SOURCE[source].code for source in sources if source in BY_SOURCE]
    if not codes:
        return []
    rows = IncomingRecord.objects.filter(
        district_id=person.district_id, number_index=person.number_index, kind__in=codes, in_force=True
    )
    return [
        Kept(row.pk, row.kind, unseal(row.key, row.facts), row.received_on)
        for row in rows.select_related("key").order_by("received_on", "pk")
        if row.key is not None
    ]
