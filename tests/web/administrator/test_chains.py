"""The chains' pages: the list, one chain, its BPMN file; moving a case to another version; reopening one after an appeal."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts import districts
from accounts.actor import Actor
from accounts.models import District, Role
from casework.models import Case
from casework.published import parameters
from flows import bpmn
from flows.actions.refuse import refuse
from flows.actions.request_correction import Asked, request_correction
from flows.actions.withdraw import withdraw
from flows.engine import CaseFlow, chain_of, chains, newest
from flows.published_chains import acts_of, holder, title
from tests.factories import NOW, Cast, Story, applicant, events, officer, person, picture, story
from tests.flows import anywhere, invented
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db
MOVE, REOPEN = "/work/chains/move/", "/work/reopen/"
PASSWORD = "a-long-password-9"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def looked_again() -> Iterator[None]:
    """What a process keeps of a district that a test changed is forgotten with the test."""
    yield
    districts.forget()


@pytest.fixture
def by() -> Actor:
    made = officer("federation", Role.ADMINISTRATOR)
    assert made.user is not None
    made.user.set_password(PASSWORD)
    made.user.save()
    return made


@pytest.fixture
def admin(by: Actor) -> Client:
    return signed_in(by)


@pytest.fixture
def second() -> Iterator[type[CaseFlow]]:
    with invented.second_version() as made:
        yield made


def of_first(at: str = "hrss_review") -> Story:
    """A case of the first version, of somebody whose name is nowhere else."""
    with invented.hidden("direct_admission", "", 2):
        told = story(who=person("独名示例"))
    return told.to(at)


def address(chain: type[CaseFlow], end: str = "/") -> str:
    return f"/work/chains/{chain.measure}/{chain.purpose or '-'}/{chain.version}{end}"


def page_of(client: Client, path: str, **given: str) -> str:
    answer = client.get(path, given)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the list and one chain


def test_the_list_names_every_chain_with_its_steps_and_open_cases(admin: Client):
    told = story()
    story().through()
    page = page_of(admin, "/work/chains/")
    for chain in chains():
        assert f'href="{address(chain)}"' in page
        assert title(chain).zh in page
    row = page.split(address(chain_of(told.case)))[1].split("</li>")[0]
    assert "8 步，在办 1 件" in row
    assert "新的案件不再用" not in row
    assert 'href="/work/chains/" aria-current="page"' in page


def test_an_older_version_says_that_no_new_case_goes_on_it(admin: Client, second: type[CaseFlow]):
    page = page_of(admin, "/work/chains/")
    older = [one for one in chains() if one.version < newest(one.measure, one.purpose).version]
    assert page.count("新的案件不再用") == len(older) > 1
    row = page.split(address(second))[1].split("</li>")[0]
    assert "新的案件不再用" not in row
    assert f'href="{address(second)}"' in page
    assert f'href="{address(second)}"' in page_of(admin, "/work/chains/direct_admission/-/1/")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("chain", chains(), ids=lambda chain: f"{chain.measure}-{chain.purpose}")
def test_every_chain_has_its_page_with_each_step_its_holder_and_its_rights(
    admin: Client, chain: type[CaseFlow], language: str
):
    admin.cookies["language"] = language
    page = page_of(admin, address(chain))
    listed = page.split('<ol class="steps')[1].split("</ol>")[0].replace("&amp;", "&").replace("&#x27;", "'")
    assert listed.count("<li>") == len(chain.steps)
    for step, row in zip(chain.steps, listed.split("<li>")[1:], strict=True):
        words = [step.words, holder(step), *acts_of(chain, step)]
        assert all((one.en if language == "en" else one.zh) in row for one in words)
        assert ("作决定" in row or "Decides" in row) == step.decides
    assert "chain__drawing" in page
    assert f'href="{address(chain, ".bpmn")}"' in page


def test_a_chain_says_at_which_step_its_open_cases_stand(admin: Client):
    story().to("hrss_review")
    story().to("hrss_review")
    story().to("town_confirmation")
    asked = story().to("federation_review")
    request_correction(**asked.claimed(), items=[Asked("fact", "place", "请再看")])
    story().through()
    page = page_of(admin, "/work/chains/direct_admission/-/1/")
    numbers = [int(found) for found in re.findall(r"在这一步的：(\d+) 件", page)]
    assert numbers == [0, 0, 0, 2, 0, 0, 0, 1]
    assert "在办 4 件，其中等申请人补材料的 1 件" in page


def test_a_district_reads_its_own_order_and_its_people_too(admin: Client, looked_again: None):
    own = [step.name for step in newest("direct_admission").steps]
    own[1], own[2] = own[2], own[1]
    call_command("arrange_chain", "minhang", "direct_admission", *own, verbosity=0)
    row = page_of(admin, "/work/chains/").split("/work/chains/direct_admission/-/1/")[1].split("</li>")[0]
    assert "本区自己的顺序" in row
    page = page_of(admin, "/work/chains/direct_admission/-/1/")
    assert "这是本区自己的顺序" in page
    assert page.index("区民政局 审核") < page.index("区残联 审核")
    for path in ("/guides/direct_admission/", "/guides/direct_admission/easy/"):
        guide = page_of(Client(), path).split('id="chain"')[-1]
        assert "这是本区的先后" in guide
        assert guide.index("<strong>区民政局</strong>：审核") < guide.index("<strong>区残联</strong>：审核")
    chain = Client().get("/api/v1/chains/direct_admission/-/1").json()
    assert ([step["name"] for step in chain["steps"]], chain["own_order"]) == (own, True)
    assert "自己的顺序" not in page_of(admin, "/work/chains/rectification/-/1/")


def test_days_are_those_that_are_published(admin: Client):
    page = page_of(admin, "/work/chains/direct_admission/-/1/")
    assert "期限：4 个工作日" in page
    assert "3 个部门都要同意" in page_of(admin, "/work/chains/interpretation_note/-/1/")
    assert "期限：3 个月" in page_of(admin, "/work/chains/employment_service/-/1/")


def test_the_statements_of_the_pages_do_not_grow_with_the_cases(admin: Client):
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(admin, path)
        return len(captured)

    paths = ("/work/chains/", "/work/chains/direct_admission/-/1/")
    few = [statements(path) for path in paths]
    for at in ("federation_intake", "hrss_review", "assignment"):
        story().to(at)
    assert [statements(path) for path in paths] <= few


@pytest.mark.parametrize(
    "path",
    ["direct_admission/-/2", "direct_admission/project/1", "sheltered_employment_project/-/1", "nothing/-/1"],
)
def test_a_chain_that_is_not_there_is_not_found(admin: Client, path: str):
    for end in ("/", ".bpmn"):
        assert admin.get(f"/work/chains/{path}{end}").status_code == 404


@pytest.mark.parametrize("chain", chains(), ids=lambda chain: f"{chain.measure}-{chain.purpose}")
def test_a_chain_is_downloaded_as_bpmn(admin: Client, chain: type[CaseFlow]):
    answer = admin.get(address(chain, ".bpmn"))
    assert answer.content == bpmn.written(chain, parameters(), localdate())
    assert answer["Content-Disposition"] == f'attachment; filename="{bpmn.file_name(chain)}"'
    assert answer["Content-Type"] == "application/xml"


@pytest.mark.parametrize("role", ["intake", "head", "supervisor"])
def test_the_pages_are_the_administrators_alone(role: str):
    client = signed_in(Cast()[role])
    for path in (
        "/work/chains/",
        "/work/chains/direct_admission/-/1/",
        "/work/chains/direct_admission/-/1.bpmn",
        MOVE,
        REOPEN,
    ):
        assert client.get(path).status_code == client.post(path).status_code == 404
    assert signed_in(applicant()).get(MOVE).status_code == 404


# --- finding a case


@pytest.mark.parametrize("path", [MOVE, REOPEN])
def test_a_case_is_found_by_its_reference_and_none_of_its_content_is_shown(admin: Client, path: str):
    told = of_first()
    for typed in (told.case.shown_reference, told.case.reference.lower(), f" {told.case.shown_reference} "):
        page = page_of(admin, path, reference=typed)
        assert "社区工作者直接纳入" in page
        assert "区人社局审核" in page
        for content in ("独名示例", "全国残疾人职业技能竞赛", "示例路", "021-0000", told.by.user.display_name):  # type: ignore[union-attr]
            assert content not in page


@pytest.mark.parametrize("path", [MOVE, REOPEN])
@pytest.mark.parametrize("typed", ["MH26-AAAA-AAAA-AA", "nonsense", "\0?", "x" * 10_000])
def test_what_is_no_reference_is_said(admin: Client, path: str, typed: str):
    assert "没有找到这个编号" in page_of(admin, path, reference=typed)
    assert "没有找到" not in page_of(admin, path)


@pytest.mark.parametrize("path", [MOVE, REOPEN])
def test_a_case_of_another_district_is_not_there(admin: Client, path: str, second: type[CaseFlow]):
    told = of_first()
    other = District.objects.create(
        code="sample", name="示例区", name_en="Sample", reference_prefix="ZZ", review_body="示例", review_body_en="Sample",
        court="示例", court_en="Sample",
    )  # fmt: skip
    Case.objects.filter(pk=told.case.pk).update(district=other)
    asked = f"{path}?reference={told.case.shown_reference}"
    assert "没有找到这个编号" in admin.get(asked).content.decode()
    admin.post(asked, {"to": "2:hrss_review", "reason": "示例", "do": "move"})
    assert "chain_changed" not in events(told.case)


# --- moving


def at(path: str, told: Story) -> str:
    return f"{path}?reference={told.case.shown_reference}"


def move(client: Client, told: Story, **changed: str) -> Any:
    given = {"to": "2:federation_review", "reason": "新的版本已经生效（示例）", "do": "move", **changed}
    return client.post(at(MOVE, told), given)


def test_a_case_is_moved_in_three_pages(admin: Client, second: type[CaseFlow]):
    told = of_first()
    form = page_of(admin, MOVE, reference=told.case.shown_reference)
    offered = re.findall(r'name="to" value="([^"]+)"', form)
    assert offered == ["2:federation_review", "2:hrss_review", "2:hrss_confirmation", "2:government_approval"]
    check = move(admin, told, do="check").content.decode()
    assert "从第 1 版改用第 2 版，到这一步：区残联审核" in check
    assert "新的版本已经生效（示例）" in check
    assert chain_of(told.task().process).version == 1
    assert 'name="to" value="2:federation_review" id' in move(admin, told, do="edit").content.decode()
    done = admin.post(at(MOVE, told), hidden_of(check) | {"do": "move"}, follow=True).content.decode()
    assert "改用第 2 版了" in done
    assert (told.task().step_name, chain_of(told.case)) == ("federation_review", second)


def hidden_of(page: str) -> dict[str, str]:
    form = page.split('<form class="sign"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_it_stands_in_english_too(admin: Client, second: type[CaseFlow]):
    admin.cookies["language"] = "en"
    told = of_first()
    assert "Version 2: Review, Federation" in page_of(admin, MOVE, reference=told.case.shown_reference)
    assert "From version 1 to version 2, at: Review, Federation." in move(admin, told, do="check").content.decode()


@pytest.mark.parametrize(
    ("changed", "target"),
    [
        ({"to": ""}, "f-to_0"), ({"to": "2:federation_intake"}, "f-to_0"), ({"to": "1:hrss_review"}, "f-to_0"),
        ({"to": "9:hrss_review"}, "f-to_0"), ({"to": "x"}, "f-to_0"), ({"reason": " "}, "f-reason"),
        ({"reason": "长" * 1001}, "f-reason"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("do", ["check", "move"])
def test_what_is_missing_or_wrong_is_said_at_its_field(
    admin: Client, second: type[CaseFlow], changed: dict[str, str], target: str, do: str
):
    told = of_first()
    answer = move(admin, told, **changed, do=do)
    assert answer.status_code == 400
    assert f'href="#{target}"' in answer.content.decode()
    assert "chain_changed" not in events(told.case)


def test_a_step_that_nobody_would_hold_is_said(admin: Client, second: type[CaseFlow]):
    told = of_first("assignment")
    answer = move(admin, told, to="2:town_confirmation")
    assert answer.status_code == 400
    assert "这一件还没有写是哪一家" in answer.content.decode()
    assert "chain_changed" not in events(told.case)


def test_the_second_of_two_administrators_is_told(admin: Client, second: type[CaseFlow]):
    told = of_first()
    check = move(admin, told, do="check").content.decode()
    move(signed_in(officer("federation", Role.ADMINISTRATOR)), told)
    late = admin.post(at(MOVE, told), hidden_of(check) | {"do": "move"})
    assert late.status_code == 400
    assert events(told.case).count("chain_changed") == 1


def test_a_case_that_went_on_meanwhile_is_shown_first(admin: Client, second: type[CaseFlow]):
    told = of_first()
    seen = str(told.case.version)
    told.sign()
    answer = move(admin, told, seen=seen)
    assert answer.status_code == 400
    assert "您打开以后，这件有变化" in answer.content.decode()
    assert told.task().step_name == "government_approval"


def test_a_closed_one_and_one_with_one_version_only_offer_no_form(admin: Client):
    gone, only = story(), story()
    withdraw(case_id=gone.case.pk, by=gone.by, now=gone.now)
    for told, words in ((gone, "这件已经办完了"), (only, "这一项只有一个版本")):
        page = page_of(admin, MOVE, reference=told.case.shown_reference)
        assert words in page
        assert 'name="reason"' not in page
        assert words in move(admin, told).content.decode()
        assert "chain_changed" not in events(told.case)


def test_a_moved_case_can_be_read_on_every_page(admin: Client, second: type[CaseFlow]):
    told = of_first("government_approval")
    other = of_first("government_approval")
    move(admin, told, to="2:hrss_confirmation")
    reference = told.case.shown_reference
    tracking = page_of(signed_in(told.by), f"/my/cases/{reference}/")
    assert "区人社局" in tracking
    assert "办理的步骤有调整" in tracking
    assert (
        re.search(r"[a-z]+_(review|confirmation|intake|approval)", tracking.split("<main")[1].split("</main>")[0])
        is None
    )
    for page in ("", "history/", "deadlines/"):
        shown = page_of(signed_in(told.cast["hrss"]), f"/work/cases/{reference}/{page}")
        words = re.sub(r"<[^>]*>", " ", shown.split("<main")[1].split("</main>")[0])
        assert "civil_affairs_review" not in words
    supervisor = page_of(signed_in(officer("supervision", "supervisor")), "/audit/", event="chain_changed")
    assert "改用新版本的流程" in supervisor
    assert "新的版本已经生效（示例）" in supervisor
    assert other.task().step_name == "government_approval"
    assert chain_of(other.case).version == 1


def stale(by: Actor) -> Client:
    client = signed_in(by)
    session = client.session
    session["proved_at"] = (NOW.replace(hour=8)).isoformat()
    session.save()
    return client


def test_a_move_and_a_reopening_ask_for_a_fresh_proof(by: Actor, second: type[CaseFlow]):
    told, closed = of_first(), refused()
    client = stale(by)
    check = move(client, told, do="check").content.decode()
    assert 'name="password"' in check
    for wrong in ({}, {"password": "wrong"}):
        answer = move(client, told, **wrong)
        assert answer.status_code == 400
        assert 'href="#f-password"' in answer.content.decode()
        assert "新的版本已经生效（示例）" in answer.content.decode()
    assert "reopened" not in events(closed.case)
    assert again(client, closed).status_code == 400
    assert (events(told.case).count("chain_changed"), events(closed.case).count("reopened")) == (0, 0)
    assert move(client, told, password=PASSWORD).status_code == 302
    assert events(told.case).count("chain_changed") == 1


# --- reopening


def refused() -> Story:
    told = of_first("government_approval")
    refuse(**told.claimed(), reason="示例")
    told.case.refresh_from_db()
    return told


def again(client: Client, told: Story, **changed: Any) -> Any:
    paper = SimpleUploadedFile("复议决定.jpg", picture(), "image/jpeg")
    given = {"to": "federation_review", "reason": "复议决定撤销（示例）", "file": paper, **changed}
    return client.post(at(REOPEN, told), {name: value for name, value in given.items() if value is not None})


def test_a_case_is_reopened_with_its_document(admin: Client):
    told = refused()
    form = page_of(admin, REOPEN, reference=told.case.shown_reference)
    assert "独名示例" not in form
    offered = re.findall(r'name="to" value="([^"]+)"', form)
    assert offered == ["federation_review", "civil_affairs_review", "hrss_review", "government_approval"]
    answer = again(admin, told)
    assert answer.status_code == 302
    assert "重新办理了" in admin.get(answer["Location"]).content.decode()
    assert (told.task().step_name, told.case.state, told.case.round) == ("federation_review", "in_review", 2)
    tracking = page_of(signed_in(told.by), f"/my/cases/{told.case.shown_reference}/")
    assert "您的申请重新办理" in tracking
    assert "没有批准" not in tracking.split("<h1")[1].split("</h1>")[0]
    assert again(admin, told).status_code == 400
    assert events(told.case).count("reopened") == 1


@pytest.mark.parametrize(
    ("changed", "target"),
    [
        ({"to": ""}, "f-to_0"), ({"to": "federation_intake"}, "f-to_0"), ({"to": "assignment"}, "f-to_0"),
        ({"reason": ""}, "f-reason"), ({"file": None}, "f-file"),
        ({"file": SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")}, "f-file"),
    ],
)  # fmt: skip
def test_what_is_missing_for_a_reopening_is_said_at_its_field(admin: Client, changed: dict[str, Any], target: str):
    told = refused()
    answer = again(admin, told, **changed)
    assert answer.status_code == 400
    assert f'href="#{target}"' in answer.content.decode()
    told.case.refresh_from_db()
    assert told.case.state == "closed"


def test_an_open_and_a_withdrawn_case_offer_no_form(admin: Client):
    running, gone = story(), story()
    withdraw(case_id=gone.case.pk, by=gone.by, now=gone.now)
    for told, words in ((running, "这件还没有办完"), (gone, "申请人撤回的，不用重新办理")):
        page = page_of(admin, REOPEN, reference=told.case.shown_reference)
        assert words in page
        assert 'type="file"' not in page
        assert again(admin, told).status_code == 400
        assert "reopened" not in events(told.case)


def test_a_case_that_ended_without_a_decision_on_a_person_is_reopened_too(admin: Client):
    walk = anywhere.sent("interpretation_note")
    walk.through()
    told = Story(walk.case, walk.by)
    assert again(admin, told, to="interpretation").status_code == 302
    assert walk.task().step_name == "interpretation"


def test_in_english_the_reopening_says_what_it_does(admin: Client):
    told = refused()
    admin.cookies["language"] = "en"
    page = page_of(admin, REOPEN, reference=told.case.shown_reference)
    assert "Nobody who signed before signs this round." in page
    assert "Review, HR&amp;SS Bureau" in page
