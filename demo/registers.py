"""The simulator of the registers (登记系统模拟器): a small HTTP server that knows the demonstration's invented people.

Standard library alone; `python -m demo.registers PORT` serves it, `make run` starts it, `manage.py registers` switches it.
The file MODES says how each register behaves: down (503), slow (beyond every time-out), garbage, large; else it answers.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from demo.invented import APPLICANTS, CERTIFIED_UNTIL, number_of

ROOT = Path(__file__).resolve().parent.parent
MODES = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "registers.json"
HOW = ("down", "slow", "garbage", "large")
SLOW_SECONDS = 8.0
LONGEST_ASK = 4096
OTHERS_ACCOUNT = "6299"  # an account that begins so is somebody else's, so that the demonstration shows that too
# Who works flexibly, by place in the list, and for how many months the insurance was paid.
FLEXIBLE = {0: 5, 3: 6, 7: 7, 11: 9, 16: 4, 18: 8}
PATHS = {
    "/identity": "identity", "/disability-certificate": "disability_certificate",
    "/social-insurance": "social_insurance", "/bank-account": "bank_account",
}  # fmt: skip


def answer(register: str, asked: dict[str, Any], today: date) -> dict[str, Any]:
    """What the register says of an invented person; `found` is false for anybody else."""
    if register == "bank_account":
        account = str(asked.get("account", ""))
        return {"found": account.startswith("62"), "matches": not account.startswith(OTHERS_ACCOUNT)}
    places = {number_of(place): place for place in range(len(APPLICANTS))}
    place = places.get(str(asked.get("number", "")))
    return {"found": False} if place is None else {"found": True, **_ANSWERS[register](place, today)}


def _identity(place: int, today: date) -> dict[str, Any]:
    _, born, town, _ = APPLICANTS[place]
    return {
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}", "gender": "female" if place % 2 else "male",
        "district_resident": bool(town),
    }  # fmt: skip


def _certificate(place: int, today: date) -> dict[str, Any]:
    kind, level = APPLICANTS[place][3]
    return {
        "number": number_of(place) + kind + level, "kind": kind, "level": level,
        "valid_until": CERTIFIED_UNTIL.isoformat(),
    }  # fmt: skip


def _insurance(place: int, today: date) -> dict[str, Any]:
    return {"flexible_employment": place in FLEXIBLE, "months": insured(place, today)}


def insured(place: int, today: date) -> list[dict[str, Any]]:
    """The last months, newest last; of the oldest one the contribution came late."""
    count, rows = FLEXIBLE.get(place, 0), []
    for back in range(count, 0, -1):
        months = today.year * 12 + today.month - 1 - back
        rows.append({"month": f"{months // 12}-{months % 12 + 1:02d}", "paid_on_time": back < 9, "paid_in_full": True})
    return rows


_ANSWERS: dict[str, Callable[[int, date], dict[str, Any]]] = {
    "identity": _identity, "disability_certificate": _certificate, "social_insurance": _insurance,
}  # fmt: skip


class Registers(ThreadingHTTPServer):
    """All registers on one port. `modes` names the file that says how they behave, or holds that itself;
    `on` is their day, else today.
    """

    daemon_threads = True

    def __init__(self, port: int, modes: Path | dict[str, str] = MODES, on: date | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.modes, self.on = modes, on
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def mode_of(self, register: str) -> str:
        if isinstance(self.modes, dict):
            return self.modes.get(register, "")
        return modes_in(self.modes).get(register, "")


def modes_in(path: Path) -> dict[str, str]:
    """How the registers behave by the file; nothing where there is none."""
    try:
        found: dict[str, str] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


class _Handler(BaseHTTPRequestHandler):
    server: Registers

    def do_POST(self) -> None:  # noqa: N802  the library's name
        register = PATHS.get(self.path, "")
        length = int(self.headers.get("Content-Length") or 0)
        asked = self.rfile.read(min(length, LONGEST_ASK))
        self.server.asked.append(register)
        mode = self.server.mode_of(register)
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        if not register:
            self._send(404, b"{}")
        elif mode == "down":
            self._send(503, b"{}")
        elif mode == "garbage":
            self._send(200, b"<html>maintenance</html>")
        elif mode == "large":
            self._send(200, json.dumps({"found": True, "more": "x" * 400_000}).encode())
        else:
            self._send(200, self._answered(register, asked))

    def _answered(self, register: str, asked: bytes) -> bytes:
        try:
            body = json.loads(asked)
        except ValueError:
            body = {}
        return json.dumps(
            answer(register, body if isinstance(body, dict) else {}, self.server.on or date.today())
        ).encode()

    def _send(self, status: int, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # whoever asked did not wait
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what is asked stands in the bodies, and is nobody's business."""


def main() -> None:
    with Registers(int(sys.argv[1]) if len(sys.argv) > 1 else 8090) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
