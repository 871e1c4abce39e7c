"""The leaflet of every measure: a tagged PDF in both languages, with its words and its address."""

import io
from typing import Any

import pypdf
import pytest
from django.test import Client

from casework.letters.leaflet import leaflet
from policy import measures
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", [one.code for one in measures()])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_measure_has_one_with_tags_title_and_language(code: str, language: str):
    client = Client()
    client.cookies["language"] = language
    answer = client.get(f"/guides/{code}/leaflet.pdf", headers={"Accept-Language": language})
    assert answer.status_code == 200
    root: Any = pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh" if language == "zh-hans" else "en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_same_words_give_the_same_bytes_and_lists_are_lists():
    given = [("标题", "一段话。\n\n- 一\n- 二\n\n1. 先\n2. 后")]
    one, two = (leaflet("示例", given, language="zh", on=NOW.date()) for _ in range(2))
    assert one == two
    pdf = pypdf.PdfReader(io.BytesIO(one))
    found = [pdf.get_object(number) for number in range(1, len(pdf.xref_objStm) + sum(map(len, pdf.xref.values())) + 1)]
    kinds = [str(item["/S"]) for item in found if isinstance(item, dict) and "/S" in item and "/P" in item]
    assert kinds.count("/L") == 2


def test_no_leaflet_of_what_is_no_measure():
    assert Client().get("/guides/nothing/leaflet.pdf").status_code == 404
