"""Every figure of the policy has its name, its unit and its source in both languages."""

import re
from decimal import Decimal

from policy import labels
from policy.parameters import load
from policy.text import T

FIGURES = [entry for entry in load().entries if entry.name != "policy"]


def test_every_name_has_a_label_and_no_two_share_one():
    assert {entry.name for entry in FIGURES} <= set(labels.LABELS)
    assert len({words.zh for words in labels.LABELS.values()}) == len(labels.LABELS)
    assert len({words.en for words in labels.LABELS.values()}) == len(labels.LABELS)


def test_every_name_stands_in_a_group():
    for name in labels.LABELS:
        assert any(name.startswith(starts) for _, starts in labels.GROUPS[:-1]), name


def test_every_source_of_the_file_has_its_words():
    for entry in FIGURES:
        words = labels.source_words(entry.source)
        assert words == "" or isinstance(words, T), entry.source
        assert labels.is_reading(entry.source, {}) == ("district's reading" in entry.source)


def test_every_part_of_a_figure_has_its_words():
    for entry in FIGURES:
        for nested in entry.extra.values():
            assert set(nested if isinstance(nested, dict) else ()) <= set(labels.EXTRA), entry.name


def test_a_figure_says_its_unit():
    assert labels.amount("flexible_employment.share", Decimal("0.50")).zh == "50%"
    assert labels.amount("employee_rate", "0.3616").en == "36.16%"
    assert labels.amount("recruitment.reserved_share", "0.015").en == "1.5%"
    assert labels.amount("contribution_base_floor", "7384").zh == "7,384 元/月"
    assert labels.amount("clock.intake", "5", "working").zh == "5 个工作日"
    assert labels.amount("retirement_age.men", "60").zh == "60 岁"
    for entry in FIGURES:
        assert not re.fullmatch(r"[\d,.]+", labels.amount(entry.name, entry.value, entry.unit).zh), entry.name


def test_what_counts_something_is_whole() -> None:
    assert labels.is_whole("clock.decision", "")
    assert labels.is_whole("anything", "working")
    assert not labels.is_whole("tuition.yearly_cap", "")
