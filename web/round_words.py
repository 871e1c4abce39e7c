"""Words of recruitment rounds: kinds, needs in the examination, parts, standings."""

from typing import Final

from policy import T

KINDS: Final = {
    "government_employee": T("政府雇员专项招录", "Special recruitment of government employees"),
    "community_worker": T("社区工作者专项招录", "Special recruitment of community workers"),
}
NEEDS: Final = {
    "large_print": T("大字卷", "Large print"), "extra_time": T("延长时间", "More time"),
    "sign_language": T("手语翻译", "Sign-language interpreter"), "ground_floor": T("一楼考场", "A room on the ground floor"),
}  # fmt: skip
PARTS: Final = {"written": T("笔试", "Written test"), "interview": T("面试", "Interview")}
STANDINGS: Final = {
    "place": T("在录用名次里", "within the places"), "next": T("递补", "next in rank"),
    "pending": T("分数没有录全", "scores not complete"), "absent": T("缺考", "absent"),
    "below": T("没到合格线", "below the pass mark"), "removed": T("退出了", "left the ranking"),
}  # fmt: skip
# What is next for a candidate once the results are out: the tag's kind, and the words.
TURNS: Final[dict[str, tuple[str, T]]] = {
    "appointed": ("done", T("录用了，在上班", "Appointed and at work")),
    "notice_due": ("ask", T("批准了，要公示", "Granted; to be put on notice")),
    "on_notice": ("now", T("公示中", "On public notice")),
    "notice_over": ("ask", T("公示到期，要结束公示", "The notice is over; to be ended")),
    "to_assign": ("ask", T("要安排岗位", "To be assigned")),
    "start_awaited": ("now", T("等单位确认报到", "Waits for the unit to confirm the start")),
    "check_due": ("ask", T("轮到了，要记体检结果", "Their turn; the check is to be noted")),
    "ranking_due": ("ask", T("轮到了，要确认排名", "Their turn; the ranking is to be confirmed")),
    "decision_due": ("ask", T("轮到了，要作决定", "Their turn; to be decided")),
    "elsewhere": ("hold", T("轮到了，案件在别的步骤", "Their turn; the case is at another step")),
    "next": ("wait", T("递补，等前面的人", "Next in rank; waits for those above")),
    "full": ("wait", T("名额满了", "The post is filled")),
    "set_aside": ("no", T("异议成立，案件重新审核", "An objection was upheld; reviewed anew")),
    "left_open": ("ask", T("退出了，案件要答复", "Left the ranking; the case is to be answered")),
    "out_open": ("ask", T("不在排名里，案件要答复", "Not in the ranking; the case is to be answered")),
    "left": ("no", T("退出了", "Left the ranking")),
    "out": ("no", T("不在排名里", "Not in the ranking")),
}
ABSENT: Final = T("缺考", "absent")
