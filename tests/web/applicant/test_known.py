"""What is known already on the pages of an application: shown for confirmation, not asked again; an outage is said."""

from typing import Any

import pytest
from django.test import Client

from accounts.actor import Actor
from casework.models import Case, Draft
from tests.factories import officer
from tests.flows.subsidies import FLEXIBLE, RESIDENT, insured
from tests.registers.served import invented, registers
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.registers.client.BACK_OFF", ())


@pytest.fixture
def by() -> Actor:
    return invented(3)


def begun(client: Client) -> str:
    """The address of the draft that was just begun."""
    answer = client.post(f"/my/apply/{FLEXIBLE}/")
    assert answer.status_code == 302
    return str(answer["Location"])


ABOUT = {"telephone": "021-0000-0000", "address": "示例路 1 号", "town": "outside"}


def test_what_was_found_is_confirmed_on_one_page_and_sent(settings: Any, by: Actor):
    client = signed_in(by)
    with registers(settings):
        draft = begun(client)
        town = {"town": str(by.on_behalf_of.town_id)}
        assert client.post(f"{draft}about/", ABOUT | town)["Location"] == f"{draft}known/"
        page = client.get(f"{draft}known/").content.decode()
        assert "社会保险登记" in page
        assert "月份：2026年" in page
        assert "T(" not in page
        assert client.post(f"{draft}known/", {"revision": Draft.objects.get().revision})["Location"] == draft
        page = client.get(draft).content.decode()
        assert "都填好了" in page
        assert "户口和残疾人证" not in page  # nothing of it is asked
        assert "缴费记录" not in page
        assert client.get(f"{draft}months/").status_code == 302
        page = client.get(f"{draft}check/").content.decode()
        assert f"{draft}known/#w-months" in page
        assert client.post(f"{draft}check/").status_code == 302
    assert set(Case.objects.get().origins.values_list("state", flat=True)) == {"told"}


def test_what_is_marked_as_wrong_is_asked(settings: Any, by: Actor):
    client = signed_in(by)
    with registers(settings):
        draft = begun(client)
        client.post(f"{draft}known/", {"wrong": ["months"]})
        page = client.get(f"{draft}months/")
        assert page.status_code == 200
        assert "缴费记录" in page.content.decode()
        assert 'value="months" id="w-months" checked' in client.get(f"{draft}known/").content.decode()


def test_a_page_changed_elsewhere_is_said_and_nothing_is_lost(settings: Any, by: Actor):
    client = signed_in(by)
    with registers(settings):
        draft = begun(client)
        answer = client.post(f"{draft}known/", {"revision": "99"})
    assert answer.status_code == 409
    assert "另一个窗口" in answer.content.decode()


def test_an_outage_is_said_and_the_questions_are_asked_as_ever(settings: Any, by: Actor):
    client = signed_in(by)
    with registers(settings, social_insurance="down") as server:
        draft = begun(client)
        page = client.get(draft).content.decode()
        assert "社会保险登记" in page
        assert "不耽误申请" in page
        assert client.get(f"{draft}months/").status_code == 200
        assert client.post(f"{draft}known/", {"again": "1"}, follow=True).status_code == 200
        server.modes = {}
        client.post(f"{draft}known/", {"again": "1"})
        assert "不耽误申请" not in client.get(draft).content.decode()


def test_without_registers_nothing_of_this_shows(by: Actor):
    client = signed_in(by)
    draft = begun(client)
    assert "我们已经查到的" not in client.get(draft).content.decode()
    assert client.get(f"{draft}known/").status_code == 302


class TestForTheOfficer:
    def sent(self, settings: Any, by: Actor) -> Case:
        client = signed_in(by)
        with registers(settings, social_insurance="down"):
            draft = begun(client)
            client.post(f"{draft}about/", ABOUT | {"town": str(by.on_behalf_of.town_id)})
            client.post(f"{draft}known/", {"wrong": ["district_resident"]})
            from flows.actions.attach import attach
            from flows.actions.draft import save_draft
            from tests.factories import NOW, picture

            made = Draft.objects.get()
            facts = {k: v for k, v in insured("2026-08").items() if k not in RESIDENT} | {"district_resident": False}
            save_draft(draft_id=made.pk, by=by, now=NOW, facts=facts)
            attach(by=by, now=NOW, code="contribution_record", name="示例.jpg", content=picture(), draft=made)
            assert client.post(f"{draft}check/").status_code == 302
        return Case.objects.get()

    def test_the_origins_stand_beside_the_answers_and_the_register_is_asked_again(self, settings: Any, by: Actor):
        case = self.sent(settings, by)
        clerk = signed_in(officer("town_meilong", "intake"))
        address = f"/work/cases/{case.shown_reference}/"
        clerk.post(f"{address}claim/", {"task": case.task_set.latest("pk").pk})
        with registers(settings):
            page = clerk.get(address).content.decode()
            assert "社会保险登记当时没有回答" in page
            assert "人口登记说的不一样" in page
            assert "残疾人证登记说的一样" in page
            clerk.post(f"{address}register/", {"register": "social_insurance"})
            page = clerk.get(address).content.decode()
        assert "待核实" not in page
        assert "T(" not in page
        assert case.origins.get(fact="months").state == "told"

    def test_a_fact_is_confirmed_with_a_reason(self, settings: Any, by: Actor):
        case = self.sent(settings, by)
        clerk = signed_in(officer("town_meilong", "intake"))
        address = f"/work/cases/{case.shown_reference}/"
        clerk.post(f"{address}claim/", {})
        answer = clerk.post(f"{address}confirm/", {"fact": "months", "how": ""})
        assert answer.status_code == 400
        assert "#how-months" in answer.content.decode()
        assert clerk.post(f"{address}confirm/", {"fact": "months", "how": "看了原件（示例）"}).status_code == 302
        assert "工作人员核实过" in clerk.get(address).content.decode()

    def test_what_the_register_says_may_be_taken_at_the_review(self, settings: Any, by: Actor):
        from flows.actions.accept import accept
        from tests.flows.subsidies import Office

        case, office = self.sent(settings, by), Office()
        accept(**office.given(case))
        given = office.given(case)
        assert given["by"].post is not None
        reviewer = signed_in(given["by"])
        address = f"/work/cases/{case.shown_reference}/"
        assert "以查到的为准" in reviewer.get(address).content.decode()
        assert reviewer.post(f"{address}take/", {"fact": "district_resident"}).status_code == 302
        assert case.findings.get().fact == "district_resident"
        assert reviewer.post(f"{address}take/", {"fact": "months"}).status_code == 404

    def test_nobody_else_asks_a_register_about_a_case(self, settings: Any, by: Actor):
        case = self.sent(settings, by)
        address = f"/work/cases/{case.shown_reference}/"
        with registers(settings) as server:
            for other in (officer("town_qibao", "intake"), officer("finance", "payer")):
                assert signed_in(other).post(f"{address}register/", {"register": "identity"}).status_code == 404
            not_claimed = signed_in(officer("town_meilong", "intake"))
            assert not_claimed.post(f"{address}register/", {"register": "identity"}).status_code == 403
            assert server.asked == []
