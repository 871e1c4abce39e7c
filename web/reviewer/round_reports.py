"""The report of a round (批次报告): figures by unit, as a page and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from policy import T
from recruitment.actions.export_round import export_round
from recruitment.report import outcomes_of, report_of
from web.downloads import csv_file, noted
from web.guard import for_rounds, posted
from web.reviewer.rounds import round_of
from web.templatetags.look import say

HEAD = (
    T("招录单位", "Unit"), T("计划人数", "Planned"), T("专项名额", "Reserved"), T("报名", "Applied"), T("准考", "Admitted"), T("到考", "Present"),
    T("录用", "Appointed"),
)  # fmt: skip
HEAD_OF_POSTS = (
    T("岗位", "Post"), T("招几人", "Places"), T("录用", "Appointed"), T("办理中", "On the way"), T("递补", "Next in rank"), T("空缺", "Unfilled"),
)  # fmt: skip


@for_rounds
@require_GET
def round_report(request: HttpRequest, round_id: int) -> HttpResponse:
    """What a round came to, unit by unit and post by post: figures alone."""
    one = round_of(request, round_id)
    rows = report_of(one)
    context = {
        "here": "rounds", "one": one, "head": HEAD, "rows": rows[:-1], "total": rows[-1],
        "outcomes": outcomes_of(one), "head_of_posts": HEAD_OF_POSTS,
    }  # fmt: skip
    return render(request, "reviewer/round_report.html", context)


@for_rounds
@posted("round_report")
def round_csv(request: HttpRequest, round_id: int) -> HttpResponse:
    """The report as a file; that it was taken is recorded first."""
    one = round_of(request, round_id)
    rows, posts = report_of(one), outcomes_of(one)
    export_round(one=one, by=request.actor, now=now(), rows=len(rows) + len(posts))
    total = say(T("合计", "Total"))
    lines = [
        [say(words) for words in HEAD], *([line.unit or total, *line.figures] for line in rows),
        *([[], [say(words) for words in HEAD_OF_POSTS]] if posts else []),
        *([f"{post.code} {say(post.title)}", *post.figures] for post in posts),
    ]  # fmt: skip
    return noted(request, csv_file(f"round-{one.shown}.csv", lines))
