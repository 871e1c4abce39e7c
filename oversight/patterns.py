"""Patterns worth a look (值得一看): each declared here with its words, its thresholds and its statement.

A hit accuses nobody: it says what looks unusual, and a supervisor looks into it. What is kept of whom or what it is about
is a keyed digest: no account, telephone or address stands in a hit.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.timezone import localdate

from casework.access import SIGNING
from oversight import pattern_sql as sql
from policy import T
from policy.parameters import Parameters

MOST: Final = 2000  # hits that one look keeps of a pattern
MOST_CASES: Final = 20  # cases that a hit names
LOOK_BACK: Final = "pattern.look_back"
# What is read before it is signed: payments are signed from lists, and what the bank said is no reading.
READ: Final = (
    "accepted", "agreed", "advised_against", "granted", "refused", "confirmed", "contradicted", "countersigned",
)  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    """One pattern: what it looks for, when that is harmless, how it is found in words; and the sentence of a hit.

    `figures` are the parameters that are its thresholds, by their names in the statement. What somebody has looked at is a
    new hit once it is more than `again` times as large; with 0 never.
    """

    code: str
    title: T
    looks_for: T
    harmless: T
    how: T
    says: T
    sql: str
    figures: tuple[tuple[str, str], ...] = ()
    again: int = 0


PATTERNS: Final = (
    Pattern(
        "signed_fast",
        T("签得比看得快", "Signed faster than it can be read"),
        T("从打开案件到签字，时间短得看不完材料。", "Between opening the case and signing it there was too little time to read its papers."),
        T("在纸上先看过了；补正以后，只用看改过的一份。", "It was read on paper before; after a correction only one paper is new."),
        T("每一次受理、审核、决定、会签、确认：从签字的人第一次打开这一件（查阅记录）或者签收起，到签字为止，算有几秒。材料份数加一份申请表，乘以看一份至少要的秒数，就是至少要的时间。少于这个时间的列出来；没有打开过就签的，算 0 秒。",
          "Each acceptance, review, decision, countersignature and confirmation: the seconds from when its signer first opened the case (record of looks) or took it on. The papers and the form, times the seconds of a paper, are the least that reading takes. Less than that is listed; never opened counts as 0 seconds."),
        T("{who}在 {at} 签了“{step}”：从打开到签只有 {seconds} 秒，材料有 {papers} 份，至少要 {least} 秒。",
          "{who} signed “{step}” on {at}: {seconds} seconds after opening it, with papers: {papers}, for which at least {least} seconds are needed."),
        sql.SIGNED_FAST,
        (("seconds", "pattern.seconds_per_paper"),),
    ),
    Pattern(
        "same_pair",
        T("总是同样两个人", "Always the same pair"),
        T("两个人一前一后签同样两步，比碰巧多得多。", "Two officers sign the same two steps, one after the other, far more often than chance."),
        T("两个人管同一片；别的同事都不在。", "The two look after one part of the town; everybody else was away."),
        T("同一个事项里，看一步和下一步由哪两个人签。碰巧该有的件数，是前一个人签的件数乘以后一个人签的件数，除以这两步所有的件数。实际件数到了起看的件数，又到了碰巧的起看倍数，就列出来。",
          "Within one measure: which two people sign one step and the next. By chance there are: cases of the first times cases of the second, divided by all cases of the two steps. Listed are pairs with at least so many cases, and so many times more than by chance."),
        T("{first}签“{before}”，{second}接着签“{step}”，有 {n} 件；碰巧该有 {expected} 件。这两步一共 {all_n} 件。",
          "{first} signed “{before}” and then {second} “{step}” in {n} cases; by chance {expected}. All cases of the two steps: {all_n}."),
        sql.SAME_PAIR,
        (("pair_cases", "pattern.pair_cases"), ("times", "pattern.pair_times")),
        again=2,
    ),
    Pattern(
        "under_cap",
        T("刚好不到上限", "Just under a cap"),
        T("一个申请人一年里批的钱，只比年度上限少一点。", "What an applicant was granted in a year is a little less than the yearly cap."),
        T("实际花的就是这么多。", "It is what was really spent."),
        T("每个申请人每年的额度：用掉的比上限少，差的又不到上限的这个比例，就列出来。正好用完的不列，那是规则封的顶。",
          "Each applicant's yearly allowance: listed where less is used than the cap, but no less than this share below it. What is used up exactly is left out, as the rules cut it there."),
        T("{year} 年度用了 {used} 元，上限 {cap} 元，只差 {left} 元。件数：{n}。", "For {year}, {used} yuan were used of {cap}: {left} less than the cap. Cases: {n}."),
        sql.UNDER_CAP,
        (("share", "pattern.below_cap_share"),),
        again=1,
    ),
    Pattern(
        "same_account",
        T("几个申请人一个账户", "One account of several applicants"),
        T("几个申请人的钱，打到同一个银行账户。", "The sums of several applicants go to one bank account."),
        T("一家人共用一个账户。", "A family shares an account."),
        T("用账号的盲索引（带密钥的摘要）对，账号本身不读也不存。申请人到了起看的人数，就列出来。",
          "Compared by the blind index (a keyed digest) of the account, whose number is neither read nor kept. Listed where at least so many applicants share it."),
        T("{n} 个申请人写了同一个收款账户，一共 {all_n} 件。", "{n} applicants gave one account. Cases: {all_n}."),
        sql.SAME_ACCOUNT,
        (("people", "pattern.same_account"),),
        again=1,
    ),
    Pattern(
        "same_telephone",
        T("几个申请人一个电话", "One telephone of several applicants"),
        T("几个申请人留了同一个电话号码。", "Several applicants gave one telephone number."),
        T("家里人、同一位代办人帮他们填的。", "One family, or one agent who helped them."),
        T("这段时间里有申请的人和单位，电话去掉空格和符号再对。存下来的是带密钥的摘要，号码本身不存。到了起看的人数，就列出来。",
          "People and units with an application in this time; telephones are compared without spaces and marks. A keyed digest is kept, never the number. Listed where at least so many share it."),
        T("{n} 个申请人留了同一个电话，一共 {all_n} 件。", "{n} applicants gave one telephone. Cases: {all_n}."),
        sql.SAME_TELEPHONE,
        (("people", "pattern.same_telephone"),),
        again=1,
    ),
    Pattern(
        "same_address",
        T("几个申请人一个地址", "One address of several applicants"),
        T("几个申请人留了同一个地址。", "Several applicants gave one address."),
        T("一家人；住在同一家机构的人。", "One family; people who live in one institution."),
        T("这段时间里有申请的人和单位，地址去掉空格和标点再对。存下来的是带密钥的摘要，地址本身不存。到了起看的人数，就列出来。",
          "People and units with an application in this time; addresses are compared without spaces and marks. A keyed digest is kept, never the address. Listed where at least so many share it."),
        T("{n} 个申请人留了同一个地址，一共 {all_n} 件。", "{n} applicants gave one address. Cases: {all_n}."),
        sql.SAME_ADDRESS,
        (("people", "pattern.same_address"),),
        again=1,
    ),
    Pattern(
        "against_rule",
        T("和规则的结果相反", "Against the rules' finding"),
        T("规则算出来不符合的批准了，或者算出来符合的没有批准。", "Granted though the rules found it not met, or refused though they found it met."),
        T("审核的人查清了规则不知道的情况，写明了理由。", "The reviewers established what the rules could not know, and gave their reasons."),
        T("每一个决定，和决定以前最后一次评估的结果对。规则说不准的不算。",
          "Each decision against the newest assessment before it. Where the rules were unsure, nothing is listed."),
        T("{who}在 {at} {event}；规则算出来的是：{finding}。和规则判断不同的条款：{clauses} 条。", "{who} on {at}: {event}. The rules found: {finding}. Clauses judged against the rules: {clauses}."),
        sql.AGAINST_RULE,
    ),
    Pattern(
        "out_of_hours",
        T("不在上班时间签的", "Signed out of office hours"),
        T("在下班以后、休息日、节假日签的字。", "Signatures in the evening, at weekends and on holidays."),
        T("赶期限加班。", "Overtime before a date."),
        T("每个人每一天一条。工作日按工作日历算，调休上班的周末是工作日；上班以前、下班以后的算。",
          "One entry for an officer and a day. Working days are those of the calendar, weekends that are worked included; before the opening and after the closing hour is out of hours."),
        T("{who}在 {day}（{works}）的 {from} 到 {to} 之间签了 {n} 次。", "{who} on {day} ({works}): signatures between {from} and {to}: {n}."),
        sql.OUT_OF_HOURS,
        (("opens", "pattern.office_opens"), ("closes", "pattern.office_closes")),
    ),
    Pattern(
        "relatives",
        T("工作人员的亲属和原单位", "An officer's relatives"),
        T("工作人员申报过的亲属或者原单位，申请由本人或者本部门签过。", "Somebody whom an officer declared as kin, or their former employer, had a case that this officer or their department signed."),
        T("本部门的同事照规矩办，本人没有经手。", "Colleagues handled it as they should, and the officer had no part in it."),
        T("申报的盲索引和申请人的对。申报有效的时候，或者申报以前，本人签过的，或者本人那时任职的部门签过的，列出来。",
          "The blind index of what was declared against that of applicants. Listed is what the officer signed, or the department in which they held a post then, while the declaration stood or before it."),
        T("{who}申报过的{kind}是这一件的申请人。{own}签字 {n} 次。", "The applicant is declared by {who} as: {kind}. {own} Signatures: {n}."),
        sql.RELATIVES,
    ),
)  # fmt: skip
BY_CODE: Final = {one.code: one for one in PATTERNS}


def values_of(pattern: Pattern, district_id: int, figures: Parameters, now: datetime) -> dict[str, Any]:
    """What the pattern's statement is run with: the district, since when, and the thresholds in force. A threshold that
    is not in force compares with nothing, and finds nothing."""
    today = localdate(now)
    back = timedelta(days=int(figures.value(LOOK_BACK, today) or 0))
    return {
        "district": district_id, "since": now - back, "most": MOST, "most_cases": MOST_CASES, "read": list(READ),
        "signing": sorted(SIGNING), **{name: figures.value(figure, today) for name, figure in pattern.figures},
    }  # fmt: skip
