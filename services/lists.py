"""The lists that vacancies, profiles and plans choose from, in both languages; keys are kept, words are shown."""

from typing import Final

from policy.text import T

FIELDS: Final[dict[str, T]] = {
    "office": T("办公室文员", "office work"), "production": T("生产、组装", "production, assembly"),
    "packing": T("包装、分拣", "packing, sorting"), "warehouse": T("仓库", "warehouse"),
    "retail": T("售货、收银", "shop, till"), "catering": T("餐饮", "catering"), "cleaning": T("保洁、绿化", "cleaning, gardening"),
    "customer_service": T("客服、话务", "customer service"), "it": T("电脑、软件", "computers, software"),
    "design": T("设计、美工", "design"), "handicraft": T("手工", "handicraft"), "massage": T("按摩", "massage"),
    "care": T("照护、家政", "care, housekeeping"), "community": T("社区服务", "community service"), "other": T("其他", "other"),
}  # fmt: skip

SKILLS: Final[dict[str, T]] = {
    "typing": T("打字、办公软件", "typing, office software"), "data_entry": T("数据录入", "data entry"),
    "bookkeeping": T("会计、出纳", "bookkeeping"), "programming": T("编程", "programming"), "design": T("设计、修图", "design"),
    "writing": T("写作、编辑", "writing"), "telephone": T("电话沟通", "telephone"), "customers": T("接待客人", "serving customers"),
    "sewing": T("缝纫", "sewing"), "weaving": T("编织、手工", "weaving, handicraft"), "assembly": T("组装", "assembly"),
    "packing": T("包装", "packing"), "baking": T("烘焙", "baking"), "cooking": T("烹饪", "cooking"), "cleaning": T("保洁", "cleaning"),
    "gardening": T("园艺", "gardening"), "massage": T("按摩", "massage"), "teaching": T("教、带人", "teaching"),
    "repair": T("修理", "repair"), "driving": T("开车", "driving"), "sign_language": T("手语", "sign language"),
    "english": T("英语", "English"),
}  # fmt: skip

ACCOMMODATIONS: Final[dict[str, T]] = {
    "step_free": T("无障碍通道", "a step-free way"), "toilet": T("无障碍卫生间", "an accessible toilet"),
    "sign_language": T("手语", "sign language"), "captions": T("字幕、文字沟通", "captions, talk in writing"),
    "screen_reader": T("读屏软件", "a screen reader"), "large_print": T("大字、大屏幕", "large print, a large screen"),
    "seated": T("坐着做", "work that is done sitting"), "quiet": T("安静的地方", "a quiet place"),
    "breaks": T("多休息几次", "more breaks"), "flexible": T("时间灵活", "flexible times"), "mentor": T("有人带", "a mentor"),
    "remote": T("在家做", "work at home"), "transport": T("接送", "transport"),
}  # fmt: skip

HOURS: Final[dict[str, T]] = {
    "full": T("全天", "full time"), "part": T("半天", "part time"), "shifts": T("倒班", "shifts"),
    "nights": T("夜班", "nights"), "home": T("在家，按件", "at home, by the piece"),
}  # fmt: skip

# In order: each holds the ones before it.
EDUCATION: Final[dict[str, T]] = {
    "": T("没有要求", "none asked"), "primary": T("小学", "primary school"), "junior": T("初中", "junior secondary school"),
    "senior": T("高中、中专、技校", "senior secondary or technical school"), "college": T("大专", "college"),
    "bachelor": T("本科以上", "bachelor's degree or more"),
}  # fmt: skip

CLOSED: Final[dict[str, T]] = {
    "filled": T("招到人了", "filled"), "withdrawn": T("不招了", "withdrawn"), "changed": T("情况变了，另外登", "changed, noted anew"),
    "over": T("过了截止日", "past its last day"),
}  # fmt: skip

INTRODUCTIONS: Final[dict[str, T]] = {
    "offered": T("推荐了，等本人同意", "suggested, waiting for the person's consent"),
    "consented": T("本人同意了，等单位答复", "the person agreed, waiting for the employer"),
    "declined": T("本人没有同意", "the person declined"), "withdrawn": T("本人收回了同意", "the person took the consent back"),
    "invited": T("请去面谈", "invited to meet"), "employed": T("录用了", "employed"), "not_taken": T("没有录用", "not taken"),
}  # fmt: skip

SERVICES: Final[dict[str, T]] = {
    "assessment": T("职业能力评估", "assessment of abilities"), "guidance": T("职业指导", "career guidance"),
    "referral": T("岗位推荐", "referral to posts"), "coaching": T("就业辅导员跟岗", "a job coach at work"),
    "training": T("技能培训", "skills training"), "adaptation": T("工作场地和用具改造", "adapting the workplace"),
    "counselling": T("心理疏导", "counselling"), "founding": T("创业辅导", "coaching for founders"),
    "policy": T("政策咨询", "advice on policies"), "feasibility": T("创业可行性评估", "feasibility assessment"),
}  # fmt: skip

PLANNED: Final[dict[str, T]] = {
    "planned": T("还没有做", "not done yet"), "delivered": T("做了", "delivered"), "dropped": T("没有做，写了原因", "not done, with the reason"),
}  # fmt: skip

OUTCOMES: Final[dict[str, T]] = {
    "employed": T("就业了", "employed"), "trading": T("自己开业了", "trading"), "training": T("去培训了", "in training"),
    "stopped": T("停了", "stopped"),
}  # fmt: skip

VISITS: Final[dict[str, T]] = {
    "registered": T("登记了", "registered"), "came": T("来了", "came"), "interviewed": T("和单位谈了", "talked with an employer"),
    "agreed": T("达成意向", "came to an understanding"), "employed": T("录用了", "employed"), "absent": T("没有来", "did not come"),
    "cancelled": T("取消了", "cancelled"),
}  # fmt: skip

HEADINGS: Final[dict[str, T]] = {
    "market": T("有没有人买", "is there a market"), "person": T("本人做不做得了", "can the person do it"),
    "place": T("场地和无障碍", "place and access"), "money": T("本钱和周转", "money and cash flow"),
    "law": T("证照和规定", "licences and rules"),
}  # fmt: skip

RISKS: Final[dict[str, T]] = {
    "low": T("风险低", "low risk"), "middle": T("风险中等", "medium risk"), "high": T("风险高", "high risk"),
}  # fmt: skip

# The kinds of disability on a certificate, by its digit.
SUITS: Final[dict[str, T]] = {
    "1": T("视力", "sight"), "2": T("听力", "hearing"), "3": T("言语", "speech"), "4": T("肢体", "physical"),
    "5": T("智力", "intellectual"), "6": T("精神", "mental"), "7": T("多重", "multiple"),
}  # fmt: skip

SHARES: Final[dict[str, T]] = {
    "given": T("分了，等基地确认", "shared out, waiting for the base"), "confirmed": T("基地确认了", "confirmed by the base"),
    "declined": T("基地没有要", "declined by the base"),
}  # fmt: skip

BASE_OUTCOMES: Final[dict[str, T]] = {
    "continues": T("继续扶持", "support continues"), "stops": T("停止扶持", "support stops"),
    "reclaim": T("停止扶持，追回款项", "support stops, the money is asked back"),
}  # fmt: skip
