"""Campaigns (宣传活动) of the head's department: publish one in both languages, withdraw it."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from casework.models import Campaign
from flows.actions.campaign import LONGEST, publish_campaign, withdraw_campaign
from flows.errors import Invalid
from policy import T
from web.controls import a_day
from web.forms import PlainForm, add_errors, problems
from web.guard import for_heads
from web.public.controls import text
from web.reading import read_key
from web.templatetags.look import say

SHOWN = 50
_NO_DAY, _HOW = T("请写日子。", "Please give the day."), T("比如 2027-05-16。", "Such as 2027-05-16.")


@for_heads
@require_http_methods(["GET", "POST"])
def campaigns(request: HttpRequest) -> HttpResponse:
    if "withdraw" in request.POST:
        withdraw_campaign(by=request.actor, now=now(), campaign_id=read_key(request.POST["withdraw"]))
        messages.success(request, say(T("撤下来了，大家看不到了。", "Withdrawn; nobody sees it any more.")))
        return redirect("work_campaigns")
    form = PlainForm(request.POST if request.method == "POST" else None)
    form.fields |= _fields()
    if form.is_bound and form.is_valid():
        try:
            publish_campaign(by=request.actor, now=now(), **form.cleaned_data)
        except Invalid as invalid:
            add_errors(form, invalid.errors)
        else:
            messages.success(request, say(T("发布了，大家都看得到。", "Published for everybody.")))
            return redirect("work_campaigns")
    rows = Campaign.objects.filter(department_id=request.actor.post.department_id, withdrawn_at=None).order_by("-pk")[
        :SHOWN
    ]
    context = {"form": form, "errors": problems(form), "rows": rows, "here": "campaigns"}
    return render(request, "head/campaigns.html", context, status=400 if form.errors else 200)


def _fields() -> dict[str, forms.Field]:
    empty = T("请写这一项。", "Please fill this in.")
    chinese = T("不写的，英文页上用中文。", "Without it the English page shows the Chinese.")
    return {
        "title": text(T("活动名称（中文）", "Title in Chinese"), None, empty, size="long", max_length=80),
        "title_en": text(T("活动名称（英文）", "Title in English"), chinese, None, size="long", max_length=160, required=False),
        "starts_on": a_day(T("从哪天", "First day"), _NO_DAY, _HOW), "ends_on": a_day(T("到哪天", "Last day"), _NO_DAY, _HOW),
        "place": text(T("在哪里，怎么到", "Where, and how to get there"), T("无障碍的路线也写上。", "With the step-free way."), None, size="long", max_length=160, required=False),
        "text": text(T("讲什么（中文）", "What it is, in Chinese"), None, empty, lines=6, max_length=LONGEST),
        "text_en": text(T("讲什么（英文）", "What it is, in English"), chinese, None, lines=6, max_length=LONGEST, required=False),
    }  # fmt: skip
