"""How it went: asked once after the decision is served, answered in five levels or skipped, changed until the last day."""

from datetime import timedelta

import pytest

from accounts.actor import CLOCK
from accounts.models import Role
from casework.models import Action, Letter, Message, Rating
from casework.record import said
from casework.sealing import unseal
from flows.actions.rate import ask_rating, rate, to_ask
from flows.actions.refuse import refuse
from flows.actions.render_letter import render_letter
from flows.actions.serve import serve
from flows.actions.withdraw import withdraw
from flows.errors import AlreadyDone, Invalid, NotAllowed
from flows.sweep import sweep
from oversight.satisfaction import Line, hidden, lines_of, words_of
from tests.factories import applicant, department, officer, story
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def refused():
    told = story().to("government_approval")
    refuse(**told.claimed(), reason="不符合")
    letter = Letter.objects.decisions().get(case=told.case)
    render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
    return told, letter


def test_asked_once_when_the_letter_is_served_and_answered_until_the_last_day():
    told, letter = refused()
    mine = {"case_id": told.case.pk, "by": told.by, "now": told.now}
    assert sweep(told.now)["rating_asked"] == 0  # the letter has not reached them
    with pytest.raises(NotAllowed, match="rating_not_asked"):
        rate(**mine, level=5)
    serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    assert sweep(told.now)["rating_asked"] == 1
    assert sweep(told.now)["rating_asked"] == 0
    with pytest.raises(AlreadyDone):
        ask_rating(case_id=told.case.pk, by=CLOCK, now=told.now)
    assert Message.objects.filter(case=told.case, event="rating_asked", audience="applicant").count() == 1
    asked = Rating.objects.get(case=told.case)
    assert (asked.department, asked.step, asked.level) == (
        department("district_government"),
        "government_approval",
        None,
    )
    assert (asked.until - told.now.date()).days == 30

    for level in (0, 6):
        with pytest.raises(Invalid):
            rate(**mine, level=level)
    with pytest.raises(NotAllowed):
        rate(**{**mine, "by": applicant()}, level=1)
    with pytest.raises(NotAllowed):
        rate(**{**mine, "by": told.cast["government"]}, level=5)
    rate(**mine, level=2, words="等了很久（示例）")
    rate(**mine, level=4, words="后来很快（示例）")
    asked.refresh_from_db()
    assert asked.level == 4
    assert unseal(told.case.key, asked.words) == "后来很快（示例）"
    rate(**mine, level=None)
    asked.refresh_from_db()
    assert (asked.level, asked.words, asked.answered_at) == (None, None, told.now)
    with pytest.raises(NotAllowed, match="rating_over"):
        rate(**{**mine, "now": told.now + timedelta(days=31)}, level=5)
    acts = list(Action.objects.filter(subject_id=told.case.pk, event="rated").order_by("number"))
    assert [one.details for one in acts] == [{}] * 3
    assert [said(one, told.case.key).get("level", "") for one in acts] == ["2", "4", ""]


def test_a_closed_case_is_asked_about_and_neither_a_withdrawn_nor_an_old_one():
    told, gone = story(), story()
    told.through()
    withdraw(case_id=gone.case.pk, by=gone.by, now=gone.now)
    for letter in Letter.objects.decisions().filter(case=told.case, service=None):
        render_letter(letter_id=letter.pk, by=CLOCK, now=told.now)
        serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    assert list(to_ask(told.now)) == [told.case]
    assert list(to_ask(told.now + timedelta(days=4))) == []


def test_the_applicant_answers_on_a_page_and_officers_read_neither_level_nor_words():
    told, letter = refused()
    serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    sweep(told.now)
    client, place = signed_in(told.by), f"/my/cases/{told.case.shown_reference}/"
    Rating.objects.update(until="2099-01-01")
    assert "这次办得怎么样" in client.get(place).content.decode()
    assert client.post(f"{place}do/rate/", {"level": ""}).status_code == 400
    assert client.post(f"{place}do/rate/", {"level": "1", "words": "独特的话"}).status_code == 302
    page = client.get(place).content.decode()
    assert "您评的是：非常不满意" in page
    assert "selected>非常不满意" in client.get(f"{place}do/rate/").content.decode()
    for role in ("government", "federation", "head"):
        for page in ("", "history/"):
            seen = signed_in(told.cast[role]).get(f"/work/cases/{told.case.shown_reference}/{page}").content.decode()
            assert "非常不满意" not in seen
            assert "独特的话" not in seen


def test_supervision_reads_the_words_and_heads_only_counts_of_five_and_more():
    told, letter = refused()
    serve(letter_id=letter.pk, by=told.by, now=told.now, how="account")
    sweep(told.now)
    rate(case_id=told.case.pk, by=told.by, now=told.now, level=1, words="独特的话")
    [one] = words_of(told.case.district_id, None, None)
    assert (one.case, one.words) == (told.case, "独特的话")
    assert words_of(told.case.district_id, 5, None) == []
    page = signed_in(officer("supervision", Role.SUPERVISOR)).get("/supervision/satisfaction/").content.decode()
    assert "独特的话" in page
    steps, months = lines_of(department("district_government"))
    assert steps == [Line("government_approval", None, (None,) * 5)]
    assert [line.many for line in months] == [None]
    head = signed_in(officer("district_government", Role.HEAD)).get("/work/satisfaction/").content.decode()
    assert "少于 5" in head
    assert "独特的话" not in head


def test_a_small_cell_hides_a_second_that_the_total_would_tell():
    assert hidden([9, 0, 0, 0, 6]) == (9, 0, 0, 0, 6)
    assert hidden([9, 7, 0, 0, 1]) == (9, None, 0, 0, None)
    assert hidden([9, 3, 0, 0, 1]) == (9, None, 0, 0, None)
