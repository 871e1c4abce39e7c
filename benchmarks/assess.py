"""`python -m benchmarks.assess [N]`: claims judged a second by one core, the way `manage.py assess` reads and writes them.

The guides' sample claims of the measures that pay, by turns, from JSON lines to JSON lines, with the explanation left out as the command does.
"""

import json
import sys
import time
from datetime import date

from policy import assess
from policy.parameters import load
from policy.samples import SAMPLES


def main(number: int) -> None:
    figures, day = load(), date(2026, 3, 2)
    claims = [(code, facts(day)) for code, (_, facts) in SAMPLES.items()]
    lines = [json.dumps(facts) for _, facts in claims]
    for _ in range(2):  # the first warms up
        begun = time.perf_counter()
        for at in range(number):
            code, _ = claims[at % len(claims)]
            found = assess(code, day, json.loads(lines[at % len(claims)]), [], figures)
            json.dumps({"outcome": found.outcome, "amount": str(found.amount)})
        took = time.perf_counter() - begun
    print(f"{number} claims of {len(claims)} measures in {took:.2f} s")
    print(json.dumps({"assessed_a_second": round(number / took), "measures": len(claims)}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
