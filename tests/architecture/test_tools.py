"""The machines that read the source: each is a test, so that one command says whether the house is in order."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ruff check", [BIN / "ruff", "check", "--no-cache", "."]),
        ("ruff format", [BIN / "ruff", "format", "--no-cache", "--check", "."]),
        ("mypy", [BIN / "mypy", "--no-error-summary"]),
        ("import-linter", [BIN / "lint-imports", "--no-cache"]),
        ("djlint", [BIN / "djlint", "--quiet", "--lint", "elearn/templates"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_source_passes(name: str, command: list[str | Path]) -> None:
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}:\n{done.stdout}\n{done.stderr}"
