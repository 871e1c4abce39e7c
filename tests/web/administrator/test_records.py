"""The pages of imported records: read in, looked over, taken, withdrawn; what is wrong as a table."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.models import RecordImport
from tests.factories import identity_number, officer
from tests.registers.test_records import HEAD, month
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def table(*rows: list[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("months.csv", "\n".join(",".join(row) for row in [HEAD, *rows]).encode())


def test_a_table_is_read_in_looked_over_and_taken():
    client = signed_in(officer("federation", "intake"))
    answer = client.post("/work/records/", {"kind": "insured_month", "file": table(month(), month(when="2026-09"))})
    one = RecordImport.objects.get()
    assert answer["Location"] == f"/work/records/{one.pk}/"
    page = client.get(f"/work/records/{one.pk}/").content.decode()
    assert "会新加" in page
    assert client.post(f"/work/records/{one.pk}/", {"do": "nothing"}).status_code == 404
    assert "导入好了" in client.post(f"/work/records/{one.pk}/", {"do": "import"}, follow=True).content.decode()
    assert client.post(f"/work/records/{one.pk}/", {"do": "import"}).status_code == 409
    page = client.post(f"/work/records/{one.pk}/", {"do": "withdraw"}, follow=True).content.decode()
    assert "撤回了" in page
    assert "社会保险缴费月份" in client.get("/work/records/").content.decode()


def test_what_is_wrong_stands_by_row_and_column_and_as_a_table():
    client = signed_in(officer("federation", "administrator"))
    client.post("/work/records/", {"kind": "insured_month", "file": table(month("1"), month(when="2026-99"))})
    one = RecordImport.objects.get()
    page = client.get(f"/work/records/{one.pk}/").content.decode()
    assert "先改好 2 处" in page
    sheet = client.get(f"/work/records/{one.pk}/problems.csv")
    assert sheet.content.decode().startswith("\ufeff行,列,怎么改")
    assert "attachment" in sheet["Content-Disposition"]
    assert client.post(f"/work/records/{one.pk}/", {"do": "import"}).status_code == 409


@pytest.mark.parametrize("given", [{}, {"kind": "insured_month"}, {"kind": "x", "file": "y"}])
def test_what_lacks_is_said(given: dict[str, str]):
    client = signed_in(officer("federation", "head"))
    answer = client.post("/work/records/", given)
    assert answer.status_code == 400
    assert "处要改" in answer.content.decode()


def test_a_file_that_is_no_table_is_said():
    client = signed_in(officer("federation", "head"))
    answer = client.post("/work/records/", {"kind": "training", "file": SimpleUploadedFile("a.csv", b"a,b\n1,2")})
    assert answer.status_code == 400
    assert "第一行缺这几列" in answer.content.decode()
    assert not RecordImport.objects.exists()


def test_an_empty_table_has_the_heads():
    client = signed_in(officer("federation", "intake"))
    assert client.get("/work/records/insured_month.csv").content.decode().startswith("\ufeff身份证号,月份")
    assert client.get("/work/records/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    ("code", "role"), [("federation", "approver"), ("hrss", "reviewer"), ("supervision", "supervisor")]
)
def test_it_is_for_nobody_else(code: str, role: str):
    client = signed_in(officer(code, role))
    for address in ("/work/records/", "/work/records/1/", "/work/records/1/problems.csv", "/work/records/training.csv"):
        assert client.get(address).status_code == 404
    assert identity_number
