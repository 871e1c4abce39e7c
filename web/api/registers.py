"""What is public: application types with their questions, chains, rules with their versions, and how the goal goes."""

import hashlib
import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.timezone import localdate
from ninja import Path, Router

from casework.published import parameters
from flows.engine import CaseFlow, has_chain, is_newest, newest, purposes_of
from flows.errors import ChainError, NotThere
from flows.orders import chains_of, version_of
from flows.published_chains import holder, length, title
from oversight.goal import Cell, board, cells, shown
from policy import FormError, T, measure, measures
from policy.labels import label
from policy.measure import ORGANISATION, PERSON, Measure
from policy.parameters import POLICY, Parameters
from policy.registry import further_kinds
from policy.schema import schema
from web.api import answers
from web.api.answers import said
from web.api.words import words

router = Router(tags=["registers"])
NO_PURPOSE = "-"
# Handed in on pages of their own: a post of a recruitment round, and what nobody applies for.
_NOT_HERE = ("post_application",)

Code = Path(..., max_length=60, examples=["direct_admission"])
PurposeIn = Path(..., max_length=30, description="The purpose; `-` where the type has none.", examples=[NO_PURPOSE])


def is_open(rules: Measure, purpose: str) -> bool:
    """Whether somebody outside the office can hand such an application in here."""
    return (
        rules.applicant in (PERSON, ORGANISATION) and not rules.imposed and rules.code not in _NOT_HERE
        and has_chain(rules.code, purpose)
    )  # fmt: skip


@router.get(
    "/types", response=answers.Types, **words(
        T("全部事项", "All application types"), T("政策的各项措施和其他案件，各带版本、条款、指南、办理链和问题的描述。", "The measures of the policy and the further kinds of case, each with version, clause, guide, chain and questions."),
    ),
)  # fmt: skip
def types(request: HttpRequest) -> HttpResponse:
    figures = parameters(request.district.pk)
    return cached(request, {"types": [_row(one, figures) for one in _known()]})


@router.get(
    "/types/{code}", response=answers.TypeDetail, **words(
        T("一个事项", "One application type"), T("同上，再加要交的材料。", "The same, with the papers that belong to it."),
    ),
)  # fmt: skip
def one_type(request: HttpRequest, code: str = Code) -> HttpResponse:
    rules = _rules(code)
    papers = [
        {
            "code": one.code, "title": said(one.title), "hint": said(one.hint), "required": one.required,
            "original_seen": one.original_seen,
        }
        for one in rules.evidence
        if not one.held_by_office
    ]  # fmt: skip
    return cached(request, {**_row(rules, parameters(request.district.pk)), "papers": papers})


@router.get(
    "/types/{code}/{purpose}/schema", response=dict[str, Any], **words(
        T("一个事项问什么", "What a type asks"), T("提交时 facts 的 JSON Schema（2020-12）。x-asked-if 说哪些回答下才问；x-papers 是要交的材料。", "The JSON Schema (2020-12) of `facts` as they are handed in. x-asked-if says on which answers a question depends; x-papers are the papers."),
    ),
)  # fmt: skip
def type_schema(request: HttpRequest, code: str = Code, purpose: str = PurposeIn) -> HttpResponse:
    return cached(request, schema(_rules(code, _purpose(code, purpose))))


@router.get(
    "/chains", response=answers.Chains, **words(
        T("全部办理链", "All chains"), T("每条链的每个版本，一步一步按顺序：谁办、多久、哪一步作决定。", "Every version of every chain, step by step: who holds it, how long, which one decides."),
    ),
)  # fmt: skip
def chains(request: HttpRequest) -> HttpResponse:
    figures, today = parameters(request.district.pk), localdate()
    return cached(request, {"chains": [_chain(one, figures, today) for one in chains_of(request.district.pk)]})


@router.get(
    "/chains/{code}/{purpose}/{version}", response=answers.ChainRow, **words(
        T("一条办理链", "One chain"), T("一个版本的步骤。已经开始的案件按它开始时的版本办完。", "The steps of one version. A case that began on it ends on it."),
    ),
)  # fmt: skip
def chain(
    request: HttpRequest, code: str = Code, purpose: str = PurposeIn,
    version: int = Path(..., ge=1, le=1000, examples=[1]),
) -> HttpResponse:  # fmt: skip
    try:
        found = version_of(request.district.pk, code, "" if purpose == NO_PURPOSE else purpose, version)
    except ChainError as error:
        raise NotThere from error
    return cached(request, _chain(found, parameters(request.district.pk), localdate()))


@router.get(
    "/rules", response=answers.Rules, **words(
        T("规则的版本和数字", "Versions and figures of the rules"), T("政策的各个版本，和规则用到的每个数字、从哪天到哪天、出自哪里。", "The versions of the policy, and every figure of the rules with its days and its source."),
    ),
)  # fmt: skip
def rules(request: HttpRequest) -> HttpResponse:
    figures = parameters(request.district.pk)
    names = dict.fromkeys(entry.name for entry in figures.entries if entry.name != POLICY)
    return cached(
        request,
        {
            "versions": [
                {"version": one.version, "since": one.period.first, "until": one.period.last} for one in figures.named(POLICY)
            ],
            "figures": [
                {
                    "name": name, "label": said(label(name)),
                    "values": [
                        {
                            "since": one.period.first, "until": one.period.last, "unit": one.unit, "source": one.source,
                            "value": None if one.value is None else str(one.value),
                        }
                        for one in figures.named(name)
                    ],
                }
                for name in sorted(names)
            ],
        },
    )  # fmt: skip


@router.get(
    "/figures", response=answers.Figures, **words(
        T("新增就业目标的进展", "How the goal of newly employed people goes"), T("和公开网页上的一样；1 到 4 个人的格子不写数。", "The same as on the public page; cells of 1 to 4 people say nothing."),
    ),
)  # fmt: skip
def figures(request: HttpRequest) -> HttpResponse:
    district_id = request.district.pk
    found = board(district_id, localdate())
    last = min(found.today.year, found.period.last)
    return cached(
        request,
        {
            "target": found.period.target, "first_year": found.period.first, "last_year": found.period.last,
            "counted": found.many, "on": found.today,
            "years": [
                {"year": year, "line": found.line(year), "counted": found.by_the_end_of(year)}
                for year in range(found.period.first, last + 1)
            ],
            "by_measure": _cells(cells(found, "measure", district_id)),
            "by_town": _cells(cells(found, "town", district_id)),
        },
    )  # fmt: skip


def cached(request: HttpRequest, data: Any) -> HttpResponse:
    """The data with an ETag of its content; 304 where the reader has it already."""
    content = json.dumps(data, ensure_ascii=False, default=str, separators=(",", ":")).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    is_known = tag in known or "*" in known
    response = HttpResponseNotModified() if is_known else HttpResponse(content, content_type="application/json")
    response["ETag"], response["Cache-Control"] = tag, "public, max-age=300"
    return response


def _known() -> list[Measure]:
    """Every type that cases are of, once each."""
    found = {one.code: one for one in (*further_kinds(), *measures()) if purposes_of(one.code)}
    order = {one.code: place for place, one in enumerate(measures())}
    return sorted(found.values(), key=lambda one: order.get(one.code, len(order)))


def _rules(code: str, purpose: str = "") -> Measure:
    try:
        found = measure(code, purpose)
    except FormError as error:
        raise NotThere from error
    if not purposes_of(found.code):
        raise NotThere
    return found


def _purpose(code: str, asked: str) -> str:
    purpose = "" if asked == NO_PURPOSE else asked
    if purpose not in purposes_of(code):
        raise NotThere
    return purpose


def _row(rules: Measure, figures: Parameters) -> dict[str, Any]:
    is_measure = any(one.code == rules.code for one in measures())
    return {
        "code": rules.code, "clause": rules.clause, "title": said(rules.title), "summary": said(rules.summary),
        "applicant": rules.applicant.value, "pays": rules.pays,
        "policy_versions": [one.version for one in figures.named(POLICY)],
        "guide_url": reverse("guide", args=[rules.code]) if is_measure else None,
        "purposes": [_purpose_of(rules.code, one) for one in purposes_of(rules.code)],
    }  # fmt: skip


def _purpose_of(code: str, purpose: str) -> dict[str, Any]:
    current = newest(code, purpose)
    return {
        "purpose": purpose, "title": said(title(current)), "open": is_open(measure(code, purpose), purpose),
        "chain_version": current.version, "schema_url": f"/api/v1/types/{code}/{purpose or NO_PURPOSE}/schema",
    }  # fmt: skip


def _chain(one: type[CaseFlow], figures: Parameters, on: date) -> dict[str, Any]:
    return {
        "type": one.measure, "purpose": one.purpose, "version": one.version,
        "newest": is_newest(one), "own_order": one.published is not None, "title": said(title(one)),
        "steps": [
            {
                "name": step.name, "kind": step.kind, "words": said(step.words), "holder": said(holder(step)),
                "length": said(length(step, figures, on)), "decides": step.decides,
            }
            for step in one.steps
        ],
    }  # fmt: skip


def _cells(found: list[Cell]) -> list[dict[str, Any]]:
    return [{"key": cell.key, "words": said(cell.title), "counted": many} for cell, many in shown(found)]
