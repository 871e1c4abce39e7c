"""Display settings and language."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "显示设置"), ("en", "Display settings")])
def test_the_settings_stand_in_both_languages(client, language, words):
    client.cookies["language"] = language
    assert f"<h1>{words}</h1>" in client.get("/display/?next=/guides/").content.decode()


def test_a_choice_is_kept_and_added_to_those_before(client):
    client.post("/display/", {"text": "200"})
    client.post("/display/", {"contrast": "dark"})
    page = client.get("/display/").content.decode()
    assert 'data-text="200" data-contrast="dark"' in page
    assert 'value="200" aria-pressed="true"' in page
    client.post("/display/", {"reset": "1"})
    assert "data-text" not in client.get("/").content.decode()


@pytest.mark.parametrize("value", ["999", "\0", "x" * 10_000, '"><script>'])
def test_what_is_no_choice_changes_nothing(client, value):
    assert client.post("/display/", {"text": value, "mode": value}).status_code == 302
    assert "data-text" not in client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/display/", "/language/"])
@pytest.mark.parametrize(
    "wanted", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "/" + "x" * 5000]
)
def test_nobody_is_led_away_from_the_site(client, path, wanted):
    answer = client.post(path, {"next": wanted, "language": "en"})
    assert answer["Location"] in ("/", "/display/")


@pytest.mark.parametrize("path", ["/display/", "/language/"])
def test_a_page_of_ours_is_gone_back_to(client, path):
    assert client.post(path, {"next": "/guides/?x=1", "language": "en"})["Location"] == "/guides/?x=1"


def test_the_language_stays_chosen_and_an_unknown_one_is_passed_over(client):
    client.post("/language/", {"language": "en"})
    assert '<html lang="en">' in client.get("/").content.decode()
    client.post("/language/", {"language": "xx\0"})
    assert '<html lang="en">' in client.get("/").content.decode()
    assert client.get("/language/").status_code == 302
