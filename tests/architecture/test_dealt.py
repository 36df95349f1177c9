"""What is dealt to the drill is there: a test that was renamed would come back into the default run unnoticed."""

import re
from pathlib import Path

import pytest

from tests.dealt import DEALT, DEALT_FILES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("node", sorted(DEALT))
def test_a_test_that_is_dealt_to_the_drill_is_there(node: str) -> None:
    path, _, test = node.partition("::")
    assert re.search(rf"^def {re.escape(test.partition('[')[0])}\(", (ROOT / path).read_text(), re.MULTILINE), node


def test_a_file_that_is_dealt_to_the_drill_is_there() -> None:
    assert all((ROOT / path).is_file() for path in DEALT_FILES)
