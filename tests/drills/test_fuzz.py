"""The coverage-guided fuzzer over every reader finds nothing; see :mod:`tests.drills.fuzzing`.

``ELEARN_DRILL_SECONDS`` is how long all targets together are fuzzed (600 unless it is set).
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing

ROOT = Path(__file__).parents[2]
# The share of the time that each target gets: by how much there is behind it.
SHARES = {
    "quiz": 20,
    "module": 20,
    "markup": 12,
    "gift": 11,
    "moodle": 11,
    "course": 8,
    "glossary": 6,
    "aiken": 4,
    "front": 4,
    "ledger": 4,
}
SECONDS = int(os.environ.get("ELEARN_DRILL_SECONDS", "600"))


@pytest.mark.drill
@pytest.mark.parametrize("target", SHARES)
def test_no_input_makes_a_reader_fall_or_hang_or_let_something_through(target: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        missing("atheris (pip install atheris, on Linux)")
    seconds = max(2, SECONDS * SHARES[target] // sum(SHARES.values()))
    run = subprocess.run(
        [sys.executable, "-m", "tests.drills.fuzzing", target, str(seconds), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )
    told = [line for line in run.stderr.splitlines() if line.startswith("stat::") or "DONE" in line]
    print("\n".join(told))
    assert run.returncode == 0, (
        f"the input is the file {tmp_path / target}-…\n{run.stdout[-2_000:]}\n{run.stderr[-6_000:]}"
    )
