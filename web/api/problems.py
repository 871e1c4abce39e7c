"""What goes wrong, as problem details (RFC 9457): a kind with a page that explains it, in the reader's language.

Nothing that was sent stands in an answer, and whether a case exists is never told by one: what is not yours is not there.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from casework.wording import REASONS
from policy import T

MEDIA_TYPE: Final = "application/problem+json"
PAGE: Final = "/api/"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its status, what happened, and what to do now."""

    status: int
    title: T
    help: T


KINDS: Final[dict[str, Kind]] = {
    "bad-request": Kind(400, T("这个请求看不懂", "The request can't be read"), T("请求体要是一个 JSON 对象，用 UTF-8 编码。", "The body must be one JSON object in UTF-8.")),
    "key-missing": Kind(400, T("没有 Idempotency-Key", "Idempotency-Key is missing"), T("请在请求头里带一个自己生成的键，比如 UUID。断线重发时用同一个键，就不会办成两件。", "Please send a key of your own, such as a UUID. Sent again with the same key after a broken line, it makes no second case.")),
    "not-let-in": Kind(401, T("没有凭证，或者凭证不能用", "No token, or not one that opens anything"), T("请在请求头里带 Authorization: Bearer 和凭证。凭证可能写错了，也可能到期或者收回了，请找区里的管理员。", "Please send Authorization: Bearer with the token. It may be mistyped, over or revoked; ask the district's administrator.")),
    "not-allowed": Kind(403, T("这件事不能办", "This can't be done"), T("没有做任何改动。凭证的权限里要有这一项；案件在这个阶段也要能这样办。", "Nothing was changed. The token needs the scope for it, and the case must stand where it can be done.")),
    "no-mandate": Kind(403, T("没有这位申请人的授权", "No mandate of this applicant"), T("请申请人登录，在“替我办的人”里委托你们的系统。查无此人，也是这个答复。", "Please ask the applicant to sign in and name your system under “Who acts for me”. For somebody unknown the answer is the same.")),
    "not-there": Kind(404, T("这里没有", "It is not here"), T("可能是写错了，也可能不在这个凭证能看的范围里。", "It may be mistyped, or it is nothing that this token may see.")),
    "no-such-method": Kind(405, T("这个地址不能这样用", "The address does not take this method"), T("请看响应头 Allow 里写的方法。", "Please see the methods that the header Allow names.")),
    "already-done": Kind(409, T("已经办过了，或者案件不在这个阶段", "It is done already, or the case stands elsewhere"), T("没有做任何改动。请先看看案件现在的情况。", "Nothing was changed. Please look at how the case stands now.")),
    "erased": Kind(410, T("个人信息已经删除了", "The personal data was erased"), T("按规定删除了，谁也不能再读。", "It was erased as the rules say; nobody can read it again.")),
    "stale": Kind(412, T("您看过以后，案件有变化", "The case changed since you read it"), T("没有做任何改动。请再读一次案件，用新的 ETag 重新提交。", "Nothing was changed. Please read the case again and send its new ETag as If-Match.")),
    "too-large": Kind(413, T("请求太大了", "The request is too large"), T("整个请求最大 30 MB，一个文件最大 10 MB。", "A whole request may have 30 MB, a file 10 MB.")),
    "not-understood": Kind(422, T("有要改的地方", "Something has to be put right"), T("没有做任何改动。errors 里写了每一处要怎么改。", "Nothing was changed. Each entry of errors says what to do where.")),
    "key-used": Kind(422, T("这个键用过了，请求却不一样", "The key was used for another request"), T("新的申请请用新的 Idempotency-Key。", "Please use a new Idempotency-Key for a new application.")),
    "version-missing": Kind(428, T("没有 If-Match", "If-Match is missing"), T("请先读案件，把它的 ETag 放在 If-Match 里，免得盖掉别人的改动。", "Please read the case first and send its ETag as If-Match, so that nobody's change is overwritten.")),
    "too-many": Kind(429, T("请求太多了", "Too many requests"), T("请过 Retry-After 写的秒数再试。", "Please wait for the seconds that Retry-After names.")),
    "wrong": Kind(500, T("我们这里出了问题", "Something went wrong on our side"), T("不是您的错。请过几分钟再试；再不行，把 X-Request-Id 告诉我们。", "It is not your fault. Please try again in a few minutes; if it stays, tell us the X-Request-Id.")),
    "busy": Kind(503, T("这件正有人在办", "Somebody is working on this right now"), T("没有做任何改动。请等几秒再试一次。", "Nothing was changed. Please wait a few seconds and try again.")),
}  # fmt: skip
# The kind for a status that something else than a view of the API has given.
BY_STATUS: Final = {kind.status: name for name, kind in reversed(KINDS.items())}


class Problem(Exception):
    """Ends a request of the API: the kind, what exactly, field by field what to do, and headers that go with it."""

    def __init__(
        self, kind: str, detail: T | None = None, errors: Mapping[str, T] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(kind)
        self.kind, self.detail, self.errors, self.headers = kind, detail, dict(errors or {}), dict(headers or {})


def refused(reason: str) -> Problem:
    """`may` said no: its reason in words."""
    return Problem("not-allowed", REASONS.get(reason))


def language_of(request: HttpRequest) -> str:
    """zh-hans, or en where the request prefers it."""
    return translation.get_language_from_request(request)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as it is sent."""
    kind, language = KINDS[problem.kind], language_of(request)
    told: dict[str, Any] = {
        "type": f"{PAGE}#{problem.kind}",
        "title": kind.title.in_(language),
        "status": kind.status,
        "detail": (problem.detail or kind.help).in_(language),
    }
    if problem.errors:
        told["errors"] = [{"field": name, "detail": text.in_(language)} for name, text in problem.errors.items()]
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), status=kind.status, content_type=MEDIA_TYPE
    )
    response["Content-Language"] = "en" if language == "en" else "zh-Hans"
    response["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response[name] = value
    return response
