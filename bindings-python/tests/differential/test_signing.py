"""Requests and forms drawn at random, signed by boto3 and by presize, are equal byte for byte.

``core/tests/vectors/random_requests.py`` draws them and has boto3 sign them, in a process of its own since it stops
botocore's clock. ``PRESIZE_CASES`` and ``PRESIZE_SEED`` say how many and which.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable

from runner import CALLS, VECTORS
from runner.comparison import compare

COUNT = int(os.environ.get("PRESIZE_CASES", "400"))
SEED = int(os.environ.get("PRESIZE_SEED", "2"))


def test_boto3_makes_the_same_of_random_requests(record_property: Callable[[str, object], None]) -> None:
    made = subprocess.run(
        [sys.executable, VECTORS / "random_requests.py", str(COUNT), str(SEED)],
        # No compiled modules beside the committed scripts.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    cases = [json.loads(line) for line in made.stdout.splitlines()]
    assert len(cases) == COUNT
    kinds: Counter[str] = Counter()
    for case in cases:
        given = case["input"]
        compare(case["name"], case["ok"], CALLS[case["call"]](given))
        kinds[given.get("operation", case["call"])] += 1
    record_property("cases", COUNT)
    record_property("seed", SEED)
    print(f"{COUNT} cases of seed {SEED}: {dict(sorted(kinds.items()))}")
