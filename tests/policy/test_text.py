from datetime import date, datetime
from decimal import Decimal

import pytest

from policy.text import Lines, MissingPlaceholder, T, in_local_words, local_words


def test_a_text_says_the_same_in_both_languages() -> None:
    text = T("您好", "Hello")
    assert (text.zh, text.en) == ("您好", "Hello")
    assert [text.in_(lang) for lang in ("zh", "zh-hans", "ZH_CN", "en", "en-gb")] == ["您好"] * 3 + ["Hello"] * 2
    assert text == T("您好", "Hello")
    assert hash(text) == hash(T("您好", "Hello"))


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ValueError, match="fr"):
        T("您好", "Hello").in_("fr")


@pytest.mark.parametrize(("zh", "en"), [("", "Hello"), ("您好", " "), ("{n} 天", "days"), ("天", "{n} days")])
def test_half_a_text_is_no_text(zh: str, en: str) -> None:
    with pytest.raises(ValueError, match="languages"):
        T(zh, en)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2026, 11, 5), "2026年11月5日", "5 November 2026"),
        (True, "是", "yes"),
        (False, "否", "no"),
        (2026, "2026", "2026"),
        (Decimal("3691.20"), "3,691.20", "3,691.20"),
        ("莘庄", "莘庄", "莘庄"),
        (T("区残联", "Federation"), "区残联", "Federation"),
        ((T("一", "one"), date(2026, 1, 2)), "一、2026年1月2日", "one, 2 January 2026"),
        (["{x}"], "{x}", "{x}"),
    ],
)
def test_values_are_said_in_each_language(value: object, zh: str, en: str) -> None:
    filled = T("[{value}]", "[{value}]").fill(value=value, other="not named")
    assert (filled.zh, filled.en) == (f"[{zh}]", f"[{en}]")


def test_braces_in_a_value_are_words_and_no_placeholders() -> None:
    filled = T("写的是{name}", "It says {name}").fill(name="{place}")
    assert filled.placeholders == frozenset()
    assert filled.fill().zh == "写的是{place}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(MissingPlaceholder, match="place"):
        T("第 {place} 名", "Place {place}").fill(name="x")


@pytest.mark.parametrize("value", [None, 1.5, object(), datetime(2026, 1, 1)])
def test_what_cannot_be_said_is_an_error(value: object) -> None:
    said = T("{v}", "{v}").fill(v=value)
    for lang in ("zh", "en"):
        with pytest.raises(TypeError):
            said.in_(lang)


def test_another_district_says_its_own_names_and_what_was_written_stays() -> None:
    words = {"zh": [("闵行区", "示例区"), ("闵行", "示例")], "en": [("Minhang", "Sample")]}
    text = T("住在闵行，{what}", "Living in Minhang, {what}")
    filled = text.fill(what=Lines((T("闵行区的", "of Minhang"), T("别的", "of others"))))
    with local_words(words):
        assert filled.zh == "住在示例，示例区的；别的"
        assert filled.en == "Living in Sample, of Sample; of others"
        assert in_local_words("闵行", "zh") == "示例"
        with local_words(None):
            assert filled.zh == "住在闵行，闵行区的；别的"
    assert filled.zh == "住在闵行，闵行区的；别的"
