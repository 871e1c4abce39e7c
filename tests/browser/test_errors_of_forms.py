"""Forms sent empty: the page says what to do, takes the focus there, and ties each error to its field."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.pages import Page
from tests.browser.probes import NARROW, Judge, validate
from tests.browser.served import World
from tests.browser.test_every_page import label, tell

FORMS = (
    ("anonymous", "signin"), ("anonymous", "officer_signin"), ("anonymous", "objection"),
    ("anonymous", "objection_answer"), ("anonymous", "what_can_i_get"), ("anonymous", "checker"), ("applicant-7", "draft_about"), ("applicant-7", "draft_section"),
    ("applicant-7", "draft_whole"), ("fed-review-1", "case"), ("fed-review-1", "ask_correction"), ("civil-2", "serve"),
    ("civil-2", "objection_at_counter"), ("admin", "rule_figure"), ("admin", "rule_version"), ("applicant-7", "my_messages"), ("fed-review-1", "work_messages"), ("admin", "person"), ("fed-review-1", "my_device"),
    ("fed-head", "remarks"), ("fed-head", "deputies"), ("admin", "calendar"), ("fed-review-1", "act"), ("fed-intake-1", "register"), ("fed-review-1", "look_in"),
)  # fmt: skip
# Empty the largest form, but for radio buttons, which nobody can empty, and press the first of its closing buttons. The
# browser's own judgement is left out, as ours must do alone.
SEND_EMPTY = """() => {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const form = forms.sort((one, other) => other.elements.length - one.elements.length)[0];
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = false;
    else if (!/radio|hidden|submit|button|file|fieldset|select/.test(field.type)) field.value = "";
  }
  form.noValidate = true;
  const buttons = [...form.elements].filter((one) => one.type === "submit");
  form.requestSubmit(buttons.find((one) => one.closest(".actions")) ?? buttons[0]);
}"""
FOCUSED = "() => document.activeElement.matches('.errors')"


PagesOf = Callable[[str], list[Page]]


@pytest.mark.parametrize(("role", "name"), FORMS)
def test_an_empty_form(
    role: str, name: str, own_world: World, pages_of: PagesOf, judge_for: Callable[..., Judge], tmp_path: Path
) -> None:
    same = [one for one in pages_of(role) if one.name == name and one.answer.status == 200]
    page = max(same, key=lambda one: len(re.findall('<textarea|type="text"', one.answer.text)))
    judge = judge_for(role, own_world)
    judge.open(page.path, f"{label(page)} [sent empty]")
    with judge.tab.expect_navigation() as sent:
        judge.tab.evaluate(SEND_EMPTY)
    assert judge.tab.locator(".errors").count() == 1, "It was sent empty, and nothing was said."
    assert judge.tab.evaluate(FOCUSED), "The summary of errors does not have the focus."
    judge.axe(enhanced=page.is_airy)
    for probe in ("head", "fields"):
        judge.probe(probe)
    judge.at(NARROW, "sideways")
    tell(judge.findings + validate([(judge.label, sent.value.text())], tmp_path))
