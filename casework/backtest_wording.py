"""What a back-test found, in words: the same on the page and in the terminal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from policy import T

FOUND: Final[dict[str, T]] = {
    "eligible": T("符合", "eligible"),
    "not_eligible": T("不符合", "not eligible"),
    "undetermined": T("判断不了", "undetermined"),
}
_CHANGED = T(
    "会有 {changed} 件不一样：多付 {more} 元，少付 {less} 元。",
    "{changed} cases would come out differently: {more} yuan more, {less} yuan less.",
)
_NOTHING = T("没有一件会不一样。", "No case would come out differently.")
_COUNTED = T(
    "一共看了 {looked_at} 件，其中 {worked_out} 件可能受影响，重新算过。",
    "{looked_at} cases were looked at; {worked_out} of them can be touched by the change and were worked out anew.",
)
_SPLIT = T(
    "不一样的里面，{decided} 件有决定，{open} 件还在办。已经作出的决定不会自动改。",
    "Of those that differ, {decided} are decided and {open} are open. Decisions that were made do not change by themselves.",
)
_APART: Final[dict[str, T]] = {
    "erased": T(
        "{erased} 件的个人信息已经删除，没有算。", "{erased} cases were left out, as their personal data is erased."
    ),
    "unreadable": T(
        "{unreadable} 件当时回答的问题和现在不一样，没有算。",
        "{unreadable} cases were left out, as their questions have changed since.",
    ),
    "drifted": T(
        "另有 {drifted} 件，按现在公布的数字就已经和当时不一样，和这个提案无关，没有计入。",
        "{drifted} more cases already come out differently by today's figures. That is no effect of this proposal, and they are not counted.",
    ),
}


def headline(result: Mapping[str, Any]) -> T:
    """The sentence that comes first."""
    return (_CHANGED if result["changed"] else _NOTHING).filled_from(_sums(result))


def counted(result: Mapping[str, Any]) -> list[T]:
    """What was looked at, and what was left out and why."""
    told = [_COUNTED, *([_SPLIT] if result["changed"] else []), *(text for key, text in _APART.items() if result[key])]
    return [text.filled_from(result) for text in told]


def yuan(amount: Decimal | str) -> str:
    """An amount as people read it: 3,400.00."""
    return f"{Decimal(amount):,.2f}"


def came_words(outcome: str, amount: Decimal | None) -> T:
    """An outcome with its amount: 符合 6,200.00 元."""
    if amount is None:
        return FOUND[outcome]
    return _CAME.filled_from({"outcome": FOUND[outcome], "amount": yuan(amount)})


_CAME = T("{outcome}，{amount} 元", "{outcome}, {amount} yuan")


def _sums(result: Mapping[str, Any]) -> dict[str, Any]:
    return {**result, "more": yuan(result["more"]), "less": yuan(result["less"])}
