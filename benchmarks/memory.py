"""`python -m benchmarks.memory [N]`: what each process of an office has in memory for itself.

Two web servers as `make run` serves (two workers of four threads each) on the demonstration, before the first page and after N
requests: applicants, officers, supervision and nobody in particular walk through the pages, the leaflet is made that loads fonts,
officers sign over HTTP. Beside them, each with as many requests as one of the two: a server of stock viewflow (`benchmarks/stock`,
which has our models too), asked for its own pages and signatures, and one of Django alone (`benchmarks/bare.py`). Then the jobs,
one by one, and `assess` with 10,000 lines.

MB are what a process has for itself (USS, 10^6 bytes): what it shares with others (the interpreter's code, the database's
buffers) is not in it. A job's peak is the largest of a look every 20 ms; `ru_maxrss` would count what this process had when
it started the job. The last line is JSON, with the largest process of each kind.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.stock.settings")

import django  # noqa: E402

django.setup()

import psutil  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.http import Line, Ours, Stock, signed_together  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.serving import ROOT, Server  # noqa: E402
from flows.drills.signing import password_of  # noqa: E402
from flows.drills.soak import JOBS, RARE, private_mb, visitors  # noqa: E402
from flows.drills.visitor import Forms, Officer, Roaming  # noqa: E402
from flows.drills.walking import Walker  # noqa: E402
from policy.samples import SAMPLES  # noqa: E402

SIGNATURES: Final = 120
LINES: Final = 10_000
LOOK_EVERY: Final = 0.02  # seconds
PATIENCE: Final = 900  # seconds for all the walks
STOCK_SIGNS_IN, STOCK_LOGIN, PASSWORD = "/accounts/login/", "stock-federation", "stock-viewflow-1"


def main(requests: int) -> None:
    with scratch.served() as (url, folder), ExitStack() as serving:
        call_command("migrate", verbosity=0)
        ours = [Server(url, folder, more=_more(folder, f"web-{number}", "config.settings")) for number in (1, 2)]
        (folder / "static").mkdir()
        ours[0].manage("demo", "-v0")
        stock = Server(
            url, folder, more=_more(folder, "stock", "benchmarks.stock.settings"),
            application="benchmarks.stock.wsgi", ready=STOCK_SIGNS_IN,
        )  # fmt: skip
        bare = Server(url, folder, more=_more(folder, "bare", ""), application="benchmarks.bare", ready="/")
        for server in (*ours, stock, bare):
            serving.enter_context(server)
        found = of_office(ours, requests)
        share = requests // len(ours)
        warm_stock(stock, share)
        walked([Walker(Roaming([bare.origin], ""), ("/",), seed, 0) for seed in range(9)], share)
        for name, server in (("stock_viewflow", stock), ("bare_django", bare)):
            print(f"{name} after {share:,}: {_words([server])}", flush=True)
            found[f"{name}_mb"] = max(workers(server))
            found[f"worker_over_{name}"] = found["worker_mb"] / found[f"{name}_mb"]
        for job in JOBS:
            found[f"{job}_mb"] = peak(ours[0], job)
        found["assess_mb"] = peak(ours[0], "assess", str(_lines(folder)))
    for name, figure in found.items():
        print(f"{name:<28}{figure:8.1f}")
    print(json.dumps({name: round(figure, 2 if "_over_" in name else 1) for name, figure in found.items()}))


def of_office(servers: Sequence[Server], requests: int) -> dict[str, float]:
    """MB of the web servers' processes and of those of the database that serve them."""
    print(f"before the first page: {_words(servers)}", flush=True)
    cold = min(mb for server in servers for mb in workers(server))  # another has said already that it is ready
    warm_ours(servers, requests)
    print(f"after {requests:,} requests: {_words(servers)}", flush=True)
    warm = max(mb for server in servers for mb in workers(server))
    return {"cold_worker_mb": cold, "worker_mb": warm, "master_mb": max(map(master, servers)), **backends()}


def _more(folder: Path, name: str, settings: str) -> dict[str, str]:
    """Its environment, with a folder for what its workers count together, as `make run` gives one."""
    (metrics := folder / name).mkdir()
    return {"LOG_FORMAT": "plain", "DJANGO_SETTINGS_MODULE": settings, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}


# --- what it reads


def master(server: Server) -> float:
    """MB of the process that keeps the workers."""
    assert server.process is not None
    return _mb(psutil.Process(server.process.pid))


def workers(server: Server) -> list[float]:
    """MB of each worker."""
    assert server.process is not None
    return [_mb(one) for one in psutil.Process(server.process.pid).children()]


def backends() -> dict[str, float]:
    """MB of the database's processes that serve the web servers; empty where it runs elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        found = [mb for (pid,) in cursor.fetchall() if (mb := max(private_mb(pid)))]
    print(f"{len(found)} database backends", flush=True)
    return {"backend_mb": max(found), "backend_mean_mb": sum(found) / len(found)} if found else {}


def peak(server: Server, *command: str) -> float:
    """The most MB that a management command has while it runs."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=server.environment, stdout=subprocess.DEVNULL
    )
    most = 0.0
    while process.poll() is None:
        most = max(most, *private_mb(process.pid))
        time.sleep(LOOK_EVERY)
    if process.returncode:
        raise RuntimeError(f"manage.py {command[0]} ended with {process.returncode}")
    return most


def _mb(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss / 1e6)


def _words(servers: Sequence[Server]) -> str:
    return "; ".join(
        f"master {master(one):.0f} MB, workers {', '.join(f'{mb:.0f}' for mb in workers(one))}" for one in servers
    )


# --- what warms them up


def warm_ours(servers: Sequence[Server], requests: int) -> None:
    """Everybody walks and signs, until all servers together have answered so many."""
    officers = Ours(SIGNATURES)
    for server in servers:
        for _ in range(4):  # so that each worker is met
            Officer(server.origin, "").ask(RARE)
    walked(list(visitors(servers, password_of(servers[0]), pause=0)), requests - 2 * SIGNATURES)
    for server in servers:
        half = officers.next(SIGNATURES // len(servers))
        signed_together(half, [Line(server.port, officers.session) for _ in range(8)])


def warm_stock(server: Server, requests: int) -> None:
    """The same for the pages of stock viewflow, as one server's share."""
    officers = Stock(SIGNATURES)
    signed_together(officers.next(SIGNATURES // 2), [Line(server.port, officers.session) for _ in range(8)])
    user = User.objects.get(login=STOCK_LOGIN)
    user.set_password(PASSWORD)  # which ends the session that signed
    user.save()
    walkers = [Walker(_at_stock(server), ("/", "/admission/", "/admission/flows/"), seed, 0) for seed in range(9)]
    walked(walkers, requests - SIGNATURES)


def _at_stock(server: Server) -> Roaming:
    visitor = Roaming([server.origin], "")
    [form, *_] = Forms(visitor.ask(STOCK_SIGNS_IN)[1]).found  # its fields are elements of viewflow's own
    status, _ = visitor.ask(STOCK_SIGNS_IN, {**form.fields, "username": STOCK_LOGIN, "password": PASSWORD})
    if status != 302:
        raise RuntimeError(f"Signing in to stock viewflow answered {status}.")
    return visitor


def walked(walkers: Sequence[Walker], requests: int) -> None:
    """They walk until all have asked so many. Raises RuntimeError where a page fails, or it takes too long."""
    deadline = time.monotonic() + PATIENCE
    for one in walkers:
        one.start()
    while sum(one.visitor.asked for one in walkers) < requests and time.monotonic() < deadline:
        time.sleep(0.05)
    for one in walkers:
        one.ending.set()
    for one in walkers:
        one.join(60)
    if failed := [said for one in walkers for said in one.visitor.failed]:
        raise RuntimeError(f"{len(failed)} requests failed: {failed[:3]}")
    if (asked := sum(one.visitor.asked for one in walkers)) < requests:
        raise RuntimeError(f"Only {asked} of {requests} requests were answered in {PATIENCE} s.")
    answers = sum((one.answers for one in walkers), start=type(walkers[0].answers)())
    print(f"walked: {dict(answers)}", flush=True)


def _lines(folder: Path) -> Path:
    """A file of claims, the guides' examples by turns."""
    day = localdate()
    every = [{"type": code, "as_of": day.isoformat(), "facts": facts(day)} for code, (_, facts) in SAMPLES.items()]

    def lines() -> Iterator[str]:
        for number in range(LINES):
            yield json.dumps({"id": f"{number}", **every[number % len(every)]}) + "\n"

    (file := folder / "claims.jsonl").write_text("".join(lines()), encoding="utf-8")
    return file


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_500)
