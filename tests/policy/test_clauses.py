"""The policy's own text, clause by clause, and what carries each sentence."""

import pytest

from policy import coverage
from policy.clauses import clauses, numbers
from policy.coverage import covered


def test_the_text_is_read_clause_by_clause() -> None:
    assert len(clauses()) == 24
    assert numbers()[:3] == ("题注", "一", "二")
    assert numbers()[-4:] == ("五1", "五2", "五3", "五4")
    five = next(one for one in clauses() if one.number == "三（五）")
    assert five.heading == "帮扶残疾人灵活就业"
    assert [sentence[:6] for sentence in five.sentences] == ["本区户籍残疾", "补贴标准为按"]


def test_every_sentence_has_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = covered()
    assert len(rows) == 51
    amounts = next(row for row in rows if row.sentence.startswith("补贴标准为"))
    assert "parameter:flexible_employment.share" in amounts.carriers
    assert not rows[0].carriers
    monkeypatch.setattr(coverage, "STATEMENTS", coverage.STATEMENTS[1:])
    with pytest.raises(LookupError, match="题注"):
        covered()
