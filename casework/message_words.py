"""Words of messages beside `wording.MESSAGES`: for other audiences, for one line, and what stands round them outside.

What leaves the house lies open on a locked telephone. One line therefore names no department and says nothing of a
disability: who writes is the district's employment service, and what it is about is the reference.
"""

from typing import Final

from policy import T

# The same event as others are told of it: audience and event.
OTHERS: Final[dict[tuple[str, str], tuple[T, T]]] = {
    ("head", "yellow_card"): (
        T("黄牌：本部门有一件今天到期", "Yellow card: a case of your department is due today"),
        T("请看看经办人要不要帮手。", "Please see whether its handler needs help."),
    ),
    ("organisation", "your_turn"): (
        T("有一件要您单位办", "A step for your organisation"),
        T("最晚{due}。请登录，在“我的申请”里打开。", "By {due}. Please sign in and open it under “My applications”."),
    ),
    ("department", "commented"): (
        T("申请人留了话", "The applicant left you a note"),
        T("请打开这件看。", "Please open the case and read it."),
    ),
    ("head", "urged"): (
        T("催办：本部门有一件被催", "A case of your department is urged"),
        T("请看看经办人要不要帮手。", "Please see whether its handler needs help."),
    ),
    ("supervisor", "access_granted"): (
        T("有人因工作查阅了一件", "Somebody outside its departments looks at a case"),
        T("理由写在查阅记录里。", "The reason stands in the log of looks."),
    ),
    ("supervisor", "red_card"): (
        T("红牌：有一件过期了", "Red card: a case is overdue"),
        T("期限是{due}。请看经办部门的书面说明。", "It was due on {due}. Please read the department's explanation."),
    ),
}

# One line by event, where the title alone would say too little, or would name a department.
SHORT: Final[dict[str, T]] = {
    "submitted": T("您的申请送到了，最晚{due}告诉您收不收", "Your application has arrived; word by {due}"),
    "accepted": T("您的申请收下了，20个工作日内作决定", "Your application is accepted; a decision in 20 working days"),
    "not_accepted": T("您的申请没有受理，信里写了理由", "Your application was not accepted; the letter says why"),
    "agreed": T("又一个部门审完了，同意", "One more department has agreed"),
    "advised_against": T("一个部门有不同意见，还没有决定", "One department disagrees; nothing is decided yet"),
    "granted_notice": T("您的申请批准了，接下来公示", "Your application is granted; a public notice is next"),
    "granted_paying": T("您的申请批准了，接下来拨款", "Your application is granted; payment is next"),
    "granted": T("您的申请有决定了，请看决定书", "Your application is decided in your favour; read the letter"),
    "rectification_opened": T(
        "您单位报的人数还不够，{due}前写整改计划", "Your return falls short: send a plan by {due}"
    ),
    "delivered": T("又一步做好了，接着办下一步", "One more step is done; the next begins"),
    "inspected": T("工作人员看过了，接着往下办", "The visit is done; the case goes on"),
    "your_turn": T("现在到您了，最晚{due}", "It is your turn, by {due}"),
    "chain_changed": T("办理的步骤有调整，不用再交材料", "The steps have changed; nothing to send again"),
    "task_transferred": T("同事转给您一件", "A colleague handed you a case"),
    "opinion_asked": T("请您出意见", "Your opinion is asked for"),
    "recused": T("有同事回避，请安排换人", "A colleague stepped aside; please arrange it"),
    "challenged": T("申请人要求回避，请您决定", "The applicant challenges a handler; please decide"),
    "refused": T("您的申请没有批准，决定书里写了理由", "Your application was refused; the letter says why"),
    "correction_requested": T("请您补{count}项材料，最晚{due}", "Please correct {count} item(s) by {due}"),
    "correction_expired": T(
        "补正的时间到了，还可以打电话说明", "The time for the correction is over; you can still call"
    ),
    "correction_reminder": T("还有材料等您补，最晚{due}", "A correction still waits for you, by {due}"),
    "lapsed": T("您的申请终止了，以后可以再申请", "Your application has ended; you may apply again"),
    "published": T("决定在公示，到{due}", "The decision is on public notice until {due}"),
    "confirmed": T("又一步确认了，接着办下一步", "One more step is confirmed; the next begins"),
    "served": T("决定书已送达，复议和诉讼的时间从那天数起", "The decision is served; the periods for appeal run"),
    "rating_asked": T("这次办得怎么样，请您评一评，到{due}", "How did it go? Please tell us by {due}"),
    "part_paid": T("又有一笔款拨付了，几天内到账", "Another sum is on its way; it arrives within days"),
    "payment_bounced": T("银行没有把款付成，请换一个收款账户", "A payment bounced; please give another account"),
    "payment_bounced_again": T("款会付到您后来写的账户", "The payment goes to the account you gave since"),
    "payment_reminded": T("批给您的款还没有领，{due}以前写上收款账户", "A granted sum waits for an account, by {due}"),
    "payment_lapsed": T("批给您的款没有人领，不再拨付", "A granted sum was not claimed in time and lapsed"),
    "claim_expires": T("{month}的补贴，最晚{due}申请", "The subsidy for {month}: apply by {due}"),
    "prepared_claim": T("有一份申请替您填好了，留到{due}", "An application is filled in for you, kept until {due}"),
    "prepared_reminder": T("替您填好的申请留到{due}", "The application filled in for you is kept until {due}"),
    "draft_expires": T("您没写完的申请留到{due}", "Your unfinished application is kept until {due}"),
    "objected": T("收到一个异议，10个工作日内答复", "An objection came in; answer it in 10 working days"),
    "deadline_near": T("一件的期限快到了，最晚{due}", "A date is near: {due}"),
}

OFFICE: Final = T("{district}就业服务", "{district}, employment service")
LINE: Final = T(
    "【{office}】{words}。编号{reference}。请登录看详情。", "{office}: {words}. Ref. {reference}. Please sign in."
)
LINE_ALONE: Final = T("【{office}】{words}。请登录看详情。", "{office}: {words}. Please sign in.")
SUBJECT: Final = T("{office}：{words}（{reference}）", "{office}: {words} ({reference})")
SUBJECT_ALONE: Final = T("{office}：{words}", "{office}: {words}")

REFERENCE: Final = T("编号：{reference}", "Reference: {reference}")
WHERE: Final[dict[str, T]] = {
    "applicant": T("详情请登录后看“我的申请”。", "Please sign in and open “My applications” for more."),
    "officer": T("详情请登录工作台看。", "Please sign in to the workbench for more."),
}
ENDING: Final = T(
    "这封信是系统自动发的，请不要回。信里从来没有链接，也不会问您要密码。不想再收，请登录后在“怎样通知您”里关掉。",
    "This letter was sent by a system; please do not answer it. It never has a link and never asks for a password. To end "
    "these letters, sign in and switch them off under “How we reach you”.",
)

CODE_LINE: Final = T(
    "【{office}】验证码{code}，10分钟内有效。不要告诉别人。",
    "{office}: your code is {code}, good for 10 minutes. Tell nobody.",
)
CODE_SUBJECT: Final = T("{office}：验证码", "{office}: your code")
CODE_TEXT: Final = T(
    "验证码：{code}\n\n10 分钟内有效。请填在“怎样通知您”那一页上，不要告诉别人。不是您本人要的，请不用管这封信。",
    "Your code: {code}\n\nIt is good for 10 minutes. Type it on the page “How we reach you”, and tell nobody. If you did not "
    "ask for it, just leave this letter.",
)
