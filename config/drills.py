"""`make drill-cluster`, `drill-upgrade`, `soak`: the drills that need a primary, a replica and a pooler of their own.

Everything is started from local programs in a folder that is thrown away; the drills themselves are `manage.py drill …`
(docs/drills.md). The last line is one line of JSON; exit status 1 where a drill was not clean.

    python -m config.drills cluster|upgrade|soak [ARGUMENTS of that drill]
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from config import cluster
from config.env import ROOT

# Behind the pooler: what killed web servers, racing acts and an attacker do there is what they do without it.
BEHIND_POOLER = {
    "crash": ["crash", "--kills", "2"],
    "race": ["race", "--rounds", "1"],
    "tamper": ["tamper"],
    "failover": ["failover"],
}
DRILLS = ("cluster", "upgrade", "soak")


def main(drill: str, arguments: list[str]) -> int:
    """Start the servers, run the drills, say how they ended; 0 where all were clean."""
    if drill != "cluster":
        with cluster.running() as servers:
            return _run(servers, drill, *arguments)
    chosen = arguments or list(BEHIND_POOLER)
    if unknown := set(chosen) - set(BEHIND_POOLER):
        raise SystemExit(f"There is no drill {', '.join(sorted(unknown))}; there are: {', '.join(BEHIND_POOLER)}")
    said: dict[str, object] = {}
    for name in chosen:
        print(f"--- {name}, behind the pooler", flush=True)
        begun = time.monotonic()
        with cluster.running() as servers:
            code = _run(servers, *BEHIND_POOLER[name])
        said[name] = {"clean": code == 0, "seconds": round(time.monotonic() - begun)}
    is_clean = all(one["clean"] for one in said.values())  # type: ignore[index]
    print(json.dumps({"drill": "cluster", "clean": is_clean, **said}), flush=True)
    return 0 if is_clean else 1


def _run(servers: cluster.Servers, *arguments: str) -> int:
    """One drill in a process of its own, which connects to the pooler as an office's processes do."""
    environment = {
        **os.environ, "DATABASE_URL": servers.url(), "LOCK_TIMEOUT_MS": "", "DRILL_SERVERS": str(servers.root),
        "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    for name in ("DATABASE_REPLICA_URL", "DATABASE_URL_FILE", "MODE"):
        environment.pop(name, None)
    command = [sys.executable, "manage.py", "drill", *arguments]
    # Ctrl-C comes to this process alone, which asks the drill to end what it has started before the servers go.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait()
    except BaseException:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(60)
        process.kill()
        raise


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    if sys.argv[1:2] not in [[name] for name in DRILLS]:
        raise SystemExit(f"python -m config.drills {'|'.join(DRILLS)}")
    # SIGINT too: what is started with `&` in a script ignores it, and so would the drills.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    sys.exit(130)
