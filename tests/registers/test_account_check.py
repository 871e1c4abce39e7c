"""The bank is asked when an account is given: what it says is kept for whoever pays, and never stops the applicant."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from casework.models import Action, Evidence, RegisterState
from demo.registers import OTHERS_ACCOUNT
from flows.actions.give_account import give_account, give_checked_account
from flows.errors import Invalid, NotAllowed
from funds.accounts import luhn
from funds.models import Payee
from tests.factories import applicant, officer, picture
from tests.flows.anywhere import Walk, sent
from tests.funds.banking import CODE, NUMBER, Finance
from tests.registers.served import registers
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
FORM = {"holder": "示例户名", "bank": "示例银行莘庄支行"}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


def _with_check_digit(start: str) -> str:
    return next(start + digit for digit in "0123456789" if luhn(start + digit))


OTHER = _with_check_digit(OTHERS_ACCOUNT + "00000000000000")


@pytest.fixture
def walk() -> Walk:
    return sent(CODE)


def give(walk: Walk, number: str = NUMBER, **more: Any) -> Payee:
    return give_checked_account(case_id=walk.case.pk, by=walk.by, now=walk.now, number=number, **FORM, **more)


def asked() -> list[str]:
    return [one.details["outcome"] for one in Action.objects.filter(event="register_asked").order_by("pk")]


def test_an_account_that_is_the_holders_is_kept_as_such(walk: Walk, settings: Any):
    with registers(settings):
        assert give(walk).checked == "matches"
    assert asked() == ["matches"]
    assert Action.objects.get(event="account_given").details["bank"] == "matches"


def test_where_it_is_somebody_elses_nothing_is_kept_until_the_giver_insists(walk: Walk, settings: Any):
    with registers(settings):
        with pytest.raises(Invalid) as error:
            give(walk, OTHER)
        assert set(error.value.errors) == {"sure"}
        assert not Payee.objects.exists()
        assert give(walk, OTHER, insists=True).checked == "differs"
    assert asked() == ["differs", "differs"]


@pytest.mark.parametrize("mode", ["down", "garbage"])
def test_an_outage_stops_nobody_and_is_told_to_whoever_pays(walk: Walk, settings: Any, mode: str):
    with registers(settings, bank_account=mode):
        assert give(walk).checked == "silent"
    assert RegisterState.objects.get(register="bank_account").failures == 1
    page = signed_in(_payer(walk)).get(f"/work/cases/{walk.case.shown_reference}/account/").content.decode()
    assert "还没有核对" in page


def test_after_three_failures_the_bank_is_left_alone_and_the_account_is_kept(walk: Walk, settings: Any):
    with registers(settings, bank_account="down") as server:
        for _ in range(4):
            give(walk)
        assert server.asked.count("bank_account") == 3
    assert Payee.objects.filter(checked="silent").count() == 4


def test_where_no_bank_is_connected_nobody_is_asked(walk: Walk):
    assert give(walk).checked == ""
    assert asked() == []


def test_a_mistake_is_said_before_the_bank_hears_of_it_and_a_stranger_asks_nothing(walk: Walk, settings: Any):
    with registers(settings) as server:
        with pytest.raises(Invalid):
            give(walk, "123")
        with pytest.raises(NotAllowed, match="not_the_applicant"):
            give_checked_account(case_id=walk.case.pk, by=applicant(), now=walk.now, number=NUMBER, **FORM)
        assert server.asked == []


def test_the_form_asks_whether_the_giver_is_sure_and_takes_yes(walk: Walk, settings: Any):
    client, address = signed_in(walk.by), f"/my/cases/{walk.case.shown_reference}/do/give_account/"
    assert 'name="sure"' not in client.get(address).content.decode()
    with registers(settings):
        first = client.post(address, {"number": OTHER, **FORM})
        assert first.status_code == 400
        assert "银行说，这个账号和户名对不上" in first.content.decode()
        assert 'name="sure"' in first.content.decode()
        assert client.post(address, {"number": OTHER, **FORM, "sure": "yes"}).status_code == 302
    assert Payee.objects.get().checked == "differs"


def test_the_batch_marks_accounts_that_did_not_match():
    finance = Finance()
    mine, other = finance.case(), finance.case()
    give_account(case_id=other.case.pk, by=other.by, now=other.now, number=NUMBER, told="differs", **FORM)
    batch = finance.batch()
    page = signed_in(finance.second).get(f"/work/payments/{batch.pk}/").content.decode()
    assert "<strong>1 笔</strong>的账户" in page
    assert page.count("账户对不上</") == 1
    assert mine.case.shown_reference in page


# --- at the counter


@pytest.fixture
def counter(walk: Walk) -> tuple[Walk, Client]:
    """A case that the town registered for somebody, and another intake officer of the town."""
    walk.case.registrar = officer("town_meilong", Role.INTAKE).user
    walk.case.save(update_fields=["registrar"])
    return walk, signed_in(officer("town_meilong", Role.INTAKE))


def _payer(walk: Walk) -> Any:
    return walk.to("payment").who()


def test_the_counter_notes_the_account_of_who_does_not_go_online_on_their_signed_paper(counter: tuple[Walk, Client]):
    walk, client = counter
    case_page, address = (f"/work/cases/{walk.case.shown_reference}/{tail}" for tail in ("", "do/give_account/"))
    assert "代写收款账户" in client.get(case_page).content.decode()
    assert "请上传申请人签字的纸" in client.post(address, {"number": NUMBER, **FORM}).content.decode()
    assert not Payee.objects.exists()
    sent_ = {"number": NUMBER, **FORM, "paper": picture_file()}
    assert client.post(address, sent_).status_code == 302
    payee = Payee.objects.get()
    assert (payee.paper.code, payee.paper.case_id) == ("signed_paper", walk.case.pk)
    page = signed_in(_payer(walk)).get(f"/work/cases/{walk.case.shown_reference}/account/").content.decode()
    assert f"{payee.given_by.display_name}代写" in page
    assert f"/files/{payee.paper_id}/" in page


def test_only_for_a_registered_case_only_an_intake_officer_of_an_office_that_has_it(counter: tuple[Walk, Client]):
    walk, _ = counter
    given = {"case_id": walk.case.pk, "now": walk.now, "number": NUMBER, "paper": ("示例.jpg", picture()), **FORM}
    for by, reason in (
        (officer("town_meilong", Role.REVIEWER), "not_the_applicant"),
        (officer("hrss", Role.INTAKE), "other_department"),
    ):
        with pytest.raises(NotAllowed, match=reason):
            give_account(by=by, **given)
    other = sent(CODE)
    with pytest.raises(NotAllowed, match="not_the_applicant"):
        give_account(**{**given, "case_id": other.case.pk}, by=officer("town_meilong", Role.INTAKE))
    with pytest.raises(Invalid) as error:
        give_account(**{**given, "paper": None}, by=officer("town_meilong", Role.INTAKE))
    assert set(error.value.errors) == {"paper"}
    assert not Payee.objects.exists()
    assert not Evidence.objects.filter(case=walk.case, code="signed_paper").exists()


def picture_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("示例.jpg", picture(), "image/jpeg")
