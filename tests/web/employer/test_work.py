"""The pages of work and services: whom they are for, what stands on them, and that nobody reads another's."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role
from casework.models import Mandate
from services.actions.book_place import note_space
from services.actions.hold_fair import FairWish, note_fair
from services.actions.introduce import ask_for, consent, offer_vacancy
from services.actions.note_vacancy import note_vacancy
from services.actions.plan_services import ServiceWish, plan_services
from services.models import FairVisitor, Introduction, JobSeeker, PlaceBooking, Vacancy
from tests.factories import applicant, department, officer, person
from tests.services.serving import Served, federation, of_unit, seeker, unit, wish
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=20)


def text(response: Any) -> str:
    return str(response.content.decode())


def open_vacancy(who: Any = None, **more: Any) -> Vacancy:
    who = who or unit()
    return note_vacancy(organisation_id=who.pk, wish=wish(**{"open_until": SOON, **more}), by=of_unit(who), now=NOW)


class TestPublic:
    def test_vacancies_are_listed_filtered_and_opened_without_an_account(self):
        one = open_vacancy(title="示例甲岗", accommodations=("quiet",), pay_from=3000, pay_to=4000)
        open_vacancy(title="示例乙岗", town=department("town_qibao").pk)
        page = text(Client().get("/jobs/"))
        assert "示例甲岗" in page
        assert "示例乙岗" in page
        assert "每月 3,000 到 4,000 元" in page
        filtered = text(Client().get("/jobs/", {"accommodation": "quiet", "town": str(department("town_meilong").pk)}))
        assert "示例甲岗" in filtered
        assert "示例乙岗" not in filtered
        assert Client().get(f"/jobs/{one.pk}/").status_code == 200
        assert Client().get("/jobs/999999/").status_code == 404
        assert (
            Client().get("/jobs/", {"town": "x", "field": "x", "accommodation": "x", "after": "x"}).status_code == 200
        )

    def test_a_long_list_costs_no_more_statements_and_goes_on(self):
        who = unit()
        for n in range(25):
            open_vacancy(who, title=f"示例{n}")
        with CaptureQueriesContext(connection) as asked:
            page = text(Client().get("/jobs/"))
        assert len(asked) <= 6
        assert "后面的" in page

    def test_a_closed_one_is_gone(self):
        one = open_vacancy()
        Vacancy.objects.filter(pk=one.pk).update(state="closed", closed_why="filled", closed_at=NOW)
        assert Client().get(f"/jobs/{one.pk}/").status_code == 410

    def test_fairs_and_spaces(self):
        fed = federation()
        made = note_fair(
            wish=FairWish("示例招聘会", SOON, "9:00–12:00", department("town_qibao").pk, "示例路", "坡道"),
            by=fed,
            now=NOW,
        )
        note_space(
            title="示例空间",
            town=department("town_qibao").pk,
            place="示例路",
            access_words="坡道",
            places=2,
            by=fed,
            now=NOW,
        )
        for address, words in (("/fairs/", "示例招聘会"), (f"/fairs/{made.pk}/", "坡道"), ("/spaces/", "示例空间")):
            assert words in text(Client().get(address))
        for address in ("/jobs/", "/spaces/", f"/fairs/{made.pk}/"):  # an officer is led to no applicant's page
            assert 'href="/my/' in text(Client().get(address))
            assert 'href="/my/' not in text(signed_in(fed).get(address))


class TestEmployer:
    def test_a_handler_notes_changes_and_closes_a_vacancy(self):
        who = unit()
        client = signed_in(of_unit(who))
        said = {
            "unit": str(who.pk), "title": "收银员（示例）", "field": "retail", "number": "二", "town": str(department("town_meilong").pk),
            "open_until": SOON.isoformat(), "hours": ["full"], "accommodations": ["seated"], "education": "",
        }  # fmt: skip
        wrong = client.post("/vacancies/new/", {**said, "title": ""})
        assert wrong.status_code == 400
        assert "请写岗位名称" in text(wrong)
        assert client.post("/vacancies/new/", said).status_code == 302
        one = Vacancy.objects.get()
        assert (one.number, one.accommodations) == (2, ["seated"])
        assert client.post(f"/vacancies/{one.pk}/change/", {**said, "number": "3"}).status_code == 302
        assert client.post(f"/vacancies/{one.pk}/", {"why": ""}).status_code == 400
        assert client.post(f"/vacancies/{one.pk}/", {"why": "filled"}).status_code == 302
        assert "招到人了" in text(client.get("/vacancies/"))

    def test_not_for_who_has_nothing_to_do_with_it(self):
        one = open_vacancy()
        for by in (
            applicant(),
            of_unit(unit()),
            officer("hrss", Role.REVIEWER),
            officer("supervision", Role.SUPERVISOR),
        ):
            client = signed_in(by)
            for address in (f"/vacancies/{one.pk}/", f"/vacancies/{one.pk}/change/"):
                assert client.get(address).status_code == 404, by
                assert client.post(address, {"why": "filled"}).status_code == 404
        one.refresh_from_db()
        assert one.state == "open"

    def test_a_reader_looks_and_changes_nothing(self):
        one = open_vacancy()
        client = signed_in(of_unit(one.organisation, Mandate.READER))
        page = text(client.get(f"/vacancies/{one.pk}/"))
        assert "关闭这个岗位" not in page
        assert client.post(f"/vacancies/{one.pk}/", {"why": "filled"}).status_code == 403
        assert client.get("/vacancies/new/").status_code == 404

    def test_the_employer_reads_no_name_before_consent_and_none_after_it_was_taken_back(self):
        by = applicant(person("独名示例"))
        _, made = seeker(by, needs=("transport",))
        one = open_vacancy()
        client = signed_in(of_unit(one.organisation))
        offered = offer_vacancy(seeker_id=made.pk, vacancy_id=one.pk, by=federation(), now=NOW)
        addresses = (
            f"/vacancies/{one.pk}/",
            f"/vacancies/candidates/{offered.pk}/",
            "/vacancies/",
            f"/jobs/{one.pk}/",
            "/my/",
        )
        for address in addresses:
            page = text(client.get(address))
            assert "独名示例" not in page
            assert by.on_behalf_of.telephone not in page
        assert "求职者 A1" in text(client.get(addresses[0]))
        consent(introduction_id=offered.pk, by=by, now=NOW)
        page = text(client.get(addresses[1]))
        assert "独名示例" in page
        assert "接送" not in page
        assert client.post(addresses[1], {"state": "not_taken"}).status_code == 400
        assert signed_in(by).post("/my/work/", {"do": "take_back", "introduction": str(offered.pk)}).status_code == 302
        assert client.get(addresses[1]).status_code == 404
        assert "独名示例" not in text(client.get(addresses[0]))

    def test_another_employer_reaches_nothing_of_it(self):
        by = applicant(person("独名示例"))
        seeker(by)
        one = open_vacancy()
        made = ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        client = signed_in(of_unit(unit()))
        for address in (f"/vacancies/candidates/{made.pk}/", f"/vacancies/{one.pk}/"):
            response = client.get(address)
            assert response.status_code == 404
            assert "独名示例" not in text(response)

    def test_an_answer_reaches_the_person(self):
        by, _ = seeker()
        one = open_vacancy()
        made = ask_for(person_id=by.on_behalf_of.pk, vacancy_id=one.pk, by=by, now=NOW)
        client = signed_in(of_unit(one.organisation))
        said = {"state": "employed", "employed_on": SOON.isoformat(), "note": "示例：欢迎。"}
        assert client.post(f"/vacancies/candidates/{made.pk}/", said).status_code == 302
        page = text(signed_in(by).get("/my/work/"))
        assert "录用了" in page
        assert "示例：欢迎。" in page


class TestSeeker:
    def test_the_profile_is_made_and_what_fits_is_listed_with_its_reasons(self):
        by = applicant()
        client = signed_in(by)
        open_vacancy(title="示例甲岗", accommodations=("sign_language",))
        assert "做求职登记" in text(client.get("/my/work/"))
        assert client.post("/my/work/profile/", {"education": ""}).status_code == 400
        said = {
            "skills": ["typing"],
            "fields": ["office"],
            "needs": ["sign_language"],
            "education": "",
            "town": "",
            "pay": "3000",
        }
        assert client.post("/my/work/profile/", said).status_code == 302
        page = text(client.get("/my/work/"))
        assert "示例甲岗" in page
        assert "有需要的手语" in page
        assert 'value="typing" id="f-skills_0" checked' in text(client.get("/my/work/profile/"))
        one = Vacancy.objects.get()
        assert client.post("/my/work/", {"do": "ask", "vacancy": str(one.pk)}).status_code == 302
        assert Introduction.objects.get().state == "consented"
        assert client.post("/my/work/", {"do": "off"}).status_code == 302
        assert not JobSeeker.objects.get().is_on
        assert client.post("/my/work/", {"do": "x"}).status_code == 404

    def test_nobody_consents_for_another(self):
        by, made = seeker()
        one = open_vacancy()
        offered = offer_vacancy(seeker_id=made.pk, vacancy_id=one.pk, by=federation(), now=NOW)
        for do in ("consent", "take_back"):
            other = signed_in(applicant())
            assert other.post("/my/work/", {"do": do, "introduction": str(offered.pk)}).status_code == 404
        offered.refresh_from_db()
        assert offered.state == "offered"

    def test_an_account_that_is_here_for_a_unit_is_led_on(self):
        for address in ("/my/work/", "/my/work/profile/", "/my/places/"):
            assert signed_in(of_unit(unit())).get(address)["Location"] == "/my/"

    def test_registers_for_a_fair_and_books_a_place(self):
        fed, by = federation(), applicant()
        client = signed_in(by)
        fair = note_fair(
            wish=FairWish("示例招聘会", SOON, "9:00–12:00", department("town_qibao").pk, "示例路", "坡道"),
            by=fed,
            now=NOW,
        )
        assert client.post(f"/my/fairs/{fair.pk}/", {"do": "register", "needs": ["captions"]}).status_code == 302
        assert FairVisitor.objects.get().outcome == "registered"
        assert "您报过名了" in text(client.get(f"/fairs/{fair.pk}/"))
        assert "字幕" in text(signed_in(fed).get(f"/work/fairs/{fair.pk}/"))
        assert client.post(f"/my/fairs/{fair.pk}/", {"do": "cancel"}).status_code == 302
        made = note_space(
            title="示例空间",
            town=department("town_qibao").pk,
            place="示例路",
            access_words="坡道",
            places=1,
            by=fed,
            now=NOW,
        )
        said = {"do": "book", "space": str(made.pk), "day": SOON.isoformat()}
        assert client.post("/my/places/", said).status_code == 302
        full = signed_in(applicant()).post("/my/places/", said)
        assert full.status_code == 400
        assert "没有空位" in text(full)
        booking = PlaceBooking.objects.get()
        assert (
            signed_in(applicant()).post("/my/places/", {"do": "give_back", "booking": str(booking.pk)}).status_code
            == 404
        )
        assert client.post("/my/places/", {"do": "give_back", "booking": str(booking.pk)}).status_code == 302


class TestFederation:
    ADDRESSES = ("/work/seekers/", "/work/fairs/", "/work/spaces/", "/vacancies/", "/vacancies/new/")

    @pytest.mark.parametrize(
        ("department", "role", "status"),
        [
            ("federation", Role.REVIEWER, 200), ("federation", Role.HEAD, 200), ("federation", Role.INSPECTOR, 404),
            ("hrss", Role.REVIEWER, 404), ("town_qibao", Role.INTAKE, 404), ("supervision", Role.SUPERVISOR, 404),
        ],
    )  # fmt: skip
    def test_for_whom(self, department: str, role: str, status: int):
        client = signed_in(officer(department, role))
        assert [client.get(address).status_code for address in self.ADDRESSES] == [status] * len(self.ADDRESSES)

    def test_a_seeker_is_opened_and_a_vacancy_suggested(self):
        _, made = seeker(needs=("quiet",))
        one, client = open_vacancy(), signed_in(federation())
        assert f"/work/seekers/{made.pk}/" in text(client.get("/work/seekers/", {"skill": "data_entry"}))
        assert "安静的地方" in text(client.get(f"/work/seekers/{made.pk}/"))
        assert client.post(f"/work/seekers/{made.pk}/", {"vacancy": str(one.pk)}).status_code == 302
        assert Introduction.objects.get().state == "offered"
        assert client.get("/work/seekers/999999/").status_code == 404

    def test_a_fair_is_noted_stands_are_given_and_mistakes_told(self):
        client = signed_in(federation())
        said = {
            "title": "示例招聘会", "day": SOON.isoformat(), "opens": "9:00–12:00", "town": str(department("town_qibao").pk), "place": "示例路",
            "access": "坡道",
        }  # fmt: skip
        assert client.post("/work/fairs/", {**said, "access": ""}).status_code == 400
        made = client.post("/work/fairs/", said)
        assert made.status_code == 302
        assert client.post("/work/fairs/", said).status_code == 400
        assert client.post(made["Location"], {"do": "stand", "unit": "123"}).status_code == 400
        assert client.post(made["Location"], {"do": "cancel"}).status_code == 302


class TestProvider:
    def planned(self) -> Served:
        told = Served(who=applicant(person("独名示例"))).accepted()
        wishes = [ServiceWish("guidance", TODAY, SOON)]
        plan_services(case_id=told.case.pk, needs="独需示例", wishes=wishes, by=told.planner, now=NOW)
        return told.granted()

    def test_the_provider_records_and_notes_the_outcome_and_the_person_and_the_office_read_it(self):
        told = self.planned()
        client, reference = signed_in(told.hands), told.case.shown_reference
        assert "独名示例" in text(client.get("/my/services/"))
        page = text(client.get(f"/my/services/{reference}/"))
        assert "独需示例" in page
        row = told.case.service_plan.services.get()
        said = {
            "do": "record",
            "service": str(row.pk),
            "done": "yes",
            "done_on": TODAY.isoformat(),
            "record": "独记示例",
        }
        assert client.post(f"/my/services/{reference}/", {**said, "record": ""}).status_code == 400
        assert client.post(f"/my/services/{reference}/", said).status_code == 302
        said = {"do": "outcome", "outcome": "employed", "outcome_on": TODAY.isoformat()}
        assert client.post(f"/my/services/{reference}/", said).status_code == 302
        assert "独记示例" in text(signed_in(told.by).get(f"/my/cases/{reference}/services/"))
        assert "独记示例" in text(signed_in(told.planner).get(f"/work/cases/{reference}/services/"))

    def test_no_address_reaches_another_providers_case(self):
        told = self.planned()
        other = Served().accepted().granted()
        reference = told.case.shown_reference
        row, task = told.case.service_plan.services.get(), told.task()
        for by in (other.hands, of_unit(unit()), applicant()):
            client = signed_in(by)
            for address in (
                f"/my/services/{reference}/", f"/my/cases/{reference}/services/", f"/my/cases/{reference}/", f"/work/cases/{reference}/",
                f"/work/cases/{reference}/services/", f"/my/steps/{task.pk}/deliver/", f"/my/cases/{reference}/answers/",
                "/work/seekers/",
            ):  # fmt: skip
                assert client.get(address).status_code == 404, address
                assert client.post(address, {"do": "record", "service": str(row.pk)}).status_code in (404, 405), address
            for address in ("/my/", "/my/services/", "/my/messages/", "/jobs/", "/track/"):
                page = text(client.get(address))
                for kept in ("独名示例", "独需示例", reference):
                    assert kept not in page, (address, kept)

    def test_the_office_plans_on_its_page(self):
        told = Served().accepted()
        client, address = signed_in(told.planner), f"/work/cases/{told.case.shown_reference}/services/"
        said = {"do": "plan", "needs": "示例", "service_1": "guidance", "since_1": TODAY.isoformat(), "until_1": ""}
        wrong = client.post(address, said)
        assert wrong.status_code == 400
        assert "请写日子" in text(wrong)
        assert client.post(address, {**said, "until_1": SOON.isoformat()}).status_code == 302
        assert "职业指导" in text(client.get(address))
        assert client.post(address, {"do": "ask", "unit": "123"}).status_code == 400
