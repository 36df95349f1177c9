"""The secret key of an installation."""

import os
import stat
from pathlib import Path

import pytest

from elearn.secret import DataFolderUnusable, secret_key


def test_the_key_is_its_owners_alone_whatever_is_usual_on_the_machine(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        secret_key(tmp_path / "data")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_the_key_is_made_once_and_is_another_in_each_installation(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "one")
    assert secret_key(tmp_path / "one") == first
    assert secret_key(tmp_path / "two") != first
    assert [found.name for found in (tmp_path / "one").iterdir()] == ["secret.key"]


@pytest.mark.parametrize("held", ["", "00" * 31, "no hex at all"])
def test_a_key_that_was_cut_short_is_refused(tmp_path: Path, held: str) -> None:
    (tmp_path / "secret.key").write_text(held)
    with pytest.raises(DataFolderUnusable):
        secret_key(tmp_path)
