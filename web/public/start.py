"""The first page: what there is by situation, and the way back to an application."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from casework import references
from casework.models import Case
from casework.queries import case_for
from policy import T
from web.forms import PlainForm, problems
from web.guard import public
from web.public.benefits import by_situation
from web.public.controls import text
from web.templatetags.look import say

NOT_READ = T(
    "这个编号少了字符，或者有一个写错了。请对照短信再看一遍：一共 14 个字母和数字，像 MH26-7K3P-9QXD-4T。",
    "A character is missing or mistyped. Please compare it with the SMS: 14 characters, like MH26-7K3P-9QXD-4T.",
)
NOT_YOURS = T(
    "在您的申请里没有找到这个编号。请再核对一遍，或者打开“我的申请”看全部。",
    "This reference is not among your applications. Please check it, or open “My applications” to see all of them.",
)


class TrackForm(PlainForm):
    """The reference, however it is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ref"] = text(
            T("受理编号", "Reference"),
            T(
                "在短信或回执上，像 MH26‑7K3P‑9QXD‑4T。不分大小写。",
                "In the SMS or on the receipt, like MH26‑7K3P‑9QXD‑4T.",
            ),
            T(
                "请写上受理编号。忘了编号，登录就能看到。",
                "Please give the reference. If you forgot it, sign in to see it.",
            ),
            spellcheck="false",
        )


@public
def start(request: HttpRequest) -> HttpResponse:
    return _page(request, TrackForm())


@public
def track(request: HttpRequest) -> HttpResponse:
    """To the application with this reference. Whether there is one is told only to whom it belongs."""
    form = TrackForm(request.GET)
    if not form.is_valid():
        return _page(request, form)
    try:
        reference = references.shown(references.read(form.cleaned_data["ref"]))
        if request.actor.is_officer:
            return redirect("case", reference)
        if request.actor.is_applicant:
            return redirect("tracking", references.shown(case_for(request.actor, reference).reference))
    except (references.NotAReference, Case.DoesNotExist) as error:
        form.add_error("ref", str(say(NOT_READ if isinstance(error, references.NotAReference) else NOT_YOURS)))
        return _page(request, form)
    return redirect(f"{reverse('signin')}?{urlencode({'next': reverse('tracking', args=[reference])})}")


def _page(request: HttpRequest, form: PlainForm) -> HttpResponse:
    return render(
        request,
        "public/start.html",
        {"here": "start", "form": form, "errors": problems(form), "situations": by_situation(request.district.pk)},
    )
