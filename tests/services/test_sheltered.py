"""Sheltered work: reserve, sharing out, the base's answer, deliveries, members' monthly accounts, products."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import Role
from casework.models import Action, Case, Mandate, Task
from flows.actions.confirm import confirm
from flows.errors import AlreadyDone, Invalid, NotAllowed, NotThere
from oversight.own_copy import zipped
from oversight.own_data import stored
from services.actions.keep_reserve import put_in_reserve, take_request
from services.actions.share_work import (
    add_member,
    answer_share,
    end_membership,
    note_delivery,
    note_earning,
    share_work,
)
from services.actions.show_product import show_product, switch_product
from services.models import BaseMember, BaseRequest, LabourProject, MemberEarning, Product, WorkShare
from services.reserve import account_of, asking, is_late, reserve, shares_of, waiting
from tests.factories import NOW, applicant, identity_number, officer, person, picture
from tests.services.serving import federation, of_unit, project_case, request_case, sharing_signed, unit
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def project(**facts: object) -> LabourProject:
    case = project_case(**facts)
    return put_in_reserve(case_id=case.pk, skills=["assembly"], kinds=["5"], by=federation(), now=NOW)


def asks(skills: tuple[str, ...] = ("assembly",), kinds: tuple[str, ...] = ("5",), **facts: object) -> BaseRequest:
    case = request_case(unit("示例基地"), **facts)
    return take_request(case_id=case.pk, skills=list(skills), kinds=list(kinds), by=federation(), now=NOW)


def confirmed() -> WorkShare:
    one, _ = project(), asks()
    (share,) = share_work(project_id=one.pk, by=federation(), now=NOW)
    sharing_signed(share.request.case)
    return answer_share(share_id=share.pk, confirms=True, by=of_unit(share.organisation), now=NOW)


class TestReserve:
    def test_a_completed_project_goes_in_once(self):
        one = project()
        assert (one.volume, one.unit_price, one.title) == (1000, Decimal("0.35"), "折纸盒（示例）")
        with pytest.raises(NotThere):
            put_in_reserve(case_id=one.case_id, skills=[], kinds=[], by=federation(), now=NOW)
        assert [row[0] for row in reserve(one.district_id)] == [one]

    def test_only_by_the_federation_and_with_keys_of_the_lists(self):
        case = project_case()
        for by in (officer("hrss", Role.REVIEWER), officer("town_meilong", Role.INTAKE), applicant()):
            with pytest.raises(NotAllowed):
                put_in_reserve(case_id=case.pk, skills=[], kinds=[], by=by, now=NOW)
        with pytest.raises(Invalid) as wrong:
            put_in_reserve(case_id=case.pk, skills=["flying"], kinds=["9"], by=federation(), now=NOW)
        assert set(wrong.value.errors) == {"skills", "kinds"}

    def test_a_project_past_its_day_is_late_until_all_is_delivered(self):
        one = project()
        assert not is_late(one, 0, one.deadline)
        assert is_late(one, 999, one.deadline + timedelta(days=1))
        assert not is_late(one, 1000, one.deadline + timedelta(days=1))


class TestSharing:
    def test_by_the_rule_with_the_working_and_each_base_once(self):
        one, first, second = project(), asks(), asks()
        made = share_work(project_id=one.pk, by=federation(), now=NOW)
        assert [(share.request, share.pieces) for share in made] == [(first, 600), (second, 400)]
        assert made[1].because[-1] == ["分到剩下的 400 件", "gets the 400 pieces that are left"]
        with pytest.raises(Invalid):
            share_work(project_id=one.pk, by=federation(), now=NOW)

    def test_what_a_base_declines_is_left_for_others_and_not_counted_as_had(self):
        one, first = project(volume=500), asks()
        (share,) = share_work(project_id=one.pk, by=federation(), now=NOW)
        answer_share(share_id=share.pk, confirms=False, by=of_unit(share.organisation), now=NOW)
        second = asks()
        (again,) = share_work(project_id=one.pk, by=federation(), now=NOW)
        assert (again.request, again.pieces) == (second, 500)
        assert first.shares.get().state == "declined"

    def test_who_had_a_project_this_year_comes_after_who_had_none(self):
        first = asks()
        share_work(project_id=project(volume=10).pk, by=federation(), now=NOW)
        second = asks()
        made = share_work(project_id=project().pk, by=federation(), now=NOW)
        assert [share.request for share in made] == [second, first]

    def test_a_base_that_does_not_fit_gets_nothing(self):
        asks(kinds=("1",))
        with pytest.raises(Invalid):
            share_work(project_id=project().pk, by=federation(), now=NOW)
        assert not WorkShare.objects.exists()

    def test_only_the_base_answers_and_once(self):
        one, _ = project(), asks()
        (share,) = share_work(project_id=one.pk, by=federation(), now=NOW)
        with pytest.raises(NotAllowed, match="share_too_early"):
            answer_share(share_id=share.pk, confirms=True, by=of_unit(share.organisation), now=NOW)
        sharing_signed(share.request.case)
        for by in (
            of_unit(unit()),
            applicant(),
            of_unit(share.organisation, Mandate.READER),
            officer("hrss", Role.REVIEWER),
        ):
            with pytest.raises(NotAllowed):
                answer_share(share_id=share.pk, confirms=True, by=by, now=NOW)
        answer_share(share_id=share.pk, confirms=True, by=of_unit(share.organisation), now=NOW)
        with pytest.raises(AlreadyDone, match="share_answered"):
            answer_share(share_id=share.pk, confirms=False, by=of_unit(share.organisation), now=NOW)
        with pytest.raises(NotAllowed):
            share_work(project_id=one.pk, by=of_unit(share.organisation), now=NOW)


class TestOneAct:
    """The answer to a share and the base's step of its request."""

    def shared(self, *projects: LabourProject) -> tuple[list[WorkShare], object]:
        request = asks()
        made = [share_work(project_id=one.pk, by=federation(), now=NOW)[0] for one in projects]
        sharing_signed(request.case)
        return made, of_unit(request.organisation)

    def step(self, share: WorkShare) -> Task:
        return Task.objects.filter(process=share.request.case, kind="confirm").latest("pk")

    def test_the_last_share_that_is_confirmed_signs_the_step_with_the_same_hand(self):
        (first, second), by = self.shared(project(volume=100), project(volume=50))
        answer_share(share_id=first.pk, confirms=True, by=by, now=NOW)
        assert self.step(first).finished is None
        answer_share(share_id=second.pk, confirms=False, by=by, now=NOW)
        step = self.step(first)
        assert (step.outcome, WorkShare.objects.get(pk=second.pk).state) == ("confirmed", "declined")
        signed = Action.objects.get(event="confirmed", subject_id=first.request.case_id)
        assert signed.user_id == by.user_id
        with pytest.raises(AlreadyDone):
            confirm(case_id=first.request.case_id, task_id=step.pk, by=by, now=NOW)

    def test_the_step_that_is_signed_confirms_every_share_once(self):
        (first, second), by = self.shared(project(volume=100), project(volume=50))
        confirm(case_id=first.request.case_id, task_id=self.step(first).pk, by=by, now=NOW)
        told = Action.objects.filter(event="share_confirmed")
        assert [one.user_id for one in told] == [by.user_id, by.user_id]
        with pytest.raises(AlreadyDone, match="share_answered"):
            answer_share(share_id=second.pk, confirms=True, by=by, now=NOW)

    def test_declining_everything_sends_the_step_back_to_the_sharing(self):
        (share,), by = self.shared(project(volume=100))
        assert answer_share(share_id=share.pk, confirms=False, by=by, now=NOW).state == "declined"
        case = Case.objects.get(pk=share.request.case_id)
        assert (self.step(share).outcome, case.step) == ("contradicted", "federation_share")


class TestDeliveriesAndEarnings:
    def test_no_more_is_delivered_than_shared_out_and_no_more_earned_than_delivered(self):
        share = confirmed()
        by, who = of_unit(share.organisation), person("示例学员")
        given = {"share_id": share.pk, "by": by, "now": NOW}
        for day, pieces, field in ((TODAY, 601, "pieces"), (TODAY, 0, "pieces"), (TODAY + timedelta(days=1), 5, "day")):
            with pytest.raises(Invalid) as wrong:
                note_delivery(day=day, pieces=pieces, **given)
            assert set(wrong.value.errors) == {field}
        note_delivery(day=TODAY, pieces=101, **given)
        member = BaseMember.objects.create(
            district=who.district, organisation=share.organisation, person=who, since=TODAY, added_by=by.user
        )
        given |= {"member_id": member.pk, "month": "2026-11"}
        with pytest.raises(Invalid):
            note_earning(pieces=102, **given)
        with pytest.raises(Invalid):
            note_earning(pieces=5, **{**given, "month": "2026-12"})
        assert note_earning(pieces=101, **given).amount == Decimal("35.35")
        for reason in ("", "长" * 501):
            with pytest.raises(Invalid, match="reason"):
                note_earning(pieces=1, reason=reason, **given)
        with pytest.raises(Invalid, match="pieces"):
            note_earning(pieces=102, reason="示例：数错了。", **given)
        corrected = note_earning(pieces=90, reason="示例：数错了。", **given)
        assert (corrected.number, corrected.amount) == (2, Decimal("31.50"))
        rows = MemberEarning.objects.order_by("number")
        assert [one.pieces for one in rows] == [101, 90]
        assert list(MemberEarning.objects.standing()) == [corrected]
        assert "示例".encode() not in bytes(corrected.reason)
        record = Action.objects.get(event="earning_corrected")
        assert (record.details["before"], record.details["pieces"]) == (101, 90)
        with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
            rows.update(pieces=1)
        assert note_earning(pieces=0, reason="示例：是别人做的。", **given).number == 3
        assert note_earning(pieces=101, reason="示例：还是这么多。", **given).amount == Decimal("35.35")
        own = replace(applicant(who), acts_as="self")
        told = {kind.code: kind for kind in stored(who, own)}["earnings"]
        assert "1 笔" in told.lines[0].words.zh  # one month, whatever it was corrected to
        with zipfile.ZipFile(io.BytesIO(b"".join(zipped(who, own, "zh-hans", NOW)))) as copy:
            earned = json.loads(copy.read("你的信息.json"))["earnings"]
        assert [(one["number"], one["corrected_because"]) for one in earned][:2] == [(1, None), (2, "示例：数错了。")]
        ((month, total, lines),) = account_of(who)
        assert (month, total, len(lines)) == ("2026-11", Decimal("35.35"), 1)

    def test_nothing_is_delivered_before_the_base_confirmed(self):
        one, _ = project(), asks()
        (share,) = share_work(project_id=one.pk, by=federation(), now=NOW)
        with pytest.raises(AlreadyDone, match="share_not_confirmed"):
            note_delivery(share_id=share.pk, day=TODAY, pieces=1, by=of_unit(share.organisation), now=NOW)

    def test_a_member_is_added_once_by_the_base_and_leaves(self):
        base = unit()
        by, number = of_unit(base), identity_number(771)
        made = add_member(organisation_id=base.pk, number=number, name="示例学员", by=by, now=NOW)
        assert add_member(organisation_id=base.pk, number=number, name="示例学员", by=by, now=NOW) == made
        with pytest.raises(Invalid):
            add_member(organisation_id=base.pk, number=number, name="另一个名字", by=by, now=NOW)
        with pytest.raises(NotAllowed):
            add_member(organisation_id=base.pk, number=number, name="示例学员", by=of_unit(unit()), now=NOW)
        with pytest.raises(NotAllowed):
            end_membership(member_id=made.pk, by=of_unit(unit()), now=NOW)
        for _ in range(2):
            end_membership(member_id=made.pk, by=by, now=NOW)
        assert Action.objects.filter(event="member_left").count() == 1

    def test_a_member_of_another_base_is_not_paid_for_this_share(self):
        share, other = confirmed(), unit()
        member = add_member(
            organisation_id=other.pk, number=identity_number(772), name="示例学员", by=of_unit(other), now=NOW
        )
        with pytest.raises((NotAllowed, NotThere)):
            note_earning(
                share_id=share.pk,
                member_id=member.pk,
                month="2026-11",
                pieces=1,
                by=of_unit(share.organisation),
                now=NOW,
            )


class TestOnTheWordOfABase:
    def test_an_officer_notes_what_a_base_without_an_account_handed_over(self):
        one, _ = project(), asks()
        (share,) = share_work(project_id=one.pk, by=federation(), now=NOW)
        by, address = federation(), f"/work/reserve/shares/{share.pk}/"
        client, given = signed_in(by), {"share_id": share.pk, "day": TODAY, "pieces": 20, "by": by, "now": NOW}
        with pytest.raises(NotAllowed, match="has_an_account"):
            note_delivery(word="示例基地王老师", **given)
        assert "由它自己记交货" in client.get(address).content.decode()
        Mandate.objects.filter(organisation=share.organisation).update(until=TODAY - timedelta(days=1))
        with pytest.raises(Invalid) as wrong:
            note_delivery(**given)
        assert set(wrong.value.errors) == {"word"}
        sent = {"day": TODAY.isoformat(), "pieces": "20"}
        assert client.post(address, sent).status_code == 400
        paper = SimpleUploadedFile("示例.jpg", picture(), "image/jpeg")
        assert client.post(address, {**sent, "word": "示例基地王老师", "paper": paper}).status_code == 302
        page = client.get(address).content.decode()
        assert "示例基地王老师" in page
        share.refresh_from_db()
        made = share.deliveries.get()
        assert (share.state, made.pieces, made.paper.code) == ("confirmed", 20, "told_paper")
        assert signed_in(officer("hrss", Role.REVIEWER)).get(address).status_code == 404


class TestProducts:
    def test_shown_once_and_taken_down_by_the_base_alone(self):
        base = unit()
        given = {
            "organisation_id": base.pk,
            "title": "布艺杯垫（示例）",
            "brand": "",
            "words": "示例",
            "price": Decimal("12.00"),
        }
        made = show_product(by=of_unit(base), now=NOW, **given)
        with pytest.raises(AlreadyDone, match="product_shown_already"):
            show_product(by=of_unit(base), now=NOW, **given)
        with pytest.raises(NotAllowed):
            switch_product(product_id=made.pk, on=False, by=of_unit(unit()), now=NOW)
        switch_product(product_id=made.pk, on=False, by=of_unit(base), now=NOW)
        assert not Product.objects.get().is_on
        with pytest.raises(Invalid) as wrong:
            show_product(by=of_unit(base), now=NOW, **{**given, "title": "", "words": "", "price": Decimal(-1)})
        assert set(wrong.value.errors) == {"title", "words", "price"}


class TestPages:
    def test_the_federation_takes_in_shares_out_and_the_base_confirms_delivers_and_pays(self):
        first, second = project_case(), request_case(unit("示例基地"))
        client = signed_in(federation())
        page = client.get("/work/reserve/").content.decode()
        assert "折纸盒" in page
        for case in (first, second):
            address = f"/work/reserve/cases/{case.shown_reference}/"
            assert client.get(address).status_code == 200
            assert client.post(address, {"skills": ["assembly"], "kinds": ["5"]}).status_code == 302
            assert client.get(address).status_code == 404
        one = LabourProject.objects.get()
        assert "今年分到过 0 个项目" in client.get(f"/work/reserve/{one.pk}/").content.decode()
        assert client.post(f"/work/reserve/{one.pk}/").status_code == 302
        assert client.post(f"/work/reserve/{one.pk}/").status_code == 400
        share = WorkShare.objects.get()
        sharing_signed(share.request.case)
        base = signed_in(of_unit(share.organisation))
        address = f"/my/base/{share.pk}/"
        assert "折纸盒" in base.get("/my/base/").content.decode()
        assert list(waiting(one.district_id)) == list(asking(project(), TODAY).values()) == []
        assert base.post(address, {"do": "confirm"}).status_code == 302
        assert base.post(address, {"do": "deliver", "day": "", "pieces": "1"}).status_code == 400
        assert (
            base.post(
                "/my/base/members/", {"do": "add", "unit": str(share.organisation_id), "number": "1", "name": "x"}
            ).status_code
            == 400
        )
        said = {"do": "add", "unit": str(share.organisation_id), "number": identity_number(773), "name": "独名学员"}
        assert base.post("/my/base/members/", said).status_code == 302
        for address in (f"/my/base/{share.pk}/", "/my/base/", "/my/base/members/", "/my/base/products/"):
            assert base.get(address).status_code == 200

    def test_another_base_and_other_offices_reach_nothing(self):
        share = confirmed()
        add_member(
            organisation_id=share.organisation_id,
            number=identity_number(774),
            name="独名学员",
            by=of_unit(share.organisation),
            now=NOW,
        )
        other = signed_in(of_unit(unit()))
        assert other.get(f"/my/base/{share.pk}/").status_code == 404
        for address in ("/my/base/", "/my/base/members/"):
            assert "独名学员" not in other.get(address).content.decode()
        assert not shares_of(of_unit(unit()), TODAY).exists()
        for by in (applicant(), officer("hrss", Role.REVIEWER), officer("federation", Role.INSPECTOR)):
            client = signed_in(by)
            for address in (
                f"/my/base/{share.pk}/",
                "/my/base/",
                f"/work/reserve/{share.project_id}/",
                "/work/reserve/",
            ):
                assert client.get(address).status_code == 404, address

    def test_each_member_reads_their_own_account_and_nobody_elses(self):
        share = confirmed()
        by, who = of_unit(share.organisation), applicant()
        note_delivery(share_id=share.pk, day=TODAY, pieces=100, by=by, now=NOW)
        member = BaseMember.objects.create(
            district=share.district,
            organisation=share.organisation,
            person=who.on_behalf_of,
            since=TODAY,
            added_by=by.user,
        )
        note_earning(share_id=share.pk, member_id=member.pk, month="2026-11", pieces=100, by=by, now=NOW)
        assert "35.00" in signed_in(who).get("/my/earnings/").content.decode()
        assert "35.00" not in signed_in(applicant()).get("/my/earnings/").content.decode()

    def test_products_are_public(self, client):
        base = unit()
        town = base.town
        town.telephone = "021-0000-0009"
        town.save()
        signed = signed_in(of_unit(base))
        said = {"do": "add", "unit": str(base.pk), "title": "布艺杯垫（示例）", "words": "示例", "price": "12"}
        assert signed.post("/my/base/products/", said).status_code == 302
        assert signed.post("/my/base/products/", said).status_code == 400
        page = client.get("/products/").content.decode()
        assert "布艺杯垫" in page
        assert "021-0000-0009" in page
        assert (
            signed.post("/my/base/products/", {"do": "off", "product": str(Product.objects.get().pk)}).status_code
            == 302
        )
        assert "布艺杯垫" not in client.get("/products/").content.decode()
