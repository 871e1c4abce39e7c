"""Every sentence of the policy's text is carried by something that exists; the page in the docs says what."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from flows.management.commands.text_coverage import exists, problems, table
from policy import coverage
from policy.clauses import clauses, numbers
from policy.coverage import covered
from policy.guides import guide
from policy.registry import measures

ROOT = Path(__file__).resolve().parents[2]
SHORT = {
    "区委组织部": "组织部", "区委编办": "编办", "区人社局": "人社", "区残联": "残联", "区民政局": "民政", "区财政局": "财政",
    "区国资委": "国资委", "各镇": "镇",
}  # fmt: skip
# Named beside others that do the work; the guide says whom to ask instead.
ASIDE = {("三（十二）", "区人社局"), ("三（三）", "区人社局"), ("三（六）", "区财政局")}


def test_every_sentence_is_carried_by_something_that_exists():
    rows = covered()
    assert len(rows) == 51
    assert [problem for row in rows for problem in problems(row)] == []
    assert sum(bool(row.states) for row in rows) == 45


def test_the_page_in_the_docs_is_the_one_that_the_command_makes():
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == table(covered())


def test_the_sentences_put_together_are_the_whole_text():
    text = re.sub(r"\[bookmark:[^\]]*\]|\s", "", (ROOT / "policy" / "opinions.txt").read_text(encoding="utf-8"))
    for clause in clauses():
        for sentence in clause.sentences:
            assert re.sub(r"\s", "", sentence) in text
            text = text.replace(re.sub(r"\s", "", sentence), "", 1)
    assert not re.search(r"[。；]", text)
    assert "三（五）" in numbers()


def test_a_sentence_that_nothing_carries_and_a_carrier_that_is_not_there_are_found():
    row = next(row for row in covered() if row.states)
    assert list(problems(replace(row, carriers=())))
    assert list(problems(replace(row, carriers=("rule:nothing", "page:nothing"))))
    assert not exists("chain:nothing")


def test_a_sentence_without_a_statement_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(coverage, "STATEMENTS", coverage.STATEMENTS[1:])
    with pytest.raises(LookupError, match="题注"):
        covered()


@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.code)
def test_the_departments_that_a_clause_names_stand_in_the_guide(measure):
    clause = next(one for one in clauses() if one.number == measure.clause)
    named = re.findall(r"责任单位：([^）]*)", "".join(clause.sentences))
    sections = guide(measure.code, "zh")
    for department in re.split("[、，]", named[0]) if named else []:
        if department in SHORT and (clause.number, department) not in ASIDE:
            assert SHORT[department] in sections["chain"] + sections["whom"], (measure.code, department)
