"""The mechanism that every measure shares, judged with invented measures."""

import ast
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import policy
import policy.assessment
import policy.measure
from policy import parameters, registry
from policy.assessment import Assessment
from policy.claim import Claim, half_up
from policy.conditions import Condition, Rule
from policy.errors import MeasureError, UnknownType
from policy.facts import Bool, Date, Fact, Integer, Money
from policy.measure import PERSON, Evidence, Measure, Section
from policy.parameters import Parameters
from policy.predicates import Is
from policy.sums import Item
from policy.text import T

SAY = T("话", "words")
ROOT = Path(str(policy.__file__)).parent


def test_the_functions_keep_their_names_beside_the_modules_of_the_same_name() -> None:
    assert policy.measure("direct_admission").code == "direct_admission"
    assert tuple(measure.code for measure in policy.measures()) == registry.CODES


@pytest.mark.parametrize("code", registry.CODES)
def test_a_measure_is_one_short_file_named_like_its_code(code: str) -> None:
    path = ROOT / "measures" / f"{code}.py"
    assert type(policy.measure(code)).__module__ == f"policy.measures.{code}"
    assert len(path.read_text("utf-8").splitlines()) <= 126


def test_any_other_name_is_unknown() -> None:
    with pytest.raises(UnknownType) as caught:
        policy.measure("housing_grant")
    assert (caught.value.code, caught.value.field) == ("housing_grant", "type")


def test_policy_imports_nothing_but_the_standard_library_and_itself() -> None:
    import sys

    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert all(name.split(".")[0] in {*sys.stdlib_module_names, "policy"} for name in names), path


def things(module: ModuleType | Measure) -> Iterable[T]:
    """Every text within a measure."""
    seen: list[object] = []
    waiting: list[object] = [module, *(getattr(module, name) for name in dir(module) if not name.startswith("__"))]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, T):
            yield thing
        elif isinstance(thing, tuple):
            waiting += thing
        elif type(thing).__module__.startswith("policy.") and thing not in seen and hasattr(thing, "__dict__"):
            seen.append(thing)
            waiting += vars(thing).values()


@pytest.mark.parametrize("measure", policy.measures(), ids=lambda measure: measure.code)
def test_every_text_of_a_measure_has_both_languages(measure: Measure) -> None:
    texts = list(things(measure))
    assert len(texts) > 15
    for text in texts:
        assert text.zh.strip()
        assert text.en.strip()
        assert text.en.isascii() or not any("一" <= letter <= "鿿" for letter in text.en)


@pytest.mark.parametrize("measure", policy.measures(), ids=lambda measure: measure.code)
def test_a_measure_quotes_the_exact_words_of_the_policy(measure: Measure) -> None:
    document = (ROOT / "opinions.txt").read_text("utf-8")
    for rule in (*measure.conditions, *measure.checks):
        assert rule.quote
        assert rule.quote in document
        assert rule.clause in (measure.clause, "五1", "四（二）")


# Invented measures


class Grant(Measure):
    code, clause = "grant", "〇"
    title = summary = SAY
    applicant = PERSON
    pays = True
    fact_date = "day"
    sections = (
        Section(
            "one",
            SAY,
            (
                Fact("day", Date(), SAY, SAY),
                Fact("resident", Bool(), SAY, SAY),
                Fact("spent", Money(), SAY, SAY),
                Fact("note", Bool(), SAY, SAY, rule=False),
            ),
        ),
    )
    conditions = (
        Condition(
            rule="grant.resident",
            clause="〇",
            title=SAY,
            quote="",
            needs=("resident",),
            test=lambda facts: bool(facts["resident"]),
            because_met=SAY,
            because_not=SAY,
            because_unknown=SAY,
        ),
    )

    def items(self, claim: Claim) -> Iterable[Item]:
        spent = claim.facts["spent"]
        share = claim.parameter("flexible_employment.share", date(2024, 3, 1))
        if not isinstance(spent, Decimal):
            yield Item("spent", None, SAY, ("spent",))
        elif share is None:
            yield Item("spent", None, SAY, ("flexible_employment.share",))
        else:
            yield Item("spent", half_up(spent * share), SAY)


def judged(
    measure: Measure,
    monkeypatch: pytest.MonkeyPatch,
    history: object = None,
    figures: Parameters | None = None,
    **facts: object,
) -> Assessment:
    monkeypatch.setattr(policy.assessment, "measure_of", lambda code: measure)
    return policy.assess("grant", "2025-01-01", facts, history, figures or parameters.load())


@pytest.mark.parametrize(
    ("facts", "outcome", "amount", "missing", "shown"),
    [
        ({"day": "2024-03-01", "resident": True, "spent": "0.01"}, "eligible", "0.01", (), True),
        ({"day": "2024-03-01", "resident": True, "spent": "9.99"}, "eligible", "5.00", (), True),
        ({"day": "2024-03-01", "resident": True, "spent": "0"}, "not_eligible", "0.00", (), True),
        ({"day": "2024-03-01", "resident": True}, "undetermined", None, ("spent",), True),
        ({"day": "2024-03-01", "spent": "9.99"}, "undetermined", None, ("resident",), False),
        ({"resident": True, "spent": "9.99"}, "undetermined", None, ("day",), False),
        ({}, "undetermined", None, ("day", "resident", "spent"), False),
        ({"day": "2024-03-01", "spent": "0"}, "not_eligible", "0.00", (), False),
        ({"day": "2024-02-29", "spent": "1"}, "not_eligible", "0.00", (), False),
        ({"resident": False}, "not_eligible", "0.00", (), False),
    ],
)
def test_a_measure_that_pays(
    facts: dict[str, object],
    outcome: str,
    amount: str | None,
    missing: tuple[str, ...],
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = judged(Grant(), monkeypatch, **facts)
    answer = found.as_dict("zh")
    assert (answer["outcome"], answer["amount"], found.missing) == (outcome, amount, missing)
    assert bool(answer["items"]) is shown


def test_a_measure_may_judge_the_period_item_by_item(monkeypatch: pytest.MonkeyPatch) -> None:
    class Monthly(Grant):
        period_by_item = True

    found = judged(Monthly(), monkeypatch, day="2020-01-01", resident=True, spent="2.00")
    assert (found.outcome, found.amount) == ("eligible", Decimal("1.00"))


def test_a_measure_without_items_is_not_determined(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty(Grant):
        def items(self, claim: Claim) -> Iterable[Item]:
            return Measure.items(self, claim)

    assert judged(Empty(), monkeypatch, day="2024-03-01", resident=True).outcome == "undetermined"


def test_a_policy_without_a_last_day_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    open_ended = Parameters.from_toml("[policy]\nfrom = 2024-03-01\n")
    found = judged(Grant(), monkeypatch, figures=open_ended, day="2999-01-01", resident=True, spent="2.00")
    assert found.trace[0].because.en == "1 January 2999 is within the policy's period (1 March 2024 to no last day)."
    assert found.parameters == {"policy": "2024-03-01/"}
    assert found.missing == ("flexible_employment.share",)


def test_every_value_used_of_a_parameter_is_told() -> None:
    claim = Claim(date(2024, 3, 1), {}, (), parameters.load())
    for day in (date(2024, 6, 1), date(2024, 6, 2), date(2024, 7, 1), date(2030, 1, 1)):
        claim.parameter("contribution_base_floor", day)
    assert claim.used == {"contribution_base_floor": "7310, 7384"}


@pytest.mark.parametrize(
    ("yuan", "rounded"), [("0.005", "0.01"), ("0.0049", "0.00"), ("-3", "0.00"), ("2.675", "2.68")]
)
def test_money_is_rounded_half_up_and_never_negative(yuan: str, rounded: str) -> None:
    assert str(half_up(Decimal(yuan))) == rounded


def rule(name: str, **more: Any) -> Condition:
    return Condition(
        rule=name, clause="〇", title=SAY, quote="", because_met=SAY, because_not=SAY, because_unknown=SAY, **more
    )


TWICE = Section("one", SAY, (Fact("a", Integer(), SAY, SAY), Fact("a", Bool(), SAY, SAY)))
PARTICULAR = Section("one", SAY, (Fact("a", Integer(), SAY, SAY, rule=False),))


@pytest.mark.parametrize(
    "wrong",
    [
        {"sections": (Section("one", SAY), Section("one", SAY))},
        {"sections": (TWICE,)},
        {"sections": (Section("one", SAY, (Fact("a", Integer(), SAY, SAY),), (Evidence("a", SAY, SAY),)),)},
        {"conditions": (rule("wrong.a"), rule("wrong.a"))},
        {"conditions": (rule("other.a"),)},
        {"conditions": (rule("wrong.a", needs=("b",)),)},
        {"conditions": (rule("wrong.a", applies=Is("b", 1)),)},
        {"sections": (PARTICULAR,), "conditions": (rule("wrong.a", needs=("a",)),)},
        {"sections": (Section("one", SAY, asked_if=Is("b", 1)),)},
        {"fact_date": "b"},
        {
            "sections": (
                Section("one", SAY, (Fact("a", Integer(), SAY, SAY),), (Evidence("b", SAY, SAY, told_by="a"),)),
            )
        },
    ],
)
def test_a_measure_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    class Wrong(Measure):
        code, clause, title, summary, applicant, sections = "wrong", "〇", SAY, SAY, PERSON, ()

    for name, value in wrong.items():
        setattr(Wrong, name, value)
    with pytest.raises(MeasureError, match="wrong"):
        Wrong()


def test_a_condition_without_a_test_is_met_once_its_facts_are_known() -> None:
    claim = Claim(date(2024, 3, 1), {"a": 1, "b": None}, (), parameters.load())
    assert rule("x.a", needs=("a",)).judge(claim).outcome == "met"
    assert rule("x.b", needs=("a", "b")).judge(claim).missing == ("b",)
    assert isinstance(rule("x.a"), Rule)
    assert rule("x.c", needs=("a",), test=lambda facts: None).judge(claim).outcome == "unknown"
