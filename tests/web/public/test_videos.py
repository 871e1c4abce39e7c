"""The sign-language film of a guide: shown only with captions and transcript, sent whole or in the part asked for."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

GUIDE, FILM = "/guides/tuition_subsidy/", "/guides/tuition_subsidy/film.mp4"
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.GUIDE_FILMS_DIR = tmp_path
    return tmp_path


def put(folder: Path, *kinds: str) -> None:
    for kind in kinds:
        (folder / f"tuition_subsidy.{kind}").write_bytes(
            b"0123456789" if kind == "mp4" else "示例：第一段\n\n第二段".encode()
        )


def test_a_film_that_somebody_could_not_follow_is_not_shown(folder: Path, client: Client):
    for kinds in ((), ("mp4",), ("zh.vtt",)):
        put(folder, *kinds)
        assert "<video" not in client.get(GUIDE).content.decode()
    put(folder, "zh.txt")
    page = client.get(GUIDE).content.decode()
    assert "<video" in page
    assert "<p>示例：第一段</p><p>第二段</p>" in page
    assert 'kind="captions"' in page


def test_captions_and_transcript_are_in_the_readers_language_where_there_are_any(folder: Path, client: Client):
    put(folder, "mp4", "zh.vtt", "zh.txt")
    client.cookies["language"] = "en"
    assert 'lang="zh-Hans"><p>示例' in client.get(GUIDE).content.decode()
    put(folder, "en.vtt", "en.txt")
    page = client.get(GUIDE).content.decode()
    assert page.count("<track") == 2
    assert "film.en.vtt" in page


@pytest.mark.parametrize(
    ("asked", "status", "body", "where"),
    [
        (None, 200, b"0123456789", None),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=-", 416, b"", "bytes */10"),
        ("pages=1-2", 200, b"0123456789", None),
    ],
)
def test_a_part_is_sent_where_a_part_is_asked_for(
    folder: Path, client: Client, asked: str | None, status: int, body: bytes, where: str | None
):
    put(folder, "mp4", "zh.vtt", "zh.txt")
    answer = client.get(FILM, headers={"Range": asked} if asked else {})
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert (answer.status_code, sent, answer.headers.get("Content-Range")) == (status, body, where)


@pytest.mark.parametrize(
    "path", ["tuition_subsidy/film.zh.txt", "tuition_subsidy/film.mp4x", "nothing/film.mp4", "goal/film.mp4"]
)
def test_nothing_else_of_the_folder_is_sent(folder: Path, client: Client, path: str):
    put(folder, "zh.vtt", "zh.txt")
    (folder / "nothing.mp4").write_bytes(b"x")
    assert client.get(f"/guides/{path}").status_code == 404
