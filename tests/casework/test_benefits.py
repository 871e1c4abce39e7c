"""`manage.py import_benefits`: checked row by row, all or nothing, once however often it is run."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command

from casework.benefits import check, read_table
from casework.models import Action, OtherBenefit
from casework.sealing import index
from casework.sheets import Unreadable
from tests.factories import identity_number

HEAD = ["身份证号", "种类", "期间或对象", "金额"]
WHO = identity_number(7)
RIGHT = [
    [WHO, "social_insurance", "2026-08", "500.00"],
    [WHO, "同一学年的学费", "2026-2027", ""],
    [WHO, "admission", "senior_high", "5000"],
    [WHO, "startup", "", "30000"],
    [WHO, "competition", "2025年示例竞赛·茶艺", "100.5"],
]


def csv_file(folder: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    path = folder / "benefits.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding)
    return path


def xlsx_file(folder: Path, rows: list[list[Any]]) -> Path:
    path = folder / "benefits.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def run(*arguments: Any) -> tuple[int, str]:
    out, status = io.StringIO(), 0
    try:
        call_command("import_benefits", *arguments, stdout=out, stderr=out)
    except SystemExit as left:
        status = int(left.code or 0)
    return status, out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_imported_once_however_often_it_is_run(tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path, [HEAD, *RIGHT, ["", "", "", ""]], encoding)
    assert run(path, "--dry-run") == (0, "可以导入 5 条。\n")
    assert OtherBenefit.objects.count() == 0
    assert run(path) == (0, "导入了 5 条，0 条以前就有。\n")
    assert run(path) == (0, "导入了 0 条，5 条以前就有。\n")
    assert OtherBenefit.objects.filter(number_index=index(WHO)).count() == 5
    assert Action.objects.filter(event="benefits_imported").count() == 1
    assert OtherBenefit.objects.get(kind="admission").key == "senior_secondary"
    assert OtherBenefit.objects.get(kind="competition").key.startswith("#")


@pytest.mark.django_db
def test_another_amount_replaces_the_earlier_one_and_keeps_it_on_file(tmp_path: Path) -> None:
    run(csv_file(tmp_path, [HEAD, RIGHT[0]]))
    assert run(csv_file(tmp_path, [HEAD, [*RIGHT[0][:3], "600"]]))[0] == 0
    assert [str(one.amount) for one in OtherBenefit.objects.filter(withdrawn_at=None)] == ["600.00"]
    assert OtherBenefit.objects.count() == 2


@pytest.mark.django_db
def test_one_wrong_cell_and_nothing_is_imported_each_named_by_row_and_column(tmp_path: Path) -> None:
    wrong = [
        ["999999199003070000", "social_insurance", "2026-08", "1"],
        [WHO, "housing", "2026-08", "1"],
        [WHO, "social_insurance", "2026-8", "1"],
        [WHO, "social_insurance", "2026-09", "1元"],
        [WHO, "social_insurance", "", "1"],
        RIGHT[0],
        RIGHT[0],
    ]
    status, text = run(csv_file(tmp_path, [HEAD, *wrong]))
    assert status == 1
    assert OtherBenefit.objects.count() == 0
    for place in (
        "第 2 行，号码",
        "第 3 行，种类",
        "第 4 行，期间或对象",
        "第 5 行，金额",
        "第 6 行，期间",
        "第 8 行，期间",
    ):
        assert place in text
    assert WHO not in text
    assert "Row 2, number" in run(csv_file(tmp_path, [HEAD, *wrong]), "--lang", "en")[1]


@pytest.mark.django_db
def test_a_spreadsheet_is_read_as_people_see_it(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path, [HEAD, [WHO, "over_quota", 2025, 300], [WHO, "social_insurance", "2026-08", 1.5]])
    assert run(path)[0] == 0
    assert set(OtherBenefit.objects.values_list("key", flat=True)) == {"2025", "2026-08"}


def test_a_number_that_a_spreadsheet_has_spoilt_is_named() -> None:
    _, problems = check([HEAD, [3.1e17, "startup", "", 1]])
    assert [(one.row, one.column.en) for one in problems] == [(2, "number")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no spreadsheet", b'a,"b\n', b"\xff\xfe\x00\xd8\x80"])
def test_what_is_no_table_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "benefits"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        check(read_table(path))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unreadable, match="amount"):
        check([HEAD[:3], []])


@pytest.mark.django_db
def test_a_missing_file_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    assert run(tmp_path / "none.csv")[0] == 1
