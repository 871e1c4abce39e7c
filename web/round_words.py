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
ABSENT: Final = T("缺考", "absent")
