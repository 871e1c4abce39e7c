"""What an administrator enters for the rules (规则), judged: every mistake at its field, worded as what to do."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from casework.models import Backtest, Parameter, PolicyVersion, RuleProposal
from casework.published import plain_rows, read
from casework.rules import Change, Line, change, timeline, whole
from flows.errors import Invalid
from policy import T
from policy.labels import LABELS, UNITS, is_share, is_whole, label
from policy.parameters import POLICY, Parameters, Period

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")
_LONGEST = {"source": 200, "document": 200, "text": 200, "reason": 1000}


@dataclass(frozen=True)
class Entered:
    """A new figure, or with the name `policy` a new version, as entered. `document` is the superior document that causes
    it (上位文件), `text` the version's own document; the last three are a version's."""

    name: str
    since: date | None
    until: date | None
    document: str
    reason: str
    value: str = ""
    unit: str = ""
    source: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    text: str = ""
    is_draft_text: bool = False

    @property
    def is_version(self) -> bool:
        return self.name == POLICY

    @property
    def period(self) -> Period:
        assert self.since is not None
        return Period(self.since, self.until)

    def content(self) -> dict[str, Any]:
        """As the proposal keeps it: days as text."""
        names = ("code", "since", "until", "text", "is_draft_text") if self.is_version else (
            "since", "until", "value", "unit", "source", "extra",
        )  # fmt: skip
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}
        return {name: plain[name] for name in names}


def entered(proposal: RuleProposal) -> Entered:
    """What was entered, read back."""
    given = dict(proposal.content)
    days = {name: date.fromisoformat(given[name]) if given[name] else None for name in ("since", "until")}
    return Entered(**{
        **given, **days, "name": proposal.name, "document": proposal.document, "reason": proposal.reason,
    })  # fmt: skip


def judge(new: Entered, district_id: int, today: date) -> Change:
    """What the entry would change. Raises Invalid with every mistake of it."""
    lines = timeline(district_id, new.name)
    errors = {**_text_errors(new), **_day_errors(new, today)}
    errors |= _version_errors(new, lines) if new.is_version else _figure_errors(new, lines)
    if errors:
        raise Invalid(**errors)
    return place(new, district_id, lines)


def place(new: Entered, district_id: int, lines: list[Line] | None = None) -> Change:
    """Where the entry goes in the timeline. Raises Invalid where a published one is in its way."""
    lines = timeline(district_id, new.name) if lines is None else lines
    versions = lines if new.is_version else timeline(district_id, POLICY)
    # A new version may reach further than the policy does now: its own days count for the gaps, too.
    within = Period(min(whole(versions).first, new.period.first), _later(whole(versions).last, new.until)) if (
        new.is_version
    ) else whole(versions)  # fmt: skip
    found = change(lines, new.period, within)
    if found.clashes:
        raise Invalid(**_clash(new, found.clashes[0]))
    return found


def candidate(new: Entered, district_id: int) -> tuple[Parameters, Parameters]:
    """The published parameters, and what they would be with the entry: with what it ends. Raises Invalid."""
    now = read(district_id)
    ends: dict[object, date] = {line.period.first: last for line, last in place(new, district_id).ends}
    rows: list[dict[str, object]] = [
        {**row, "to": ends[row["from"]]} if row["name"] == new.name and row["from"] in ends else row
        for row in now.rows()
    ]
    value, others = (new.code, {}) if new.is_version else (
        new.value, {"unit": new.unit, "source": new.source, "extra": dict(new.extra)}
    )  # fmt: skip
    rows.append({"name": new.name, "from": new.since, "to": new.until, "value": value, **others})
    return now, Parameters.from_rows(rows)


def backtest_of(proposal: RuleProposal) -> Backtest | None:
    """The finished back-test of exactly this proposal beside exactly what is published now. Raises Invalid."""
    run = proposal.backtests.filter(state=Backtest.DONE).order_by("-pk").first()
    if run is None or run.content != plain_rows(candidate(entered(proposal), proposal.district_id)[1]):
        return None
    return run


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _clash(new: Entered, line: Line) -> dict[str, T]:
    first, last = line.period.first, line.period.last
    if new.since is not None and first == new.since or last is not None and new.until and last <= new.until:
        return {"since": CLASH_WHOLE.fill(first=first)}
    return {"until": CLASH_END.fill(first=first)}


CLASH_WHOLE = T(
    "从 {first} 起已经有公布的内容，不能从头换掉。请从更晚的一天开始，或者避开它。",
    "Something published begins on {first}; it can't be replaced from its beginning. Please begin later, or keep clear of it.",
)
CLASH_END = T(
    "从 {first} 起已经有公布的内容。请把最后一天写到它的前一天。",
    "Something published begins on {first}. Please let this end on the day before.",
)
NAME = T(
    "名称用小写英文字母、数字和下划线，中间用点分开，比如 over_quota.amount。",
    "A name has lower-case letters, digits and underscores, with dots between its parts, such as over_quota.amount.",
)
NO_SINCE = T("请写从哪天开始。", "Please give the first day.")
YEARS = T("请检查年份，要在 1990 到 2100 之间。", "Please check the year; it lies between 1990 and 2100.")
BACKWARDS = T(
    "最后一天不能早于第一天。请改一下日期。", "The last day can't come before the first. Please change a date."
)
ANNOUNCED = T(
    "从过去的日子开始的，请写明是哪天公布的。", "It begins in the past: please give the day on which it was announced."
)
SOURCE = T("请写明依据，比如文件名和条款。", "Please say where it comes from, such as a document and its clause.")
DOCUMENT = T("请写明是哪个上级文件引起的。", "Please name the superior document that causes it.")
REASON = T("请写几句理由，另一位管理员照着核对。", "Please give a reason; the other administrator checks by it.")
LONG = T("最多写 {most} 个字。请写短一些。", "At most {most} characters. Please shorten it.")
NUMBER = T("请写一个数字，比如 7546 或 0.30，最多 8 位小数。", "Please write a number, such as 7546 or 0.30.")
SHARE = T("比例不超过 1。请写 0.3 或 30%。", "A share is at most 1. Please write 0.3 or 30%.")
WHOLE = T("这里要整数，至少是 1。", "A whole number is needed here, 1 at least.")
UNIT = T("请选一个单位。", "Please choose a unit.")
CLOCK = T("期限请选工作日、自然日或者月。", "For a time limit choose working days, calendar days or months.")
NO_CLOCK = T("“{name}”不是期限，请选“不是期限”。", "“{name}” is no time limit; choose “not a time”.")
PARTS = T(
    "各部分加起来是 {sum}，要和总数 {value} 一样。请核对。",
    "The parts add up to {sum}, not to {value}. Please check them.",
)
PART = T("“{part}”请写一个数字。", "Please write a number for “{part}”.")
CODE = T(
    "版本号用数字、字母、点和短横，比如 2027-01。", "A version has digits, letters, dots and hyphens, such as 2027-01."
)
CODE_TAKEN = T("已经有这个版本号了。请换一个。", "There is such a version already. Please choose another.")
TEXT = T("请写这个版本的文件全名。", "Please give the full name of the version's document.")


def _text_errors(new: Entered) -> dict[str, T]:
    errors = {}
    needed = {"document": DOCUMENT, "reason": REASON} | ({"text": TEXT} if new.is_version else {"source": SOURCE})
    for name, words in needed.items():
        if not (text := str(getattr(new, name))).strip():
            errors[name] = words
        elif len(text) > _LONGEST[name]:
            errors[name] = LONG.fill(most=_LONGEST[name])
    return errors


def _day_errors(new: Entered, today: date) -> dict[str, T]:
    if new.since is None:
        return {"since": NO_SINCE}
    errors = {
        name: YEARS for name in ("since", "until") if (day := getattr(new, name)) and not EARLIEST <= day <= LATEST
    }
    if new.until and new.until < new.since:
        errors.setdefault("until", BACKWARDS)
    if new.since < today and not new.is_version and not new.extra.get("announced_on"):
        errors["announced_on"] = ANNOUNCED
    return errors


def _figure_errors(new: Entered, lines: list[Line]) -> dict[str, T]:
    errors: dict[str, T] = {}
    if new.name not in LABELS and not lines and (not _NAME.fullmatch(new.name) or len(new.name) > 80):
        errors["name"] = NAME
    if not _NUMBER.fullmatch(new.value):
        errors["value"] = NUMBER
    elif is_share(new.name) and Decimal(new.value) > 1:
        errors["value"] = SHARE
    elif is_whole(new.name, new.unit) and (not new.value.isdigit() or int(new.value) < 1):
        errors["value"] = WHOLE
    if new.unit not in UNITS:
        errors["unit"] = UNIT
    elif new.name.startswith("clock."):
        errors |= {} if new.unit else {"unit": CLOCK}
    elif new.unit and (new.name in LABELS or lines):
        errors["unit"] = NO_CLOCK.fill(name=label(new.name))
    return errors if "value" in errors else errors | _part_errors(new)


def _part_errors(new: Entered) -> dict[str, T]:
    parts = new.extra.get("parts")
    if not parts:
        return {}
    if wrong := [part for part, value in parts.items() if not _NUMBER.fullmatch(str(value))]:
        return {"extra": PART.fill(part=wrong[0])}
    total = sum((Decimal(value) for value in parts.values()), Decimal(0))
    return {} if total == Decimal(new.value) else {"extra": PARTS.fill(sum=total, value=Decimal(new.value))}


def _version_errors(new: Entered, lines: list[Line]) -> dict[str, T]:
    if not _CODE.fullmatch(new.code):
        return {"code": CODE}
    return {"code": CODE_TAKEN} if any(getattr(line.row, "code", "") == new.code for line in lines) else {}


def row_of(new: Entered, district_id: int, now: Any) -> Parameter | PolicyVersion:
    """The row that the entry becomes."""
    common = {
        "district_id": district_id,
        "since": new.since,
        "until": new.until,
        "caused_by": new.document,
        "published_at": now,
    }
    if new.is_version:
        return PolicyVersion(**common, code=new.code, document=new.text, is_draft_text=new.is_draft_text)
    return Parameter(
        **common, name=new.name, value=new.value, unit=new.unit, source=new.source, extra=dict(new.extra)
    )  # fmt: skip
