"""Every message has its words for its audience in both languages, one line fits, and nothing personal gets in."""

import ast
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from casework import message_words, wording
from casework.message_words import OTHERS, SHORT
from casework.models import Message
from casework.outbox import NotForAMessage, put, to_account, to_applicant, to_department
from casework.telling import outgoing, outgoing_code, placeholders, short_message, told_message
from policy import T
from tests.factories import NOW, department, district, story

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
AUDIENCES = {
    "to_applicant": "applicant", "to_department": "department", "to_head": "head", "to_supervisors": "supervisor",
    "to_account": "applicant", "to_organisation": "organisation", "to_officer": "department", "to_handler": "department",
}  # fmt: skip
PLACE_OF_EVENT = {
    "to_applicant": 1,
    "to_supervisors": 1,
    "to_department": 2,
    "to_head": 2,
    "to_account": 2,
    "to_organisation": 2,
    "to_officer": 2,
    "to_handler": 2,
}


def events_of(node: ast.expr, function: ast.AST) -> set[str]:
    """The events that an argument may be: constants, either side of an `if`, or a name's values in its function."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return events_of(node.body, function) | events_of(node.orelse, function)
    assert isinstance(node, ast.Name), ast.unparse(node)
    found = [
        events_of(one.value, function) for one in ast.walk(function)
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id
    ]  # fmt: skip
    assert found, f"{node.id} is no event that can be read from the source"
    return set().union(*found)


@cache
def told() -> dict[tuple[str, str], list[set[str]]]:
    """Audience and event of every message that the actions tell, with the names of the values given each time."""
    found: dict[tuple[str, str], list[set[str]]] = {}
    for path in [path for folder in ("flows", "services", "recruitment") for path in (ROOT / folder).rglob("*.py")]:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
                if name in AUDIENCES:
                    assert isinstance(call, ast.Call)
                    for event in events_of(call.args[PLACE_OF_EVENT[name]], function):
                        found.setdefault((AUDIENCES[name], event), []).append(given(call))
    return found


def given(call: ast.Call) -> set[str]:
    names = {word.arg for word in call.keywords if word.arg}
    for word in call.keywords:
        if word.arg is None and isinstance(word.value, ast.Dict):
            names |= {key.value for key in word.value.keys if isinstance(key, ast.Constant)}
    return names


def test_every_message_that_is_told_has_words_whose_values_are_given():
    assert len(told()) > 30
    for (audience, event), calls in told().items():
        for names in calls:
            assert placeholders(audience, event) <= names, (audience, event)


def test_every_words_are_told_and_no_words_serve_two_audiences():
    told_events = {event for _, event in told()}
    assert set(wording.MESSAGES) == told_events
    assert set(OTHERS) <= set(told())
    assert set(SHORT) <= set(wording.MESSAGES)
    for event in wording.MESSAGES:
        audiences = {audience for audience, one in told() if one == event and (audience, event) not in OTHERS}
        assert len(audiences) == 1, event


VALUES = {
    "due": "2026-11-25",
    "step": "federation_review",
    "to": "federation_review",
    "count": 12,
    "draft": 7,
    "month": "2026-08-01",
    "ground": "expert_opinion",
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_message_leaves_in_words_and_its_line_fits_one_text_message(language: str):
    case = story().case
    for audience, event in sorted(told()):
        message = Message(district=district(), case=case, audience=audience, event=event, values=VALUES)
        message.case = None if event == "draft_expires" else case
        out = outgoing(message, key="k", to="x", language=language)
        assert len(out.line) <= (70 if language == "zh-hans" else 160), out.line
        assert "\n" not in out.line + out.subject
        assert out.line.isascii() or language == "zh-hans", out.line
        for words in (out.line, out.subject, out.text):
            assert not {"{", "_"} & set(words), words
            assert not any(word in words.lower() for word in ("残", "disab", "federation", "http")), words
            if message.case:
                assert case.shown_reference in words
        for text in (*told_message(message.case, message), short_message(message.case, message)):
            assert "{" not in text.zh + text.en


def test_the_line_with_a_code_fits_too():
    for language, most in (("zh-hans", 70), ("en", 160)):
        line = outgoing_code(district(), "012345", key="k", to="x", language=language).line
        assert "012345" in line
        assert len(line) <= most


def test_a_letter_to_an_officer_leads_to_the_workbench_and_one_to_an_applicant_to_their_applications():
    case = story().case
    for make, words in ((to_applicant(case, "submitted", NOW, due="2026-11-25"), "我的申请"), (to_department(case, None, "task_opened", NOW), "工作台")):  # fmt: skip
        assert words in outgoing(make, key="k", to="x", language="zh-hans").text


@pytest.mark.parametrize(
    "values",
    [
        {"name": "示例甲"}, {"name": "zhangsan"}, {"number": "999999199003079981"}, {"number": 13800000000}, {"count": 64901234},
        {"count": -1}, {"due2": "20261125"}, {"reason": "因为"}, {"of": None}, {"of": 1.5}, {"of": Decimal("12.00")},
        {"of": ["2026-11-25"]}, {"of": {"a": 1}}, {"on": date(2026, 11, 25)}, {"position": 13800000000}, {"who": ""},
    ],
)  # fmt: skip
def test_what_could_be_personal_is_refused_and_not_repeated(values: dict[str, Any]):
    told_case = story().case
    with pytest.raises(NotForAMessage) as refused:
        put(to_applicant(told_case, "withdrawn", NOW, **values))
    assert not Message.objects.filter(event="withdrawn").exists()
    assert all(str(value) not in str(refused.value) for value in values.values() if len(str(value)) > 4)


@pytest.mark.parametrize(
    "value", [True, 0, 9999, "2026-11-25", "hrss_review", "town_meilong", "post", "granted", "applicant_self"]
)
def test_days_steps_counts_departments_and_keys_may_go_along(value: Any):
    case = story().case
    if value == "applicant_self":  # looks like a key, and is none
        with pytest.raises(NotForAMessage):
            put(to_applicant(case, "withdrawn", NOW, value=value))
    else:
        put(to_applicant(case, "withdrawn", NOW, value=value))


def test_a_message_without_words_or_without_their_values_is_refused():
    case = story().case
    for message in (
        to_applicant(case, "nothing_of_the_kind", NOW), to_applicant(case, "published", NOW),
        to_department(case, department("hrss").pk, "deadline_near", NOW),
    ):  # fmt: skip
        with pytest.raises(NotForAMessage):
            put(message)


def test_a_message_to_an_account_is_checked_too():
    by = story().by
    assert by.user is not None
    with pytest.raises(NotForAMessage):
        put(to_account(by.user, district().pk, "draft_expires", NOW, draft=1, due="bald"))


def test_all_words_are_texts_in_both_languages():
    for words in vars(message_words).values():
        if isinstance(words, T):
            assert words.zh
            assert words.en
