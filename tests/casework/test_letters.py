"""Letters: tagged, complete, the same bytes for the same facts, and safe whatever people typed."""

from __future__ import annotations

import io
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject

from casework.letters import render, render_batch
from casework.letters.capitals import capitals
from policy.parameters import load
from policy.samples import SAMPLES, sample

GROUNDS = [
    {
        "title": ["年龄", "Age"],
        "outcome": "met",
        "because": ["申请那天您 31 岁。", "You were 31 on the day of the application."],
    },
    {
        "title": ["获奖", "Award"],
        "outcome": "not_met",
        "because": ["证书写的是市级比赛。", "The certificate names a municipal competition."],
    },
    {"title": ["无犯罪记录", "No record"], "outcome": "unknown", "because": ["还没有结果。", "No result has arrived."]},
]
FACTS: dict[str, Any] = {
    "kind": "refused",
    "number": "MH24-7K3P-9QXD-4T-1",
    "reference": "MH24-7K3P-9QXD-4T",
    "title": ["社区工作者直接纳入", "Direct admission as a community worker"],
    "applicant": "陆婷",
    "applied_on": "2024-11-04",
    "decided_on": "2024-11-25",
    "decided_by": ["区人力资源和社会保障局", "District Bureau of Human Resources"],
    "clause": "三（三）",
    "grounds": GROUNDS,
    "reason": "获奖不是全国性比赛第一名。",
    "responsible": "",
    "policy_version": "2024-draft",
    "review_body": ["闵行区人民政府", "the People's Government of Minhang District"],
    "court": ["上海铁路运输法院", "the Shanghai Railway Transport Court"],
    "review_days": 60,
    "court_months": 6,
    "served_days": 5,
    "verify_url": "https://service.example/verify/MH24-7K3P-9QXD-4T-1",
}
NOTICE = {"from": "2024-11-26", "until": "2024-12-02", "published": "2024-11-26"}


def facts(**changes: Any) -> dict[str, Any]:
    return {**FACTS, **changes}


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """All words without the spaces and line ends that layout puts in."""
    return "".join("".join(page.extract_text() for page in opened(pdf).pages).replace("\u200b", "").split())


def tags_in(reader: pypdf.PdfReader) -> list[str]:
    found, nodes = [], [reader.root_object["/StructTreeRoot"]]
    while nodes:
        node = nodes.pop().get_object()
        if isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                nodes.append(node["/K"])
        elif isinstance(node, list):
            nodes.extend(node)
    return found


@pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh-CN"), ("en", "en-GB")])
def test_the_pdf_says_what_it_is(language: str, tag: str) -> None:
    reader = opened(render(FACTS, language))
    root = reader.root_object

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower() == tag.lower()
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert FACTS["title"][0 if language != "en" else 1] in reader.metadata.title
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= set(tags_in(reader))


def test_every_font_is_ours_and_embedded() -> None:
    for page in opened(render(FACTS, "zh")).pages:
        names = [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]
        assert names
        assert all("NotoSerifCJKsc" in name for name in names)


@pytest.mark.parametrize("kind", ["granted", "refused", "not_accepted", "lapsed"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_each_kind_names_the_case_the_clause_and_the_way_of_appeal(kind: str, language: str) -> None:
    at = 1 if language == "en" else 0

    text = text_of(render(facts(kind=kind), language))

    for said in ("reference", "number", "clause", "policy_version", "verify_url", "applicant"):
        assert "".join(FACTS[said].split()) in text, said
    for said in ("review_body", "court", "decided_by", "title"):
        assert "".join(FACTS[said][at].split()) in text, said
    periods = ("60daysfromthedayofservice", "6monthsfromthedayofservice") if at else ("60日内", "6个月内")
    assert all(period in text for period in periods)
    assert ("draftforcomment" if at else "征求意见稿") in text


NOTICES: dict[str, dict[str, Any]] = {
    "accepted": {"deemed": False, "due": "2024-12-05", "papers": [["获奖证书", "Award certificate"]]},
    "correction": {
        "items": [{"title": ["获奖证书", "Award certificate"], "note": "请补有印章的一页。"}], "due": "2024-12-25",
    },
    "paid": {"amount": "1680.32", "account_tail": "5031"},
}  # fmt: skip
SAID = {
    "accepted": {"zh": ["受理通知书", "2024年12月5日", "获奖证书"], "en": ["isaccepted", "5December2024", "Awardcertificate"]},
    "correction": {"zh": ["一次全部告诉您", "请补有印章的一页", "2024年12月25日"], "en": ["thisiseverything", "请补有印章的一页", "25December2024"]},
    "paid": {"zh": ["1,680.32元", "人民币壹仟陆佰捌拾元叁角贰分", "尾号5031"], "en": ["1,680.32yuan", "人民币壹仟陆佰捌拾元叁角贰分", "endingin5031"]},
}  # fmt: skip


def notice(kind: str) -> dict[str, Any]:
    kept = ("number", "reference", "title", "applicant", "applied_on", "decided_on", "decided_by", "verify_url")
    return {"kind": kind, "telephone": "12345", **{name: FACTS[name] for name in kept}, **NOTICES[kind]}


@pytest.mark.parametrize("kind", sorted(NOTICES))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_notice_says_what_happened_what_to_do_and_whom_to_call_and_nothing_of_appeal(kind: str, language: str):
    text = text_of(render(notice(kind), language))
    for said in [
        *SAID[kind][language],
        "12345",
        FACTS["reference"],
        "".join(FACTS["decided_by"][language == "en"].split()),
    ]:
        assert said in text, said
    assert "行政复议" not in text
    assert "administrativereview" not in text


def test_a_deemed_acceptance_says_that_the_office_was_late():
    assert "视为受理" in text_of(render({**notice("accepted"), "deemed": True}, "zh"))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.05", "人民币伍分"), ("0.50", "人民币伍角"), ("10", "人民币壹拾元整"), ("10.05", "人民币壹拾元零伍分"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角"), ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"), ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("100000001", "人民币壹亿零壹元整"), ("0", "人民币零元整"),
    ],
)  # fmt: skip
def test_a_sum_in_capital_figures_is_as_banks_write_it(amount: str, said: str):
    assert capitals(Decimal(amount)) == said


@given(st.decimals(0, 10**12, places=2))
def test_capital_figures_read_back_as_the_same_sum(amount: Decimal):
    assert read_back(capitals(amount)) == amount


def read_back(said: str) -> Decimal:
    """The sum that capital figures name, by their places alone."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", {"拾": 10, "佰": 100, "仟": 1000}
    whole, part, group, digit = 0, Decimal(0), 0, 0
    for sign in said.removeprefix("人民币"):
        if sign in digits:
            digit = digits.index(sign)
        elif sign in units:
            group, digit = group + digit * units[sign], 0
        elif sign in "万亿":
            whole, group, digit = (
                (whole + group + digit) * {"万": 10**4, "亿": 10**8}[sign]
                if sign == "亿"
                else (whole + (group + digit) * 10**4),
                0,
                0,
            )
        elif sign == "元":
            whole, group, digit = whole + group + digit, 0, 0
        elif sign in "角分":
            part, digit = part + digit * {"角": Decimal("0.1"), "分": Decimal("0.01")}[sign], 0
    return whole + part


@pytest.mark.parametrize("wrong", ["-1", "0.001", "100000000000000"])
def test_what_is_no_sum_has_no_capital_figures(wrong: str):
    with pytest.raises(ValueError, match="two decimals"):
        capitals(Decimal(wrong))


def test_a_grant_names_its_sum_in_figures_and_capital_figures():
    text = text_of(render(facts(kind="granted", amount="9312.00"), "zh"))
    assert "9,312.00元" in text
    assert "人民币玖仟叁佰壹拾贰元整" in text


def test_a_batch_prints_each_letter_from_a_front_page_numbered_from_one():
    pages = opened(render_batch([(notice("paid"), "zh"), (FACTS, "en"), (notice("accepted"), "zh")])).pages
    texts = ["".join(page.extract_text().split()) for page in pages]
    starts = [
        at
        for at, text in enumerate(texts)
        if FACTS["number"].replace("-", "") in text.replace("-", "") and "—1—" in text
    ]
    assert len(starts) == 3
    assert all(at % 2 == 0 for at in starts)
    reader = opened(render_batch([(notice("paid"), "zh"), (FACTS, "en")]))
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert tags_in(reader).count("/H1") == 2
    with pytest.raises(ValueError, match="no letter"):
        render_batch([])


@pytest.mark.parametrize(
    ("kind", "decision"),
    [
        ("granted", "批准您的申请。"),
        ("refused", "不予批准您的申请。"),
        ("not_accepted", "不予受理您的申请。"),
        ("lapsed", "终止办理您的申请。"),
    ],
)
def test_the_decision_is_said(kind: str, decision: str) -> None:
    text = text_of(render(facts(kind=kind), "zh"))

    assert f"一、决定{decision}" in text


def test_a_refusal_gives_its_reason_and_each_finding() -> None:
    text = text_of(render(FACTS, "zh"))

    assert "理由：获奖不是全国性比赛第一名。" in text
    assert "获奖不符合证书写的是市级比赛。" in text
    assert "无犯罪记录不能确定还没有结果。" in text


def test_the_office_that_is_responsible_is_named() -> None:
    text = text_of(render(facts(kind="not_accepted", responsible="区残疾人联合会", grounds=[]), "zh"))

    assert "这件事由区残疾人联合会负责" in text
    assert "逐条认定" not in text


def test_the_public_notice_and_the_others_right_to_appeal() -> None:
    text = text_of(render(facts(kind="granted", notice=NOTICE, reason=""), "zh"))

    assert "公示期从2024年11月26日到2024年12月2日" in text
    assert "利害关系" in text
    assert "理由" not in text


def test_service_is_explained() -> None:
    assert "满5个工作日，视为送达" in text_of(render(FACTS, "zh"))
    assert "视为送达" not in text_of(render(facts(served_days=0), "zh"))


def test_without_an_address_there_is_no_code() -> None:
    reader = opened(render(facts(verify_url=""), "zh"))

    assert "/Figure" not in tags_in(reader)
    assert "扫码" not in text_of(render(facts(verify_url=""), "zh"))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "file:///etc/x", "https://" + "a" * 500])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="verify_url"):
        render(facts(verify_url=url), "zh")


@pytest.mark.parametrize("missing", [{"review_days": 0}, {"court_months": 0}, {"court": ["", ""]}])
def test_no_letter_without_the_way_of_appeal(missing: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="appeal"):
        render(facts(**missing), "zh")


@pytest.mark.parametrize(
    "typed",
    [
        "#panic(1) *粗* $x^2$ _下_ \\ `码` <a> @b = 1 // c /* d */",
        '#read("decision.typ") {name} {0} ${x} ]]) "引" \'x\'',
        "{applicant} {reference}",
    ],
)
def test_what_people_typed_is_shown_and_never_run(typed: str) -> None:
    text = text_of(render(facts(applicant=typed, reason=typed), "zh"))

    assert text.count("".join(typed.split())) == 2


def test_characters_that_show_nothing_are_dropped() -> None:
    text = text_of(render(facts(applicant="王\0\u202e小\u200b\ufe0f\x1b明", reason="第一行\r\n第二行"), "zh"))

    assert "王小明：" in text
    assert "第一行第二行" in text


def test_rare_characters_of_names_are_printed_and_unknown_ones_shown_by_code() -> None:
    text = text_of(render(facts(applicant="㛃𬸚镕"), "zh"))
    assert "㛃𬸚镕：" in text

    text = text_of(render(facts(applicant="王\U0001f600\U000323ae\ue000\ud800"), "zh"))
    assert "王〓[U+1F600]〓[U+323AE]〓[U+E000]〓[U+D800]：" in text


@pytest.mark.parametrize("name", ["汉" * 400, "A" * 400, "é" * 400, "https://" + "x" * 400])
def test_very_long_names_stay_on_the_paper(name: str) -> None:
    pdf = render(facts(applicant=name, decided_by=[name, name], reason=name), "zh")

    lines = [line for page in opened(pdf).pages for line in page.extract_text().splitlines()]
    assert text_of(pdf).count(name) >= 3  # A page break may part one of the four.
    assert max(map(len, lines)) < 120


def test_many_findings_run_over_several_pages() -> None:
    reader = opened(render(facts(grounds=GROUNDS * 15), "zh"))

    assert len(reader.pages) > 1
    assert "—2—" in "".join(reader.pages[1].extract_text().split())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", ["granted", "refused", "not_accepted", "lapsed"])
def test_an_ordinary_letter_is_one_page(kind: str, language: str) -> None:
    assert len(opened(render(facts(kind=kind), language)).pages) == 1


def test_the_same_facts_give_the_same_bytes() -> None:
    first = render(FACTS, "zh")

    assert render(dict(reversed(FACTS.items())), "zh-hans") == first
    assert render(facts(decided_on="2024-11-26"), "zh") != first
    assert opened(first).metadata.creation_date.date().isoformat() == "2024-11-25"


def test_a_letter_takes_less_than_a_second() -> None:
    started = time.perf_counter()
    render(facts(applicant="时间"), "zh")

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("code", SAMPLES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_character_of_a_worked_sum_is_printed(code: str, language: str) -> None:
    told = sample(code, date(2026, 11, 25), load())
    assert told is not None
    sums = [[one.zh, one.en] for one in told[1].sums]
    assert sums
    assert "〓" not in text_of(render(facts(kind="granted", amount="1.00", sums=sums), language))
