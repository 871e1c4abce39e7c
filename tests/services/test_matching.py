"""Matching: hard conditions exclude, the rest scores, reasons stand in both languages, the order of the input plays no part."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lists import ACCOMMODATIONS, EDUCATION, FIELDS, HOURS, SKILLS
from services.matching import Offer, Seeker, excluded, judge, ranked

DAY = date(2026, 11, 2)


def sets(keys: object) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(keys)), max_size=4)  # type: ignore[call-overload]


pays = st.none() | st.integers(1, 20_000)
seekers = st.builds(
    Seeker, skills=sets(SKILLS), fields=sets(FIELDS), hours=sets(HOURS), education=st.sampled_from(list(EDUCATION)),
    town=st.none() | st.integers(1, 3), needs=sets(ACCOMMODATIONS), pay=pays,
)  # fmt: skip
an_offer = st.builds(
    Offer, key=st.integers(1, 10_000), until=st.integers(0, 40).map(lambda n: DAY + timedelta(days=n)),
    field=st.sampled_from(list(FIELDS)), must=sets(SKILLS), useful=sets(SKILLS), hours=sets(HOURS),
    education=st.sampled_from(list(EDUCATION)), town=st.none() | st.integers(1, 3), offers=sets(ACCOMMODATIONS), pay=pays,
)  # fmt: skip
many = st.lists(an_offer, max_size=12, unique_by=lambda one: one.key)


def test_a_skill_that_is_needed_and_missing_excludes():
    offer = Offer(1, DAY, must=frozenset({"sewing"}))
    assert judge(Seeker(), offer) is None
    assert judge(Seeker(skills=frozenset({"sewing"})), offer) is not None


def test_education_excludes_below_what_is_asked_and_not_above():
    offer = Offer(1, DAY, education="college")
    assert judge(Seeker(education="senior"), offer) is None
    assert judge(Seeker(education="bachelor"), offer) is not None


def test_hours_that_do_not_meet_exclude_and_unsaid_ones_do_not():
    offer = Offer(1, DAY, hours=frozenset({"nights"}))
    assert judge(Seeker(hours=frozenset({"part"})), offer) is None
    assert judge(Seeker(), offer) is not None
    assert judge(Seeker(hours=frozenset({"part", "nights"})), offer) is not None


def test_the_reasons_are_words_in_both_languages():
    found = judge(
        Seeker(skills=frozenset({"typing"}), town=3, needs=frozenset({"sign_language", "quiet"})),
        Offer(1, DAY, useful=frozenset({"typing"}), town=3, offers=frozenset({"sign_language"})),
    )
    assert found is not None
    assert [one.zh for one in found.because] == ["会打字、办公软件", "在想去的镇或街道", "有需要的手语"]
    assert "has what is needed: sign language" in [one.en for one in found.because]
    assert [one.zh for one in found.against] == ["没有写有安静的地方，可以问"]


def test_a_need_that_is_met_ranks_before_one_that_is_not():
    seeker = Seeker(needs=frozenset({"step_free"}))
    with_it, without = Offer(2, DAY, offers=frozenset({"step_free"})), Offer(1, DAY)
    assert [one.key for one in ranked(seeker, [without, with_it])] == [2, 1]


def test_of_equal_ones_what_closes_first_comes_first_then_the_older():
    later, one, two = Offer(1, DAY + timedelta(days=1)), Offer(3, DAY), Offer(2, DAY)
    assert [each.key for each in ranked(Seeker(), [later, one, two])] == [2, 3, 1]


@given(seekers, many, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_input_plays_no_part(seeker: Seeker, offers: list[Offer], random: object):
    mixed = list(offers)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert ranked(seeker, mixed) == ranked(seeker, offers)


@given(seekers, many)
@settings(max_examples=60, deadline=None)
def test_what_is_listed_meets_every_hard_condition_and_what_is_not_fails_one(seeker: Seeker, offers: list[Offer]):
    listed = {one.key for one in ranked(seeker, offers)}
    for offer in offers:
        assert (offer.key in listed) == (excluded(seeker, offer) == ())


@given(seekers, many, st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_a_shorter_list_is_the_beginning_of_the_long_one(seeker: Seeker, offers: list[Offer], most: int):
    assert ranked(seeker, offers, most) == ranked(seeker, offers)[:most]


@given(seekers, an_offer, st.sampled_from(sorted(ACCOMMODATIONS)))
@settings(max_examples=60, deadline=None)
def test_one_more_accommodation_never_lowers_a_vacancy(seeker: Seeker, offer: Offer, more: str):
    from dataclasses import replace

    before, after = judge(seeker, offer), judge(seeker, replace(offer, offers=offer.offers | {more}))
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.score >= before.score
