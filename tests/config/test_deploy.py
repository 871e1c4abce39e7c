"""What `deploy/` says is what there is: commands, settings, packages, and units that systemd can read."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.template.loader import render_to_string
from gunicorn.config import Config

from config import cluster, settings
from config.env import MINIMUM, ROOT
from tests import databases
from web.errors import PAGES

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.*[!d]"))
SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
TIMERS = sorted((DEPLOY / "systemd").glob("*.timer"))
EVERYTHING = sorted([*UNITS, *(DEPLOY / "systemd").glob("*.d/*.conf")])
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# Read by Python, by prometheus_client and by gunicorn, not by the settings.
OTHERS = {"PYTHONUTF8", "PYTHONDONTWRITEBYTECODE", "PROMETHEUS_MULTIPROC_DIR", "PATH"}


def lines(path: Path, key: str) -> list[str]:
    """The values of a setting in a unit, in order."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^{key}=(.*)$", text, re.M)


def names_of(words: str) -> list[str]:
    return [one.partition("=")[0] for one in shlex.split(words)]


def known_to_settings() -> set[str]:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    found = set(re.findall(r'environ(?:\.get\(|\[)\s*"([A-Z_]+)"', source))
    secrets = set(re.findall(r'_(?:secret|keys)\("([A-Z_]+)"', source))
    registers = {f"REGISTER_{code.upper()}_URL" for code in settings.REGISTERS}
    return found | secrets | {f"{name}_FILE" for name in secrets} | registers


def test_there_are_units_for_the_pages_and_for_every_job() -> None:
    names = {path.name for path in UNITS}
    assert {"minhang-web.service", "minhang-web.socket"} <= names
    for job in ("relay", "sweep", "sequence", "backup", "retention", "doctor", "funds", "verify"):
        assert {f"minhang-{job}.service", f"minhang-{job}.timer"} <= names


def test_every_job_has_its_timer_and_every_timer_its_job() -> None:
    jobs = {path.stem for path in SERVICES} - {"minhang-web"}
    assert {path.stem for path in TIMERS} == jobs


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_what_a_service_starts_exists(path: Path) -> None:
    (command,) = lines(path, "ExecStart")
    words = shlex.split(command)
    if words[0].endswith("backup.sh"):
        words = shlex.split((DEPLOY / "backup.sh").read_text(encoding="utf-8").splitlines()[-1].replace("${", "{"))[1:]
        assert words[:3] == [".venv/bin/python", "manage.py", "backup"]
        return
    assert words[0] == "/opt/minhang/.venv/bin/python"
    if words[1] == "manage.py":
        name, rest = words[2], words[3:]
        load_command_class(get_commands()[name], name).create_parser("manage.py", name).parse_args(rest)  # type: ignore[arg-type]
    else:
        assert words[1:4] == ["-m", "gunicorn", "config.wsgi"]
        Config().parser().parse_args(words[3:])


def test_every_variable_is_one_that_the_settings_read() -> None:
    given = {name for path in EVERYTHING for one in lines(path, "Environment") for name in names_of(one)}
    text = (DEPLOY / "minhang.env").read_text(encoding="utf-8")
    given |= set(re.findall(r"^([A-Z_]+)=", text, re.M))
    given |= set(re.findall(r"\b([A-Z_]{4,})=", (DEPLOY / "Containerfile").read_text(encoding="utf-8")))
    assert given - known_to_settings() - OTHERS == set()
    assert {"SECRET_KEY_FILE", "DATABASE_URL_FILE", "DATABASE_REPLICA_URL_FILE", "LOCK_TIMEOUT_MS"} <= given


def test_every_file_of_a_secret_that_is_named_is_handed_over() -> None:
    common = DEPLOY / "systemd" / "minhang-.service.d" / "10-common.conf"
    for path in SERVICES:
        extra = [*(DEPLOY / "systemd" / f"{path.name}.d").glob("*.conf")]
        read = [path, common, *extra]
        handed = {one.partition(":")[0] for each in read for one in lines(each, "LoadCredential")}
        used = {
            word for each in read for one in lines(each, "Environment") for word in re.findall(r"%d/([a-z-]+)", one)
        }
        assert used == handed, path.name


def test_the_operator_is_told_of_every_secret_and_every_file() -> None:
    files = {one.rpartition("/")[2] for path in EVERYTHING for one in lines(path, "LoadCredential")}
    assert {name for name in files if f"`{name}`" not in OPERATIONS} == set()
    shown = [path for path in DEPLOY.rglob("*") if path.is_file() and "systemd" not in path.parts]
    told = {str(path.relative_to(DEPLOY)) for path in shown}
    assert {name for name in told if name not in OPERATIONS} == set()


def test_every_job_may_write_only_where_it_says() -> None:
    text = (DEPLOY / "systemd" / "minhang-.service.d" / "10-common.conf").read_text(encoding="utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text
    for path in SERVICES:
        # A folder belongs to one account: systemd gives it to whoever starts last.
        wanted = {"minhang-sequence": ["minhang-ledger"], "minhang-backup": []}.get(path.stem, ["minhang"])
        assert lines(path, "StateDirectory") == wanted, path.name
        assert lines(path, "User") == ["minhang-sequencer" if path.stem == "minhang-sequence" else "minhang"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here: the tests above read the units")
def test_systemd_can_read_the_units(tmp_path: Path) -> None:
    for path in EVERYTHING:
        there = tmp_path / path.relative_to(DEPLOY / "systemd")
        there.parent.mkdir(exist_ok=True)
        there.write_text(path.read_text(encoding="utf-8").replace("/opt/minhang", str(ROOT)), encoding="utf-8")
    said = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / path.name) for path in UNITS)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert [line for line in said.stderr.splitlines() if "minhang" in line] == []


def test_a_backup_links_to_the_newest_before_it(tmp_path: Path) -> None:
    python, backups = tmp_path / ".venv" / "bin" / "python", tmp_path / "backups"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    backups.mkdir()

    def asked() -> list[str]:
        given = {"BACKUP_DIR": str(backups), "PATH": os.environ["PATH"]}
        return subprocess.check_output([DEPLOY / "backup.sh"], cwd=tmp_path, env=given, text=True).split()

    assert asked() == ["manage.py", "backup", str(backups)]
    for name in ("20261125-023000", "20261124-023000", "20261126-023000.unfinished", "lost+found"):
        (backups / name).mkdir()
    assert asked() == ["manage.py", "backup", str(backups), "--after", str(backups / "20261125-023000")]


def test_the_image_has_every_package_and_no_others() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY ([a-z]+) \1$", text, re.M))
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {
        path.parent.name for path in ROOT.glob("*/apps.py")
    }
    assert copied == (ours - {"tests", "benchmarks"}) | {"static", "templates", "config", "deploy"}
    assert set(re.findall(r"python:(\d+\.\d+)-", text)) == {".".join(map(str, MINIMUM))}
    assert "pip install --no-cache-dir --disable-pip-version-check -r requirements.txt" in text
    command = re.search(r"^CMD (\[.*\])$", text, re.M)
    assert command is not None
    Config().parser().parse_args(json.loads(command[1])[1:])


@pytest.mark.parametrize("name", ["primary.conf", "replica.conf"])
def test_every_setting_of_postgresql_exists(name: str) -> None:
    text = (DEPLOY / "postgresql" / name).read_text(encoding="utf-8")
    given = set(re.findall(r"^#?([a-z_]+) = ", text, re.M))
    assert len(given) > 8
    assert given - {row[0] for row in databases.sql("SELECT name FROM pg_settings")} == set()


class TestThePooler:
    def shared(self) -> configparser.ConfigParser:
        read = configparser.ConfigParser(interpolation=None, strict=True)
        read.read(DEPLOY / "pgbouncer" / "pgbouncer.ini")
        return read

    def test_a_connection_belongs_to_a_client_for_one_transaction(self) -> None:
        assert self.shared()["pgbouncer"]["pool_mode"] == "transaction"

    def test_a_promotion_is_a_pause_and_no_error(self) -> None:
        given = self.shared()["pgbouncer"]
        assert int(given["query_wait_timeout"]) >= 15 > int(given["server_login_retry"])
        assert int(given["query_wait_timeout"]) < 30  # gunicorn's and the proxy's patience

    def test_the_drill_runs_what_an_office_runs_but_for_places_and_passwords(self, tmp_path: Path) -> None:
        read = configparser.ConfigParser(interpolation=None)
        read.read_string(cluster.written(tmp_path, {"reads.x": Path("/b"), "*": Path("/a")}))
        assert dict(read["databases"]) == {"reads.x": "host=/b port=5432 dbname=x", "*": "host=/a port=5432"}
        own, shared = read["pgbouncer"], self.shared()["pgbouncer"]
        places = {
            "listen_addr",
            "unix_socket_dir",
            "auth_type",
            "auth_file",
            "logfile",
            "pidfile",
            "server_tls_sslmode",
            "server_tls_ca_file",
        }
        assert {key for key in shared if own.get(key) != shared[key]} <= places


def test_a_pooler_that_is_missing_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_found", lambda: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(cluster.CannotStart, match="apt-get install -y --no-install-recommends pgbouncer"):
        cluster.pgbouncer()


def test_the_proxys_file_is_one_that_nginx_reads(tmp_path: Path):
    """What belongs to `http` stands outside of the servers; where nginx is there, it reads the file itself."""
    text = re.sub("#.*", "", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"))
    depth, outside, inside = 0, set(), set()
    for word, brace in re.findall(r"(\w+)[^;{}]*([;{])|\}", text.replace("}", "};")):
        (inside if depth else outside).add(word)
        depth += {"{": 1, ";": 0, "": -1}[brace]
    assert depth == 0
    assert {"upstream", "log_format", "server"} <= outside
    assert not {"upstream", "log_format"} & inside
    limit = re.search(r"client_max_body_size (\d+)m;", text)
    assert limit is not None
    assert int(limit[1]) * 2**20 == settings.LARGEST_REQUEST
    if (nginx := shutil.which("nginx")) and (openssl := shutil.which("openssl")):
        certificate = [tmp_path / "fullchain.pem", tmp_path / "key.pem"]
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-out", certificate[0], "-keyout", certificate[1]],
            check=True, capture_output=True,
        )  # fmt: skip
        for old, new in (("/etc/ssl/minhang", tmp_path), ("/var/log/nginx", tmp_path)):
            text = text.replace(old, str(new))
        (tmp_path / "nginx.conf").write_text(
            f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {text} }}"
        )
        told = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, check=False)
        assert told.returncode == 0, told.stderr


@pytest.mark.parametrize(("name", "page"), [("413", "too_large"), ("50x", "wrong")])
def test_the_proxys_own_pages_say_what_ours_say(name: str, page: str):
    title, text = PAGES[page]
    written = (DEPLOY / "pages" / f"{name}.html").read_text(encoding="utf-8")
    assert written == render_to_string("errors/plain.html", {"title": title, "text": text})
    assert f"/{name}.html" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
