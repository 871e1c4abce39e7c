"""The event log: XES and OCEL 2.0 as their standards say, read back by other means; nobody's name is in it; recorded."""

import hashlib
import importlib.util
import io
import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Role
from casework.models import Action, Case
from oversight import event_log
from tests.factories import Story, officer, person, story

pytestmark = pytest.mark.django_db
XES = "{http://www.xes-standard.org/}"
VALUES = {"string", "date", "int", "float", "boolean", "id", "list", "container"}
PERIOD = ["--since", "2026-01-01", "--until", "2027-12-31"]


@pytest.fixture
def told() -> list[Story]:
    first, second = story(who=person("独名示例")).to("hrss_review"), story()
    first.now = second.now
    return [first, second]


def written(path: Path, form: str, *more: str) -> str:
    by = officer("supervision", Role.SUPERVISOR)
    out = io.StringIO()
    call_command("export_log", f"--{form}", str(path), "--by", by.user.login, *PERIOD, *more, stdout=out)
    return path.read_text(encoding="utf-8")


def acts() -> Counter[str]:
    return Counter(Action.objects.filter(subject_kind="case").values_list("event", flat=True))


def test_xes_holds_every_act_of_every_case_in_order(told: list[Story], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(event_log, "PAGE", 1)
    text = written(tmp_path / "log.xes", "xes")
    log = ElementTree.fromstring(text)  # noqa: S314  our own file
    assert (log.tag, log.attrib["xes.version"]) == (f"{XES}log", "1849.2016")
    # The order of the schema: extensions, globals, classifiers, attributes, traces.
    kinds = [one.tag.removeprefix(XES) for one in log]
    order = ["extension", "global", "classifier", *sorted(VALUES), "trace"]
    rank = [2.5 if kind in VALUES else order.index(kind) if kind != "trace" else 99 for kind in kinds]
    assert rank == sorted(rank)
    declared = {one.attrib["prefix"] for one in log.iter(f"{XES}extension")}
    for node in log.iter():
        if node.tag.removeprefix(XES) in VALUES:
            assert set(node.attrib) == {"key", "value"}
            assert ":" not in node.attrib["key"] or node.attrib["key"].split(":")[0] in declared
        keys = [child.attrib["key"] for child in node if "key" in child.attrib]
        assert len(keys) == len(set(keys))
    traces = log.findall(f"{XES}trace")
    assert len(traces) == Case.objects.count()
    found = Counter[str]()
    for trace in traces:
        told_of = [{one.attrib["key"]: one.attrib["value"] for one in event} for event in trace.findall(f"{XES}event")]
        moments = [datetime.fromisoformat(one["time:timestamp"]) for one in told_of]
        assert moments == sorted(moments)
        assert all({"concept:name", "time:timestamp", "lifecycle:transition"} <= set(one) for one in told_of)
        found.update(one["event"] for one in told_of)
    assert found == acts()
    names = {one.attrib["value"] for one in log.iter(f"{XES}string") if one.attrib["key"] == "concept:name"}
    assert {"submitted", "federation_intake accepted", "federation_review agreed"} <= names


def test_ocel_is_as_its_schema_says(told: list[Story], tmp_path: Path):
    log = json.loads(written(tmp_path / "log.json", "ocel"))
    assert list(log) == ["objectTypes", "eventTypes", "objects", "events"]
    types = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log["objectTypes"]}
    events = {one["name"]: {a["name"]: a["type"] for a in one["attributes"]} for one in log["eventTypes"]}
    assert {kind for one in (*types.values(), *events.values()) for kind in one.values()} <= {
        "string",
        "time",
        "integer",
        "float",
        "boolean",
    }
    ids = {one["id"] for one in log["objects"]}
    assert len(ids) == len(log["objects"])
    assert len({one["id"] for one in log["events"]}) == len(log["events"])
    for one in (*log["objects"], *log["events"]):
        known = types if one in log["objects"] else events
        assert {a["name"] for a in one["attributes"]} <= set(known[one["type"]])
        assert {a["objectId"] for a in one["relationships"]} <= ids
        assert all(a["qualifier"] for a in one["relationships"])
    for one in log["objects"]:
        assert set(one) == {"id", "type", "attributes", "relationships"}
        assert all(
            set(a) == {"name", "time", "value"} and datetime.fromisoformat(a["time"]).tzinfo for a in one["attributes"]
        )
    for one in log["events"]:
        assert set(one) == {"id", "type", "time", "attributes", "relationships"}
        assert datetime.fromisoformat(one["time"]).tzinfo
        assert [a["objectId"] for a in one["relationships"] if a["qualifier"] == "of"]
    assert Counter(one["type"] for one in log["events"]) == acts()
    assert sum(one["type"] == "case" for one in log["objects"]) == Case.objects.count()


def test_nobody_is_named_and_the_export_is_recorded(told: list[Story], tmp_path: Path):
    for form in ("xes", "ocel"):
        text = written(tmp_path / form, form)
        assert (tmp_path / form).stat().st_mode & 0o777 == 0o600
        assert [one.name for one in tmp_path.glob("*.part")] == []
        for case in Case.objects.all():
            assert case.reference not in text
            assert case.shown_reference not in text
            assert case.applicant_name not in text
        for one in told[0].cast.people.values():
            assert one.user.login not in text
            assert one.user.display_name not in text
        assert "federation.reviewer." in text
    recorded = Action.objects.filter(event="log_exported").order_by("pk")
    assert [one.details["form"] for one in recorded] == ["xes", "ocel"]
    noted = [one.details["file"] for one in Action.objects.filter(event="file_taken").order_by("pk")]
    assert noted == [hashlib.sha256((tmp_path / form).read_bytes()).hexdigest() for form in ("xes", "ocel")]
    only = written(tmp_path / "none", "xes", "--measure", "tuition_subsidy")
    assert "<trace>" not in only


def test_whoever_is_no_supervisor_takes_nothing_and_wrong_words_are_said(told: list[Story], tmp_path: Path):
    other = officer("federation", Role.HEAD)
    wrong = (
        ["--xes", str(tmp_path / "a"), "--by", other.user.login], ["--xes", str(tmp_path / "a"), "--by", "nobody"],
        ["--xes", str(tmp_path / "no" / "a"), "--by", officer("supervision", Role.AUDITOR).user.login],
        ["--xes", str(tmp_path / "a"), "--by", officer("supervision", Role.AUDITOR).user.login, "--measure", "nothing"],
    )  # fmt: skip
    for words in wrong:
        with pytest.raises(CommandError):
            call_command("export_log", *words)
    assert not (tmp_path / "a").exists()
    assert not Action.objects.filter(event="log_exported").exists()


def test_the_statements_grow_with_pages_alone(told: list[Story], django_assert_num_queries):
    wanted = event_log.Wanted(told[0].case.district_id, date(2026, 1, 1), date(2027, 12, 31))
    with django_assert_num_queries(3):  # the cases, their acts, and that no page follows
        "".join(event_log.xes(wanted))


READ_BACK = """
import sys, pm4py
log = pm4py.read_xes(sys.argv[1])
ocel = pm4py.read_ocel2_json(sys.argv[2])
print("READ", log["case:concept:name"].nunique(), len(log), len(ocel.events), int((ocel.objects["ocel:type"] == "case").sum()))
"""


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("pm4py") is None, reason="requirements-process.txt is not installed")
def test_pm4py_reads_both_back(told: list[Story], tmp_path: Path):
    written(tmp_path / "log.xes", "xes")
    written(tmp_path / "log.json", "ocel")
    given = [sys.executable, "-c", READ_BACK, str(tmp_path / "log.xes"), str(tmp_path / "log.json")]
    said = subprocess.run(given, capture_output=True, text=True, check=True).stdout
    many, cases = acts().total(), Case.objects.count()
    assert f"READ {cases} {many} {many} {cases}" in said
