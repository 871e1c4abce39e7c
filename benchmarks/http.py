"""`python -m benchmarks.http [N]`: a signature over HTTP, here and on stock viewflow, with 1, 8 and 32 officers at once.

Both are served by gunicorn as `make run` serves (two workers of four threads), on one database that does not wait for the
disk. A signature is two requests, as the officer sends them: take the case on, and sign it; on stock viewflow `assign` and
`execute` of its own views, with guardian's per-object rows (`benchmarks/stock`). Ours does what a sign-off does: second
factor and post asked for at each request, duties, judgements, clocks, record, hash, messages. In turns of some forty
signatures, so that a slow minute hits both. The officers are threads of one process on the same machine.

The last line is JSON: signatures a second of each, and how many times stock viewflow's rate ours is.
"""

import http.client
import json
import os
import secrets
import statistics
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any

from config import postgres

os.environ.setdefault("DATABASE_URL", postgres.ensure("postgres-test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.stock.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from accounts.models import User  # noqa: E402
from benchmarks.stock.flows import STEPS, AdmissionFlow  # noqa: E402
from casework.judgements import sheet  # noqa: E402
from casework.models import Case, Task  # noqa: E402
from flows.drills import scratch  # noqa: E402
from flows.drills.places import HANDLER, Stage  # noqa: E402
from flows.drills.scene import ADMISSION, Scene  # noqa: E402
from flows.drills.serving import Server  # noqa: E402
from tests.web.signing_in import signed_in  # noqa: E402

CLIENTS = (1, 8, 32)
BLOCK = 40
STEP = "federation_review"
Sign = Callable[["Line"], None]


class Line:
    """One officer's connection, kept open, with the session's cookies."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = secrets.token_hex(16)
        self.cookies = f"sessionid={session}; csrftoken={self.token}"

    def post(self, path: str, fields: dict[str, Any]) -> None:
        """Raises RuntimeError where it is not answered with a redirect: then nothing was signed."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self.token})
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 302:
            raise RuntimeError(f"{path.rsplit('/', 2)[-2]}: {answer.status} {text[-9000:].decode(errors='replace')}")


def main(number: int) -> None:
    with scratch.served() as (url, folder):
        call_command("migrate", verbosity=0)
        ours, stock = Ours(number), Stock(number)
        connection.close()
        plain = {"LOG_FORMAT": "plain"}
        took: dict[tuple[str, int], list[float]] = {}
        with (
            Server(url, folder, more={**plain, "DJANGO_SETTINGS_MODULE": "config.settings"}) as here,
            Server(
                url,
                folder,
                more={**plain, "DJANGO_SETTINGS_MODULE": "benchmarks.stock.settings"},
                application="benchmarks.stock.wsgi",
                ready="/accounts/login/",
            ) as there,
        ):
            for clients in CLIENTS:
                for _ in range(number // (BLOCK * len(CLIENTS))):
                    for who, server in ((ours, here), (stock, there)):
                        seconds = signed_together(
                            who.next(BLOCK), [Line(server.port, who.session) for _ in range(clients)]
                        )
                        took.setdefault((who.name, clients), []).append(BLOCK / seconds)
    found: dict[str, float] = {}
    for clients in CLIENTS:
        one, other = (statistics.median(took[name, clients]) for name in ("ours", "stock"))
        print(f"{clients:>3} officers: {one:6.1f} signatures a second, stock viewflow {other:6.1f}")
        found |= {
            f"ours_a_second_{clients}": round(one, 1), f"stock_a_second_{clients}": round(other, 1),
            f"ours_over_stock_viewflow_{clients}": round(one / other, 2),
        }  # fmt: skip
    print(json.dumps(found))


def signed_together(work: list[Sign], lines: list[Line]) -> float:
    """Seconds until all is signed, with every line at work."""
    waiting: SimpleQueue[Sign] = SimpleQueue()
    for one in work:
        waiting.put(one)
    wrong: list[Exception] = []

    def sign(line: Line) -> None:
        try:
            while True:
                waiting.get_nowait()(line)
        except Empty:
            pass
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=sign, args=(line,)) for line in lines]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise wrong[0]
    return time.perf_counter() - begun


class Ours:
    """Cases at the federation's review, and its reviewer's session."""

    name = "ours"

    def __init__(self, number: int) -> None:
        scene = Scene("b")
        scene.everybody()
        self.left: list[Sign] = []
        by = scene[HANDLER[STEP]]
        for _ in range(number // len(CLIENTS) // BLOCK * len(CLIENTS) * BLOCK):
            stage = Stage(scene, scene.begin(ADMISSION, scene.person(), now()).pk, now()).to(STEP)
            case = Case.objects.select_related("person__key").get(pk=stage.case_id)
            task = Task.objects.get(process=case, finished=None)
            judged = {f"j-{one.rule.rule}": "met" for one in sheet(case, "federation")[0]}
            reasons = {f"r-{one.rule.rule}": "示例" for one in sheet(case, "federation")[0]}
            form = {"task": task.pk, "seen": case.version, "do": "approve", "opinion": "同意。", **judged, **reasons}
            self.left.append(_signing(case.shown_reference, task.pk, form))
        self.session = signed_in(by).cookies[settings.SESSION_COOKIE_NAME].value

    def next(self, number: int) -> list[Sign]:
        some, self.left = self.left[:number], self.left[number:]
        return some


def _signing(reference: str, task: int, form: dict[str, Any]) -> Sign:
    def sign(line: Line) -> None:
        line.post(f"/work/cases/{reference}/claim/", {"task": task})
        line.post(f"/work/cases/{reference}/sign/", form)

    return sign


class Stock:
    """Processes of stock viewflow at their first step, and a session of the officer of that department's group."""

    name = "stock"

    def __init__(self, number: int) -> None:
        what = ContentType.objects.get_for_model(AdmissionFlow.process_class)
        Permission.objects.get_or_create(codename="sign", content_type=what, defaults={"name": "May sign this process"})
        user = User.objects.create(login="stock-federation", display_name="示例", kind="officer")
        user.user_permissions.add(Permission.objects.get(codename="view_process", content_type=what))
        for step in STEPS:
            group, _ = Group.objects.get_or_create(name=step)
            if step == STEPS[0]:
                user.groups.add(group)
        self.left: list[Sign] = []
        for _ in range(number):
            process = AdmissionFlow.start.run()
            task = process.task_set.get(finished=None)
            self.left.append(_executing(process.pk, task.pk))
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value

    def next(self, number: int) -> list[Sign]:
        some, self.left = self.left[:number], self.left[number:]
        return some


def _executing(process: int, task: int) -> Sign:
    def sign(line: Line) -> None:
        base = f"/admission/{process}/{STEPS[0]}/{task}"
        line.post(f"{base}/assign/", {})
        line.post(f"{base}/execute/", {"data": json.dumps({"opinion": "同意。"}), "_viewflow_activation-started": ""})

    return sign


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 720)
