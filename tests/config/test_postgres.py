"""The launcher keeps what it promises, on a throw-away cluster in a folder that is removed afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config import postgres
from config.postgres import DATABASE, SUPERUSER, CannotStart, Cluster
from tests.databases import answer

START = """
import sys, pathlib
from config.postgres import Cluster
print(Cluster("tried", pathlib.Path(sys.argv[1]), {"fsync": "off", "shared_buffers": "16MB"}).ensure())
"""
FAST = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture(scope="module")
def checkout() -> Iterator[Path]:
    """A short folder that the database's account can enter, as pytest's own is not when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="c", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    Cluster("tried", folder).remove()
    shutil.rmtree(folder)


@pytest.fixture
def cluster(checkout: Path) -> Cluster:
    cluster = Cluster("tried", checkout, FAST)
    cluster.ensure()
    return cluster


def query(cluster: Cluster, statement: str) -> list[Any]:
    return answer(statement, host=str(cluster.home), user=SUPERUSER, dbname=DATABASE)


def test_a_new_cluster_answers_and_is_closed_to_others(cluster: Cluster) -> None:
    assert cluster.home == cluster.root / "var" / "tried"
    assert cluster.is_running()
    assert cluster.home.stat().st_mode & 0o077 == 0
    assert query(cluster, "SHOW listen_addresses") == [("",)]
    assert query(cluster, "SHOW timezone") == [("UTC",)]
    encodings = query(cluster, "SELECT DISTINCT pg_encoding_to_char(encoding), datcollate FROM pg_database")
    assert encodings == [("UTF8", "C.UTF-8")]


def test_two_callers_at_once_get_one_server(cluster: Cluster) -> None:
    cluster.stop()
    assert not cluster.is_running()
    command = [sys.executable, "-c", START, str(cluster.root)]
    callers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=postgres.ROOT) for _ in range(2)]
    assert [caller.communicate()[0].strip() for caller in callers] == [cluster.url] * 2
    assert list(cluster._processes().values()).count(True) == 1


def test_a_killed_server_comes_back_with_its_data(cluster: Cluster) -> None:
    query(cluster, "CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number")
    (postmaster,) = (pid for pid, is_postmaster in cluster._processes().items() if is_postmaster)
    os.kill(postmaster, signal.SIGKILL)
    assert cluster.ensure() == cluster.url
    assert query(cluster, "SELECT number FROM kept") == [(7,)]


def test_a_backend_that_outlives_its_server_does_not_stop_the_next(cluster: Cluster) -> None:
    busy = psycopg2.connect(host=str(cluster.home), user=SUPERUSER, dbname=DATABASE)
    (postmaster,) = (pid for pid, is_postmaster in cluster._processes().items() if is_postmaster)
    os.kill(busy.info.backend_pid, signal.SIGSTOP)  # as one deep in a computation, it does not notice
    os.kill(postmaster, signal.SIGKILL)
    cluster.ensure()
    assert cluster.is_running()
    busy.close()


def test_a_pid_file_that_names_a_stranger_does_not_stop_a_start(cluster: Cluster) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop()
    pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
    os.chown(pid_file, cluster.uid, cluster.gid)
    try:
        cluster.ensure()
        assert cluster.is_running()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_half_made_cluster_is_made_anew(cluster: Cluster) -> None:
    cluster.stop()
    cluster.data.rename(cluster.home / "data.new")
    (cluster.home / "data.new" / "PG_VERSION").unlink()
    cluster.ensure()
    assert cluster.is_running()
    assert not (cluster.home / "data.new").exists()


def test_data_of_another_major_version_is_left_alone(cluster: Cluster) -> None:
    cluster.stop()
    version = cluster.data / "PG_VERSION"
    recorded = version.read_text()
    version.write_text("9\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 9, and only this runs here"):
        cluster.ensure()
    version.write_text(recorded)
    cluster.ensure()


def test_a_long_or_closed_path_moves_the_data_to_a_short_private_folder(tmp_path: Path) -> None:
    long = tmp_path / ("a-long-name-" * 6)
    cluster = Cluster("tried", long, FAST)
    try:
        assert cluster.home.parent == cluster.private
        assert len(bytes(cluster.home / ".s.PGSQL.5432")) <= postgres.LONGEST_SOCKET
        cluster.ensure()
        assert cluster.is_running()
        assert not long.exists()
    finally:
        cluster.remove()
    assert not cluster.private.exists()


def test_stop_ends_every_process_and_may_be_said_twice(cluster: Cluster) -> None:
    begun = time.monotonic()
    cluster.stop()
    cluster.stop()
    assert cluster._processes() == {}
    assert time.monotonic() - begun < 10
