"""How long what is kept of people is kept: figures with words, counted back from a moment."""

from datetime import datetime
from pathlib import Path

import pytest

from policy import T
from policy.retention import KINDS, periods


def test_every_kind_has_its_period_in_words_and_its_source():
    found = periods()
    assert set(found) == set(KINDS)
    assert found["message"].words == T("从产生起，留 3 年", "3 years from when it was made")
    assert all(one.source for one in found.values())


def test_it_is_counted_back_in_years_days_and_hours():
    leap, kept = datetime(2028, 2, 29, 9), periods()  # noqa: DTZ001
    assert kept["message"].begins(leap) == datetime(2025, 2, 28, 9)  # noqa: DTZ001
    assert kept["case"].begins(datetime(2028, 3, 1)) == datetime(2018, 3, 1)  # noqa: DTZ001
    assert kept["import"].begins(leap) == datetime(2028, 2, 22, 9)  # noqa: DTZ001
    assert kept["session"].begins(leap) == datetime(2028, 2, 29, 1)  # noqa: DTZ001


def test_a_kind_or_unit_without_words_is_refused(monkeypatch: pytest.MonkeyPatch):
    text = '[[keep]]\nkind = "case"\nvalue = 1\nunit = "moons"\nafter = "made"\nsource = "x"\n'
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    with pytest.raises(ValueError, match="without words"):
        periods.__wrapped__()
