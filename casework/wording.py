"""Words for what the tables keep as keys: roles, states, outcomes, events of the record, messages, refusals.

The record stores keys and values; its sentences are made here, when they are shown. A test finds every event, state,
outcome, role and reason in these tables.
"""

from typing import Final

from casework.registers import REGISTERS
from policy import T
from policy.measure import Measure

ROLES: Final[dict[str, T]] = {
    "intake": T("受理", "intake officer"),
    "reviewer": T("经办", "reviewer"),
    "approver": T("审批", "approver"),
    "head": T("负责人", "head"),
    "payer": T("付款", "payer"),
    "triage": T("线索受理", "triage officer"),
    "inspector": T("核查", "inspector"),
    "supervisor": T("督查", "supervisor"),
    "auditor": T("审计", "auditor"),
    "administrator": T("管理员", "administrator"),
    "interface": T("系统（接口）", "a system, by the API"),
}

# As whom somebody acts for an applicant: what `Mandate.acts_as` says.
ACTS_AS: Final[dict[str, T]] = {
    "self": T("本人", "oneself"),
    "guardian": T("监护人", "guardian"),
    "agent": T("代办人", "agent"),
    "manager": T("单位管理员", "manager of the unit"),
    "applicant": T("经办人", "handler for the unit"),
    "reader": T("查看人", "reader for the unit"),
}

STATES: Final[dict[str, T]] = {
    "submitted": T("收到，等受理", "received, waiting for acceptance"),
    "in_review": T("正在审", "being reviewed"),
    "correction": T("等申请人补正", "waiting for the applicant"),
    "suspended": T("停着", "paused"),
    "approved": T("批准了，在安排", "granted, being arranged"),
    "publicity": T("批准了，在公示", "granted, on public notice"),
    "paying": T("在付款", "being paid"),
    "closed": T("办完了", "closed"),
}

OUTCOMES: Final[dict[str, T]] = {
    "": T("还没有结果", "no outcome yet"),
    "granted": T("批准", "granted"),
    "refused": T("不予批准", "refused"),
    "withdrawn": T("申请人撤回", "withdrawn"),
    "not_accepted": T("不予受理", "not accepted"),
    "lapsed": T("没有补正，终止", "lapsed"),
    "recorded": T("已备案", "recorded"),
    "completed": T("已完成", "completed"),
    "founded": T("属实", "founded"),
    "unfounded": T("不属实", "unfounded"),
}

EVENTS: Final[dict[str, T]] = {
    "submitted": T("提交了申请", "submitted the application"),
    "claimed": T("签收", "took the case on"),
    "released": T("还给了本部门", "gave the case back to the department"),
    "accepted": T("受理", "accepted the application"),
    "not_accepted": T("不予受理", "did not accept the application"),
    "agreed": T("同意", "agreed"),
    "advised_against": T("不同意，写明了意见", "advised against it"),
    "granted": T("批准", "granted the application"),
    "refused": T("不予批准", "refused the application"),
    "returned": T("退回", "returned the case"),
    "correction_requested": T("请申请人补正", "asked for a correction"),
    "resubmitted": T("补正后交回", "handed in the correction"),
    "correction_expired": T("补正期满", "ended the time for the correction"),
    "lapsed": T("因没有补正终止", "closed it as lapsed"),
    "withdrawn": T("撤回申请", "withdrew the application"),
    "established": T("认定了一项事实", "established a fact"),
    "original_seen": T("核对了原件", "saw the original"),
    "claim_prepared": T("替申请人填好了一份申请", "prepared a claim"),
    "prepared_renewed": T("按新的情况改了填好的申请", "brought a prepared claim up to date"),
    "prepared_confirmed": T("确认并提交了填好的申请", "confirmed a prepared claim"),
    "prepared_taken": T("自己接着填了", "went on with a prepared claim"),
    "prepared_declined": T("不要填好的申请", "declined a prepared claim"),
    "prepared_lapsed": T("填好的申请到期了", "ended a prepared claim, as its days are over"),
    "prepared_overtaken": T("情况变了，填好的申请不算了", "ended a prepared claim, as something changed"),
    "records_put_aside": T("读进了外来记录，等核对", "read in records of another office, to be looked over"),
    "records_imported": T("导入了外来记录", "imported records of another office"),
    "import_dropped": T("没有导入读进的记录", "dropped records that were read in"),
    "import_withdrawn": T("撤回了一次导入", "withdrew an import of records"),
    "register_asked": T("查了登记系统", "asked a register"),
    "fact_confirmed": T("核实了一项事实", "confirmed a fact"),
    "published": T("公示", "published the notice"),
    "notice_ended": T("结束公示，没有改变决定", "ended the notice; the decision stands"),
    "objected": T("提出异议", "objected to the notice"),
    "objection_dismissed": T("答复异议：不成立", "dismissed the objection"),
    "objection_upheld": T("答复异议：成立，决定撤销", "upheld the objection; the decision is set aside"),
    "assigned": T("安排了岗位", "assigned a position"),
    "confirmed": T("确认", "confirmed"),
    "contradicted": T("没有确认，退回", "contradicted it"),
    "served": T("送达决定", "served the decision"),
    "letter_rendered": T("生成文书", "rendered the letter"),
    "warned": T("提醒期限快到", "warned that the date is near"),
    "yellow_card": T("发出黄牌", "showed a yellow card"),
    "red_card": T("发出红牌", "showed a red card"),
    "reminded": T("提醒补正", "reminded of the correction"),
    "enrolled": T("开户", "opened an account"),
    "account_opened": T("开了账号", "opened an account"),
    "password_given": T("交了新密码", "handed over a new password"),
    "password_chosen": T("改了密码", "chose a password"),
    "account_closed": T("停了账号", "closed an account"),
    "relation_ended": T("撤销了申报", "ended a declared relation"),
    "appointed": T("任命", "appointed"),
    "post_ended": T("结束任职", "ended a post"),
    "relation_declared": T("申报了亲属或原单位", "declared a relation"),
    "exported": T("导出了记录", "exported records"),
    "signed_in": T("登录", "signed in"),
    "signed_out": T("退出登录", "signed out"),
    "locked_out": T("因为多次输错，锁了登录", "locked the sign-in after many wrong tries"),
    "district_founded": T("设立了这个区", "founded the district"),
    "chain_arranged": T("调整了办理顺序", "arranged the order of a chain"),
    "keys_renewed": T("换了密钥", "renewed a key"),
    "lock_ended": T("解开了登录的锁", "ended a lock of the sign-in"),
    "second_factor_set_up": T("设置了登录用的手机", "set up a phone for signing in"),
    "second_factor_replaced": T("换了登录用的手机", "changed the phone for signing in"),
    "file_taken": T("登记了导出文件的指纹", "noted the hash of an exported file"),
    "copy_taken": T("下载了全部个人信息", "took a copy of all personal information"),
    "erasure_asked": T("申请删除个人信息", "asked to have their data erased"),
    "erasure_withdrawn": T("撤回了删除个人信息的申请", "took the request to erase back"),
    "erasure_declined": T("没有同意删除个人信息", "declined to erase the data"),
    "person_erased": T("删除了个人信息", "erased the person's data"),
    "second_factor_reset": T("重设了登录用的手机", "reset the phone for signing in"),
    "recovery_code_used": T("用了一个恢复码", "used a recovery code"),
    "rule_proposed": T("提出了规则的改动", "proposed a change of the rules"),
    "rule_withdrawn": T("撤回了规则的改动", "withdrew a change of the rules"),
    "rule_backtested": T("试算了规则的改动", "back-tested a change of the rules"),
    "rule_published": T("公布了规则的改动", "published a change of the rules"),
    "interpretation_drafted": T("起草了解释", "drafted an interpretation note"),
    "interpretation_signed": T("签了解释", "signed an interpretation note"),
    "interpretation_refused": T("没有同意解释", "refused an interpretation note"),
    "benefits_imported": T("导入了别处的补贴", "imported benefits from elsewhere"),
    "benefit_declared": T("申报了在别处领的补贴", "declared a benefit from elsewhere"),
    "benefit_withdrawn": T("撤回了申报的补贴", "withdrew a declared benefit"),
    "rule_rejected": T("没有同意规则的改动", "rejected a change of the rules"),
    "transferred": T("转给了同事", "handed the case to a colleague"),
    "delegated": T("请人出意见", "asked for an opinion"),
    "signer_added": T("加签：请人一起签", "asked another to sign too"),
    "signer_removed": T("减签：不再请人签", "took a question back"),
    "sum_departed": T(
        "提出改算金额，请人一起签", "proposed another sum than the rules' and asked a second person to sign"
    ),
    "opinion_given": T("出了意见", "gave the opinion asked for"),
    "countersigned": T("会签", "signed in the round"),
    "copied": T("抄送给别的部门", "copied the case to another department"),
    "urged": T("催办", "urged the case"),
    "suspended": T("中止办理", "paused the case"),
    "resumed": T("恢复办理", "resumed the case"),
    "retracted": T("取回", "took the signature back"),
    "commented": T("写了批注", "wrote a comment"),
    "comment_withdrawn": T("撤回了批注", "withdrew a comment"),
    "recused": T("回避", "stepped aside"),
    "challenged": T("申请经办人回避", "asked that the handler step aside"),
    "challenge_upheld": T("同意回避", "agreed that the officer step aside"),
    "challenge_dismissed": T("没有同意回避", "did not agree to the challenge"),
    "access_granted": T("因工作需要查阅", "was given a look for a day"),
    "change_proposed": T("提出更正决定", "proposed to correct the decision"),
    "decision_corrected": T("更正了决定", "corrected the decision"),
    "change_rejected": T("没有同意更正", "did not agree to the correction"),
    "change_withdrawn": T("撤回了更正", "withdrew the correction"),
    "reopened": T("重新办理", "reopened the case"),
    "chain_changed": T("改用新版本的流程", "moved the case to another version of its chain"),
    "explained": T("写了书面说明", "explained the delay in writing"),
    "inspected": T("核查", "inspected"),
    "record_attached": T("附上核查材料", "attached a record of the visit"),
    "delivered": T("报送了结果", "handed in what was done"),
    "paid": T("拨付", "paid the sum"),
    "repaid": T("追回的款收齐了", "the sum asked back came in whole"),
    "instalment_noted": T("收到追回的一笔款", "noted money that came in"),
    "nothing_due": T("没有要拨的款，办结", "closed it, as nothing is owed"),
    "waived": T("放弃领款", "waived the payment"),
    "account_given": T("给了收款账户", "gave an account for the payment"),
    "payment_reminded": T("提醒给收款账户", "reminded of the account"),
    "part_paid": T("拨付了一笔", "paid a part or a difference"),
    "payment_bounced": T("银行退票", "heard from the bank that the payment bounced"),
    "batch_made": T("做了拨付批次", "made a payment batch"),
    "batch_item_taken_out": T("从批次里拿出一笔", "took a payment out of a batch"),
    "batch_dropped": T("撤销了拨付批次", "dropped a payment batch"),
    "batch_released": T("放行了拨付批次", "released a payment batch"),
    "bank_file_taken": T("下载了银行文件", "took the file for the bank"),
    "results_read": T("读入了银行结果", "read the bank's results"),
    "batch_done": T("拨付批次办完了", "finished a payment batch"),
    "payment_lapsed": T("长期未领，不再拨付", "ended the unclaimed payment"),
    "fund_proposed": T("提出了资金决定", "proposed a decision on a fund"),
    "fund_approved": T("同意了资金决定", "put a decision on a fund into force"),
    "fund_rejected": T("没有同意资金决定", "rejected a decision on a fund"),
    "fund_withdrawn": T("撤回了资金决定", "withdrew a decision on a fund"),
    "claims_held": T("暂缓拨付这家单位的款", "held the payments to the reported unit"),
    "hold_lifted": T("恢复拨付这家单位的款", "lifted the hold on the unit's payments"),
    "party_named": T("确定了承办单位", "named the organisation"),
    "recounted": T("按新的放假安排重新数了日子", "counted a date anew by the new calendar"),
    "calendar_entered": T("录入了放假安排", "entered a year's holidays"),
    "deputised": T("设了代理", "set a deputy"),
    "deputy_ended": T("结束代理", "ended a deputy"),
    "absence_noted": T("记下不在岗", "noted an absence"),
    "absence_cancelled": T("取消不在岗", "cancelled an absence"),
    "campaign_published": T("发布了宣传活动", "published a campaign"),
    "campaign_withdrawn": T("撤下了宣传活动", "withdrew a campaign"),
    "remark_added": T("加了常用语", "added a remark template"),
    "remark_removed": T("去掉常用语", "removed a remark template"),
    "mandate_given": T("记下单位的授权", "noted a mandate"),
    "mandate_ended": T("结束授权", "ended a mandate"),
    "mandate_taken": T("用授权码，开始替人办", "took a mandate up with a code"),
    "mandate_role_changed": T("改了单位里的身份", "changed the role of one of the unit's people"),
    "interface_opened": T("接入了一个系统", "opened the API to a system"),
    "token_issued": T("发了接口凭证", "issued a token of the API"),
    "token_revoked": T("收回了接口凭证", "revoked a token of the API"),
    "webhook_added": T("添了事件推送地址", "added an address for events"),
    "webhook_ended": T("停了事件推送地址", "ended an address for events"),
    "events_sent_again": T("重新推送了事件", "had events sent again"),
    "invited": T("做了授权码", "made a code for a mandate"),
    "invitation_withdrawn": T("收回了授权码", "took a code for a mandate back"),
    "sharing_changed": T("调整了名额分配", "changed the sharing of the reserved posts"),
    "round_opened": T("开了招录批次", "opened a recruitment round"),
    "round_post_set": T("写了专项岗位", "wrote a reserved post"),
    "round_published": T("公布了招录岗位", "published the posts of a round"),
    "exam_set": T("定了考试时间和合格线", "set the examination"),
    "exam_room_set": T("写了考场", "wrote a room of the examination"),
    "seats_shared": T("排了座位", "shared the seats out"),
    "scores_entered": T("录了分数", "entered scores"),
    "score_settled": T("核定了不一样的分数", "settled a score that differed"),
    "results_released": T("公布了成绩", "released the results"),
    "check_noted": T("记下体检结果", "noted a physical check"),
    "proposed_published": T("公示了拟录用的人", "put those to be appointed on notice"),
    "post_declined": T("放弃录用", "gave the post up"),
    "round_ended": T("结束了招录批次", "ended the round"),
    "channel_added": T("加了一个收消息的地址", "added an address for messages"),
    "channel_confirmed": T("用验证码确认了收消息的地址", "confirmed an address for messages by its code"),
    "channel_on": T("打开了一种通知", "switched a channel of messages on"),
    "channel_off": T("关掉了一种通知", "switched a channel of messages off"),
    "channel_removed": T("删掉了收消息的地址", "removed an address for messages"),
    "vacancy_noted": T("登记了招聘岗位", "noted a vacancy"),
    "vacancy_changed": T("改了招聘岗位", "changed a vacancy"),
    "vacancy_closed": T("关闭了招聘岗位", "closed a vacancy"),
    "profile_made": T("做了求职登记", "made a job seeker's profile"),
    "profile_changed": T("改了求职登记", "changed a job seeker's profile"),
    "profile_on": T("打开了求职登记", "switched a profile on"),
    "profile_off": T("关掉了求职登记", "switched a profile off"),
    "introduction_offered": T("推荐了一个岗位", "suggested a vacancy to somebody"),
    "introduction_consented": T("同意让单位知道是谁", "agreed that an employer sees who it is"),
    "introduction_declined": T("没有同意，或者收回了同意", "declined, or took the consent back"),
    "introduction_answered": T("答复了求职的人", "answered a job seeker"),
    "fair_noted": T("登记了招聘会", "noted a job fair"),
    "fair_cancelled": T("取消了招聘会", "cancelled a job fair"),
    "stand_given": T("给了单位一个展位", "gave a unit a stand"),
    "fair_registered": T("报名参加招聘会", "registered for a job fair"),
    "fair_registration_cancelled": T("取消了报名", "took a registration back"),
    "fair_outcome_noted": T("记了招聘会的结果", "noted what came of a fair"),
    "plan_made": T("定了服务计划", "made a service plan"),
    "plan_changed": T("改了服务计划", "changed a service plan"),
    "service_recorded": T("记了一项服务", "recorded a service"),
    "service_outcome_noted": T("记了服务的结果", "noted the outcome of a service"),
    "feasibility_asked": T("请机构评估创业计划", "asked a provider to assess a founder's plan"),
    "feasibility_answered": T("评估了创业计划", "assessed a founder's plan"),
    "start_up_advised": T("给了创业扶持的建议", "advised about start-up aid"),
    "space_noted": T("登记了创业空间", "noted a maker space"),
    "place_booked": T("订了创业空间的位子", "booked a place of a maker space"),
    "place_given_back": T("退了创业空间的位子", "gave a place of a maker space back"),
    "project_reserved": T("把劳动项目放进了储备", "put a labour project into the reserve"),
    "request_taken": T("收下了基地要活的申请", "took a base's request up"),
    "work_shared": T("分了劳动项目", "shared a labour project out"),
    "share_confirmed": T("基地确认了分到的活", "confirmed a share of work"),
    "share_declined": T("基地没有要分到的活", "declined a share of work"),
    "work_delivered": T("交了货", "delivered work"),
    "base_reviewed": T("复核了受扶持的基地", "reviewed a supported base"),
    "member_added": T("加了基地的学员", "added a member of a base"),
    "member_left": T("学员离开了基地", "noted that a member left a base"),
    "earning_noted": T("记了学员的收入", "noted what a member earned"),
    "earning_corrected": T("改正了学员的收入", "corrected what a member earned"),
    "product_shown": T("登出了产品", "showed a product"),
    "product_on": T("又登出了产品", "showed a product again"),
    "product_off": T("收起了产品", "took a product down"),
    "patterns_looked_for": T("找了一遍值得一看的情形", "looked for patterns"),
    "hit_marked": T("看过了一处值得一看的情形", "looked at what a pattern found"),
    "sample_drawn": T("抽了一批案件复核", "drew a sample of cases to check"),
    "sample_checked": T("复核了抽到的一件", "checked a case of a sample"),
    "rating_asked": T("请申请人评价", "asked the applicant how it went"),
    "rated": T("评价了办理，或者没有评", "said how it went, or skipped the question"),
    "log_exported": T("导出了过程记录（没有姓名）", "exported the event log, without names"),
}

ACTORS: Final[dict[str, T]] = {
    "clock": T("系统自动", "the clock"),
    "anonymous": T("没有署名的人", "somebody who gave no name"),
    "applicant": T("申请人", "the applicant"),
    "officer": T("工作人员", "an officer"),
}

# How it went (好差评), best first.
RATINGS: Final[dict[str, T]] = {
    "5": T("非常满意", "very satisfied"),
    "4": T("满意", "satisfied"),
    "3": T("基本满意", "fairly satisfied"),
    "2": T("不满意", "dissatisfied"),
    "1": T("非常不满意", "very dissatisfied"),
}

REASONS: Final[dict[str, T]] = {
    "case_closed": T("这件已经办完了。", "The case is closed."),
    "case_open": T("这件还没有办完。", "The case is still open."),
    "task_done": T("这一步已经办完了。", "This step is finished."),
    "taken": T("这件已经有人签收了。", "Somebody else has taken this case on."),
    "submitted": T("这份申请已经提交了。", "This application has been submitted already."),
    "published": T("已经公示了。", "It is on public notice already."),
    "position_taken": T(
        "这个岗位刚刚给了别人。请另选一个。", "The position has just gone to somebody else. Please choose another."
    ),
    "objection_answered": T("这个异议已经答复了。", "The objection has been answered already."),
    "notice_over": T(
        "公示的日子已经过了，不能再提异议。", "The days of the notice are over; no more objections can be made."
    ),
    "not_in_this_state": T("这件现在不在能这样办的阶段。", "The case is not at a stage where this can be done."),
    "not_at_this_step": T("这一步不能这样办。", "This can't be done at this step."),
    "not_for_the_clock": T("这件事要人来办。", "A person has to do this."),
    "only_the_clock": T("这件事由系统到期自动办。", "The clock does this by itself when the time comes."),
    "no_post": T("您现在没有任职，请找管理员。", "You hold no post today. Please ask an administrator."),
    "other_department": T("这件现在由别的部门办。", "Another department has the case now."),
    "other_role": T("您的岗位不办这一步。", "Your post does not handle this step."),
    "not_claimed": T("请先签收，再办。", "Please take the case on first."),
    "not_the_handler": T("这件由您的同事签收了。", "A colleague has taken this case on."),
    "deputy_for_other_steps": T("您代理的范围不包括这一步。", "Your deputy's mandate does not cover this step."),
    "registrar": T(
        "这件是您代申请人登记的，不能由您审。", "You registered this case for the applicant, so you can't sign it."
    ),
    "kin": T(
        "您和申请人有亲属或利害关系，要回避。", "You have ties to the applicant, so you may not handle this case."
    ),
    "own": T(
        "这是您自己的申请，或者您代办、监护的人的申请，您不能看，也不能办。",
        "It is your own application, or of a person you act for: you may neither read nor handle it.",
    ),
    "former_employer": T(
        "申请单位是您申报过的原工作单位，您要回避。",
        "The applicant is your former employer, so you may not handle this case.",
    ),
    "recused": T("您在这件上已经回避。", "You have stepped aside from this case."),
    "earlier_round": T(
        "您签过这件的前一轮。重新办理要换人。",
        "You signed an earlier round of this case. A new round needs new people.",
    ),
    "household": T(
        "和您同住的同事已经签过这件，您不能再签。", "A colleague of your household has signed this case, so you can't."
    ),
    "held_outside": T("这一步现在不在部门手里。", "This step is not with a department now."),
    "opinion_open": T(
        "您请人出的意见还没有到。等意见到了再签，或者先取消。",
        "An opinion that was asked for is not there yet. Wait for it, or take the question back.",
    ),
    "signed_by_colleague": T("您的部门已经签过了。", "Your department has signed already."),
    "rating_not_asked": T("现在还没有请您评价。", "You have not been asked how it went yet."),
    "rating_over": T("评价的时间过了。", "The time for saying how it went is over."),
    "not_asked": T("没有请您出意见，或者您已经出过了。", "You were not asked, or you have answered already."),
    "no_sum": T(
        "规则现在没有算出金额，没有可以改算的。", "The rules give no sum at present, so there is none to depart from."
    ),
    "departure_waits": T(
        "已经提了一次改算，还在等签。", "A departure from the sum waits for its second signature already."
    ),
    "departure": T(
        "这一件的改算是您签的，步骤要由别人来签。", "You signed the departure from the sum, so others sign the steps."
    ),
    "asked_already": T("已经问过这位同事，还没有答复。", "That colleague has been asked already."),
    "opinion_given": T("意见已经出了，不能取消。", "The opinion has been given; it can't be taken back."),
    "asked_by_another": T("只有提出的人能取消。", "Only who asked takes it back."),
    "only_the_head": T("只有部门负责人能这样做。", "Only the head of the department does this."),
    "only_supervision_does": T("只有督查和审计能这样做。", "Only supervision does this."),
    "case_still_open": T(
        "还有没办完的申请。办完了，才能删除。",
        "There are applications under way. Once they are closed it can be erased.",
    ),
    "erasure_by_themselves": T(
        "删除个人信息，要本人或者监护人来申请。", "The person or their guardian asks for erasure."
    ),
    "erasure_asked_already": T("已经申请过了，还没有答复。", "It has been asked for already, and is not answered yet."),
    "erasure_decided": T("这份申请已经有结果了。", "This request is answered already."),
    "not_kept_long_enough": T("还没有到保存的期限。", "It has not been kept long enough."),
    "copy_by_themselves": T(
        "全部下载要本人、监护人或者单位管理员来。",
        "The person, their guardian or a unit's manager may download all of it.",
    ),
    "copy_too_soon": T("刚刚下载过。请过一分钟再下载。", "It was downloaded just now. Please wait a minute."),
    "already_erased": T("已经删除了。", "It is erased already."),
    "only_an_administrator_does": T("只有管理员能这样做。", "Only an administrator does this."),
    "colleague_barred": T(
        "按回避和职责分离的规定，这位同事不能办这件。",
        "The rules on recusal and duties keep that colleague from this case.",
    ),
    "sees_it_already": T("已经看得到这件了。", "The case can be read there already."),
    "not_the_last_signer": T(
        "只有最后签的人能取回；决定和会签不能取回。",
        "Only who signed last takes it back; never a decision or a round of countersigning.",
    ),
    "next_step_begun": T(
        "下一步已经有人接手，不能取回了。请和他们联系。",
        "The next step has begun; it can't be taken back. Please talk to them.",
    ),
    "written_by_another": T("只能撤回自己写的批注。", "You withdraw only what you wrote."),
    "challenged_already": T(
        "您已经申请过，负责人还没有答复。", "You have asked already; the head has not answered yet."
    ),
    "challenge_decided": T("这个申请已经有答复了。", "It has been decided already."),
    "needs_another_head": T(
        "申请的就是您回避，要由别的负责人来定。", "You are the one challenged; another head decides."
    ),
    "not_decided": T("这件还没有决定，没有可以更正的。", "There is no decision yet to correct."),
    "change_waits": T("已经有一份更正在等第二个人签。", "A correction already waits for its second signature."),
    "change_decided": T("这份更正已经有结果了。", "The correction has been decided already."),
    "needs_another_department": T("要由另一个部门的审批人来签。", "An approver of another department signs it."),
    "not_appealable": T(
        "申请人撤回的，不用重新办理，可以再申请。", "A withdrawn case is not reopened; the applicant may apply again."
    ),
    "explained": T("已经写过说明了。", "It has been explained already."),
    "not_as_a_deputy": T("代理期间不能再设代理。", "A deputy sets no deputies."),
    "only_oneself_or_the_head": T(
        "只有本人、本部门负责人或者管理员能这样做。",
        "Only they themselves, the head of their department or an administrator do this.",
    ),
    "only_ones_own_department": T("只能为自己的部门申请。", "You apply only for your own department."),
    "not_for_such_an_applicant": T("这一项不是给这样的申请人的。", "This is not for such an applicant."),
    "only_the_intake": T(
        "只有受理这一项的窗口人员能代为登记。", "Only the intake of the office that takes it in registers it."
    ),
    "signed_already": T(
        "您签过这件的另一步。一个人不能签两步。",
        "You signed another step of this case. Nobody signs two steps of one case.",
    ),
    "not_the_applicant": T("只有申请人能这样做。", "Only the applicant can do this."),
    "interface_reads": T("这个系统在这里只能看。", "This system only reads here."),
    "reads_only": T(
        "您在这家单位是查看人，只能看。要办，请单位管理员给您改成经办人。",
        "You are a reader for this unit and change nothing. To act, ask its manager for the role of handler.",
    ),
    "only_managers": T("只有单位管理员能管谁替单位办。", "Only a manager of the unit says who acts for it."),
    "only_the_person": T("只有本人能定谁替自己办。", "Only the person themselves says who acts for them."),
    "last_manager": T(
        "单位至少要有一位管理员。请先让另一位当管理员。",
        "A unit keeps at least one manager. Please make somebody else a manager first.",
    ),
    "only_the_office_ends_it": T(
        "本人和监护人的授权不能这样结束，请到窗口办。",
        "The mandate for oneself or of a guardian does not end like this; please come to a desk.",
    ),
    "no_expired_correction": T("只有补正期满没有补，才能这样终止。", "Only an expired correction can end like this."),
    "not_published": T("还没有公示。", "There is no public notice yet."),
    "notice_runs": T("公示还没有到期。", "The notice has not run out yet."),
    "objection_open": T("还有异议没有答复。", "An objection has not been answered yet."),
    "letter_waits": T("公示结束前，决定书还不能送达。", "Before the notice has ended, the letter can't be served."),
    "service_how": T("不能这样送达。", "It can't be served like this."),
    "only_record_keepers": T(
        "只有区残联的受理、经办、负责人和管理员能导入记录。",
        "Only the Federation's officers and administrators import records.",
    ),
    "prepared_decided": T("这一份已经有结果了，或者到期了。", "This has been decided already, or its days are over."),
    "import_decided": T("这一次导入已经有结果了。", "This import has been decided already."),
    "nothing_to_confirm": T(
        "这一项不用核实，或者已经核实了。", "There is nothing to confirm here, or it is confirmed already."
    ),
    "no_such_fact": T("没有这一项。", "There is no such item."),
    "only_for_oneself": T("只能由本人申报。", "People declare only for themselves."),
    "only_an_administrator": T(
        "只有管理员能任职，也不能给自己任职。", "Only an administrator appoints, and never themselves."
    ),
    "interpretation_signed": T(
        "您的部门已经签过，或者有部门没有同意。", "Your department has signed, or another has refused."
    ),
    "only_interpreters": T(
        "只有区残联、区人社局、区民政局的审批人和负责人能签解释。",
        "Only approvers and heads of the Federation, the HR&SS Bureau and the Civil Affairs Bureau sign notes.",
    ),
    "rule_decided": T("这个提案已经有结果了。", "This proposal has been decided already."),
    "rule_open": T(
        "这一项已经有一个提案在等另一位管理员。请等它有了结果，或者请提出的人撤回。",
        "A proposal for this already waits for another administrator. Please wait for it, or have it withdrawn.",
    ),
    "only_the_proposer": T("只有提出的人能撤回。", "Only the person who proposed it withdraws it."),
    "needs_a_second_person": T(
        "这是您自己提出的，要由另一位管理员来定。", "You proposed this yourself; another administrator decides it."
    ),
    "factor_set_up": T(
        "登录用的手机已经设置过，或者刚刚重设了。请退出，再登录一次。",
        "The phone for signing in has been set up or reset meanwhile. Please sign out and in again.",
    ),
    "no_second_factor": T(
        "这个人还没有设置登录用的手机，不用重设。", "This person has no phone set up; there is nothing to reset."
    ),
    "account_closed": T("这个账号已经停了。", "The account is closed already."),
    "not_ones_own_account": T(
        "自己的账号要请另一位管理员来办。", "For your own account, please ask another administrator."
    ),
    "only_finance": T("只有区财政局管资金的人能这样做。", "Only officers of Finance do this."),
    "fund_decided": T("这项资金决定已经有结果了。", "This decision on a fund has been decided already."),
    "fund_needs_a_second": T(
        "这是您自己提出的，要由区财政局的另一个人来定。",
        "You proposed this yourself; another officer of Finance decides it.",
    ),
    "fund_open_decision": T(
        "这笔资金已经有一项决定在等第二个人。请等它有了结果，或者请提出的人撤回。",
        "A decision on this fund already waits for a second officer. Please wait for it, or have it withdrawn.",
    ),
    "in_batch": T(
        "这一笔正在拨付批次里，要等银行的结果。", "The sum is in a payment batch; the bank's result comes first."
    ),
    "only_triage": T("只有受理线索的人员能看举报人。", "Only who takes in reports may see who reported."),
    "only_payers": T("只有区财政局管拨付的人能这样做。", "Only those who pay at Finance do this."),
    "batch_released": T("这个批次已经放行，或者已经撤销。", "The batch is released or dropped already."),
    "batch_not_released": T("这个批次还没有放行，或者已经办完了。", "The batch is not released yet, or done already."),
    "batch_needs_a_second": T(
        "这个批次是您做的，要由区财政局的另一个人放行。",
        "You made this batch; another officer of Finance releases it.",
    ),
    "settled": T("银行的结果已经记到案件上了。", "The case has heard of the bank's result already."),
    "nothing_owed": T("这一件没有等着拨付的款。", "Nothing waits to be paid on this case."),
    "not_due": T("还没有到日子，或者已经办了。", "It is not due, or done already."),
    "only_supervision": T("只有督查和审计能导出。", "Only supervision may export."),
    "only_service_officers": T(
        "只有区残联管就业服务的人能这样做。", "Only the Federation's officers of services do this."
    ),
    "vacancy_closed": T("这个岗位已经关闭，或者过了截止日。", "This vacancy is closed, or past its last day."),
    "plan_published": T("这份计划的岗位已经登出来了。", "The posts of this plan are published already."),
    "profile_is_off": T("求职登记关着。打开以后再办。", "The profile is off. Switch it on first."),
    "introduction_answered": T("这一件已经有结果了。", "This has ended already."),
    "no_consent_yet": T("本人还没有同意，请等一等。", "The person has not agreed yet; please wait."),
    "fair_noted_already": T("那一天已经登记了同名的招聘会。", "A fair of that name is noted for that day already."),
    "fair_is_over": T(
        "招聘会开过了，或者取消了，或者结果已经记下。", "The fair is over or cancelled, or its outcome is noted."
    ),
    "services_begun": T("服务已经开始记录，计划不能再改。", "Services are being recorded; the plan stays as it is."),
    "service_recorded": T("这项服务已经记过了。", "This service is recorded already."),
    "assessment_asked": T(
        "已经请过评估了，或者还不用第二意见。", "It has been asked for already, or no second opinion is needed."
    ),
    "assessment_answered": T("这份评估已经交了。", "This assessment is handed in already."),
    "no_assessment": T("还没有评估。请先请一个机构评估。", "There is no assessment yet. Please ask a provider first."),
    "needs_second_opinion": T(
        "风险高。先请另一个机构出第二意见，再建议扶持。",
        "The risk is high. Ask another provider for a second opinion before advising aid.",
    ),
    "advice_given": T("建议已经给过了。", "The advice has been given already."),
    "space_noted_already": T("已经有同名的创业空间。", "There is a maker space of that name already."),
    "no_place_left": T("那一天没有空位了。请换一天。", "No place is left that day. Please choose another."),
    "day_is_over": T("那一天已经过了。", "That day is over."),
    "reserved_already": T("已经放进储备，或者已经收下了。", "It is in the reserve, or taken up, already."),
    "share_answered": T("这一份已经答复过了。", "This share is answered already."),
    "imposed": T(
        "这件是区里要求办的，不能撤回。有不同意见，写在您交的材料里，或者打电话。",
        "The district opened this case, so it can't be withdrawn. Say what you disagree with in what you hand in, or call.",
    ),
    "no_hold": T("这家单位的款没有暂缓，或者已经恢复了。", "No hold stands on this unit, or it is lifted already."),
    "no_review_due": T(
        "这家基地现在没有到期的复核，或者已经有人签了。", "No review of this base is due, or a colleague has signed it."
    ),
    "has_an_account": T(
        "这家单位有自己的账号，由它自己记。", "This unit has an account of its own; it records this itself."
    ),
    "share_too_early": T(
        "区残联还没有签完调配。签完以后，一次确认就够。",
        "The Federation has not signed the sharing yet. Once it has, confirm once.",
    ),
    "share_not_confirmed": T("这一份还没有确认，先确认再交货。", "This share is not confirmed yet; confirm it first."),
    "earning_noted": T("这位学员这个月的已经记过了。", "That month of this member is noted already."),
    "product_shown_already": T("已经有同名的产品。", "There is a product of that name already."),
    "only_the_leaders": T(
        "只有牵头这次招录的部门能这样做。", "Only the department that leads this recruitment does this."
    ),
    "not_recorded": T("计划批准备案以后，才能开招录批次。", "A round is opened once its plan is decided and recorded."),
    "round_open": T("这份计划的招录批次已经开了。", "The round of this plan is open already."),
    "round_published": T("岗位已经公布，不能再改。", "The posts are published and can't be changed."),
    "round_not_published": T("岗位还没有公布。", "The posts are not published yet."),
    "applications_run": T(
        "报名还没有结束，请等最后一天过了再排座位。",
        "Applications still run; seats are shared out after their last day.",
    ),
    "scores_begun": T("已经开始录分，座位和考场不能再改。", "Scores are being entered; seats and rooms stay."),
    "no_seats": T("请先排座位，再录分数。", "Please share the seats out first, then enter scores."),
    "results_out": T("成绩已经公布，不能再改。", "The results are released and can't be changed."),
    "results_not_out": T("先公布成绩，再体检。", "The results are released first, then the physical checks."),
    "score_sure": T("这个分数已经核对好了。", "This score is sure already."),
    "score_entered_by_you": T(
        "这个分数您录过了，第二遍要另一个人录。", "You entered this score; another person enters it again."
    ),
    "who_entered_does_not_settle": T(
        "两遍录得不一样的，由没有录过的第三个人核定。",
        "Where two entries differ, a third person settles it, who entered neither.",
    ),
    "exam_to_come": T(
        "还没有考试，不能录分，也不能公布成绩。",
        "The examination is still to come: no score is entered and no result released before.",
    ),
    "not_in_the_places": T(
        "这个人现在不在录用名次里，还轮不到体检。", "This person is not within the places now; no check is due."
    ),
    "check_is_noted": T("这个人的体检结果已经记下了。", "This person's check is noted already."),
    "nobody_to_publish": T("现在没有要公示的人。", "There is nobody to put on notice now."),
    "not_granted_a_post": T("还没有录用，或者已经办完了。", "The post was not granted, or the case is closed."),
    "round_has_open_cases": T(
        "还有申请没有办完。都录用或者答复了，才能结束。",
        "Some applications are still open. The round ends once all are appointed or answered.",
    ),
    "round_is_over": T("这一批已经结束了。", "This round has ended already."),
    "only_supervisors_do": T("只有督查人员能这样做，审计人员只看。", "Only supervisors do this; auditors read."),
    "hit_is_about_you": T("这一处说的是您自己，要别人来看。", "This is about you; somebody else looks at it."),
    "looked_for_today": T("今天已经找过了。", "It was looked for today already."),
    "hit_marked": T("这一处已经有人看过了。", "Somebody has looked at this already."),
    "signed_what_is_checked": T("您签过这一件，要别人来复核。", "You signed in this case; somebody else checks it."),
    "case_checked": T("这一件已经有人复核过了。", "This case has been checked already."),
}

PROPOSALS: Final[dict[str, T]] = {
    "proposed": T("等另一位管理员", "waits for another administrator"),
    "published": T("公布了", "published"),
    "rejected": T("没有同意", "rejected"),
    "withdrawn": T("撤回了", "withdrawn"),
}

# What a message says, by event: its title and its text. `{…}` are the message's values in words. The short words of a
# text message, and what heads and supervisors are told of the same event, stand in `casework/message_words.py`.
MESSAGES: Final[dict[str, tuple[T, T]]] = {
    "submitted": (
        T("您的申请送到了", "Your application has arrived"),
        T(
            "最晚{due}告诉您收不收。到期没有消息，就算收下了。",
            "We tell you by {due} whether we accept it. Without word by then it is accepted.",
        ),
    ),
    "accepted": (
        T("您的申请收下了", "Your application is accepted"),
        T("从明天开始数 20 个工作日，到期前作出决定。", "We decide within 20 working days, counted from tomorrow."),
    ),
    "not_accepted": (
        T("您的申请没有受理", "Your application was not accepted"),
        T(
            "不归我们办。信里写了理由，也写了该找哪个单位。",
            "It is not ours to decide. The letter gives the reason and the right office.",
        ),
    ),
    "agreed": (
        T("{step}同意了", "Agreed: {step}"),
        T(
            "材料已经转给下一个部门。您现在什么都不用做。",
            "The case has gone to the next department. You need do nothing now.",
        ),
    ),
    "advised_against": (
        T("{step}有不同意见", "A negative opinion: {step}"),
        T(
            "还没有决定。下一个部门会一起看这个意见。",
            "Nothing is decided yet. The next department reads this opinion too.",
        ),
    ),
    "granted_notice": (
        T("{step}：批准了您的申请", "Your application is granted: {step}"),
        T(
            "接下来要公示。公示结束没有异议，就给您安排岗位。",
            "A public notice comes next. If nobody's objection stands, you are assigned a post.",
        ),
    ),
    "granted_paying": (
        T("{step}：批准了您的申请", "Your application is granted: {step}"),
        T(
            "接下来拨款。决定书里写了金额和算法。",
            "Payment comes next. The letter gives the sum and how it was worked out.",
        ),
    ),
    "granted": (
        T("{step}：决定作出了", "Decided in your favour: {step}"),
        T("决定书里写得很清楚，请看一下。", "The letter says it in full; please read it."),
    ),
    "paid": (
        T("款已经拨付", "The money is on its way"),
        T(
            "几天内到账。过了 10 天没有到，请打电话。",
            "It arrives within days. If it does not in 10 days, please call.",
        ),
    ),
    "instalment_noted": (
        T("收到您还的一笔款", "A part of what you pay back has arrived"),
        T("请登录打开这一件，看还剩多少。", "Please sign in and open this case to see what is left."),
    ),
    "repaid": (T("您还的款收齐了", "What you pay back has arrived in whole"), T("这一件办完了。", "The case is done.")),
    "nothing_due": (
        T("没有要再拨的款", "Nothing more is to be paid"),
        T("这一件办完了。决定书里写了金额。", "The case is done. The letter gives the sum."),
    ),
    "payment_held": (
        T("这一件的款先不拨", "This payment waits"),
        T(
            "您单位有一件事正在核查，查完了再拨。有话要说，请打电话，说编号就行。",
            "Something about your organisation is being looked into first. To be heard, please telephone and give the reference.",
        ),
    ),
    "payment_goes_on": (
        T("这一件的款可以拨了", "This payment goes on"),
        T("核查的事有了结果，款照常拨，不用您做什么。", "What was looked into is settled. You need do nothing."),
    ),
    "waived": (
        T("您放弃了领款", "You waived the payment"),
        T("这一件办完了。想再要，可以重新申请。", "The case is done. You may apply again."),
    ),
    "part_paid": (
        T("又有一笔款拨付了", "Another sum is on its way"),
        T(
            "几天内到账。请登录打开这一件，看是哪一笔。",
            "It arrives within days. Sign in and open this case to see which.",
        ),
    ),
    "payment_bounced": (
        T("银行没有把款付成", "The bank could not make the payment"),
        T(
            "多半是账号或者户名不对。请登录，换一个收款账户；决定不变，不用重新申请。",
            "Mostly the number or the name is wrong. Please sign in and give another account; the decision stands.",
        ),
    ),
    "payment_bounced_again": (
        T("银行没有把款付到原来的账户", "The bank could not pay to the former account"),
        T(
            "会付到您后来写的账户。您什么都不用做。",
            "It will be paid to the account you gave since. There is nothing for you to do.",
        ),
    ),
    "payment_reminded": (
        T("批给您的款还没有领", "A sum granted to you is still unclaimed"),
        T("请在{due}以前登录，写上收款账户。", "Please sign in and give an account by {due}."),
    ),
    "payment_lapsed": (
        T("批给您的款没有人领，不再拨付", "The sum granted to you was not claimed in time"),
        T("想再要，可以重新申请，或者打电话。", "You may apply again, or call us."),
    ),
    "all_done": (T("全部办完了", "All done"), T("您什么都不用做了。", "There is nothing more for you to do.")),
    "reclaim_opened": (
        T("区里认为有一笔款要追回", "The district means to ask money back"),
        T(
            "还没有决定。请登录看是哪一笔、为什么；有话要说，请打电话。",
            "Nothing is decided yet. Please sign in to see which sum and why; to be heard, please telephone.",
        ),
    ),
    "rectification_opened": (
        T("您单位报的人数还不够，请写整改计划", "Your unit's return falls short: please send a plan"),
        T(
            "请在 {due} 前写怎么改、哪天改好，把材料一起交来。",
            "By {due}, please say how and when you will put it right, with papers.",
        ),
    ),
    "delivered": (
        T("{step}：做好了", "Done: {step}"),
        T("接着办下一步。", "The next step begins."),
    ),
    "inspected": (
        T("{step}：看过了", "The visit is done: {step}"),
        T("两位工作人员写了记录，接着往下办。", "Two officers wrote their record; the case goes on."),
    ),
    "your_turn": (
        T("现在到您了：{step}", "It is your turn: {step}"),
        T("最晚{due}。请登录打开这一件。", "By {due}. Please sign in and open this case."),
    ),
    "suspended": (
        T("您的申请先停一停", "Your application is paused"),
        T(
            "因为{ground}。停着的日子不算，原来的日子往后移。",
            "Because of: {ground}. These days do not count; the dates move.",
        ),
    ),
    "resumed": (
        T("您的申请接着办了", "Your application goes on"),
        T("现在这一步最晚{due}。", "The present step by {due}."),
    ),
    "commented": (
        T("部门给您留了话", "A department left you a note"),
        T("请登录打开这一件看。", "Please sign in and open this case."),
    ),
    "challenge_upheld": (
        T("您申请的回避同意了", "The officer steps aside, as you asked"),
        T("换一位同事接着办。您什么都不用做。", "A colleague goes on. You need do nothing."),
    ),
    "challenge_dismissed": (
        T("您申请的回避没有同意", "The officer does not step aside"),
        T("理由写在这一件里。案件接着办。", "The reason stands in the case, which goes on."),
    ),
    "decision_corrected": (
        T("决定更正了", "The decision was corrected"),
        T("新的决定书写明改了什么、为什么。", "The new letter says what was changed, and why."),
    ),
    "reopened": (
        T("您的申请重新办理", "Your application is dealt with again"),
        T("由没有签过的人重新审。您什么都不用做。", "People who have not signed review it again. You need do nothing."),
    ),
    "chain_changed": (
        T("办理的步骤有调整", "The steps have changed"),
        T("交过的都还在，不用再交。", "What you sent is still there; nothing to send again."),
    ),
    "refused": (
        T("您的申请没有批准", "Your application was refused"),
        T(
            "决定书里写了理由，也写了您不同意时怎么办。",
            "The letter gives the reason and what you can do if you disagree.",
        ),
    ),
    "returned": (
        T("您的申请退回前一步再看", "Your application goes back one step"),
        T("部门之间要再核对。您现在什么都不用做。", "The departments check something again. You need do nothing now."),
    ),
    "correction_requested": (
        T("请您补 {count} 项材料", "Please correct {count} item(s)"),
        T("最晚{due}。您补的时候，我们的时间停下不走。", "By {due}. While you work on it, our clock stands still."),
    ),
    "resubmitted": (
        T("您补的收到了", "Your correction has arrived"),
        T("接着审，最晚{due}。不用再交。", "The review goes on, until {due} at the latest."),
    ),
    "correction_expired": (
        T("补正的时间到了", "The time for the correction is over"),
        T(
            "部门会按现有的材料办。您还可以打电话说明。",
            "The department goes on with what it has. You can still call and explain.",
        ),
    ),
    "correction_reminder": (
        T("还有材料等您补", "A correction is still waiting for you"),
        T("最晚{due}。补不了，请告诉我们，可以商量。", "By {due}. If you can't, tell us; we find a way."),
    ),
    "lapsed": (
        T("您的申请终止了", "Your application has ended"),
        T("因为没有补材料。以后可以再申请。", "Because the correction did not come. You may apply again."),
    ),
    "withdrawn": (
        T("您撤回了申请", "You withdrew your application"),
        T("以后可以再申请。", "You may apply again."),
    ),
    "published": (
        T("决定开始公示", "The decision is on public notice"),
        T(
            "公示到{due}。只写您的姓，和奖项、荣誉或者岗位。",
            "Until {due}. It shows only your surname, and the award, the title or the post.",
        ),
    ),
    "notice_ended": (
        T("公示结束了，决定有效", "The notice is over; the decision stands"),
        T("接下来给您安排岗位。", "Next you are assigned a post."),
    ),
    "objection_dismissed": (
        T("有人提过异议，核实后不成立", "An objection was examined and dismissed"),
        T("决定不变。您什么都不用做。", "The decision stands. You need do nothing."),
    ),
    "objection_upheld": (
        T("有异议成立，要重新审", "An objection was upheld; your case is reviewed again"),
        T(
            "原来的决定撤销了。换没有签过的人重新审。",
            "The decision is set aside. People who have not signed review it again.",
        ),
    ),
    "seat_given": (
        T("您的准考证好了", "Your admission ticket is ready"),
        T(
            "请打开这件申请，点“考试”，打印准考证。您要的便利写在上面。",
            "Please open the application, choose “Examination” and print the ticket. What you need is written on it.",
        ),
    ),
    "results_out": (
        T("考试成绩出来了", "The results are out"),
        T(
            "请打开这件申请，点“考试”。成绩只有您和招录部门看得到。",
            "Please open the application and choose “Examination”. Only you and the recruiting department see them.",
        ),
    ),
    "check_noted": (
        T("体检结果记下了", "Your physical check is noted"),
        T("请打开这件申请，点“考试”看结果。", "Please open the application and choose “Examination” to read it."),
    ),
    "moved_up": (
        T("前面有人退出，轮到您了", "Somebody above you left: it is your turn"),
        T(
            "您的名次进了招录人数。接下来是体检，请留意消息；打开这件，点“考试”看名次。",
            "Your rank is now within the places. The physical check comes next; open the application and choose “Examination”.",
        ),
    ),
    "post_declined": (
        T("您放弃了录用，这件办完了", "The post is given up; the case is closed"),
        T("名额给下一名。下一批还可以再报。", "The place goes to the next in rank. You may apply in a later round."),
    ),
    "assigned": (
        T("给您安排了岗位", "A post is assigned to you"),
        T(
            "接收的街镇会和您联系，商量时间和便利。",
            "The town-level office will contact you about time and adjustments.",
        ),
    ),
    "contradicted": (
        T("岗位要重新安排", "Another post is being found"),
        T("原来的岗位接收不了。批准的决定不变。", "The first one could not take you. The decision is not touched."),
    ),
    "confirmed": (T("{step}办好了", "Done: {step}"), T("接着办下一步。", "The next step begins.")),
    "completed": (
        T("全部办完了，您已被接收", "All done: you are taken in"),
        T("祝您工作顺利。", "We wish you well in your work."),
    ),
    "served": (
        T("决定书已送达", "The decision has been served"),
        T("不同意的话，复议和诉讼的时间从送达那天数起。", "The periods for appeal count from the day of service."),
    ),
    "rating_asked": (
        T("这次办得怎么样，请您评一评", "How did it go? Please tell us"),
        T(
            "评哪一档、写不写都随您，{due}以前可以改。经办的人看不到是谁评的。",
            "Say as much as you like, or nothing; you may change it until {due}. Those who handled it never see whose it is.",
        ),
    ),
    "draft_expires": (
        T("您有一份没写完的申请", "You have an unfinished application"),
        T(
            "{due}以后会删掉。想接着写，打开存一次就行。",
            "It is deleted after {due}. Open and save it once to keep it.",
        ),
    ),
    "claim_expires": (
        T("{month}的社保补贴快领不到了", "{month} can soon no longer be claimed"),
        T(
            "如果{month}您也自己缴了社保，最晚{due}申请，过了就不补了。上次填的会带过来。没有缴，就不用管。",
            "If you paid your own social insurance for {month}, apply by {due}; later it is not paid. What you filled in "
            "last time is taken over. If you did not pay, leave it.",
        ),
    ),
    "prepared_claim": (
        T("有一份申请替您填好了", "An application is filled in for you"),
        T(
            "请登录看一下，对的话按一下就交。留到{due}。不要也没关系。",
            "Please sign in and look it over; one press sends it. It is kept until {due}. You need not take it.",
        ),
    ),
    "erasure_asked": (
        T("您要删除个人信息的申请收到了", "Your request to erase your data has arrived"),
        T("最晚{due}答复您。答复以前可以撤回。", "We answer by {due}. Until then you may take it back."),
    ),
    "erasure_declined": (
        T("您要删除个人信息的申请有答复了", "Your request to erase data is answered"),
        T(
            "这次没有删，理由写在“我的个人信息”里。",
            "It was not erased this time; “My personal information” says why.",
        ),
    ),
    "erased": (
        T("您申请删除的个人信息删除了", "The data you asked us to erase is erased"),
        T("申请的编号、结果和记录留着，看不出是谁。", "References, results and the record stay, without a person."),
    ),
    "prepared_reminder": (
        T("替您填好的申请快到期了", "The application filled in for you ends soon"),
        T("留到{due}。要的话，请登录确认。", "It is kept until {due}. If you want it, please sign in and confirm."),
    ),
    "mandate_taken": (
        T("多了一个人替您或者您的单位办事", "Somebody more acts for you or your unit"),
        T(
            "是谁、能做什么，请登录后看。不认识这个人，请马上结束授权。",
            "Please sign in to see who it is and what they may do. If you do not know them, end the mandate at once.",
        ),
    ),
    "mandate_ended": (
        T("少了一个人替您或者您的单位办事", "Somebody acts no longer for you or your unit"),
        T("现在有谁，请登录后看。", "Please sign in to see who acts now."),
    ),
    "mandate_over": (
        T("您的一个授权结束了", "One of your mandates has ended"),
        T(
            "您不再替对方办事。有疑问，请问对方。",
            "You act for them no longer. If you have questions, please ask them.",
        ),
    ),
    "mandate_role_changed": (
        T("单位里有人换了身份", "A role in your unit has changed"),
        T("现在谁能做什么，请登录后看。", "Please sign in to see who may do what now."),
    ),
    # To departments
    "task_opened": (T("新到一件", "A new case"), T("等签收。", "Waiting to be taken on.")),
    "task_returned": (T("退回一件", "A case was returned"), T("请看退回的理由。", "Please read why.")),
    "correction_received": (
        T("补正收到了", "A correction has arrived"),
        T("请接着办，期限顺延了。", "Please go on; the date has moved."),
    ),
    "applicant_withdrew": (
        T("申请人撤回了", "The applicant withdrew"),
        T("不用再办，已经从待办里去掉。", "Nothing more to do; it has left the inbox."),
    ),
    "correction_did_not_come": (
        T("补正期满，没有补来", "The correction did not come in time"),
        T("请按现有的材料办，或者写明理由终止。", "Please go on with what is there, or close it with a reason."),
    ),
    "objected": (
        T("收到一个异议", "An objection has arrived"),
        T("10 个工作日内答复。", "To be answered in 10 working days."),
    ),
    "deadline_near": (T("期限快到了", "The date is near"), T("最晚{due}。", "By {due}.")),
    "yellow_card": (T("黄牌：今天到期", "Yellow card: due today"), T("请今天办好。", "Please finish it today.")),
    "red_card": (T("红牌：已经过期", "Red card: overdue"), T("请写明原因。", "Please explain in writing.")),
    "task_transferred": (
        T("同事转给您一件", "A colleague handed you a case"),
        T("已经在您手上。", "It is in your hands."),
    ),
    "task_retracted": (
        T("上一步取回了", "The step before took it back"),
        T("不用办了，改好再送来。", "Nothing to do; it comes back when it is right."),
    ),
    "opinion_asked": (
        T("请您出意见", "Your opinion is asked for"),
        T("经办的同事在等您的意见。", "Its handler waits for it."),
    ),
    "opinion_given": (T("您要的意见到了", "The opinion is there"), T("可以接着办了。", "You can go on.")),
    "copied": (T("抄送您部门一件", "A case was copied to you"), T("只供查看，不用办。", "To read; nothing to do.")),
    "urged": (
        T("有人催办", "Somebody urges this case"),
        T("请看一下能不能快些。", "Please see whether it can go faster."),
    ),
    "recused": (
        T("有同事回避", "A colleague stepped aside"),
        T("这件要换人办，请安排。", "The case needs somebody else; please arrange it."),
    ),
    "challenged": (
        T("申请人要求回避", "The applicant challenges the handler"),
        T("请您看过以后决定。", "Please read it and decide."),
    ),
    "access_granted": (
        T("有人因工作查阅了这件", "Somebody outside looks at this case"),
        T("理由写在查阅记录里。", "The reason stands in the log of looks."),
    ),
    "change_proposed": (
        T("请您签一份更正", "A correction waits for your signature"),
        T("由您部门的审批人来签。", "An approver of your department signs it."),
    ),
    "payment_waived": (
        T("申请人放弃领款", "The applicant waived the payment"),
        T("不用再拨，已经从待办里去掉。", "Nothing to pay; it has left the inbox."),
    ),
    "reclaim_due": (
        T("更正以后，多拨的要追回", "After a correction, money has to be asked back"),
        T(
            "请办一件“追回多发的款”，写上这一件的编号。",
            "Please open a case “Reclaim of a wrong payment” naming this reference.",
        ),
    ),
    "explained": (T("书面说明到了", "The explanation is there"), T("请看为什么过期。", "Please read why it was late.")),
    "job_offered": (
        T("有一个岗位推荐给您", "A vacancy is suggested to you"),
        T(
            "您同意以前，单位不知道您是谁。请登录看一看。",
            "The employer does not know who you are before you agree. Please sign in and look.",
        ),
    ),
    "job_answered": (
        T("单位答复您了", "An employer has answered you"),
        T("请登录，在“找工作”里看。", "Please sign in and read it under “Looking for work”."),
    ),
    "candidate_consented": (
        T("有人想来您单位", "Somebody would like to work for you"),
        T("请登录，在单位的岗位里看，并答复。", "Please sign in, open your vacancies and answer."),
    ),
}

RELATIONS: Final[dict[str, T]] = {
    "kin": T("亲属", "Kin"),
    "former_employer": T("原工作单位", "A former employer"),
    "household": T("同住的同事", "An officer of my household"),
}

# Why a register did not answer: for officers, without a word of whom it was about.
REGISTER_FAILURES: Final[dict[str, T]] = {
    "not_connected": T("没有连接", "not connected"),
    "unreachable": T("连不上", "can't be reached"),
    "timeout": T("太久没有回答", "took too long to answer"),
    "busy": T("对方系统忙或者在维护", "busy or under maintenance"),
    "refused": T("拒绝回答", "refused to answer"),
    "too_large": T("回答太长，没有采用", "answered at a length that we do not take"),
    "garbage": T("回答看不懂", "gave an answer that can't be read"),
    "tls": T("证书不对，没有连接", "its certificate is not right"),
    "circuit_open": T("刚刚连着失败，先停一分钟再问", "failed several times; asked again after a minute"),
}

# Where a fact comes from: the registers, and the records that come in (casework/registers, casework/records.py).
ORIGINS: Final[dict[str, T]] = {
    "told": T("{source}说的一样", "{source} says the same"),
    "differs": T("{source}说的不一样", "{source} says otherwise"),
    "waiting": T("{source}当时没有回答", "{source} did not answer then"),
    "unknown": T("{source}没有查到这个人", "{source} does not know this person"),
    "confirmed": T("工作人员核实过", "confirmed by an officer"),
}


RECORD_SOURCES: Final[dict[str, T]] = {
    "enrolment": T("学校的在读记录", "the schools' records"),
    "admission": T("学校的录取记录", "the schools' records of admission"),
    "training": T("人社部门的证书记录", "HR&SS's records of certificates"),
    "competition": T("竞赛的成绩记录", "the results of the competition"),
    "certification": T("按比例就业网上认证", "the yearly certification of employers"),
    "wages": T("残疾职工工资发放清单", "the list of wages paid to disabled staff"),
    "earlier": T("以前批准过的申请", "an earlier application that was granted"),
}


def source_words(code: str) -> T:
    """A source of facts in words: a register, or the records of a kind."""
    return RECORD_SOURCES[code] if code in RECORD_SOURCES else REGISTERS[code].title


IMPORTS: Final[dict[str, T]] = {
    "staging": T("正在读", "being read"), "ready": T("等核对", "to be looked over"), "wrong": T("有要改的", "to be put right"),
    "done": T("导入了", "imported"), "dropped": T("没有导入", "dropped"), "withdrawn": T("撤回了", "withdrawn"),
}  # fmt: skip


SUSPENSIONS: Final[dict[str, T]] = {
    "parameter_missing": T("标准还没有公布，算不出金额", "a figure that is not published yet"),
    "other_decision": T("要等别的决定或者判决", "another decision or judgment that must come first"),
    "expert_opinion": T("要等鉴定或者专家意见", "an expert opinion that must come first"),
    "applicant_unable": T("申请人生病、去世或者没有监护人", "the applicant's illness or death, or a missing guardian"),
    "force_majeure": T("不可抗力", "an event beyond anybody's control"),
    "applicants_wish": T("申请人要求", "the applicant's own wish"),
}

RECUSALS: Final[dict[str, T]] = {
    "kin": T("是亲属", "kin"),
    "interest": T("有利害关系", "an interest of their own"),
    "former_employer": T("是原来的同事或者单位", "a former employer or colleague"),
    "conflict": T("有过矛盾", "a quarrel"),
    "other": T("别的原因，可能影响公正", "something else that could make it unfair"),
}

LOOK_DUTIES: Final[dict[str, T]] = {
    "inquiry": T("答复申请人的询问", "answering the applicant's question"),
    "appeal": T("办理复议或者诉讼", "a review or a lawsuit"),
    "complaint": T("办理投诉、举报", "a complaint or a report"),
    "related_case": T("办理有关联的案件", "a related case"),
    "audit": T("检查、审计", "an inspection or audit"),
}

LOOKS: Final[dict[str, T]] = {
    "case": T("案件", "the case"), "file": T("材料", "a file"), "number": T("完整的号码", "a whole number"),
    "letter": T("文书", "a letter"), "export": T("导出", "an export"),
}  # fmt: skip

# Papers that the office adds, of whatever measure.
OFFICE_PAPERS: Final[dict[str, T]] = {
    "returned": T("报送的材料", "Papers of a return"),
    "signed_paper": T("申请人签字的委托书", "Paper signed by the applicant"),
    "visit_record": T("核查照片和文件", "Pictures and papers of the visit"),
    "appeal_decision": T("复议或诉讼的文书", "Decision of the review or the court"),
    "told_paper": T("机构或基地交来的材料", "Papers of a provider or a base"),
}


def paper_titles(rules: Measure) -> dict[str, T]:
    """The titles of a measure's papers by their codes, the office's own included."""
    return {**OFFICE_PAPERS, **{one.code: one.title for one in rules.evidence}}


ABSENCES: Final[dict[str, T]] = {
    "leave": T("休假", "leave"), "illness": T("病假", "illness"), "travel": T("出差", "travel"),
    "training": T("培训", "training"), "other": T("其他", "other"),
}  # fmt: skip

SIGNATURES: Final[dict[str, T]] = {
    "countersign": T("会签", "countersigning"), "before": T("签以前出意见", "before the handler"),
    "parallel": T("一起签", "together with the handler"), "after": T("签以后、下一步以前", "after the handler"),
    "delegate": T("委派出意见", "an opinion for the handler"),
}  # fmt: skip

SIGNATURE_OUTCOMES: Final[dict[str, T]] = {
    "": T("等签", "waiting"), "agreed": T("同意", "agreed"), "refused": T("不同意", "does not agree"),
    "given": T("出了意见", "opinion given"), "void": T("不用签了", "no longer needed"),
}  # fmt: skip

PARTIES: Final[dict[str, T]] = {
    "reported": T("被举报的单位", "unit that is reported"), "provider": T("服务机构", "provider of the service"), "unit": T("用人单位", "employer"),
}  # fmt: skip

HOW_SERVED: Final[dict[str, T]] = {
    "account": T("在账号里打开了", "opened in the account"),
    "deemed": T("发出消息后满 5 个工作日，视为送达", "deemed served 5 working days after the message"),
    "post": T("邮寄", "by post"),
    "in_person": T("当面", "in person"),
}

GROUNDS_ON_NOTICE: Final[dict[str, T]] = {
    "national_competition": T("全国性比赛第一名", "First place in a national competition"),
    "international_competition": T("国际性比赛前三名", "One of the first three places in an international competition"),
    "honorary_title": T("市级以上荣誉称号", "An honorary title at municipal level or above"),
    "special_contribution": T("特殊贡献", "A special contribution"),
    "reserved_post": T("专项招录，拟录用", "To be appointed to a reserved post"),
}

DISABILITY_KINDS: Final[dict[str, T]] = {
    "1": T("视力", "sight"), "2": T("听力", "hearing"), "3": T("言语", "speech"), "4": T("肢体", "physical"),
    "5": T("智力", "intellectual"), "6": T("精神", "mental"), "7": T("多重", "multiple"),
}  # fmt: skip
DISABILITY_LEVELS: Final[dict[str, T]] = {
    "1": T("一级", "level 1"), "2": T("二级", "level 2"), "3": T("三级", "level 3"), "4": T("四级", "level 4"),
}  # fmt: skip

# Kinds of case that end in a finding (认定), not in the grant of something that somebody asked for.
INQUIRIES: Final = frozenset({"employment_fraud_report", "audit_review"})
FINDINGS: Final[dict[str, T]] = {
    "granted": T("认定属实", "found it to be so"), "refused": T("认定不属实", "found it not to be so"),
}  # fmt: skip
FINDING_LETTERS: Final[dict[str, T]] = {
    "granted": T("核查认定书（属实）", "Letter: founded"), "refused": T("核查认定书（不属实）", "Letter: not founded"),
}  # fmt: skip

LETTERS: Final[dict[str, T]] = {
    "granted": T("批准决定书", "Letter: granted"),
    "refused": T("不予批准决定书", "Letter: refused"),
    "not_accepted": T("不予受理通知书", "Letter: not accepted"),
    "lapsed": T("终止办理通知书", "Letter: lapsed"),
    "corrected": T("更正决定书", "Letter: corrected decision"),
    "accepted": T("受理通知书", "Letter: accepted"),
    "correction": T("补正材料通知书", "Letter: what to correct"),
    "paid": T("拨付通知书", "Letter: paid"),
}

MEDIA: Final[dict[str, T]] = {
    "image/jpeg": T("照片", "picture"), "image/png": T("照片", "picture"), "application/pdf": T("PDF", "PDF"),
}  # fmt: skip

STEP_KINDS: Final[dict[str, T]] = {
    "intake": T("受理", "acceptance"), "review": T("审核", "review"), "approval": T("审批", "decision"),
    "countersign": T("会签", "countersigning"), "confirm": T("确认", "confirmation"), "publicity": T("公示", "public notice"),
    "assignment": T("安排岗位", "assignment"), "inspect": T("核查", "inspection"), "payment": T("拨付", "payment"),
    "correction": T("补正", "correction"), "challenge": T("回避", "challenge"), "return": T("报送", "return"),
    "deliver": T("提供服务", "service"), "follow_up": T("随访", "follow-up"),
}  # fmt: skip

CLOCKS: Final[dict[str, T]] = {
    **STEP_KINDS, "decision": T("作出决定", "decision"), "notice": T("公示期", "public notice"),
    "objection": T("答复异议", "answer to objections"), "approval": T("审批", "decision step"),
}  # fmt: skip

COLUMNS: Final[dict[str, T]] = {
    "state": T("状态", "state"), "step": T("步骤", "step"), "department_id": T("现在谁办", "with"), "outcome": T("结果", "outcome"),
    "town_id": T("镇、街道", "town"), "amount": T("金额", "amount"), "round": T("第几轮", "round"),
}  # fmt: skip

SERVED_EVENTS: Final[dict[str, T]] = {
    "account": T("打开了文书，算送达", "opened the letter; it counts as served"),
    "deemed": T("把文书算作送达", "deemed the letter served"),
    "post": T("记下文书已邮寄送达", "noted that the letter was served by post"),
    "in_person": T("记下文书已当面送达", "noted that the letter was served in person"),
}
