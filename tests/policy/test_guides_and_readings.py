import re
from datetime import date

import pytest

import policy
from policy import parameters
from policy.errors import UnknownType
from policy.guides import FILES, KEYS, GuideMissing, figures_of, guide
from policy.parameters import Parameters
from policy.readings import READINGS, readings_for

CODES = [measure.code for measure in policy.measures()]
IN_FORCE = date(2025, 5, 5)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("lang", FILES)
def test_a_guide_has_every_section_and_no_open_placeholder(code: str, lang: str) -> None:
    found = guide(code, lang, on=IN_FORCE)
    assert tuple(found) == KEYS
    for text in found.values():
        assert text
        assert not re.search(r"[{}]", text)
    assert ("draft for comment" if lang.endswith("en") else "征求意见稿") in found["notes"]


def test_the_days_come_from_the_parameters() -> None:
    rows = [row for row in parameters.load().rows() if row["name"] != "clock.decision"]
    changed = Parameters.from_rows([*rows, {"name": "clock.decision", "from": "2024-03-01", "value": "17"}])
    for lang in ("zh", "en", "easy", "easy.en"):
        assert "17" in guide("direct_admission", lang, changed)["long"]
        assert "20" in guide("direct_admission", lang, on=date(2020, 1, 1))["long"]
    with pytest.raises(GuideMissing, match=re.escape("clock.decision")):
        guide("direct_admission", "zh", Parameters.from_rows(rows))


def test_a_rate_is_shown_as_a_percentage_and_a_figure_without_a_value_as_not_announced() -> None:
    assert "50%" in guide("flexible_employment_subsidy", "zh", on=IN_FORCE)["what"]
    assert "（还没有公布）" in guide("flexible_employment_subsidy", "zh", on=date(2028, 1, 1))["what"]
    assert "(not announced yet)" in guide("flexible_employment_subsidy", "en", on=date(2028, 1, 1))["what"]


def test_the_days_of_the_policy_are_said_in_the_guides_language() -> None:
    assert "2024年3月1日" in guide("direct_admission", "zh-hans")["clause"]
    assert "1 March 2024" in guide("direct_admission", "en")["clause"]


@pytest.mark.parametrize("lang", ["zh", "en", "easy", "easy.en"])
def test_the_chain_names_one_department_a_line(lang: str) -> None:
    lines = re.findall(r"^\d\. \*\*", guide("direct_admission", lang)["chain"], re.MULTILINE)
    assert len(lines) == 6


@pytest.mark.parametrize("lang", ["fr", "../en", "zh/../en"])
def test_a_guide_in_another_language_is_missing(lang: str) -> None:
    with pytest.raises(GuideMissing):
        guide("direct_admission", lang)


def test_a_guide_of_no_measure_is_an_error() -> None:
    with pytest.raises(UnknownType):
        guide("../parameters", "zh")


def test_a_measure_without_a_guide_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policy.guides.measure", lambda code: None)
    with pytest.raises(GuideMissing):
        guide("nothing", "zh")


def test_every_reading_has_its_alternatives_and_its_reason() -> None:
    keys = [reading.key for reading in READINGS]
    assert len(keys) == len(set(keys))
    for reading in READINGS:
        for text in (reading.read, reading.alternatives, reading.reason):
            assert text.zh.endswith("。")
            assert text.en.endswith((".", "”"))
        assert reading.clause
        assert set(reading.of) <= set(policy.registry.CODES)


def test_a_reading_names_a_parameter_that_exists() -> None:
    for reading in READINGS:
        if reading.parameter is not None:
            assert parameters.load().entry(reading.parameter, IN_FORCE) is not None


def test_a_type_is_shown_the_readings_that_touch_it() -> None:
    keys = [reading.key for reading in readings_for("direct_admission")]
    assert {"residence", "certificate", "fact_date", "not_twice"} <= set(keys)
    assert "remainder" not in keys
    with pytest.raises(UnknownType):
        readings_for("nothing")


def test_a_guide_names_the_figures_whose_changes_it_tells() -> None:
    figures = figures_of("flexible_employment_subsidy")
    assert {"contribution_base_floor", "flexible_worker_rate", "flexible_employment.share"} <= set(figures)
    assert not any(name.startswith("policy.") for name in figures)
    with pytest.raises(UnknownType):
        figures_of("nothing")
