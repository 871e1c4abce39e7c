"""The guides, from the measure's declaration."""

import pytest

from flows.engine import newest, purposes_of
from policy import measure
from policy.readings import readings_for
from policy.registry import CODES
from web.public.guides import papers

pytestmark = pytest.mark.django_db
PAGES = ["/guides/", "/guides/direct_admission/", "/guides/direct_admission/easy/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "社区工作者直接纳入"), ("en", "Direct admission as a community worker")]
)
def test_each_page_stands_in_both_languages(client, path, language, title):
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    assert title in answer.content.decode()


@pytest.mark.parametrize("code", ["nothing", "x" * 300])
@pytest.mark.parametrize("path", ["/guides/{}/", "/guides/{}/easy/", "/check/{}/"])
def test_a_measure_without_a_guide_is_not_there(client, path, code):
    assert client.get(path.format(code)).status_code == 404


def test_the_guide_shows_clause_chain_draft_and_every_reading(client):
    page = client.get(PAGES[1]).content.decode()
    assert "直接纳入是指获得政府职能部门举办的" in page
    assert "征求意见稿" in page
    assert page.count('class="readings"') == 2
    assert page.count("为什么这样理解") == len(readings_for("direct_admission"))
    assert 'class="steps steps--plan"' in page
    assert "现在是 公示期 5 个工作日。" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_guide_draws_its_chain_and_lists_it(client, code, language):
    client.cookies["language"] = language
    page = client.get(f"/guides/{code}/").content.decode()
    chain = page.split('id="chain"')[1].split("</section>")[0]
    purposes = purposes_of(code)
    assert chain.count("<svg class") == chain.count("<ol class") == len(purposes) >= 1
    for purpose in purposes:
        for step in newest(code, purpose).steps:
            said = step.words.en if language == "en" else step.words.zh
            assert said.lower() in chain.lower()
    assert chain.count("<h3>") == (len(purposes) if len(purposes) > 1 else 0)


def test_a_measure_with_two_purposes_shows_the_chain_of_each_under_its_heading(client):
    page = client.get("/guides/sheltered_employment_project/").content.decode()
    first, second = page.index("阳光基地劳动项目（项目入库）</h3>"), page.index("阳光基地要活（分活）</h3>")
    assert "审核并入库" in page[first:second]
    assert "申请人 确认" in page[second:]


def test_papers_say_for_which_ground_they_are_needed_and_begin_with_those_that_nobody_hands_in():
    lines = papers(measure("direct_admission"))
    assert [line.title.zh for line in lines[:2]] == ["残疾人证", "身份证"]
    needed = {line.title.zh: [one.zh for one in line.only] for line in lines}
    assert needed["主办单位的文件"] == ["全国性比赛第一名", "国际性比赛前三名"]
    assert needed["残疾人证"] == []
    assert "个人说明" in needed


def test_the_english_guide_keeps_the_chinese_clause(client):
    client.cookies["language"] = "en"
    assert "直接纳入是指获得" in client.get(PAGES[1]).content.decode()
