"""Sharing out: nobody above capacity, nothing above the volume, suitability, fewest projects first, order plays no part."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lists import SKILLS, SUITS
from services.sheltered import Base, Work, share_out, unsuitable


def sets(keys: object) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(keys)[:4]), max_size=3)  # type: ignore[call-overload]


works = st.builds(Work, volume=st.integers(0, 500), skills=sets(SKILLS), kinds=sets(SUITS))
a_base = st.builds(
    Base, key=st.integers(1, 99), capacity=st.integers(0, 200), skills=sets(SKILLS), kinds=sets(SUITS),
    projects=st.integers(0, 4), asked=st.integers(0, 9),
)  # fmt: skip
many = st.lists(a_base, max_size=8, unique_by=lambda one: one.key)


def pieces(work: Work, *bases: Base) -> dict[int, int]:
    return {one.key: one.pieces for one in share_out(work, bases)}


def test_who_had_the_fewest_projects_comes_first_then_who_asked_first():
    bases = (Base(1, 60, projects=2), Base(2, 60, projects=0, asked=2), Base(3, 60, projects=0, asked=1))
    assert pieces(Work(100), *bases) == {3: 60, 2: 40, 1: 0}


def test_the_reasons_are_words():
    first, second = share_out(Work(100), [Base(1, 80), Base(2, 80, projects=1)])
    assert [one.zh for one in first.because] == ["今年分到过 0 个项目", "到期前做得了 80 件"]
    assert "分到剩下的 20 件" in [one.zh for one in second.because]
    assert "gets the 20 pieces that are left" in [one.en for one in second.because]


def test_a_skill_or_a_kind_that_does_not_fit_gets_nothing_and_is_told():
    work = Work(10, skills=frozenset({"sewing"}), kinds=frozenset({"5", "6"}))
    (share,) = share_out(work, [Base(1, 10, kinds=frozenset({"1"}))])
    assert share.pieces == 0
    assert [one.zh for one in share.because] == ["没有人会缝纫", "适合的残疾类别对不上：要智力、精神"]


@given(works, many)
@settings(max_examples=80, deadline=None)
def test_nobody_gets_more_than_they_can_do_and_all_together_no_more_than_there_is(work: Work, bases: list[Base]):
    found = pieces(work, *bases)
    assert set(found) == {base.key for base in bases}
    assert all(0 <= found[base.key] <= base.capacity for base in bases)
    able = sum(base.capacity for base in bases if not unsuitable(work, base))
    assert sum(found.values()) == min(work.volume, able)


@given(works, many)
@settings(max_examples=60, deadline=None)
def test_whoever_can_not_do_it_gets_nothing(work: Work, bases: list[Base]):
    found = pieces(work, *bases)
    assert all(found[base.key] == 0 for base in bases if unsuitable(work, base))


@given(works, many, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_plays_no_part(work: Work, bases: list[Base], random: object):
    mixed = list(bases)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert share_out(work, mixed) == share_out(work, bases)


@given(works, many, st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_base_that_leaves_takes_nothing_from_those_before_it(work: Work, bases: list[Base], place: int):
    ordered = [one.key for one in share_out(work, bases)]
    if place < len(ordered):
        gone = ordered[place]
        before, after = pieces(work, *bases), pieces(work, *(one for one in bases if one.key != gone))
        assert all(after[key] == before[key] for key in ordered[:place] if before[key])
        assert all(after[key] >= before[key] for key in after)


@given(works, many)
@settings(max_examples=40, deadline=None)
def test_more_volume_never_takes_from_anybody(work: Work, bases: list[Base]):
    less, more = pieces(work, *bases), pieces(replace(work, volume=work.volume + 10), *bases)
    assert all(more[key] >= less[key] for key in less)
