""" "May I apply?": the fewest questions, the same rules as the review."""

import pytest

pytestmark = pytest.mark.django_db
PATH = "/check/direct_admission/"
YES, NO, PERSON = "按您的回答，您可以申请", "按您的回答，这一项不合适", "这要由人来判断，您可以申请"


def ask(client, **answers: str) -> str:
    answer = client.get(PATH, answers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_begins_with_the_ground_and_says_why_it_asks(client):
    page = ask(client)
    assert "您属于哪一种情况？" in page
    assert "为什么问" in page
    assert "回答不会保存" in page


def test_it_stands_in_english_too(client):
    client.cookies["language"] = "en"
    assert "On which ground do you apply?" in ask(client)
    assert "By your answers you may apply" in ask(client, ground="honorary_title", title_level="municipal")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "yes"}, YES),
        ({"ground": "national_competition", "place": "第一名", "organiser_is_government": "yes"}, YES),
        ({"ground": "national_competition", "place": "2"}, NO),
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "no"}, NO),
        ({"ground": "national_competition", "place": "1", "organiser_is_government": "unsure"}, PERSON),
        ({"ground": "international_competition", "place": "３"}, YES),
        ({"ground": "international_competition", "place": "4"}, NO),
        ({"ground": "honorary_title", "title_level": "municipal"}, YES),
        ({"ground": "honorary_title", "title_level": "district"}, NO),
        ({"ground": "honorary_title", "title_level": "unsure"}, PERSON),
        ({"ground": "special_contribution"}, PERSON),
    ],
)
def test_every_ground_has_its_answer(client, answers, said):
    page = ask(client, **answers)
    assert said in page
    assert 'href="/my/apply/direct_admission/"' in page
    assert 'class="clause"' in page


def test_one_question_a_page_and_the_answers_travel_along(client):
    page = ask(client, ground="national_competition")
    assert "您得了第几名？" in page
    assert "主办单位是不是政府部门" not in page
    assert '<input type="hidden" name="ground" value="national_competition">' in page


def test_going_back_keeps_every_answer(client):
    page = ask(client, ground="national_competition", place="1")
    assert "?ground=national_competition&amp;place=1&amp;again=place" in page
    again = ask(client, ground="national_competition", place="1", again="place")
    assert "您得了第几名？" in again
    assert 'name="place" value="1"' in again


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"ground": "nonsense"}, "您属于哪一种情况？"),
        ({"ground": "\0"}, "您属于哪一种情况？"),
        ({"ground": "honorary_title", "title_level": "x" * 10_000}, "称号是哪一级的？"),
        ({"ground": "international_competition", "place": "gold"}, "您得了第几名？"),
        ({"ground": "international_competition", "place": ""}, "您得了第几名？"),
        ({"ground": "international_competition", "place": "9" * 10_000}, "您得了第几名？"),
        ({"ground": "international_competition", "place": "-1\0"}, "您得了第几名？"),
    ],
)
def test_an_answer_that_is_not_understood_asks_again_and_keeps_what_was_typed(client, answers, question):
    page = ask(client, **answers)
    assert question in page
    assert 'class="errors"' in page


def test_answers_that_no_question_asks_for_change_nothing(client):
    assert YES in ask(
        client, ground="honorary_title", title_level="national", place="99", contribution_confirmed="no", x="y"
    )
