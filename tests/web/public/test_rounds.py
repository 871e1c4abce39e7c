"""Recruitment as everybody sees it, and as who applies does: posts, the application, the ticket, one's own results."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.models import Draft
from recruitment.actions.note_check import note_check
from tests.factories import applicant, person, story
from tests.flows.anywhere import organisation, staff
from tests.recruitment.rounds import FIRST, opened, published, row_of
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


class TestPublic:
    def test_only_what_is_published_in_both_languages(self):
        assert "现在没有招录" in text(Client().get("/rounds/"))
        hidden, shown = opened(now=timezone.now()), published(now=timezone.now())
        page = text(Client().get("/rounds/"))
        assert shown.one.shown in page
        assert hidden.one.shown not in page
        assert Client().get(f"/rounds/{hidden.one.pk}/").status_code == 404
        posts = text(Client().get(f"/rounds/{shown.one.pk}/"))
        for words in (
            FIRST,
            "会用电脑。（示例）",
            "有坡道",
            "GY26-2-01",
            f"/rounds/posts/{shown.posts()[0].pk}/apply/",
        ):
            assert words in posts
        client = Client()
        client.cookies["language"] = "en"
        assert "Clerk (sample)" in text(client.get(f"/rounds/{shown.one.pk}/"))

    def test_after_its_days_a_post_is_shown_without_the_way_to_apply(self):
        told = published(now=timezone.now() - timedelta(days=9))
        page = text(Client().get(f"/rounds/{told.one.pk}/"))
        assert "报名结束了" in page
        assert "/apply/" not in page
        address = f"/rounds/posts/{told.posts()[0].pk}/apply/"
        client = signed_in(applicant())
        assert "现在不能报名" in text(client.get(address))
        assert client.post(address).status_code == 404


class TestTheWayThere:
    PAGES = ("/", "/guides/", "/guides/government_employee_recruitment/")

    def test_while_a_round_takes_applications_the_guides_lead_to_its_posts(self):
        published(now=timezone.now())
        for page in (*self.PAGES, "/jobs/"):
            shown = text(Client().get(page))
            assert "正在报名" in shown, page
            assert 'href="/rounds/"' in shown, page
        other = text(Client().get("/guides/community_worker_recruitment/"))
        assert "现在没有报名" in other
        assert "还不能在网上申请" not in other

    def test_while_none_does_they_say_so_and_name_the_page(self):
        published(now=timezone.now() - timedelta(days=9))
        for page in self.PAGES:
            shown = text(Client().get(page)).partition("<footer")[0]
            assert "现在没有报名" in shown, page
            assert 'href="/rounds/"' in shown, page
            assert "还不能" not in shown, page


class TestApplying:
    def test_the_post_is_chosen_on_its_page_and_stands_in_the_application(self):
        told = published(now=timezone.now())
        by, post = applicant(), told.posts()[0]
        address = f"/rounds/posts/{post.pk}/apply/"
        assert Client().get(address).status_code == 302
        client = signed_in(by)
        assert post.shown_title in text(client.get(address))
        response = client.post(address)
        draft = Draft.objects.get(person=by.on_behalf_of)
        assert response.headers["Location"] == f"/my/drafts/{draft.pk}/"
        assert post.code in text(client.get(f"/my/drafts/{draft.pk}/post/"))

    def test_a_second_post_of_the_round_says_so(self):
        told, who = published(now=timezone.now()), person()
        told.applies(who=who)
        response = signed_in(applicant(who)).post(f"/rounds/posts/{told.posts()[1].pk}/apply/")
        assert response.status_code == 400
        assert "一批只能报一个" in text(response)

    def test_units_and_officers_are_told_that_it_is_for_persons_and_the_general_way_leads_to_the_posts(self):
        told = published(now=timezone.now())
        address = f"/rounds/posts/{told.posts()[0].pk}/apply/"
        assert "由个人申请" in text(signed_in(staff(organisation())).get(address))
        assert signed_in(told.leader).get(address).status_code == 404
        assert signed_in(applicant()).get("/my/apply/post_application/").headers["Location"] == "/rounds/"
        assert signed_in(applicant()).get("/rounds/posts/999/apply/").status_code == 404


class TestOnesOwn:
    def test_seat_results_and_check_are_read_by_the_person_alone_each_when_it_is_out(self):
        told = published(now=timezone.now() - timedelta(days=20))
        walk = told.accepted(large_print=True)
        address = f"/my/cases/{walk.case.shown_reference}/exam/"
        ticket = f"/tickets/{walk.case.shown_reference}/"
        mine, stranger = signed_in(walk.by), signed_in(applicant())
        assert "还没有排座位" in text(mine.get(address))
        assert mine.get(ticket).status_code == 404
        assert "/exam/" in text(mine.get(f"/my/cases/{walk.case.shown_reference}/"))
        told.seated()
        assert "大字卷" in text(mine.get(ticket))
        told.scored(("91.5", "88"))
        assert "91.5" not in text(mine.get(address))
        told.released()
        shown = text(mine.get(address))
        for words in ("91.5", "179.5", "第 1 名"):
            assert words in shown
        note_check(**told.given(), application_id=row_of(walk).pk, passed=False, reason="示例原因")
        assert "示例原因" in text(mine.get(address))
        for page in (address, ticket):
            assert stranger.get(page).status_code == 404
            assert Client().get(page).status_code == 302

    def test_a_case_of_another_kind_has_no_examination(self):
        told = story()
        assert signed_in(told.by).get(f"/my/cases/{told.case.shown_reference}/exam/").status_code == 404
