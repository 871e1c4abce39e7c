"""How long what is kept of people is kept (保存期限): the figures of `retention.toml`, with their words.

Pure: no database. What is due by them is found in `oversight/retention.py` and done by actions.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from policy.text import T

KINDS: Final[dict[str, T]] = {
    "case": T("申请和它的材料、文书、收款账户", "applications with their files, letters and accounts"),
    "person": T("您的基本信息和别处登记系统的回答", "who you are, and what registers answered"),
    "look": T("谁看过的记录", "the record of who looked"),
    "message": T("消息", "messages"),
    "draft": T("没有交的申请", "applications not sent"),
    "import": T("没有导入的外来记录", "records of other offices that were put aside"),
    "channel": T("没有确认的联系方式", "addresses that were never confirmed"),
    "exchange": T(
        "和别的系统往来的记录（推送、提交时的编号）",
        "exchanges with other systems (events sent, keys of what was handed in)",
    ),
    "session": T("登录", "sign-ins"),
}
_AFTER: Final[dict[str, T]] = {
    "closed": T("最后一件办完以后，再留 {length}", "{length} after the last one is closed"),
    "made": T("从产生起，留 {length}", "{length} from when it was made"),
    "touched": T("最后一次用过以后，留 {length}", "{length} after it was last used"),
    "unconfirmed": T("没有确认的，留 {length}", "{length} where it was not confirmed"),
}
_UNITS: Final[dict[str, T]] = {
    "years": T("{n} 年", "{n} years"),
    "days": T("{n} 天", "{n} days"),
    "hours": T("{n} 小时", "{n} hours"),
}


@dataclass(frozen=True)
class Period:
    """How long one kind of record is kept, counted from what, and by whose word."""

    kind: str
    number: int
    unit: str
    after: str
    source: str

    @property
    def words(self) -> T:
        """Such as: from when it was made, 3 years."""
        return _AFTER[self.after].fill(length=_UNITS[self.unit].fill(n=self.number))

    def begins(self, now: datetime) -> datetime:
        """What ended, or was made, before this moment has been kept long enough."""
        if self.unit == "years":
            try:
                return now.replace(year=now.year - self.number)
            except ValueError:  # 29 February
                return now.replace(year=now.year - self.number, day=28)
        return now - timedelta(**{self.unit: self.number})


@lru_cache
def periods() -> dict[str, Period]:
    """Every kind's period. Raises ValueError where an entry is not understood."""
    rows = tomllib.loads(Path(__file__).with_name("retention.toml").read_text(encoding="utf-8"))["keep"]
    found = {
        row["kind"]: Period(row["kind"], int(row["value"]), row["unit"], row["after"], row["source"]) for row in rows
    }
    if set(found) != set(KINDS) or any(one.unit not in _UNITS or one.after not in _AFTER for one in found.values()):
        raise ValueError("retention.toml: a kind, unit or beginning without words")
    return found
