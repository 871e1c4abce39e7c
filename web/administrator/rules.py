"""The rules (规则): every figure and version with its timeline and gaps; propose a new one; decide a colleague's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods

from accounts.actor import Actor
from casework import access
from casework.models import Parameter, ParameterEnd, RuleProposal, VersionEnd
from casework.rules import Change, Line, gaps, timeline, timelines, whole
from casework.wording import REASONS
from flows.actions.decide_rule import publish_rule, reject_rule
from flows.actions.propose_rule import propose_rule, withdraw_rule
from flows.errors import AlreadyDone, Invalid, NotThere, ProofNeeded
from flows.rules import Entered, entered, judge, place
from policy import T
from policy.labels import GROUPS, LABELS
from policy.parameters import POLICY, Period
from web.administrator.backtests import part_of
from web.administrator.forms import FigureForm, VersionForm, first_days, kept_fields
from web.forms import Problem, add_errors, problems
from web.guard import for_administrators
from web.proof import proved, unproved
from web.reading import place as place_of
from web.reading import plain, read_place
from web.templatetags.look import say

PAGE = 25
SENT = T(
    "提案交给另一位管理员了，公布以前什么都不变。",
    "It waits for another administrator; nothing changes before it is published.",
)
DONE = {
    "publish": T("公布了。", "Published."),
    "reject": T("记下了：没有同意。", "Noted: rejected."),
    "withdraw": T("撤回了。", "Withdrawn."),
}
AGAIN = T("请再输一次密码。", "Please give your password once more.")


@dataclass(frozen=True)
class Row:
    """One name of the list: its lines, what is in force today, what is missing, and a proposal that waits."""

    name: str
    lines: list[Line]
    current: Line | None
    later: list[Line]
    gaps: list[Period]
    proposal: RuleProposal | None

    @property
    def shown(self) -> Line | None:
        """Whose source is told: today's, else the newest's."""
        return self.current or (self.lines[-1] if self.lines else None)


@for_administrators
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All figures by subject, the versions of the policy, and what waits for a second administrator."""
    district_id, today = request.actor.post.district_id, localdate()
    lines = timelines(district_id)
    waiting = {one.name: one for one in _waiting(district_id)}
    within = whole(lines[POLICY])
    rows = {name: _row(name, lines.get(name, []), within, today, waiting.get(name)) for name in {*lines, *LABELS}}
    groups, taken = [], {POLICY}
    for title, starts in GROUPS:
        mine = [row for name, row in rows.items() if name not in taken and name.startswith(starts)]
        taken |= {row.name for row in mine}
        groups.append((title, sorted(mine, key=lambda row: (row.name not in LABELS, *_order(row.name)))))
    context = {
        "here": "rules", "groups": [(title, mine) for title, mine in groups if mine], "versions": rows[POLICY], "within": within,
        "waiting": list(waiting.values()), "today": today, "missing": sum(bool(row.gaps) for row in rows.values()),
    }  # fmt: skip
    return render(request, "administrator/rules.html", context)


@for_administrators
@require_http_methods(["GET", "POST"])
def rule_figure(request: HttpRequest) -> HttpResponse:
    """A new figure: the form, then what it would change, then the proposal."""
    name = plain(request.GET.get("name", ""))[:80]
    lines = timeline(request.actor.post.district_id, name) if name and name != POLICY else []
    if name and name not in LABELS and not lines:
        raise NotThere
    latest = lines[-1].row if lines else None
    missing = gaps([line.period for line in lines], _within(request.actor)) if name else []
    initial = {**first_days(missing), "source": getattr(latest, "source", "") if _is_own(latest) else ""}
    form = FigureForm(name, latest, request.POST if request.method == "POST" else None, initial=initial)  # type: ignore[arg-type]
    return _enter(request, form, {"name": name, "lines": lines, "gaps": missing, "template": "rule_figure"})


@for_administrators
@require_http_methods(["GET", "POST"])
def rule_version(request: HttpRequest) -> HttpResponse:
    """A new version of the policy, the same way."""
    lines = timeline(request.actor.post.district_id, POLICY)
    form = VersionForm(request.POST if request.method == "POST" else None)
    return _enter(request, form, {"name": POLICY, "lines": lines, "gaps": [], "template": "rule_version"})


@for_administrators
@require_http_methods(["GET", "POST"])
def rule_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal: what it changes, who proposed it, and the decision of a second administrator."""
    by = request.actor
    proposal = _found(by, proposal_id)
    errors = _decide(request, proposal) if request.method == "POST" and "restore" not in request.POST else []
    if request.method == "POST" and "restore" not in request.POST and not errors:
        return redirect("rule_proposal", proposal.pk)
    new = entered(proposal)
    context = {
        "here": "rules", "proposal": proposal, "new": new, "period": new.period, "errors": errors, "typed": request.POST,
        "verdicts": {verb: access.may_decide_rule(by, proposal, f"{verb}_rule") for verb in DONE},
        "proof_due": access.proof_is_due(by, "publish_rule"), "ended": _ended(proposal),
        "backtest": part_of(proposal), **(_changed(new, by) if proposal.is_open else {}),
    }  # fmt: skip
    return render(request, "administrator/rule_proposal.html", context, status=400 if errors else 200)


@for_administrators
@require_GET
def rules_decided(request: HttpRequest) -> HttpResponse:
    """The proposals that were published, rejected or withdrawn, newest first."""
    rows = _proposals(request.actor.post.district_id).exclude(state="proposed").order_by("-decided_at", "-id")
    if after := read_place(request.GET.get("after", ""), datetime):
        at, pk = after
        rows = rows.filter(decided_at__lte=at).filter(Q(decided_at__lt=at) | Q(pk__lt=pk))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "here": "rules", "rows": [(one, entered(one)) for one in found[:PAGE]],
        "next": urlencode({"after": place_of(last.decided_at, last.pk)}) if last and last.decided_at else "",
    }  # fmt: skip
    return render(request, "administrator/rules_decided.html", context)


def _enter(request: HttpRequest, form: Any, given: dict[str, Any]) -> HttpResponse:
    """The form until it is right; then the page that shows what would change; then, on its button, the proposal."""
    by, do, errors, status = request.actor, request.POST.get("do", "check"), [], 200
    template = given.pop("template")
    context = {"here": "rules", "form": form, "within": _within(by), **given}
    context["waiting"] = next((one for one in _waiting(by.post.district_id) if one.name == given["name"]), None)
    if form.is_bound and do != "edit" and "restore" not in request.POST:
        new = _right(form, by)
        if new is not None and do == "propose":
            made, errors = _propose(request, new)
            if made is not None:
                messages.success(request, say(SENT))
                return redirect("rule_proposal", made.pk)
            status = 400
        if new is not None:
            context |= {
                "new": new,
                "period": new.period,
                "kept": kept_fields(request),
                "errors": errors,
                "name": new.name,
            }
            context |= {"proof_due": access.proof_is_due(by, "propose_rule"), **_changed(new, by)}
            return render(request, "administrator/rule_check.html", context, status=status)
        errors, status = problems(form), 400
    return render(request, f"administrator/{template}.html", {**context, "errors": errors}, status=status)


def _right(form: Any, by: Actor) -> Entered | None:
    """What was entered, if the form and the rules have nothing against it; else None, with the errors in the form."""
    form.is_valid()
    new: Entered = form.entered()
    try:
        judge(new, by.post.district_id, localdate())  # type: ignore[union-attr]
    except Invalid as invalid:
        told = {name: text for name, text in invalid.errors.items() if name not in form.errors}
        parts = [name for name in form.fields if name.startswith("parts-")]
        if "extra" in told and parts:
            told[parts[0]] = told.pop("extra")
        add_errors(form, told)
    return None if form.errors else new


def _propose(request: HttpRequest, new: Entered) -> tuple[RuleProposal | None, list[Problem]]:
    if wrong := unproved(request, "propose_rule"):
        return None, wrong
    try:
        return propose_rule(new=new, by=proved(request), now=now()), []
    except Invalid as invalid:
        return None, [Problem(text) for text in invalid.errors.values()]
    except AlreadyDone as done:
        return None, [Problem(REASONS[done.reason])]
    except ProofNeeded:
        return None, [Problem(AGAIN, "f-password")]


def _decide(request: HttpRequest, proposal: RuleProposal) -> list[Problem]:
    do, answer = request.POST.get("do", ""), plain(request.POST.get("answer", ""))
    if do not in DONE:
        raise NotThere
    if do != "withdraw" and (wrong := unproved(request, f"{do}_rule")):
        return wrong
    given: dict[str, Any] = {"proposal_id": proposal.pk, "by": proved(request), "now": now()}
    try:
        if do == "withdraw":
            withdraw_rule(**given)
        else:
            (publish_rule if do == "publish" else reject_rule)(**given, answer=answer)
    except Invalid as invalid:
        places = {"answer": "f-answer", "backtest": "bt-h"}
        return [Problem(text, places.get(name, "")) for name, text in invalid.errors.items()]
    except ProofNeeded:
        return [Problem(AGAIN, "f-password")]
    messages.success(request, say(DONE[do]))
    return []


def _changed(new: Entered, by: Actor) -> dict[str, Any]:
    """What the entry would do to the timeline, before and after; or what is in its way meanwhile."""
    district_id, today = by.post.district_id, localdate()  # type: ignore[union-attr]
    lines = timeline(district_id, new.name)
    try:
        change = place(new, district_id, lines)
    except Invalid as invalid:
        return {"blocked": list(invalid.errors.values())}
    return {
        "change": change, "before": [(line.row, line.period) for line in lines], "after": _after(lines, change, new),
        "undetermined": change.filled_before(today), "replaced": change.replaced_before(today),
    }  # fmt: skip


def _after(lines: Iterable[Line], change: Change, new: Entered) -> list[tuple[Any, Period]]:
    ended = {line.row.pk: last for line, last in change.ends}
    rows = [(line.row, Period(line.period.first, ended.get(line.row.pk, line.period.last))) for line in lines]
    return sorted([*rows, (new, new.period)], key=lambda pair: pair[1].first)


def _ended(proposal: RuleProposal) -> list[tuple[Any, Any]]:
    """What a published proposal cut short."""
    if proposal.state != "published":
        return []
    kind: Any = ParameterEnd if proposal.kind == RuleProposal.PARAMETER else VersionEnd
    row = proposal.kind if proposal.kind == RuleProposal.PARAMETER else "version"
    return [(getattr(end, row), end.last_day) for end in kind.objects.filter(proposal=proposal).select_related(row)]


def _found(by: Actor, proposal_id: int) -> RuleProposal:
    found = _proposals(by.post.district_id).filter(pk=proposal_id).first()  # type: ignore[union-attr]
    if found is None:
        raise NotThere
    return found


def _proposals(district_id: int) -> Any:
    return RuleProposal.objects.filter(district_id=district_id).select_related(
        "proposed_by", "proposed_as", "decided_by"
    )


def _waiting(district_id: int) -> Any:
    return _proposals(district_id).filter(state="proposed").order_by("proposed_at")


def _row(name: str, lines: list[Line], within: Period, today: Any, waiting: RuleProposal | None) -> Row:
    return Row(
        name, lines, next((line for line in lines if today in line.period), None),
        [line for line in lines if line.period.first > today], gaps([line.period for line in lines], within), waiting,
    )  # fmt: skip


def _within(by: Actor) -> Period:
    return whole(timeline(by.post.district_id, POLICY))  # type: ignore[union-attr]


def _order(name: str) -> tuple[int, str]:
    return (list(LABELS).index(name) if name in LABELS else 0, name)


def _is_own(latest: Any) -> bool:
    """Whether the office wrote the source itself; those of the first figures are the file's."""
    return isinstance(latest, Parameter) and bool(latest.caused_by)
