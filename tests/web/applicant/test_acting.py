"""The pages about who acts for whom: a unit's people, my agents, for whom I act; and what a reader's pages offer."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.actor import Actor
from accounts.models import User
from casework.models import Action, Draft, Invitation, Mandate, Message, Organisation, Service
from flows.actions.invite import MOST_OPEN
from tests.factories import applicant, draft
from tests.flows.anywhere import organisation, sent, staff
from tests.web.signing_in import signed_in
from tests.web.test_statements import statements

pytestmark = pytest.mark.django_db
UNITS = "concentrated_employer_startup_grant"


def of(unit: Organisation) -> str:
    return f"/my/units/{unit.pk}/people/"


def code_in(page: str) -> str:
    found = re.search(r"<strong class=\"num\"[^>]*>([\d ]+)</strong>", page)
    assert found is not None
    return found.group(1)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


@pytest.fixture
def unit() -> Organisation:
    return organisation("独名单位（示例）")


@pytest.fixture
def manager(unit: Organisation) -> Actor:
    return staff(unit)


def test_a_manager_invites_and_the_code_is_shown_once_and_taken_on_the_others_page(unit: Organisation, manager: Actor):
    client, new = signed_in(manager), applicant()
    made = client.post(of(unit), {"do": "invite", "role": "applicant"})
    code = code_in(made.content.decode())
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", code)
    page = text(client, of(unit))
    assert "还没用的授权码" in page
    assert code not in page
    theirs = signed_in(new)
    assert theirs.post("/my/acting/", {"do": "take", "code": code}).status_code == 302
    page = text(theirs, "/my/")
    assert "您现在替独名单位（示例）办，身份是经办人" in page
    assert "单位的人" not in page
    assert "经办人" in text(theirs, "/my/acting/")
    assert new.user is not None
    assert new.user.display_name in text(client, of(unit))
    assert "还没用的授权码" not in text(client, of(unit))
    assert "多了一个人" in text(client, "/my/messages/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_state_of_the_pages_stands_in_both_languages(unit: Organisation, manager: Actor, language: str):
    other, me = staff(unit, "reader"), applicant()
    client, mine = signed_in(manager), signed_in(me)
    for one in (client, mine):
        one.cookies["language"] = language
    assert mine.post("/my/agents/", {"do": "invite"}).status_code == 200
    client.post(of(unit), {"do": "invite", "role": "reader"})
    for one, address in ((client, of(unit)), (client, "/my/acting/"), (mine, "/my/agents/"), (mine, "/my/acting/")):
        assert "<h1>" in text(one, address)
    assert other.user is not None


@pytest.mark.parametrize("code", ["", "123", "1234 5678 9012", "一二三", "１２３４５６７８９０１２"])
def test_a_wrong_code_says_so_and_leaves_everything_as_it_is(code: str):
    client = signed_in(applicant())
    answer = client.post("/my/acting/", {"do": "take", "code": code})
    assert answer.status_code == 400
    assert "授权码" in answer.content.decode()
    assert Mandate.objects.exclude(capacity="self").count() == 0


def test_after_ten_wrong_codes_an_account_waits(unit: Organisation, manager: Actor):
    code = code_in(signed_in(manager).post(of(unit), {"do": "invite", "role": "reader"}).content.decode())
    client = signed_in(applicant())
    for _ in range(10):
        client.post("/my/acting/", {"do": "take", "code": "1" * 12})
    answer = client.post("/my/acting/", {"do": "take", "code": code})
    assert "试了太多次" in answer.content.decode()
    assert Mandate.objects.filter(role="reader").count() == 0


def test_a_manager_changes_a_role_and_ends_a_mandate(unit: Organisation, manager: Actor):
    client, other = signed_in(manager), staff(unit, "reader")
    mandate = Mandate.objects.get(user=other.user)
    assert client.post(of(unit), {"do": "role", "mandate": mandate.pk, "role": "applicant"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.role == "applicant"
    assert client.post(of(unit), {"do": "role", "mandate": mandate.pk, "role": "owner"}).status_code == 400
    assert client.post(of(unit), {"do": "end", "mandate": mandate.pk}).status_code == 302
    assert signed_in(other).get(of(unit)).status_code == 404
    assert other.user is not None
    assert Action.objects.filter(subject_kind="mandate", subject_id=mandate.pk).count() == 2


def test_the_last_manager_is_told_why_they_stay(unit: Organisation, manager: Actor):
    client, mandate = signed_in(manager), Mandate.objects.get(user=manager.user)
    assert "只有这一位管理员" in text(client, of(unit))
    for given in ({"do": "end"}, {"do": "role", "role": "reader"}):
        answer = client.post(of(unit), {**given, "mandate": mandate.pk})
        assert answer.status_code == 400
        assert "至少要有一位管理员" in answer.content.decode()
    answer = client.post("/my/acting/", {"do": "give_back", "mandate": mandate.pk})
    assert "至少要有一位管理员" in answer.content.decode()


def test_a_manager_who_steps_down_lands_on_their_own_page(unit: Organisation, manager: Actor):
    staff(unit)
    mandate = Mandate.objects.get(user=manager.user)
    answer = signed_in(manager).post(of(unit), {"do": "role", "mandate": mandate.pk, "role": "reader"})
    assert answer["Location"] == "/my/"


@pytest.mark.parametrize("role", ["applicant", "reader"])
def test_who_manages_nobody_finds_no_page_of_people(unit: Organisation, role: str):
    client = signed_in(staff(unit, role))
    for answer in (client.get(of(unit)), client.post(of(unit), {"do": "invite", "role": "manager"})):
        assert answer.status_code == 403
        assert "只有单位管理员" in answer.content.decode()
    assert Invitation.objects.count() == 0


def test_nothing_of_another_unit_is_reached_from_ones_own(unit: Organisation, manager: Actor):
    other = organisation("别的单位（示例）")
    theirs, client = staff(other), signed_in(manager)
    signed_in(theirs).post(of(other), {"do": "invite", "role": "reader"})
    assert client.get(of(other)).status_code == 404
    mandate = Mandate.objects.get(user=theirs.user)
    for given in (
        {"do": "end", "mandate": mandate.pk}, {"do": "role", "mandate": mandate.pk, "role": "reader"},
        {"do": "withdraw", "invitation": Invitation.objects.get().pk}, {"do": "sing"}, {"do": "end", "mandate": "x"},
    ):  # fmt: skip
        assert client.post(of(unit), given).status_code == 404, given
    assert signed_in(applicant()).get(of(unit)).status_code == 404
    mandate.refresh_from_db()
    assert (mandate.role, mandate.until) == ("manager", None)


def test_a_code_is_taken_back_and_too_many_are_refused(unit: Organisation, manager: Actor):
    client = signed_in(manager)
    for _ in range(MOST_OPEN):
        client.post(of(unit), {"do": "invite", "role": "reader"})
    assert client.post(of(unit), {"do": "invite", "role": "reader"}).status_code == 400
    assert client.post(of(unit), {"do": "invite"}).status_code == 400
    first = Invitation.objects.order_by("pk")[0]
    assert client.post(of(unit), {"do": "withdraw", "invitation": first.pk}).status_code == 302
    assert Invitation.objects.filter(withdrawn_at=None).count() == MOST_OPEN - 1


def test_a_person_names_an_agent_who_works_for_them_until_it_is_ended():
    person, agent = applicant(), applicant()
    client, theirs = signed_in(person), signed_in(agent)
    assert "现在没有人替您办" in text(client, "/my/agents/")
    code = code_in(client.post("/my/agents/", {"do": "invite"}).content.decode())
    assert theirs.post("/my/acting/", {"do": "take", "code": code}).status_code == 302
    assert "代办人" in text(theirs, "/my/")
    begun = theirs.post("/my/apply/direct_admission/")
    made = Draft.objects.get(user=agent.user)
    assert made.person == person.on_behalf_of
    assert text(theirs, begun["Location"])
    mandate = Mandate.objects.get(capacity="agent")
    assert client.post("/my/agents/", {"do": "end", "mandate": mandate.pk}).status_code == 302
    assert theirs.get(begun["Location"]).status_code == 404
    assert "代办人" not in text(theirs, "/my/")
    assert theirs.post("/my/agents/", {"do": "end", "mandate": mandate.pk}).status_code == 404


def test_an_agent_gives_it_back_and_an_account_of_nobodys_own_names_none(manager: Actor):
    person, agent = applicant(), applicant()
    code = code_in(signed_in(person).post("/my/agents/", {"do": "invite"}).content.decode())
    client = signed_in(agent)
    client.post("/my/acting/", {"do": "take", "code": code})
    mandate = Mandate.objects.get(capacity="agent")
    assert signed_in(person).post("/my/acting/", {"do": "give_back", "mandate": mandate.pk}).status_code == 404
    assert client.post("/my/acting/", {"do": "give_back", "mandate": mandate.pk}).status_code == 302
    assert "只办自己的事" in text(client, "/my/acting/")
    answer = signed_in(manager).get("/my/agents/")
    assert answer.status_code == 403
    assert "只有本人" in answer.content.decode()


def test_a_readers_pages_offer_nothing_to_change_and_mark_nothing_as_read():
    walk = sent(UNITS)
    unit, reference = walk.case.organisation, walk.case.shown_reference
    client, both = signed_in(staff(unit, "reader")), signed_in(walk.by)
    page, full = text(client, f"/my/cases/{reference}/"), text(both, "/my/")
    assert "身份是查看人" in page
    assert "只能看，不能改" in page
    assert "条新消息" in full
    for link in ("withdraw/", "do/urge/", "do/comment/", "do/give_account/"):
        assert link not in page
    text(client, "/my/messages/")
    assert Message.objects.filter(case=walk.case, audience="applicant", read_at=None).exists()
    assert "查看人" in text(client, f"/my/cases/{reference}/withdraw/")
    assert client.post(f"/my/cases/{reference}/withdraw/", {"reason": ""}).status_code == 403
    assert "您只能看" in text(client, f"/my/apply/{UNITS}/")
    assert client.post(f"/my/apply/{UNITS}/").status_code == 200
    assert not Draft.objects.filter(organisation=unit).exists()
    assert "记下来" not in text(client, "/my/benefits/")
    whole = text(both, f"/my/cases/{reference}/")
    assert "withdraw/" in whole
    assert "do/urge/" in whole
    assert not Message.objects.filter(case=walk.case, audience="applicant", read_at=None).exists()


def test_a_reader_reads_the_letter_without_being_served_with_it():
    walk = sent(UNITS)
    case = walk.through()
    call_command("relay", "-v0")
    letter = case.letters.filter(void_at=None, waits_for_notice=False, service=None).exclude(stored_as="").first()
    assert letter is not None
    for by, served in ((staff(case.organisation, "reader"), False), (staff(case.organisation, "applicant"), True)):
        assert signed_in(by).get(f"/letters/{letter.number}.pdf").status_code == 200
        assert Service.objects.filter(letter=letter).exists() is served


def test_a_list_of_people_and_of_codes_takes_no_more_statements_as_it_grows(unit: Organisation, manager: Actor):
    client, me = signed_in(manager), applicant()
    mine = signed_in(me)
    pages = ((client, of(unit)), (client, "/my/acting/"), (mine, "/my/agents/"), (client, "/my/"))

    def grow() -> None:
        staff(unit, "reader")
        client.post(of(unit), {"do": "invite", "role": "reader"})
        code = code_in(mine.post("/my/agents/", {"do": "invite"}).content.decode())
        signed_in(applicant()).post("/my/acting/", {"do": "take", "code": code})
        other = organisation()
        Mandate.objects.create(
            district=other.district, user=manager.user, organisation=other, capacity="staff", role="reader",
            since=other.mandates.model.objects.filter(user=manager.user)[0].since,
        )  # fmt: skip

    grow()
    few = [statements(one, address) for one, address in pages]
    for _ in range(4):
        grow()
    assert [statements(one, address) for one, address in pages] <= few
    assert max(few) <= 20
    assert User.objects.filter(pk=manager.user_id).exists()


def test_a_draft_says_for_whom_it_is_where_the_account_acts_for_several(unit: Organisation):
    person = applicant()
    draft(person, complete=False)
    Mandate.objects.create(
        district=unit.district, user=person.user, organisation=unit, capacity="staff", role="reader",
        since=Mandate.objects.get(user=person.user).since,
    )  # fmt: skip
    page = text(signed_in(person), "/my/")
    assert page.count(person.on_behalf_of.name) >= 2
