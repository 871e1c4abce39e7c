"""What a letter says: the frozen facts of a decision put into sentences, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from casework.letters.capitals import capitals
from policy.text import T

_TITLES: Final = {
    "granted": T("关于您申请{title}的决定书", "Decision on your application: {title}"),
    "refused": T("关于您申请{title}的决定书", "Decision on your application: {title}"),
    "not_accepted": T("关于您申请{title}不予受理的通知书", "Your application is not accepted: {title}"),
    "lapsed": T("关于您申请{title}终止办理的通知书", "Your application is closed: {title}"),
    "corrected": T("关于您申请{title}的更正决定书", "Corrected decision on your application: {title}"),
}
# An inquiry ends in a finding: nobody applied for anything.
_RECEIVED: Final = T("{applied_on}收到：{title}。", "Received on {applied_on}: {title}.")
_INQUIRED: Final = T(
    "我们依据《闵行区关于进一步促进残疾人就业的实施意见（征求意见稿）》{clause}，按政策版本 {policy_version} 作了核查。",
    "We inquired into it under clause {clause} of the Implementing Opinions of Minhang District on Further Promoting the "
    "Employment of Disabled People (draft for comment), policy version {policy_version}.",
)
_TO_NOBODY: Final = T("您好：", "To whom it concerns,")
_SALUTATION: Final = T("{applicant}：", "Dear {applicant},")
_APPLIED: Final = T(
    "您于{applied_on}申请{title}。",
    "On {applied_on} you applied for the following: {title}.",
)
_EXAMINED: Final = T(
    "我们依据《闵行区关于进一步促进残疾人就业的实施意见（征求意见稿）》{clause}，"
    "按政策版本 {policy_version} 审查了您的申请。",
    "We examined it under clause {clause} of the Implementing Opinions of Minhang District on Further Promoting the "
    "Employment of Disabled People (draft for comment), policy version {policy_version}.",
)
_DECISIONS: Final = {
    "granted": T("批准您的申请。", "Your application is granted."),
    "refused": T("不予批准您的申请。", "Your application is refused."),
    "not_accepted": T("不予受理您的申请。", "Your application is not accepted."),
    "lapsed": T("终止办理您的申请。", "Your application is closed without a decision on its merits."),
    "corrected": T("更正原来的决定。", "The earlier decision is corrected."),
}
# Decisions that are no grant of an application, by what the chain calls them: title and decision.
_DECIDED_AS: Final = {
    "recorded": (
        T("{title}：备案通知书", "Recorded: {title}"),
        T(
            "您报送的情况已经备案。下面写明按规则算的结果；人数不够的，另外通知整改。",
            "What you returned is recorded. The rules' result stands below; where too few are employed, a rectification follows.",
        ),
    ),
    "completed": (
        T("{title}：办结通知书", "Completed: {title}"),
        T("看过您交的材料，这件事已经做到，办结。", "What you handed in shows that it is done; the case is closed."),
    ),
    "founded": (T("{title}：认定书", "Finding: {title}"), T("经查，情况属实。", "It was looked into and is founded.")),
    "unfounded": (
        T("{title}：认定书", "Finding: {title}"),
        T("经查，没有这样的事。", "It was looked into and is not founded."),
    ),
}
_SUM: Final = T("金额 {yuan} 元（大写：{capitals}）。", "The sum is {yuan} yuan (in capital figures: {capitals}).")
_DEPARTED: Final = T(
    "按规则算出 {old} 元。审核认为应当是 {new} 元，理由：{reason}",
    "By the rules it is {old} yuan. The reviewers hold that it should be {new} yuan, because: {reason}",
)
_CORRECTS: Final = T("这份决定书更正 {number} 号文书。", "This letter corrects letter {number}.")
_NOW_SAYS: Final = T("更正后的决定：{text}", "The decision now says: {text}")
_REASON: Final = T("理由：{reason}", "Reason: {reason}")
_LAPSED: Final = T(
    "您没有在期限内补正材料。以后条件符合，可以再申请。",
    "The corrections asked for did not arrive in time. You may apply again.",
)
_RESPONSIBLE: Final = T(
    "这件事由{responsible}负责。请向该单位提出申请。",
    "{responsible} is responsible for this matter. Please apply there.",
)
_NOTICE: Final = T(
    "决定的公示于{published}发布，公示期从{start}到{until}。",
    "The public notice of this decision was published on {published} and runs from {start} to {until}.",
)
_SERVED: Final = T(
    "您在账号里打开这份文书，打开那天就算送达。{deemed}邮寄的，签收那天算送达；当面交给您的，交给您那天算送达。",
    "This letter is served on the day on which you open it in your account. {deemed}Sent by post, it is served on the "
    "day you sign for it; handed to you in person, on that day.",
)
_DEEMED: Final = T(
    "没有打开的，我们发出消息后满 {served_days} 个工作日，视为送达。",
    "If you do not open it, it counts as served {served_days} working days after we sent you the message. ",
)
_REVIEW: Final = T(
    "您不服这个决定，可以从送达那天起 {review_days} 日内，向{review_body}申请行政复议；",
    "If you disagree with this decision, you may apply to {review_body} for administrative review within {review_days} "
    "days from the day of service, ",
)
_COURT: Final = T(
    "也可以从送达那天起 {court_months} 个月内，向{court}提起行政诉讼。",
    "or bring an administrative action at {court} within {court_months} months from the day of service.",
)
_GRANTED_TOO: Final = T(
    "批准的决定同样适用这段告知。您或与决定有利害关系的人，都可以依法提出。请保存好这份文书。",
    "This holds for a decision in your favour too: you, or others whose interests it touches, may appeal. "
    "Please keep this letter.",
)
_OUTCOMES: Final = {
    "met": T("符合", "Met"),
    "not_met": T("不符合", "Not met"),
    "unknown": T("不能确定", "Not established"),
}
_HEADINGS: Final = {
    "decision": T("决定", "Decision"),
    "grounds": T("逐条认定", "Findings, clause by clause"),
    "sums": T("金额怎么算的", "How the sum was worked out"),
    "served": T("怎样算送达", "How this letter is served"),
    "rights": T("不同意怎么办", "If you disagree"),
}
_TABLE_HEAD: Final = (T("条件", "Condition"), T("认定", "Finding"), T("依据的情况", "Because"))
_NOTES: Final = T("同时按照解释 {numbers} 号。", "Interpretation notes applied: {numbers}.")
_REFERENCE: Final = T("申请编号 {reference}", "Application {reference}")
_NUMBER: Final = T("文书编号 {number}", "Letter {number}")
_VERIFY: Final = T(
    "扫码或打开下面的网址，可以核对这份文书。", "Scan the code or open this address to verify the letter."
)
_VERIFY_ALT: Final = T("二维码，内容是核对网址 {url}", "QR code with the verification address {url}")
_CHINESE_ORDINALS: Final = "一二三四五六"


def say(facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The letter's words for `letter.typ`; `lang` is "zh" or "en".

    Raises KeyError where a fact is absent, and ValueError where the way of appeal would be told wrongly or not at all.
    """
    if not all((facts["review_days"], facts["court_months"], facts["review_body"][0], facts["court"][0])):
        raise ValueError("a letter must name where, and for how long, one may appeal")

    def words(text: T, **values: object) -> str:
        return text.fill(**values).in_(lang)

    title = one_of(facts["title"], lang)
    return frame(
        facts, lang, title=words(_decided(facts)[0], title=title), opening=_opening(facts, title, lang),
        parts=_parts(facts, lang),
    )  # fmt: skip


def frame(
    facts: Mapping[str, Any], lang: str, *, title: str, opening: str, parts: list[dict[str, Any]]
) -> dict[str, Any]:
    """What every letter has: the issuer, the day, its number, whom it speaks to, and where it can be verified."""

    def words(text: T, **values: object) -> str:
        return text.fill(**values).in_(lang)

    on, issuer = date.fromisoformat(facts["decided_on"]), one_of(facts["decided_by"], lang)
    return {
        "lang": lang,
        "title": title,
        "author": issuer,
        "issuer": issuer,
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "signed_on": words(T("{on}", "{on}"), on=on),
        "reference": words(_REFERENCE, reference=facts["reference"]),
        "number": words(_NUMBER, number=facts["number"]),
        "salutation": words(_SALUTATION, applicant=facts["applicant"]) if facts["applicant"] else words(_TO_NOBODY),
        "opening": [opening],
        "parts": parts,
        "verify": _verify(facts, lang),
    }


def _decided(facts: Mapping[str, Any]) -> tuple[T, T]:
    """The title and the decision."""
    kind = facts["kind"]
    return _DECIDED_AS.get(facts.get("decided_as", "")) or (_TITLES[kind], _DECISIONS[kind])


def sum_in_words(yuan: Decimal) -> T:
    """A sum in figures and in Chinese capital figures."""
    return _SUM.fill(yuan=yuan, capitals=capitals(yuan))


def one_of(pair: list[str], lang: str) -> str:
    """The Chinese or English of a pair; the Chinese where there is no English."""
    chinese, english = pair
    return english if lang == "en" and english else chinese


def _opening(facts: Mapping[str, Any], title: str, lang: str) -> str:
    is_inquiry = facts.get("decided_as") in ("founded", "unfounded")
    on = date.fromisoformat(facts["applied_on"])
    applied = (_RECEIVED if is_inquiry else _APPLIED).fill(applied_on=on, title=title)
    examined = (_INQUIRED if is_inquiry else _EXAMINED).fill(
        clause=facts["clause"], policy_version=facts["policy_version"]
    )
    return _run_on(lang, applied, examined)


def _run_on(lang: str, *texts: T) -> str:
    return ("" if lang == "zh" else " ").join(text.in_(lang).strip() for text in texts)


def _parts(facts: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    parts: list[tuple[str, dict[str, Any]]] = [
        (
            "decision",
            {
                "strong": [_decided(facts)[1].in_(lang)],
                "paragraphs": [text.in_(lang) for text in _explanation(facts)],
            },
        )
    ]
    if facts["grounds"]:
        rows = [
            [one_of(one["title"], lang), _OUTCOMES[one["outcome"]].in_(lang), one_of(one["because"], lang)]
            for one in facts["grounds"]
        ]
        noted = [_NOTES.fill(numbers=facts["notes"]).in_(lang)] if facts.get("notes") else []
        table = {"head": [head.in_(lang) for head in _TABLE_HEAD], "rows": rows}
        parts.append(("grounds", {"table": table, "paragraphs": noted}))
    if facts.get("sums"):
        parts.append(("sums", {"paragraphs": [*(one_of(one, lang) for one in facts["sums"]), *_departed(facts, lang)]}))
    parts.append(("served", {"paragraphs": [_served(facts, lang)]}))
    parts.append(("rights", {"paragraphs": _rights(facts, lang)}))
    return numbered([(_HEADINGS[name].in_(lang), part) for name, part in parts], lang)


def numbered(parts: list[tuple[str, dict[str, Any]]], lang: str) -> list[dict[str, Any]]:
    """The parts under their headings, which Chinese letters number."""
    return [
        {"heading": f"{_CHINESE_ORDINALS[at]}、{heading}" if lang == "zh" else heading, **part}
        for at, (heading, part) in enumerate(parts)
    ]


def _explanation(facts: Mapping[str, Any]) -> list[T]:
    """Why, who is responsible instead, and where the decision was on public notice: what applies."""
    texts = []
    if facts.get("amount") and facts["kind"] in ("granted", "corrected"):
        texts.append(sum_in_words(Decimal(facts["amount"])))
    if facts.get("corrects"):
        texts.append(_CORRECTS.fill(number=facts["corrects"]))
    if facts.get("text"):
        texts.append(_NOW_SAYS.fill(text=facts["text"]))
    if facts["reason"]:
        texts.append(_REASON.fill(reason=facts["reason"]))
    if facts["kind"] == "lapsed":
        texts.append(_LAPSED)
    if facts["responsible"]:
        texts.append(_RESPONSIBLE.fill(responsible=facts["responsible"]))
    if notice := facts.get("notice"):
        start, until, published = (date.fromisoformat(notice[name]) for name in ("from", "until", "published"))
        texts.append(_NOTICE.fill(start=start, until=until, published=published))
    return texts


def _departed(facts: Mapping[str, Any], lang: str) -> list[str]:
    departure = facts.get("departure")
    if not departure:
        return []
    old, new = Decimal(departure["from"]), Decimal(departure["to"])
    return [_DEPARTED.fill(old=old, new=new, reason=departure["reason"]).in_(lang)]


def _served(facts: Mapping[str, Any], lang: str) -> str:
    days = facts["served_days"]
    deemed = _DEEMED.fill(served_days=days).in_(lang) if days else ""
    return _SERVED.fill(deemed=deemed).in_(lang)


def _rights(facts: Mapping[str, Any], lang: str) -> list[str]:
    review = _REVIEW.fill(review_days=facts["review_days"], review_body=one_of(facts["review_body"], lang))
    court = _COURT.fill(court_months=facts["court_months"], court=one_of(facts["court"], lang))
    said = [_run_on(lang, review, court)]
    return (
        [*said, _GRANTED_TOO.in_(lang)]
        if facts["kind"] == "granted" and facts.get("decided_as") not in ("founded", "unfounded")
        else said
    )


def _verify(facts: Mapping[str, Any], lang: str) -> dict[str, str] | None:
    url = facts.get("verify_url") or ""
    if not url:
        return None
    return {"url": url, "words": _VERIFY.in_(lang), "alt": _VERIFY_ALT.fill(url=url).in_(lang)}
