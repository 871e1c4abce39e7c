"""Reading what the patterns found: lists, counts, sentences, and one hit with its cases and its record. Read side only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate, localtime

from accounts.actor import Actor
from accounts.models import User
from casework.duties import kept_from
from casework.models import Action, Case
from casework.published import parameters
from casework.telling import step_words
from casework.wording import EVENTS, RELATIONS
from oversight.models import PatternHit, PatternRun
from oversight.patterns import BY_CODE, LOOK_BACK, PATTERNS, Pattern
from oversight.records import Told, told
from policy import T, labels
from policy.parameters import Entry

PAGE = 25
RESULTS: dict[str, T] = {
    "": T("还没有看", "not looked at yet"), "nothing": T("没有问题", "nothing found"), "explained": T("有说明，正常", "explained"),
    "follow_up": T("要跟进", "to be followed up"), "review": T("立案核查了", "a review was opened"),
}  # fmt: skip
_FINDINGS = {"eligible": T("符合", "met"), "not_eligible": T("不符合", "not met")}
_WORKS = {
    True: T("工作日，上班时间以外", "a working day, outside the hours"), False: T("休息日", "not a working day"),
}  # fmt: skip
_OWN = {
    True: T("有本人签的。", "The officer signed it themselves."),
    False: T("是本部门同事签的。", "Colleagues of the department signed it."),
}  # fmt: skip
_PEOPLE = ("who", "first", "second")


@dataclass(frozen=True)
class Found:
    """A hit with the values that its sentence is filled with."""

    hit: PatternHit
    values: dict[str, Any]

    @property
    def sentence(self) -> T:
        return self.pattern.says.fill(**self.values)

    @property
    def pattern(self) -> Pattern:
        return BY_CODE[self.hit.pattern]


@dataclass(frozen=True)
class Counted:
    """A pattern with how many of its hits nobody has looked at, and how many somebody has."""

    pattern: Pattern
    open: int
    looked_at: int


def counted(district_id: int) -> list[Counted]:
    """Every pattern; one statement."""
    rows = PatternHit.objects.filter(district_id=district_id).values_list("pattern")
    found = {
        code: (n, total) for code, n, total in rows.annotate(n=Count("pk", filter=Q(result="")), total=Count("pk"))
    }
    return [
        Counted(one, found.get(one.code, (0, 0))[0], found.get(one.code, (0, 0))[1] - found.get(one.code, (0, 0))[0])
        for one in PATTERNS
    ]


def last_look(district_id: int) -> PatternRun | None:
    """The newest look for the patterns."""
    return PatternRun.objects.filter(district_id=district_id).order_by("-at", "-pk").first()


def thresholds(pattern: Pattern, district_id: int) -> list[tuple[T, T | None]]:
    """The pattern's thresholds and how far back it looks, in words, as they stand today; None where none is in force."""
    figures, today = parameters(district_id), localdate()
    names = [*(figure for _, figure in pattern.figures), LOOK_BACK]
    return [(labels.label(name), _amount(figures.entry(name, today))) for name in names]


def _amount(entry: Entry | None) -> T | None:
    return None if entry is None or entry.value is None else labels.amount(entry.name, entry.value, entry.unit or "")


def page(
    district_id: int, pattern: Pattern, *, show_all: bool, after: tuple[datetime, int] | None, size: int = PAGE
) -> list[Found]:  # fmt: skip
    """The next page, newest first, one row more than `size`; three statements."""
    rows = PatternHit.objects.filter(district_id=district_id, pattern=pattern.code)
    if not show_all:
        rows = rows.filter(result="")
    if after is not None:
        at, pk = after
        rows = rows.filter(found_at__lte=at).filter(Q(found_at__lt=at) | Q(pk__lt=pk))
    return in_sentences(list(rows.select_related("marked_by", "review").order_by("-found_at", "-pk")[: size + 1]))


def in_sentences(hits: Iterable[PatternHit]) -> list[Found]:
    """The hits with their sentences; two statements for all names and steps."""
    hits = list(hits)
    shown = Case.objects.in_bulk({hit.cases[0] for hit in hits if hit.cases and "step" in hit.details})
    names = dict(
        User.objects.filter(pk__in={one for hit in hits for one in hit.users}).values_list("pk", "display_name")
    )
    return [Found(hit, _words(hit.details, names, shown.get(hit.cases[0]) if hit.cases else None)) for hit in hits]


def _words(details: dict[str, Any], names: dict[int, str], case: Case | None) -> dict[str, Any]:
    """The numbers and codes of a hit, as its sentence says them."""
    return {name: _word(name, value, names, case) for name, value in details.items()}


def _word(name: str, value: Any, names: dict[int, str], case: Case | None) -> Any:
    if name in _PEOPLE:
        return names.get(value, "—")
    if name in ("step", "before"):
        return step_words(case, value) if case is not None else T(value or "—", value or "—", filled=True)
    if name == "at":
        at = localtime(datetime.fromisoformat(value))
        return T("{day} {time}", "{day}, {time}").fill(day=at.date(), time=f"{at:%H:%M}")
    if name in ("used", "cap", "left", "expected"):
        return Decimal(str(value))
    tables: dict[str, dict[Any, T]] = {
        "event": EVENTS, "finding": _FINDINGS, "works": _WORKS, "own": _OWN, "kind": RELATIONS,
    }  # fmt: skip
    if name in tables:
        return tables[name][value]
    return date.fromisoformat(value) if name == "day" else str(value)


def hit_of(by: Actor, hit_id: int) -> PatternHit | None:
    """The hit, in the actor's district; None where there is none."""
    district_id = by.post.district_id if by.post is not None else 0
    rows = PatternHit.objects.filter(pk=hit_id, district_id=district_id)
    return rows.select_related("marked_by", "review").first()


def why_not_judge(by: Actor, hit: PatternHit, cases: Iterable[Case]) -> str:
    """Why the actor does not judge this hit: it is about them, or a duty keeps one of its cases from them; else empty."""
    if by.hands & set(hit.users):
        return "hit_is_about_you"
    return next((code for case in cases if (code := kept_from(by, case))), "")


def cases_of(hit: PatternHit) -> list[Case]:
    """The cases that the hit names, the newest first."""
    people = ("person__key", "organisation__key", "applicant_department", "department")
    return list(
        Case.objects.filter(pk__in=hit.cases, district_id=hit.district_id).select_related(*people).order_by("-pk")
    )


def officers_of(hit: PatternHit) -> list[User]:
    return list(User.objects.filter(pk__in=hit.users).order_by("pk"))


def record_of(hit: PatternHit) -> list[Told]:
    """What was done with it, in order."""
    found = Action.objects.filter(district_id=hit.district_id, subject_kind="patternhit", subject_id=hit.pk)
    return told(list(found.select_related("user", "department", "post__user").order_by("number")))


def reviewed(district_id: int, after: int | None = None, size: int = PAGE) -> list[Found]:
    """The next page of hits of which a review was opened, the newest first, one row more than `size`."""
    rows = PatternHit.objects.filter(district_id=district_id, result=PatternHit.REVIEW)
    rows = rows.select_related("review", "marked_by").order_by("-review_id")
    return in_sentences((rows.filter(review_id__lt=after) if after is not None else rows)[: size + 1])
