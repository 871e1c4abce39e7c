"""The pages of finance: funds, decisions of two, what is due, batches, the bank's file and its results; for nobody else."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Role
from casework.models import Action, Look
from flows.drills.bank import answer
from funds.models import Fund, FundDecision, Payable, PaymentBatch
from tests.factories import applicant, fund, officer
from tests.flows.anywhere import sent
from tests.funds.banking import NUMBER, OTHER_NUMBER, YEAR, Finance, states
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
THIS_YEAR = timezone.localdate().year


@pytest.fixture
def finance() -> Finance:
    return Finance()


def text(response: Any) -> str:
    return str(response.content.decode())


def with_batch(finance: Finance) -> tuple[Client, Client, PaymentBatch]:
    payer, second = signed_in(finance.payer), signed_in(finance.second)
    response = payer.post("/work/payments/", {"fund": finance.fund.pk, "do": "all"})
    assert response.status_code == 302
    return payer, second, PaymentBatch.objects.get()


class TestForWhom:
    @pytest.mark.parametrize(
        ("department", "role", "funds", "payments"),
        [
            ("finance", Role.PAYER, 200, 200), ("finance", Role.APPROVER, 200, 200), ("finance", Role.HEAD, 200, 200),
            ("federation", Role.HEAD, 200, 404), ("supervision", Role.SUPERVISOR, 200, 404),
            ("supervision", Role.AUDITOR, 200, 404), ("federation", Role.APPROVER, 404, 404),
            ("federation", Role.ADMINISTRATOR, 404, 404), ("finance", Role.REVIEWER, 404, 404),
        ],
    )  # fmt: skip
    def test_funds_are_read_by_heads_and_supervision_too_payments_by_finance_alone(
        self, department: str, role: str, funds: int, payments: int
    ):
        one, client = fund(YEAR), signed_in(officer(department, role))
        assert client.get("/work/funds/").status_code == funds
        assert client.get(f"/work/funds/{one.pk}/").status_code == funds
        assert client.get("/work/payments/").status_code == payments
        assert client.get("/work/funds/new/").status_code == payments
        assert client.post(f"/work/funds/{one.pk}/book.csv").status_code == funds

    def test_not_for_applicants_nor_for_who_is_not_signed_in(self):
        for address in ("/work/funds/", "/work/payments/", "/work/funds/new/"):
            assert signed_in(applicant()).get(address).status_code == 404
            assert Client().get(address).status_code == 302

    def test_what_is_not_there_is_not_found(self, finance: Finance):
        client = signed_in(finance.payer)
        for address in ("/work/funds/9999/", "/work/funds/decisions/9999/", "/work/payments/9999/"):
            assert client.get(address).status_code == 404


class TestFunds:
    def test_every_fund_with_its_figures_and_the_book_line_by_line(self, finance: Finance):
        walk = finance.case()
        client = signed_in(finance.payer)
        page = text(client.get("/work/funds/"))
        assert "900,000.00" in page
        assert "898,881.00" in page
        book = text(client.get(f"/work/funds/{finance.fund.pk}/"))
        assert walk.case.shown_reference.replace("-", "\u2011") in book
        assert "+1,119.00" in book
        assert "设立" in book

    def test_the_export_holds_every_line_and_is_recorded(self, finance: Finance):
        finance.case()
        response = signed_in(finance.payer).post(f"/work/funds/{finance.fund.pk}/book.csv")
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert len(lines) == 1 + finance.fund.entries
        assert "1119.00" in lines[-1]
        record = Action.objects.get(subject_kind="fund", subject_id=finance.fund.pk, event="exported")
        assert record.details == {"entries": finance.fund.entries}

    def test_one_proposes_another_decides(self, finance: Finance):
        first, second = signed_in(finance.payer), signed_in(finance.approver)
        given = {"kind": "raise", "year": str(YEAR), "source": "levy", "amount": "10万", "reason": "下半年不够（示例）"}
        response = first.post("/work/funds/new/", given)
        made = FundDecision.objects.get()
        assert response.headers["Location"] == f"/work/funds/decisions/{made.pk}/"
        own = text(first.get(f"/work/funds/decisions/{made.pk}/"))
        assert 'value="approve"' not in own
        assert 'value="withdraw"' in own
        assert first.post(f"/work/funds/decisions/{made.pk}/", {"do": "approve"}).status_code != 302
        assert "1,000,000.00" in text(second.get(f"/work/funds/decisions/{made.pk}/"))
        assert second.post(f"/work/funds/decisions/{made.pk}/", {"do": "reject"}).status_code == 400
        assert second.post(f"/work/funds/decisions/{made.pk}/", {"do": "approve"}).status_code == 302
        assert Fund.objects.get(year=YEAR).amount == 1_000_000
        assert "已经生效" in text(second.get("/work/funds/"))

    def test_mistakes_stand_at_their_fields_in_both_languages(self, finance: Finance):
        client = signed_in(finance.payer)
        response = client.post(
            "/work/funds/new/", {"kind": "raise", "year": "1990", "source": "levy", "amount": "x", "reason": ""}
        )
        page = text(response)
        assert response.status_code == 400
        assert 'href="#f-amount"' in page
        assert 'href="#f-reason"' in page
        client.post(
            "/work/funds/new/",
            {"kind": "open", "year": str(THIS_YEAR), "source": "lottery", "amount": "5", "reason": "示例"},
        )
        again = client.post(
            "/work/funds/new/",
            {"kind": "open", "year": str(THIS_YEAR), "source": "lottery", "amount": "5", "reason": "示例"},
        )
        assert again.status_code == 400
        assert "已经有一项决定" in text(again)
        client.cookies["language"] = "en"
        assert "Propose a decision" in text(client.get("/work/funds/new/"))


class TestBatches:
    def test_what_is_due_is_filtered_and_made_into_a_batch(self, finance: Finance):
        first, second = finance.case(), finance.case()
        finance.case(number="")
        client = signed_in(finance.payer)
        page = text(client.get("/work/payments/"))
        assert "共 2 笔" in page
        assert "还有 1 笔在等" in page
        assert "没有待拨付的款" in text(client.get("/work/payments/?measure=tuition_subsidy"))
        assert "没有待拨付的款" in text(client.get("/work/payments/?town=999999&measure=x&measure=tuition_subsidy"))
        none = client.post("/work/payments/", {"fund": finance.fund.pk, "do": "picked"})
        assert none.status_code == 400
        assert "请先选" in text(none)
        picked = Payable.objects.get(case=second.case).pk
        made = client.post("/work/payments/", {"fund": finance.fund.pk, "do": "picked", "pick": [picked]})
        assert made.status_code == 302
        assert (states(first), states(second)) == (["due"], ["in_batch"])
        assert client.post("/work/payments/", {"fund": "0", "do": "all"}).status_code == 400

    def test_the_case_page_says_where_its_sum_is_and_makes_a_batch_of_it_alone(self, finance: Finance):
        waits, mine = finance.case(number=""), finance.case()
        client = signed_in(finance.payer)
        assert "等收款账户" in text(client.get(f"/work/cases/{waits.case.shown_reference}/"))
        address = f"/work/cases/{mine.case.shown_reference}/"
        page = text(client.get(address))
        offered = re.search(r'name="fund" value="(\d+)".*?name="pick" value="(\d+)"', page)
        assert offered is not None
        assert "您现在不能签" not in page
        made = client.post("/work/payments/", {"fund": offered[1], "do": "picked", "pick": offered[2]})
        batch = PaymentBatch.objects.get()
        assert (made.url, batch.count, states(mine)) == (f"/work/payments/{batch.pk}/", 1, ["in_batch"])
        assert batch.shown in text(client.get(address))
        assert 'name="pick"' not in text(client.get(address))

    def test_from_made_to_done_by_two(self, finance: Finance):
        walk, other = finance.case(), finance.case()
        payer, second, batch = with_batch(finance)
        address = f"/work/payments/{batch.pk}/"
        assert 'value="release"' not in text(payer.get(address))
        assert payer.post(address, {"do": "release"}).status_code == 400
        assert second.post(address, {"do": "release"}).status_code == 302
        file = payer.post(address + "bank.csv")
        assert NUMBER in b"".join(file.streaming_content).decode()
        assert NUMBER not in text(payer.get(address))
        batch.refresh_from_db()
        content = answer(batch, lambda item: "bounced" if item.number == 2 else "paid")
        wrong = payer.post(
            address, {"do": "results", "file": upload(content.replace(b"1119.00,,paid", b"1118.00,,paid"))}
        )
        assert wrong.status_code == 400
        assert "第 1 行" in text(wrong)
        assert payer.post(address, {"do": "results"}).status_code == 400
        assert payer.post(address, {"do": "results", "file": upload(content)}).status_code == 302
        page = text(payer.get(address))
        assert "示例：账号不存在" in page
        assert "100%" in page
        assert (states(walk), states(other)) == (["paid"], ["bounced"])
        assert "退票的，等申请人换账户" in text(payer.get("/work/payments/"))
        assert "只剩" not in text(payer.get(address + "?show=bounced&after=x"))
        again = payer.post(address, {"do": "results", "file": upload(content)}, follow=True)
        assert "以前读过" in text(again)

    def test_a_long_result_goes_on_with_a_button(self, finance: Finance, monkeypatch: pytest.MonkeyPatch):
        from web.payer import batch as pages

        monkeypatch.setattr(pages, "AT_ONCE", 1)
        walks = [finance.case(), finance.case()]
        payer, second, batch = with_batch(finance)
        address = f"/work/payments/{batch.pk}/"
        second.post(address, {"do": "release"})
        batch.refresh_from_db()
        payer.post(address, {"do": "results", "file": upload(answer(batch, lambda item: "paid"))})
        page = text(payer.get(address))
        assert "50%" in page
        assert 'value="go_on"' in page
        payer.post(address, {"do": "go_on"})
        assert [states(walk) for walk in walks] == [["paid"], ["paid"]]
        assert 'value="go_on"' not in text(payer.get(address))

    def test_one_is_taken_out_and_the_batch_dropped(self, finance: Finance):
        walks = [finance.case(), finance.case()]
        payer, _, batch = with_batch(finance)
        address = f"/work/payments/{batch.pk}/"
        assert payer.post(address, {"do": "take_out", "item": "1"}).status_code == 302
        assert "拿出来了" in text(payer.get(address + "?show=out"))
        assert payer.post(address, {"do": "drop"}).status_code == 302
        assert [states(walk) for walk in walks] == [["due"], ["due"]]
        assert payer.post(address, {"do": "drop"}).status_code == 400
        assert payer.post(address, {"do": "anything"}).status_code == 404
        assert payer.post(address + "bank.csv").status_code == 400

    def test_who_may_not_pay_sees_the_batch_and_no_file(self, finance: Finance):
        finance.case()
        _, second, batch = with_batch(finance)
        second.post(f"/work/payments/{batch.pk}/", {"do": "release"})
        client = signed_in(finance.approver)
        assert client.post(f"/work/payments/{batch.pk}/bank.csv").status_code == 400
        assert client.post(f"/work/payments/{batch.pk}/", {"do": "results", "file": upload(b"x")}).status_code == 400


class TestTheAccount:
    def test_the_payer_sees_it_masked_and_whole_on_request_which_is_recorded(self, finance: Finance):
        walk = finance.case()
        client, address = signed_in(finance.payer), f"/work/cases/{walk.case.shown_reference}/account/"
        assert f"{walk.case.shown_reference}/account/" in text(client.get(f"/work/cases/{walk.case.shown_reference}/"))
        page = text(client.get(address))
        assert "**** 0004" in page
        assert NUMBER not in page
        assert not Look.objects.filter(case_id=walk.case.pk, what="number").exists()
        assert NUMBER in text(client.post(address))
        assert Look.objects.filter(case_id=walk.case.pk, what="number", page="account").count() == 1
        assert signed_in(finance.approver).post(address).status_code == 400
        for other in (officer("federation", Role.REVIEWER), walk.by):
            assert signed_in(other).get(address).status_code == 404

    def test_the_applicant_gives_corrects_and_sees_it_masked(self, finance: Finance):
        walk = finance.case(number="")
        client, address = signed_in(walk.by), f"/my/cases/{walk.case.shown_reference}/"
        assert "等收款账户" in text(client.get(address))
        wrong = client.post(address + "do/give_account/", {"number": "123", "holder": "", "bank": "示例银行"})
        assert wrong.status_code == 400
        for field in ("f-number", "f-holder"):
            assert f'href="#{field}"' in text(wrong) or field == "f-number"
        given = {"number": "6222 0000 0000 0000 004", "holder": "示例户名", "bank": "示例银行莘庄支行"}
        assert client.post(address + "do/give_account/", given).status_code == 302
        page = text(client.get(address))
        assert "**** 0004" in page
        assert NUMBER not in page
        assert "待拨付" in page
        client.post(address + "do/give_account/", {**given, "number": OTHER_NUMBER})
        assert "**** 1111" in text(client.get(address))
        waived = client.post(address + "do/waive/", {"reason": ""})
        assert waived.status_code == 302
        assert states(walk) == ["waived"]

    def test_nobody_is_asked_where_nothing_is_paid(self):
        walk = sent("direct_admission")
        client = signed_in(walk.by)
        assert "give_account" not in text(client.get(f"/my/cases/{walk.case.shown_reference}/"))


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("results.csv", content, content_type="text/csv")
