"""Error pages: what happened, what it means for me, what to do now. Never a reference, a name or a number on them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from casework.wording import REASONS
from policy import T

PAGES: dict[str, tuple[T, T]] = {
    "not_there": (
        T("这里没有您要找的内容", "What you are looking for is not here"),
        T(
            "可能是编号输错了，也可能不在您能看的范围里。请检查一下，或者从首页再找。",
            "The number may be mistyped, or it is not yours to see. Please check it, or start from the first page.",
        ),
    ),
    "not_allowed": (
        T("这一步您不能办", "You can't do this"),
        T("没有做任何改动。", "Nothing was changed."),
    ),
    "kept_away": (
        T("这件您要回避", "This case is kept from you"),
        T(
            "您看不到它的内容。要换人办的，请告诉本部门负责人。",
            "You can't read it. If it needs somebody else, please tell the head of your department.",
        ),
    ),
    "proof_needed": (
        T("请再确认一次是您本人", "Please prove again that it is you"),
        T(
            "离上次确认身份已经超过 15 分钟。没有做任何改动。请回到上一页，输入密码再交一次。",
            "The last proof is more than 15 minutes old. Nothing was changed. Go back, give your password and send it again.",
        ),
    ),
    "already_done": (
        T("已经办过了", "This is done already"),
        T(
            "可能是您自己刚才办的，也可能是别人办的。这一次没有再改动任何内容。请看看现在的情况。",
            "It may have been you a moment ago, or somebody else. Nothing was changed this time. Please look at how it stands now.",
        ),
    ),
    "stale": (
        T("您打开以后，内容有变化", "It changed since you opened it"),
        T(
            "没有保存您这一次的改动，免得盖掉别人的。请回到上一页，重新打开再改。",
            "Your change was not saved, so that nobody's work is overwritten. Go back, open the page again and repeat it.",
        ),
    ),
    "for_applicants": (
        T("申请要用申请人的账号", "An application needs an applicant's account"),
        T(
            "您现在是以工作人员的身份登录的。请先退出，再用自己的证件登录。",
            "You are signed in as an officer. Please sign out, and sign in with your own identity.",
        ),
    ),
    "busy": (
        T("这件正有人在办", "Somebody is working on this right now"),
        T("请等几秒再试一次。没有做任何改动。", "Please wait a few seconds and try again. Nothing was changed."),
    ),
    "erased": (
        T("这里的个人信息已经删除了", "The personal data here was erased"),
        T(
            "申请人的信息按规定删除了，谁也不能再读。谁签过、哪一天、什么结果，都还在记录里，督查能看到。",
            "The applicant's data was erased as the rules say; nobody can read it again. Who signed what and when is still in "
            "the record, which supervision can read.",
        ),
    ),
    "expired_form": (
        T("这一页放得太久了", "This page was open too long"),
        T(
            "为了安全，没有保存这一次。请用浏览器的“后退”回去，刷新后再交一次。存过的都还在。",
            "For safety this was not saved. Go back in the browser, reload and send it again. What was saved is still there.",
        ),
    ),
    "too_large": (
        T("文件太大了", "The file is too large"),
        T(
            "一个文件最大 10 MB。请压缩一下，或者分开传。",
            "A file may have 10 MB at most. Please make it smaller or split it.",
        ),
    ),
    "wrong": (
        T("我们这里出了问题", "Something went wrong on our side"),
        T(
            "不是您的错。请过几分钟再试。存过的都还在。",
            "It is not your fault. Please try again in a few minutes. What was saved is still there.",
        ),
    ),
    "bad_request": (
        T("这个请求我们看不懂", "We could not read this request"),
        T("请回到上一页，再试一次。", "Please go back and try again."),
    ),
}


def show_error(request: HttpRequest, status: int, page: str, reason: str = "", **context: Any) -> HttpResponse:
    """The page of an error, in the reader's language."""
    title, text = PAGES[page]
    if not hasattr(request, "actor"):
        return render(request, "errors/plain.html", {"title": title, "text": text}, status=status)
    why = REASONS.get(reason)
    layout = "bench.html" if request.actor.is_officer else "base.html"
    given = {"title": title, "text": text, "why": why, "layout": layout, **context}
    return render(request, "errors/error.html", given, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return show_error(request, 403, "expired_form")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show_error(request, 404, "not_there")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show_error(request, 400, "bad_request")


def server_error(request: HttpRequest) -> HttpResponse:
    return show_error(request, 500, "wrong")
