import io
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import call_command

from casework.management.commands.assess import Command
from policy import parameters

RIGHT = {
    "id": "案1",
    "type": "direct_admission",
    "as_of": "2025-05-05",
    "facts": {"ground": "international_competition", "place": 2},
}


def run(*arguments: str) -> tuple[list[dict[str, object]], object, str]:
    """What the command printed, its exit status, and the text as it was."""
    out = io.StringIO()
    status: object = 0
    try:
        call_command(Command(stdout=out, stderr=io.StringIO()), *arguments)
    except SystemExit as left:
        status = left.code
    return [json.loads(line) for line in out.getvalue().splitlines()], status, out.getvalue()


def test_a_file_is_answered_line_by_line_in_order(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\ufeff" + "\r\n".join(json.dumps({**RIGHT, "id": number}) for number in range(3)), "utf-8")
    answers, status, _ = run(str(path))
    assert [(answer["id"], answer["outcome"]) for answer in answers] == [(n, "eligible") for n in range(3)]
    assert status == 0


def test_a_wrong_line_makes_the_status_1_and_the_rest_go_on(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_bytes(b'{"id": "\xff"}\n\n' + json.dumps(RIGHT).encode() + b"\n")
    answers, status, text = run(str(path))
    assert [answer.get("outcome") for answer in answers] == [None, None, "eligible"]
    assert status == 1
    assert "案1" in text


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(RIGHT).encode())))
    answers, status, text = run("-", "--lang", "en")
    assert (len(answers), status) == (1, 0)
    assert "Place 2 meets" in text


def test_standard_output_is_utf_8_whatever_the_terminal_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps({**RIGHT, "id": "案\ud800"}), "utf-8")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    call_command(Command(), str(path))
    sys.stdout.flush()
    assert "案".encode() in raw.getvalue()
    assert json.loads(raw.getvalue())["id"] == "案\ud800"


def test_another_file_of_parameters_may_be_given(tmp_path: Path) -> None:
    path, other = tmp_path / "claims.jsonl", tmp_path / "other.toml"
    path.write_text(json.dumps(RIGHT), "utf-8")
    other.write_text("[policy]\nfrom = 2026-01-01\nto = 2026-12-31\n", "utf-8")
    answers, status, _ = run(str(path), "--parameters", str(other))
    assert (answers[0]["outcome"], answers[0]["policy_version"], status) == ("not_eligible", "2026-01", 0)


def test_the_published_parameters_may_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps(RIGHT), "utf-8")
    published = ModuleType("casework.published")
    published.parameters = parameters.load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "casework.published", published)
    assert run(str(path), "--published")[0][0]["outcome"] == "eligible"


def test_what_cannot_be_opened_makes_the_status_2(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.jsonl"))[1] == 2
    other = tmp_path / "other.toml"
    other.write_text("nonsense", "utf-8")
    assert run("-", "--parameters", str(other))[1] == 2
