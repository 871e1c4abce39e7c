"""The pictures of the README and of the handbook: whose page each shows, and what must stand on it.

`docs/take_pictures.py` takes them from a running demonstration; `tests/browser/test_pictures.py` goes the same ways and
looks for the same landmarks, so that a picture whose page has changed its words or is gone is found.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from re import compile as compile_pattern

FOLDER = Path(__file__).with_name("pictures")
WIDTH = 1280  # of the window, in pixels
MOST_BYTES = 120 * 1024  # of one picture


@dataclass(frozen=True)
class Picture:
    """`follows` are patterns of the links that lead from `start` to the page, one after the other; the first link that
    fits is taken. On the page, `landmark` (CSS) holds each of the `words`. `part` (CSS) is what is shown, else the
    window's first `height` pixels."""

    name: str
    who: str
    start: str
    landmark: str
    words: tuple[str, ...]
    follows: tuple[str, ...] = ()
    part: str = ""
    height: int = 900


CASE = r"^/work/cases/[^/]+/$"
PICTURES = (
    Picture("tasks", "applicant-7", "/my/", "main", ("申请：社区工作者直接纳入", "您的情况", "核对并提交"), (r"^/my/drafts/\d+/$",), height=860),
    Picture("track", "applicant-0", "/my/", "main", ("走到哪一步", "现在谁在办", "最晚到哪天", "您要做什么", "接下来"), (r"^/my/cases/[^/]+/$",), height=1320),
    Picture("case", "civil-1", "/work/inbox/", "main", ("逐条审核", "系统判断", "我的判断"), (CASE,), height=1560),
    Picture("audit", "supervisor", "/audit/", "main", ("谁批了什么", "查这位申请人", "导出全部结果（CSV）"), height=1000),
    Picture("handbook-guide", "anonymous", "/guides/direct_admission/", "main", ("三句话说完", "看易读版", "开始申请", "先看我合不合适")),
    Picture("handbook-prepared", "applicant-1", "/my/", "main", ("替您填好的", "等您确认", "交上去的"), height=640),
    Picture("handbook-inbox", "fed-review-1", "/work/inbox/", "main", ("我手上的", "本部门待签收", "请我签、出意见", "到期、过期", "转给同事"), height=760),
    Picture("handbook-sign", "fed-review-1", "/work/inbox/", "[aria-labelledby=sg-h]", ("签署", "您签了，就会发生这些事", "意见或理由", "不同意，写明意见"), (CASE,), part="[aria-labelledby=sg-h]"),
    Picture("handbook-workload", "fed-head", "/work/workload/", "main", ("谁有多少", "等您决定的回避", "过期和快到期的", "转给别人")),
    Picture("handbook-deputies", "fed-head", "/work/deputies/", "main", ("安排好的代理", "结束代理", "设代理", "记不在岗")),
    Picture("handbook-dashboard", "supervisor", "/supervision/dashboard/", "main", ("看板", "期限", "案件实际怎么走"), height=1000),
    Picture("handbook-proof", "supervisor", "/audit/?who=civil-2", "main", ("核验这份记录",), (r"^/work/cases/[^/]+/history/(#.*)?$",), height=1000),
    Picture("handbook-people", "admin", "/work/people/", "main", ("工作人员", "添加工作人员", "现在的任职", "登录用的手机"), height=760),
    Picture("handbook-proposal", "admin-2", "/work/rules/", "main", ("等另一位管理员", "公布以后会怎样", "试算", "核对过了，公布"), (r"^/work/rules/proposals/\d+/$",), height=1700),
)  # fmt: skip


def path_of(picture: Picture, links: Callable[[str], Iterable[str]]) -> str:
    """Where the picture's page is now; `links` answers where a page leads. Raises LookupError where the way is lost."""
    path = picture.start
    for follow in picture.follows:
        fits = compile_pattern(follow)
        found = next((link for link in links(path) if fits.search(link)), None)
        if found is None:
            raise LookupError(f"{picture.name}: no link of {path} fits {follow}")
        path = found
    return path
