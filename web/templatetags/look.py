"""What every template uses: texts in both languages, dates, icons, tags, references."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language

from casework import wording
from casework.references import shown
from casework.telling import act_words, step_words
from casework.wording import ROLES
from policy import T, measure
from policy.assessment import PERIOD
from policy.text import Lines, in_local_words

register = template.Library()
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def english() -> bool:
    return (get_language() or "zh").startswith("en")


@register.simple_tag
def t(zh: str, en: str, **values: Any) -> SafeString:
    """A text in the reader's language; `{name}` takes a value, escaped. The texts themselves are ours, with markup."""
    text = in_local_words(en, "en") if english() else in_local_words(zh, "zh")
    if not values:
        return mark_safe(text)  # noqa: S308  a template's own words
    return format_html(text, **{name: own(in_words(value)) for name, value in values.items()})


def in_words(value: Any) -> Any:
    """A value as pages show it."""
    if isinstance(value, T):
        return value.en if english() else value.zh
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return value


@register.filter
def say(value: Any) -> Any:
    """A T, or a stored [Chinese, English], in the reader's language; anything else as it is."""
    if isinstance(value, T):
        return value.en if english() else value.zh
    if isinstance(value, bool):
        return ("yes" if value else "no") if english() else ("是" if value else "否")
    if isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        return value[1] if english() else value[0]
    if isinstance(value, date) and not isinstance(value, datetime):
        return plain_day(value)
    if isinstance(value, Lines):
        return "\n".join(str(say(one)) for one in value)
    return own(value)


@register.filter
def spoken(value: Any) -> Any:
    """An answer as a text says it: numbers with their commas, several with a mark between them."""
    return say(T("{value}", "{value}").fill(value=value))


def is_chinese(value: Any) -> bool:
    return isinstance(value, str) and any("\u3400" <= character <= "\u9fff" for character in value)


@register.filter
def own(value: Any) -> Any:
    """Words that somebody wrote: on an English page Chinese ones say their language, so that they are read out right."""
    if english() and is_chinese(value) and not isinstance(value, SafeString):
        return format_html('<span lang="zh-Hans">{}</span>', value)
    return value


@register.filter
def note_text(note: Any) -> str:
    """The words of an interpretation note in the reader's language."""
    return str(note.text_en if english() else note.text)


@register.simple_tag
def lang_of(value: Any) -> SafeString | str:
    """The attribute that says so, for an element whose text stands in an attribute."""
    return mark_safe(' lang="zh-Hans"') if english() and is_chinese(value) else ""


def plain_day(value: date) -> str:
    return (
        f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        if english()
        else f"{value.year}年{value.month}月{value.day}日"
    )


@register.filter
def day(value: date | datetime | None, how: str = "weekday") -> SafeString | str:
    """A day in `<time>`: with its weekday, `short` without, `cell` for a grid of days, `year` with the year. Days of other years show it always."""
    if value is None:
        return ""
    on = localtime(value).date() if isinstance(value, datetime) else value
    with_year = how == "year" or on.year != localtime().year
    if english():
        month = _MONTHS[on.month - 1][:3] if how == "cell" else _MONTHS[on.month - 1]
        words = f"{on.day} {month}" + (f" {on.year}" if with_year and how != "cell" else "")
        words = f"{_DAYS[on.weekday()]} {words}" if how == "weekday" else words
    else:
        words = (f"{on.year}年" if with_year and how != "cell" else "") + f"{on.month}月{on.day}日"
        words += f"（{_WEEKDAYS[on.weekday()]}）" if how == "weekday" else ""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.filter
def moment(value: datetime | None, how: str = "") -> SafeString | str:
    """A moment in `<time>`: the day and the clock; with `year` always the year too."""
    if value is None:
        return ""
    at = localtime(value)
    with_year = how == "year" or at.year != localtime().year
    if english():
        words = f"{at.day} {_MONTHS[at.month - 1]}" + (f" {at.year}" if with_year else "") + f", {at:%H:%M}"
    else:
        words = (f"{at.year}年" if with_year else "") + f"{at.month}月{at.day}日 {at:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="minutes"), words)


@register.filter
def weekday(value: date) -> str:
    return _DAYS[value.weekday()][:3] if english() else _WEEKDAYS[value.weekday()]


@register.simple_tag
def weekdays() -> list[str]:
    """The heads of a week's grid, from Monday."""
    return [name[:3] for name in _DAYS] if english() else list(_WEEKDAYS)


@register.filter
def ref(value: str) -> SafeString:
    """A reference with hyphens that never break."""
    return format_html('<span class="ref">{}</span>', shown(value).replace("-", "\u2011"))


@register.filter
def refpath(value: str) -> str:
    """A reference as it stands in addresses."""
    return shown(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false" viewBox="0 0 24 24"><use href="#i-{}"/></svg>', name
    )


@register.simple_tag
def tag(kind: str, zh: str = "", en: str = "", text: Any = "", mark: str = "") -> SafeString:
    """A tag (标签): icon, border and word say it together."""
    words = in_words(text) if text else (en if english() else zh)
    marks = {
        "done": "done", "now": "now", "wait": "wait", "hold": "hold", "ask": "ask", "info": "mail", "no": "no", "late": "card",
    }  # fmt: skip
    return format_html(
        '<span class="tag tag--{}">{}{}</span>', kind, icon(mark or marks[kind]), conditional_escape(words)
    )


@register.filter
def get(mapping: Any, name: Any) -> Any:
    """A value of a mapping by a variable name; None where it has none."""
    return mapping.get(name) if mapping else None


@register.filter
def joined_keys(keys: Sequence[int]) -> str:
    """Keys of rows for an address."""
    return ".".join(str(key) for key in keys)


@register.filter
def joined(values: Sequence[Any]) -> str:
    return (", " if english() else "、").join(str(say(value)) for value in values)


@register.filter
def lines(value: str) -> SafeString:
    """Typed text with its line breaks, escaped, in its own language."""
    if isinstance(value, SafeString):
        return value
    return mark_safe("<br>".join(conditional_escape(own(line)) for line in str(value).splitlines()))  # noqa: S308


@register.filter
def size(value: int) -> str:
    return f"{value / 1_048_576:.1f} MB" if value >= 1_048_576 else f"{max(1, value // 1024)} KB"


@register.inclusion_tag("parts/chain.html")
def chain(drawing: Any, alone: bool = False) -> dict[str, Any]:
    """The drawing and its list; `alone` where the page itself lists the steps."""
    return {"drawing": drawing, "alone": alone}


@register.inclusion_tag("parts/pips.html")
def pips(used: int, of: int) -> dict[str, Any]:
    """Days used of days allowed; the words stand beside it."""
    squares = [
        {"x": 1 + 14 * number, "state": "over" if number >= of else "on" if number < used else "off"}
        for number in range(min(max(used, of), 12))
    ]
    return {"squares": squares, "width": 14 * len(squares)}


@register.simple_tag
def field(form: Any, name: str) -> SafeString:
    return mark_safe(form[name].as_field_group())  # noqa: S308  Django rendered it


@register.filter
def role(post: Any) -> str:
    """The role of a post in words."""
    return str(say(ROLES[post.role]))


@register.filter
def worded(key: str, table: str) -> str:
    """A key of the record in words: `{{ case.state|worded:"STATES" }}`."""
    words = getattr(wording, table).get(key)
    return str(say(words)) if words else key


@register.simple_tag
def heard(bound: Any) -> str:
    """What was understood of a typed field, where its form says so."""
    return bound.form.heard(bound.name) if hasattr(bound.form, "heard") else ""


@register.filter
def as_word(key: str, table: str) -> Any:
    """A key as its T, for a tag or a placeholder."""
    return getattr(wording, table)[key]


@register.filter
def listed(value: Any) -> list[Any]:
    return [value]


@register.filter
def position_title(position: Any) -> str:
    return position.title_en or position.title if english() else position.title


@register.filter
def position_place(position: Any) -> str:
    """Where the work is: the unit of a post of a recruitment round, else the department."""
    of_round = getattr(position, "of_round", None)
    return str(of_round.post.unit.name if of_round is not None else position.department.title)


_FOR = T("{place}，代{who}", "{place}, for {who}")


@register.filter
def as_whom(one: Any) -> str:
    """As whom an officer acted: department and role; for a deputy, also for whom. As whom somebody acted for an applicant."""
    action = one.action
    if action.department is None:
        if action.actor_kind == "applicant" and action.role:
            return str(say(wording.ACTS_AS[action.role]))
        return str(say(wording.ACTORS[action.actor_kind])) if action.actor_kind != "officer" else ""
    role_words = say(ROLES[action.role]) if action.role else ""
    place = f"{action.department.title} · {role_words}" if role_words else action.department.title
    if action.acts_for_kind != "officer" or action.post is None:
        return str(place)
    return str(say(_FOR.fill(place=T(str(place), str(place), filled=True), who=action.post.user.display_name)))


@register.filter
def post_words(post: Any) -> str:
    return f"{post.department.title} · {role(post)}"


@register.filter
def to_step(one: Any) -> T | str:
    """The step that an act led to, in words."""
    to = one.action.details.get("to", "")
    return step_words(one.case, to) if one.case is not None and to else to


@register.filter
def at_step(one: Any) -> str:
    return str(say(step_words(one.case, one.action.step))) if one.case is not None and one.action.step else ""


@register.filter
def history_word(value: Any, name: str) -> Any:
    """A value of the case's history in words."""
    tables = {"state": wording.STATES, "outcome": wording.OUTCOMES}
    if name in tables and value in tables[name]:
        return say(tables[name][value])
    return "—" if value in (None, "") else say(value)


@register.filter
def measure_title(case: Any) -> str:
    return str(say(measure(case.measure, case.purpose).title))


@register.filter
def titled(value: Any) -> SafeString:
    """Words for a page's title, where no markup can stand."""
    return conditional_escape(value)


@register.filter
def event_words(one: Any) -> str:
    """The event in words: a service with how the letter reached the applicant, others with what they were about, where the
    record says it."""
    served = wording.SERVED_EVENTS.get(one.action.details.get("how", "")) if one.action.event == "served" else None
    did = str(say(served or act_words(one.case, one.action.event)))
    if one.action.event == "submitted" and (moved := one.action.details.get("contact")):
        return str(say(_MOVED.fill(did=did, what=tuple(_CONTACT[name] for name in moved))))
    about = _paper(one) or getattr(one, "about", None)
    return str(say(_ABOUT.fill(did=did, what=about))) if about else did


_ABOUT = T("{did}：{what}", "{did}: {what}")
_MOVED = T("{did}，联系方式有变：{what}", "{did}, reached otherwise than before: {what}")
_CONTACT = {"telephone": T("电话", "telephone"), "address": T("住址", "address"), "town_id": T("镇、街道", "town")}


def _paper(one: Any) -> T | None:
    """The paper that an act was about, where its record names one."""
    code, case = one.action.details.get("paper", ""), one.case
    return wording.paper_titles(measure(case.measure, case.purpose)).get(code) if code and case is not None else None


_SHOWN_ON_THE_PAGE = T("材料，案件页上的图", "a file, as a picture on the case's page")


@register.filter
def look_words(one: Any) -> str:
    """What was looked at; a picture that the case's page shows by itself is told from a file that was opened."""
    return str(say(_SHOWN_ON_THE_PAGE if one.page == "preview" else wording.LOOKS[one.what]))


@register.filter
def letter_words(letter: Any) -> str:
    """What a letter is called; of an inquiry it is a finding."""
    if letter.kind in wording.FINDING_LETTERS and letter.case.measure in wording.INQUIRIES:
        return str(say(wording.FINDING_LETTERS[letter.kind]))
    return worded(letter.kind, "LETTERS")


@register.filter
def judgements_signed(one: Any) -> list[tuple[Any, str, str]]:
    """The judgements as they were signed, each with the title of its clause."""
    if one.case is None:
        return []
    rules = measure(one.case.measure, one.case.purpose)
    titles = {rule.rule: rule.title for rule in (*rules.conditions, *rules.checks, PERIOD)}
    rows = []
    for line in one.said.get("judgements", "").splitlines():
        rule, _, rest = line.partition(": ")
        outcome, _, reason = rest.partition(": ")
        rows.append((titles.get(rule, rule), outcome, reason))
    return rows
