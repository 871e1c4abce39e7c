"""A district is data: founded from a file beside the first, with nothing of the first one's people."""

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts import districts
from accounts.actor import CLOCK, Actor
from accounts.models import Department, Deputy, District, Post, Role, User
from casework.calendar import calendar_of
from casework.models import Action, Case, Parameter, Person
from casework.published import forget, parameters
from flows.actions.appoint import FOUNDER, appoint
from flows.actions.depute import note_absence, set_deputy
from flows.actions.found_district import NotFounded, found_district
from flows.errors import NotAllowed
from policy import T
from policy.text import local_words
from tests.districts import FILE, people_of, second
from tests.factories import NOW, district, officer, story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _looked_again() -> Any:
    yield
    districts.forget()
    forget()


def test_it_has_what_the_file_says_and_the_rest_of_the_model():
    story()
    made = second()
    assert (made.name, made.reference_prefix, made.host) == ("示例市示例区", "SD", "sample.localhost")
    codes = set(made.departments.exclude(kind=Department.TOWN).values_list("code", flat=True))
    assert codes == set(district().departments.exclude(kind=Department.TOWN).values_list("code", flat=True))
    assert set(made.departments.filter(kind=Department.TOWN).values_list("code", flat=True)) == {
        "town_east",
        "town_west",
    }
    assert made.departments.get(code="civil_affairs").official_name == "示例区民政局"
    assert made.departments.get(code="federation").telephone == "021-0000-0101"
    assert calendar_of(made.pk).exceptions == calendar_of(district().pk).exceptions
    theirs, ours = parameters(made.pk), parameters(district().pk)
    assert theirs.value("clock.intake", NOW.date()) == 4 != ours.value("clock.intake", NOW.date())
    assert theirs.value("clock.review", NOW.date()) == ours.value("clock.review", NOW.date())
    assert not Case.objects.filter(district=made).exists()
    assert not Person.objects.filter(district=made).exists()
    assert Action.objects.get(event="district_founded").district_id == made.pk


def test_a_case_goes_through_it_under_its_own_reference_and_clocks():
    made = second()
    with people_of(made):
        told = story().to("federation_review")
    assert told.case.reference.startswith("SD")
    assert told.case.district_id == made.pk
    assert {one.district_id for one in told.case.task_set.all()} == {made.pk}
    assert told.case.department == made.departments.get(code="federation")


def test_texts_are_said_in_its_words_and_stay_as_written():
    text = T("您的户口在闵行区吗？", "Is your household registered in Minhang?")
    filled = T("{what}，闵行的", "{what}, of Minhang").fill(what=text)
    with local_words(second().words):
        assert text.zh == "您的户口在示例区吗？"
        assert text.en == "Is your household registered in Sample District?"
        assert filled.zh == "您的户口在示例区吗？，示例的"
    assert text.zh == "您的户口在闵行区吗？"
    assert filled.zh == "您的户口在闵行区吗？，闵行的"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("code = ", "kode = "), "not understood: kode"),
        (("host = ", "hots = "), "not understood: hots"),
        (("name_en = ", "#"), "missing: name_en"),
        (
            ('telephone = "021-0000-0101"', 'telefone = "021-0000-0101"'),
            "departments.federation: not understood: telefone",
        ),
        (('name = "东示例镇"', 'nmae = "东示例镇"'), "town office town_east: not understood: nmae"),
        (('"SD"', '"sample"'), "two capital letters"),
        (('"SD"', '"SL"'), "two capital letters, none of them"),
        (('"SD"', '"MH"'), "another district's already: reference_prefix"),
        (('"clock.intake"', '"clock.nothing"'), "no such figure: clock.nothing"),
        (("[departments.hrss]", "[departments.nobody]"), "no such department: nobody"),
        (('"town_east"', '"east"'), "begins with town_"),
        (("[[towns]]", "[[others]]"), "not understood: others"),
        (('["上海市闵行区", ', "["), "words are pairs"),
        (("code = ", "code = = "), "Expected|Invalid"),
    ],
)
def test_what_does_not_do_is_said_and_nothing_is_changed(tmp_path: Path, change: tuple[str, str], said: str):
    file = tmp_path / "district.toml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("new_district", str(file))
    assert District.objects.count() == 1


def test_without_a_town_office_nobody_could_apply():
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    with pytest.raises(NotFounded, match="at least one town office"):
        found_district(said={**said, "towns": []}, like="minhang", by=CLOCK, now=NOW)


def test_twice_founds_it_once():
    call_command("new_district", str(FILE))
    with pytest.raises(CommandError, match="already"):
        call_command("new_district", str(FILE))
    assert District.objects.count() == 2
    assert Parameter.objects.filter(district__code="sample", name="clock.intake").exists()


def test_its_first_administrator_is_opened_once(capsys: pytest.CaptureFixture[str]):
    made = second()
    call_command("first_administrator", "sample", "sample-admin", "示例管理员")
    assert "sample-admin signs in with: " in capsys.readouterr().out
    post = Post.objects.get(district=made)
    assert (post.role, post.department.code) == (Role.ADMINISTRATOR, "federation")
    assert post.user.password_given_at is not None
    with pytest.raises(CommandError, match="an administrator already"):
        call_command("first_administrator", "sample", "another", "示例")
    assert not User.objects.filter(login="another").exists()
    with pytest.raises(CommandError, match="no district"):
        call_command("first_administrator", "nowhere", "x-1", "示例")
    with pytest.raises(CommandError, match="taken"):
        call_command("first_administrator", "sample", "sample-admin", "示例")


def test_the_administrator_of_one_appoints_nobody_in_the_other():
    made = second()
    with people_of(made):
        theirs = story().cast["federation"]
    ours = story().cast["federation"]
    admin = Post.objects.get(district=made, role=Role.ADMINISTRATOR)
    by = Actor("officer", user=admin.user, post=admin, proved_at=NOW)
    with pytest.raises(NotAllowed):
        appoint(
            user=ours.user, department=district().departments.get(code="hrss"), role=Role.HEAD, since=NOW.date(), by=by,
            now=NOW,
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        appoint(
            user=theirs.user, department=district().departments.get(code="hrss"), role=Role.ADMINISTRATOR,
            since=NOW.date(), by=FOUNDER, now=NOW,
        )  # fmt: skip


def test_the_administrator_of_one_plans_no_deputy_in_the_other():
    made = second()
    with people_of(made):
        theirs, colleague = officer("federation", Role.REVIEWER), officer("federation", Role.REVIEWER)
        administrator = Actor("officer", post=Post.objects.get(district=made, role=Role.ADMINISTRATOR))
    ours = officer("federation", Role.ADMINISTRATOR)
    days = {"since": NOW.date(), "until": NOW.date()}
    for by, expected in ((ours, 0), (administrator, 1)):
        by = Actor("officer", user=by.post.user, post=by.post, proved_at=NOW)
        with suppress(NotAllowed):
            set_deputy(principal=theirs.post, user=colleague.user, by=by, now=NOW, **days)
        assert Deputy.objects.count() == expected
    with pytest.raises(NotAllowed):
        note_absence(user=theirs.user, kind="leave", by=ours, now=NOW, **days)
