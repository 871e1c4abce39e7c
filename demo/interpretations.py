"""What the three departments of the demonstration interpreted together: one note in force, one that waits."""

from collections.abc import Callable
from datetime import datetime

from casework.models import Interpretation
from demo.people import Cast
from flows.actions.interpret import draft_note, sign_note

SIGNERS = ("fed-head", "hrss-head", "civil-head")
IN_FORCE = {
    "clause": "三（三）",
    "touches": ["direct_admission"],
    "quote": "市级以上荣誉称号",
    "text": "示例：“市级以上荣誉称号”包括上海市授予的，也包括国家和各部委授予的。区级、镇级的不算。称号要写明授予单位，盖有公章。",
    "text_en": "Sample: “honorary titles at municipal level or above” are those of the city of Shanghai, the state and its "
    "ministries. Titles of a district or town do not count. The title must name who conferred it and bear the seal.",
}
WAITING = {
    "clause": "三（五）",
    "touches": ["flexible_employment_subsidy"],
    "text": "示例：当月最后一天是休息日的，下个月第一个工作日缴的，算按时。",
    "text_en": "Sample: where the last day of the month is no working day, a payment on the next working day is on time.",
}


def interpret(cast: Cast, at: Callable[[int, int], datetime]) -> None:
    """`at(hour, minute)` is a moment of the day on which they did it."""
    if Interpretation.objects.exists():
        return
    note = draft_note(by=cast.officer("fed-head", at(10, 20)), now=at(10, 20), **IN_FORCE)  # type: ignore[arg-type]
    for minute, login in enumerate(SIGNERS, 30):
        sign_note(note_id=note.pk, by=cast.officer(login, at(10, minute)), now=at(10, minute), agrees=True)
    waiting = draft_note(by=cast.officer("hrss-head", at(10, 40)), now=at(10, 40), **WAITING)  # type: ignore[arg-type]
    sign_note(note_id=waiting.pk, by=cast.officer("hrss-head", at(10, 45)), now=at(10, 45), agrees=True)
