"""Words for the keys of funds and payments, in both languages."""

from typing import Final

from policy import T

SOURCES: Final[dict[str, T]] = {
    "levy": T("残疾人就业保障金", "disabled employment levy"),
    "finance": T("区财政资金", "district budget"),
    "lottery": T("福利彩票公益金", "welfare lottery fund"),
}

ENTRIES: Final[dict[str, T]] = {
    "opened": T("设立", "opened"), "raised": T("追加", "raised"), "lowered": T("调减", "lowered"),
    "carried_out": T("结转到下一年", "carried to the next year"), "carried_in": T("上一年结转", "carried from the year before"),
    "reserved": T("预留", "reserved"), "released": T("释放预留", "released"), "spent": T("拨付", "paid"),
    "taken_back": T("追回入账", "taken back"), "closed": T("关账", "closed"),
}  # fmt: skip

DECISIONS: Final[dict[str, T]] = {
    "open": T("设立当年资金", "open the year's fund"), "raise": T("追加", "raise it"), "lower": T("调减", "lower it"),
    "close": T("关账，不再预留", "close the year"), "carry": T("把余额结转到下一年", "carry what is left to the next year"),
    "source": T("定一项政策用哪笔资金", "say which fund pays a measure"),
}  # fmt: skip

DECISION_STATES: Final[dict[str, T]] = {
    "proposed": T("等第二个人定", "waits for a second officer"), "approved": T("已经生效", "in force"),
    "rejected": T("没有同意", "rejected"), "withdrawn": T("撤回了", "withdrawn"),
}  # fmt: skip

BATCHES: Final[dict[str, T]] = {
    "made": T("等另一个人放行", "waits for a second officer"), "released": T("已放行，等银行结果", "released, waiting for the bank"),
    "done": T("办完了", "done"), "dropped": T("撤销了", "dropped"),
}  # fmt: skip

RESULTS: Final[dict[str, T]] = {
    "": T("还没有结果", "no result yet"),
    "paid": T("已付", "paid"),
    "bounced": T("退票", "bounced"),
}

# Why a payment was left out of its batch, beside the duties that bar the releaser.
LEFT_OUT: Final[dict[str, T]] = {
    "taken_out": T("拿出来了", "taken out"), "dropped": T("批次撤销了", "the batch was dropped"),
    "stopped": T("案件停着，或者决定在更正", "the case is paused, or its decision is being corrected"),
}  # fmt: skip

# What the bank said of an account when it was given (`Payee.checked`).
CHECKED: Final[dict[str, T]] = {
    "matches": T("银行核对过，户名和账号对得上", "the bank confirmed that name and number belong together"),
    "differs": T("银行说户名和账号对不上，写的人看过以后还是这样写", "the bank says that they do not belong together; whoever gave it insists"),
    "silent": T("当时银行系统没有回答，还没有核对", "the bank did not answer then: not checked yet"),
    "": T("没有请银行核对", "the bank was not asked"),
}  # fmt: skip

PAYABLES: Final[dict[str, T]] = {
    "waiting_account": T("等收款账户", "waiting for the account"), "due": T("待拨付", "to be paid"),
    "in_batch": T("在拨付批次里", "in a batch"), "paid": T("已拨付", "paid"), "bounced": T("退票，等新账户", "bounced, account needed"),
    "waived": T("申请人放弃", "waived"), "lapsed": T("长期未领，终止", "lapsed unclaimed"), "void": T("作废", "void"),
}  # fmt: skip
