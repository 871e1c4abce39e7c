"""What a letter says that decides nothing: accepted (受理), to be corrected (补正), paid (拨付)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from casework.letters.wording import frame, numbered, one_of, sum_in_words
from policy.text import T

_TITLES: Final = {
    "accepted": T("受理通知书：{title}", "Your application is accepted: {title}"),
    "correction": T("补正材料通知书：{title}", "What to correct in your application: {title}"),
    "paid": T("拨付通知书：{title}", "Your money is on its way: {title}"),
}
_ACCEPTED: Final = T(
    "您于{applied_on}申请{title}。我们于{on}受理了您的申请。",
    "On {applied_on} you applied for the following: {title}. We accepted your application on {on}.",
)
_DEEMED: Final = T(
    "您于{applied_on}申请{title}。我们没有在期限内告诉您要不要补材料，按规定从{on}起视为受理。",
    "On {applied_on} you applied for the following: {title}. As we did not tell you in time whether anything is missing, "
    "it counts as accepted from {on}.",
)
_DECIDE_BY: Final = T(
    "我们会在{due}以前作出决定。请您补材料的时间、公示的时间不算在内。",
    "We will decide by {due}. The time in which you correct your papers, and public notices, do not count.",
)
_NO_PAPERS: Final = T("您没有交材料，也不需要交。", "You handed in no papers, and need not.")
_HEADINGS: Final = {
    "until": T("什么时候有结果", "When you will hear"),
    "papers": T("我们收到的材料", "The papers that we have"),
    "items": T("要补的，一次全部告诉您", "What to correct: this is everything"),
    "how": T("怎么补", "How to do it"),
    "sum": T("金额", "The sum"),
    "ask": T("有问题找谁", "Whom to ask"),
}
_ASKED: Final = T(
    "您于{applied_on}申请{title}。要办下去，请您补下面这些。",
    "On {applied_on} you applied for the following: {title}. To go on, we need the following from you.",
)
_ITEM: Final = T("{title}：{note}", "{title}: {note}")
_UNTIL: Final = T(
    "请在{due}以前补好。在账号里补，或者把材料交到{office}，我们帮您传上去，都可以。",
    "Please do so by {due}: in your account, or bring the papers to {office} and we put them in for you.",
)
_IF_NOT: Final = T(
    "过了这一天还没有补，我们会终止办理；以后条件符合，您可以再申请。补正期间，我们的办理期限停下来等您。",
    "If nothing arrives by then, we close the application; you may apply again. Until then our own time limit stands still.",
)
_PAID: Final = T(
    "您于{applied_on}申请{title}，我们已经批准。现在款已拨付。",
    "On {applied_on} you applied for the following: {title}. It was granted, and the money has now been paid.",
)
_TO_ACCOUNT: Final = T(
    "打到您给我们的账户，尾号 {tail}。", "It goes to the account that you gave us, ending in {tail}."
)
_ARRIVES: Final = T(
    "银行一般几天内入账。过了十天还没有到，请打电话问我们。",
    "Banks usually book it within a few days. If it has not arrived after ten days, please call us.",
)
_CALL: Final = T("请打电话给{office}：{telephone}。", "Please call {office}: {telephone}.")
_VISIT: Final = T("请联系{office}。", "Please contact {office}.")
_QUOTE: Final = T("说出申请编号 {reference}，我们就能找到。", "Give the reference {reference} and we will find it.")


def say(facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The words of a notice for the layout; `lang` is "zh" or "en". Raises KeyError where a fact is absent."""
    title = one_of(facts["title"], lang)
    opening, parts = _SAID[facts["kind"]](facts, title)
    office, telephone = one_of(facts["decided_by"], lang), facts["telephone"]
    whom = _CALL.fill(office=office, telephone=telephone) if telephone else _VISIT.fill(office=office)
    parts.append(("ask", [whom, _QUOTE.fill(reference=facts["reference"])]))
    return frame(
        facts, lang, title=_TITLES[facts["kind"]].fill(title=title).in_(lang), opening=opening.in_(lang),
        parts=numbered(
            [(_HEADINGS[name].in_(lang), {"paragraphs": [one.in_(lang) for one in texts]}) for name, texts in parts], lang
        ),
    )  # fmt: skip


_Parts = list[tuple[str, list[T]]]


def _accepted(facts: Mapping[str, Any], title: str) -> tuple[T, _Parts]:
    on = date.fromisoformat(facts["decided_on"])
    text = _DEEMED if facts["deemed"] else _ACCEPTED
    opening = text.fill(applied_on=date.fromisoformat(facts["applied_on"]), title=title, on=on)
    parts: _Parts = [("until", [_DECIDE_BY.fill(due=date.fromisoformat(facts["due"]))])] if facts["due"] else []
    papers = [T(*pair, filled=True) for pair in facts["papers"]] or [_NO_PAPERS]
    return opening, [*parts, ("papers", papers)]


def _correction(facts: Mapping[str, Any], title: str) -> tuple[T, _Parts]:
    items = [
        _ITEM.fill(title=T(*one["title"], filled=True), note=T(one["note"], one["note"], filled=True))
        for one in facts["items"]
    ]
    until = _UNTIL.fill(due=date.fromisoformat(facts["due"]), office=T(*facts["decided_by"], filled=True))
    return (
        _ASKED.fill(applied_on=date.fromisoformat(facts["applied_on"]), title=title),
        [("items", items), ("how", [until, _IF_NOT])],
    )


def _paid(facts: Mapping[str, Any], title: str) -> tuple[T, _Parts]:
    told = [sum_in_words(Decimal(facts["amount"]))]
    if facts["account_tail"]:
        told.append(_TO_ACCOUNT.fill(tail=facts["account_tail"]))
    opening = _PAID.fill(applied_on=date.fromisoformat(facts["applied_on"]), title=title)
    return opening, [("sum", [*told, _ARRIVES])]


_SAID: Final = {"accepted": _accepted, "correction": _correction, "paid": _paid}
KINDS: Final = frozenset(_SAID)
