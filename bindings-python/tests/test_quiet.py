"""Damaged files are errors, and nothing of them stands in the log of a server."""

import pathlib
import subprocess
import sys

IMAGES = pathlib.Path(__file__).parents[2] / "core" / "tests" / "vectors" / "images"

PROGRAM = """
import pathlib, sys
import presize

count = 0
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    for call in (presize.inspect, presize.check, lambda data: presize.transform(data, width=16, format="png")):
        try:
            call(data)
        except presize.PresizeError:
            count += 1
print(count)
"""


def test_damaged_files_leave_nothing_on_stderr() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(IMAGES)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert int(done.stdout) > 100
