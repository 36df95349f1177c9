"""The table of OWASP ASVS 5.0 (levels 1 and 2) is whole, and each test that it names exists and runs by itself."""

import ast
import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from tests.dealt import DEALT, DEALT_FILES

ROOT = Path(__file__).parents[2]
TABLE: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "asvs.toml").read_text())
WHOLE = "d14a9133210ac2b4592509abc6bd37ad90be24a82a3b85b200e67bfe13bdc2f1"
"""SHA-256 of the lines «number level» of the two levels, sorted, as ASVS 5.0.0 has them."""
STATES = {"not applicable", "not yet"}


@cache
def defined_in(path: str) -> dict[str, bool]:
    """The tests of a file, each with whether an ordinary run leaves it out."""
    tree = ast.parse((ROOT / path).read_text())
    return {
        node.name: any(re.match(r"pytest\.mark\.(skip|drill)", ast.unparse(each)) for each in node.decorator_list)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_the_table_has_every_requirement_of_both_levels() -> None:
    rows = sorted(f"{number} {entry['level']}" for number, entry in TABLE.items())
    assert len(rows) == 253
    assert hashlib.sha256("\n".join(rows).encode()).hexdigest() == WHOLE


def test_a_requirement_has_tests_or_says_why_not() -> None:
    for number, entry in TABLE.items():
        if "tests" in entry:
            assert set(entry) == {"level", "tests"}, number
            assert entry["tests"], number
        else:
            assert set(entry) == {"level", "state", "why"}, number
            assert entry["state"] in STATES, number
            assert entry["why"].endswith("."), number


def test_every_test_of_the_table_exists_and_is_not_left_out() -> None:
    for number, entry in TABLE.items():
        for named in entry.get("tests", ()):
            path, _, name = named.partition("::")
            assert defined_in(path).get(name) is False, f"{number}: {named}"
            is_dealt = named in DEALT or path in DEALT_FILES or path.startswith("tests/drills/")
            assert not is_dealt, f"{number}: {named} does not run with the others"


def test_at_least_120_requirements_have_a_test() -> None:
    assert sum("tests" in entry for entry in TABLE.values()) >= 120
