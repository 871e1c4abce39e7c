"""The chain drawn: every chain fits its pieces, short ones stay small, long ones go on in rows, each state is told right."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from casework import states
from casework.calendar import calendar_of
from casework.models import Case, Task
from casework.published import parameters
from flows.actions.countersign import countersign
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked, request_correction
from flows.actions.suspend import suspend
from flows.engine import CaseFlow, chains
from policy.parameters import load
from tests.factories import officer, story
from tests.flows import anywhere, invented
from web import drawing
from web.drawing import NAME_SIZE, WHAT_SIZE, WIDTH, Drawing, Piece

ON = date(2026, 11, 2)
every_chain = pytest.mark.parametrize(
    "chain", chains(), ids=[f"{one.measure}-{one.purpose}-{one.version}" for one in chains()]
)
TEN: list[type[CaseFlow]] = []
with invented.chain("direct_admission", "ten_holders", 1, invented.ODD["ten_holders"]) as ten:
    TEN.append(ten)


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def plan(chain: type[CaseFlow]) -> Drawing:
    return drawing.plan(chain, load(), ON)


def wide(text: drawing.Text) -> float:
    """An estimate of our own: square Chinese letters, Latin ones a little over half."""
    size = NAME_SIZE if text.is_name else WHAT_SIZE
    return sum(size if ord(letter) > 0x2E80 else size * 0.57 for letter in text.words)


@every_chain
def test_the_words_of_a_piece_fit_it_and_say_all(chain: type[CaseFlow], language: str):
    drawn = plan(chain)
    for piece in drawn.pieces:
        assert all(wide(text) <= piece.w - 12 for text in piece.texts), [text.words for text in piece.texts]
        assert all(later.y - earlier.y >= 20 for earlier, later in pairwise(piece.texts))
        assert piece.texts[-1].y < drawn.height - 12
        said = re.sub(r"\s", "", "".join(text.words for text in piece.texts))
        for words in (piece.name, piece.what):
            assert re.sub(r"\s", "", words.en if language == "en" else words.zh) in said


@every_chain
def test_pieces_stand_side_by_side_inside_the_drawing(chain: type[CaseFlow]):
    for row in plan(chain).rows:
        assert row.pieces[-1].x + row.pieces[-1].w <= WIDTH + 2
        for left, right in pairwise(row.pieces):
            assert left.x + left.w < right.x
    assert all(piece.w <= drawing.WIDEST for piece in plan(chain).pieces)


def named(code: str, purpose: str = "") -> type[CaseFlow]:
    return next(one for one in chains() if (one.measure, one.purpose) == (code, purpose))


def test_a_short_chain_keeps_its_size_and_its_list_stands_below():
    drawn = plan(named("government_employee_recruitment"))
    assert [piece.name.zh for piece in drawn.pieces] == ["区残联", "区人社局"]
    assert drawn.is_apart
    assert drawn.pieces[-1].x + drawn.pieces[-1].w < WIDTH * 0.7
    assert not plan(named("direct_admission")).is_apart


def test_a_long_chain_goes_on_in_a_second_row_that_is_joined_to_the_first():
    drawn = plan(TEN[0])
    assert [len(row.pieces) for row in drawn.rows] == [5, 5]
    assert drawn.is_apart
    first, second = drawn.rows
    assert second.y > 100
    assert drawn.height > second.y + 100
    tenon, mortise = first.pieces[-1], second.pieces[0]
    assert tenon.path.count("L") == 4
    assert mortise.has_mortise
    assert not first.pieces[0].has_mortise
    assert tenon.x + tenon.w + 14 <= WIDTH + 3


def test_every_holder_of_several_steps_is_one_piece():
    drawn = plan(named("employment_service"))
    assert [piece.name.zh for piece in drawn.pieces] == ["镇或街道", "区残联", "服务机构", "区残联"]
    provider = drawn.pieces[2]
    assert len(provider.texts) >= 3  # the name, then as many lines as the services need
    assert [line.zh for line in provider.lines] == [
        "提供服务：1 个月", "一个月随访：1 个月", "三个月随访：2 个月", "六个月随访：3 个月",
    ]  # fmt: skip


def test_a_round_of_countersigning_shows_its_parties_and_its_rule(language: str):
    drawn = plan(named("interpretation_note"))
    (piece,) = drawn.pieces
    said = "".join(text.words for text in piece.texts)
    if language == "en":
        assert piece.name.en == "Federation, HR&SS Bureau, Civil Affairs"
        assert "all 3 departments must agree" in said
    else:
        assert piece.name.zh == "区残联、区人社局、区民政局"
        assert "3 个部门都要同意" in said
    assert "3 个部门都要同意" in [line.zh for line in piece.lines]


def test_a_round_is_never_joined_with_a_step_of_its_first_party():
    steps = (*invented.ODD["two_of_three"][:3], *invented.ODD["two_of_three"][3:])
    with invented.chain("direct_admission", "two_of_three", 1, steps) as chain:
        names = [piece.name.zh for piece in plan(chain).pieces]
    assert names == ["镇或街道", "区残联、区人社局、区民政局", "区人社局、区民政局", "区残联", "区财政局"]


@every_chain
def test_the_drawing_and_the_list_say_the_same(chain: type[CaseFlow], language: str):
    page = render_to_string("parts/chain.html", {"drawing": plan(chain)})
    svg, _, listed = page.partition("</svg>")
    for piece in plan(chain).pieces:
        name = piece.name.en if language == "en" else piece.name.zh
        assert name.replace("&", "&amp;") in listed
    assert listed.count("<li>") == svg.count("<path class=") == len(plan(chain).pieces)
    alone = render_to_string("parts/chain.html", {"drawing": plan(chain), "alone": True})
    assert "<ol" not in alone
    for text in (page, alone):
        assert text.count("<div") == text.count("</div>")


# --- a case on its way


def drawn_of(case: Case) -> Drawing:
    case = Case.objects.get(pk=case.pk)
    tasks = list(Task.objects.filter(process=case).order_by("pk"))
    for task in tasks:
        task.process = case
    return drawing.of_case(case, tasks, calendar_of(case.district_id), parameters(case.district_id))


def states_of(case: Case) -> list[str]:
    return [piece.state for piece in drawn_of(case).pieces]


def here(case: Case) -> Piece:
    return next(piece for piece in drawn_of(case).pieces if piece.state in ("now", "hold", "stop"))


def lines(piece: Piece) -> list[Any]:
    return [line.zh for line in piece.lines]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "purpose"),
    [(one.measure, one.purpose) for one in chains() if one.measure not in ("over_quota_reward", "base_support")],
)
def test_a_case_that_went_to_its_end_is_done_everywhere(code: str, purpose: str):
    case = anywhere.sent(code, purpose).through()
    assert set(states_of(case)) == {"done"}
    assert drawn_of(case).title.zh.startswith("共")


@pytest.mark.django_db
def test_a_refused_case_ends_where_it_was_refused():
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="示例")
    assert states_of(told.case) == ["done", "done", "done", "stop", "off", "off"]
    walk = anywhere.sent("employment_fraud_report").to("finding")
    refuse(**walk.given(), reason="示例")
    assert states_of(walk.case) == ["stop"]


@pytest.mark.django_db
def test_a_paused_case_says_so_and_one_that_waits_for_the_applicant_too():
    paused, asked = story().to("hrss_review"), story().to("hrss_review")
    suspend(**paused.claimed(), ground="other_decision", waits_for="示例", until=None)
    request_correction(**asked.claimed(), items=[Asked("fact", "place", "请再看")])
    for told, words in ((paused, "中止了"), (asked, "等申请人补材料")):
        assert here(told.case).state == "hold"
        assert lines(here(told.case))[0].startswith(words)
        assert states_of(told.case)[:3] == ["done", "done", "hold"]


@pytest.mark.django_db
def test_a_round_stays_where_it_is_until_the_last_signature():
    walk = anywhere.sent("interpretation_note")
    task = walk.task()
    signature = task.signatures.filter(kind="countersign").first()
    by = officer(signature.department.code, "approver")
    countersign(case_id=walk.case.pk, task_id=task.pk, by=by, now=walk.now, agrees=True)
    assert states_of(walk.case) == ["now"]
    assert lines(here(walk.case))[1] == "3 个部门都要同意"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "purpose", "step", "who", "first"),
    [
        ("self_employment_subsidy", "", "site_visit", "镇或街道", "受理：11月"),
        ("tuition_subsidy", "", "payment", "区财政局", ""),
        ("employment_service", "", "follow_up_3", "服务机构", "提供服务：11月"),
        ("sheltered_employment_project", "allocation", "base_confirmation", "申请人", ""),
        ("rectification", "", "organisation_return", "申请人", ""),
    ],
)
def test_every_kind_of_holder_is_shown_as_having_it_now(code: str, purpose: str, step: str, who: str, first: str):
    walk = anywhere.sent(code, purpose).to(step)
    piece = here(walk.case)
    assert (piece.state, piece.name.zh) == ("now", who)
    assert step in [one.name for one in piece.steps]
    assert any("最晚" in line for line in lines(piece))
    if first:
        assert re.match(first.replace("11月", r"\d+月"), lines(piece)[0])
        assert lines(piece)[0].endswith("办完。")
    if step == "follow_up_3":
        assert lines(piece)[-1] == "六个月随访：3 个月"


@pytest.mark.django_db
def test_a_moved_case_is_drawn_on_its_new_version():
    with invented.second_version() as second:
        with invented.hidden("direct_admission", "", 2):
            told = story().to("hrss_review")
        from flows.actions.move_chain import move_chain

        admin = officer("federation", "administrator")
        move_chain(case_id=told.case.pk, by=admin, now=told.now, version=2, to="hrss_confirmation", reason="示例")
        drawn = drawn_of(told.case)
        assert [step.name for piece in drawn.pieces for step in piece.steps] == [step.name for step in second.steps]
        assert here(told.case).name.zh == "区人社局"
        assert states_of(told.case) == ["done", "now", "wait", "wait", "wait"]


def test_every_outcome_is_an_end_of_the_chain_or_a_stop():
    assert set(drawing.TO_THE_END) | {"refused", "withdrawn", "not_accepted", "lapsed", "unfounded"} == set(
        states.OUTCOMES
    )
